"""Tests of `rag/cluster`."""
