"""The nouns of Clippings; every other module takes and returns them.

    file -> SourceFile -> Page -> Article -> Passage -> vectors -> Hit -> Evidence -> Answer

A citation runs the line backwards: mark [2] in a statement -> Evidence 2 -> exact span -> Article
-> file. Passage and Evidence are spans of an article: their text is a slice, so a quotation cannot
differ from the article. All offsets count characters of `Article.text`; `end` is exclusive. A score
is higher when better, everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from rag.filters import Filters

if TYPE_CHECKING:  # importing numpy takes 0.1 s, a third of what `--help` may take
    import numpy as np
    import numpy.typing as npt

    Vectors: TypeAlias = npt.NDArray[np.float32]
else:
    Vectors = Any
"""Unit-length float32 rows, n x d."""

Status = Literal["answered", "partial", "not_found", "stopped", "failed"]
Finding = Literal["supported", "only alleged", "quotation altered", "contradicted", "not found"]
"""What the archive says of a sentence of a draft."""
Sort = Literal["fit", "day"]
"""The order of a list: the best first, or the newest."""
Counted = Literal[
    "articles",
    "months",
    "days",
    "outlets",
    "newest",
    "oldest",
    "first",
    "last",
    "names",
    "organisations",
    "holdings",
]
"""What a question about the archive counts or lists."""
Reviewing = Literal["summary", "comparison"]
"""A press review: of one topic, or of what two say about it."""
Change = Literal["changed", "updated", "conflict", "answered", "gone"]
"""What is new of a kept question: another answer, what another report says instead (as in a Disagreement),
an answer where there was none, or none where there was one.
"""
REFUSAL = "The articles do not say."
"""The answer when there is none: one constant for prompt, page, shell and tests."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the seeds folder as it was read, once; `path` is relative, with slashes."""

    path: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells without reading whether a file has changed."""

    size: int  # bytes
    modified: int  # nanoseconds since 1970


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a source file, with what the format itself says about it."""

    path: str
    text: str
    # title, outlet, agency, author, published, published_from (how the date is known), url, language;
    # what is not known is missing
    fields: Mapping[str, str] = field(default_factory=dict)
    words: int = 0  # of the page before its reader left anything out; 0: all of them are in `text`


@dataclass(frozen=True, slots=True)
class Article:
    """One news text, cleaned, with what is known about it; what is not known is None."""

    path: str  # the file it came from, relative to seeds/
    position: int  # its place among the articles of that file, from 0
    title: str
    text: str
    source: str | None = None  # the outlet that printed it
    agency: str | None = None  # the news agency that wrote it
    author: str | None = None
    published: date | None = None
    published_from: str | None = None  # how the date is known
    place: str | None = None  # where it was written: "KESTREL BAY"
    url: str | None = None
    language: str | None = None  # two letters, ISO 639-1
    correction: str | None = None  # the notice with which it corrects itself
    report: int = 0  # copies of one text share this number; 0 before the library knows

    @property
    def id(self) -> str:
        """Digest of the content: the same article in two files has one id."""
        return digest("\x1f".join((self.source or "", self.title, self.text)))[:16]

    @property
    def outlet(self) -> str:
        """The outlet for people to read, or the file where no outlet is known."""
        return self.source or self.path

    @property
    def imprint(self) -> str:
        """Who printed it, for people to read: "The Straits Times (Reuters)"; said where unknown."""
        return (self.source or "unknown outlet") + (f" ({self.agency})" if self.agency else "")

    @property
    def day(self) -> str:
        """The day of publication for people to read: "5 June 2025", or "no date"."""
        return in_words(self.published) if self.published else "no date"

    @property
    def dated(self) -> str:
        """The day with how it is known: "5 June 2025 (known from: mail header)"."""
        known = self.published and self.published_from
        return f"{self.day} (known from: {known})" if known else self.day

    @property
    def byline(self) -> str:
        """Its author for people to read: "by Ada Holm"; empty where unknown."""
        return f"by {self.author}" if self.author else ""

    @property
    def reporter(self) -> str:
        """Who wrote it, for "Reuters wrote": the agency, else the outlet, else the article itself."""
        return self.agency or self.source or f"“{self.title}”"


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of an article, cut at sentences, that is encoded and searched."""

    article: Article
    start: int
    end: int
    id: int = 0  # the library's; 0 before

    @property
    def text(self) -> str:
        """The slice of the article."""
        return self.article.text[self.start : self.end]

    @property
    def encoded_text(self) -> str:
        """What the encoder reads: the headline, then the passage."""
        return f"{self.article.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a question and a text; `start` and `end` are characters of the text."""

    score: float  # how well the text fits the question, 0 to 1
    answers: float = 0.0  # the probability that the text answers it
    start: int = -1  # of the likeliest answer; -1: none
    end: int = -1


