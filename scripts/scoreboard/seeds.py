"""The gold questions about the two seed files: answered, cited, refused."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.engine import Engine
from rag.settings import ROOT, Settings
from rag.types import Answer
from scripts.scoreboard.measures import Figure, pooled

GOLD = ROOT / "tests" / "gold" / "seeds.jsonl"


def figures() -> Iterator[tuple[str, Figure]]:
    """What was measured on the gold questions, as shares."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(replace(Settings(), index=Path(folder)))
        engine.ingest()
        gold = [json.loads(line) for line in GOLD.read_text().splitlines()]
        asked = [(one, engine.answer(one["question"])) for one in gold]
    answerable = [(one, answer) for one, answer in asked if one["answers"]]
    others = [answer for one, answer in asked if not one["answers"]]
    statements = [said for _, answer in asked for said in answer.statements]
    right = sum(_is_right(one, answer) for one, answer in answerable)
    refused = sum(answer.status == "not_found" for answer in others)
    written = sum(said.kind == "written" for said in statements)
    for name, count, n in (
        ("answered with the known fact, citing its article", right, len(answerable)),
        ("refused where the articles do not say", refused, len(others)),
        ("written sentences among those shown, the others quotations", written, len(statements)),
    ):
        yield name, pooled([(count, n)])


def _is_right(one: dict[str, Any], answer: Answer) -> bool:
    known = any(fact.lower() in answer.text.lower() for fact in one["answers"])
    cited = any(item.article.title.startswith(tuple(one["articles"])) for item in answer.cited)
    return answer.status == "answered" and known and cited
