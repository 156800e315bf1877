"""Ask the gold questions about the two seed files: are they answered, cited, refused?"""

from __future__ import annotations

from typing import Any

from rag.settings import ROOT
from rag.types.answers import Answer
from scripts.evaluation.collections import digest_of, file_digest, records
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.runner import Means, Ready, Task, first, models

SEEDS = ROOT / "seeds"
GOLD = ROOT / "tests" / "gold" / "seeds.jsonl"

ANSWERED = "answered with the known fact, citing its article"
REFUSED = "refused where the articles do not say"
WRITTEN = "written sentences among those shown, the others quotations"


def _ready(means: Means) -> Ready[dict[str, Any]]:
    """Ingest the seeds into a library beside the collections."""
    engine = means.engine(seeds=SEEDS, index=means.cache / "seeds")
    engine.ingest(means.progress)
    gold = {one["question"]: one for one in records(GOLD)}
    articles = digest_of(sorted(SEEDS.glob("*.txt")))
    return Ready(
        engine.settings,
        models(engine, writes=True),
        first(gold, means.limit, {"articles": articles, "questions": file_digest(GOLD)}),
        lambda one: judged(one, engine.answer(one["question"])),
    )


def judged(gold: dict[str, Any], answer: Answer) -> Outcome:
    """Return whether a fact is told and cited, or what nobody says is refused."""
    written = sum(said.kind == "written" for said in answer.statements)
    rates = {REFUSED: answer.status == "not_found"}
    if gold["answers"]:
        known = any(fact.lower() in answer.text.lower() for fact in gold["answers"])
        titles = tuple(gold["articles"])
        cited = any(item.article.title.startswith(titles) for item in answer.cited)
        rates = {ANSWERED: answer.status == "answered" and known and cited}
    shown = len(answer.statements)
    return Outcome(gold["question"], "all", rates, parts={WRITTEN: (written, shown)})


TASK = Task("seeds", (GOLD,), _ready)
