"""A library on this computer -> Milvus: what changed since the last time, published all at once.

    passages, then their article  born in the next generation: no reader sees them
    what is not there any more    gone from the next generation on: all readers still see it
    the row of the generation     last; from then on every question reads the new one

Each number follows from the library, and each row is written whole, so a push that was killed is
finished by the next. What is gone is kept for the readers of one generation more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from rag.cluster import rows
from rag.cluster.address import Address
from rag.cluster.conditions import NEVER, of_numbers
from rag.cluster.rows import State
from rag.cluster.server import WRITING, Kind, Row, Server
from rag.errors import UsageError
from rag.protocols import Progress, silent
from rag.settings import command
from rag.store import summary
from rag.store.library import Library
from rag.store.versions import Version, numbers, versions

T = TypeVar("T")

ARTICLES = 100  # that are written at once, with their passages: about 2 MB
NUMBERS = 1_000  # that one condition names
# Seconds between the check that all is there and the row that publishes it: a question takes rows that are
# so much older than now for granted ("Bounded" of Milvus, 5 s).
SETTLED = 6.0
_BOTH = ["id", "key", "published", "replaced", "born", "gone", "source", "author", "path", "words"]
KEPT: dict[Kind, list[str]] = {
    "passages": [*_BOTH, "article", "first", "last", "vector"],
    "articles": [*_BOTH, "content", "report", "record"],
}
"""What is written of each row; Milvus makes the rest."""
ARTICLE_IN: dict[Kind, str] = {"passages": "article", "articles": "id"}
ALL = "id >= 0"


def push(
    library: Library,
    url: str,
    progress: Progress = silent,
    *,
    replacing: bool = False,
    leaves: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Bring a Milvus to where a library is; return the number of its generation.

    Raises UsageError where another library feeds it, unless all of it is to be replaced, or where it is on
    another computer and nothing `leaves` this one, and LibraryError.
    """
    address = Address.read(url)
    server = Server(address, WRITING, leaves=leaves)
    with library.snapshot():
        server.make(_dimension(library))
        server.open()
        before = _last(server)
        number = (before.generation if before else 0) + 1
        state = _state(library, number)
        if before and before.library != state.library and not replacing:
            raise UsageError(
                f"{address} is fed from another computer or from an index that is gone. Give another name in"
                f" CLIPPINGS_INDEX, or replace all of it: {command('ingest')} --allow-shrink"
            )
        _write(server, library, number, progress)
    if before and rows.same(before, state) and _is_same(server, number):
        return before.generation
    _check(server, number, state)
    wait(SETTLED)
    server.put("generations", [rows.of_generation(state)])
    _sweep(server, number)
    return number


def _write(server: Server, library: Library, number: int, progress: Progress) -> None:
    """Write what is new in the next generation, and end what is not in it."""
    wanted = numbers(library)
    _mend(server, wanted, number)
    there = {row["id"]: row["gone"] for row in server.all_rows("articles", ALL, ["id", "gone"])}
    ended = [one for one, gone in there.items() if one not in wanted and gone == NEVER]
    _rewrite(server, ended, {"gone": number})
    back = [one for one, gone in there.items() if one in wanted and gone != NEVER]
    _rewrite(server, back, {"born": number, "gone": NEVER})
    new = {one: key for one, key in wanted.items() if one not in there}
    for count, some in enumerate(versions(library, new, ARTICLES), start=1):
        _add(server, library, some, number)
        progress("copying", min(count * ARTICLES, len(new)), len(new))


def _mend(server: Server, wanted: Container[int], number: int) -> None:
    """Take back what a killed push has ended, and what it brought that is not wanted any more."""
    for kind in KEPT:
        _put_again(server, kind, f"gone == {number}", {"gone": NEVER})
    begun = {
        row[field]
        for kind, field in ARTICLE_IN.items()
        for row in server.all_rows(kind, f"born == {number}", [field])
    }
    for some in _parts((one for one in begun if one not in wanted), NUMBERS):
        server.drop(
            "articles", of_numbers("id", some)
        )  # before its passages: else it would lack them
        server.drop("passages", of_numbers("article", some))


def _add(server: Server, library: Library, some: Sequence[Version], number: int) -> None:
    """Write articles behind their passages: where an article is, all of it is."""
    ids = [passage.id for one in some for passage in one.passages]
    server.put("passages", rows.of_passages(some, library.vectors(ids), number))
    server.put("articles", rows.of_articles(some, number))


def _rewrite(server: Server, articles: Sequence[int], changes: Row) -> None:
    """Change articles and their passages; an article comes last, as when it is added."""
    for some in _parts(articles, ARTICLES):
        _put_again(server, "passages", of_numbers("article", some), changes)
        _put_again(server, "articles", of_numbers("id", some), changes)


def _put_again(server: Server, kind: Kind, condition: str, changes: Row) -> None:
    found = server.all_rows(kind, condition, KEPT[kind])
    for some in _parts(found, ARTICLES):
        server.put(kind, [_plain(row) | changes for row in some])


def _plain(row: Row) -> Row:
    """Return a row as it is written: vectors and pieces as lists."""
    return {
        name: list(value) if name in ("vector", "record") else value for name, value in row.items()
    }


def _is_same(server: Server, number: int) -> bool:
    """Whether nothing begins or ends with a generation."""
    changed = f"born == {number} or gone == {number}"
    return not server.count("articles", changed, fresh=True)


def _check(server: Server, number: int, state: State) -> None:
    """See to it that all of a generation is there before it is published."""
    there = f"born <= {number} and gone > {number}"
    wanted: dict[Kind, int] = {
        "articles": state.holdings.articles,
        "passages": state.holdings.passages,
    }
    for kind, count in wanted.items():
        found = server.count(kind, there, fresh=True)
        if found != count:
            raise UsageError(
                f"{server.address} has {found:,} of {count:,} {kind}. Does another ingest write there? Let it"
                f" end, and run again: {command('ingest')}"
            )


def _sweep(server: Server, number: int) -> None:
    """Forget what ended before the generation that some may still read, and what was told of it."""
    server.drop("articles", f"gone < {number}")  # before their passages: else they would lack them
    server.drop("passages", f"gone < {number}")
    server.drop("generations", f"id < {number - 1}")


def _last(server: Server) -> State | None:
    """Return the last generation that was published, or None."""
    found = server.rows("generations", ALL, ["id"], fresh=True)
    if not found:
        return None
    last = max(row["id"] for row in found)
    (row,) = server.rows("generations", of_numbers("id", [last]), ["record"], fresh=True)
    return rows.state(row, server.address)


def _state(library: Library, number: int) -> State:
    held = summary.holdings(library)
    return State(
        replace(held, generation=number),
        encoder=library.encoder or "",
        library=library.mark or "",
        authors=tuple(sorted(library.values("author"))),
        suggestions=library.suggestions()[0],
        last_key=library.last_key(),
    )


def _dimension(library: Library) -> int:
    first = library.passage_numbers()[:1]
    return int(library.vectors(first).shape[1])


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield items, some at once."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
