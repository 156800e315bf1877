"""Name of a day in a sentence -> the tense of the event that it belongs to, or None where that is another's.

In "The council, elected in 2019, voted on Monday after a walk-out on Sunday" only Monday is the
vote's. Where a day may be a noun's instead of the verb's, it is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.language import clauses as language
from rag.language.calendar import MONTH, MONTH_SHORT, WEEKDAY
from rag.language.clauses import SAYS
from rag.language.sentences import Span
from rag.language.verbs import Tense, Verb, verbs
from rag.when.phrases import BOUNDS

Told: TypeAlias = Tense | Literal["", "several"]
"""The tense of an event, "" where no verb is seen; "several": more than one day is told."""

# After these words in its clause, a day is another one's than the event's.
_BINDS = re.compile(
    r"\b(?:who|whom|whose|which|where|when|while|after|before|since|until|till|because|if|unless|although|though"
    r"|whether|following|than|amid|despite|ahead\s+of|prior\s+to|over|about|from\s+[\d$£€]|accused|suspected"
    r"|convicted|guilty|similar|anniversary|belonged|remained|resembled|included"
    r"|(?:inquir\w+|investigation|probe|report|search|debate)\s+(?:into|on|over|for|of)"
    r"|as\s+(?:he|she|they|it|we|I|the\s+\w+(?:\s+\w+)?\s+\w+ed))\b"
)
_THAT = re.compile(r"\bthat\b")
_SAYS_SO = re.compile(rf"\b{SAYS}\b(?:\s+[\w'’]+){{0,4}}\s*$", re.IGNORECASE)
_OF_THING = re.compile(
    r"\s+(?:of|about|in|at|during|to)\b"
)  # "said of the pictures released in July"
_TO_DO = re.compile(
    r"\bto\s+(?!(?:the|an?|his|her|their|its|this|that|these|those|him|them|hospital|court|jail|prison|power|work|school"
    r"|safety|justice|death|sea|shore|port|life|office|about|at|more|less|just|almost|nearly|two|three|four|five|six"
    r"|seven|eight|nine|ten)\b)[a-z]"
)
_DOES = frozenset(
    "began started continued refused failed managed helped tried came gathered had".split()
)
_DOING = re.compile(r"\b(?:of|for|from|by|without|before|after|denied|admitted|\w+ed)\s+\w+ing\b")
# What is done on a day with these may be to be on that day: "announced a strike on Monday".
_ARRANGES = frozenset(
    """adjourned agreed announced approved arranged asked booked called cancelled canceled delayed demanded expected
    forecast invited moved offered ordered planned postponed predicted promised proposed rescheduled scheduled set
    summoned threatened urged vowed wanted warned""".split()
)
_NO_DAY_AFTER = frozenset(
    """of for to the a an from than since by until till with every each between next another this these those any some
    one and or no our his her its their coming through""".split()
)
_A_DAY_AFTER = re.compile(
    r"\b(?:(?:hours|morning|afternoon|evening|night)\s+of|(?:scheduled|planned|set|due|expected)\s+for)\s+$"
)
_DAY = (
    rf"(?:(?:on|in)\s+)?(?:(?:{WEEKDAY}|{MONTH})\b|(?:{MONTH_SHORT})\.?\s+\d|\d\d?\s+(?:{MONTH}))"
)
_LISTS = re.compile(rf"\s*(?:,|and|or|to|through|until|till|[-–—])\s*{_DAY}", re.IGNORECASE)
_LISTED = re.compile(r"\b(?:and|or)\s+(?:on\s+)?$")
# "In May of that year"; the dates of a chronicle, "Feb. 11: …"; "Monday's vote"
_OF_ANOTHER = re.compile(r"\s+of\s+(?:the|that|this)\b|\s*:|['’]s\b")
# A clause goes on after its day with one of these, and not with a noun or verb that the day is part of.
_GOES_ON = re.compile(
    r"\s*(?:$|[^\w\s]|[A-Z\d]|(?:about|above|across|after|against|ahead|alone|along|amid|among|and|around|as|at|because"
    r"|before|behind|below|beside|between|beyond|but|by|despite|down|during|following|for|from|his|her|in|inside|into"
    r"|it|its|near|of|off|on|or|out|outside|over|past|saying|she|he|since|so|that|the|their|they|through|throughout|to"
    r"|toward|towards|under|until|up|when|where|which|while|who|with|within|without|a|an|two|three|four|five|six|seven"
    r"|eight|nine|ten|more|several|some|all|no|both|local|night|morning|afternoon|evening)\b|\w+ing\b|\w+ly\b)"
)
_GOES_OVER = re.compile(  # to another verb, of somebody or something else
    r"\b(?:and|but|that|who|which|where|when|after|before|as|because|while|if|he|she|they|it)\b"
)
# Who does things: "the court on Friday rejected" is the rejecting's, "the march on Friday cost" the march's.
_ACTS = re.compile(
    r"(?:\b[A-Z][\w.-]*|\b(?:courts?|judge|jury|ministers?|ministry|police|government|president|parliament|council"
    r"|senate|assembly|bank|company|firm|union|army|military|navy|officials|prosecutors?|regulators?|commission"
    r"|committee|board|mayor|governor|party|lawmakers|authorities|agency|airline|team|club|workers|lawyers|rebels"
    r"|troops|soldiers|protesters|residents))\s+$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the name of a day is: `start` with its lead, as "on"."""

    start: int
    end: int
    lead: str = ""


