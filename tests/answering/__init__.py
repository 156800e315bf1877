"""Tests of `rag/answering`."""
