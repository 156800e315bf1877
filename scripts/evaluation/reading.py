"""Measure how well pages are read and copies of articles found; every fault is told aloud."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from rag.language.words import plain
from rag.reading import folder as files
from rag.reading import formats
from rag.reading.newspage import articles
from rag.settings import ROOT
from rag.shell.terminal import say
from rag.store.copies import reports, signature
from rag.types.articles import Article
from rag.types.files import Skipped
from scripts.evaluation.collections import digest_of, file_digest
from scripts.evaluation.measures import Figure
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Means, Ready, Task, first

PAGES = ROOT / "tests" / "pages"
EXPECTED = PAGES / "expected.json"
TODAY = date(2026, 11, 21)  # the day the pages are read; dates without a year count back from it
MATCHED = 0.5  # an article is found when it holds this share of the expected sentences
REPLACED = (0.0, 0.1, 0.2, 0.3, 0.4)  # shares of a copy's words
DATE = "date right or honestly unknown"
Tell = Callable[[str], None]
Known = Mapping[str, Any]  # what a page holds, or an article


def _ready(means: Means) -> Ready[str]:
    expected = json.loads(EXPECTED.read_text())
    pages = digest_of([PAGES / name for name in expected])
    data = {"articles": pages, "questions": file_digest(EXPECTED)}
    return Ready(
        means.settings,
        {},
        first({name: name for name in expected}, means.limit, data),
        lambda name: outcome(name, expected[name]),
        figures=lambda found: {**figures(found), "copies": dict(copies(different(expected)))},
    )


TASK = Task("reading", (EXPECTED,), _ready)


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the shares, and the F1 of splitting pages into articles."""
    names = ("found", "produced", "expected")
    found, produced, expected = (int(sum(one.facts[name] for one in outcomes)) for name in names)
    # 2PR / (P + R) with P = found / produced and R = found / expected
    split = Figure(2 * found / (produced + expected or 1), expected)
    return {"all": {"article split F1": split, **summed(outcomes)["all"]}}


def outcome(name: str, expected: Known, folder: Path = PAGES, tell: Tell = say) -> Outcome:
    """Read a page and compare its articles with the expected ones."""

    def fault(kind: str, lines: Iterable[str]) -> None:
        for line in lines:
            tell(f"{name}: {kind}: {line[:90]}")

    found = articles_of(folder, name)
    if isinstance(found, Skipped):
        fault("skipped", [found.reason])
        found = []
    pairs, missing, others = _paired(found, expected["articles"])
    kept = [line for line in expected["boilerplate"] if any(_holds(one, line) for one in found)]
    lost = [line for one, wanted in pairs for line in wanted["sentences"] if not _holds(one, line)]
    fault("boilerplate left", kept)
    fault("article not found", (wanted["title"] for wanted in missing))
    fault("not an article", (one.title for one in others))
    fault("sentence lost", lost)
    wrong = [_wrong(one, wanted) for one, wanted in pairs]
    fault("not", (told for facts in wrong for told in facts.values() if told))
    all_lost = len(lost) + sum(len(wanted["sentences"]) for wanted in missing)
    sentences = sum(len(wanted["sentences"]) for wanted in expected["articles"])
    parts = {
        "boilerplate sentences left": (len(kept), len(expected["boilerplate"])),
        "article sentences lost": (all_lost, sentences),
    }
    for fact in wrong[0] if wrong else ():
        parts[fact] = (sum(not facts[fact] for facts in wrong), len(wrong))
    if wrong:
        parts["date wrong"] = (len(wrong) - parts[DATE][0], len(wrong))
    counts = {"found": len(pairs), "produced": len(found), "expected": len(expected["articles"])}
    return Outcome(name, "all", parts=parts, facts=counts)


def articles_of(folder: Path, name: str) -> list[Article] | Skipped:
    """Return the articles of one file, as an ingest reads them."""
    found = files.read(folder, name, 20_000_000)
    pages = found if isinstance(found, Skipped) else formats.read_pages(found)
    if isinstance(pages, Skipped):
        return pages
    return [article for page in pages for article in articles.articles(page, TODAY)]


def _paired(found: Iterable[Article], expected: Sequence[Known]) -> tuple[Any, ...]:
    """Return the expected articles with those found, the missing ones, and the others found."""
    left, pairs, missing = list(found), [], []
    for wanted in expected:
        held = [sum(_holds(one, line) for line in wanted["sentences"]) for one in left]
        most = max(held, default=0)
        if left and most >= MATCHED * len(wanted["sentences"]):
            pairs.append((left.pop(held.index(most)), wanted))
        else:
            missing.append(wanted)
    return pairs, missing, left


def _wrong(found: Article, wanted: Known) -> dict[str, str]:
    """Return what is wrong about each fact of an article, in words; empty where it is right."""
    published = found.published.isoformat() if found.published else None
    facts = (
        ("title right", found.title, [wanted["title"]]),
        ("outlet right", found.source, [wanted["outlet"], *wanted.get("outlet_any", ())]),
        ("agency right", found.agency, [wanted["agency"]]),
        (DATE, published, [wanted["published"], *wanted.get("published_any", ()), None]),
    )
    return {
        name: "" if _plain(value) in map(_plain, those) else f"{name}: {value!r} for {those}"
        for name, value, those in facts
    }


def _holds(article: Article, sentence: str) -> bool:
    return _plain(sentence) in _plain(article.text)


def _plain(text: str | None) -> str:
    return " ".join(plain(text or "").split())


def copies(texts: Sequence[str]) -> Iterator[tuple[str, Figure]]:
    """Yield, for some shares of words replaced, the pairwise F1 of finding each text's copy."""
    vocabulary = [word for text in texts for word in text.split()]
    for share in REPLACED:
        draw = random.Random(7)

        def other(word: str, share: float = share, draw: random.Random = draw) -> str:
            return draw.choice(vocabulary) if draw.random() < share else word

        edited = [" ".join(map(other, text.split())) for text in texts]
        found = reports({key: signature(text) for key, text in enumerate([*texts, *edited])})
        pairs = {(a, b) for a, b in combinations(sorted(found), 2) if found[a] == found[b]}
        wanted = {(key, key + len(texts)) for key in range(len(texts))}
        f1 = 2 * len(pairs & wanted) / (len(pairs) + len(wanted))
        yield f"F1 with {share:.0%} of the words replaced", Figure(f1, len(texts))


def different(expected: Known) -> list[str]:
    """Return the texts of the expected articles; of articles that are copies already, one."""
    every = [one for page in expected.values() for one in page["articles"]]
    texts = {one.get("cluster") or one["title"]: " ".join(one["sentences"]) for one in every}
    return list(texts.values())
