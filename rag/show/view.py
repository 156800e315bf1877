"""Answer -> what is shown of it, decided once for shell, page and files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.language.corrections import corrected
from rag.show.refusal import why
from rag.types.answers import REFUSAL, Answer, Disagreement, Review, Short, Statement
from rag.types.archive import Archive, Tally
from rag.types.articles import Article
from rag.types.days import in_words
from rag.types.evidence import Evidence
from rag.types.help import Guess
from rag.types.models import Frame

CORRECTS, CORRECTED = "The article has a correction", "This was corrected"
INSTEAD = "The articles answer, for example"
BRIEF = 60  # characters of a short answer that are said again
NEAREST = 3  # passages shown when the articles do not say
UNWRITTEN = "No answer was written."
OWN_WORDS = "In the article’s own words"
DOUBT = "Not confirmed by the evidence"
SUPPORTED = "Supported"
FRAMES: Mapping[Frame | None, str] = {
    "said": "reported",
    "alleged": "alleged",
    "planned": "planned",
}
DIFFER = {  # kind -> the words above its sides, and those before what they differ on
    "conflict": ("The sources differ", "The sources differ on"),
    "updated": ("Reports of different days", "Reports of different days differ on"),
}

Span: TypeAlias = tuple[int, int]
"""Start and end in the text of an article."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A short answer, on one line, with the evidence that has its words."""

    text: str
    item: Evidence
    reports: int = 1  # independent ones that say the same

    @property
    def agreed(self) -> str:
        """How many say it: "2 independent reports say 3,000."; empty where one does."""
        said = self.text if len(self.text) <= BRIEF else "the same"
        return f"{self.reports} independent reports say {said}." if self.reports > 1 else ""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the answer with the evidence it cites."""

    text: str
    label: str  # what the checks found: "Supported · said by Ilse Varga"
    quoted: bool  # whether it is the sentence of an article
    cited: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What one side of a comparison says."""

    heading: str
    statements: tuple[Said, ...]
    unanswered: str  # what takes the place of quotations


