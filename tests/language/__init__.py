"""Tests of `rag/language`."""
