"""Tests of `rag/show`."""
