"""A timeline in text and in HTML, and its line of dots."""

from __future__ import annotations

import re
from datetime import date

from rag.show import timeline as show
from rag.show.dots import MONTHS, dots, months
from rag.types.archive import Happening, Timeline
from rag.types.articles import Article
from rag.types.days import EventDay
from rag.types.evidence import Evidence

BAD = '<b>"&\x1b[2J'


def happening(number: int, when: EventDay | None, text: str = "It rained.", **about) -> Happening:
    """A sentence of the Harbour Post, printed on 12 June 2025."""
    known = {"source": "Harbour Post", "published": date(2025, 6, 12), **about}
    article = Article("a.md", 0, "News", text, **known)
    return Happening(Evidence(number, article, 0, len(text), 0.0), when)


def on(day: str) -> EventDay:
    """A day, or a month with the day left out."""
    parts = [int(part) for part in day.split("-")]
    precision = ("year", "month", "day")[len(parts) - 1]
    return EventDay(date(*[*parts, 1, 1][:3]), precision, "then")


def made(*days: str) -> Timeline:
    """A timeline of so many sentences."""
    told = [happening(number, on(day)) for number, day in enumerate(days, start=1)]
    return Timeline("rain", tuple(told))


def test_the_heading_counts_both_sorts():
    """With the days where the first and the last one are days."""
    both = Timeline("rain", made("2025-06-03", "2025-06-10").dated, (happening(3, None),))
    assert show.heading(both) == "2 sentences with a day, 3 to 10 June 2025; 1 without"
    assert show.heading(made("2025")) == "1 sentence with a day; 0 without"


def test_months_are_counted_without_a_gap():
    """A year alone is in none of them; what is older than three years is one."""
    found = months(made("2025", "2025-03", "2025-03-08", "2025-05-01"))
    assert found.labels == ("2025-03", "2025-04", "2025-05") and found.counts == (2, 0, 1)
    long = months(made("1987-05", "2025-06-01"))
    assert (long.labels[0], len(long.labels)) == ("earlier", MONTHS + 1)
    assert long.first["earlier"] == "1987-05"


def test_a_dot_is_as_large_as_its_month_and_leads_there():
    """Its area is in proportion; the picture says the same in words."""
    picture = dots(made(*["2025-03-01"] * 4, "2025-05-01"))
    radius = [float(one) for one in re.findall(r' r="([\d.]+)"', picture)]
    assert radius == [11.0, 5.5]
    assert 'href="#month-2025-03"' in picture and "March 2025: 4 sentences" in picture
    assert 'aria-label="5 sentences by month, most in March 2025"' in picture


def test_without_a_month_there_is_no_picture():
    """Nor an error."""
    assert dots(made("2025")) == dots(Timeline("rain")) == ""


def test_every_dot_leads_to_a_sentence():
    """Each month of the line has one that bears its name."""
    page = show.html_file(made("1987-05", "1988-01-01", "2025-04", "2025-06-01", "2025-06-02"))
    there = set(re.findall(r'href="#([^"]+)"', page))
    assert there <= set(re.findall(r'id="([^"]+)"', page)) and len(there) == 3


def test_a_sentence_has_its_day_and_where_it_was_printed():
    """Word for word, under its number."""
    told = "\n".join(show.lines(made("2025-06-10")))
    assert "10 June 2025\n    [1] “It rained.”" in told
    assert "Harbour Post, printed 12 June 2025 · News" in told


def test_nothing_in_it_is_markup_or_moves_the_terminal():
    """Neither the words nor the outlet nor the topic; only an address of the web becomes a link."""
    bad = happening(1, on("2025"), BAD, source=BAD, url="javascript:alert(1)")
    found = Timeline(BAD, (bad,), (bad,), (BAD,))
    page, told = show.html_file(found), "\n".join(show.lines(found))
    assert "<b>&quot;" not in page and '<b>"' not in page and "\x1b" not in page + told
    assert "javascript" not in page
    good = Timeline("", (happening(1, on("2025"), url="https://post.example/a"),))
    assert 'href="https://post.example/a"' in show.html_file(good)
