"""Tests of `rag/reading/newspage`."""
