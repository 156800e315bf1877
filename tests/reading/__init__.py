"""Tests of `rag/reading`."""
