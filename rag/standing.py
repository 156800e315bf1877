"""Standing questions in the shell: those kept with `rag.ask --keep` or by the star on the page.

    python -m rag.standing                 the questions, their answers, their news
    python -m rag.standing run             ask those again whose answers may have changed
    python -m rag.standing remove 2        forget a question, by its number in the list
    python -m rag.standing remove all

Every ingest runs them, too. stdout carries the result, stderr the progress.

Exit codes: 0 there are kept questions, or news, or some were removed · 2 bad arguments · 3 no question is
kept, or there is no news · 5 no or broken index, or a damaged list · 6 model missing · 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Context, Exit, Option

from rag.errors import UsageError
from rag.settings import Settings, command
from rag.shell.standing import Standing
from rag.shell.terminal import door, run, say
from rag.show.harmless import harmless
from rag.show.news import kept_json, listed, news_json, told
from rag.stories import kept

if TYPE_CHECKING:
    from rag.engine import Engine

NOTHING = 3


def standing(
    context: Context,
    what: Annotated[
        Literal["list", "run", "remove"], Argument(help="Show them, ask again, or forget.")
    ] = "list",
    which: Annotated[str, Argument(help="To remove: a number of the list, or all.")] = "",
    as_json: Annotated[bool, Option("--json", help="Print a JSON list.")] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """List the kept questions, ask them again, or forget them."""

    def work() -> int:
        settings = Settings.from_env()
        if which and what != "remove":
            raise UsageError(f"{what} takes nothing more, but {which!r} was given. Leave it out.")
        if what == "run":
            return _run(Standing(settings, quiet, context.obj), as_json)
        if what == "remove":
            return _remove(settings, which, as_json)
        return _list(settings, as_json)

    raise Exit(run(work))


def _list(settings: Settings, as_json: bool) -> int:
    questions = kept.load(settings.index)
    if as_json:
        _print([kept_json(one) for one in questions])
    else:
        for number, one in enumerate(questions, start=1):
            print(listed(number, one))
    if not questions:
        say(f'No question is kept. Keep one: {command("ask")} --keep "Who …?"')
    return 0 if questions else NOTHING


def _run(questions: Standing, as_json: bool) -> int:
    news = questions.run().news
    if as_json:
        _print([news_json(one) for one in news])
    else:
        print("\n\n".join(map(told, news)), end="\n" if news else "")
    return 0 if news else NOTHING


def _remove(settings: Settings, which: str, as_json: bool) -> int:
    if which != "all" and not (which.isdecimal() and len(which) < 10):
        raise UsageError(f"remove needs a number of the list, or all, not {which!r}.")
    gone = kept.remove(settings.index, None if which == "all" else int(which))
    if as_json:
        _print([kept_json(one) for one in gone])
    else:
        for one in gone:
            print(harmless(f"Removed: {one.question}"))
    return 0 if gone else NOTHING


def _print(objects: list[dict[str, object]]) -> None:
    print(json.dumps(objects, ensure_ascii=False, indent=2))


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(standing, command("standing"), arguments, make)


if __name__ == "__main__":
    sys.exit(main())
