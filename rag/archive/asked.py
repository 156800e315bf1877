"""Question -> what it counts in the archive, or None for a question about the news.

A classifier tells what is asked; the rest is read from the question itself (rag.archive.slots). It
must have a word for what an archive has, unless it is hardly anything else, and "how many articles"
alone is enough. The classifier knows some names too well ("Trump" is news): where it takes a question
about articles or outlets for news, it is asked again with another name. A question that points back
is about the archive where its turn before was, or where it names the archive, its articles or its
outlets. The days are those that `rag.when` reads, and they are of publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from rag.archive.slots import (
    FIRST,
    ORGANISATIONS,
    PEOPLE,
    PRINTED,
    SIZE,
    Known,
    Mention,
    Slots,
    may_be_archive,
    read,
    with_quotations,
    without_quotations,
)
from rag.filters import Filters
from rag.language.reviews import names_no_topic, without
from rag.language.words import STOP_WORDS, plain, words
from rag.protocols import Classifier
from rag.retrieval.followup import points_back
from rag.types.archive import Archive, Counted
from rag.types.days import Window
from rag.types.models import Asks
from rag.types.questions import Ask
from rag.when import window as dates

LONGEST = 300  # characters of a question that is tried
TAKEN = 0.4  # from this probability on a question is about the archive
SURE = 0.95  # from this on an answer may also be that no article mentions it
# What a pronoun means where the turn before counted: "Show them", "Who is in it?"
_MEANT = {
    **dict.fromkeys(("them", "these", "they", "those"), "the articles"),
    **dict.fromkeys(("it", "that", "there"), "the archive"),
}
_POINTER = re.compile(rf"\b(?:{'|'.join(_MEANT)})\b", re.IGNORECASE)
_OTHERS: frozenset[Asks] = frozenset(["news", "summary", "comparison"])
_COUNTS: Mapping[Asks, Counted] = {
    "articles": "articles",
    "months": "months",
    "days": "days",
    "sources": "outlets",
    "outlets": "outlets",
    "list": "newest",
    "first": "first",
    "last": "last",
    "names": "names",
    "holdings": "holdings",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question counts, in which articles; `window` is what its words about time mean."""

    kind: Counted
    mention: Mention = field(default_factory=Mention)
    filters: Filters = field(default_factory=Filters)
    window: Window | None = None
    sure: bool = True  # whether it is about the archive even if nothing is counted


def asked(
    ask: Ask, day: date, newest: date | None, known: Known, classifier: Classifier
) -> Asked | None:
    """Return what a question counts in the archive, or None; `newest` is its last day."""
    if len(ask.question) > LONGEST:
        return None
    before = ask.after.archive if ask.after else None
    follows = ask.after is not None and points_back(ask.question)
    question = _one_line(ask.question)
    window = dates.window(question, day, newest)
    phrase = _one_line(window.phrase) if window else ""
    if not follows and names_no_topic(question, phrase):  # "What is new?"
        return _narrowed(Asked("newest"), ask.filters, window if ask.read_dates else None)
    if before and follows:
        question = _POINTER.sub(lambda one: _MEANT[one[0].lower()], question)
    shares = _shares(question, classifier)
    archive = may_be_archive(question) or (before and follows)
    if not archive and sum(shares.values()) < SURE:
        return None
    text = without(question, phrase)
    window = window if ask.read_dates else None
    slots = read(text, known)
    if slots is None:
        return None
    nothing = not (slots.mention.phrases or slots.archive)
    if before and follows and nothing and (slots.series or window):
        return _again(before, slots.series or before.kind, Mention(), ask.filters, window)
    if follows and not before and not slots.own:
        return None
    if slots.counts_all:
        shares = {"articles": 1.0}
    elif slots.own and sum(shares.values()) < TAKEN and slots.masked != slots.text:
        shares = _shares(slots.masked, classifier)
    share = sum(shares.values())
    if share < (TAKEN if slots.archive and not follows else SURE):
        return None
    if before and follows and (question != _one_line(ask.question) or not slots.own):
        return _again(before, _kind(shares, slots), slots.mention, ask.filters, window)
    kind, about = _kind(shares, slots), slots.mention
    sure = share >= SURE and len(about.phrases) < 2
    if kind == "organisations":  # "Which political parties …": what is listed is not mentioned
        kept = tuple(one for one in about.phrases if words(one)[-1] not in ORGANISATIONS)
        about = replace(about, phrases=kept)
    made = Asked(kind, about, slots.filters, sure=sure)
    return _narrowed(made, ask.filters, window)


