"""Words of a question about the archive -> what its articles mention, of whom they are, how they are counted.

    "How many pieces of the Courier mention the Velden flood, by month?"
     asking   article   outlet              mention           series

What remains when the days, the outlet, the small words and the words of asking are gone is what is
mentioned. A word of asking in capitals ("Trump Media"), in quotation marks or right behind "about" is
none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from rag.filters import Filters
from rag.language.sought import phrase
from rag.language.words import NUMBER_WORDS, STOP_WORDS, plain, words
from rag.types.archive import Counted

MOST_WORDS = 6  # of what is mentioned, outside quotation marks
MOST_PHRASES = 4
STRANGER = "Brannigan"  # whom no news made known
LONGEST_NAME = 6  # words of an outlet or author

Known = Callable[[str], Filters]
"""A name -> the filter on the outlet or author of that name; an empty one where there is none."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Phrases that an article mentions: all of them, or any."""

    phrases: tuple[str, ...] = ()
    any: bool = False

    @property
    def query(self) -> str:
        """It as Find is given it."""
        return (" OR " if self.any else " ").join(map(phrase, self.phrases))

    def __str__(self) -> str:
        """It for people to read: “Trump” and “Musk”."""
        return (" or " if self.any else " and ").join(f"“{one}”" for one in self.phrases)


@dataclass(frozen=True, slots=True)
class Slots:
    """What a question about the archive says beside what it asks."""

    text: str  # without its days, outlet and author, in single spaces
    words: frozenset[str]  # of the text, in normal form
    mention: Mention = Mention()
    filters: Filters = field(default_factory=Filters)
    series: Counted | None = None  # what it is counted by, where it says so

    @property
    def archive(self) -> bool:
        """Whether it has a word for what an archive has."""
        return may_be_archive(self.text)

    @property
    def own(self) -> bool:
        """Whether it names the archive, its articles or its outlets: a mere "report" may be any."""
        return bool(self.words & _PLAIN) or bool(_YOURS.search(self.text))

    @property
    def masked(self) -> str:
        """The text with another name for those that are mentioned: what is asked is the same."""
        text = self.text
        for one in self.mention.phrases:
            text = text.replace(one, STRANGER) if one[0].isupper() else text
        return text

    @property
    def counts_all(self) -> bool:
        """Whether it asks how many articles there are, and nothing else."""
        return (
            bool(_HOW_MANY.search(self.text)) and self.words - STOP_WORDS - _PRINTING <= _ARTICLES
        )


# ── words ──

_ARTICLES = frozenset("articles items news pieces reports stories texts".split())
_PRINTING = frozenset("print printed publish published ran run write written wrote".split())
_ARTICLE = _ARTICLES | frozenset(
    """
    article clipping clippings clips copy coverage cutting cuttings documents headlines mention
    mentioned mentioning mentions piece report reported reporting story text titles write writes writing
    written wrote
    """.split()
)
_STORE = frozenset("archive collection corpus database dataset folder index library pile".split())
OUTLET = frozenset(
    """
    broadcasters magazine magazines media newspaper newspapers outlet outlets paper papers press
    publication publications publisher publishers site sites source sources websites
    """.split()
)
_PLAIN = _STORE | OUTLET | {"article", "articles"}
_OWN = _ARTICLE | _STORE | OUTLET  # what an archive has, or is
PRINTED = OUTLET | frozenset("from printed prints published publishes where who whom whose".split())
PEOPLE = frozenset(
    "individuals name named names people person persons politicians who whom whose".split()
)
ORGANISATIONS = frozenset(
    """
    agencies associations bodies clubs companies company corporations firms groups institutions ministries
    organisation organisations organization organizations parties teams unions
    """.split()
)
FIRST = frozenset("beginning debut earliest first oldest since start started".split())
SIZE = frozenset("big large long many much number size total".split())
_YOURS = re.compile(r"\b(?:(?:in|up) here|(?:you|i|we) (?:have|got|hold|know))\b", re.IGNORECASE)

# One article is meant, not the archive: "What does the report say?"
_ONE = re.compile(
    r"\b(?:by|did|does|from|in|is|of|was) the (?:article|document|magazine|newspaper|paper|piece|report|story"
    r"|text)\b(?!s)",
    re.IGNORECASE,
)

