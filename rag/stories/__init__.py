"""What happens from beginning to end: an ingest, a question, a draft, many questions, a kept one, a proof."""
