"""Ask about names with a wrong letter, and about names that nobody has: which are offered instead?

names of the articles, by chance -> one edit -> a question -> the names offered

A name is drawn with its article, so that frequent names come often. It has at least four letters
(of shorter ones none is ever offered), is no abbreviation, and stands with a capital inside a sentence. The
names of tests/gold/absent.jsonl were made up; those that an article has after all are not asked.
The table of names alone is asked, without a search.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.language.calendar import MONTHS, WEEKDAYS
from rag.language.spelling import LEAST_LETTERS
from rag.language.words import words
from rag.retrieval.guesses import did_you_mean
from rag.settings import ROOT
from rag.store.library import Library
from rag.store.names import Names, of_article
from scripts.evaluation import collections
from scripts.evaluation.archive import kept_archive
from scripts.evaluation.collections import digest_of, file_digest, records
from scripts.evaluation.measures import SEED
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.runner import Means, Ready, Task, sampled
from scripts.evaluation.wordings import ARCHIVE

ABSENT = ROOT / "tests" / "gold" / "absent.jsonl"
DRAWN = 100  # names of articles
ASKED = (
    "What did {} say about it?",
    "Who is {}?",
    "What happened in {}?",
    "Why does everybody talk of {}?",
)

RIGHT, FIRST = "right name offered", "right name offered first"
OFFERED = "anything offered for an absent name"


@dataclass(frozen=True, slots=True)
class Case:
    """A question with a name as it was typed, and the name that was meant; "" where none is."""

    id: str
    question: str
    typed: str
    meant: str


def cases(library: Library, absent: Path = ABSENT, drawn: int = DRAWN) -> list[Case]:
    """Return so many misspelled names of a library, and the made-up ones that it lacks."""
    known = Names(library.db)
    made_up = [one["name"] for one in records(absent)]
    lacking = [name for name in made_up if not any(map(known.knows, words(name)))]
    pairs = [*misspelled(library, drawn), *((name, "") for name in lacking)]
    return [
        Case(str(number), ASKED[number % len(ASKED)].format(typed), typed, meant)
        for number, (typed, meant) in enumerate(pairs, start=1)
    ]


def misspelled(library: Library, number: int) -> Iterator[tuple[str, str]]:
    """Yield different names with one edit, each with the name as it is spelled."""
    named = [sorted(_names(one.text)) for one in library.articles()]
    articles = [names for names in named if names]
    chance = random.Random(SEED)
    seen: set[str] = set()
    while articles and len(seen) < number:
        name = chance.choice(chance.choice(articles))
        typed = edited(name, chance)
        if typed.lower() != name.lower() and typed not in seen:
            seen.add(typed)
            yield typed, name


def _names(text: str) -> Iterator[str]:
    """Yield the names in the sentences of a text."""
    for word, spelled in of_article("", text).items():
        no_name = spelled.isupper() or word in {*MONTHS, *WEEKDAYS}
        if len(word) >= LEAST_LETTERS and word.isalpha() and not no_name:
            yield spelled


def edited(name: str, chance: random.Random) -> str:
    """Return a name with a letter more, one less or another one, or with two neighbours exchanged."""
    word, at = name.lower(), chance.randrange(len(name))
    letter, swap = chance.choice(string.ascii_lowercase), chance.randrange(len(name) - 1)
    found = chance.choice(
        [
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at + 1 :],
            word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :],
        ]
    )
    return found.capitalize()


def task(archive: Path = ARCHIVE, absent: Path = ABSENT, name: str = "archive-misspelled") -> Task:
    """Return the task on the names of the archive of tests/gold."""

    def ready(means: Means) -> Ready[Case]:
        index = kept_archive(means, archive).settings.index
        return _ready(means, index, digest_of(sorted(archive.iterdir())), absent)

    return Task(name, (absent,), ready)


def news_task(articles: Path, absent: Path = ABSENT) -> Task:
    """Return the task on the names of an articles file."""

    def ready(means: Means) -> Ready[Case]:
        found = collections.collection(articles, cache=means.cache)
        engine = means.engine(seeds=found.folder / "seeds", index=found.folder / "index")
        engine.ingest(means.progress)
        return _ready(means, engine.settings.index, found.digest, absent)

    place = articles.resolve().parent.name
    return Task(f"archive-misspelled-{place}", (articles, absent), ready)


def _ready(means: Means, index: Path, articles: str, absent: Path) -> Ready[Case]:
    with Library.open(index) as library:
        chosen = {case.id: case for case in cases(library, absent)}
    data = {"articles": articles, "questions": file_digest(absent)}
    drawn = sampled(chosen, means.limit, data)
    return Ready(means.settings, {}, drawn, lambda case: outcome(case, index))


def outcome(case: Case, index: Path) -> Outcome:
    """Return whether the name that was meant is offered; of one that nobody has, whether any is."""
    with Library.open(index) as library:
        _, guesses = did_you_mean(case.question, (), Names(library.db))
    offered = [one.offered.lower() for one in guesses]
    if not case.meant:
        return Outcome(case.id, "all", {OFFERED: bool(offered)})
    meant = case.meant.lower()
    return Outcome(case.id, "all", {RIGHT: meant in offered, FIRST: offered[:1] == [meant]})
