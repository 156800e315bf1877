"""Ingest, ask and the page under an audit hook: prints what they connect to and write, as JSON.

python -m tests.offline FOLDER      works in FOLDER/seeds and FOLDER/index
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate")
HERE = ("127.0.0.1", "::1", "localhost")


def main(folder: Path) -> int:
    """Do all three; return 0 where nothing was asked or changed that is not the program's own."""
    own = [str(one.resolve()) for one in (folder, Path(tempfile.gettempdir()))]
    own += ["/dev/null", "/dev/shm", "/dev/tty"]  # fmt: skip
    seen: dict[str, list[str]] = {"connected": [], "written": []}

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            place = arguments[1]
            if not (isinstance(place, str | bytes) or place[0] in HERE):
                seen["connected"].append(f"{event} {place}")
        elif event == "socket.getaddrinfo" and arguments[0] not in (*HERE, None, "0.0.0.0"):
            seen["connected"].append(f"{event} {arguments[0]}")
        elif event == "open":
            path, mode, flags = arguments
            writes = set(mode) & set("wax+") if isinstance(mode, str) else flags & WRITING
            if writes and not isinstance(path, int):
                note(path, event)
        elif event in CHANGES:
            within = arguments[-1] if event in ("os.remove", "os.rmdir", "os.mkdir") else -1
            note(arguments[0], event, within)

    def note(path: Any, event: str, within: int = -1) -> None:
        above = Path(f"/proc/self/fd/{within}" if within >= 0 else "").resolve()
        there = str((above / os.fsdecode(path)).resolve())
        # at its first start ever, gradio writes stubs beside its own modules, as Python its bytecode
        stub = "/site-packages/gradio/" in there and there.endswith(".pyi")
        if not (there.startswith(tuple(own)) or "__pycache__" in there or stub):
            seen["written"].append(f"{event} {there}")

    sys.addaudithook(hear)
    from dataclasses import replace

    from rag.shell.answers import Answers
    from rag.stories.ingest import ingest
    from rag.types.questions import Ask
    from rag.web.sessions import Questions
    from rag.web.shells import answering
    from tests.fakes import STORM, WordCountEncoder, engine_of
    from tests.served import serving

    engine = engine_of(folder, storm=STORM)
    (folder / "seeds" / "page.html").write_text(
        "<html><head><link rel=stylesheet href=http://elsewhere.example/a.css></head><body><h1>Flood</h1>"
        "<img src=http://elsewhere.example/a.png><p>The flood came to the harbour. Two boats sank."
    )
    ingest(engine.settings, encoder=WordCountEncoder())
    answer = engine.answer(replace(Ask("What sank in the harbour?"), write=False))
    with serving(engine) as page, answering(engine, Questions()):
        status = page.get("/").status
        shell = Answers(engine.settings, print).answer(Ask("What sank in the harbour?")).status
    print(json.dumps({**seen, "answered": answer.status, "page": status, "shell": shell}))
    return int(any(seen.values()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
