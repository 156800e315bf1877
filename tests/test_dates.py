"""The days a question means, asked on Thursday, 5 June 2025."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import named_days, window
from rag.types import Window
from tests.fakes import TODAY


def days(text: str) -> tuple[str | None, str | None] | None:
    """First and last day of the question's window, for people to read."""
    found = window(text, TODAY)
    if found is None:
        return None
    return found.since and found.since.isoformat(), found.until and found.until.isoformat()


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What happened today?", "2025-06-05", "2025-06-05"),
        ("Who resigned yesterday?", "2025-06-04", "2025-06-04"),
        ("Who won this week?", "2025-06-02", "2025-06-08"),
        ("Who won LAST WEEK?", "2025-05-26", "2025-06-01"),
        ("What closed this month?", "2025-06-01", "2025-06-30"),
        ("What closed last month?", "2025-05-01", "2025-05-31"),
        ("What closed last year?", "2024-01-01", "2024-12-31"),
        ("Who spoke on Wednesday?", "2025-06-04", "2025-06-04"),
        ("Who spoke on Friday?", "2025-05-30", "2025-05-30"),
        ("Who spoke on Thursday?", "2025-06-05", "2025-06-05"),  # the day of asking
        ("Who spoke last Thursday?", "2025-05-29", "2025-05-29"),
        ("Who won in March?", "2025-03-01", "2025-03-31"),
        ("Who won in June?", "2025-06-01", "2025-06-30"),
        ("Who won in July?", "2024-07-01", "2024-07-31"),  # the latest July that has begun
        ("Who won in February 2024?", "2024-02-01", "2024-02-29"),
        ("Who won the May 2025 election?", "2025-05-01", "2025-05-31"),
        ("What did Miller say on May 21?", "2025-05-21", "2025-05-21"),
        ("What did Miller say on 21 May?", "2025-05-21", "2025-05-21"),
        ("What opened on June 6?", "2024-06-06", "2024-06-06"),  # tomorrow a year ago
        ("What opened on June 6th, 2023?", "2023-06-06", "2023-06-06"),
        ("What opened on 6 June 2023?", "2023-06-06", "2023-06-06"),
        ("What opened on 2023-06-06?", "2023-06-06", "2023-06-06"),
        ("What opened on February 29?", "2024-02-29", "2024-02-29"),  # the latest there was
        ("Who was mayor in 2023?", "2023-01-01", "2023-12-31"),
    ],
)
def test_a_phrase_about_time(question, since, until):
    """A phrase is read against the day of asking; without a year it means the latest one."""
    assert days(question) == (since, until)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What changed since May 9?", "2025-05-09", None),
        ("What changed since Monday?", "2025-06-02", None),
        ("What changed since last week?", "2025-05-26", None),
        ("What changed since March 2024?", "2024-03-01", None),
        ("What changed after March?", "2025-04-01", None),
        ("What changed after 2023?", "2024-01-01", None),
        ("Who led it until May 9?", None, "2025-05-09"),
        ("Who led it until last month?", None, "2025-05-31"),
        ("Who led it before Tuesday?", None, "2025-06-02"),
        ("Who led it before 2025?", None, "2024-12-31"),
    ],
)
def test_an_open_window(question, since, until):
    """Since and after open the end, until and before the beginning."""
    assert days(question) == (since, until)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Who will replace Kenneth Genalo?",
        "What may the mayor do?",
        "Who won on 31 June?",
        "What is Room 2024?",
        "What happened on 2025-13-45?",
        "Who rules after 9999-12-31?",  # there is no later day
        "Who ruled before 0001-01-01?",
        "Who marched in the march on Sundays?",
    ],
)
def test_no_window(question):
    """A question without a day, or with an impossible one, has no window."""
    assert days(question) is None


def test_the_phrase_is_kept():
    """The window keeps what it was read from, in the question's words; the first phrase counts."""
    found = window("Who spoke On Wednesday or yesterday?", TODAY)
    assert found == Window(date(2025, 6, 4), date(2025, 6, 4), "On Wednesday")


def test_weeks_begin_on_monday():
    """Asked on a Monday, this week begins that day; asked on a Sunday, six days before."""
    for asked in (date(2025, 6, 2), date(2025, 6, 8)):
        assert window("this week", asked) == Window(date(2025, 6, 2), date(2025, 6, 8), "this week")


@given(
    st.lists(
        st.sampled_from(["since", "before", "on", "in", "last", "31", "June", "0000", "9999-12-31"])
    )
)
def test_any_question_is_read(parts):
    """No arrangement of words about time is an error, and a window never ends before it begins."""
    found = window(" ".join(parts), TODAY)
    assert found is None or not found.since or not found.until or found.since <= found.until


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He sued on Tuesday (June 3).", {"on Tuesday (June 3)": date(2025, 6, 3)}),
        ("He sued on Monday (June 3).", {}),  # the weekday disagrees
        ("It was signed on Thursday.", {"on Thursday": date(2025, 5, 29)}),
        (
            "It was signed on Wednesday.",
            {"on Wednesday": date(2025, 6, 4)},
        ),  # the article's own day
        ("They will meet on Thursday.", {}),  # to come
        ("They will meet. It was signed on Thursday.", {"on Thursday": date(2025, 5, 29)}),
        ("It began on December 28.", {"on December 28": date(2024, 12, 28)}),
        ("It began on May 9, 2019.", {}),  # its year is there
        ("It began on February 30.", {}),
        ("May 9 and may 9", {"May 9": date(2025, 5, 9)}),
    ],
)
def test_days_of_a_quotation_are_read_against_its_article(text, expected):
    """Of an article of Wednesday 4 June 2025."""
    found = named_days(text, date(2025, 6, 4))
    assert {named.phrase: named.day for named in found} == expected


def test_an_article_without_a_date_names_no_day():
    """Unknown stays unknown."""
    assert named_days("It was signed on Thursday.", None) == ()
