"""Tests of `rag/shell`."""
