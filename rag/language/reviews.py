"""Question -> the press review it asks for: of a topic, or of what two say about it; None for others.

No wording is listed, only words. Before the topic there may be nothing but small words and words of
asking, one of which asks for a review. The topic must be a thing, not a clause, and the archive must
know its words: "What happened with the Orve dam?", but not "What happened after the dam burst?".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from rag.language.words import STOP_WORDS, names, plain, words
from rag.types.answers import Reviewing

LONGEST = 300  # characters of a question that is tried
MOST_WORDS = 8  # of a topic or of a side of a comparison, without small ones
KNOWN = 0.5  # of these words, and every name, an article must have

# What asks for a review by itself; after a preposition; and what is a noun behind "the", not a request.
_ALONE = frozenset("outline recap sum summarise summarize".split())
_NOUNS = frozenset(
    "anything briefing digest everything latest new news overview rundown story summary update".split()
)
_HAPPENED = frozenset("happened happening".split())
_VERBS = frozenset(
    "brief bring catch fill know known report reported run said say tell told updated walk write written wrote".split()
)
# The prepositions that lead to a topic, and those that also lead to where something is new or happens.
_ABOUT = frozenset("about around : of on over regarding through".split())
_AT = _ABOUT | frozenset("at behind for from in to with".split())
_LEADING = {
    **dict.fromkeys(_VERBS, _ABOUT),
    **dict.fromkeys(_NOUNS | _HAPPENED, _AT),
    "going": _AT - {"to"},
}
_ARTICLES = frozenset("a an the".split())

_POINTING = frozenset("he her hers him his it its she their them they these this those".split())
_CLAUSE = frozenset(
    """
    am are be because been can could did do does had has have how if is may might must said say says
    should than that was were what when where whether which while who whom whose why will would
    """.split()
)
_UNCLEAR = frozenset(
    "after before between during how if than when where which while who whom whose why".split()
)
_BESIDE = frozenset(
    """
    articles bring coverage date details developments events facts full get give go gone got main need
    papers points press quick reports short something speed stories take want
    """.split()
)
_OPENING = (STOP_WORDS - _POINTING - _UNCLEAR) | _ALONE | _LEADING.keys() | _AT | _BESIDE

# In a comparison: what asks for one, what stands between its parts, and what its sides do.
_COMPARING = re.compile(
    r"\b(?:compar(?:e[ds]?|ing|ison)|contrast|differ(?:s|ently)?|disagree|each|side by side|versus|vs)\b"
    r"|^what (?:do|did|have) .+ and .+ (?:say|said|think|write|written) ",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:(?:a|give|me|the|show) )*(?:compare|comparison|contrast|how|put|what)\b", re.IGNORECASE
)
_JOINT = re.compile(r",? (?:and|with|to|versus|vs\.?) (?:(?:with|to) )?", re.IGNORECASE)
_SUBJECTS = (  # "of" may also stand inside a side
    re.compile(r" (?:about|on|over|regarding) ", re.IGNORECASE),
    re.compile(r" of ", re.IGNORECASE),
)
_SAYING = frozenset(
    """
    accounts claims compare compared comparison contrast differ differently disagree give opinions positions
    put reports said say says show side stance statements tell think thinks views words write wrote
    """.split()
)

_END = re.compile(
    r"[\s,]*(?:\b(?:please|thanks|thank you|for me|for us|so far)|[.!?:])$",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"^(?:(?:please|hi|hello|can you|could you|would you)\b[, ]*)+", re.IGNORECASE
)
_WORD = re.compile(r"\w+(?:[.,'&]\w+)*|:")

Knows = Callable[[str], bool]
"""A word in normal form -> whether an article has it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be reviewed; an empty topic is that of the turn before."""

    kind: Reviewing
    topic: str
    sides: tuple[str, ...] = ()  # of a comparison: who says something about it


def wanted(question: str, knows: Knows, days: str = "", *, follows: bool = False) -> Wanted | None:
    """Return the review that a question asks for, or None; only one that `follows` a turn may leave
    its topic to that. Its words about `days` are no part of the topic.
    """
    if len(question) > LONGEST:
        return None
    text = _bare(without(" ".join(plain(question).split()), plain(days)))
    return _comparison(text, knows) or _summary(text, knows, follows=follows)


def names_no_topic(question: str, days: str = "") -> bool:
    """Return whether a question asks for a review, and of nothing: "What is new?", "What happened on
    Monday?" with its words about `days`.
    """
    if len(question) > LONGEST:
        return False
    text = _bare(without(" ".join(plain(question).split()), plain(days)))
    start = _topic(text)
    return start is not None and not words(text[start:])


def without(text: str, phrase: str) -> str:
    """Return a text on one line without a phrase of it."""
    spaced = r"\s+".join(map(re.escape, phrase.split()))
    return re.sub(rf",?\s*(?<!\w){spaced}(?!\w)", "", text, count=1) if phrase else text


def _bare(text: str) -> str:
    """Return a question without its polite words and its mark."""
    text, before = _BEGINNING.sub("", text), ""
    while before != text:
        before, text = text, _END.sub("", text)
    return text


# ── a summary ──


def _summary(text: str, knows: Knows, *, follows: bool) -> Wanted | None:
    start = _topic(text)
    if start is None:
        return None
    topic = _stripped(text[start:], STOP_WORDS - _POINTING)
    told = set(words(topic))
    if follows and told <= _POINTING:
        return Wanted("summary", "")
    clear = follows or not told & _POINTING
    return Wanted("summary", topic) if clear and _is_known(topic, knows) else None


def _topic(text: str) -> int | None:
    """Return where the topic begins, or None where the opening asks for no review: behind the last
    preposition of the opening, or where it needs none, behind what asks; at the end where all is opening.
    """
    start, leading, before = None, frozenset[str](), ""
    for place, token in enumerate(_WORD.finditer(text)):
        word = (words(token[0]) or [token[0]])[0]
        if word not in _OPENING or (place and token[0][0].isupper()):
            return start
        if word in _LEADING and not (word in _VERBS and before in _ARTICLES):
            leading = _LEADING[word]
        if word in _ALONE or word in leading:
            start, leading = token.end(), leading | _ABOUT
        before = word
    return len(text) if start or leading > _ABOUT else None


# ── a comparison ──


def _comparison(text: str, knows: Knows) -> Wanted | None:
    """Read "… A and B … about Y" or "… A about Y with … B"."""
    if not (_COMPARING.search(text) and _ASKING.match(text)):
        return None
    for subject in chain.from_iterable(one.finditer(text) for one in _SUBJECTS):
        one, other = _split(text[: subject.start()])
        topic = text[subject.end() :]
        if not other:
            topic, other = _split(topic)
        sides = tuple(_stripped(side, _SAYING | STOP_WORDS) for side in (one, other))
        topic = _stripped(topic, _SAYING | STOP_WORDS)
        if all(_is_known(part, knows) for part in (*sides, topic)):
            return Wanted("comparison", topic, sides)
    return None


def _split(text: str) -> tuple[str, str]:
    """Split at the first joint that has something on both sides; else the second part is empty."""
    for joint in _JOINT.finditer(text):
        one, other = text[: joint.start()], text[joint.end() :]
        if all(set(words(side)) - _SAYING - STOP_WORDS for side in (one, other)):
            return one, other
    return text, ""


# ── both ──


def _stripped(text: str, small: frozenset[str]) -> str:
    """Return a text without the small words at its ends and a last 's; "the" stays where it begins."""
    told = text.split()
    first, last = 0, len(told)
    while first < last and _is_small(told[first], small):
        first += 1
    while first < last and _is_small(told[last - 1], small):
        last -= 1
    if 0 < first < last and told[first - 1].lower() == "the":
        first -= 1
    return " ".join(told[first:last]).strip(" ,.;:?!").removesuffix("'s").removesuffix("'")


def _is_small(token: str, small: frozenset[str]) -> bool:
    """Return whether a word is one of these; "us" may be, "US" is not."""
    return set(words(token)) <= small and not token.strip(".,")[1:].isupper()


def _is_known(thing: str, knows: Knows) -> bool:
    """Return whether a text is a thing that the archive knows: no clause, its names and most words."""
    small = {token for token in re.findall(r"\w+", thing) if token.islower()}
    told = [word for word in dict.fromkeys(words(thing)) if word not in STOP_WORDS]
    if small & _CLAUSE or not any(map(str.isalpha, told)) or len(told) > MOST_WORDS:
        return False
    known = {word for word in told if any(map(knows, (word, f"{word}s", word.removesuffix("s"))))}
    named = names(f"so {thing}") & set(told)
    return named <= known and len(known) >= KNOWN * len(told)
