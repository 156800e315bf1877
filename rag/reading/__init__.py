"""File -> articles: `folder` walks, `formats` chooses the reader, `newspage.articles` cuts pages into articles."""
