"""An answer and its parts: statements, disagreements, the verdict of the gate; or a row of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from rag.types.archive import Archive
from rag.types.days import Window
from rag.types.evidence import Coverage, Evidence
from rag.types.help import Help
from rag.types.hits import Explanation
from rag.types.models import Frame, Server, Shelf

Status = Literal["answered", "partial", "not_found", "stopped", "failed"]

Reviewing = Literal["summary", "comparison"]
"""A press review: of one topic, or of what two say about it."""

REFUSAL = "The articles do not say."
"""The answer when there is none: one constant for prompt, page, shell and tests."""


@dataclass(frozen=True, slots=True)
class Short:
    """A short answer: words of an article that answer, by the reader alone."""

    text: str
    evidence: int  # the number of what it is in
    start: int  # in the article, as `end`
    end: int
    probability: float  # that it answers, 0 to 1
    reports: int = 1  # independent ones whose evidence says the same


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with its citations (evidence numbers) and the checks' verdict."""

    text: str  # without marks
    kind: Literal["written", "quote"]
    citations: tuple[int, ...]
    supported: bool
    problems: tuple[str, ...] = ()  # what the checks found in the sentence the model wrote
    frame: Frame | None = None  # how a written sentence tells; None for a quotation
    speaker: str = ""  # who says so, in the article's words; empty where the article itself does

    def __str__(self) -> str:
        return f"{self.text} {''.join(f'[{number}]' for number in self.citations)}".strip()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A sentence that the language model wrote and that is not shown, and why."""

    text: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One side of a disagreement: a value and the evidence that gives it."""

    value: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Different values in independent reports: "updated" by a later one, or in conflict."""

    about: str
    values: tuple[Value, ...]
    kind: Literal["conflict", "updated"] = "conflict"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence can answer, with the probability and the signals it was made from."""

    probability: float
    threshold: float  # from which to answer
    quoted_from: float  # from which to quote even where the model finds no answer
    missing: tuple[str, ...] = ()  # what of the question no evidence mentions
    signals: Mapping[str, float] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        """Whether to answer."""
        return self.probability >= self.threshold

    @property
    def certain(self) -> bool:
        """Whether the evidence is quoted even where the language model finds no answer in it."""
        return self.probability >= self.quoted_from


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison: who says something, and the evidence that has it."""

    who: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What an answer is that consists of quotations alone; its statements are in the order of days."""

    kind: Reviewing
    topic: str
    sides: tuple[Side, ...] = ()  # of a comparison; each piece of evidence is on one of them


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer at one moment of its growth; the last one has `done`."""

    question: str
    status: Status
    statements: tuple[Statement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    # empty where nothing answers; several where several are asked for
    short: tuple[Short, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    window: Window | None = None
    notes: tuple[str, ...] = ()  # what the reader should know: what was missing, what was left out
    timings: Mapping[str, float] = field(default_factory=dict)  # seconds
    models: Mapping[str, str] = field(default_factory=dict)
    server: Server | None = (
        None  # which was to write; None where none was asked, or this program wrote
    )
    library: Shelf | None = None  # where the articles were searched; None where this program did
    done: bool = False
    standing: str = ""  # the question as it stands alone: a follow-up with its turn
    verdict: Verdict | None = None
    explanation: Explanation | None = None
    asked_on: date | None = None  # the day of asking, against which words about time were read
    as_of: date | None = None  # the day on which the archive was seen; None: now
    help: Help = field(default_factory=Help)
    coverage: Coverage | None = None  # what it had to go by; None where no evidence was looked for
    archive: Archive | None = None  # what was counted, where the question is about the archive
    review: Review | None = None  # where a summary or a comparison was asked for
    rejected: tuple[Rejected, ...] = ()  # what the model wrote and the checks left out

    @property
    def text(self) -> str:
        """The prose with marks, what was counted, or the refusal."""
        if self.status == "not_found":
            return REFUSAL
        if self.archive:
            return self.archive.text
        return " ".join(str(statement) for statement in self.statements)

    @property
    def confidence(self) -> float:
        """The probability that the evidence answers, 0 to 1; 0 before it was judged."""
        return self.verdict.probability if self.verdict else 0.0

    @property
    def cited(self) -> tuple[Evidence, ...]:
        """The evidence that a statement cites."""
        return tuple(item for item in self.evidence if item.cited)

    @property
    def exit_code(self) -> int:
        """How it ended, for programs: 0 answered, 3 the articles do not say, 4 a sentence could not be
        verified, 6 the server of the language model failed, 7 timed out.
        """
        if not all(statement.supported for statement in self.statements):
            return 4
        codes = {"answered": 0, "partial": 0, "not_found": 3, "failed": 6, "stopped": 7}
        return codes[self.status]

    def grown(self, **changes: Any) -> Answer:
        """Return a later moment of this answer; mark evidence as cited from its statements."""
        answer = replace(self, **changes)
        numbers = {number for statement in answer.statements for number in statement.citations}
        evidence = tuple(replace(item, cited=item.number in numbers) for item in answer.evidence)
        return replace(answer, evidence=evidence)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many questions or names, as a row of a report; what is unknown is empty."""

    question: str
    status: Status | Literal["mentioned", "refused"]  # refused: it could not be asked
    exit_code: int
    narrowed: Mapping[str, str] = field(default_factory=dict)  # filter -> value
    short: str = ""  # the words that answer
    answer: str = ""  # in sentences, without marks
    outlet: str = ""
    day: str = ""  # of publication, 2025-06-04
    title: str = ""
    quotation: str = ""
    path: str = ""
    url: str = ""
    notes: tuple[str, ...] = ()
    article: str = ""  # its id
    start: int = (
        0  # of the quotation in its text, as `end`; both 0 where only the headline has the words
    )
    end: int = 0

    @property
    def hit(self) -> bool:
        """Whether the articles say something; where the language model failed, in their own words."""
        return self.exit_code in (0, 4) or (self.status == "failed" and bool(self.answer))
