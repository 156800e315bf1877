"""A question with what was chosen beside it, and its turn of a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rag.filters import Filters
from rag.types.answers import Answer


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with what was chosen beside it."""

    question: str
    filters: Filters = field(default_factory=Filters)
    asked_on: date | None = None  # the day of asking, for words about time; else `day`
    read_dates: bool = True  # whether the question's words about time count
    after: Answer | None = None  # the turn before, for a question that points back to it
    evidence: int | None = None  # how many pieces; else as many as the settings say
    write: bool = True  # without it, the evidence and the short answer are all
    prose: bool = True  # whether a language model writes; else the words of the articles answer

    def day(self, today: date) -> date:
        """Return the day of asking: the one that was given, the one on which the archive is seen, or today."""
        return self.asked_on or self.filters.as_of or today


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation, its answer so far, and the turn before."""

    question: str
    filters: Filters = field(default_factory=Filters)
    read_dates: bool = True  # whether the question's words about time count
    before: Turn | None = None
    answer: Answer | None = None

    @property
    def ask(self) -> Ask:
        """What the engine is asked."""
        after = self.before.answer if self.before else None
        return Ask(self.question, self.filters, read_dates=self.read_dates, after=after)

    @property
    def earlier(self) -> tuple[Turn, ...]:
        """The turns before, first one first."""
        return (*self.before.earlier, self.before) if self.before else ()

    @property
    def follows(self) -> bool:
        """Whether the question was read together with the turn before."""
        found = self.answer
        return bool(self.before and found and found.standing and found.standing != found.question)
