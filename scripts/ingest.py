"""Bring the articles in seeds/ into the library: only what changed is read and encoded again.

python scripts/ingest.py
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rag.settings import Settings
from rag.terminal import harmless, progress_bar, run, say


def ingest(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as one JSON object.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Read what is new or changed in seeds/, forget what is gone, and say what was left out and
    why.
    """
    raise typer.Exit(run(lambda: _ingest(as_json, quiet)))


def _ingest(as_json: bool, quiet: bool) -> int:
    from rag import engine  # numpy, onnxruntime: not for --help

    with progress_bar(quiet) as progress:
        report = engine.ingest(Settings.from_env(), progress)
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        return 0
    for item in report.skipped:
        say(f"skipped {item.path}: {item.reason}")
    print(harmless(str(report)))
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(ingest)
    try:
        app(arguments, prog_name="python scripts/ingest.py")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
