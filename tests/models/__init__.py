"""Tests of `rag/models`."""
