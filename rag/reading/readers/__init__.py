"""One reader for each kind of file: bytes -> what the format says, as pages of plain text.

A reader is a function `(path, data) -> list[Page]`. It raises Unreadable with a reason in words for
the file's owner. It knows its format and nothing about news. Heavy libraries are imported where
they are used.
"""
