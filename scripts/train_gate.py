"""Train the gate's few numbers on development data and write rag/retrieval/gate.json.

    python scripts/train_gate.py collect      signals of every question (minutes; kept in the cache)
    python scripts/train_gate.py fit          cross-validate, choose the threshold, write the model

Questions: those of the abstention set on the library frozen at its day; the news questions, once
with their relevant articles and once with these taken out of reach; paragraphs with questions they
do not answer; the written archive of tests/gold. Only signals are kept, never a text.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rag.engine import Engine
from rag.filters import Filters
from rag.retrieval import evidence, gate, search
from rag.settings import Settings
from rag.store import passages
from rag.types import Answer, Article, Hit
from scripts.scoreboard import machine, retrieval
from scripts.scoreboard.collections import CACHE, Collection, collection, file_digest, questions
from scripts.scoreboard.development import FROZEN

KEPT = CACHE / "gate.jsonl"
DATA = ROOT.parent / "shared" / "eval"
SQUAD_QUESTIONS = 600
SEED = 7
FOLDS = 5
LEARNED = ("abstain", "news", "archive")  # the paragraphs are no news: for them it is only measured
MOST_FALSE = 0.12  # of answerable questions may be refused
MARGIN = 0.75  # of that is used here: other questions will do worse
VERSION = 1


@dataclass(frozen=True, slots=True)
class Row:
    """The signals of one question; rows of one group never stand on both sides of a fold."""

    set: str
    group: str
    answerable: bool
    signals: dict[str, float]


def collect(data: Path) -> Iterator[Row]:
    """Every row, set by set."""
    yield from _news(data)
    yield from _paragraphs(data / "squad2_dev" / "squad2.json")
    yield from _archive()


def _news(data: Path) -> Iterator[Row]:
    folder = data / "realtimeqa"
    found = collection(folder / "small_dev_articles.jsonl.gz")
    engine = Engine(found.settings(Settings()))
    engine.ingest()
    yield from _frozen(engine, found, folder / "abstain_dev.jsonl")
    yield from _with_and_without(engine, found, folder / "small_dev_questions.jsonl")


def _frozen(engine: Engine, found: Collection, path: Path) -> Iterator[Row]:
    for one in questions(path):
        if not one.answerable or found.present(one, FROZEN):
            answer = engine.answer(
                one.text, as_of=one.day, filters=Filters(until=FROZEN), write=False
            )
            yield from _row("abstain", one.id, bool(one.answerable), answer)


def _with_and_without(engine: Engine, found: Collection, path: Path) -> Iterator[Row]:
    paths = {record: path for path, record in found.records.items()}
    for one in questions(path):
        present = found.present(one)
        if not present:
            continue
        answer = engine.answer(one.text, as_of=one.day, write=False)
        if retrieval.holds(answer, one):  # else nobody could answer from what is shown
            yield from _row("news", one.id, True, answer)
        away = tuple(paths[record] for record in paths if found.same[record] in present)
        answer = engine.answer(one.text, as_of=one.day, filters=Filters(without=away), write=False)
        if not retrieval.holds(answer, one):  # else another article says it, too
            yield from _row("news", one.id, False, answer)


def _archive() -> Iterator[Row]:
    gold = ROOT / "tests" / "gold"
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(replace(Settings(), seeds=gold / "archive", index=Path(folder)))
        engine.ingest()
        for line in (gold / "archive.jsonl").read_text().splitlines():
            one = json.loads(line)
            if one["kind"] != "follow-up":
                day = date.fromisoformat(one["as_of"]) if one.get("as_of") else date(2025, 6, 6)
                answer = engine.answer(one["question"], as_of=day, write=False)
                yield from _row("archive", one["id"], one["kind"] != "unanswerable", answer)


def _row(name: str, group: str, answerable: bool, answer: Answer) -> Iterator[Row]:
    if answer.verdict and answer.verdict.signals:
        yield Row(name, f"{name} {group}", answerable, dict(answer.verdict.signals))


def _paragraphs(path: Path) -> Iterator[Row]:
    engine = Engine(Settings())
    asked = [
        (paragraph["context"], qa)
        for article in json.loads(path.read_text())["data"]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]
    for text, qa in random.Random(SEED).sample(asked, SQUAD_QUESTIONS):
        article = Article(path="paragraph.txt", position=0, title="", text=text)
        question = qa["question"].strip()
        hits = [
            Hit(passage, 0.0, 1, 1)
            for passage in passages.passages(article, engine.settings.passage_words)
        ]
        hits = search.rerank(question, hits, engine.reranker)
        found = evidence.choose(question, hits, engine.reranker, limit=5, per_article=5)
        if found:
            signals = gate.signals(question, found, hits, FROZEN, now=False)
            yield Row("paragraphs", f"paragraphs {text[:40]}", not qa["is_impossible"], signals)


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """The model of all rows, with what cross-validation says of it."""
    import numpy as np
    from sklearn.calibration import calibration_curve
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    others = [row for row in rows if row.set not in LEARNED]
    rows = [row for row in rows if row.set in LEARNED]
    names = sorted(rows[0].signals)
    x = np.array([[row.signals[name] for name in names] for row in rows])
    y = np.array([row.answerable for row in rows])
    # every set counts alike, and in it both sides
    share = {
        (name, side): sum(row.set == name and row.answerable == side for row in rows)
        for name in {row.set for row in rows}
        for side in (True, False)
    }
    weights = np.array([len(rows) / share[row.set, row.answerable] for row in rows])
    weights /= weights.mean()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))
    groups = [row.group for row in rows]
    guessed = cross_val_predict(
        model, x, y, groups=groups, cv=GroupKFold(FOLDS, shuffle=True, random_state=SEED),
        method="predict_proba", params={"logisticregression__sample_weight": weights},
    )[:, 1]  # fmt: skip
    threshold = _threshold(guessed, y, [row.set for row in rows])
    report = {
        name: _report(guessed[chosen], y[chosen], threshold)
        for name in LEARNED
        if (chosen := np.array([row.set == name for row in rows])).any()
    }
    curve = calibration_curve(y, guessed, n_bins=10, strategy="quantile")
    model.fit(x, y, logisticregression__sample_weight=weights)
    if others:
        unseen = model.predict_proba([[row.signals[name] for name in names] for row in others])[
            :, 1
        ]
        report["paragraphs, not learned"] = _report(
            unseen, np.array([row.answerable for row in others]), threshold
        )
    scaler, logistic = model[0], model[1]
    slopes = logistic.coef_[0] / scaler.scale_
    intercept = float(logistic.intercept_[0] - (slopes * scaler.mean_).sum())
    return {
        "version": VERSION,
        "threshold": threshold,
        "intercept": round(intercept, 4),
        "weights": {
            name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)
        },
        "cross-validated": report,
        "calibration": [
            [round(float(said), 3), round(float(true), 3)]
            for true, said in zip(*curve, strict=True)
        ],
    }


def _report(p: Any, truth: Any, threshold: float) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    refused, wrongly = (p[~truth] < threshold).mean(), (p[truth] < threshold).mean()
    return {
        "n": [int(truth.sum()), int((~truth).sum())],
        "abstain recall": round(float(refused), 3),
        "false abstain": round(float(wrongly), 3),
        "balanced accuracy": round(float((refused + 1 - wrongly) / 2), 3),
        "AUROC": round(float(roc_auc_score(truth, p)), 3),
    }


def _threshold(guessed: Any, truth: Any, sets: Sequence[str]) -> float:
    """The one with the best mean balanced accuracy on the two news sets, where few answerable
    questions are refused.
    """
    import numpy as np

    both = [np.array([one == name for one in sets]) for name in ("abstain", "news")]

    def wrongly(t: float) -> float:
        return max(float((guessed[chosen & truth] < t).mean()) for chosen in both)

    def gained(t: float) -> float:
        return sum(
            float((guessed[chosen & ~truth] < t).mean() - (guessed[chosen & truth] < t).mean())
            for chosen in both
        )

    allowed = [round(float(t), 2) for t in np.arange(0.05, 0.95, 0.01)]
    return max((t for t in allowed if wrongly(t) <= MOST_FALSE * MARGIN), key=gained)


def main(arguments: Sequence[str] | None = None) -> int:
    """Collect, or fit and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["collect", "fit"])
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args(arguments)
    if options.what == "collect":
        _write(collect(options.data))
        return 0
    rows = [Row(**json.loads(line)) for line in KEPT.read_text().splitlines()]
    model = fit(rows) | {"data": file_digest(KEPT), "commit": machine.commit()}
    gate.NUMBERS.write_text(json.dumps(model, indent=1) + "\n")
    print(json.dumps(model, indent=1))
    return 0


def _write(rows: Iterable[Row]) -> None:
    with KEPT.open("w") as file:
        for count, row in enumerate(rows, start=1):
            line = {"set": row.set, "group": row.group, "answerable": row.answerable}
            print(json.dumps({**line, "signals": row.signals}), file=file, flush=True)
            if count % 50 == 0:
                print(f"{count} questions", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
