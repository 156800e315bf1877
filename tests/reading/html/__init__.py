"""Tests of `rag/reading/html`."""
