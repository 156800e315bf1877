"""Tests of `rag/store`."""
