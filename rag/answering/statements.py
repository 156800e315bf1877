"""Evidence -> answer, growing: the model writes, code checks each sentence before it is shown.

A sentence that fails is cited anew where other evidence carries it, else replaced by the best
quotation itself. So what is shown is always supported, or visibly a quotation.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.answering import prompt
from rag.answering.checks.speakers import attributed
from rag.answering.checks.verify import MIN_COVERED, contradicted, problems, repeats
from rag.language.questions import asking, unsaid
from rag.language.sentences import sentences as sentence_spans
from rag.language.stems import stems
from rag.language.words import STOP_WORDS, names, pairs, words
from rag.protocols import Generator, Stop
from rag.types import Evidence, Statement

MAX_STATEMENTS = 3
# a sentence that fails its checks is replaced by a quotation only if the best evidence scores this
# much
SURE = 0.5
# so many pieces of evidence are given to the model to read, the best; with all of them it is right
# no more often, and reading is what takes the time (docs/trust.md)
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

    def passed(self) -> bool:
        """Return whether the time is over."""
        return self._clock() >= self._end

    def is_set(self) -> bool:
        """Return whether to stop."""
        return self._stop.is_set() or self.passed()


def statements(
    question: str,
    evidence: Sequence[Evidence],
    generator: Generator,
    stop: Stop,
    least: float = MIN_COVERED,
) -> Iterator[Statement]:
    """Yield checked statements; raise Refused when the model finds no answer.

    The model gets only the best evidence that fits; what it writes is checked against all of it,
    also by the share of its words there (`least`).
    """
    best = max(item.score for item in evidence)
    given = list(evidence[:READ])
    while len(given) > 1 and not generator.fits(prompt.messages(question, given)):
        given.pop()
    seen: set[str] = set()
    repeated: Statement | None = None
    for text, numbers in sentences(generator.write(prompt.messages(question, given), stop)):
        if prompt.is_refusal(text):
            if seen or repeated:
                break  # it has answered already
            raise Refused
        statement = checked(text, numbers, evidence, question, answers=not seen, least=least)
        if not seen and repeats(question, text):  # an answer may follow
            repeated = repeated or statement
            continue
        if statement.kind == "quote" and best < SURE and not seen:
            raise Refused
        if statement.text not in seen:
            seen.add(statement.text)
            yield statement
        if len(seen) == MAX_STATEMENTS:
            return
    if repeated and not seen:
        if best < SURE:
            raise Refused
        yield repeated


def sentences(pieces: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the sentences of a stream with the numbers of their marks, once the marks are complete.

    Marks come before or after the full stop, for all sentences since the last: "Text [1, 3]."
    """
    text = ""
    for piece in pieces:
        text += piece
        while (marks := _MARKS.search(text)) and _goes_on(text[marks.end() :]):
            yield from _marked(text[: marks.end()])
            text = text[marks.end() :]
    yield from _marked(text)


def _goes_on(rest: str) -> bool:
    """Return whether what follows some marks is certain to be no further mark."""
    return bool(rest.strip()) and not _MARK_BEGUN.fullmatch(rest)


def _marked(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    numbers = tuple(
        dict.fromkeys(int(n) for mark in _MARKS.findall(text) for n in _NUMBER.findall(mark))
    )
    plain = " ".join(_MARKS.sub(" ", text).split())
    for start, end in sentence_spans(plain):
        sentence = _OPEN_END.sub("", plain[start:end])
        if any(character.isalnum() for character in sentence):
            yield (
                (sentence if sentence.endswith((".", "!", "?", "”", '"')) else f"{sentence}."),
                numbers,
            )


def checked(
    text: str,
    numbers: Sequence[int],
    evidence: Sequence[Evidence],
    question: str,
    answers: bool = True,
    least: float = MIN_COVERED,
) -> Statement:
    """Return the sentence with citations that carry it, else a quotation with what the checks
    found.

    A sentence that only adds to one before it need not answer (`answers`).
    """
    by_number = {item.number: item for item in evidence}
    cited = [by_number[number] for number in numbers if number in by_number]
    found = problems(text, cited, question, answers=answers, least=least)
    unseen = _unseen(text, question, cited)  # a headline has it, not these words
    if found or unseen:
        alone = [
            item
            for item in evidence
            if not problems(text, [item], question, answers=answers, least=least)
        ]
        if found:  # words that say the opposite are not outvoted by others that do not speak of it
            cited = [] if cited and contradicted(text, cited) else alone[:1]
            unseen = _unseen(text, question, cited)
        fuller = [item for item in alone if _unseen(text, question, [item]) < unseen]
        if cited and fuller:
            cited = [min(fuller, key=lambda item: len(_unseen(text, question, [item])))]
        cited = cited and [*cited, *_naming(text, cited, evidence)[:1]]
    if cited:
        told = attributed(text, cited, question)
        return Statement(
            told, "written", tuple(item.number for item in cited), supported=True, problems=found
        )
    told = "" if repeats(question, text) else text
    about = f"{told} {asking(question)}"
    best = max(evidence, key=lambda item: (_worth(item.quote, about, question), item.score))
    return quotation(best, about, found, question)


def _unseen(text: str, question: str, cited: Sequence[Evidence]) -> set[str]:
    """Return the stems that a sentence adds to the question and no cited quotation has."""
    quotes = "\n".join(item.quote for item in cited)
    return stems(text) - stems(question) - stems(quotes)


def _naming(text: str, cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence with a full name ("Kenneth Genalo") of which the cited has a part ("Genalo")."""
    called, there = names(text), {word for item in cited for word in words(item.quote)}
    wanted = {pair for pair in pairs(text) if {*pair} <= called and not {*pair} <= there}
    return [item for item in evidence if wanted & pairs(item.quote)]


def quotation(
    item: Evidence, about: str, found: tuple[str, ...] = (), question: str = ""
) -> Statement:
    """Quote the sentence that says what is asked for and shares most words with what it is about."""
    spans = sentence_spans(item.quote)
    start, end = max(
        spans, key=lambda span: _worth(item.quote[slice(*span)], about, question or about)
    )
    said = " ".join(item.quote[start:end].split())
    return Statement(
        f"{item.article.reporter} wrote: “{said}”", "quote", (item.number,), True, found
    )


def _worth(quote: str, about: str, question: str) -> tuple[bool, int]:
    """Return whether a text says what kind of thing is asked for, and how many words it shares."""
    shared = len((set(words(about)) - STOP_WORDS) & set(words(quote)))
    return not unsaid(question, quote), shared
