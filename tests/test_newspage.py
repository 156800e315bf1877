"""What a page holds: its articles, without the rest, with outlet, agency and day."""

from datetime import date
from pathlib import Path

import pytest

from rag.newspage import articles, clean, page_day, parse_date, split
from rag.settings import ROOT
from rag.types import Article, Page

TODAY = date(2026, 11, 21)
BOILERPLATE = [
    "Join ST's Telegram channel",
    "Try Our AI Features",
    "Daily8",
    "No comments yet",
    "Related Articles",
    "minutes ago",
    "[[nid:",
    "FILE PHOTO",
    "PHOTO: REUTERS",
]


def seed(name: str) -> list[Article]:
    """The articles of one of the two files that come with the project."""
    return articles(Page(name, Path(ROOT / "seeds" / name).read_text()), TODAY)


def only(text: str, path: str = "a.txt", **fields: str) -> Article:
    """The only article of a page."""
    (found,) = articles(Page(path, text, fields), TODAY)
    return found


def test_the_first_seed_holds_four_articles():
    """The saved page gives its main article and three related ones, each with what is known."""
    found = seed("000_c9d38ac02081f8b8.txt")
    day = date(2025, 6, 4)
    assert [(a.position, a.title, a.source, a.agency, a.published) for a in found] == [
        (
            0,
            "Trump administration ousts top ICE officials amid migrant arrest push",
            "The Straits Times",
            "Reuters",
            None,
        ),
        (
            1,
            "New Jersey mayor sues Trump officials over arrest at immigration centre",
            "AsiaOne",
            None,
            day,
        ),
        (
            2,
            "Japan PM Ishiba vows to ‘energise' South Korea cooperation under new leader Lee",
            "The Straits Times",
            "AFP",
            day,
        ),
        (
            3,
            "South Korea's new president Lee Jae-myung vows economic revival,"
            " judgement on martial law",
            "AsiaOne",
            None,
            day,
        ),
    ]
    assert found[1].published_from == "“12 minutes ago” on a page of 2025-06-04"


def test_the_first_seed_keeps_only_the_news():
    """Each text begins and ends with its own words; no boilerplate or second headline is left."""
    found = seed("000_c9d38ac02081f8b8.txt")
    main, newark, ishiba, lee = [article.text for article in found]
    assert main.startswith("WASHINGTON - The Trump administration is removing")
    assert main.endswith("based on their arrest tallies, the people said.")
    assert newark.startswith("WASHINGTON - The mayor of Newark")
    assert ishiba.startswith("TOKYO - Japanese Prime Minister Shigeru Ishiba said")
    assert ishiba.endswith("with South Korea,' he added.")
    assert lee.startswith("SEOUL - South Korea's new liberal President")
    assert "an earlier 1,000 per day arrest quota" in main
    for article in found:
        assert not [phrase for phrase in BOILERPLATE if phrase in article.text]
        assert article.title not in article.text


def test_the_second_seed_is_one_article():
    """A plain article is its headline and its text; nothing is known, so nothing is said."""
    (found,) = seed("003_a837782a5cef9c92.txt")
    assert found.title == "ICE shakes up leadership amid push for 3,000 migrant arrests per day"
    assert found.text.startswith("Immigration and Customs Enforcement (ICE) announced")
    assert "up from the 1,800 per day quota" in found.text
    assert (found.source, found.agency, found.author, found.published) == (None,) * 4


def test_a_page_may_begin_with_a_related_article():
    """Without a main article the headings still cut the page."""
    text = (
        "AsiaOne\n2 days ago\n- AsiaOne\nFirst, World News\nOne.\n"
        "ST\n1 hour ago\n- ST\nSecond\nTwo.\n"
    )
    first, second = split(text)
    assert (first.outlet, first.age, first.title) == ("AsiaOne", "2 days ago", "First, World News")
    assert (first.text.strip(), second.outlet, second.text.strip()) == ("One.", "ST", "Two.")


