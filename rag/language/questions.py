"""Question, text -> whether the text has a thing of the kind asked for: a number, a time, a name.

`kind_found` is a soft signal over whole excerpts; `unsaid` judges one written statement and is
generous: "the vote" answers when, "nobody" answers how many, "two men" answers who.
"""

from __future__ import annotations

import re

from rag.language.calendar import MONTH, WEEKDAY
from rag.language.sentences import sentences
from rag.language.words import STOP_WORDS, content_words, names, numbers, plain, words

_HOW_MANY = re.compile(
    r"\bhow\s+(?:many|much|old|long|far|big|tall|high|large|fast|soon|often)\b|\bpercent|\bper cent\b"
    r"|\b(?:what|which)\s+(?:\w+\s+){0,2}(?:number|share|year|age|amount|price|date|quota|toll|rate|figure"
    r"|sum|cost)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\bwhen\b|\bwhat\s+(?:day|date|year|time)\b", re.IGNORECASE)
_WHO = re.compile(
    r"\b(?:who|whom|whose|where|which|what\s+(?:country|city|town|company|team|party))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b(?:{WEEKDAY}|{MONTH}|(?:19|20)\d\d|week|month|year|yesterday|today|tomorrow"
    r"|morning|evening|night|spring|summer|autumn|fall|winter|weekend)\b",
    re.IGNORECASE,
)

_NAMED = re.compile(
    r"^\W*(?:in\s+)?what\s+(?:(?:is|was|are|were)\s+(?:the\s+)?(?:\w+\s+)?"
    r"(?:name|title|capital|language|nationality)\b"
    r"|(?:movie|film|book|novel|song|album|show|series|game|band|club|school|university|newspaper"
    r"|magazine|ship|airline|bank|state|province|region|language)\b)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"^\W*(?:(?:and|but|so|on|by|from|since|until)\s+)*"
    r"(?:when\b|(?:what|which)\s+(?:\w+\s+){0,3}?(?:day|date|month|year)\b)",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)*(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could"
    r"|should|may|might|must)(?:n't)?\s",
    re.IGNORECASE,
)

# For the check of a statement, asking words count only in front: "who" may also begin a clause.
_ASKS = r"^\W*(?:(?:and|but|so|in|on|at|by|for|from|to|of|with|since|until)\s+)*"
_ASKED = {
    "what percentage": re.compile(
        r"\b(?:what|which|how\s+(?:many|much|large|big)(?:\s+of)?)\s+(?:a\s+|the\s+)?"
        r"(?:percent|per\s+cent|share\b)",
        re.IGNORECASE,
    ),
    "how many": re.compile(
        r"\bhow\s+(?:many|much|old|far|tall|high)\b|\bwhat\s+(?:number|age|amount|price)\b",
        re.IGNORECASE,
    ),
    "when": re.compile(
        _ASKS + r"(?:when|how\s+(?:long|soon|often)|what\s+(?:day|date|year|time))\b",
        re.IGNORECASE,
    ),
    "why": re.compile(_ASKS + r"why\b", re.IGNORECASE),
    "who": re.compile(_ASKS + r"who(?:m|se)?\b", re.IGNORECASE),
    "where": re.compile(_ASKS + r"where\b", re.IGNORECASE),
    "which": re.compile(
        _ASKS + r"(?:which|what\s+(?:country|city|town|company|team|party))\b", re.IGNORECASE
    ),
}
_PERCENT = re.compile(r"%|\bper\s?cent|\bpercentage\b|\b(?:half|third|quarter)s?\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\b(?:none|nobody|no|all|both|neither|half|thirds?|quarters?|once|twice|double|triple|single|several"
    r"|dozens|hundreds|thousands|millions|billions|free|newborn|an?\s+(?:year|month|week|day|couple))\b",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"\b(?:after|before|during|while|since|until|ago|later|earlier|soon|now|recently|immediately|daily|weekly"
    r"|monthly|every|never|next|last|noon|midnight|dawn|christmas|easter"
    r"|(?:seconds?|minutes?|hours?|days?|weeks?|months?|decades?|centur(?:y|ies)|mondays?|quarter))\b",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:an?|the|his|her|its|their|by|two|three|four|five|six|ten|no)\s+(\w[\w'-]*)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|into|at|on|onto|near|from|to|off|outside|inside|across|along|around|beside|behind|between|under"
    r"|over|through|aboard|north|south|east|west)\s+(?:an?\s+|the\s+|his\s+|her\s+|its\s+|their\s+)?(\w[\w'-]*)",
    re.IGNORECASE,
)
_MERE_NAME = re.compile(r"^(?:The\s+)?([A-Z][\w'-]*(?:\s[A-Z][\w'-]*)*)\.?$")


def asking(question: str) -> str:
    """Return the sentence that asks: the last with a question mark, else the last."""
    told = [question[start:end] for start, end in sentences(question)]
    return next(
        (one for one in reversed(told) if one.endswith("?")), told[-1] if told else question
    )


def kind_found(question: str, text: str) -> float:
    """Return 1 if a text adds a thing of the kind asked for, 0 if not, 0.5 for an unknown kind."""
    if _HOW_MANY.search(question):
        return float(bool(numbers(text) - numbers(question)))
    if _WHEN.search(question):
        return float(bool(_TIME.search(text)))
    if _WHO.search(question):
        return float(bool(names(text) - names(question)))
    return 0.5


def asks_for_number(question: str) -> bool:
    """Return whether a question asks for a number or an amount."""
    return bool(_HOW_MANY.search(asking(question)))


def asks_for_name(question: str) -> bool:
    """Return whether a question asks for a person, a place, a company or a thing's name."""
    short = asking(question)
    asked = _WHO.search(short) or _NAMED.search(plain(short))
    return bool(asked) and not asks_for_number(question)


def asks_for_day(question: str) -> bool:
    """Return whether a question asks for a day, a month or a year."""
    return bool(_DAY.search(plain(asking(question))))


def asks_whether(question: str) -> bool:
    """Return whether a question asks for yes or no; one that offers a choice does not."""
    short = asking(question)
    return bool(_WHETHER.search(plain(short))) and " or " not in short


def unsaid(question: str, statement: str) -> str:
    """Return the kind asked for ("how many") if a statement has no such thing, else "".

    A question of several kinds is satisfied by any of them.
    """
    short = plain(asking(question))
    kinds = [kind for kind, asked in _ASKED.items() if asked.search(short)]
    if any(_says(kind, plain(statement), plain(question)) for kind in kinds):
        return ""
    return kinds[0] if kinds else ""


def _says(kind: str, statement: str, question: str) -> bool:
    new = numbers(statement) - numbers(question)
    if kind == "what percentage":
        return bool(_PERCENT.search(statement) and (new or _AMOUNT.search(statement)))
    if kind == "how many":
        return bool(new or _AMOUNT.search(statement))
    if kind == "when":
        times = {found.lower() for found in _TIME.findall(statement)} - set(words(question))
        return bool(new or times or _MOMENT.search(statement))
    asked = set(words(question)) | STOP_WORDS
    if kind == "why":  # more than who said so, and when
        told = set(content_words(statement)) - asked
        return not all(_TIME.fullmatch(word) for word in told)
    if kind == "where":  # a mere place, or something in one
        things = _MERE_NAME.findall(statement) + _PLACE.findall(statement)
    else:  # who, which: a new subject, or a new thing
        opening = [word for word in words(statement) if word not in STOP_WORDS]
        things = opening[:1] + _THING.findall(statement)
    return bool(
        names(statement) - names(question) - asked
        or any(word not in asked for thing in things for word in words(thing))
    )