@dataclass(frozen=True, slots=True)
class Support:
    """What the checker makes of a statement beside a text: two probabilities; the rest of 1 is that
    the text says nothing of it.
    """

    supported: float = 0.0
    contradicted: float = 0.0


Frame: TypeAlias = Literal["fact", "said", "alleged", "planned"]
"""How a statement tells what it tells: as a fact, as somebody's words, as an accusation, as a plan."""

Asks: TypeAlias = Literal[
    "news",
    "articles",
    "months",
    "days",
    "sources",
    "list",
    "first",
    "last",
    "outlets",
    "names",
    "holdings",
    "summary",
    "comparison",
]
"""What a question asks: about the news, or about the archive: how many articles, by month, day or outlet;
which; the first or last mention; which outlets and names; what is in it; a summary or a comparison.
"""


@dataclass(frozen=True, slots=True)
class Class:
    """What the classifier makes of a text; each part counts where the text is of that sort."""

    frame: Frame = "fact"  # of a statement
    asks: Mapping[Asks, float] = field(default_factory=dict)  # of a question: probabilities
    order: float = 0.0  # of a sentence: the probability that it addresses a program


NameKind = Literal["person", "organisation", "place", "other"]
"""Of what a name is; other things are storms, ships, books, laws."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the namer found in a text: text[start:end]."""

    start: int
    end: int
    kind: NameKind
    probability: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question; a rank is its place in that search leg, from 1, or None."""

    passage: Passage
    score: float  # what orders the hits
    vector_rank: int | None = None
    text_rank: int | None = None
    fused: float = 0.0  # by the ranks of the legs
    fresh: float = 0.0  # what a report near the day of asking is worth, in logits
    reranked: float | None = None  # how well it fits by the reader, 0 to 1, where it was read


@dataclass(frozen=True, slots=True)
class Listed:
    """A report of a list: one of its articles, the passage of it that fits best, and its copies."""

    passage: Passage
    marks: tuple[tuple[int, int], ...] = ()  # what was sought in the article's text, all of it
    title_marks: tuple[tuple[int, int], ...] = ()  # and in its headline
    score: float = 0.0  # how well it fits: by ranks in a search, by cosine where vectors are near
    near: bool = False  # it has not all that is sought, but is near in words or meaning
    also: tuple[Article, ...] = ()  # its copies elsewhere

    @property
    def article(self) -> Article:
        """The article that is listed."""
        return self.passage.article

    @property
    def elsewhere(self) -> str:
        """Where else the report is: "also in 2 outlets: A, B (Reuters text)"; else empty."""
        return elsewhere(self.article, self.also)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the reports that have what was sought, and after them those that are near."""

    text: str  # what was typed, on one line
    sort: Sort
    total: int  # reports that have it; a report counts once, with all its copies
    copies: int = 0  # further articles that have it and are copies of those
    near: int = 0  # reports at the end of the list that are only near
    offset: int = 0  # reports before the first one of this page
    reports: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()  # how it was read, and what was left out
    did_you_mean: tuple[Guess, ...] = ()  # where no report has it
    as_of: date | None = None  # the day on which the archive was seen; None: now

    @property
    def all(self) -> int:
        """How long the whole list is."""
        return self.total + self.near


