"""Tests of `rag/stories`."""
