"""Evidence -> answer, growing: the model writes, code checks each sentence before it is shown.

A sentence that fails is cited anew where other evidence carries it, else replaced by the sentence
of the article that holds what the reader found. So what is shown is always supported, or visibly a
quotation.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from rag.answering import prompt
from rag.answering.checks.speakers import attributed, speaker
from rag.answering.checks.verify import judge, repeats
from rag.answering.values import tells
from rag.language.marks import in_quotation_marks, unmarked
from rag.language.sentences import holding
from rag.language.sentences import sentences as sentence_spans
from rag.protocols import CUT, Generator, Judges, Stop
from rag.types.answers import Rejected, Short, Statement
from rag.types.evidence import Evidence

MAX_STATEMENTS = 3
REPEATS = "it repeats the question"
# so many pieces of evidence are given to the model to read, the best; with all of them it is right
# no more often, and reading is what takes the time (docs/decisions/0016-two-pieces-for-the-model.md)
READ = 2
_OPEN_END = re.compile(r"[\s,;:–-]+(?=[.!?]?$)")  # "Tobias Renwick, 61,."
_MARKS = re.compile(r"\s*(?:\[\s*\d+(?:\s*,\s*\d+)*\s*\]\s*)+[.!?]?")
_MARK_BEGUN = re.compile(r"\s*\[[\d,\s]*")
_NUMBER = re.compile(r"\d+")


class Refused(Exception):
    """The model says that the evidence does not answer."""


class Deadline:
    """A stop that another stop raises, or the clock."""

    def __init__(
        self, stop: Stop, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds = seconds
        self._stop, self._clock, self._end = stop, clock, clock() + seconds

    @property
    def stopped(self) -> bool:
        """Whether the other stop was raised."""
        return self._stop.is_set()

    def is_set(self) -> bool:
        """Whether to stop."""
        return self._stop.is_set() or self._clock() >= self._end


def statements(
    question: str,
    evidence: Sequence[Evidence],
    short: Sequence[Short],
    generator: Generator,
    judges: Judges,
    stop: Stop,
    rejected: list[Rejected],
) -> Iterator[Statement]:
    """Yield checked statements; raise Refused when the model finds no answer.

    Only the best evidence is given to the model, as much as fits; what it writes is checked against
    all, and the first sentence must give what the reader found. A later one that fails is left out.
    Sentences that are not shown go into `rejected`.
    """
    given = list(evidence[:READ])
    while len(given) > 1 and not generator.fits(prompt.messages(question, given, short)):
        given.pop()
    seen: set[str] = set()
    repeated: Statement | None = None
    pieces = generator.write(prompt.messages(question, given, short), stop)
    for text, numbers in sentences(pieces, stop):
        if prompt.is_refusal(text):
            if seen or repeated:
                break  # it has answered already
            raise Refused
        statement = checked(text, numbers, evidence, question, judges, () if seen else short)
        if not seen and repeats(question, text):  # an answer may follow
            repeated = repeated or statement
            rejected.append(Rejected(text, statement.problems or (REPEATS,)))
            continue
        if statement.kind == "quote":
            rejected.append(Rejected(text, statement.problems))
        if statement.text in seen or (seen and statement.kind == "quote"):
            continue  # what fails after an answer adds nothing to it
        seen.add(statement.text)
        yield statement
        if len(seen) == MAX_STATEMENTS:
            return
    if repeated and not seen:
        if repeated.kind == "written":
            rejected.pop(0)
        yield repeated


def sentences(pieces: Iterable[str], stop: Stop) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield a stream's sentences with the numbers of their marks, as soon as these are complete.

    "Text [1, 3]." or "Text. [2]": marks count for all sentences since the last. What follows the last
    marks of a stream that was cut off, by the stop or by the model's limit, is none: "The dam is to".
    """
    text = ""
    for piece in pieces:
        text += piece
        while (marks := _MARKS.search(text)) and _goes_on(text[marks.end() :]):
            yield from _marked(text[: marks.end()])
            text = text[marks.end() :]
    if text.endswith(CUT) or stop.is_set():
        text = text[: marks.end()] if (marks := _MARKS.search(text)) else ""
    yield from _marked(text)


def _goes_on(rest: str) -> bool:
    """Return whether what follows some marks is certain to be no further mark."""
    return bool(rest.strip()) and not _MARK_BEGUN.fullmatch(rest)


def _marked(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    found = _NUMBER.findall("".join(_MARKS.findall(text)))
    numbers = tuple(dict.fromkeys(map(int, found)))
    plain = " ".join(_MARKS.sub(" ", text).split())
    for start, end in sentence_spans(plain):
        sentence = _OPEN_END.sub("", plain[start:end])
        if any(character.isalnum() for character in sentence):
            ended = sentence.endswith((".", "!", "?", "”", '"'))
            yield sentence if ended else f"{sentence}.", numbers


def checked(
    text: str,
    numbers: Sequence[int],
    evidence: Sequence[Evidence],
    question: str,
    judges: Judges,
    short: Sequence[Short] = (),
) -> Statement:
    """Return the sentence with citations that carry it, else a quotation, with what was found wrong.

    Where the reader found an answer, the sentence must give it; one that adds to another need not.
    """
    by_number = {item.number: item for item in evidence}
    cited = [by_number[number] for number in numbers if number in by_number]
    judged = judge(text, cited, question, judges)
    found = judged.problems
    if found:  # words that say the opposite are not outvoted by others that do not mention it
        others = [] if judged.is_contradicted else [one for one in evidence if [one] != cited]
        sound = (one for one in others if not judge(text, [one], question, judges).problems)
        cited = list(islice(sound, 1))
    if short and not any(tells(question, text, one.text) for one in short):
        found, cited = (*found, "it does not give the words found"), []
    if cited:
        who = speaker(text, cited, question, judges)
        numbers = tuple(item.number for item in cited)
        [told] = judges.classifier.classify([text])
        return Statement(attributed(text, who), "written", numbers, True, found, told.frame, who)
    return quotation(by_number.get(short[0].evidence if short else 0, evidence[0]), found)


def quotation(item: Evidence, found: tuple[str, ...] = ()) -> Statement:
    """Quote what holds the words that the reader found."""
    told = f"{unmarked(item.article.reporter)} wrote: {quoted(item)}"
    return Statement(told, "quote", (item.number,), True, found)


def quoted(item: Evidence) -> str:
    """Return the sentences that hold the words found, in quotation marks."""
    return in_quotation_marks(holding_words(item))


def holding_words(item: Evidence) -> str:
    """Return the sentences that hold the words found, on one line; without such words all.

    Marks that the article has are left out: in an answer they would pass for ours.
    """
    first, last = (place - item.start for place in item.found or (item.start, item.end))
    return unmarked(" ".join(holding(item.quote, first, last).split()))
