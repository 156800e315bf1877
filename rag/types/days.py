"""Days as people write them, days that texts name, and the days that a question is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that a text names by its weekday or without a year, read against its article's date."""

    phrase: str
    day: date

    def __str__(self) -> str:
        return f"“{self.phrase}”: {in_words(self.day)}"


Precision: TypeAlias = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class EventDay:
    """When a sentence says that something happened: a day, or the month or year that begins with it."""

    day: date
    precision: Precision
    phrase: str  # the words it was read from
    ahead: bool = False  # it is told as still to come

    @property
    def iso(self) -> str:
        """As far as it is known: "2025-06-12", "2025-06" or "2025"."""
        return self.day.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]

    def __str__(self) -> str:
        if self.precision == "day":
            return in_words(self.day)
        return f"{self.day:%B} {self.day.year}" if self.precision == "month" else f"{self.day.year}"


@dataclass(frozen=True, slots=True)
class Window:
    """The days a question is about, both inclusive; None is open."""

    since: date | None
    until: date | None
    phrase: str = ""  # the words it was read from
    strict: bool = True  # else its articles only come first, and none is left out

    def __str__(self) -> str:
        """Say what was done with it: which days were searched, or come first."""
        if not (self.since or self.until):
            return ""
        phrase = f" (“{self.phrase}”)" if self.phrase else ""
        done = "were searched" if self.strict else "come first"
        only = "Only articles" if self.strict else "Articles"
        return f"{only} {span(self.since, self.until)} {done}{phrase}."


def span(since: date | None, until: date | None) -> str:
    """Say which days: from `since` to `until`, both inclusive; None is open."""
    if since and until:
        return f"of {in_words(since)}" if since == until else f"from {between(since, until)}"
    if since:
        return f"from {in_words(since)} on"
    return f"up to {in_words(until)}" if until else "of any day"


def between(first: date, last: date) -> str:
    """Return days as people write them, what they share once: 2 to 9 May 2025."""
    if first == last:
        return in_words(last)
    if first.year != last.year:
        return f"{in_words(first)} to {in_words(last)}"
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{begin} to {in_words(last)}"


def left_out(undated: int) -> str:
    """Say how many articles days leave out since they have none; nothing where none is."""
    count = "1 article" if undated == 1 else f"{undated:,} articles"
    return (
        f"{count} without a date {'was' if undated == 1 else 'were'} left out." if undated else ""
    )


def old(days: int) -> str:
    """Return an age as people say it: "of the same day", "25 days old", "7 months old", "2 years old"."""
    if not days:
        return "of the same day"
    months, years = round(days / 30.44), round(days / 365.25)
    many, unit = (
        (days, "day") if days <= 60 else (months, "month") if months < 24 else (years, "year")
    )
    return f"{many:,} {unit}{'' if many == 1 else 's'} old"


def known_on(day: date, undated: int) -> str:
    """Say what an archive leaves out that is seen as it was on a day."""
    rest = f", and {undated:,} without a date" if undated else ""
    return f"As known on {in_words(day)}: articles of later days were left out{rest}."


def in_words(day: date) -> str:
    """Return a day as people write it: 5 June 2025."""
    return f"{day.day} {day:%B %Y}"
