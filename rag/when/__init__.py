"""Everything that reads days: those a question means (`window`), and those that texts name."""
