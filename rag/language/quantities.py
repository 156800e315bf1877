"""Text -> its numbers with what they count: "$3m", "three million dollars" and "3,000,000 dollars"
are one quantity, "10%" and "10" are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations, product
from typing import TypeAlias

from rag.language.words import NUMBER_WORDS, number, plain

_SCALES = {
    "hundred": 100, "dozen": 12, "thousand": 1_000, "k": 1_000, "million": 10**6, "mn": 10**6, "m": 10**6,
    "billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12, "tn": 10**12,
}  # fmt: skip
_WORDS = {word: int(value) for word, value in NUMBER_WORDS.items() if value.isdigit()}
_SMALL = {word: value for word, value in _WORDS.items() if word not in _SCALES}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)
_PARTS = {"half": 50, "quarter": 25, "third": 33}  # in percent, as near as news says it
_VAGUE = {"dozens": 12, "hundreds": 100, "thousands": 1_000, "millions": 10**6, "billions": 10**9}

_DIGITS = r"\d+(?:[.,]\d+)*"
_SPELLED = rf"(?:{'|'.join(sorted(_SMALL, key=len, reverse=True))})"
_SCALE = r"(?:hundred|dozen|thousand|million|billion|trillion)"
_COUNT = rf"{_SPELLED}(?:[\s-]{_SPELLED})?"
_NUMERAL = (
    rf"(?:half\s+an?\s+{_SCALE}|(?:{_COUNT}|an?)(?:\s+and\s+a\s+half)?[\s-]{_SCALE}s?\b"
    rf"(?:[\s-](?:and\s+)?(?:{_COUNT}(?:[\s-]{_SCALE})*|{_SCALE}))*|{_COUNT})"
)
_UNITS = {
    "%": r"%|per\s?cent\b|percent\b",
    "points": r"(?:percentage|basis)[\s-]points?\b",
    "$": r"(?:[a-z.]+\s)?dollars?\b|usd\b",
    "€": r"euros?\b|eur\b",
    "£": r"pounds?\b|gbp\b",
    "¥": r"yen\b|yuan\b",
    "₹": r"rupees?\b",
    **{f"{span}s": rf"{span}s?\b" for span in "second minute hour day week month year".split()},
    "km": r"km\b|kilomet(?:re|er)s?\b",
    "miles": r"miles?\b",
    "metres": r"met(?:re|er)s?\b",
    "feet": r"feet\b|foot\b",
    "kg": r"kg\b|kilo(?:gram)?s?\b",
    "tonnes": r"ton(?:ne)?s?\b",
    "am": r"a\.?m\b",
    "pm": r"p\.?m\b",
}
_MONEY = {"%", "points", "$", "€", "£", "¥", "₹"}
"""Kinds that a bare number is not: "10" does not mean "10%"."""
_COUNTED = re.compile(
    r"\s*\b(?!(?:and|or|per|in|on|at|by|to|of|was|were|is|are|had|has|a|the)\b)[a-z]+"
)
_UNIT = "|".join(f"(?P<unit{place}>{form})" for place, form in enumerate(_UNITS.values()))
_QUANTITY = re.compile(
    r"(?:(?P<sign>[$€£¥₹])\s?)?"
    rf"(?:(?P<digits>{_DIGITS})(?P<ordinal>(?:st|nd|rd|th)\b)?(?:(?P<scale>[\s-]?(?:{_SCALE}s?|bn|mn|tn)|[kmb])\b)?"
    rf"|\b(?P<words>{_NUMERAL})\b)"
    rf"(?P<range>\s?(?:-|to|and|or)\s(?=[$€£]?(?:\d|{_SPELLED}))|-(?=[$€£]?\d))?"
    rf"(?:[\s-]?(?:{_UNIT}))?",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?<!first )(?<!second )(?<!third )(?<!fourth )(?<!last )"
    r"\b(?:(?P<count>one|an?|two|three)[\s-])?(?P<part>half|quarter|third)s?(?:\s+of\b|\s+(?=(?:the|its|their|all)\b))",
    re.IGNORECASE,
)
_MORE = (
    r"(?:more|greater|higher|older|longer)\s+than|over|above|at\s+least|exceed(?:s|ed|ing)?"
    r"|no\s+(?:fewer|less)\s+than|upwards\s+of"
)
_LESS = (
    r"nearly|almost|(?:less|fewer|lower|younger|shorter)\s+than|under|below|up\s+to|at\s+most"
    r"|no\s+more\s+than|not\s+more\s+than|close\s+to|as\s+many\s+as|just\s+short\s+of"
)
_BOUND = re.compile(
    rf"\b(?:(?P<less>{_LESS})|(?P<more>{_MORE}))\s+(?:the\s+|an?\s+)?$", re.IGNORECASE
)
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS[2:])})\b", re.IGNORECASE)
_SECOND = re.compile(
    r"\b(?:c[ao]mes?|finish\w*|plac(?:e[sd]?|ing)|rank\w*)\s+second\b", re.IGNORECASE
)
_SECONDS = re.compile(r"\b(?:second|2nd|two|no\.? ?2|runners?-up)\b", re.IGNORECASE)
_BEFORE_PRONOUN = re.compile(r"\b(?:no|any|every|some|the|this|that|each|which)[\s-]$", re.I)
_AFTER_PRONOUN = re.compile(r"\s*(?:of|another|day)\b|\s*[^\s\w-]|\s*$", re.I)
NEAR = Decimal("0.1")  # of a number: a bound is rounded by less
_PAIR = re.compile(r"\b(?:both|neither|either|pair|couple|twins?)\b", re.IGNORECASE)
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_ONE = re.compile(r"\bone\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in normal form with the kind of thing that it counts."""

    value: str
    unit: str = ""  # empty for a bare number
    bound: int = 0  # 1: at least so many, -1: at most

    def __str__(self) -> str:
        if self.unit in ("$", "€", "£", "¥", "₹"):
            return f"{self.unit}{self.value}"
        return f"{self.value}%" if self.unit == "%" else self.value

    def same_kind(self, other: Quantity) -> bool:
        """Return whether both may count the same thing; a bare number may be years, but not money."""
        if self.unit == other.unit:
            return True
        return "" in (self.unit, other.unit) and not {self.unit, other.unit} & _MONEY


