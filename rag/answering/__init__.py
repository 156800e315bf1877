"""Evidence -> statements, checked, and where independent reports differ."""
