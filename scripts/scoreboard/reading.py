"""Pages -> articles, copies -> reports, files -> library: how well and how fast they are read."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from rag.language.words import plain
from rag.reading import folder as files
from rag.reading import formats
from rag.reading.newspage import articles
from rag.settings import ROOT
from rag.store.copies import reports, signature
from rag.types import Article, Skipped
from scripts.scoreboard.collections import records, write_seeds
from scripts.scoreboard.measures import Figure, pooled

PAGES = ROOT / "tests" / "pages"
TODAY = date(2026, 11, 21)  # the day the pages are read; dates without a year count back from it
MATCHED = 0.5  # an article is found when it holds this share of the expected sentences


@dataclass(slots=True)
class Reading:
    """Counts over pages; each share is right / all."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def share(self, right: str, all_: str) -> Figure:
        """One count over another, 1 where there is nothing to count."""
        count, n = self.counts[right], self.counts[all_]
        return pooled([(count, n)]) if n else Figure(1.0, 0)

    def figures(self) -> dict[str, Figure]:
        """The figures of the table, shares from 0 to 1."""
        found, produced, expected = (
            self.counts[name] for name in ("found", "produced", "expected")
        )
        return {
            # 2PR / (P + R) with P = found / produced and R = found / expected
            "article split F1": Figure(2 * found / (produced + expected or 1), expected),
            "boilerplate sentences left": self.share("boilerplate left", "boilerplate"),
            "article sentences lost": self.share("sentences lost", "sentences"),
            "title right": self.share("title right", "found"),
            "outlet right": self.share("outlet right", "found"),
            "agency right": self.share("agency right", "found"),
            "date right or honestly unknown": self.share("date right", "found"),
            "date wrong": self.share("date wrong", "found"),
        }


def reading(names: Iterable[str], expected: dict[str, Any], folder: Path = PAGES) -> Reading:
    """Read pages and compare their articles with the expected ones."""
    done = Reading()
    for name in names:
        found = articles_of(folder, name)
        if isinstance(found, Skipped):
            done.faults.append(f"{name}: skipped, {found.reason}")
            found = []
        _compare(name, found, expected[name], done)
    return done


def articles_of(folder: Path, name: str) -> list[Article] | Skipped:
    """The articles of one file, as an ingest reads them."""
    file = files.read(folder, name, 20_000_000)
    pages = file if isinstance(file, Skipped) else formats.read_pages(file)
    if isinstance(pages, Skipped):
        return pages
    return [article for page in pages for article in articles.articles(page, TODAY)]


def _compare(name: str, found: list[Article], expected: dict[str, Any], done: Reading) -> None:
    counts, left = done.counts, list(found)
    counts["produced"] += len(found)
    for line in expected["boilerplate"]:
        counts["boilerplate"] += 1
        if any(_holds(article.text, line) for article in found):
            counts["boilerplate left"] += 1
            done.faults.append(f"{name}: boilerplate left: {line[:90]}")
    for wanted in expected["articles"]:
        counts["expected"] += 1
        counts["sentences"] += len(wanted["sentences"])
        best = max(left, key=lambda a: _held(a, wanted["sentences"]), default=None)
        if best is None or _held(best, wanted["sentences"]) < MATCHED * len(wanted["sentences"]):
            counts["sentences lost"] += len(wanted["sentences"])
            done.faults.append(f"{name}: article not found: {wanted['title']}")
            continue
        left.remove(best)
        counts["found"] += 1
        for sentence in wanted["sentences"]:
            if not _holds(best.text, sentence):
                counts["sentences lost"] += 1
                done.faults.append(f"{name}: sentence lost: {sentence[:90]}")
        _compare_facts(name, best, wanted, done)
    done.faults += [f"{name}: not an article: {extra.title}" for extra in left]


