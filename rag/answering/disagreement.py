"""Short answer, evidence -> where independent reports give another one to the same question.

Each report's value is what the reader found in its likeliest evidence. Values are compared as days,
as numbers or as names. Copies of one text are one report. A later report that differs may be the
news, and an earlier one what it was before, so both are told apart from a conflict. Asked yes or no,
a sentence that turns a yes into no is quoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from rag.answering.checks.verify import contradicting, source
from rag.answering.statements import quoted
from rag.answering.values import alike, common, kind, spoken, values
from rag.language.marks import in_quotation_marks, unmarked
from rag.language.mentions import missing
from rag.language.questions import asks_for_several, asks_whether
from rag.language.sentences import sentence_texts
from rag.language.stems import shared, stems
from rag.protocols import Checker
from rag.types.answers import Disagreement, Statement, Value
from rag.types.evidence import Evidence

# Evidence whose worth is less is of another matter: of "1,000 per day", which fits with .99 and answers with
# .18, it is -.1. Asked yes or no, what fits less than STRONG is.
STRONG, WORTH = 0.5, -0.5
SAME_SENTENCE = 0.6  # of the words of a cited quotation, in a copy of its report
SAME_MATTER, MANY_WORDS = 0.8, 3  # of the question's words that the cited articles have
DAYS_AFTER, SAME_WEEK = 7, 0.5  # reports of one week are of one event with fewer words in common
LONG_BEFORE = 90  # days: an older report is history, neither what it was before nor a conflict
# Of these a report may have others for the same matter: 43 passengers, a few kilometres from there.
_NO_MATTER = stems("people persons near nearby around outside during since while across")

When: TypeAlias = Literal["later", "earlier", "beside"]
Sides: TypeAlias = tuple[str, str, Evidence, str]
"""The value given, the other one, the evidence of that and its sentence, quoted."""


def disagreements(
    question: str,
    said: str,
    cited: Sequence[Evidence],
    evidence: Sequence[Evidence],
    checker: Checker,
) -> Iterator[tuple[Disagreement, Statement]]:
    """Yield what other reports say otherwise, each with the quotation that says it.

    `said` is the answer that was given, from the cited evidence: a value, or a sentence where the
    question asks yes or no.
    """
    numbers = tuple(item.number for item in cited)
    whether = asks_whether(question)
    for group in _others(cited, evidence, whether):
        if not _same_matter(question, said, cited, group):
            continue
        sides = _turned(said, group, checker) if whether else _valued(question, said, cited, group)
        if sides:
            mine, other, item, words = sides
            when = _when(item, cited)
            both = (Value(mine, numbers), Value(other, (item.number,)))
            differing = Disagreement(question, both, "conflict" if when == "beside" else "updated")
            yield differing, _told(item, when, words)


def _told(item: Evidence, when: When, words: str) -> Statement:
    how = "reports differently" if when == "beside" else f"reported {when}"
    told = f"{unmarked(item.article.reporter)} {how}: {words}"
    return Statement(told, "quote", (item.number,), True)


def _valued(
    question: str, said: str, cited: Sequence[Evidence], group: Sequence[Evidence]
) -> Sides | None:
    """Return the value of another report, where neither has that of the other."""
    best = max(group, key=lambda item: item.answers)
    other = best.found_text
    if asks_for_several(question) or not alike(question, said, other):
        return None  # of several things a report may have only some
    agree = common(values(question, said), spoken(source(group)))
    agree = agree or common(values(question, other), spoken(source(cited)))
    return None if agree else (said, unmarked(other), best, quoted(best))


def _turned(said: str, group: Sequence[Evidence], checker: Checker) -> Sides | None:
    """Return a sentence of another report that says the opposite: asked yes or no, the reader finds
    no value.
    """
    told = [(item, " ".join(one.split())) for item in group for one in sentence_texts(item.quote)]
    found = contradicting(said, [sentence for _, sentence in told], checker)
    if found is None:
        return None
    item, sentence = told[found]
    words = unmarked(sentence)
    return said, words, item, in_quotation_marks(words)


def _same_matter(
    question: str, said: str, cited: Sequence[Evidence], group: Sequence[Evidence]
) -> bool:
    """Return whether another report has the names and numbers that the cited ones have of a question.

    The injured of another storm in the same town are another matter: a question for a number must
    find nearly all of its MANY_WORDS there, too, or half of them in a report of the same week.
    """
    lost, known = (missing(question, [item.article for item in items]) for items in (group, cited))
    days = _days_after(cited, group)
    is_history = days is not None and days < -LONG_BEFORE
    if is_history or not set(lost) <= set(known):
        return False
    same_week = days is not None and abs(days) <= DAYS_AFTER
    of_kind = "" if asks_whether(question) else kind(question, said)
    if of_kind == "number":
        enough = SAME_WEEK if same_week else SAME_MATTER
    elif of_kind == "name" and days is not None and not same_week:
        enough = SAME_MATTER
    else:
        return True
    here, there = (
        stems("\n".join(f"{item.article.title}\n{item.article.text}" for item in items))
        for items in (cited, group)
    )
    wanted = (stems(question) & here) - _NO_MATTER
    return len(wanted) < MANY_WORDS or len(wanted & there) >= enough * len(wanted)


def _days_after(cited: Sequence[Evidence], group: Sequence[Evidence]) -> int | None:
    """Return how many days a report is after the cited ones, of the two nearest; None without days."""
    cited_days, days = (
        [item.article.published for item in items if item.article.published]
        for items in (cited, group)
    )
    between = ((other - one).days for one in cited_days for other in days)
    return min(between, key=abs, default=None)


def _others(
    cited: Sequence[Evidence], evidence: Sequence[Evidence], whether: bool
) -> list[list[Evidence]]:
    """Return the strong evidence of every report that is not cited, best first.

    A copy of a cited report counts where it has its sentence: it may have been corrected, or altered.
    """
    known = {item.article.id for item in cited}
    reports = {item.report for item in cited}
    groups: dict[object, list[Evidence]] = {}
    for item in evidence:
        weak = item.score < STRONG if whether else item.worth < WORTH
        if weak or item.article.id in known:
            continue
        if item.report not in reports:
            groups.setdefault(item.report, []).append(item)
        elif any(shared(one.quote, item.quote) >= SAME_SENTENCE for one in cited):
            groups.setdefault(item.article.id, []).append(item)
    return list(groups.values())


def _when(other: Evidence, cited: Sequence[Evidence]) -> When:
    """Return whether a report is later or earlier than all cited ones, else that it is beside them."""
    day, days = other.article.published, [item.article.published for item in cited]
    if day and all(one and one < day for one in days):
        return "later"
    return "earlier" if day and all(one and day < one for one in days) else "beside"