def _shares(text: str, classifier: Classifier) -> dict[Asks, float]:
    """Return the probability of each thing that can be asked about the archive."""
    (found,) = classifier.classify([text])
    return {one: found.asks.get(one, 0.0) for one in _COUNTS}


def mention(text: str) -> Mention | None:
    """Read phrases: "Trump", "Trump and Musk", "“trade war” or tariffs"; None where no word is left."""
    bare, quoted = without_quotations(_one_line(text))
    bare = re.sub(r"^(?:both|either) ", "", bare, flags=re.IGNORECASE)
    *parts, last = re.split(r",? (and|or) (?:about )?|, ", bare)
    joints = {joint for joint in parts[1::2] if joint}
    phrases = [with_quotations(_LABEL.sub("", one), quoted) for one in (*parts[::2], last)]
    told = [one in quoted or set(words(one)) - STOP_WORDS for one in phrases]
    if len(joints) > 1 or not all(told) or not all(map(words, phrases)):
        return None
    return Mention(tuple(dict.fromkeys(phrases)), "or" in joints)


_LABEL = re.compile(
    r"^(?:(?:the|a|an|any|some) )?(?:(?:exact )?(?:words?|names?|phrase|term|expression|topics?|subjects?"
    r"|theme|keyword) (?:of )?)?",
    re.IGNORECASE,
)


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())


def _again(
    before: Archive, kind: Counted, more: Mention, chosen: Filters, window: Window | None
) -> Asked | None:
    """Count in the articles of the turn before: something else, those of other days, those that
    mention more.
    """
    phrases = tuple(re.findall(r'"([^"]*)"', before.query))
    either = '" OR "' in before.query
    if more.phrases and either:
        return None  # (A or B) and C is no mention
    mentioned = Mention((*phrases, *more.phrases), either)
    days = chosen if window else before.filters
    filters = Filters(before.filters.source, before.filters.author)
    chosen = replace(chosen, since=days.since, until=days.until)
    return _narrowed(Asked(kind, mentioned, filters), chosen, window)


_SOMEBODY = PEOPLE - frozenset("name named names".split())
_NEEDS: Mapping[Counted, frozenset[str]] = {"outlets": PRINTED, "names": PEOPLE | ORGANISATIONS}
"""Kind -> words of which a question for it has one."""


def _kind(shares: Mapping[Asks, float], slots: Slots) -> Counted:
    """Return what is counted: by the words of a series, else the likeliest that can be."""
    mentions, first = bool(slots.mention.phrases), bool(slots.words & FIRST)
    likely = [_COUNTS[one] for one in sorted(shares, key=lambda one: -shares[one])]
    kind = next(one for one in likely if one not in _NEEDS or slots.words & _NEEDS[one])
    if kind == "names" and slots.words & ORGANISATIONS and not slots.words & _SOMEBODY:
        return "organisations"
    if slots.series and kind in ("articles", "months", "days", "outlets", "newest"):
        return slots.series
    if kind == "holdings" and slots.words & SIZE:
        kind = "articles"
    if kind == "holdings" and mentions:
        kind = "newest"
    if kind in ("first", "last") and not mentions:
        kind = "oldest" if kind == "first" else "newest"
    return "oldest" if kind == "newest" and first else kind


def _narrowed(made: Asked, chosen: Filters, window: Window | None) -> Asked | None:
    """Add the filters that were chosen and the question's days; None where two outlets are named."""
    for row, value in made.filters.rows():
        before = getattr(chosen, row.name)
        if before and before != value:
            return None
    source, author = made.filters.source, made.filters.author
    chosen = replace(chosen, source=source or chosen.source, author=author or chosen.author)
    if window:
        since = max(filter(None, (chosen.since, window.since)), default=None)
        until = min(filter(None, (chosen.until, window.until)), default=None)
        chosen = replace(chosen, since=since, until=until)
        window = replace(window, strict=True)  # "this week", too: no other day is counted
    return replace(made, filters=chosen, window=window)
