"""Tests of `rag/when`."""
