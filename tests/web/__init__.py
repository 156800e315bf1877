"""Tests of `rag/web`."""
