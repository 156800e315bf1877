"""Measure how long Find takes: in a library as it is, and for a page of a long list of short articles."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from rag.engine import Engine
from rag.filters import Filters
from rag.language.sought import phrase
from rag.language.words import STOP_WORDS, names, words
from rag.settings import Settings
from rag.store.library import Library
from rag.store.passages import passages
from rag.store.writer import writing
from rag.types.articles import Article
from scripts.evaluation import measures
from scripts.evaluation.measures import SEED

TEXTS = 100  # that are sought, of as many articles
WORDS = 3  # of a headline
PAGES = 50  # of a list, each at another place
AT_ONCE = 5_000  # articles in a transaction
LENGTH = 30  # words of a short article
VOCABULARY = 20_000  # different words of all of them
FIRST_DAY, DAYS = date(2015, 1, 1), 3_650
OUTLETS = 25


def of_library(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield how long an engine takes to find words, operators and a page of all articles."""
    with Library.open(engine.settings.index) as library:
        there = list(library.articles())
    engine.find("anything")  # now it is warm
    drawn = random.Random(SEED).sample(there, min(TEXTS, len(there)))
    size = f"Find, {len(there):,} articles, warm"
    for name, texts in _texts(drawn).items():
        if texts:
            yield f"{size}: {name}", _spread([_timed(engine, text) for text in texts])
    places = range(0, len(there), max(1, len(there) // PAGES))
    yield f"{size}: a page of all", _spread([_timed(engine, offset=place) for place in places])


def _texts(articles: Sequence[Article]) -> dict[str, list[str]]:
    """Return what is typed into Find, by kind: of each article one text of each."""
    heads = [[word for word in words(one.title) if word not in STOP_WORDS] for one in articles]
    heads = [head[:WORDS] for head in heads if head]
    return {
        "words": [" ".join(head) for head in heads],
        "a phrase": [phrase(" ".join(one.text.split()[:WORDS])) for one in articles],
        "OR and -": [f"{' OR '.join(head)} -strike" for head in heads],
        "a name with ~": [f"{name}~" for one in articles for name in sorted(names(one.text))[:1]],
    }


def of_list(settings: Settings, articles: int) -> Iterator[tuple[str, str]]:
    """Yield how long a page takes of a library of so many short articles, made for this and removed."""
    with tempfile.TemporaryDirectory() as folder:
        place = replace(settings, seeds=Path(folder) / "seeds", index=Path(folder) / "index")
        began = time.monotonic()
        make(place.index, articles)
        yield f"making {articles:,} short articles", f"{time.monotonic() - began:.0f} s"
        engine = Engine(place)
        yield "the first page of all, cold", f"{_timed(engine):.2f} s"
        drawn = random.Random(SEED)
        places = [drawn.randrange(articles) for _ in range(PAGES)]
        outlets = [Filters(source=f"Outlet {number % OUTLETS:02}") for number in range(PAGES)]
        months = [_month(drawn) for _ in range(PAGES)]
        yield "a page of all", _spread([_timed(engine, offset=at) for at in places])
        yield "a page of an outlet", _spread([_timed(engine, filters=one) for one in outlets])
        yield "a page of a month", _spread([_timed(engine, filters=one) for one in months])
        sought = [phrase(_word(drawn)) for _ in range(PAGES)]
        yield "a page of those with a word", _spread([_timed(engine, one) for one in sought])


def make(index: Path, articles: int) -> None:
    """Write a library of short articles of random words, without vectors."""
    chance = random.Random(SEED)
    with writing(index) as library:
        for start in range(0, articles, AT_ONCE):
            with library.transaction():
                for number in range(start, min(start + AT_ONCE, articles)):
                    one = _article(number, chance)
                    spans = passages(one, LENGTH * 2)
                    library.put_file(one.path, one.path, "made", [spans])
        with library.transaction():
            library.put_reports()


def _article(number: int, chance: random.Random) -> Article:
    told = " ".join(_word(chance) for _ in range(LENGTH))
    return Article(
        path=f"{number:06}.txt",
        position=0,
        title=f"{_word(chance).capitalize()} {_word(chance)}",
        text=f"{told.capitalize()}.",
        source=f"Outlet {number % OUTLETS:02}",
        published=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
    )


def _word(chance: random.Random) -> str:
    """Return a word, the frequent ones often: "w12"."""
    return f"w{int(VOCABULARY * chance.random() ** 3)}"


def _month(chance: random.Random) -> Filters:
    since = FIRST_DAY + timedelta(days=chance.randrange(DAYS - 30))
    return Filters(since=since, until=since + timedelta(days=30))


def _timed(
    engine: Engine, text: str = "", filters: Filters | None = None, offset: int = 0
) -> float:
    """Return the seconds that a page takes."""
    began = time.monotonic()
    engine.find(text, filters, offset=offset)
    return time.monotonic() - began


def _spread(seconds: Sequence[float]) -> str:
    half, most = (measures.quantile(seconds, share).value * 1_000 for share in (0.5, 0.95))
    return f"{half:.1f} ms p50, {most:.1f} ms p95 (n = {len(seconds)})"
