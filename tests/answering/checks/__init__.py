"""Tests of `rag/answering/checks`."""
