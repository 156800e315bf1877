"""Standing questions in the shell: asked again after an ingest, with progress; what goes wrong is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from rag.errors import ClippingsError
from rag.settings import Settings
from rag.shell.terminal import progress_bar, say
from rag.stories import kept
from rag.types.kept import News

if TYPE_CHECKING:
    from rag.engine import Engine


@dataclass(slots=True)
class Standing:
    """Asks the kept questions by an engine of `make`, which is made when there are any, and once."""

    settings: Settings
    quiet: bool
    make: Callable[..., Engine] | None = None
    _engine: Engine | None = field(default=None, init=False)

    def news(self) -> tuple[News, ...]:
        """Ask again what may have changed. An error is told: the articles are in the library all the same."""
        try:
            return self.run().news
        except ClippingsError as error:
            say(f"The standing questions were not asked. {error}")
            return ()

    def run(self) -> kept.Ran:
        """Ask again what may have changed; raises as `rag.stories.kept.run` does."""
        folder = self.settings.index
        if not kept.load(folder):
            return kept.Ran(0, 0)
        with progress_bar(self.quiet) as progress:
            ran = kept.run(self._made(), folder, date.today(), progress)
        for note in ran.notes:
            say(note)
        if not self.quiet:
            say(f"{_many(ran.kept)}, {ran.asked:,} asked again, {len(ran.news):,} with news.")
        return ran

    def _made(self) -> Engine:
        from rag.engine import Engine  # numpy, onnxruntime: only where questions are kept

        self._engine = self._engine or (self.make or Engine)(self.settings)
        return self._engine


def _many(number: int) -> str:
    return f"{number:,} standing question{'' if number == 1 else 's'}"
