"""A small archive for drafts, and an engine that checks them with stand-ins and no language model."""

from __future__ import annotations

from rag.engine import Engine
from tests.fakes import (
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    PlainNamer,
    WordCountEncoder,
    readers,
    settings,
)

BOATS = (
    "Three boats sank in the harbour on Monday. The mayor closed the harbour.\n\n"
    "“We will open the old harbour again on Sunday,” Ada Holm said."
)
# What the archive says of each: yes, in other words, otherwise, nothing.
DRAFT = """# A storm

Three boats **sank** in the harbour. Who was it?

- Ada Holm said: “We will open the harbour again on Sunday.”
- Nine boats sank in the harbour.
- A judge opened the election.
"""
VERDICTS = ["supported", "quotation altered", "contradicted", "not found"]
TRUE = "We will open the old harbour again on Sunday"


def checking_engine(folder, *, reader=None, ingested=True, **articles: str) -> Engine:
    """An engine over these articles; it fails where it asks a language model."""
    made = Engine(
        settings(folder, **(articles or {"boats": BOATS})),
        encoder=WordCountEncoder(),
        reader=reader or OverlapReader(),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
        namer=PlainNamer(),
        readers=readers,
        generator=object(),  # type: ignore[arg-type]
    )
    if ingested:
        made.ingest()
    return made
