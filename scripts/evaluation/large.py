"""Make a large library out of a small one, to measure what a large one costs.

    library of Settings -> its articles again and again, with other words and vectors -> library of N passages

Of each article most of the longer words are others, drawn as often as the small library has them, so
that the words are as common and as rare as in news; headlines and dates vary, too. A vector is moved by
noise of a third of its length. Nothing is encoded, and no file is read: the writer of the library is the
program's own, and its copies, names and full text are made as at an ingest.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from rag.job import recipe
from rag.protocols import Progress
from rag.reading.folder import stamps
from rag.settings import Settings
from rag.shell.terminal import say
from rag.store.library import Library
from rag.store.writer import writing
from rag.types.articles import Article, Passage
from rag.types.models import Vectors
from scripts.evaluation.measures import SEED

SHARE = 0.7  # of the words with at least LETTERS letters
LETTERS = 4
NOISE = 0.33  # the length of what is added to a unit vector: a cosine of .95 to it
DAYS = 3_650  # over which the dates are spread
FILE_ARTICLES = 500  # of a file of the folder, as of a yearbook
_WORD = re.compile(rf"[A-Za-z]{{{LETTERS},}}")


@dataclass(frozen=True, slots=True)
class Source:
    """The articles of a small library, each with its passages and their vectors, and its words."""

    articles: Sequence[tuple[Sequence[Passage], Vectors]]
    encoder: str
    words: Sequence[str]
    often: Sequence[int]  # how often each word is there, summed up


def source(folder: Path) -> Source:
    """Read a small library."""
    with Library.open(folder) as library:
        ids = library.passage_numbers()
        known, rows = library.vectors(ids), {number: row for row, number in enumerate(ids)}
        passages: dict[int, list[Passage]] = {}
        found = library.passages(ids)
        for number, (key, _) in library.origins(ids).items():
            passages.setdefault(key, []).append(found[number])
        encoder = library.encoder or ""
    counted = Counter(
        word for spans in passages.values() for word in _WORD.findall(spans[0].article.text)
    )
    return Source(
        [(spans, known[[rows[span.id] for span in spans]]) for spans in passages.values()],
        encoder,
        list(counted),
        list(accumulate(counted.values())),
    )


def make(small: Path, settings: Settings, passages: int, progress: Progress) -> None:
    """Write a library of at least so many passages into the index folder of `settings`, and its articles
    into the seeds folder: the next ingest finds them unchanged.
    """
    given, chance = source(small), random.Random(SEED)
    noise, way = np.random.default_rng(SEED), recipe(settings.passage_words, given.encoder)
    settings.seeds.mkdir(parents=True, exist_ok=True)
    done = files = 0
    with writing(settings.index) as library:
        while done < passages:
            path = f"{files:05}.jsonl"
            batch, near = _file(path, given, chance, noise)
            texts = [span.encoded_text for spans in batch for span in spans]
            data = b"".join(_line(spans[0].article) for spans in batch)
            (settings.seeds / path).write_bytes(data)
            with library.noting():
                library.put_vectors(texts, near, given.encoder)
                library.put_file(path, hashlib.sha256(data).hexdigest(), way, batch)
            done, files = done + len(texts), files + 1
            progress("writing passages", min(done, passages), passages)
        with library.transaction():
            library.put_reports()
            library.put_encoder(given.encoder)
            library.put_skipped([])
            library.put_ingested(datetime.now(), stamps(settings.seeds))


def _line(article: Article) -> bytes:
    record = {"title": article.title, "text": article.text, "date": str(article.published)}
    return json.dumps(record).encode() + b"\n"


def _file(
    path: str, given: Source, chance: random.Random, noise: np.random.Generator
) -> tuple[list[list[Passage]], Vectors]:
    """Return the articles of one file, as passages, and their vectors."""
    batch, rows = [], []
    for position in range(FILE_ARTICLES):
        spans, own = chance.choice(given.articles)
        there = {"path": path, "position": position}
        batch.append(list(_varied(spans, there, given, chance)))
        rows.append(own)
    return batch, moved(np.concatenate(rows), noise)


def moved(near: Vectors, noise: np.random.Generator) -> Vectors:
    """Return unit vectors (n x d) near to others."""
    step = noise.standard_normal(near.shape, np.float32)
    step *= NOISE / np.linalg.norm(step, axis=1, keepdims=True)
    near = near + step
    unit: Vectors = near / np.linalg.norm(near, axis=1, keepdims=True)
    return unit


def _varied(
    spans: Sequence[Passage], there: Mapping[str, Any], given: Source, chance: random.Random
) -> Iterator[Passage]:
    """Yield the passages of an article whose words are others, at their new places."""
    old = spans[0].article
    pieces, places, last, at = list[str](), list[tuple[int, int]](), 0, 0
    for span in spans:
        for start, end in ((last, span.start), (span.start, span.end)):
            piece = _other(old.text[start:end], given, chance)
            pieces.append(piece)
            at += len(piece)
        places.append((at - len(pieces[-1]), at))
        last = span.end
    day = date(2025, 12, 31) - timedelta(days=chance.randrange(DAYS))
    article: Article = replace(
        old,
        title=_other(old.title, given, chance),
        text="".join(pieces),
        published=day,
        url=None,
        report=0,
        **there,
    )
    for start, end in places:
        yield Passage(article, start, end)


def _other(text: str, given: Source, chance: random.Random) -> str:
    """Put other words in the place of a share of a text's."""

    def drawn(word: re.Match[str]) -> str:
        if chance.random() >= SHARE:
            return word[0]
        [other] = chance.choices(given.words, cum_weights=given.often)
        return other.capitalize() if word[0][0].isupper() else other

    return _WORD.sub(drawn, text)


def said(stage: str, done: int, total: int) -> None:
    """Say a progress, now and then."""
    if done * 20 // total != (done - 5_000) * 20 // total:
        say(f"{stage}: {done:,} of {total:,}")
