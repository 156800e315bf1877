"""Question -> the days it means, read without a language model against the day it is asked.

    question -> names hidden -> phrases about time -> the first readable one -> Window

A phrase is a lead, a part and a name of days: "since | early | June 2022". `rag.when.phrases` finds
the names; here leads bound them and two of them form a range. What is uncertain stays unread, for a
wrong window hides the answer and a missing one does not: names that only sound like a time ("Black
Friday", "the January 6 hearing"), quoted words, events in place of a time ("since the 2024
election"), 5/6/2022, and future days: articles about next week were written before it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.language.calendar import Days
from rag.language.words import STOP_WORDS, search_words
from rag.types.days import Window
from rag.when.phrases import BOUNDS, Rule, marks, without_names
from rag.when.readings import Mark, group

# Reports follow events: three days reach from a Friday evening to Monday's paper.
REPORTED_WITHIN = timedelta(days=3)
# An archive in use may be this much behind the day of asking; a "June 3" still later than its newest
# article is the one of the year before.
LAG = timedelta(days=31)

# After these words, a day that comes back is the one to come.
_TO_COME = re.compile(
    r"\b(?:will|Will(?=\s+[a-z])|won['’]t|shall|would|must|(?:has|have|needs?)\s+to|going\s+to"
    r"|due\s+(?:on|by)|(?:is|are|was|were)\s+due|scheduled|expected|planned|upcoming|deadline)\b|['’]ll\b"
)
_COMPARED = re.compile(r"\b(?:than|compared\s+(?:with|to)|versus|unlike)\s+$", re.IGNORECASE)
_JOIN = re.compile(
    r"\s*(-|–|—|,|\b(?:to|until|till|through|and)\b)\s*(?:(?:in|on)\s+)?", re.IGNORECASE
)
_ONWARD = re.compile(
    r"\s+(?:onwards?|on(?=\s*(?:$|[?.,;]))|to|until|till|through)\b", re.IGNORECASE
)
# "Since the attack on Monday": a lead up to six words before the time.
_DISTANT = re.compile(
    r"\b(since|between|after|following|until|till|before)(?:\s+(?!and\b)[\w'’-]+){1,6}\s+$",
    re.IGNORECASE,
)
_REACH = 60  # characters before a phrase that are looked at for such words
_NOW = re.compile(
    r"""\b(?:(?:the|its|his|her|their|whose|s)\s+current(?!\s+account)|currently|recent(?:ly)?|newest
    |(?<!at\ the\ )latest|(?-i:now)|nowadays|presently|so\s+far|to\s+date|these\s+days
    |at\s+(?:the\s+moment|present)|breaking\s+(?:news|story)|today|tonight|yesterday|last\s+night
    |this\s+(?:past\s+)?(?:morning|afternoon|evening|week|weekend|month|quarter|year)
    |(?:last|past)\s+(?:few|couple\s+of|\w+)\s+(?:hours|days|weeks)(?!\s+of)
    |just\s+(?:been\s+)?(?!based)(?:\w+(?<!e)ed|become|broken?|come|given?|gone|hit|left|lost|made|met
    |said|sold|taken|told|won)
    |new\s+(?:ceo|chief|president|(?:prime\s+)?minister|chancellor|leader|head|boss|mayor|governor
    |speaker|secretary|king|queen|pope|coach|chair(?:man|woman)?))\b(?!-)""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase about time; without a span it cannot be read."""

    mark: Mark
    rule: Rule
    span: Days | None
    distant: Mark | None  # "since the attack", before "on Monday"

    @property
    def start(self) -> int:
        return (self.distant or self.mark).start()

    @property
    def is_time(self) -> bool:
        return self.rule.is_time(self.mark)


def window(question: str, as_of: date, newest: date | None = None) -> Window | None:
    """Return the days that the first phrase about time names, or None.

    "June 3" without its year is the latest that has begun and that the archive reaches, where its
    `newest` article is known. All but such yearly days counts from the day of asking.
    """
    reached = newest + LAG if newest and as_of - newest > LAG else as_of
    for run in _runs(_phrases(without_names(question), as_of, reached)):
        if not (span := _span_of(run)):
            continue
        with suppress(OverflowError):  # after 9999-12-31
            since, until = _bounded(run[0], span, len(run) > 1)
            if since is None or since <= as_of:
                words = question[run[0].start : run[-1].mark.end()]
                # "This week" is loose talk: what is older comes later, but is not shut out.
                lately = since is not None and until is not None and since < as_of <= until
                return Window(since, until, " ".join(words.split()), strict=not lately)
    return None


def published(window: Window, as_of: date) -> Window:
    """Return the days of publication to search: REPORTED_WITHIN longer, but not past `as_of`."""
    if window.until is None or window.until >= as_of:
        return window
    return replace(window, until=window.until + min(REPORTED_WITHIN, as_of - window.until))


def without(question: str, window: Window | None) -> str:
    """Return the question without its window's words, if enough others are left to search."""
    if window is None or not window.phrase:
        return question
    phrase = r"\s+".join(map(re.escape, window.phrase.split()))
    left = " ".join(re.sub(rf"\s*,?\s*{phrase}\b", " ", question, count=1).split())
    left = re.sub(r"\s+(?=[?.,;!])", "", left).lstrip(",; ")
    return left if len(set(search_words(left)) - STOP_WORDS) > 1 else question