_ASKING = _OWN | FIRST | SIZE
_ASKING |= frozenset(
    """
    altogether amount answer anybody anyone anything back appear appeared appears ask asked bar begin begins
    break breakdown broken came carry chart come comes coming common contain contained contains contents
    count counted counts cover covered covering covers current currently daily data date dated dates day
    days deal deals dealing describe develop developed development different discuss discussed
    discussing display distribution divided down draw everybody everyone everything exact exactly exist
    feature featured features file filed files final find focus found frequency frequent frequently
    freshest gave get gets give go goes got graph grouped held hello help here hi hold holds idea
    included includes including individuals inside interest kindly know last late lately latest let like
    line list listed look looking lot lots main make makes material mean monthly month months
    name named names need new newest next number numbers occur occurs often oldest order outline
    overview page pages people per period periods person persons plot politicians pls plotted popular
    print printed prints publish published publishes pull put quantity quick ran rank ranked read
    recent recently refer referring refers regarding represented row run said search see seen separate
    separately series set show showing shows size sort sorted span speak speaking speaks split spread
    stand start statistics stored stuff subject subjects sum table take taken talk talked talking talks
    tally tell thank thanks thing things time timeline times title together top topic topics total
    totals touch treat trend turn turned turns us want whatever i'd whole year years
    among attention available behind biggest both busiest busy changed concern concerned concerning curve
    ever figures graph greatest highest histogram keep keeps mainly mostly organisations origin peak point
    far rest rhythm searched searching theme themes using yet
    """.split()
)
_SMALL = STOP_WORDS | _ASKING | NUMBER_WORDS.keys()
_POINTING = STOP_WORDS | {"both", "either", "every"}  # before a name, and no part of it
_ABOUT = frozenset(
    "about concerning covering mention mentioned mentioning mentions of on regarding".split()
)
_INSIDE_A_NAME = frozenset("al de del der la of the van von".split())
# What narrows or points in a way that no filter can: "but not Musk", "in the headline", "him".
_UNREAD = frozenset(
    """
    but except excluding he headline her him his it never not only paragraph she than them they title
    without
    """.split()
)

_UNIT = (
    r"(?:(?:single|different|individual|news|media) )?"
    r"(?:(?P<months>months?)|(?P<days>days?|dates?)"
    rf"|(?P<outlets>{'|'.join(sorted(OUTLET - {'media', 'press'}))}))\b"
)
_SERIES = re.compile(
    rf"\b(?:by|per|each|every|(?:(?:for|in|from|of|on) )?(?:which|what)) (?:the )?{_UNIT}",
    re.IGNORECASE,
)
_ADVERBS: dict[str, Counted] = {"monthly": "months", "daily": "days"}


# ── reading ──


def may_be_archive(text: str) -> bool:
    """Return whether a text has a word for what an archive has."""
    return bool(_OWN & set(words(text))) or bool(_YOURS.search(text))


_HOW_MANY = re.compile(rf"\bhow many (?:news )?(?:{'|'.join(sorted(_ARTICLES))})\b", re.IGNORECASE)


def read(text: str, known: Known) -> Slots | None:
    """Read a question that has lost its days; None where it says what cannot be counted."""
    text, quoted = without_quotations(" ".join(plain(text).split()))
    text, filters = _without_outlet(text, known)
    series, rest = _series(text)
    told = frozenset(words(rest))
    if told & _UNREAD or _ONE.search(text):
        return None
    runs, joints = _runs(rest)
    mention = _mention(runs, joints, quoted)
    if mention is None or sum(len(one.split()) for one in runs) > MOST_WORDS:
        return None
    return Slots(text, frozenset(words(text)), mention, filters, series)


_QUOTED = re.compile(r"\"([^\"]+)\"|(?<!\w)'((?:[^']|(?<=\w)'(?=\w))+)'(?!\w)")
_PLACE = re.compile(r"«(\d+)»")


def without_quotations(text: str) -> tuple[str, list[str]]:
    """Return the text with «0», «1» for its quotations, and these: nothing in them is read."""
    quoted: list[str] = []

    def keep(found: re.Match[str]) -> str:
        quoted.append((found[1] or found[2]).strip(" .,?!"))
        return f"«{len(quoted) - 1}»"

    return _QUOTED.sub(keep, _PLACE.sub(" ", text)), quoted


def with_quotations(text: str, quoted: list[str]) -> str:
    """Put the quotations back."""
    told = _PLACE.sub(lambda at: quoted[int(at[1])], text)
    return told.strip(" .,;:?!\"'")


def _series(text: str) -> tuple[Counted | None, str]:
    """Return what a text is counted by, and the text without that."""
    kinds: tuple[Counted, ...] = ("months", "days", "outlets")
    if found := _SERIES.search(text):
        kind = next(kind for kind in kinds if found[kind])
        return kind, f"{text[: found.start()]} {text[found.end() :]}"
    return next((_ADVERBS[word] for word in words(text) if word in _ADVERBS), None), text


