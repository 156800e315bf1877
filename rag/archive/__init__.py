"""Questions about the archive itself, which SQL answers: how many articles, which outlets, since when."""