def speaks_of_now(question: str) -> bool:
    """Return whether a question is about the present or fresh news: "latest", "now", "this week"."""
    return bool(_NOW.search(without_names(question)))


def _phrases(text: str, as_of: date, reached: date) -> list[_Phrase]:
    """Return the phrases of a text in order; yearly names are read against the day that the archive has
    `reached`.
    """
    coming = _TO_COME.search(text)
    phrases = []
    for mark, rule in marks(text):
        start = mark.start()
        reach = max(0, start - _REACH)
        unread = _COMPARED.search(text, reach, start) or (
            coming and coming.start() < start and rule.floats(mark) and not group(mark, "which")
        )
        span = None if unread else _span(rule, mark, reached if rule.yearly(mark) else as_of)
        bound = group(mark, "lead") in BOUNDS
        distant = None if bound else _DISTANT.search(text, reach, start)
        phrases.append(_Phrase(mark, rule, span, distant))
    return phrases


def _span(rule: Rule, mark: Mark, as_of: date) -> Days | None:
    """Return a mark's days, unless they do not exist (31 June) or begin after the day of asking."""
    with suppress(ValueError, OverflowError):
        span = rule.read(mark, as_of)
        if span.first <= min(span.last, as_of):
            return span
    return None


def _bounded(phrase: _Phrase, span: Days, closed: bool) -> tuple[date | None, date | None]:
    """Return the first and last day that a phrase leaves, with the lead before it.

    "After Thursday" begins on Friday, but "after Thursday's vote", "after the vote on Thursday" and
    "after mid-June" begin that day: its consequences were reported from then on.
    """
    mark, end = phrase.mark, phrase.mark.end()
    lead = phrase.distant[1].lower() if phrase.distant else group(mark, "lead")
    event = phrase.distant or mark.string[end : end + 2] in ("'s", "’s") or group(mark, "the")
    closed = closed or bool(group(mark, "day2") or group(mark, "to"))
    day = timedelta(days=0 if event or mark["part"] else 1)
    onward = lead == "between" or (lead == "from" and _ONWARD.match(mark.string, end))
    if lead == "since" or (onward and not closed):
        return span.first, None
    if lead in ("after", "following"):
        return (span.last + day if day else span.first), None
    if lead in ("before", "prior to"):
        return None, (span.first - day if day else span.last)
    if lead in ("until", "till", "up to", "as of") or (lead == "by" and not event):
        return None, span.last
    return span


def _runs(phrases: list[_Phrase]) -> list[list[_Phrase]]:
    """Group the phrases that a range or a list joins: "in 2019, 2020 and 2021"."""
    runs: list[list[_Phrase]] = []
    for phrase in phrases:
        if not (runs and _join(runs[-1][-1], phrase)):
            runs.append([])
        runs[-1].append(phrase)
    return runs


def _join(one: _Phrase, other: _Phrase) -> str:
    """Return the word that joins two phrases, or ""."""
    join = _JOIN.fullmatch(one.mark.string, one.mark.end(), other.mark.start("core"))
    open_ended = group(one.mark, "lead") in BOUNDS - {"from", "between"}
    if open_ended or not (join and one.span and other.span):
        return ""
    return "" if join[1] == "," and one.rule.reader != other.rule.reader else join[1].lower()


def _span_of(run: list[_Phrase]) -> Days | None:
    """Span the first to the last day of joined phrases, if one of them is sure.

    In "from December 20 to January 5, 2022" the first is read against the second. In "on Monday and
    Friday" each is the latest there was.
    """
    *before, last = run
    if not (last.span and any(phrase.is_time for phrase in run)):
        return None
    listed = before and _join(before[-1], last) in (",", "and") and last.rule.floats(last.mark)
    listed = listed and group(run[0].mark, "lead") != "between"
    spans = [last.span]
    for one in reversed(before):
        span = one.span or last.span
        if span > spans[-1] and one.rule.floats(one.mark) and not listed:
            span = _span(one.rule, one.mark, spans[-1].last) or span
        spans.append(span)
    return Days(min(span.first for span in spans), max(span.last for span in spans))
