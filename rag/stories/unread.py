"""Folder, library -> files that came, changed or went since the last ingest, by paths and times alone."""

from __future__ import annotations

from rag.errors import NoLibraryError, UsageError
from rag.reading import folder
from rag.settings import Settings
from rag.store.library import Library
from rag.types.files import Unread

NAMED = 3  # files


def unread(settings: Settings) -> Unread:
    """Compare the folder with what the last ingest found there; no file is opened.

    Without a library all files are new. A folder that is not there, or cannot be read, tells nothing.
    """
    try:
        now = folder.stamps(settings.seeds)
    except UsageError:
        return Unread()
    try:
        with Library.open(settings.index) as library:
            seen, read = library.seen(), library.files()
    except NoLibraryError:
        return _unread(list(now), [], [])
    return _unread(
        [path for path in now if path not in seen and path not in read],
        [path for path, stamp in now.items() if seen.get(path, stamp) != stamp],
        sorted(path for path in read if path not in now),
    )


def _unread(new: list[str], changed: list[str], gone: list[str]) -> Unread:
    names = tuple([*new, *changed, *gone][:NAMED])
    return Unread(len(new), len(changed), len(gone), names)
