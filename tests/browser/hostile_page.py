"""A page over articles that attack, with a model that repeats them: for the tests in the browser.

python -m tests.browser.hostile_page FOLDER --port N
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.engine import Engine
from rag.protocols import Stop
from rag.types.models import Message
from rag.web import server
from tests.fakes import (
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    ScriptedGenerator,
    WordCountEncoder,
    settings,
)

CANARY = "http://canary.invalid"
ATTACKS = (
    f"<img src='{CANARY}/a.png' onerror=alert(1)>",
    "<script>alert(2)</script>",
    f"![x]({CANARY}/b.png) [y](javascript:alert(3))",
    f"<svg onload=alert(4)><iframe src='{CANARY}/c'></iframe></svg>",
    '"><input autofocus onfocus=alert(5)><style>*{display:none}</style>',
    "${alert(6)} {{constructor.constructor('alert(7)')()}} `${alert(8)}`",
    f"<form action='{CANARY}'><button data-do='want_open'>x</button></form>",
    f"<link rel=stylesheet href='{CANARY}/d.css'><base href='{CANARY}'>",
)
STORY = "The storm sank the ferry in the harbour"


class OneAtATime(ScriptedGenerator):
    """Writes for one question at a time, like a real model; asked with "??", until it is stopped."""

    def __init__(self, *pieces: str) -> None:
        super().__init__(*pieces)
        self._owner = threading.Lock()

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """The pieces, when it is this question's turn."""
        with self._owner:
            yield from super().write(messages, stop)
            while messages[-1].text.endswith("??") and not stop.is_set():
                time.sleep(0.02)


def engine_in(folder: Path) -> Engine:
    """An engine whose headlines, outlets, texts, file names and model all attack."""
    made = settings(folder)
    for number, attack in enumerate(ATTACKS):
        name = attack.translate({ord(one): "_" for one in "/\0\\"})[:60]
        (made.seeds / f"{name}{number}.md").write_text(
            f"---\ntitle: {attack}\noutlet: {attack}\nauthor: {attack}\ndate: 2025-06-0{number + 1}\n"
            f"url: javascript:alert(9)\n---\n\n{STORY} on day {number}, {attack} said. {attack}\n"
        )
    engine = Engine(
        made,
        encoder=WordCountEncoder(),
        reader=OverlapReader(),
        # of the newest article, which is the best evidence: else it would be quoted instead
        generator=OneAtATime(f"{STORY} on day 7, {ATTACKS[7]} said. [1] {' '.join(ATTACKS)} [2]"),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
    )
    engine.ingest()
    return engine


if __name__ == "__main__":
    opened = engine_in(Path(sys.argv[1]))
    with server.gradio_environment():
        address = server.open_page(server.build_app(opened), opened, int(sys.argv[3]))
        print(f"Clippings is open at {address}", file=sys.stderr, flush=True)
        threading.Event().wait()
