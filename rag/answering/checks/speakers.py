"""Statement, evidence -> who says so, and the statement with its speaker.

"Charles will replace Genalo." becomes "Charles will replace Genalo, according to three people
familiar with the move." Who says so, the reader finds in the cited words; it is told where the
checker finds in that very sentence that they say it, and that they say anything at all: of "Lee won
49 per cent of the votes, according to the commission" it takes "49 per cent, according to Lee" for
true, but not "Lee said something". Nothing else is added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.checks.verify import SUPPORTED, claim
from rag.language.agencies import agency_of
from rag.language.marks import unmarked
from rag.language.sentences import holding
from rag.language.stems import stems
from rag.language.words import NUMBER_WORDS, STOP_WORDS, names, plain, words
from rag.protocols import Judges
from rag.types.evidence import Evidence

SPEAKS = "{} said something."
SAID = 0.75  # the probability that the cited words tell who says so, from which it is told
MAX_WORDS = 12  # a longer "speaker" is a clause that was read wrongly
_COMMON = STOP_WORDS | NUMBER_WORDS.keys()


def speaker(statement: str, cited: Sequence[Evidence], question: str, judges: Judges) -> str:
    """Return who says so in the cited words, as inside a sentence; empty where the article does, and
    where the statement is only a name or a number.
    """
    if claim(statement, question) != statement:
        return ""
    readings = judges.reader.read(f"Who said: {statement}", [item.quote for item in cited])
    best, item = max(zip(readings, cited, strict=True), key=lambda pair: pair[0].answers)
    found = item.quote[best.start : best.end] if best.start >= 0 else ""
    who = " ".join(unmarked(found).split())
    if best.answers < SAID or not _tells_who(who) or _is_outlet(who, item):
        return ""
    told = _inside(who, item)
    there = holding(item.quote, best.start, best.end)
    claims = (statement, attributed(statement, told), SPEAKS.format(told))
    said = (judges.checker.check(one, [there])[0] for one in claims)
    return told if all(one.supported >= SUPPORTED for one in said) else ""


def attributed(statement: str, who: str) -> str:
    """Add ", according to …" to a statement that does not name its speaker."""
    if not who or not statement.endswith(".") or _is_in(who, statement):
        return statement
    return f"{statement[:-1]}, according to {who}."


def _tells_who(who: str) -> bool:
    """Return whether words name somebody, and not with a pronoun."""
    return 0 < len(words(who)) <= MAX_WORDS and bool(set(words(who)) - STOP_WORDS)


def _is_outlet(who: str, item: Evidence) -> bool:
    """Return whether the speaker wrote the article: its own report needs no speaker."""
    own = {plain(name).lower() for name in (item.article.source, item.article.agency) if name}
    bare = plain(who).lower().removeprefix("the ")
    return bare in own or bool(agency_of(who) and agency_of(who) == item.article.agency)


def _is_in(who: str, statement: str) -> bool:
    """Return whether a statement mentions the speaker itself."""
    named = names(f"so {who}")  # so that its first word does not open a sentence
    return bool(named & set(words(statement))) if named else bool(stems(who) <= stems(statement))


def _inside(who: str, item: Evidence) -> str:
    """Spell the speaker as inside a sentence: "The agency" is "the agency"."""
    first = words(who)[0]
    if first in _COMMON or re.search(rf"\b{re.escape(first)}\b", item.article.text):
        return who[0].lower() + who[1:]
    return who