def unsupported(statement: str, source: str) -> list[str]:
    """Return what is wrong with a statement's numbers, in words, in the order of the numbers."""
    known = quantities(source)
    if _has_singles(statement, source):
        known.add(Quantity("1"))
    if _PAIR.search(source):
        known.add(Quantity("2"))
    found = {_wrong(quantity, known) for quantity in quantities(statement, strict=True)}
    if _SECOND.search(statement) and not _SECONDS.search(source):
        found.add("the rank “second” is not in the cited words")
    return [*sorted(found - {""}), *_wrong_vague(statement, source, known)]


def _has_singles(statement: str, source: str) -> bool:
    """Return whether what a statement has one of is "a …" in the source: "a man" is one man."""
    return all(
        re.search(rf"\b(?:an?|another|single|first)\s+(?:\w+\s+)?{thing}\b", source, re.IGNORECASE)
        for thing in _ONE.findall(plain(statement))
    )


def _wrong(quantity: Quantity, known: set[Quantity]) -> str:
    same = [other for other in known if other.value == quantity.value]
    if not same and _follows(quantity, known):
        return ""
    if not same:
        return f"the number {quantity} is not in the cited words"
    same = [other for other in same if quantity.same_kind(other)]
    if not same:
        return f"the number {quantity} counts something else in the cited words"
    if quantity.bound and all(other.bound == -quantity.bound for other in same):
        one, two = ("more", "less") if quantity.bound > 0 else ("less", "more")
        return f"says {one} than {quantity}, the cited words say {two}"
    return ""


def _follows(quantity: Quantity, known: set[Quantity]) -> bool:
    """Return whether a number can be worked out from others in one step: a bound near one ("over 3,000"
    of 3,200), the sum or the difference of two, a share ("half" of it), the share of one in another.
    One and two make a neighbour of every number, so these do not count.
    """
    if not _DECIMAL.fullmatch(quantity.value):
        return False
    value = Decimal(quantity.value)
    told = [one for one in known if _DECIMAL.fullmatch(one.value) and Decimal(one.value) > 2]
    alike = [Decimal(other.value) for other in told if quantity.same_kind(other)]
    if quantity.bound and any(0 < quantity.bound * (one - value) <= NEAR * value for one in alike):
        return True
    counts = [Decimal(other.value) for other in told if other.unit != "%"]
    if quantity.unit == "%":
        return any(abs(100 * one - value * of) <= of for one, of in permutations(counts, 2))
    shares = [Decimal(other.value) for other in told if other.unit == "%"]
    parts = (100 * value == share * one for share, one in product(shares, alike))
    return any(parts) or any(value in (a + b, a - b) for a, b in permutations(alike, 2))


def _wrong_vague(statement: str, source: str, known: Iterable[Quantity]) -> list[str]:
    """Check that "thousands" has the word, or a number of that size, in the source."""
    values = [Decimal(other.value) for other in known if _DECIMAL.fullmatch(other.value)]
    forms = {word: rf"\b(?:{word}|(?:several|few|many) {word[:-1]})\b" for word in _VAGUE}
    return [
        f"the number “{word}” is not in the cited words"
        for word, base in _VAGUE.items()
        if re.search(forms[word], statement, re.IGNORECASE)
        and not re.search(forms[word], source, re.IGNORECASE)
        and not any(2 * base <= value < 1_000 * base for value in values)
    ]


