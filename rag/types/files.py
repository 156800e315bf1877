"""Files of the seeds folder: as they were read, why not, whether they changed; what an ingest did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the seeds folder as it was read, once; `path` is relative, with slashes."""

    path: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells without reading whether a file has changed."""

    size: int  # bytes
    modified: int  # nanoseconds since 1970


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a source file, with what the format itself says about it."""

    path: str
    text: str
    # title, outlet, agency, author, published, published_from (how the date is known), url, language;
    # what is not known is missing
    fields: Mapping[str, str] = field(default_factory=dict)
    words: int = 0  # of the page before its reader left anything out; 0: all of them are in `text`


@dataclass(frozen=True, slots=True)
class Unread:
    """Files of the folder that the library has not read as they are now, by path and time alone."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    names: tuple[str, ...] = ()  # the first of them: new ones, then changed, then gone

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    def __str__(self) -> str:
        """Say how many did what, with the first names; nothing where none did."""
        kinds = ((self.new, "new"), (self.changed, "changed"), (self.gone, "gone"))
        counts = ", ".join(f"{count:,} {kind}" for count, kind in kinds if count)
        more = self.new + self.changed + self.gone - len(self.names)
        names = ", ".join(self.names) + (f" and {more:,} more" if more else "")
        return f"Files since the folder was last read: {counts} ({names})." if counts else ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, in articles."""

    new: int
    changed: int
    unchanged: int
    removed: int
    renamed: int
    encoded: int  # passages that had to be encoded
    articles: int  # in the library afterwards
    generation: int
    skipped: tuple[Skipped, ...] = ()
    seconds: float = 0.0
    left_out: int = 0  # words of the files read now that are no article: captions, menus

    def __str__(self) -> str:
        renamed = f", {self.renamed} renamed" if self.renamed else ""
        return (
            f"{self.new} article{'s' if self.new != 1 else ''} new, {self.changed} changed, {self.unchanged} unchanged,"
            f" {self.removed} removed{renamed}"
            f"{f' · {self.left_out:,} words of page furniture left out' if self.left_out else ''}"
            f" · {self.encoded} passages encoded · generation {self.generation}: {self.articles} articles"
            f" · {self.seconds:.1f} s"
        )
