"""Measure quality, the same way every time.

    python scripts/evaluate.py reading                             the pages of tests/pages
    python scripts/evaluate.py reading --articles A.jsonl.gz       also ingest these, and time it
    python scripts/evaluate.py seeds                               ask about the two seed files

An articles file has one object a line with title, text and perhaps url and publish_date.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rag import files, formats, newspage
from rag.copies import reports, signature
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Answer, Article, Skipped
from rag.words import plain

PAGES = ROOT / "tests" / "pages"
GOLD = ROOT / "tests" / "gold"
TODAY = date(2026, 11, 21)  # the day the pages are read; dates without a year count back from it
MATCHED = 0.5  # an article is found when it holds this share of the expected sentences


@dataclass(slots=True)
class Reading:
    """Counts over pages; each share is right / all."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def share(self, right: str, all_: str) -> float:
        """One count over another, 1 where there is nothing to count."""
        return self.counts[right] / self.counts[all_] if self.counts[all_] else 1.0

    def figures(self) -> dict[str, float]:
        """The figures of the table, shares from 0 to 1."""
        precision, recall = self.share("found", "produced"), self.share("found", "expected")
        return {
            "article split F1": 2 * precision * recall / (precision + recall or 1),
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
    return [article for page in pages for article in newspage.articles(page, TODAY)]


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


# ── ingest ──


def ingest_articles(path: Path, limit: int | None) -> Iterable[tuple[str, str]]:
    """Ingest an articles file in a folder of its own; figures by name, in a process of its own.

    The folder is removed afterwards: evaluation texts are kept nowhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        count = _write_seeds(path, seeds, limit)
        first = _ingest(folder)
        yield "articles, passages", f"{first['articles']:,}, {first['encoded']:,}"
        yield "passages per second, with reading", f"{first['encoded'] / first['seconds']:.0f}"
        yield "peak memory", f"{first['memory']:.2f} GB"
        size = sum(file.stat().st_size for file in (Path(folder) / "index").iterdir())
        yield "index bytes per article", f"{size / count:,.0f}"
        yield "again, unchanged", f"{_ingest(folder)['wall']:.1f} s"
        (seeds / "one-more.txt").write_text("One more\n\nOne more article came. It is short.")
        yield "one more article, from a cold start", f"{_ingest(folder)['wall']:.1f} s"


def _write_seeds(path: Path, seeds: Path, limit: int | None) -> int:
    seeds.mkdir()
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        for count, line in enumerate(islice(lines, limit), start=1):
            article = json.loads(line)
            record = {key: article.get(key) for key in ("title", "text", "url", "publish_date")}
            (seeds / f"{count:06}.json").write_text(json.dumps(record))
    return count


def _ingest(folder: str) -> dict[str, float]:
    """Run the ingest command; its report, wall seconds and peak memory in GB."""
    environment = {
        **os.environ,
        "CLIPPINGS_SEEDS": f"{folder}/seeds",
        "CLIPPINGS_INDEX": f"{folder}/index",
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "ingest.py", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    report: dict[str, float] = json.loads(done.stdout)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    return {**report, "wall": time.monotonic() - began, "memory": memory}


# ── seeds ──


def seeds() -> Iterable[tuple[str, int, int]]:
    """What was measured on the gold questions, how often it was so, and of how many."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(replace(Settings(), index=Path(folder)))
        engine.ingest()
        gold = [json.loads(line) for line in (GOLD / "seeds.jsonl").read_text().splitlines()]
        asked = [(one, engine.answer(one["question"])) for one in gold]
    answerable = [(one, answer) for one, answer in asked if one["answers"]]
    others = [answer for one, answer in asked if not one["answers"]]
    statements = [said for _, answer in asked for said in answer.statements]
    right = sum(_is_right(one, answer) for one, answer in answerable)
    refused = sum(answer.status == "not_found" for answer in others)
    written = sum(said.kind == "written" for said in statements)
    yield "answered with the known fact, citing its article", right, len(answerable)
    yield "refused where the articles do not say", refused, len(others)
    yield "written sentences among those shown, the others quotations", written, len(statements)


def _is_right(one: dict[str, Any], answer: Answer) -> bool:
    known = any(fact.lower() in answer.text.lower() for fact in one["answers"])
    cited = any(item.article.title.startswith(tuple(one["articles"])) for item in answer.cited)
    return answer.status == "answered" and known and cited


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927)."""
    z, rate = 1.96, right / n
    middle = rate + z * z / (2 * n)
    half = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print figures; with --faults also every single fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["reading", "seeds"])
    parser.add_argument("--only", default="", help="files whose name contains this")
    parser.add_argument("--faults", action="store_true", help="list every fault")
    parser.add_argument("--articles", type=Path, help="an articles file to ingest and time")
    parser.add_argument("--limit", type=int, help="so many of its articles")
    options = parser.parse_args(arguments)
    if options.what == "seeds":
        for name, right, n in seeds():
            low, high = wilson(right, n)
            print(f"  {name:58} {right} of {n} = {right / n:.2f} ({low:.2f} to {high:.2f})")
        return 0
    expected = json.loads((PAGES / "expected.json").read_text())
    names = [name for name in expected if options.only in name]
    done = reading(names, expected)
    if options.faults:
        print("\n".join(done.faults), end="\n\n")
    print(f"{len(names)} pages, {done.counts['expected']} articles")
    for name, figure in done.figures().items():
        print(f"  {name:32} {figure:.3f}")
    # Of articles that are copies already, one.
    different = {
        one.get("cluster") or one["title"]: " ".join(one["sentences"])
        for page in expected.values()
        for one in page["articles"]
    }
    texts = list(different.values())
    print(f"copies of {len(texts)} articles, pairwise F1 by share of words replaced")
    for share, figure in copies(texts, (0.0, 0.1, 0.2, 0.3, 0.4)):
        print(f"  {share:<32} {figure:.3f}")
    if options.articles:
        print(f"ingest of {options.articles.name}")
        for name, line in ingest_articles(options.articles, options.limit):
            print(f"  {name:36} {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
