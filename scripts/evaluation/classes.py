"""Measure whether texts are taken for what they are: how a statement tells, and orders to a program.

    text of tests/gold/classes.jsonl -> the classifier's label under one head -> Outcome

They were written for this by people who saw none of what it learned from; most are hard: with the
words that tell another label, or with none that tells. Every second text is kept unread: it is read
only by the task whose name ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sklearn.metrics import f1_score

from rag.models.classifier import CLASSES
from rag.protocols import Classifier
from rag.retrieval.orders import is_order
from rag.settings import ROOT
from scripts.evaluation import measures
from scripts.evaluation.collections import half, records
from scripts.evaluation.measures import Figure
from scripts.evaluation.outcomes import Figures, Outcome, by_kind
from scripts.evaluation.runner import Task, task_of_file

TEXTS = ROOT / "tests" / "gold" / "classes.jsonl"
NAMES = {"frame": "how a statement tells", "order": "orders to a program"}
RULES = "orders to a program, by the rules"


@dataclass(frozen=True, slots=True)
class Case:
    """A text with its label under one head."""

    id: str
    text: str
    head: str
    label: str


def cases(unread: bool, path: Path = TEXTS) -> list[Case]:
    """Return one half of the texts."""
    every = [Case(str(number), **one) for number, one in enumerate(records(path), start=1)]
    return half(every, unread, lambda case: case.text)


def task(unread: bool = False, path: Path = TEXTS) -> Task:
    """Return the task on one half of the texts."""
    return task_of_file(
        "classes-unread" if unread else "classes",
        path,
        lambda: {case.id: case for case in cases(unread, path)},
        lambda engine, _: partial(outcome, classifier=engine.models.classifier),
        figures,
    )


def outcome(case: Case, classifier: Classifier) -> Outcome:
    """Return the label of a text, and that of the rules where there are some."""
    [one] = classifier.classify([case.text])
    said = one.frame if case.head == "frame" else _yes(one.order >= 0.5)
    of = CLASSES[case.head]
    facts = {"label": of.index(case.label), "said": of.index(said)}
    if case.head == "order":
        facts["by rules"] = of.index(_yes(is_order(case.text)))
    return Outcome(case.id, case.head, facts=facts)


def _yes(it_is: bool) -> str:
    return "yes" if it_is else "no"


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return for each head macro-F1, and recall and precision of each label."""
    found = {}
    for head, group in by_kind(outcomes).items():
        found[NAMES[head]] = dict(_of_head(group, head, "said"))
        if "by rules" in group[0].facts:
            found[RULES] = dict(_of_head(group, head, "by rules"))
    return found


def _of_head(group: Sequence[Outcome], head: str, by: str) -> Iterator[tuple[str, Figure]]:
    right = [one.facts["label"] for one in group]
    said = [one.facts[by] for one in group]
    yield "macro-F1", Figure(float(f1_score(right, said, average="macro")), len(group))
    pairs = list(zip(right, said, strict=True))
    for place, label in enumerate(CLASSES[head]):
        found = {
            "recall": [told == place for true, told in pairs if true == place],
            "precision": [true == place for true, told in pairs if told == place],
        }
        for name, counted in found.items():
            if counted:
                yield f"{name} · {label}", measures.rate(counted)