@dataclass(frozen=True, slots=True)
class Cut:
    """A hit that went no further, and why."""

    hit: Hit
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the evidence was found: what was asked for, the hits best first, and what was cut."""

    questions: tuple[str, ...]  # as searched; a follow-up is searched with its turn, too
    words: tuple[str, ...]  # that full text was asked for
    hits: tuple[Hit, ...]
    cut: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that a text names by its weekday or without a year, read against its article's date."""

    phrase: str
    day: date

    def __str__(self) -> str:
        return f"“{self.phrase}”: {in_words(self.day)}"


DayRole = Literal["past", "ahead", "said", "other"]
"""What a named day is the day of: what a sentence tells, over or to come; that it is said; something else."""
Roles: TypeAlias = Mapping[DayRole, float]
"""How likely each role is; empty for a day that was not read."""

Precision: TypeAlias = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class EventDay:
    """When a sentence says that something happened: a day, or the month or year that begins with it."""

    day: date
    precision: Precision
    phrase: str  # the words it was read from
    ahead: bool = False  # it is told as still to come

    @property
    def iso(self) -> str:
        """As far as it is known: "2025-06-12", "2025-06" or "2025"."""
        return self.day.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]

    def __str__(self) -> str:
        if self.precision == "day":
            return in_words(self.day)
        return f"{self.day:%B} {self.day.year}" if self.precision == "month" else f"{self.day.year}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of an article shown under a number; the model may cite only these numbers."""

    number: int
    article: Article
    start: int
    end: int
    score: float  # how well it fits the question, 0 to 1
    answers: float = 0.0  # the reader's probability that it answers
    found: tuple[int, int] | None = None  # the words of it that answer, as places in the article
    worth: float = 0.0  # what speaks for it, in logits: that it answers and that it fits
    cited: bool = False
    days: tuple[NamedDay, ...] = ()  # what "on Thursday" means in it, where that is certain
    also: tuple[Article, ...] = ()  # its copies elsewhere: one report, however often printed

    @property
    def quote(self) -> str:
        """The slice of the article."""
        return self.article.text[self.start : self.end]

    @property
    def found_text(self) -> str:
        """The words of it that answer; empty where none do."""
        return self.article.text[slice(*self.found)] if self.found else ""

    @property
    def place(self) -> tuple[str, int, int]:
        """Where its words are, in which article."""
        return self.article.id, self.start, self.end

    @property
    def report(self) -> object:
        """What it shares with its copies and with nothing else."""
        return self.article.report or self.article.id

    @property
    def elsewhere(self) -> str:
        """Where else the report stands: "also in 2 outlets: A, B (Reuters text)"; else empty."""
        return elsewhere(self.article, self.also)


