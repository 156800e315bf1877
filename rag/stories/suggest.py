"""Library -> a few questions that its articles answer, for a first visit.

Article -> its leading sentences -> the model writes three questions -> code checks them -> a sound
one is asked like any other, and kept if the article itself answers it.

Kept questions go with their article; failed tries are remembered. Both are read and written under
the library's lock, which nobody holds while the model writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rag.answering import prompt
from rag.language.sentences import sentences
from rag.language.words import STOP_WORDS, names, numbers, words
from rag.protocols import Generator, Progress, Stop
from rag.retrieval.orders import orders
from rag.store.writer import Writer, amending
from rag.types.answers import Answer
from rag.types.articles import Article
from rag.types.models import Message
from rag.when import window

WANTED = 4  # questions on an empty page
TRIES = 10  # of one run; a try costs as much as two or three questions
EXCERPTS = 2  # of one article, from its beginning: later ones lean on earlier ones
SENTENCES = 2  # of one excerpt: one alone often has no name that a question could use
ASKED = 2  # of the three questions to an excerpt; asking takes longer than writing
SENTENCE_WORDS = range(8, 61)
QUESTION_WORDS = range(5, 19)
NEW_WORDS = 2  # that an answer without a new name or number must add to its question

_SYSTEM = (
    "You write three short questions that sentences from a newspaper answer. Readers see each question"
    " alone: name the people, places and organisations, never use pronouns. Begin each question with"
    " Who, What, Which, Where, How many or How much. Put | between them."
)
_EXAMPLES = (
    (
        "Storm drives ferry aground off Lindholm",
        "The ferry Aurora ran aground off Lindholm on Sunday, and 214 passengers were taken ashore by"
        " fishing boats, the operator said. Nordline, which has run the Aurora since 2011, said that"
        " nobody was hurt.",
        "How many passengers were taken ashore from the ferry Aurora? | Which company runs the ferry"
        " Aurora? | Where did the ferry Aurora run aground?",
    ),
    (
        "Government drops ministers as Holt demands cuts",
        "DOVRE - The government of Norland is removing two senior ministers as Prime Minister Karin Holt"
        " is demanding cuts, three people familiar with the plan said on Friday. Ada Brun and Piet Maas"
        " will be pulled from their posts, the people said, asking not to be named.",
        "Which two ministers is the government of Norland removing? | What is Prime Minister Karin Holt"
        " demanding in Norland? | Who will leave the government of Norland together with Ada Brun?",
    ),
    (
        "Karin Holt wins second term in Norland",
        "With all ballots counted, Holt won 53.1 per cent of the vote, while conservative rival Jon Lie"
        " took 38.4 per cent. The former teacher promised to spend 40 million kroner on the railway to"
        " Dovre.",
        "What share of the vote did Karin Holt win in Norland? | Who was the conservative rival of Karin"
        " Holt? | How much will Karin Holt spend on the railway to Dovre?",
    ),
)

_BEGINS = re.compile(
    r"(?:(?:in|on|at|to|from|for|by|with) )?(?:who|whom|whose|what|which|where|why|how)\b", re.I
)
_WHOLE = re.compile(r"""[“"‘'(]?[A-ZÀ-Þ\d].*[.!?][”"’')]*""")
_PLAIN = re.compile(r"[\w\s.,'’“”\"%$£€&–-]+\?")
# In small letters: "US" and "IT" are names.
_POINTERS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|theirs?|this|that|these|those|we|you|me|us|my|ours?"
    r"|yours?|former|latter)\b"
)
_THE_TEXT = re.compile(
    r"\b(?:the|this) (?:article|text|passage|sentence|excerpt|story|headline|author|newspaper)\b"
    r"|\b(?:according to|mentioned|described|stated|quoted)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """The facts of an article that decide whether to choose it."""

    id: str
    outlet: str | None
    published: date | None
    report: int

    @property
    def month(self) -> str:
        """Its month, or ""."""
        return f"{self.published:%Y-%m}" if self.published else ""


@dataclass(slots=True)
class Suggestions:
    """Questions by the article that answers them, and how many excerpts of each were tried."""

    kept: dict[str, str] = field(default_factory=dict)  # question -> article id
    tried: dict[str, int] = field(default_factory=dict)  # article id -> excerpts


# ── the story ──


def suggest(
    folder: Path,
    generator: Generator,
    ask: Callable[[str], Iterator[Answer]],
    progress: Progress,
    stop: Stop,
    day: date,
) -> None:
    """Make the questions that the library in a folder lacks, and keep each at once.

    Ends early when `stop` is set; what that interrupts counts as not tried. Raises
    IngestRunningError during an ingest.
    """
    for _ in range(TRIES):
        with amending(folder) as library:
            known = Suggestions(*library.suggestions())
            candidates = [Candidate(*row) for row in library.outline()]
            chosen = next_one(candidates, known) if len(known.kept) < WANTED else None
            article = library.article(chosen.id) if chosen else None
        progress("questions", len(known.kept), WANTED)
        if article is None:
            return
        asked = try_one(article, known, generator, ask, stop, day)
        if stop.is_set():
            return
        with amending(folder) as library:
            known = _keep(library, article, asked, known.tried.get(article.id, 0) + 1)
        progress("questions", len(known.kept), WANTED)


def _keep(library: Writer, article: Article, asked: str | None, tries: int) -> Suggestions:
    """Add a try and its question to the library; another run may have kept some since."""
    known = Suggestions(*library.suggestions())
    there = {row[0] for row in library.outline()}
    known.tried[article.id] = tries
    known.tried = {key: count for key, count in known.tried.items() if key in there}
    if asked and len(known.kept) < WANTED:
        known.kept[asked] = article.id
    library.put_suggestions(known.kept, known.tried)
    return known


def try_one(
    article: Article,
    known: Suggestions,
    generator: Generator,
    ask: Callable[[str], Iterator[Answer]],
    stop: Stop,
    day: date,
) -> str | None:
    """Return a question about the article's next excerpt that the article answers, or None."""
    excerpt = [*excerpts(article), *[""] * EXCERPTS][known.tried.get(article.id, 0)]
    if not excerpt:
        known.tried[article.id] = EXCERPTS
        return None
    written = "".join(generator.write(messages(article.title, excerpt), stop)).split("|")
    plain = dict.fromkeys(" ".join(one.split()) for one in written)
    sound = [one for one in plain if one not in known.kept and not problems(one, article, day)]
    return next((one for one in sound[:ASKED] if is_answered(ask(one), article)), None)


def next_one(candidates: Iterable[Candidate], known: Suggestions) -> Candidate | None:
    """Return the article to try next: without a question, with few tries, least used outlet and
    month.

    Of equals it is the newest; ties are broken by article id.
    """
    every = {one.id: one for one in candidates}
    used = [every[key] for key in (*known.kept.values(), *known.tried) if key in every]
    outlets, months = Counter(one.outlet for one in used), Counter(one.month for one in used)
    asked = Counter(every[key].report or key for key in known.kept.values() if key in every)

    def place(one: Candidate) -> tuple[object, ...]:
        spread = outlets[one.outlet] + months[one.month]
        newest = -(one.published or date.min).toordinal()
        return asked[one.report or one.id], known.tried.get(one.id, 0), spread, newest, one.id

    left = (one for one in every.values() if known.tried.get(one.id, 0) < EXCERPTS)
    return min(left, key=place, default=None)


# ── writing ──


def excerpts(article: Article) -> list[str]:
    """Return the first sentences that are clear alone: of fair length, with a name, without orders."""
    told = orders(article.text)
    found: list[str] = []
    for start, end in sentences(article.text):
        text = " ".join(article.text[start:end].split())
        whole = len(text.split()) in SENTENCE_WORDS and _WHOLE.fullmatch(text) and names(text)
        if whole and not any(start < stop and begin < end for begin, stop in told):
            found.append(text)
        if len(found) == SENTENCES * EXCERPTS:
            break
    return [" ".join(found[at : at + SENTENCES]) for at in range(0, len(found), SENTENCES)]


def messages(title: str, excerpt: str) -> list[Message]:
    """Return the chat for an excerpt; all but its last message is constant."""
    examples = [(_turn(headline, told), questions) for headline, told, questions in _EXAMPLES]
    return prompt.chat(_SYSTEM, examples, _turn(prompt.harmless(title), prompt.harmless(excerpt)))


def _turn(title: str, excerpt: str) -> str:
    return f"Headline: {title}\nSentences: {excerpt}"


# ── checking ──


def problems(question: str, article: Article, day: date) -> tuple[str, ...]:
    """Return what is wrong with a question before it is asked; empty when it can be."""
    text = f"{article.title}\n{article.text}"
    asked_for, known = names(question) | numbers(question), {*words(text), *numbers(text)}
    faults = {
        "is not a plain question": not _PLAIN.fullmatch(question) or not _BEGINS.match(question),
        "is too short or too long": len(question.split()) not in QUESTION_WORDS,
        "points to something outside it": bool(_POINTERS.search(question)),
        "mentions the text": bool(_THE_TEXT.search(question)),
        "names nothing": not names(question),
        "names what the article does not": not asked_for <= known,
        "means another time on another day": window.window(question, day) is not None
        or window.speaks_of_now(question),
    }
    return tuple(fault for fault, is_so in faults.items() if is_so)


def is_answered(growing: Iterator[Answer], article: Article) -> bool:
    """Follow a growing answer; return whether it holds, as soon as that is certain."""
    for answer in growing:
        known = [item.article for item in answer.evidence]
        if not any(_same_report(one, article) for one in known):
            return False
        if answer.statements and not _rests_on(article, answer):
            return False
    return holds(answer, article)


def holds(answer: Answer, article: Article) -> bool:
    """Return whether an answer is complete, undisputed and rests on this article."""
    supported = all(statement.supported for statement in answer.statements)
    whole = answer.status == "answered" and supported and not answer.disagreements
    return whole and _rests_on(article, answer)


def _rests_on(article: Article, answer: Answer) -> bool:
    """Return whether the first sentence is from the article or its report and answers something."""
    first = answer.statements[0] if answer.statements else None
    if first is None or first.kind != "written":
        return False
    cited = [item.article for item in answer.evidence if item.number in first.citations]
    own = any(_same_report(one, article) for one in cited)
    return own and _says_more(first.text, answer.question)


def _same_report(one: Article, other: Article) -> bool:
    return one.id == other.id or bool(one.report and one.report == other.report)


def _says_more(statement: str, question: str) -> bool:
    """Return whether a statement adds a name, a number or enough other words to its question."""
    said = {*words(question), *numbers(question)}
    fresh = (names(statement) | numbers(statement)) - said
    return bool(fresh) or len({*words(statement)} - said - STOP_WORDS) >= NEW_WORDS
