"""Articles and passages <-> rows of Milvus; and what is told of a generation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from rag.cluster.conditions import NEVER, ordinal
from rag.cluster.server import LONGEST, Row
from rag.errors import AlteredError, LibraryError
from rag.settings import command
from rag.store.terms import terms
from rag.store.versions import Version
from rag.types.archive import Holdings
from rag.types.articles import Article, digest
from rag.types.files import Skipped
from rag.types.models import Vectors

_PIECE = 60_000  # characters, of one byte each


@dataclass(frozen=True, slots=True)
class State:
    """What is told of a generation: what it holds, who made its vectors, which library feeds it."""

    holdings: Holdings
    encoder: str
    library: str  # the mark of the library that feeds it
    authors: tuple[str, ...]
    suggestions: Mapping[str, str]
    last_key: int

    @property
    def generation(self) -> int:
        """Its number."""
        return self.holdings.generation


def of_articles(versions: Sequence[Version], born: int) -> list[Row]:
    """Return a row for each article, there from a generation on."""
    stems = _stems([(one.article.title, one.article.text) for one in versions])
    return [
        {
            "id": one.number,
            **_filtered(one, born),
            "words": words,
            "content": one.article.id,
            "report": one.article.report,
            "record": pieces(_told(one.article)),
        }
        for one, words in zip(versions, stems, strict=True)
    ]


def of_passages(versions: Sequence[Version], vectors: Vectors, born: int) -> list[Row]:
    """Return a row for each passage of articles, whose vectors (n x d) are in the same order."""
    cut = [(one, passage) for one in versions for passage in one.passages]
    stems = _stems([(passage.article.title, passage.text) for _, passage in cut])
    return [
        {
            "id": one.number_of(passage),
            **_filtered(one, born),
            "words": words,
            "article": one.number,
            "first": passage.start,
            "last": passage.end,
            "vector": vector.tolist(),
        }
        for (one, passage), words, vector in zip(cut, stems, vectors, strict=True)
    ]


def _filtered(one: Version, born: int) -> Row:
    article = one.article
    return {
        "key": one.key,
        "published": ordinal(article.published),
        "replaced": ordinal(one.replaced) if one.superseded else NEVER,
        "born": born,
        "gone": NEVER,
        "source": article.source or "",
        "author": article.author or "",
        "path": article.path,
    }


def _stems(texts: Sequence[tuple[str, str]]) -> list[str]:
    """Return the stems of headlines and texts; those of a headline twice, since they count twice."""
    told = terms([one for pair in texts for one in pair])
    return [
        _cut(" ".join([*head, *head, *body]))
        for head, body in zip(told[::2], told[1::2], strict=True)
    ]


def _cut(text: str) -> str:
    """Return as much of a text as Milvus takes: of very long articles, their first 10,000 words."""
    return text.encode()[:LONGEST].decode("utf-8", "ignore")


# ── texts of any length ──


def pieces(text: str) -> list[str]:
    """Return a text with its digest, in pieces that Milvus takes; all of it in ASCII."""
    return [digest(text), *(text[at : at + _PIECE] for at in range(0, len(text), _PIECE))]


def whole(record: Sequence[str], where: object) -> Any:
    """Return what the text in pieces tells, from JSON. Raises AlteredError where it is not as it was put."""
    kept, *parts = record or [""]
    text = "".join(parts)
    if digest(text) != kept:
        raise AlteredError(
            f"An article in {where} is not as it was put there. Where it is fed, run: {command('ingest')} --check"
        )
    return json.loads(text)


def article(told: Mapping[str, Any]) -> Article:
    """Return an article from what was told of it."""
    day = told["published"]
    return Article(**{**told, "published": date.fromisoformat(day) if day else None})


def _told(one: Article) -> str:
    return json.dumps(asdict(one), default=date.isoformat)


# ── generations ──


def of_generation(state: State) -> Row:
    """Return the row of a generation."""
    told = json.dumps(asdict(state), default=_iso)
    return {"id": state.generation, "record": pieces(told), "vector": [1.0, 0.0]}


def state(row: Row, where: object) -> State:
    """Return what a generation's row tells. Raises LibraryError where another version wrote it."""
    told = whole(row["record"], where)
    try:
        held = told["holdings"]
        holdings = Holdings(
            **{
                **held,
                **{name: _day(held[name]) for name in ("first", "last")},
                "skipped": tuple(Skipped(**one) for one in held["skipped"]),
                "ingested": datetime.fromisoformat(held["ingested"]) if held["ingested"] else None,
            }
        )
        return State(**{**told, "holdings": holdings, "authors": tuple(told["authors"])})
    except (KeyError, TypeError, ValueError) as error:
        raise LibraryError(
            f"{where} was filled by another version of Clippings. Bring both computers to the same version,"
            f" and run where it is fed: {command('ingest')}"
        ) from error


def same(one: State, other: State) -> bool:
    """Whether two tell the same, but for their numbers and moments."""

    def bare(state: State) -> State:
        return replace(state, holdings=replace(state.holdings, generation=0, ingested=None))

    return bare(one) == bare(other)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(value: date) -> str:
    return value.isoformat()
