"""Tests of `rag/web/walls`."""
