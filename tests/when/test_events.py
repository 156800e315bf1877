"""The day on which a sentence says that something happened, read against the day of its article."""

from datetime import date

import pytest

from rag.when.events import event_day

THURSDAY = date(2025, 6, 12)


def iso(text, published=THURSDAY, **how):
    """The day, month or year as text; None where there is none."""
    found = event_day(text, published, **how)
    return found and found.iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council voted on 3 June 2024.", "2024-06-03"),
        ("The council voted on June 3.", "2025-06-03"),
        ("The council voted on Tuesday.", "2025-06-10"),
        ("The council voted Tuesday to close the port.", "2025-06-10"),
        ("The council voted on Thursday.", "2025-06-12"),  # the article's own day
        ("The council on Tuesday voted for the bill.", "2025-06-10"),
        ("On Tuesday, the council voted.", "2025-06-10"),
        ("In Kalla on Tuesday, the council voted.", "2025-06-10"),
        ("The council voted yesterday.", "2025-06-11"),
        ("The council voted two days ago.", "2025-06-10"),
        ("The council voted late on Tuesday.", "2025-06-10"),
        ("The council voted on December 28.", "2024-12-28"),
        ("The council voted last month.", "2025-05"),
        ("The council voted in March.", "2025-03"),
        ("The council voted earlier this week.", "2025-06"),
        ("The council voted last year.", "2024"),
        ("The council first voted in 1997.", "1997"),
        ("The council voted on Tuesday, police said.", "2025-06-10"),
        ("Ada Holm, elected in 2019, resigned on Tuesday.", "2025-06-10"),
        ("The council began to vote on Tuesday.", "2025-06-10"),
        ("A bomb went off in Kalla, the capital, on Tuesday.", "2025-06-10"),
        ("The council, which met on Monday, voted on Tuesday.", "2025-06-10"),
        ("The council said on Tuesday that the port was closed.", "2025-06-10"),
    ],
)
def test_a_day_of_the_event_is_told(text, expected):
    """As exactly as the sentence has it."""
    assert iso(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council will vote on 18 June.", "2025-06-18"),
        ("The council will vote on Tuesday.", "2025-06-17"),
        ("The council will vote in June.", "2025-06"),
        ("The council will vote in March.", "2026-03"),
        ("The council is due to vote on Tuesday.", "2025-06-17"),
        ("The council votes tomorrow.", "2025-06-13"),
        ("The council will vote next month.", "2025-07"),
        ("The council will vote in 2030.", "2030"),
    ],
)
def test_what_is_to_come_has_a_day_too(text, expected):
    """The next one of its name, and it is told as still to come."""
    found = event_day(text, THURSDAY)
    assert found and (found.iso, found.ahead) == (expected, expected != "2025-06")


@pytest.mark.parametrize(
    "text",
    [
        "The port has been closed since Tuesday.",
        "The port stays closed until 3 July.",
        "Unemployment was the highest since 1997.",
        "Fewer people voted than in 2019.",
        "The council sat for three weeks.",
        "The council sat from 3 to 5 June.",
        "A week after the vote the port was closed.",
        "The council met after the vote on Tuesday.",
        "The mayor, who was elected in 2019, smiled.",
        "The bridge, opened in 1962, was closed.",
        "A man arrested on Tuesday was released.",
        "A law passed in 2015 bans dynamite.",
        "Tuesday's vote surprised the mayor.",
        "The treaty of 30 August 1978 was replaced.",
        "The council voted on Monday and the senate on Tuesday.",
        "The council sits every Tuesday.",
        "The union called a strike for Monday.",
        "The council could vote on Tuesday.",
        "The council was to vote on Tuesday.",
        "If the council voted in June, the port would be closed.",
        "The council has voted on Tuesday.",
        "The council votes on Tuesday.",  # as always, last or next?
        "“We voted on Tuesday,” the mayor repeated.",
        "The council voted on 31 June.",
        "The council voted on Friday, 10 June.",  # a Tuesday
        "The council voted on Black Friday.",
        "The council voted two years ago.",
        "The council will vote on Thursday.",  # today, or in a week?
        "Huang told USA TODAY that he voted.",
        "In May of that year the council voted.",
        "Feb. 11: The council voted.",
        "The hall was given eighteen concerts — in 2023, there were 21.",
        "Nobody is elected.",
        "",
    ],
)
def test_nothing_is_guessed(text):
    """A bound, a comparison, a duration, a day of something else, of several or of none."""
    assert iso(text) is None


def test_a_plan_is_read_ahead():
    """A plain present tells nothing of its time; known to be a plan, it is to come."""
    assert iso("The council votes on Tuesday.", planned=True) == "2025-06-17"


def test_without_its_article_s_day_only_a_stated_year_counts():
    """Anything else would be read against nothing."""
    assert iso("The council voted on 3 June 2024.", None) == "2024-06-03"
    assert iso("The council voted in 1997.", None) == "1997"
    for text in ("The council voted on June 3.", "The council voted yesterday."):
        assert iso(text, None) is None


def test_the_words_are_kept_that_were_read():
    """Without the full stop behind them."""
    found = event_day("The council voted in Feb.", THURSDAY)
    assert found and (found.phrase, str(found)) == ("in Feb", "February 2025")


@pytest.mark.parametrize(
    "text", ["on " * 300, "1997 " * 200, "“" * 900, "said that " * 90, "a-ly " * 200]
)
def test_odd_text_has_a_result(text):
    """At once, and no traceback."""
    assert iso(text) is None
