"""Search by this project, asked on the day of the question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rag.engine import Engine
from rag.settings import Settings
from scripts.evaluation.collections import Question
from scripts.evaluation.peers import Place, Search
from scripts.evaluation.retrieval import ASKED, asked


def index(place: Place) -> None:
    """Ingest the articles."""
    _engine(place).ingest()


def opened(place: Place) -> Search:
    """Return a search for the files of hits."""
    engine = _engine(place)

    def search(question: str, day: date | None) -> list[str]:
        hits = engine.search(asked(Question("", question, day)), limit=ASKED)
        return [hit.passage.article.path for hit in hits]

    return search


def _engine(place: Place) -> Engine:
    return Engine(replace(Settings.from_env(), seeds=place.seeds, index=place.folder))
