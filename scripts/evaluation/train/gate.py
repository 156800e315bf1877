"""Train the gate's few numbers on development data and write rag/retrieval/gate.json.

    python -m scripts.evaluation.train.gate collect   signals of every question (minutes; cached)
    python -m scripts.evaluation.train.gate fit       cross-validate, choose the threshold, write

Questions: those of the abstention set on the library frozen at its day; the news questions, once
with their relevant articles and once with these taken out of reach; the written archive of
tests/gold; written articles with questions that they nearly answer; paragraphs that the reader did
not learn from. What is kept unread for measuring is not read here. Only signals are kept, never a
text.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import typer
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from rag.engine import Engine
from rag.filters import Filters
from rag.language.mentions import missing
from rag.retrieval import evidence, gate, search
from rag.settings import ROOT, Settings
from rag.shell.terminal import door, run, say
from rag.store import passages
from rag.types.answers import Answer
from rag.types.articles import Article
from rag.types.evidence import Evidence
from rag.types.hits import Hit
from rag.types.questions import Ask
from scripts.evaluation import collections, machine, retrieval, spans
from scripts.evaluation.collections import Collection, Question, questions, records
from scripts.evaluation.nearmiss import LIBRARIES, NEAR, Libraries, cases
from scripts.evaluation.retrieval import asked
from scripts.evaluation.runner import library_of
from scripts.evaluation.tasks import FROZEN

KEPT = collections.CACHE / "gate.jsonl"
DATA = ROOT.parent / "shared" / "eval"
GOLD = ROOT / "tests" / "gold"
PARAGRAPHS = 150
SEED = 7
FOLDS = 5
# the paragraphs are no news: for them it is only measured
LEARNED = ("abstain", "news", "archive", "near")
MOST_FALSE = 0.12  # of answerable questions may be refused
# A passage that fits badly is a reason to refuse in an archive; of a single article it is none.
NEAR_COUNTS = 0.5  # of another set
# Weak: a strong pull towards 0 shrinks the weight of what is rare, and old news answered for new.
REGULARISED = 10.0
MARGIN = 0.75  # of that is used here: other questions will do worse
UNFITTED = {"version": 1, "threshold": 0.5, "intercept": 0.0, "weights": {}}


@dataclass(frozen=True, slots=True)
class Row:
    """The signals of one question; rows of one group never stand on both sides of a fold."""

    set: str
    group: str
    answerable: bool
    signals: dict[str, float]


def collect(data: Path) -> Iterator[Row]:
    """Yield every row, set by set."""
    news = data / "realtimeqa"
    found = collections.collection(news / "small_dev_articles.jsonl.gz")
    seeds, index = found.folder / "seeds", found.folder / "index"
    engine = Engine(replace(Settings(), seeds=seeds, index=index))
    engine.ingest()
    frozen = replace(found, until=FROZEN)
    for one in questions(news / "abstain_dev.jsonl"):
        if not one.answerable or frozen.present(one):
            answer = _asked(engine, one, until=FROZEN)
            yield from _row("abstain", one.id, bool(one.answerable), answer)
    for one in questions(news / "small_dev_questions.jsonl"):
        if found.present(one):
            yield from _with_and_without(engine, found, one)
    yield from paragraphs(engine, data / "squad2_dev" / "squad2.json")
    yield from _archive(engine)
    yield from near(engine)


def _asked(engine: Engine, one: Question, **filters: Any) -> Answer:
    return engine.answer(Ask(one.text, Filters(**filters), one.day, write=False))


def _with_and_without(engine: Engine, found: Collection, one: Question) -> Iterator[Row]:
    present = found.present(one)
    answer = _asked(engine, one)
    if retrieval.holds(answer, one):  # else nobody could answer from what is shown
        yield from _row("news", one.id, True, answer)
    away = tuple(path for path in found.records if found.record(path) in present)
    answer = _asked(engine, one, without=away)
    if not retrieval.holds(answer, one):  # else another article says it, too
        yield from _row("news", one.id, False, answer)


def _archive(parts: Engine) -> Iterator[Row]:
    files = [(path.name, path.read_text()) for path in (GOLD / "archive").iterdir()]
    with TemporaryDirectory() as folder:
        engine = library_of(parts, files, Path(folder))
        for one in records(GOLD / "archive.jsonl"):
            if one["kind"] != "follow-up":
                day = date.fromisoformat(one.get("as_of") or "2025-06-06")
                answer = engine.answer(Ask(one["question"], asked_on=day, write=False))
                yield from _row("archive", one["id"], one["kind"] != "unanswerable", answer)


def near(parts: Engine, path: Path = NEAR, cache: Path = collections.CACHE) -> Iterator[Row]:
    """Yield rows of single articles and the questions that they answer or miss."""
    libraries = Libraries(parts, cache / LIBRARIES)
    for case in cases(path=path):
        answer = libraries.of(case).answer(asked(case.question, write=False))
        answerable = bool(case.question.answerable)
        yield from _row("near", case.documents[0]["id"], answerable, answer)


def _row(name: str, group: str, answerable: bool, answer: Answer) -> Iterator[Row]:
    if answer.verdict and answer.verdict.signals:
        yield Row(name, f"{name} {group}", answerable, dict(answer.verdict.signals))


def paragraphs(engine: Engine, path: Path) -> Iterator[Row]:
    """Yield rows of paragraphs without a search: whatever they are, they are the evidence."""
    given = spans.part(spans.squad2(path), unread=False)
    for case in random.Random(SEED).sample(given, min(PARAGRAPHS, len(given))):
        text, question = case.text, case.question.text
        article = Article(path="paragraph.txt", position=0, title="", text=text)
        cut = passages.passages(article, engine.settings.passage_words)
        hits = search.rerank(question, [Hit(one, 0.0, 1, 1) for one in cut], engine.models.reader)
        models = engine.models
        found = evidence.choose(
            question, hits, models.reader, models.classifier, limit=5, per_article=5
        )
        if found:
            signals = gate.signals(question, found, hits, missing(question, [article]))
            group = f"paragraphs {text[:40]}"
            yield Row("paragraphs", group, bool(case.question.answerable), signals)


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the model of all rows, with what cross-validation says of it."""
    learned = [row for row in rows if row.set in LEARNED]
    names = sorted(learned[0].signals)
    x, y, sets = _columns(learned, names)
    # every set counts alike, and in it both sides
    weights = compute_sample_weight("balanced", [f"{row.set} {row.answerable}" for row in learned])
    weights = weights * [NEAR_COUNTS if row.set == "near" else 1.0 for row in learned]
    weighed = {"logisticregression__sample_weight": weights}
    model = make_pipeline(StandardScaler(), LogisticRegression(C=REGULARISED, max_iter=1000))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    how = {"groups": [row.group for row in learned], "cv": folds, "params": weighed}
    guessed = cross_val_predict(model, x, y, method="predict_proba", **how)[:, 1]
    threshold = _threshold(guessed, y, sets)
    masks = {name: sets == name for name in LEARNED if name in sets}
    report = {name: _report(guessed[own], y[own], threshold) for name, own in masks.items()}
    model.fit(x, y, **weighed)
    if others := [row for row in rows if row.set not in LEARNED]:
        unseen, truth, _ = _columns(others, names)
        said = model.predict_proba(unseen)[:, 1]
        report["paragraphs, not learned"] = _report(said, truth, threshold)
    true, said = calibration_curve(y, guessed, n_bins=10, strategy="quantile")
    scaler, logistic = model[0], model[1]
    slopes = logistic.coef_[0] / scaler.scale_
    return {
        "version": 1,
        "threshold": threshold,
        "intercept": round(float(logistic.intercept_[0] - (slopes * scaler.mean_).sum()), 4),
        "weights": dict(zip(names, slopes.round(4).tolist(), strict=True)),
        "cross-validated": report,
        "calibration": np.column_stack([said, true]).round(3).tolist(),
    }