@dataclass(frozen=True, slots=True)
class Difference:
    """A disagreement in words: which kind it is, what it is about, its sides."""

    caption: str  # "The sources differ"
    heading: str  # "The sources differ on the quota"
    sides: tuple[tuple[str, tuple[Evidence, ...]], ...]  # each value with what gives it

    @property
    def rows(self) -> Iterator[tuple[str, Evidence]]:
        """Each value with each piece of evidence that gives it."""
        return ((value, item) for value, items in self.sides for item in items)


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of an answer, in the order in which it is read."""

    asked: str  # the day of asking and what was made of it, where words about time were read
    refused: bool  # whether the articles do not say
    unanswered: str  # what takes the place of sentences
    short: tuple[Brief, ...]  # what is read first
    statements: tuple[Said, ...]
    columns: tuple[Column, ...]  # of a comparison, in place of the statements
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]  # of a refusal first why
    guesses: tuple[Guess, ...]  # names that may have been meant
    instead: tuple[str, ...]  # questions that can be answered, where this one cannot
    heading: str  # what the shown evidence is called
    evidence: tuple[Evidence, ...]
    folded: tuple[Evidence, ...]  # what is shown only to a reader who wants to see more
    unread: str  # which files of the folder are not in the archive as they are now
    coverage: str  # what the answer had to go by, and whether anything left this computer for it
    marked: Mapping[int, Span] = field(default_factory=dict)  # evidence -> the short answer in it
    archive: Archive | None = None  # what was counted: its sentence, then its rows

    @classmethod
    def of(cls, answer: Answer) -> View:
        """The view of an answer at any moment; no evidence moves while it grows."""
        known = {item.number: item for item in answer.evidence}
        told = [one for one in _short(answer) if one.evidence in known]
        heading, shown = _arranged(answer)
        window, helped = str(answer.window or ""), answer.help
        refused = answer.status == "not_found"
        said = tuple(_said(item, known, answer.review) for item in answer.statements)
        columns = tuple(_columns(said, answer.review)) if answer.review else ()
        day = f"Asked on {in_words(answer.asked_on)}. " if window and answer.asked_on else ""
        return cls(
            asked=f"{day}{window}",
            refused=refused,
            unanswered=_unanswered(answer),
            short=tuple(
                Brief(" ".join(one.text.split()), known[one.evidence], one.reports) for one in told
            ),
            statements=() if columns else said,
            columns=columns,
            differences=tuple(_difference(item, known) for item in answer.disagreements),
            notes=tuple(filter(None, (*why(answer), *answer.notes))),
            guesses=helped.did_you_mean,
            instead=helped.instead if refused else (),
            heading=heading,
            evidence=shown,
            folded=tuple(item for item in answer.evidence if item not in shown),
            unread=str(helped.unread),
            coverage=_coverage(answer),
            marked={one.evidence: (one.start, one.end) for one in told},
            archive=answer.archive,
        )


def _coverage(answer: Answer) -> str:
    """The line below an answer."""
    known = f"{answer.coverage}." if answer.coverage else ""
    left = (one.told for one in (answer.library, answer.server) if one)
    return " ".join(filter(None, (known, *left)))


def _arranged(answer: Answer) -> tuple[str, tuple[Evidence, ...]]:
    """Name and show the nearest passages, or what the answer rests on, or all evidence."""
    if not answer.done:
        return "Evidence", answer.evidence
    if answer.status == "not_found":
        return "The nearest passages", answer.evidence[:NEAREST]
    compared = {
        number for item in answer.disagreements for side in item.values for number in side.evidence
    }
    if answer.statements:
        compared |= {one.evidence for one in answer.short}
    used = tuple(item for item in answer.evidence if item.cited or item.number in compared)
    return "Evidence", used or answer.evidence


def _short(answer: Answer) -> tuple[Short, ...]:
    """Return the short answers; none where in the end the articles do not say."""
    return () if answer.status == "not_found" else answer.short


def _unanswered(answer: Answer) -> str:
    if answer.status == "not_found":
        return REFUSAL
    told = answer.statements or answer.short or answer.archive
    return UNWRITTEN if answer.done and not told else ""


def _said(item: Statement, known: Mapping[int, Evidence], review: Review | None) -> Said:
    """A sentence with its label; where all are quotations, none needs one."""
    told = "" if review else label(item)
    return Said(item.text, told, item.kind == "quote", _found(item.citations, known))


def _columns(said: Sequence[Said], review: Review) -> Iterator[Column]:
    """The quotations of each side of a comparison."""
    for side in review.sides:
        heading = f"{side.who[:1].upper()}{side.who[1:]}"
        own = [one for one in said if any(item.number in side.evidence for item in one.cited)]
        yield Column(heading, tuple(own), "" if own else REFUSAL)


def label(item: Statement) -> str:
    """What the checks found of a statement, who says so, and how it is told: "Supported · alleged"."""
    if item.kind == "quote":
        return OWN_WORDS
    found = SUPPORTED if item.supported else DOUBT
    said = f"said by {item.speaker}" if item.speaker else ""
    told = "" if said and item.frame == "said" else FRAMES.get(item.frame, "")
    return " · ".join(filter(None, (found, said, told)))


def _difference(item: Disagreement, known: Mapping[int, Evidence]) -> Difference:
    caption, differ = DIFFER[item.kind]
    sides = tuple((side.value, _found(side.evidence, known)) for side in item.values)
    asks = item.about.endswith("?")  # a question is no thing to differ on, and it stands above
    return Difference(caption, caption if asks else f"{differ} {item.about}", sides)


def _found(numbers: Sequence[int], known: Mapping[int, Evidence]) -> tuple[Evidence, ...]:
    return tuple(known[number] for number in numbers if number in known)


def meant(guess: Guess) -> str:
    """What may have been meant, in words."""
    return f"Did you mean {guess.offered} instead of {guess.typed}?"


def row(one: Tally) -> str:
    """A row of what was counted: "2025-05: 12", or an article with how often it was printed."""
    if not one.article:
        return f"{one.label}: {one.count:,}"
    return f"{one.label} (printed {one.count:,} times)" if one.count > 1 else one.label


# ── a piece of evidence ──


def parted(item: Evidence, place: Span | None) -> tuple[str, str, str]:
    """Its quotation in three: what is before the marked words, these, what is after them."""
    return parts(item.article.text, (item.start, item.end), place)


def parts(text: str, within: Span, place: Span | None) -> tuple[str, str, str]:
    """A stretch of a text in three: before, at and after a place; the last two empty without one."""
    start, end = within
    first, last = (min(max(start, at), end) for at in place or (end, end))
    return text[start:first], text[first:last], text[last:end]


def day_and_author(article: Article) -> str:
    """Its day with how it is known, and its author: "5 June 2025 · by Ada Holm"."""
    return " · ".join(filter(None, (article.dated, article.byline)))


def beside(item: Evidence) -> list[str]:
    """What else there is to know of a quotation: whether its article corrects it, the days it names,
    where else it was printed.
    """
    days = ", ".join(map(str, item.days))
    return [line for line in (correction(item.article, item), days, item.elsewhere) if line]


def correction(article: Article, item: Evidence | None = None) -> str:
    """With what an article corrects itself, and whether it is this quotation; empty where it does not."""
    if not article.correction:
        return ""
    place = corrected_in(article)
    meant = bool(item and place and item.start < place[1] and place[0] < item.end)
    return f"{CORRECTED if meant else CORRECTS}: {article.correction}"


def corrected_in(article: Article) -> Span | None:
    """The sentence of an article that its correction means, where one is found."""
    return corrected(article.correction, article.text) if article.correction else None


_ADDRESS = re.compile(
    r"https?://[a-z0-9.-]+(?::\d+)?(?:[/?#](?:[\w./?&=#~+,;:@!$'()*-]|%[\da-f]{2})*)?",
    re.ASCII | re.IGNORECASE,
)


def plain_address(url: str | None) -> str | None:
    """An address that may become a link in a file: http or https, a plain host, plain characters."""
    return url if url and _ADDRESS.fullmatch(url) else None
