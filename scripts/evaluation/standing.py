"""Keep questions, then bring articles one by one: is every change told, and nothing else?

5,000 articles without some of them, and the first reports of tests/gold/standing.jsonl -> questions kept
-> ingests of the ordinary articles that were left out, and of reports that repeat what is known -> ingests
of the later reports, each with a change

Every ingest is a case. News is false where it comes with an article that changes nothing, or to another
question than the one that is meant. How long the standing questions take after an ingest is measured, too.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rag.answering.values import same
from rag.engine import Engine
from rag.settings import ROOT
from rag.stories import kept
from rag.types.kept import News
from rag.types.questions import Ask
from scripts.evaluation import collections
from scripts.evaluation.collections import file_digest, records
from scripts.evaluation.measures import SEED
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.runner import Means, Ready, Task, first, models

PAIRS = ROOT / "tests" / "gold" / "standing.jsonl"
QUIET = 100  # ingests without a change, those that repeat what is known among them
KEPT_ON, ASKED_ON = date(2025, 6, 3), date(2025, 6, 9)

TOLD, VALUE = "change told", "change told with its value"
FALSE, ELSEWHERE = "false news of an ingest without a change", "false news of other questions"
SECONDS = "ask the standing questions after an ingest"


@dataclass(frozen=True, slots=True)
class Case:
    """A file that is brought, and the question whose answer it changes; "" where it changes none."""

    id: str
    kind: str  # ordinary, repeated, or what is asked for
    file: tuple[str, str]  # name and text
    question: str = ""
    now: str = ""  # the value that is to be told


def task(articles: Path, pairs: Path = PAIRS, quiet: int = QUIET) -> Task:
    """Return the task over the library of an articles file."""

    def ready(means: Means) -> Ready[Case]:
        given = list(records(pairs))
        found = collections.collection(articles, cache=means.cache)
        folder = means.cache / "standing"
        repeated = [one for one in given if one.get("repeat")]
        drawn = random.Random(SEED).sample(sorted(found.records), quiet - len(repeated))
        engine = _made(means, found.folder, folder, set(drawn))
        for one in given:
            _bring(engine, (f"{one['id']}-first.md", _page(one["first"])))
        engine.ingest(means.progress)
        for one in given:
            kept.keep(Ask(one["question"]), engine, engine.settings.index, KEPT_ON)
        seeds = found.folder / "seeds"
        cases = [
            *(Case(name, "ordinary", (name, (seeds / name).read_text())) for name in drawn),
            *_reports(repeated, "repeat"),
            *_reports(given, "later"),
        ]
        data = {"articles": found.digest, "questions": file_digest(pairs)}
        chosen = first({case.id: case for case in cases}, means.limit, data)
        options = {"quiet": quiet}
        return Ready(
            engine.settings,
            models(engine, writes=False),
            chosen,
            lambda case: outcome(case, engine),
            options=options,
        )

    return Task("standing", (articles, pairs), ready)


def _made(means: Means, collection: Path, folder: Path, without: set[str]) -> Engine:
    """Return an engine over a copy of a collection's library, without some of its files."""
    shutil.rmtree(folder, ignore_errors=True)
    whole = means.engine(seeds=collection / "seeds", index=collection / "index")
    whole.ingest(means.progress)  # where it is not kept yet
    shutil.copytree(collection / "index", folder / "index")
    shutil.copytree(collection / "seeds", folder / "seeds", copy_function=os.link)
    for name in without:
        (folder / "seeds" / name).unlink()
    return means.engine(seeds=folder / "seeds", index=folder / "index")


def _reports(given: list[dict[str, Any]], which: str) -> Iterator[Case]:
    for one in given:
        file = f"{one['id']}-{which}.md", _page(one[which])
        changed = which == "later"
        yield Case(
            f"{one['id']}-{which}",
            one["kind"] if changed else "repeated",
            file,
            one["question"] if changed else "",
            one["now"] if changed else "",
        )


def _page(report: Mapping[str, str]) -> str:
    head = "\n".join(f"{name}: {report[name]}" for name in ("title", "outlet", "date"))
    return f"---\n{head}\n---\n\n{report['text']}\n"


def _bring(engine: Engine, file: tuple[str, str]) -> None:
    name, text = file
    (engine.settings.seeds / name).write_text(text)


def outcome(case: Case, engine: Engine) -> Outcome:
    """Bring a file, ask the standing questions, and say whether the news is right."""
    _bring(engine, case.file)
    engine.ingest()
    began = time.monotonic()
    ran = kept.run(engine, engine.settings.index, ASKED_ON)
    took = time.monotonic() - began
    meant = [one for one in ran.news if one.question == case.question]
    others = [one for one in ran.news if one.question != case.question]
    rates = (
        {TOLD: bool(meant), VALUE: any(_right(one, case.now) for one in meant)}
        if case.question
        else {FALSE: bool(others)}
    )
    parts = {ELSEWHERE: (len(others), ran.kept)} if case.question else {}
    asked = {"questions asked again": float(ran.asked)}
    return Outcome(case.id, case.kind, rates, asked, parts, {SECONDS: took})


def _right(one: News, value: str) -> bool:
    return one.now is not None and same(one.question, one.now.value, value)
