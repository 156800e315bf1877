"""Statement, evidence -> the statement with its speaker, and what is wrong with a speaker it has.

The speaker is a slice of the cited sentence; nothing else is added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from rag.answering.checks.closest import MIN_SHARED, closest_sentence, spoken
from rag.language.agencies import agency_of
from rag.language.calendar import WEEKDAY
from rag.language.stems import shared, stems
from rag.language.words import NUMBER_WORDS, STOP_WORDS, content_words, names, plain, words
from rag.types import Evidence

MAX_WORDS = 12  # a longer "speaker" is a clause that was read wrongly
_SAYS = r"(?:said|says|told|announced|reported|claimed|claims|warned|argued|added|confirmed|wrote)"
_NAMED = re.compile(
    rf"\b(?:{_SAYS}|say|tells?|tell|announces?|reports?|claim|according to|denie[sd]|deny|stated|cit(?:ed|ing))\b",
    re.IGNORECASE,
)
_WHO = r"[^,;:.“”\"()\n](?:[^,;:“”\"()\n])*?"
_FORMS = [
    # …, three people familiar with the move said on Thursday.
    re.compile(
        rf"^(?P<said>.+?),[”\"]?\s+(?P<who>{_WHO})\s+(?:{_SAYS}|told\s+[^,;.]+)(?=[,;.]|$"
        r"|\s+(?:on|in|at|to|last|later|earlier|this|during|via|[A-Z]\w+day)\b)"
    ),
    # …, said Ilse Varga, the director.
    re.compile(
        rf"^(?P<said>.+?),[”\"]?\s+(?:said|says)\s+(?P<who>{_WHO})(?=[,;]|[.]?$|\s+(?:on|in|at|as)\s)"
    ),
    # …, according to a report.
    re.compile(rf"^(?P<said>.+?),?\s+according\s+to\s+(?P<who>{_WHO})(?=[,;]|[.]?$)"),
    re.compile(rf"^According\s+to\s+(?P<who>{_WHO}),\s+(?P<said>.+)$"),
    # The agency said on Thursday that …
    re.compile(
        rf"^(?:(?:But|And|On \w+|Also),?\s+)?(?P<who>{_WHO})(?:,[^,]+,)?\s+{_SAYS}\s+(?P<said>.+)$"
    ),
]
_ACCORDING = re.compile(r"\baccording\s+to\s+(?P<who>[^,;.]+)", re.IGNORECASE)
_TELLS = re.compile(
    r"\b(?:show(?:s|ed|n)?|finds?|found|estimat\w+|expect\w*|believ\w+|announc\w+|report\w*|statement\w*"
    r"|survey\w*|polls?|stud(?:y|ies)|data|figures|documents?|filings?|court|records?)\b",
    re.IGNORECASE,
)
_ADVERBS = re.compile(r"\s+(?:(?:has|have|had|also|later|first|earlier|reportedly|then|\w+ly))$")
_TIME = re.compile(
    rf"\s+(?:on\s+)?(?:{WEEKDAY})\b.*$|\s+(?:who|which|that)\s.*$",
    re.IGNORECASE,
)
_PRONOUNS = frozenset(
    """
    he she they it we i you who which that this these those as when if what one both some many
    others another neither nobody never though although while because but and
    """.split()
)
_VAGUE = re.compile(
    r"^(?:the|both|two|these|those)\s+(?:two\s+)?(?:people|persons?|sources?|men|women|pair)$", re.I
)
_NOT_SAID = re.compile(r"\b(?:not|never|nobody|whether|n't)$", re.IGNORECASE)
_PLURALS = {"officials", "police", "prosecutors", "authorities", "investigators", "lawyers"}
_PLURALS |= {"sources", "analysts", "experts", "witnesses", "residents", "doctors", "researchers"}


def attributed(statement: str, cited: Sequence[Evidence], question: str = "") -> str:
    """Add ", according to …" to a statement that lacks the speaker of its cited sentence.

    If the statement is only a name or number, the claim is taken from the question.
    """
    if not statement.endswith(".") or _NAMED.search(plain(statement)):
        return statement
    sentence, item = closest_sentence(statement, cited)
    bare = not content_words(f"so {statement}")  # "so": the first word may be a name, too
    claim = f"{question} {statement}" if bare else statement
    who = _speaker(" ".join(sentence.split()), claim)
    if not item or not who or _is_outlet(who, item) or _is_in(who, statement):
        return statement
    return f"{statement[:-1]}, according to {_inside(who, item)}."


def unspoken(statement: str, cited: Sequence[Evidence]) -> list[str]:
    """Return named speakers without a counterpart in the cited words: "according to the pool cost"."""
    called = list(_ACCORDING.finditer(plain(statement)))
    if not called:
        return []
    texts = map(plain, spoken(cited))
    speaking = [text for text in texts if _NAMED.search(text) or _TELLS.search(text)]
    return [
        f"nobody in the cited words speaks as “{match['who']}”"
        for match in called
        if not any(_is_outlet(match["who"], item) for item in cited)
        and not any(stems(match["who"]) & stems(text) for text in speaking)
    ]


def _speaker(sentence: str, claim: str) -> str:
    """Return the speaker of a claim in a sentence, or ""."""
    for form in _FORMS:
        match = form.search(sentence)
        if not match or shared(claim, match["said"]) < MIN_SHARED:
            continue
        who = _ADVERBS.sub("", _TIME.sub("", match["who"])).strip()
        called = plain(who).lower().split()
        named = 0 < len(called) <= MAX_WORDS and called[0] not in _PRONOUNS
        return who if named and not (_NOT_SAID.search(who) or _VAGUE.search(who)) else ""
    return ""


def _is_outlet(who: str, item: Evidence) -> bool:
    """Return whether the speaker wrote the article: its own report needs no speaker."""
    own = {plain(name).lower() for name in (item.article.source, item.article.agency) if name}
    bare = plain(who).lower().removeprefix("the ")
    return bare in own or bool(agency_of(who) and agency_of(who) == item.article.agency)


def _is_in(who: str, statement: str) -> bool:
    """Return whether a statement mentions the speaker itself."""
    told = set(words(statement))
    named = names(f"so {who}")  # so that its first word does not open a sentence
    if named:
        return bool(named & told)
    said = words(who)
    while said and said[0] in STOP_WORDS | NUMBER_WORDS.keys():
        said.pop(0)
    head = list(takewhile(lambda word: word not in STOP_WORDS, said))
    return stems(" ".join(head)) <= stems(statement)


def _inside(who: str, item: Evidence) -> str:
    """Spell the speaker as inside a sentence: "The agency" is "the agency"."""
    first = words(who)[0]
    common = first in STOP_WORDS | NUMBER_WORDS.keys() | _PLURALS
    if common or re.search(rf"\b{re.escape(first)}\b", item.article.text):
        return who[0].lower() + who[1:]
    return who
