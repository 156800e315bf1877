"""Tests of `rag/web/html`."""
