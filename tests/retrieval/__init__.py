"""Tests of `rag/retrieval`."""