@dataclass(frozen=True, slots=True)
class Happening:
    """A sentence of a timeline, with its day; `evidence.article.day` is when it was printed."""

    evidence: Evidence
    when: EventDay | None  # None where it says no day, or not surely
    frame: Frame = "fact"


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the articles say of something, in the order in which it happened; each sentence once."""

    topic: str
    dated: tuple[Happening, ...] = ()
    undated: tuple[Happening, ...] = ()  # in the order in which they were printed
    notes: tuple[str, ...] = ()
    as_of: date | None = None  # the day on which the archive was seen; None: now

    @property
    def all(self) -> tuple[Happening, ...]:
        """All of it, in the order of its numbers."""
        return (*self.dated, *self.undated)


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
class Window:
    """The days a question is about, both inclusive; None is open."""

    since: date | None
    until: date | None
    phrase: str = ""  # the words it was read from
    strict: bool = True  # else its articles only come first, and none is left out

    def __str__(self) -> str:
        """Say what was done with it: which days were searched, or come first."""
        if not (self.since or self.until):
            return ""
        phrase = f" (“{self.phrase}”)" if self.phrase else ""
        done = "were searched" if self.strict else "come first"
        only = "Only articles" if self.strict else "Articles"
        return f"{only} {span(self.since, self.until)} {done}{phrase}."


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
class Guess:
    """What a name of a question that no article has may be misspelled for; never applied silently."""

    typed: str
    offered: str
    question: str  # as it would be asked, or typed


@dataclass(frozen=True, slots=True)
class Unread:
    """Files of the folder that the library has not read as they are now, by path and time alone."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    names: tuple[str, ...] = ()  # the first of them: new ones, then changed, then gone

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    def __str__(self) -> str:
        """Say how many did what, with the first names; nothing where none did."""
        kinds = ((self.new, "new"), (self.changed, "changed"), (self.gone, "gone"))
        counts = ", ".join(f"{count:,} {kind}" for count, kind in kinds if count)
        more = self.new + self.changed + self.gone - len(self.names)
        names = ", ".join(self.names) + (f" and {more:,} more" if more else "")
        return f"Files since the folder was last read: {counts} ({names})." if counts else ""


