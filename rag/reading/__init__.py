"""File -> articles: `folder` walks, `formats` chooses the reader, `newspage` cuts pages up."""
