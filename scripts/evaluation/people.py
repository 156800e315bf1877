"""Find the names of people on pages that were marked by hand.

The twenty pages of tests/gold/people.jsonl are articles of tests/gold. Those of its archive were at
hand when the rule was written; the others (near-miss) were not. A mention is right where the words
and the full name that they belong to are those that were marked; a surname alone that is told as
somebody else's, or as a person's though it is none, is wrongly joined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from rag.archive.people import mentions
from rag.reading.readers.text import read_markdown
from rag.settings import ROOT
from scripts.evaluation.collections import digest_of, file_digest, records
from scripts.evaluation.nearmiss import NEAR
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Means, Ready, Task, sampled
from scripts.evaluation.wordings import ARCHIVE

PAGES = ROOT / "tests" / "gold" / "people.jsonl"
PRECISION, RECALL = "mentions: precision", "mentions: recall"
PEOPLE_PRECISION, PEOPLE_RECALL = "people of a page: precision", "people of a page: recall"
JOINED = "wrongly joined"

Mention = tuple[str, str]  # words of the page, and the full name of the person
Find = Callable[[str, str], Sequence[Mention]]  # title, text -> mentions


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the mentions of people that were marked on it, person by person."""

    id: str
    title: str
    text: str
    marked: tuple[Mention, ...]

    @property
    def kind(self) -> str:
        """Where it is from."""
        return self.id.partition("/")[0]


def by_rule(title: str, text: str) -> list[Mention]:
    """Return the mentions that the program finds."""
    return [(" ".join(words), " ".join(whole)) for words, whole in mentions(title, text)]


def pages(path: Path = PAGES, archive: Path = ARCHIVE, near: Path = NEAR) -> list[Page]:
    """Return the pages with what was marked on them."""
    others = {one["id"]: (one["title"], one["text"]) for one in records(near)}
    return [_page(one, archive, others) for one in records(path)]


def _page(one: Mapping[str, Any], archive: Path, others: Mapping[str, tuple[str, str]]) -> Page:
    where, _, name = one["page"].partition("/")
    if where == "archive":
        [read] = read_markdown(name, (archive / name).read_bytes())
        title, text = read.fields["title"], read.text
    else:
        title, text = others[name]
    marked = [(words, person) for person, said in one["people"].items() for words in said]
    return Page(one["page"], title, text, tuple(marked))


def task(find: Find = by_rule, path: Path = PAGES) -> Task:
    """Return the task on all pages."""

    def ready(means: Means) -> Ready[Page]:
        articles = digest_of([*sorted(ARCHIVE.iterdir()), NEAR])
        data = {"articles": articles, "questions": file_digest(path)}
        chosen = sampled({page.id: page for page in pages(path)}, means.limit, data)
        return Ready(means.settings, {}, chosen, partial(outcome, find=find), figures=figures)

    return Task("archive-names", (path, NEAR), ready)


def outcome(page: Page, find: Find = by_rule) -> Outcome:
    """Return how many of the mentions found were marked, and of the marked ones found."""
    found, marked = Counter(find(page.title, page.text)), Counter(page.marked)
    both = (found & marked).total()
    named, people = ({person for _, person in side} for side in (found, marked))
    joined = Counter({one: count for one, count in found.items() if one[0] != one[1]})
    parts = {
        PRECISION: (both, found.total()),
        RECALL: (both, marked.total()),
        PEOPLE_PRECISION: (len(named & people), len(named)),
        PEOPLE_RECALL: (len(named & people), len(people)),
        JOINED: ((joined - marked).total(), joined.total()),
    }
    return Outcome(page.id, page.kind, parts=parts)


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the sums of all pages, and of those of each kind."""
    return summed([*(replace(one, kind="all") for one in outcomes), *outcomes])