@dataclass(frozen=True, slots=True)
class Help:
    """What helps to ask better; most of it is shown only where the articles do not say."""

    did_you_mean: tuple[Guess, ...] = ()
    unknown: tuple[str, ...] = ()  # names of the question that no article has
    outside: Window | None = None  # days asked for, where the archive has none of them
    archive: Window = field(default_factory=lambda: Window(None, None))  # its own days
    unread: Unread = field(default_factory=Unread)
    instead: tuple[str, ...] = ()  # questions that the articles are known to answer


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer had to go by: its evidence, and what the archive lacks."""

    articles: int
    outlets: int  # known ones
    undated: int  # articles without a date
    first: date | None  # of the evidence
    last: date | None
    newest: date | None  # in the archive
    unreadable: int  # files
    asked_on: date | None = None  # against which its age is counted

    @property
    def age(self) -> int | None:
        """How many days the newest evidence was old when it was asked for; None where that is unknown."""
        days = (self.asked_on - self.last).days if self.asked_on and self.last else -1
        return days if days >= 0 else None

    def __str__(self) -> str:
        """Say it in one line: "5 articles of 3 outlets, 2 to 9 May 2025, the newest 25 days old; the newest
        in the archive is of 11 May 2025; 17 files could not be read".
        """
        count = f"{self.articles:,} article{'' if self.articles == 1 else 's'}"
        outlets = f" of {self.outlets:,} outlet{'' if self.outlets == 1 else 's'}"
        parts = [
            count + (outlets if self.outlets else ""),
            between(self.first, self.last) if self.first and self.last else "",
            f"the newest {old(self.age)}" if self.age is not None else "",
            f"{self.undated:,} without a date" if self.undated else "",
        ]
        files = f"{self.unreadable:,} file{'' if self.unreadable == 1 else 's'}"
        told = [
            ", ".join(filter(None, parts)) if self.articles else "No article is near",
            f"the newest in the archive is of {in_words(self.newest)}" if self.newest else "",
            f"{files} could not be read" if self.unreadable else "",
        ]
        return "; ".join(filter(None, told))


@dataclass(frozen=True, slots=True)
class Tally:
    """A row of what was counted: how many articles there are of it, or one article with its copies."""

    label: str  # "2025-05", an outlet, a name, or day, outlet and headline of an article
    count: int
    article: str = ""  # the id of the article that the label tells


@dataclass(frozen=True, slots=True)
class Archive:
    """The answer to a question about the archive itself, counted; a report counts once."""

    kind: Counted
    counted: str  # the filter in words: "articles that mention “Trump”, from 1 May 2025 on"
    number: int  # of articles, without further copies of one report
    copies: int  # that were left out of `number`
    text: str  # the answer in words, without the rows
    rows: tuple[Tally, ...] = ()
    query: str = ""  # for the list of these articles, together with `filters`
    filters: Filters = field(default_factory=Filters)
    notes: tuple[str, ...] = ()  # how it was counted


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
class Server:
    """Where a language model writes that is no part of this program."""

    name: str  # of the model
    urls: tuple[str, ...]  # without keys; the first that can is asked
    away: tuple[str, ...] = ()  # those that are not this computer

    @property
    def told(self) -> str:
        """What leaves this computer; empty where nothing does."""
        there = " or ".join(self.away)
        if not there:
            return ""
        return f"The question and its excerpts leave this computer for {there} (model {self.name})."


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


@dataclass(frozen=True, slots=True)
class Told:
    """What an article answers to a kept question, in words that outlast the article."""

    value: str  # the words that answer; empty where only the quotation does
    quotation: str
    outlet: str
    title: str
    article: str  # its id
    start: int  # of the quotation in the article, as `end`
    end: int
    published: date | None = None

    @property
    def dated(self) -> str:
        """Whose words it is, and of when: "The Straits Times, 4 June 2025"."""
        return f"{self.outlet}, {in_words(self.published) if self.published else 'no date'}"


@dataclass(frozen=True, slots=True)
class News:
    """What an article that has come since says otherwise to a kept question; or that its answer is gone."""

    question: str
    kind: Change
    before: Told | None = None  # None where the articles did not say
    now: Told | None = None  # None where they do not say any more
    on: date | None = None  # the day of telling


@dataclass(frozen=True, slots=True)
class Kept:
    """A standing question with what was known when it was asked last."""

    question: str
    since: date  # the day it was kept
    filters: Filters = field(default_factory=Filters)
    read_dates: bool = True
    told: tuple[
        Told, ...
    ] = ()  # its answer first, then what other reports say instead; empty: refused
    last: int = (
        0  # the highest key in the library when it was kept: articles with a higher one are new
    )
    seen: tuple[str, ...] = ()  # ids of articles that were found then, or read since
    news: tuple[News, ...] = ()  # newest first

    def ask(self, day: date) -> Ask:
        """What is asked on a day: nothing is written."""
        return Ask(self.question, self.filters, day, self.read_dates, prose=False)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a search finds for a question, before anything is read."""

    best: Mapping[str, int]  # id of each article that would be read -> its key
    found: tuple[str, ...]  # ids of all articles that were found
    last: int  # the highest key in the library


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of somebody's draft that states something, with its place in the draft."""

    text: str  # on one line, without the marks of Markdown
    start: int  # in characters of the draft, as `end`
    end: int
    before: str = ""  # where it begins with a pronoun: the last sentence that does not

    @property
    def whole(self) -> str:
        """The sentence with what its pronoun points back to."""
        return f"{self.before} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of a draft with what the archive says of it."""

    text: str  # as in its Claim
    start: int  # in characters of the draft, as `end`
    end: int
    verdict: Finding
    citations: tuple[int, ...] = ()  # evidence numbers
    evidence: tuple[Evidence, ...] = ()  # what is cited
    beside: str = ""  # the article's true quotation, or its sentence that says otherwise
    values: tuple[str, str] | None = None  # of draft and article, where just these differ


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft while its sentences are checked, first to last; the last moment has `done`."""

    sentences: tuple[Checked, ...] = ()
    unchecked: int = 0  # sentences that are still to check, or were not when it was stopped
    done: bool = False

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that is cited, each once, by number."""
        found = {item.number: item for one in self.sentences for item in one.evidence}
        return tuple(found[number] for number in sorted(found))

    @property
    def supported(self) -> bool:
        """Whether every sentence was checked and is supported."""
        return not self.unchecked and all(one.verdict == "supported" for one in self.sentences)

    def grown(self, one: Checked) -> CheckedDraft:
        """Return the draft with one more sentence; words that were cited before keep their number."""
        known = {item.place: item.number for item in self.evidence}
        for item in one.evidence:
            known.setdefault(item.place, len(known) + 1)
        evidence = tuple(replace(item, number=known[item.place]) for item in one.evidence)
        numbers = tuple(item.number for item in evidence)
        added = replace(one, citations=numbers, evidence=evidence)
        return replace(self, sentences=(*self.sentences, added), unchecked=self.unchecked - 1)


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


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the library holds, for people to see before they ask."""

    articles: int
    passages: int
    outlets: Mapping[str, int]  # articles per outlet, most first
    first: date | None
    last: date | None
    undated: int
    generation: int
    skipped: tuple[Skipped, ...] = ()
    # dated articles by outlet ("" where it is unknown) and month: {"The Times": {"2025-06": 3}}
    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ingested: datetime | None = None  # when the folder was last looked through


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, in articles."""

    new: int
    changed: int
    unchanged: int
    removed: int
    renamed: int
    encoded: int  # passages that had to be encoded
    articles: int  # in the library afterwards
    generation: int
    skipped: tuple[Skipped, ...] = ()
    seconds: float = 0.0
    left_out: int = 0  # words of the files read now that are no article: captions, menus

    def __str__(self) -> str:
        renamed = f", {self.renamed} renamed" if self.renamed else ""
        return (
            f"{self.new} article{'s' if self.new != 1 else ''} new, {self.changed} changed, {self.unchanged} unchanged,"
            f" {self.removed} removed{renamed}"
            f"{f' · {self.left_out:,} words of page furniture left out' if self.left_out else ''}"
            f" · {self.encoded} passages encoded · generation {self.generation}: {self.articles} articles"
            f" · {self.seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat with the model."""

    role: Literal["system", "user", "assistant"]
    text: str


def elsewhere(article: Article, also: Sequence[Article]) -> str:
    """Say in which other outlets the copies of an article are; empty where there are none."""
    others = dict.fromkeys(copy.outlet for copy in also)
    others.pop(article.outlet, None)
    if not others:
        return ""
    wire = f" ({article.agency} text)" if article.agency else ""
    count = f"{len(others)} outlet{'s' if len(others) > 1 else ''}"
    return f"also in {count}: {', '.join(others)}{wire}"


def span(since: date | None, until: date | None) -> str:
    """Say which days: from `since` to `until`, both inclusive; None is open."""
    if since and until:
        return f"of {in_words(since)}" if since == until else f"from {between(since, until)}"
    if since:
        return f"from {in_words(since)} on"
    return f"up to {in_words(until)}" if until else "of any day"


def between(first: date, last: date) -> str:
    """Return days as people write them, what they share once: 2 to 9 May 2025."""
    if first == last:
        return in_words(last)
    if first.year != last.year:
        return f"{in_words(first)} to {in_words(last)}"
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{begin} to {in_words(last)}"


def left_out(undated: int) -> str:
    """Say how many articles days leave out since they have none; nothing where none is."""
    count = "1 article" if undated == 1 else f"{undated:,} articles"
    return (
        f"{count} without a date {'was' if undated == 1 else 'were'} left out." if undated else ""
    )


def old(days: int) -> str:
    """Return an age as people say it: "of the same day", "25 days old", "7 months old", "2 years old"."""
    if not days:
        return "of the same day"
    months, years = round(days / 30.44), round(days / 365.25)
    many, unit = (
        (days, "day") if days <= 60 else (months, "month") if months < 24 else (years, "year")
    )
    return f"{many:,} {unit}{'' if many == 1 else 's'} old"


def known_on(day: date, undated: int) -> str:
    """Say what an archive leaves out that is seen as it was on a day."""
    rest = f", and {undated:,} without a date" if undated else ""
    return f"As known on {in_words(day)}: articles of later days were left out{rest}."


def in_words(day: date) -> str:
    """Return a day as people write it: 5 June 2025."""
    return f"{day.day} {day:%B %Y}"


def digest(text: str) -> str:
    """Return the sha256 of a text, in hex; lone surrogates are allowed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
