"""The day on which a sentence says that something happened, read against the day of its article."""

from datetime import date

import pytest

from rag.when.events import event_days
from tests.fakes import PlainDater

THURSDAY = date(2025, 6, 12)


def told(text, dater=None, published=THURSDAY):
    """What one sentence tells."""
    [found] = event_days([(text, published)], dater or PlainDater())
    return found


def iso(text, dater=None, published=THURSDAY):
    """The day, month or year as text; None where there is none."""
    found = told(text, dater, published)
    return found and found.iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council voted on 3 June 2024.", "2024-06-03"),
        ("The council voted on June 3.", "2025-06-03"),
        ("The council voted on Tuesday.", "2025-06-10"),
        ("The council voted Tuesday to close the port.", "2025-06-10"),
        ("The council voted on Thursday.", "2025-06-12"),  # the article's own day
        ("The council voted yesterday.", "2025-06-11"),
        ("The council voted last night.", "2025-06-11"),
        ("The council voted two days ago.", "2025-06-10"),
        ("The council voted late on Tuesday.", "2025-06-10"),
        ("The council voted on December 28.", "2024-12-28"),
        ("The council voted on 20 June.", "2024-06-20"),  # this year's is still to come
        ("The council voted last month.", "2025-05"),
        ("The council voted in March.", "2025-03"),
        ("The council voted earlier this week.", "2025-06"),
        ("The council voted last year.", "2024"),
        ("The council first voted in 1997.", "1997"),
    ],
)
def test_a_day_that_is_over_is_the_last_of_its_name(text, expected):
    """As exactly as the sentence has it."""
    found = told(text)
    assert found and (found.iso, found.ahead) == (expected, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council will vote on 18 June.", "2025-06-18"),
        ("The council will vote on Tuesday.", "2025-06-17"),
        ("The council will vote in June.", "2025-06"),
        ("The council will vote in March.", "2026-03"),
        ("The council will vote tomorrow.", "2025-06-13"),
        ("The council will vote next Monday.", "2025-06-16"),
        ("The council will vote next month.", "2025-07"),
        ("The council will vote in 2030.", "2030"),
    ],
)
def test_what_is_to_come_has_a_day_too(text, expected):
    """The next one of its name, and it is told as still to come."""
    found = told(text)
    assert found and (found.iso, found.ahead) == (expected, expected != "2025-06")


@pytest.mark.parametrize(
    "text",
    [
        "The council sat from 3 to 5 June.",
        "The council voted on 31 June.",
        "The council voted on Friday, 10 June.",  # a Tuesday
        "The council voted on Black Friday.",
        "The council voted two years ago.",
        "The council voted tomorrow.",
        "The council voted in 2030.",
        "The council will vote on Thursday.",  # today, or in a week?
        "The council will vote next Friday.",  # tomorrow, or in a week?
        "The council will vote on 3 June.",
        "“We voted on Tuesday,” the mayor repeated.",
        "Huang told USA TODAY that he voted.",
        "The council voted.",
        "",
    ],
)
def test_nothing_is_guessed(text):
    """Where the name of a day leaves it open, or cannot be of what it is said to be."""
    assert iso(text) is None


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ({"past": 0.7, "other": 0.3}, "2025-06-10"),
        ({"past": 0.4, "ahead": 0.3}, "2025-06-10"),  # the event's, and rather over
        ({"past": 0.3, "ahead": 0.4}, "2025-06-17"),
        ({"past": 0.5, "other": 0.5}, None),
        ({"said": 1.0}, None),
        ({"other": 1.0}, None),
        ({}, None),  # it was not read
    ],
)
def test_a_day_counts_that_is_surely_the_event_s(roles, expected):
    """By what the network takes it for."""
    assert iso("The council on Tuesday.", PlainDater(days={"on Tuesday": roles})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council voted on Monday and sat on Tuesday.", None),
        ("The council voted in June, on 10 June.", "2025-06-10"),
        ("The council voted in June and two years ago.", None),
    ],
)
def test_of_several_days_the_most_exact_counts_if_they_agree(text, expected):
    """One that cannot be told leaves all of them open."""
    assert iso(text) == expected


def test_sentences_are_read_in_any_number():
    """Each has its own day; one without a name of a day is not given to the network."""
    given = [("It rained.", THURSDAY), ("It rained on Tuesday.", THURSDAY), ("", None)]
    assert [one and one.iso for one in event_days(given, PlainDater())] == [
        None,
        "2025-06-10",
        None,
    ]
    assert event_days([], PlainDater()) == []


def test_without_its_article_s_day_only_a_stated_year_counts():
    """Anything else would be read against nothing."""
    assert iso("The council voted on 3 June 2024.", published=None) == "2024-06-03"
    assert iso("The council voted in 1997.", published=None) == "1997"
    for text in ("The council voted on June 3.", "The council voted yesterday."):
        assert iso(text, published=None) is None


def test_the_words_are_kept_that_were_read():
    """Without the full stop behind them."""
    found = told("The council voted in Feb.")
    assert found and (found.phrase, str(found)) == ("in Feb", "February 2025")


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council on Tuesday voted for the bill.", "2025-06-10"),
        ("On Tuesday, the council voted.", "2025-06-10"),
        ("In Kalla on Tuesday, the council voted.", "2025-06-10"),
        ("The council voted on Tuesday, police said.", "2025-06-10"),
        ("Ada Holm, elected in 2019, resigned on Tuesday.", "2025-06-10"),
        ("The council began to vote on Tuesday.", "2025-06-10"),
        ("A bomb went off in Kalla, the capital, on Tuesday.", "2025-06-10"),
        ("Ada Holm, who was born in Kalla in 1961, died on Tuesday.", "2025-06-10"),
        ("The council said on Tuesday that it would close the port.", "2025-06-10"),
        ("The council is due to vote on Tuesday.", "2025-06-17"),
        ("The council votes tomorrow.", "2025-06-13"),
    ],
)
def test_the_event_s_day_is_told_from_others(judges, text, expected):
    """Wherever it stands in its sentence."""
    assert iso(text, judges.dater) == expected


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "The port has been closed since Tuesday.",
        "The port stays closed until 3 July.",
        "Unemployment was the highest since 1997.",
        "Fewer people voted than in 2019.",
        "The council sat for three weeks.",
        "A week after the vote the port was closed.",
        "The council met after the vote on Tuesday.",
        "The mayor, who was elected in 2019, smiled.",
        "The bridge, opened in 1962, was closed.",
        "A man arrested on Tuesday was released.",
        "A law passed in 2015 bans dynamite.",
        "The treaty of 30 August 1978 was replaced.",
        "The council voted on Monday and the senate on Tuesday.",
        "The council sits every Tuesday.",
        "The council could vote on Tuesday.",
        "The council was to vote on Tuesday.",
        "If the council voted in June, the port would be closed.",
        "A spokesman said on Tuesday that nothing was planned.",
    ],
)
def test_a_day_of_something_else_is_none(judges, text):
    """A bound, a comparison, a day beside the event, of who says so, or of what may not come."""
    assert iso(text, judges.dater) is None


@pytest.mark.models
@pytest.mark.parametrize(
    "text", ["on " * 300, "1997 " * 200, "“" * 900, "said that " * 90, "a-ly " * 200]
)
def test_odd_text_has_a_result(judges, text):
    """At once, and no traceback."""
    assert iso(text, judges.dater) is None