def test_an_age_counts_back_from_the_page():
    """An article of two days ago is two days older than the latest day that a lead names."""
    text = "News\nSeen on Wednesday (June 4).\nAsiaOne\n2 days ago\n- AsiaOne\nFirst\nOne.\n"
    first, second = articles(Page("a.txt", text), TODAY)
    assert (first.published, second.published) == (None, date(2025, 6, 2))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Seen on Tuesday (June 3) here.", date(2025, 6, 3)),  # a Tuesday in 2025, not in 2026
        ("On Tuesday (June 3) and on June 4.", date(2025, 6, 4)),
        ("On Tuesday (June 3), before June 30, 2025.", date(2025, 6, 3)),  # a year of its own
        ("Seen on June 4.", None),  # any year
        ("On Monday (June 31).", None),
        ("x" * 400 + " on Tuesday (June 3).", None),  # not in the lead
        ("", None),
    ],
)
def test_page_day(text, day):
    """The latest day of a lead counts, in the year that its weekday fixes."""
    assert page_day(text, TODAY) == day


def test_fields_win():
    """What the file says about itself is taken over, with its origin."""
    found = only(
        "Hello there.", title="A title", outlet="ST", author="Ann", published="June 4, 2025"
    )
    assert (found.title, found.source, found.author) == ("A title", "The Straits Times", "Ann")
    assert (found.published, found.published_from) == (date(2025, 6, 4), "given in the file")
    assert found.text == "Hello there."


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("A headline\n\nThe text.", "A headline", "The text."),
        ("The first sentence.\nThe next.", "big storm", "The first sentence.\nThe next."),
        ("One line only", "big storm", "One line only"),
        (f"{'x' * 201}\nThe text.", "big storm", f"{'x' * 201}\nThe text."),
    ],
)
def test_headline(text, title, rest):
    """The first line is the headline, or the file's name where that is a sentence or too long."""
    found = only(text, "news/big_storm.txt")
    assert (found.title, found.text) == (title, rest)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Storm hits coast\nIt was bad.", "It was bad."),
        ("A caption. PHOTO: REUTERS Storm hits coast OSLO - It was bad.", "OSLO - It was bad."),
        ("Storm hits coast of Norway, killing two.", "Storm hits coast of Norway, killing two."),
        ("It was bad. “Storm hits coast”, he read.", "It was bad. “Storm hits coast”, he read."),
    ],
)
def test_a_repeated_headline_goes(text, cleaned):
    """A repeated headline goes with the caption before it; a sentence with its words stays."""
    assert clean(text, "Storm hits coast")[0] == cleaned


def test_a_repeated_headline_goes_without_its_section():
    """The section after a headline (“, Asia News”) is not repeated with it."""
    text = (
        "AsiaOne\n1 hour ago\n- AsiaOne\nStorm hits coast, Asia News\nStorm hits coast\nIt was bad."
    )
    assert only(text).title == "Storm hits coast"
    assert only(text).text == "It was bad."


@pytest.mark.parametrize(
    ("text", "cleaned", "agency"),
    [
        ("He said so. REUTERS", "He said so.", "Reuters"),
        ("“So.” AFP\n", "“So.”", "AFP"),
        ("He works for REUTERS", "He works for REUTERS", None),
        ("PARIS (AP) — He spoke.", "PARIS (AP) — He spoke.", "AP"),
        ("NEW YORK, June 4 (Reuters) - So.", "NEW YORK, June 4 (Reuters) - So.", "Reuters"),
        ("He met Reuters (AP) people.", "He met Reuters (AP) people.", None),
    ],
)
def test_agency(text, cleaned, agency):
    """An agency signs at the end or in the dateline; its signature at the end is no sentence."""
    assert clean(text) == (cleaned, agency)


def test_lines_that_are_no_news_go():
    """Captions, credits, comment boxes and promotions go; the paragraphs stay, tidied."""
    text = (
        "One.\nFILE PHOTO: A man.\nComments\nNo comments yet...\n[[nid:716]]\nAdvertisement\n"
        "Two.  Join ST's Telegram channel and get news.\n\n\n\nThree. PHOTO: AFP Four."
    )
    assert clean(text)[0] == "One.\n\nTwo.\n\nThree. Four."


def test_an_article_without_words_is_none():
    """A page that holds boilerplate only gives no article."""
    assert articles(Page("a.txt", "Comments\nNo comments yet...\n"), TODAY) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-06-04", date(2025, 6, 4)),
        ("2025-06-04T10:20:00Z", date(2025, 6, 4)),
        ("Published 4 June 2025", date(2025, 6, 4)),
        ("June 4, 2025", date(2025, 6, 4)),
        ("June 2025", None),
        ("2025-02-30", None),
        ("31 June 2025", None),
        ("yesterday", None),
    ],
)
def test_parse_date(text, day):
    """A full date is read in its usual forms; anything less, or impossible, is None."""
    assert parse_date(text) == day
