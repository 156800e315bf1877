"""One reader for each kind of file: bytes -> pages of plain text, with the format's own fields.

A reader is a function `(path, data) -> list[Page]`. It raises Unreadable with a reason that the
file's owner understands, and knows nothing about news. Heavy libraries are imported where used.
"""
