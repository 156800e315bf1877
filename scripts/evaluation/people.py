"""Find the names of people and organisations on pages that were marked by hand.

The twenty pages of tests/gold/people.jsonl are articles of tests/gold, on which people are marked; the
rule before the network was written with those of its archive at hand. The forty of tests/gold/names.jsonl
were written for this, with people and organisations, and nothing was chosen by them. A mention of a
person is right where the words and the full name that they belong to are those that were marked; a
surname alone that is told as somebody else's, or as a person's though it is none, is wrongly joined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from rag.archive import people
from rag.archive.people import Mention
from rag.parts import network_namer
from rag.reading.readers.text import read_markdown
from rag.settings import ROOT
from scripts.evaluation.collections import digest_of, file_digest, records
from scripts.evaluation.nearmiss import NEAR
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Means, Ready, Task, sampled
from scripts.evaluation.wordings import ARCHIVE

PAGES = ROOT / "tests" / "gold" / "people.jsonl"
UNREAD = ROOT / "tests" / "gold" / "names.jsonl"
PRECISION, RECALL = "mentions: precision", "mentions: recall"
PEOPLE_PRECISION, PEOPLE_RECALL = "people of a page: precision", "people of a page: recall"
JOINED = "wrongly joined"
BODIES_PRECISION, BODIES_RECALL = "organisations: precision", "organisations: recall"

Named = tuple[str, str]  # words of the page, and the whole name
Find = Callable[[str, str], Sequence[Mention]]  # title, text -> mentions


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the mentions that were marked on it; None where organisations were not."""

    id: str
    title: str
    text: str
    people: tuple[Named, ...]
    organisations: tuple[Named, ...] | None = None

    @property
    def kind(self) -> str:
        """Where it is from."""
        return self.id.partition("/")[0]


def pages(path: Path = PAGES, archive: Path = ARCHIVE, near: Path = NEAR) -> list[Page]:
    """Return the pages with what was marked on them."""
    others = {one["id"]: (one["title"], one["text"]) for one in records(near)}
    return [_page(one, archive, others) for one in records(path)]


def _page(one: Mapping[str, Any], archive: Path, others: Mapping[str, tuple[str, str]]) -> Page:
    if "text" in one:
        bodies = _marked(one["organisations"])
        return Page(f"names/{one['id']}", one["title"], one["text"], _marked(one["people"]), bodies)
    where, _, name = one["page"].partition("/")
    if where == "archive":
        [read] = read_markdown(name, (archive / name).read_bytes())
        title, text = read.fields["title"], read.text
    else:
        title, text = others[name]
    return Page(one["page"], title, text, _marked(one["people"]))


def _marked(told: Mapping[str, Iterable[str]]) -> tuple[Named, ...]:
    return tuple((words, whole) for whole, said in told.items() for words in said)


def task(find: Find | None = None, path: Path = PAGES) -> Task:
    """Return the task on all pages of a file; by the program's own network unless `find` is given."""

    def ready(means: Means) -> Ready[Page]:
        found = find or partial(people.mentions, namer=network_namer(means.settings))
        articles = digest_of([*sorted(ARCHIVE.iterdir()), NEAR])
        data = {"articles": articles, "questions": file_digest(path)}
        chosen = sampled({page.id: page for page in pages(path)}, means.limit, data)
        return Ready(means.settings, {}, chosen, partial(outcome, find=found), figures=figures)

    name = "archive-names-unread" if path == UNREAD else "archive-names"
    return Task(name, (path, NEAR), ready)


def outcome(page: Page, find: Find) -> Outcome:
    """Return how many of the mentions found were marked, and of the marked ones found."""
    told = find(page.title, page.text)
    found, marked = Counter(_named(told, "person")), Counter(page.people)
    both = (found & marked).total()
    named, known = ({person for _, person in side} for side in (found, marked))
    joined = Counter({one: count for one, count in found.items() if one[0] != one[1]})
    parts = {
        PRECISION: (both, found.total()),
        RECALL: (both, marked.total()),
        PEOPLE_PRECISION: (len(named & known), len(named)),
        PEOPLE_RECALL: (len(named & known), len(known)),
        JOINED: ((joined - marked).total(), joined.total()),
    }
    if page.organisations is not None:
        bodies = Counter(words for words, _ in _named(told, "organisation"))
        right = Counter(words for words, _ in page.organisations)
        parts[BODIES_PRECISION] = ((bodies & right).total(), bodies.total())
        parts[BODIES_RECALL] = ((bodies & right).total(), right.total())
    return Outcome(page.id, page.kind, parts=parts)


def _named(told: Iterable[Mention], kind: str) -> list[Named]:
    return [(" ".join(one.words), " ".join(one.whole)) for one in told if one.kind == kind]


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the sums of all pages, and of those of each kind."""
    return summed([*(replace(one, kind="all") for one in outcomes), *outcomes])