def quantities(text: str, *, strict: bool = False) -> set[Quantity]:
    """Find the quantities of a text; of "3-4 million" both readings, or if `strict` the likelier."""
    whole = plain(text)
    told = _PART.sub(" ", whole)
    found = _parts(whole)
    matches = list(_QUANTITY.finditer(told))
    read = [_values(match) for match in matches]
    for place, match in enumerate(matches[:-1]):
        if match["range"]:
            read[place], read[place + 1] = _shared(read[place], read[place + 1], strict)
    for match, values in zip(matches, read, strict=True):
        if match["words"] and match["words"].lower() == "one" and _is_pronoun(told, match.end()):
            continue
        bound = _bound(told[max(0, match.start() - 30) : match.start()])
        chosen = values[:1] if strict else values
        found |= {Quantity(value, unit, bound) for value, unit in chosen}
    found |= {Quantity(str(_ORDINALS.index(word.lower()) + 1)) for word in _ORDINAL.findall(told)}
    return found


def figures(text: str) -> dict[str, str]:
    """Return a text's numbers by value, as spelled, with what they count: "Thirty-one people"."""
    told = plain(text)
    found: dict[str, str] = {}
    for match in _QUANTITY.finditer(told):
        value, unit = _values(match)[0]
        after = "" if unit else _COUNTED.match(told, match.end())
        found.setdefault(value, f"{match[0].strip(' -')}{after[0] if after else ''}")
    return found


Values: TypeAlias = list[tuple[str, str]]
"""Value and unit, the likelier first."""


def _shared(first: Values, last: Values, strict: bool) -> tuple[Values, Values]:
    """Give each number of a range the unit and scale that only the other one has."""
    (value, unit), (last_value, last_unit) = first[0], last[0]
    small = _DECIMAL.fullmatch(value) and Decimal(value) < 1_000
    scale = _scale_of(last_value) if small else 1
    one = [(_product(value, scale), unit or last_unit)]
    other = [(last_value, last_unit or unit)]
    return (one, other) if strict else (one + first, other + last)


def _values(match: re.Match[str]) -> Values:
    named = next((name for place, name in enumerate(_UNITS) if match[f"unit{place}"]), "")
    unit = match["sign"] or named
    if match["words"]:
        return [(_spelled_out(match["words"]), unit)]
    scale = (match["scale"] or "").lower().strip(" -").removesuffix("s")
    value = number(match["digits"])
    if not scale or not _DECIMAL.fullmatch(value):
        return [(value, unit)]
    scaled = _product(value, _SCALES[scale])
    if scale == "m" and not unit:  # million, or metres
        return [(value, "metres"), (scaled, "")]
    return [(scaled, unit)]


def _product(value: str, scale: int) -> str:
    return f"{(Decimal(value) * scale).normalize():f}" if _DECIMAL.fullmatch(value) else value


def _scale_of(value: str) -> int:
    sizes = [10**12, 10**9, 10**6, 10**3] if value.isdigit() else []
    return next((size for size in sizes if int(value) >= size and int(value) % size == 0), 1)


def _spelled_out(text: str) -> str:
    """Return 250000 for "two hundred and fifty thousand", 500000 for "half a million"."""
    total = current = Decimal(0)
    for word in re.split(r"[\s-]+", text.lower()):
        if word == "half":
            current += Decimal("0.5")
        elif word.removesuffix("s") in _SCALES:
            scale = _SCALES[word.removesuffix("s")]
            current = (current or Decimal(1)) * scale
            if scale >= 1_000:
                total, current = total + current, Decimal(0)
        elif word in _SMALL:
            current += _SMALL[word]
    return f"{(total + current).normalize():f}"


def _is_pronoun(text: str, end: int) -> bool:
    """Return whether a "one" that ends here counts nothing: "one of them", "no one", "one day"."""
    return bool(_AFTER_PRONOUN.match(text[end:]) or _BEFORE_PRONOUN.search(text[: end - 3]))


def _bound(before: str) -> int:
    """Return whether the words before a number make it a bound, and which."""
    match = _BOUND.search(before)
    if not match:
        return 0
    return -1 if match["less"] else 1


def _parts(text: str) -> set[Quantity]:
    """Return "a third of" and "two thirds of" in percent."""
    found = set()
    for match in _PART.finditer(text):
        count = {"two": 2, "three": 3}.get((match["count"] or "").lower(), 1)
        found.add(Quantity(str(count * _PARTS[match["part"].lower()]), "%"))
    return found
