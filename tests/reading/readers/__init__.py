"""Tests of `rag/reading/readers`."""
