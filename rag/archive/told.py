"""Result -> words: the sentence that answers, which articles were counted, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.archive.asked import Asked
from rag.filters import Filters
from rag.types.archive import Tally
from rag.types.days import between, known_on, left_out, span

NO_DATE, NO_OUTLET = "no date", "unknown outlet"
_NAMED = {"names": "people", "organisations": "organisations"}
_BY = {"months": "month", "days": "day", "outlets": "outlet"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the chosen articles, of whatever kind the question is."""

    number: int  # of reports
    copies: int  # further printings of these
    outlets: int
    first: date | None
    last: date | None


# ── the answer ──


def answer(asked: Asked, facts: Facts, rows: Sequence[Tally]) -> str:
    """Return the answer in a sentence or two; rows follow it."""
    if not facts.number:
        return _none(asked)
    many, mention = _many(facts.number), str(asked.mention)
    if asked.kind in ("articles", *_BY):
        by = f", by {_BY[asked.kind]}:" if asked.kind in _BY else "."
        return f"{_sentence(asked, facts)}{by}"
    if asked.kind in ("first", "last"):
        return _mention_of(asked, rows)
    if asked.kind == "holdings":
        return _holdings(asked, facts, rows)
    if asked.kind in _NAMED:
        who = _NAMED[asked.kind]
        named = f"The {who} named in most articles" if rows else f"No {who} were recognised"
        which = f"{_place(asked.filters)}{f' that mention {mention}' if mention else ''}"
        return f"{named}{which}{':' if rows else '.'}"
    which = f"{_place(asked.filters)}{f' that mention {mention}' if mention else ''}"
    if facts.number > len(rows):
        return f"The {asked.kind} of {many}{which}:"
    return f"{_sentence(asked, facts)}{f', {asked.kind} first' if facts.number > 1 else ''}:"


def _many(number: int, noun: str = "article") -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _sentence(asked: Asked, facts: Facts) -> str:
    """Return "3 articles of Harbour Post from 1 May 2025 on mention “Trump”", without a full stop."""
    one, mention = facts.number == 1, asked.mention
    among = (
        f" of {_many(facts.outlets, 'outlet')}" if asked.kind == "outlets" and facts.outlets else ""
    )
    subject = f"{_many(facts.number)}{among}{_place(asked.filters)}"
    if mention.phrases:
        return f"{subject} mention{'s' if one else ''} {mention}"
    return f"{subject} {'is' if one else 'are'} in the archive"


def _none(asked: Asked) -> str:
    """Return the answer where nothing was found: a number as well."""
    subject = f"No article{_place(asked.filters)}"
    if asked.mention.phrases:
        return f"{subject} mentions {asked.mention}."
    return f"{subject} is in the archive."


def _mention_of(asked: Asked, rows: Sequence[Tally]) -> str:
    if not rows:
        return f"The articles that mention {asked.mention} have no date."
    day = rows[0].label.split(" · ")[0]
    which = f"The {asked.kind} article{_place(asked.filters)} that mentions {asked.mention}"
    return f"{which} is from {day}:"


def _holdings(asked: Asked, facts: Facts, rows: Sequence[Tally]) -> str:
    days = f", {between(facts.first, facts.last)}" if facts.first and facts.last else ""
    outlets = f" of {_many(facts.outlets, 'outlet')}" if facts.outlets else ""
    chosen = _place(Filters(asked.filters.source, asked.filters.author))
    named = " The people named in most of them:" if rows else ""
    return f"The archive has {_many(facts.number)}{chosen}{outlets}{days}.{named}"


def _place(filters: Filters) -> str:
    """Return " of Harbour Post by Ada Holm from 1 May 2025 on"; empty where all articles count."""
    parts = (
        f" of {filters.source}" if filters.source else "",
        f" by {filters.author}" if filters.author else "",
        f" {_days(filters)}" if filters.since or filters.until else "",
    )
    return "".join(parts)


def _days(filters: Filters) -> str:
    if filters.since and filters.until and filters.since > filters.until:
        return f"both {span(filters.since, None)} and {span(None, filters.until)}"
    return span(filters.since, filters.until)


# ── how it was counted ──


def chosen(asked: Asked) -> str:
    """Return which articles were counted: "articles of Harbour Post that mention “Trump”"."""
    mention = f" that mention {asked.mention}" if asked.mention.phrases else ""
    everything = "all articles" if not (mention or any(asked.filters.rows())) else "articles"
    return f"{everything}{_place(asked.filters)}{mention}"


def how(asked: Asked, facts: Facts, undated: int) -> tuple[str, ...]:
    """Return how it was counted, a note for each thing to know."""
    copies = f"; {_are(facts.copies)} left out" if facts.copies else ""
    notes = [f"Counted: {chosen(asked)}. Copies of one report count once{copies}."]
    if asked.mention.phrases:
        notes.append(
            "An article mentions words where its headline or text has them together and in this order;"
            " capitals and endings make no difference."
        )
    if asked.kind == "outlets" and facts.copies:
        notes.append("A report that several outlets printed counts for each of them.")
    if asked.kind in (*_NAMED, "holdings"):
        notes.append(
            "A small network tells names from other words, by a few sentences of each; it errs at times."
            " Names that read alike are one here, whoever bears them; each is counted in all articles."
        )
    if asked.filters.as_of:
        return (*notes, known_on(asked.filters.as_of, undated))
    by_day = asked.filters.since or asked.filters.until
    if undated and (by_day or asked.kind in ("first", "last")):
        notes.append(left_out(undated))
    return tuple(notes)


def _are(copies: int) -> str:
    return "1 further copy was" if copies == 1 else f"{copies:,} further copies were"
