"""Measure whether sentences are judged rightly beside the words they cite.

    sentence, text -> the checks of an answer's sentences -> passed or not, and how probable -> Outcome

support-pairs     invented news and sentences about it, in twelve classes of error, half of them fair
support-bench     sentences of language models with the texts they cite, judged by people
support-qags      sentences of summaries, judged by people
support-anli      sentences that people wrote to be judged wrongly

Every other text of `support-pairs` is kept unread: its pairs are judged only by the task whose name
ends with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sklearn.metrics import f1_score

from rag.answering.checks.verify import judge
from rag.protocols import Judges
from rag.settings import ROOT
from rag.types.articles import Article
from rag.types.evidence import Evidence
from scripts.evaluation import measures
from scripts.evaluation.collections import file_digest, half, records
from scripts.evaluation.measures import Figure
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Means, Ready, Task, models, sampled

PAIRS = ROOT / "tests" / "gold" / "pairs.jsonl"
CAUGHT, PASSED = "false caught", "true passed"
F1, AUROC = "macro-F1", "AUROC of the checker's probability"
FRAMES = ("allegation", "modality", "speaker")
MOST_CHARACTERS = 1_200  # of a text that is judged at once


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the texts it cites, and whether they say so."""

    id: str
    kind: str
    sentence: str
    texts: tuple[str, ...]
    supported: bool


def pairs(path: Path) -> list[Case]:
    """Return the pairs of a file with class, sentence, text and supported in each line."""
    return [
        Case(str(number), one["class"], one["sentence"], (one["text"],), one["supported"])
        for number, one in enumerate(records(path), start=1)
    ]


def bench(path: Path) -> list[Case]:
    """Return the claims of AttributionBench with the texts that they cite."""
    return [
        Case(one["id"], one["src_dataset"], one["claim"], tuple(one["references"]), right)
        for one in records(path)
        for right in [one["attribution_label"] == "attributable"]
    ]


def judged(path: Path) -> list[Case]:
    """Return the statements of a file with set, statement, evidence and label in each line."""
    return [
        Case(str(number), one["set"], one["statement"], (one["evidence"],), bool(one["label"]))
        for number, one in enumerate(records(path), start=1)
    ]


def task(
    name: str, file: Path, read: Callable[[Path], list[Case]], unread: bool | None = None
) -> Task:
    """Return a task on all pairs of a file, or on one half of its texts."""

    def ready(means: Means) -> Ready[Case]:
        engine, mark = means.engine(), file_digest(file)
        chosen = read(file)
        if unread is not None:
            chosen = half(chosen, unread, lambda case: "\n".join(case.texts))
        cases = {case.id: case for case in chosen}
        return Ready(
            engine.settings,
            models(engine, writes=False),
            sampled(cases, means.limit, {"articles": mark, "questions": mark}),
            partial(outcome, judges=engine.models),
            figures=figures,
        )

    return Task(f"support-{name}{'-unread' if unread else ''}", (file,), ready)


def outcome(case: Case, judges: Judges) -> Outcome:
    """Return whether the sentence passes the checks of an answer's sentences."""
    cited = [_evidence(text, number) for number, text in enumerate(case.texts, start=1)]
    parts = [piece for item in cited for piece in _pieces(item)]
    judged = [judge(case.sentence, [one], "", judges) for one in parts]
    said = max((one.support.supported for one in judged), default=0.0)
    passes = any(not one.problems for one in judged)
    rates = {PASSED: passes} if case.supported else {CAUGHT: not passes}
    facts = {"said": said, "passes": float(passes), "supported": float(case.supported)}
    return Outcome(case.id, case.kind, rates, facts=facts)


def _evidence(text: str, number: int) -> Evidence:
    article = Article(path=f"{number}.txt", position=0, title="", text=text)
    return Evidence(number, article, 0, len(text), 1.0)


def _pieces(item: Evidence) -> Iterator[Evidence]:
    """Yield a long text in overlapping pieces."""
    step = MOST_CHARACTERS // 2
    for start in range(0, max(1, item.end - step), step):
        yield replace(item, start=start, end=min(item.end, start + MOST_CHARACTERS))


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the sums of every class and of all, with what both sides give together."""
    everything = [replace(one, kind="all") for one in outcomes]
    frames = [replace(one, kind="frames") for one in outcomes if one.kind in FRAMES]
    found = {**summed([*everything, *frames, *outcomes])}
    found["all"] = {**found["all"], **dict(_of_both(outcomes))}
    return found


def _of_both(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Figure]]:
    truth = [bool(one.facts["supported"]) for one in outcomes]
    passes = [bool(one.facts["passes"]) for one in outcomes]
    yield F1, Figure(float(f1_score(truth, passes, average="macro")), len(outcomes))
    sides = (
        [one.facts["said"] for one in outcomes if bool(one.facts["supported"]) is side]
        for side in (True, False)
    )
    supported, others = sides
    if supported and others:
        yield AUROC, measures.auroc(supported, others)
