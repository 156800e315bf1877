"""What is kept: articles, passages, vectors and full text in SQLite, and the FAISS cache beside it."""
