"""Check drafts with planted errors: one sentence of each article's draft says another thing.

The articles of tests/gold/drafts.jsonl, written for this, are one archive. A draft has the sentences
of an article: most word for word (`untouched`), one in other words that say the same (`reworded`),
and one with one thing changed, named by what was changed. Every second article is for development;
the drafts of the others stay unread until `drafts-unread` checks them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.engine import Engine
from rag.settings import ROOT
from rag.types.drafts import Checked
from scripts.evaluation.collections import file_digest, half, records, seeds
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Means, Task, library_of, task_of_file

DRAFTS = ROOT / "tests" / "gold" / "drafts.jsonl"
LIBRARIES = "drafts"  # the folder of the cache
TRUE = ("untouched", "reworded")
PASSED, CAUGHT, NAMED = "true passed", "false caught", "false caught and named"
NAMED_AS = ("contradicted", "quotation altered", "only alleged")


@dataclass(frozen=True, slots=True)
class Case:
    """A draft, and what is true of each of its sentences."""

    id: str
    sentences: tuple[str, ...]
    kinds: tuple[str, ...]


def cases(unread: bool = False, path: Path = DRAFTS) -> list[Case]:
    """Return the drafts of one half of the articles."""
    return half([_case(one) for one in records(path)], unread, lambda case: case.id)


def _case(one: Mapping[str, Any]) -> Case:
    rows = one["draft"]
    return Case(
        one["title"], tuple(row["text"] for row in rows), tuple(row["kind"] for row in rows)
    )


def articles(path: Path = DRAFTS) -> Iterator[dict[str, str]]:
    """Yield all articles as records of a seeds folder, both halves."""
    for number, one in enumerate(records(path), start=1):
        yield {
            "id": str(number),
            "title": one["title"],
            "text": " ".join(one["article"]),
            "publish_date": one["day"],
        }


def task(unread: bool = False, path: Path = DRAFTS) -> Task:
    """Return the task on the drafts of one half of the articles."""

    def asking(engine: Engine, means: Means) -> Callable[[Case], Outcome]:
        folder = means.cache / LIBRARIES / file_digest(path)
        library = library_of(engine, seeds(articles(path)), folder)
        return lambda case: outcome(case, library)

    return task_of_file(
        "drafts-unread" if unread else "drafts",
        path,
        lambda: {case.id: case for case in cases(unread, path)},
        asking,
        figures,
    )


def outcome(case: Case, engine: Engine) -> Outcome:
    """Return how many true sentences of a draft are supported, and how many false ones are not."""
    *_, draft = engine.check("\n\n".join(case.sentences))
    verdicts = {one.text: one for one in draft.sentences}
    rows = [
        (kind, verdicts[text])
        for text, kind in zip(case.sentences, case.kinds, strict=True)
        if text in verdicts  # else it was read as no statement
    ]
    parts = {
        f"{measure} · {kind}": (right, 1)
        for kind, one in rows
        if kind not in TRUE
        for measure, right in _of_false(one)
    }
    for kind in TRUE:
        told = [one.verdict == "supported" for same, one in rows if same == kind]
        parts[f"{PASSED} · {kind}"] = (sum(told), len(told))
    return Outcome(case.id, "all", parts=parts)


def _of_false(one: Checked) -> Iterator[tuple[str, int]]:
    yield CAUGHT, one.verdict != "supported"
    yield NAMED, one.verdict in NAMED_AS


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the sums of every class of error, and of all of them."""
    split = [
        replace(one, kind=kind, parts={measure: value})
        for one in outcomes
        for name, value in one.parts.items()
        for measure, _, of in [name.partition(" · ")]
        for kind in ([of] if of in TRUE else ["planted", of])
    ]
    return summed(split)