def _columns(rows: Sequence[Row], names: Sequence[str]) -> tuple[Any, Any, Any]:
    x = np.array([[row.signals[name] for name in names] for row in rows])
    return x, np.array([row.answerable for row in rows]), np.array([row.set for row in rows])


def _report(p: Any, truth: Any, threshold: float) -> dict[str, Any]:
    refused, wrongly = _refused(p, truth, threshold)
    return {
        "n": [int(truth.sum()), int((~truth).sum())],
        "abstain recall": round(refused, 3),
        "false abstain": round(wrongly, 3),
        "balanced accuracy": round((refused + 1 - wrongly) / 2, 3),
        "AUROC": round(float(roc_auc_score(truth, p)), 3),
    }


def _refused(p: Any, truth: Any, threshold: float) -> tuple[float, float]:
    """Return the shares of unanswerable and of answerable questions that are refused."""
    return float((p[~truth] < threshold).mean()), float((p[truth] < threshold).mean())


def _threshold(guessed: Any, truth: Any, sets: Any) -> float:
    """Return the best on the two news sets of those that refuse few answerable questions."""
    both = [sets == name for name in ("abstain", "news")]

    def shares(t: float) -> list[tuple[float, float]]:
        return [_refused(guessed[chosen], truth[chosen], t) for chosen in both]

    steps = [round(float(t), 2) for t in np.arange(0.05, 0.95, 0.01)]
    most = MOST_FALSE * MARGIN
    allowed = [t for t in steps if max(wrongly for _, wrongly in shares(t)) <= most]
    return max(allowed, key=lambda t: sum(rightly - wrongly for rightly, wrongly in shares(t)))


def train(what: Literal["collect", "fit"], data: Path = DATA) -> None:
    """Collect signals from the development sets, or fit the gate to them and write it."""
    raise typer.Exit(run(lambda: _collect(data) if what == "collect" else _fit()))


def _collect(data: Path) -> int:
    if make_usable():
        say(f"{gate.NUMBERS} was made for other signals; it says nothing until `fit` has run.")
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with KEPT.open("w") as file:
        for count, row in enumerate(collect(data), start=1):
            print(json.dumps(asdict(row)), file=file, flush=True)
            if count % 50 == 0:
                say(f"{count} questions")
    return 0


def make_usable(numbers: Path = gate.NUMBERS) -> bool:
    """Write a gate without weights where the one that is there knows other signals than the code."""
    article = Article(path="a.txt", position=0, title="", text="A text.")
    known = gate.signals("", [Evidence(1, article, 0, 7, 0.5)], (), ())
    if json.loads(numbers.read_text())["weights"].keys() <= known.keys():
        return False
    numbers.write_text(f"{json.dumps(UNFITTED, indent=1)}\n")
    return True


def _fit() -> int:
    model = fit([Row(**row) for row in records(KEPT)])
    model |= {"data": collections.file_digest(KEPT), "commit": machine.commit()}
    told = json.dumps(model, indent=1)
    gate.NUMBERS.write_text(f"{told}\n")
    print(told)
    return 0


if __name__ == "__main__":
    sys.exit(door(train, "python -m scripts.evaluation.train.gate", None))
