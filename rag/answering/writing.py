"""Evidence that answers -> the answer as it grows: written, compared with other reports, ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.answering.disagreement import disagreements
from rag.answering.statements import Deadline, Refused, holding_words, quotation, statements
from rag.errors import ModelError
from rag.protocols import Checker, Generator, Judges
from rag.types.answers import Answer, Rejected, Statement, Status, Verdict
from rag.types.days import in_words

STALE = 0.5  # of the gate's signal: half the weight that news of today has
QUOTED = "The language model found no answer, so the words that answer are quoted."


def written(
    question: str, draft: Answer, generator: Generator, judges: Judges, deadline: Deadline
) -> Iterator[Answer]:
    """Yield the draft as it grows by statements; the last is `done`, a quotation if the model failed.

    Whoever names a server expects its sentences, so that without them the answer is `failed`.
    """
    grown = draft.grown(models={**draft.models, "language model": generator.name})
    cut = False  # whether the time ended while the model still wrote
    fault = ""  # what went wrong with a server
    rejected: list[Rejected] = []
    try:
        for statement in statements(
            question, draft.evidence, draft.short, generator, judges, deadline, rejected
        ):
            grown = grown.grown(statements=(*grown.statements, statement))
            yield grown
        cut = deadline.is_set()
    except Refused:
        if not (draft.verdict and draft.verdict.certain):
            yield ended(grown.grown(short=(), rejected=tuple(rejected)), "not_found")
            return
        cut = deadline.is_set()
        grown = grown.grown(notes=(*grown.notes, QUOTED))
    except ModelError as error:
        grown = grown if grown.statements else draft
        if draft.server:
            fault = str(error)
        else:
            grown = grown.grown(notes=(*draft.notes, str(error)))
    grown = grown.grown(rejected=tuple(rejected))
    yield _finished(question, grown, judges, deadline, cut, fault)


def quoted(question: str, draft: Answer, judges: Judges) -> Answer:
    """Answer with the sentences of the articles that hold the words found, and nothing written."""
    by_number = {item.number: item for item in draft.evidence}
    items = [by_number[one.evidence] for one in draft.short] or list(draft.evidence[:1])
    said = dict.fromkeys(quotation(item) for item in items)
    return complete(compared(question, draft.grown(statements=tuple(said)), judges.checker))


def _failed(question: str, grown: Answer, judges: Judges, fault: str) -> Answer:
    """End an answer whose server failed: with what it wrote, else with the words of the articles."""
    if not grown.statements:
        return ended(quoted(question, grown, judges), "failed", fault)
    return ended(compared(question, grown, judges.checker), "failed", fault)


def compared(question: str, grown: Answer, checker: Checker) -> Answer:
    """Return the answer with what other reports say instead."""
    said = next((one for one in grown.statements if one.citations), None)
    if said is None:
        return grown
    value = grown.short[0].text if grown.short else _told(said, grown)
    numbers = {grown.short[0].evidence} if grown.short else set(said.citations)
    cited = [item for item in grown.evidence if item.number in numbers]
    for differing, statement in disagreements(question, value, cited, grown.evidence, checker):
        grown = grown.grown(
            statements=(*grown.statements, statement),
            disagreements=(*grown.disagreements, replace(differing, about=grown.question)),
        )
    return grown


def _told(said: Statement, grown: Answer) -> str:
    """Return what a statement says; of a quotation its words alone."""
    if said.kind == "written":
        return said.text
    [item] = [item for item in grown.evidence if item.number == said.citations[0]]
    return holding_words(item)


def _finished(
    question: str, grown: Answer, judges: Judges, deadline: Deadline, cut: bool, fault: str
) -> Answer:
    """End an answer, with the words of the articles where nothing was written."""
    if deadline.stopped:
        return ended(grown, "stopped", "Stopped.")
    if cut:
        note = f"Writing took longer than {deadline.seconds:.0f} s."
        told = grown if grown.statements else quoted(question, grown, judges)
        return ended(told, "stopped", note)
    if fault:
        return _failed(question, grown, judges, fault)
    if not grown.statements:
        return quoted(question, grown, judges)
    return complete(compared(question, grown, judges.checker))


def ended(grown: Answer, status: Status, note: str = "") -> Answer:
    """End an answer."""
    return grown.grown(
        status=status, notes=(*grown.notes, note) if note else grown.notes, done=True
    )


def complete(grown: Answer) -> Answer:
    """End an answer that was given, with what it says nothing about."""
    lost = grown.verdict.missing if grown.verdict else ()
    note = f"Nothing in the nearest articles speaks of: {', '.join(lost)}." if lost else ""
    return ended(grown, "partial" if lost else "answered", note)


def not_found(grown: Answer, verdict: Verdict) -> Answer:
    """End an answer that the evidence does not hold; `rag.show.refusal` tells the reasons."""
    note = ""
    days = [item.article.published for item in grown.evidence if item.article.published]
    if verdict.signals.get("stale", 0.0) > STALE and days:
        note = f"The newest of these reports is of {in_words(max(days))}."
    return ended(grown, "not_found", note)
