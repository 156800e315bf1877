"""A short answer -> what it gives: days, a number, names or words; and whether two answers can be one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Literal, TypeAlias

from rag.language.quantities import figures
from rag.language.words import STOP_WORDS, initials, names, plain, words
from rag.when.moments import Moment, moments

ROUNDED = Decimal("0.02")  # two numbers this near, one of them the other rounded, are one
MOST_OF = 0.5  # of the words of an answer, by which a sentence tells it
_UNITS = (
    re.compile(r"%|per\s?cent", re.IGNORECASE),
    re.compile(r"(?:second|minute|hour|day|week|month|year|decade)s?$", re.IGNORECASE),
    re.compile(r"[$£€¥]|(?:dollar|euro|pound|yen|yuan|crown|rupee|franc)s?$", re.IGNORECASE),
)
_SEVERAL = re.compile(r",|\band\b")
_YEAR = re.compile(r"(?:19|20)\d\d")

Told: TypeAlias = str | Moment
Kind: TypeAlias = Literal["day", "number", "name", "words"]


def kind(question: str, said: str) -> Kind:
    """Return what an answer gives beyond its question; of a number and a name the first."""
    if _new_moments(question, said):
        return "day"
    number = next(iter(_new_figures(question, said).values()), "")
    before = plain(said).partition(number)[0].rpartition(" ")[0] if number else said
    if _new_names(question, before):
        return "name"
    return "number" if number else "words"


def values(question: str, said: str) -> set[Told]:
    """Return the days, the first number, the names or else the words that an answer gives.

    Words of the question count only where the answer has no others: it chooses between two.
    """
    of_kind = kind(question, said)
    if of_kind == "day":
        return set(_new_moments(question, said))
    if of_kind == "number":
        return set(list(_new_figures(question, said))[:1])
    return set(_new_names(question, said) if of_kind == "name" else _new_words(question, said))


def _new_moments(question: str, said: str) -> set[Moment]:
    return set(moments(said).keys() - moments(question).keys())


def _new_figures(question: str, said: str) -> dict[str, str]:
    asked = figures(question)
    return {value: spelled for value, spelled in figures(said).items() if value not in asked}


def _new_names(question: str, said: str) -> set[str]:
    return names(f"so {said}") - set(words(question))  # "so": its first word may be a name, too


def _new_words(question: str, said: str) -> set[str]:
    told = set(words(said)) - STOP_WORDS
    return told - set(words(question)) or told


def tells(question: str, text: str, said: str) -> bool:
    """Return whether a text gives an answer: its day, its number, or most of its names or words."""
    wanted = values(question, said)
    if kind(question, said) in ("day", "number"):
        return common(wanted, spoken(text))
    there = set(words(text))
    return any(
        len(one & there) >= MOST_OF * len(one) for one in (wanted, _new_words(question, said))
    )


def same(question: str, said: str, other: str) -> bool:
    """Return whether two answers can be one."""
    return common(values(question, said), values(question, other))


def repeats(question: str, said: str, other: str) -> bool:
    """Return whether another answer says what this one says: its day or number, or all of its names or
    words; of a single name, the last word will do ("Genalo" for "Kenneth Genalo").
    """
    if not same(question, said, other):
        return False
    of_kind = kind(question, said)
    if of_kind in ("day", "number") or values(question, said) <= values(question, other):
        return True
    single = of_kind == "name" and not _SEVERAL.search(said)
    return single and words(said)[-1] in values(question, other)


def alike(question: str, said: str, other: str) -> bool:
    """Return whether two answers can be compared: of words alone none, of numbers not a percentage
    and a span of time.
    """
    kinds = {kind(question, one) for one in (said, other)}
    units = {_unit(question, one) for one in (said, other)}
    return len(kinds) == 1 and "words" not in kinds and ("number" not in kinds or len(units) == 1)


def _unit(question: str, said: str) -> int | None:
    spelled = next(iter(_new_figures(question, said).values()), "")
    return next((place for place, unit in enumerate(_UNITS) if unit.search(spelled)), None)


def spoken(text: str) -> set[Told]:
    """Return every day, number and word of a text."""
    return {*figures(text), *words(text), *moments(text)}


def common(some: Iterable[Told], others: Iterable[Told]) -> bool:
    """Return whether some of these values can be the same as some of the others."""
    return any(_same_value(one, other) for one, other in product(some, others))


def _same_value(one: Told, other: Told) -> bool:
    if isinstance(one, Moment) and isinstance(other, Moment):
        return one.agrees(other)
    return one == other or _rounded(str(one), str(other))


def _rounded(one: str, other: str) -> bool:
    """Return whether one number is the other with fewer digits: 5 and 4.96; not of years."""
    if _YEAR.fullmatch(one) and _YEAR.fullmatch(other):
        return False
    try:
        both = [Decimal(one), Decimal(other)]
        rough, exact = sorted(both, key=lambda number: len(number.normalize().as_tuple().digits))
        near = abs(rough - exact) <= ROUNDED * abs(exact)
        return near and exact.quantize(rough.normalize()) == rough
    except InvalidOperation:  # no number, or one of more digits than anybody counts
        return False


def differing(said: str, other: str) -> tuple[str, str] | None:
    """Return the day, number or name that two sentences differ in, as each spells it.

    None where the first has several that the other lacks, or the other not just one of its kind.
    """
    mine = [(find, value) for find in (_days, _figures, _names) for value in find(said, other)]
    if len(mine) != 1:
        return None
    find, value = mine[0]
    others = find(other, said)
    return (value, others[0]) if len(others) == 1 else None


def _days(said: str, other: str) -> list[str]:
    """Return the days of a sentence that the other one has not, as spelled."""
    there = moments(other)
    return [spelled for day, spelled in moments(said).items() if not any(map(day.agrees, there))]


def _figures(said: str, other: str) -> list[str]:
    """Return the numbers of a sentence that the other one has not, as spelled; those of days apart."""
    there = figures(_without_days(other))
    mine = figures(_without_days(said))
    return [spelled for value, spelled in mine.items() if not common([value], there)]


def _without_days(text: str) -> str:
    told = plain(text)
    for spelled in moments(text).values():
        told = told.replace(spelled, " ")
    return told


def _names(said: str, other: str) -> list[str]:
    """Return the names of a sentence of which the other one has no word, as spelled."""
    known, there = names(said), {*words(other), *initials(other)}
    runs: list[list[str]] = [[]]
    for part in plain(said).split():
        is_name = bool(known & set(words(part)))
        if is_name:
            runs[-1].append(part)
        if not is_name or not part[-1].isalnum():
            runs.append([])
    spelled = (" ".join(run).strip(".,;:!?()\"'").removesuffix("'s") for run in runs)
    return [name for name in spelled if name and not there & set(words(name))]
