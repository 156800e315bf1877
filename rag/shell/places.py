"""Where a command puts a file: refused before anything is asked, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from rag.errors import UsageError


def check(path: Path, kinds: str, known: frozenset[str]) -> None:
    """Raise UsageError for a file that could not be written at the end; `kinds` says which can be."""
    if path.suffix.lower()[1:] not in known:
        raise UsageError(f"--out writes {kinds} files, not {str(path)!r}.")
    if not path.parent.is_dir():
        raise UsageError(f"No folder {path.parent}. Make it, or give --out another place.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give --out the name of a file.")


def write(path: Path, text: str) -> None:
    """Put a text into a file. Raises UsageError when it cannot be written."""
    from rag.atomic import replace_bytes

    try:
        replace_bytes(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
