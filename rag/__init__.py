"""Clippings answers questions from a folder of news articles and shows the exact words it rests on.

from rag import Engine, Settings

print(Engine(Settings()).answer("Who will replace Kenneth Genalo?").text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import ClippingsError
from rag.filters import Filters
from rag.settings import Settings
from rag.types.answers import Answer, Statement
from rag.types.articles import Article
from rag.types.evidence import Evidence

if TYPE_CHECKING:
    from rag.engine import Engine

__all__ = [
    "Answer",
    "Article",
    "ClippingsError",
    "Engine",
    "Evidence",
    "Filters",
    "Settings",
    "Statement",
]


def __getattr__(name: str) -> object:
    """Engine brings numpy and onnxruntime with it, so it is imported when it is asked for."""
    if name == "Engine":
        from rag.engine import Engine

        return Engine
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