def told(text: str, one: Place, clauses: Sequence[Span], main: Span) -> Told | None:
    """Return the tense in which the event of a day is told, None where the day is another's."""
    start, end = next(span for span in clauses if span[0] <= one.start < span[1])
    before = text[start : one.start]
    if _LISTED.search(before) or _LISTS.match(text, one.end):
        return "several"
    if one.lead in BOUNDS or _OF_ANOTHER.match(text, one.end) or _is_part(one, before):
        return None
    if (start, end) == main:
        return _of_clause(text[start:end], one.start - start, one.end - start)
    found = next(verbs(text[slice(*main)]), None)
    if not _opens(text, one, clauses[0]) and not _alone(text, one, (start, end), main):
        return None
    return found.tense if found else ""


def _opens(text: str, one: Place, first: Span) -> bool:
    """Return whether a day is in the opening of a sentence: "In Kalla on Monday, …"."""
    before = text[first[0] : one.start]
    if one.start >= first[1] or language.is_aside(text[slice(*first)]) or _BINDS.search(before):
        return False
    return len(before.split()) <= 3 and not any(verbs(text[slice(*first)]))


def _alone(text: str, one: Place, span: Span, main: Span) -> bool:
    """Return whether a day is all there is between two commas, behind what it is about."""
    rest = text[span[0] : one.start] + text[one.end : span[1]]
    return span > main and text[span[0] - 1] == "," and not re.sub(r"[.\s]|local time", "", rest)


def _of_clause(clause: str, start: int, end: int) -> Told | None:
    """Return the tense for a day within the clause that tells the event."""
    before, found = clause[:start], [*verbs(clause)]
    behind = [verb for verb in found if verb.end <= start]
    later = [verb for verb in found if verb.start >= end]
    goes_on = _GOES_ON.match(clause, end)
    if _BINDS.search(before) or (not goes_on and (behind or not later)):
        return None
    if behind:
        return _of_verb(clause, behind, later, (start, end))
    if not later:
        return ""
    acts = _ACTS.search(before) and not clause[end : later[0].start].strip()
    return later[0].tense if acts or not before.strip() else None


def _of_verb(clause: str, behind: Sequence[Verb], later: Sequence[Verb], day: Span) -> Tense | None:
    """Return the tense of the verb before a day, where the day can be of no other verb and no noun."""
    first, verb = behind[0], behind[-1]
    says = _SAYS_SO.search(clause[: first.end])
    if len(behind) > (2 if says and not _OF_THING.match(clause, first.end) else 1):
        return None  # "a man arrested in Kalla died"
    thats = _THAT.finditer(clause, 0, day[0])
    if not all(_SAYS_SO.search(clause[: one.start()]) for one in thats):
        return None  # "one that hit the railways"
    if later and not (says or _GOES_OVER.search(clause, day[1], later[0].start)):
        return None  # "a man arrested on Monday was released"
    between = clause[verb.end : day[0]]
    if verb.tense == "past" and (
        (verb.word not in _DOES and _TO_DO.search(between))
        or _DOING.search(between)
        or (verb.word in _ARRANGES and between.strip())
    ):
        return None
    return verb.tense


def _is_part(one: Place, before: str) -> bool:
    """Return whether the word before the name of a day makes it part of something else."""
    words = before.lower().split()
    if one.lead or not words or _A_DAY_AFTER.search(before):
        return False
    return words[-1] in _NO_DAY_AFTER or words[-1].endswith(("'s", "’s"))
