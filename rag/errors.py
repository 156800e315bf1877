"""The errors people may meet; each message names the thing, the place and the next step.

    ClippingsError
    ├── UsageError           2   the question or an option cannot be used
    ├── LibraryError         5   no index, or one that cannot be used now
    │   ├── NoLibraryError       nothing was brought into it yet
    │   ├── AlteredError         something in it is not as it was put; the next ingest mends it
    │   └── DamagedError         a broken one, or somebody else's
    ├── ModelError           6   a model file is missing, wrong or does not run
    ├── ClusterError        69   computers that were to help are not there, or not as they should be
    └── IngestRunningError  75   another ingest holds the library

Doors catch ClippingsError, print it as one line and end with `exit_code`; anything else is a bug
and keeps its traceback.
"""

from __future__ import annotations


class ClippingsError(Exception):
    """Base of all errors shown to a person as one line."""

    exit_code = 1


class Unreadable(Exception):
    """A source file without an article; the text is the reason, for the file's owner."""


class UsageError(ClippingsError):
    """A question or an option that cannot be used."""

    exit_code = 2


class LibraryError(ClippingsError):
    """No library, or one that cannot be used now: locked, read-only, of another version."""

    exit_code = 5


class NoLibraryError(LibraryError):
    """No library, or one whose first ingest has not ended."""


class AlteredError(LibraryError):
    """An article or a vector is not as it was put; the next ingest reads the articles again."""


class DamagedError(LibraryError):
    """A broken library, or another kind of file in its place; only this one is to be removed."""


class ModelError(ClippingsError):
    """A model file is missing, has the wrong bytes, or does not run here."""

    exit_code = 6


class ClusterError(ClippingsError):
    """A cluster that was to help is gone, or one of its computers is not as this one is."""

    exit_code = 69


class IngestRunningError(ClippingsError):
    """Another ingest is at work on the same library."""

    exit_code = 75