_BEFORE_A_NAME = frozenset("by did do does from has have in of".split())
_LEAD = re.compile(r"(?: (?:by|from|in|of|the))+ $", re.IGNORECASE)
_TOKEN = re.compile(r"«\d+»|\w+(?:[.,'&-]\w+)*")


def _without_outlet(text: str, known: Known) -> tuple[str, Filters]:
    """Return a text without the name of an outlet or author of the archive, and the filter on it.

    The whole name counts wherever it stands but right behind "mention"; a part of it, and an author,
    in capitals and where one is expected: "by Holm", "did the Courier".
    """
    tokens = list(_TOKEN.finditer(text))
    for many in range(min(LONGEST_NAME, len(tokens)), 0, -1):
        for first in range(len(tokens) - many + 1):
            told = text[tokens[first].start() : tokens[first + many - 1].end()]
            small = _SMALL if told.islower() else STOP_WORDS
            if set(words(told)) <= small:
                continue
            filters = known(told)
            name = filters.source or filters.author
            if not name:
                continue
            before = [word for word in words(text[: tokens[first].start()]) if word != "the"][-1:]
            whole = filters.source and _bare(name) == _bare(told)
            expected = told[0].isupper() and set(before) & _BEFORE_A_NAME
            if expected or (whole and not set(before) & (_ABOUT - {"of", "on"})):
                start = _LEAD.sub("", text[: tokens[first].start()])
                return f"{start} {text[tokens[first + many - 1].end() :]}", filters
    return text, Filters()


def _bare(name: str) -> list[str]:
    return [word for word in words(name) if word != "the"]


def _runs(text: str) -> tuple[list[str], list[str]]:
    """Return the runs of words that are mentioned, and what stands between them."""
    tokens = list(_TOKEN.finditer(text))
    told = list(_told([token[0] for token in tokens]))
    runs: list[str] = []
    joints: list[str] = []
    end = 0
    for kind, group in groupby(range(len(tokens)), key=lambda place: told[place]):
        if not kind:
            continue
        places = list(group)
        start = tokens[places[0]].start()
        if runs:
            joints.append(text[end:start].lower())
        runs.append(text[start : tokens[places[-1]].end()])
        end = tokens[places[-1]].end()
    return runs, joints


def _told(tokens: list[str]) -> Iterator[str]:
    """Yield for each word whether it is part of what is mentioned: as a name, a word, or (empty) not."""
    shouted = sum(token[0].isupper() for token in tokens) > len(tokens) / 2
    before = ""
    behind = False
    for place, token in enumerate(tokens):
        low = token.lower().removesuffix("'s")
        capital = token[0].isupper() and bool(place) and not shouted
        kind = ""
        if token.startswith("«"):
            kind = token
        elif low in _POINTING and not (capital and token.isupper() and len(token) > 1):
            kind = ""
        elif capital or (low not in _SMALL and token[0].isupper()):
            kind = "name"
        elif low.isdigit():
            kind = before
        elif low not in _SMALL or (behind and low not in _ABOUT and _leads(tokens[place + 1 :])):
            kind = "word"
        yield kind
        behind = low in _ABOUT or (behind and (low in ("the", "a", "an") or kind == "word"))
        before = kind


def _leads(tokens: list[str]) -> bool:
    """Return whether the next word is one that is mentioned: "about the library | strike"."""
    return bool(tokens) and tokens[0].lower() not in _SMALL and not tokens[0].startswith("«")


def _mention(runs: list[str], joints: list[str], quoted: list[str]) -> Mention | None:
    """Join the runs of one name ("Bank | of | England"); None where "and" and "or" are both there."""
    phrases: list[str] = []
    kinds: set[str] = set()
    for joint, before, run in zip(["", *joints], ["", *runs], runs, strict=False):
        between = words(joint)
        if between and set(between) <= _INSIDE_A_NAME and before[0].isupper() and run[0].isupper():
            phrases[-1] += f" {' '.join(between)} {run}"
        else:
            kinds |= {"and", "or"} & set(between)
            phrases.append(run)
    told = [with_quotations(one, quoted).removesuffix("'s") for one in phrases]
    if len(kinds) > 1 or len(told) > MOST_PHRASES or not all(map(words, told)):
        return None
    return Mention(tuple(dict.fromkeys(told)), "or" in kinds)