def _compare_facts(name: str, found: Article, wanted: dict[str, Any], done: Reading) -> None:
    published = found.published.isoformat() if found.published else None
    dates = [wanted["published"], *wanted.get("published_any", ())]
    facts = (
        ("title", found.title, [wanted["title"]]),
        ("outlet", found.source, [wanted["outlet"], *wanted.get("outlet_any", ())]),
        ("agency", found.agency, [wanted["agency"]]),
    )
    for fact, value, right in facts:
        ok = (_plain(value) if value else None) in [_plain(one) if one else None for one in right]
        done.counts[f"{fact} right"] += ok
        if not ok:
            done.faults.append(f"{name}: {fact} {value!r}, not {right}")
    done.counts["date right"] += published in dates or published is None
    done.counts["date wrong"] += published is not None and published not in dates
    done.counts["date missing"] += published is None and wanted["published"] is not None
    if published not in dates:
        done.faults.append(f"{name}: date {published} ({found.published_from}), not {dates}")


def _held(article: Article, sentences: Sequence[str]) -> int:
    return sum(_holds(article.text, sentence) for sentence in sentences)


def _holds(text: str, sentence: str) -> bool:
    return _plain(sentence) in _plain(text)


def _plain(text: str) -> str:
    return " ".join(plain(text).split())


# ── copies ──


def copies(texts: Sequence[str], shares: Sequence[float]) -> Iterable[tuple[float, float]]:
    """Pairwise F1 of finding each text's copy with a share of its words replaced, for each share."""
    vocabulary = [word for text in texts for word in text.split()]
    for share in shares:
        draw = random.Random(7)
        edited = [
            " ".join(
                draw.choice(vocabulary) if draw.random() < share else word for word in text.split()
            )
            for text in texts
        ]
        both = [*texts, *edited]
        found = reports({key: signature(text) for key, text in enumerate(both)})
        groups: dict[int, list[int]] = {}
        for key, report in found.items():
            groups.setdefault(report, []).append(key)
        pairs = {pair for keys in groups.values() for pair in combinations(sorted(keys), 2)}
        wanted = {(key, key + len(texts)) for key in range(len(texts))}
        yield share, 2 * len(pairs & wanted) / (len(pairs) + len(wanted))


def different(expected: Mapping[str, Any]) -> list[str]:
    """The texts of the expected articles; of articles that are copies already, one."""
    texts = {
        one.get("cluster") or one["title"]: " ".join(one["sentences"])
        for page in expected.values()
        for one in page["articles"]
    }
    return list(texts.values())


# ── ingest ──


def ingest_articles(path: Path, limit: int | None) -> Iterable[tuple[str, str]]:
    """Ingest an articles file in a folder of its own; figures by name, in a process of its own.

    The folder is removed afterwards: evaluation texts are kept nowhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        count = write_seeds(islice(records(path), limit), seeds)
        first = _ingest(folder)
        yield "articles, passages", f"{first['articles']:,}, {first['encoded']:,}"
        yield "passages per second, with reading", f"{first['encoded'] / first['seconds']:.0f}"
        yield "peak memory", f"{first['memory']:.2f} GB"
        size = sum(file.stat().st_size for file in (Path(folder) / "index").iterdir())
        yield "index bytes per article", f"{size / count:,.0f}"
        yield "again, unchanged", f"{_ingest(folder)['wall']:.1f} s"
        (seeds / "one-more.txt").write_text("One more\n\nOne more article came. It is short.")
        yield "one more article, from a cold start", f"{_ingest(folder)['wall']:.1f} s"


def _ingest(folder: str) -> dict[str, float]:
    """Run the ingest command; its report, wall seconds and peak memory in GB."""
    environment = {
        **os.environ,
        "CLIPPINGS_SEEDS": f"{folder}/seeds",
        "CLIPPINGS_INDEX": f"{folder}/index",
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "ingest.py", "--json", "--no-questions"],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    report: dict[str, float] = json.loads(done.stdout)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    return {**report, "wall": time.monotonic() - began, "memory": memory}
