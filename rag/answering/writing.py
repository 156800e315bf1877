"""Evidence that answers -> the answer as it grows: written, compared with other reports, ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answering import disagreement
from rag.answering.checks.verify import MIN_COVERED
from rag.answering.statements import Deadline, Refused, quotation, statements
from rag.errors import ModelError
from rag.language.questions import asks_for_name
from rag.protocols import Generator
from rag.types import Answer, Evidence, Statement, Status, Verdict, in_words

STALE = 0.5  # of the gate's signal: half the weight that news of today has
NEAREST = "The nearest passages are shown; they do not answer the question."
QUOTED = "The language model found no answer, so the words nearest to the question are quoted."
UNCOMPARED = "The time was over before all other reports were compared."


def written(
    question: str, draft: Answer, generator: Generator, deadline: Deadline
) -> Iterator[Answer]:
    """Yield the draft as it grows, statement by statement; a model that fails ends it as "failed"."""
    grown = draft.grown(models={**draft.models, "language model": generator.name})
    cut = False  # whether the time ended while the model still wrote
    try:
        for statement in statements(question, draft.evidence, generator, deadline):
            grown = grown.grown(statements=(*grown.statements, statement))
            yield grown
        cut = deadline.is_set()
        for later in _compared(question, grown, generator, deadline):
            grown = later
            yield grown
    except Refused:
        if not (draft.verdict and draft.verdict.certain):
            yield ended(grown, "not_found", NEAREST)
            return
        cut = deadline.is_set()
        grown = grown.grown(notes=(*grown.notes, QUOTED))
    except ModelError as error:
        yield ended(grown, "failed", str(error))
        return
    yield _finished(question, grown, deadline, cut)


def _compared(
    question: str, grown: Answer, generator: Generator, deadline: Deadline
) -> Iterator[Answer]:
    """Yield the answer with what other reports say, one after the other."""
    for differing, statement in disagreement.disagreements(
        question,
        grown.statements,
        grown.evidence,
        lambda group: _read(question, group, generator, deadline),
    ):
        grown = grown.grown(
            statements=(*grown.statements, statement),
            disagreements=(*grown.disagreements, replace(differing, about=grown.question)),
        )
        yield grown


def _read(
    question: str, group: Sequence[Evidence], generator: Generator, deadline: Deadline
) -> tuple[Statement, ...]:
    """Return what another report says by itself; nothing where the time ends first.

    For a name its words may differ from the question's: "Varga beat Brandt" tells who won.
    """
    least = 0.0 if asks_for_name(question) else MIN_COVERED
    try:
        found = tuple(statements(question, group, generator, deadline, least))
    except Refused:
        return ()
    return () if deadline.is_set() else found


def _finished(question: str, grown: Answer, deadline: Deadline, cut: bool) -> Answer:
    """End an answer that no model failed at."""
    if deadline.stopped:
        return ended(grown, "stopped", "Stopped.")
    if cut:
        return ended(grown, "stopped", f"Writing took longer than {deadline.seconds:.0f} s.")
    if not grown.statements:
        return complete(grown.grown(statements=(quotation(grown.evidence[0], question),)))
    if deadline.passed():
        grown = grown.grown(notes=(*grown.notes, UNCOMPARED))
    return complete(grown)


def ended(grown: Answer, status: Status, note: str = "") -> Answer:
    """Return the last moment of an answer."""
    return grown.grown(
        status=status, notes=(*grown.notes, note) if note else grown.notes, done=True
    )


def complete(grown: Answer) -> Answer:
    """End an answer that was given, with a note on what it says nothing about."""
    lost = grown.verdict.missing if grown.verdict else ()
    return ended(grown, "partial" if lost else "answered", _missing_note(lost))


def not_found(grown: Answer, verdict: Verdict) -> Answer:
    """End an answer that the evidence does not hold, with the reason where it is known."""
    return ended(grown, "not_found", _why_not(verdict, grown.evidence))


def _why_not(verdict: Verdict, found: Sequence[Evidence]) -> str:
    """Say why the evidence does not answer; return "" where there is none."""
    if not found:
        return ""
    days = [item.article.published for item in found if item.article.published]
    if verdict.signals.get("stale", 0.0) > STALE and days:
        return f"The newest of these reports is of {in_words(max(days))}."
    return _missing_note(verdict.missing)


def _missing_note(missing: tuple[str, ...]) -> str:
    return f"Nothing in the nearest articles speaks of: {', '.join(missing)}." if missing else ""
