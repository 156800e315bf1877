"""What a page holds: its articles, without the rest, with outlet, agency and day."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.full_dates import parse_date
from rag.reading.newspage.ages import named_day
from rag.reading.newspage.articles import articles
from rag.reading.newspage.clean import cleaned
from rag.reading.newspage.split import split
from rag.settings import ROOT
from rag.types.articles import Article
from rag.types.files import Page

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
    first, second = articles(Page("a.txt", text), TODAY)
    assert (first.source, first.title, first.text) == ("AsiaOne", "First", "One.")
    assert (second.source, second.title, second.text) == ("The Straits Times", "Second", "Two.")


def test_an_age_counts_back_from_the_page():
    """An article of two days ago is two days older than the latest day that a lead names."""
    text = "News\nSeen on Wednesday (June 4).\nAsiaOne\n2 days ago\n- AsiaOne\nFirst\nOne.\n"
    first, second = articles(Page("a.txt", text), TODAY)
    assert (first.published, second.published) == (None, date(2025, 6, 2))


def page_day(text, today):
    """The day of a page, from the leads of its pieces as `articles` cleans them."""
    leads = [cleaned(piece.text, piece.title).text for piece in split(text).pieces]
    return named_day(leads, today)


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
        ("The first sentence.\nThe next.", "big storm", "The first sentence.\n\nThe next."),
        ("One line only", "big storm", "One line only"),
        (f"{'x' * 201}\nThe text.", "big storm", f"{'x' * 201}\n\nThe text."),
    ],
)
def test_headline(text, title, rest):
    """The first line is the headline, or the file's name where that is a sentence or too long."""
    found = only(text, "news/big_storm.txt")
    assert (found.title, found.text) == (title, rest)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Storm hits coast\nIt was bad.", "It was bad."),
        ("A caption. PHOTO: REUTERS Storm hits coast OSLO - It was bad.", "OSLO - It was bad."),
        ("Storm hits coast of Norway, killing two.", "Storm hits coast of Norway, killing two."),
        ("It was bad. “Storm hits coast”, he read.", "It was bad. “Storm hits coast”, he read."),
    ],
)
def test_a_repeated_headline_goes(text, expected):
    """A repeated headline goes with the caption before it; a sentence with its words stays."""
    assert cleaned(text, "Storm hits coast").text == expected


def test_a_repeated_headline_goes_without_its_section():
    """The section after a headline (“, Asia News”) is not repeated with it."""
    text = (
        "AsiaOne\n1 hour ago\n- AsiaOne\nStorm hits coast, Asia News\nStorm hits coast\nIt was bad."
    )
    assert only(text).title == "Storm hits coast"
    assert only(text).text == "It was bad."


@pytest.mark.parametrize(
    ("text", "expected", "agency"),
    [
        ("He said so. REUTERS", "He said so.", "Reuters"),
        ("“So.” AFP\n", "“So.”", "AFP"),
        ("He works for REUTERS", "He works for REUTERS", None),
        ("PARIS (AP) — He spoke.", "PARIS (AP) — He spoke.", "AP"),
        ("NEW YORK, June 4 (Reuters) - So.", "NEW YORK, June 4 (Reuters) - So.", "Reuters"),
        ("He met Reuters (AP) people.", "He met Reuters (AP) people.", None),
    ],
)
def test_agency(text, expected, agency):
    """An agency signs at the end or in the dateline; its signature at the end is no sentence."""
    found = cleaned(text)
    assert (found.text, found.agency) == (expected, agency)


def test_lines_that_are_no_news_go():
    """Captions, credits, comment boxes and promotions go; the paragraphs stay, tidied."""
    text = (
        "One.\nFILE PHOTO: A man.\nComments\nNo comments yet...\n[[nid:716]]\nAdvertisement\n"
        "Two.  Join ST's Telegram channel and get news.\n\n\n\nThree. PHOTO: AFP Four."
    )
    assert cleaned(text).text == "One.\n\nTwo.\n\nThree. Four."


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


def facts(text: str, path: str = "a.txt") -> list[tuple]:
    """Title, outlet, agency, author and day of the articles of a page."""
    found = articles(Page(path, text), TODAY)
    return [(a.title, a.source, a.agency, a.author, a.published) for a in found]


FIRST = "The council voted on Monday to build a library. It will cost four million.\n"
SECOND = "A school will stay closed for a month. Its roof had fallen in.\n"


@pytest.mark.parametrize(
    ("line", "outlet", "author", "day"),
    [
        ("The Hill Post · 2 hours ago", "The Hill Post", None, None),
        ("Hill Weekly by Jane Doe / 3h", "Hill Weekly", "Jane Doe", None),
        ("By Hill Weekly | February 3, 2025", "Hill Weekly", None, date(2025, 2, 3)),
        ("Hill Weekly, 3 February 2025\nBy Jane Doe", "Hill Weekly", "Jane Doe", date(2025, 2, 3)),
        (
            "Jane Doe, Hill Weekly\nPublished 3 February 2025, 06:00",
            "Hill Weekly",
            "Jane Doe",
            date(2025, 2, 3),
        ),
    ],
)
def test_header_lines_begin_articles(line, outlet, author, day):
    """A headline with a header line below it begins an article, in every usual layout."""
    text = f"My news\nSign in\n\nOne library\n{line}\n\n{FIRST}\nRead more\n\nTwo schools\n{line}\n\n{SECOND}"
    assert facts(text) == [
        ("One library", outlet, None, author, day),
        ("Two schools", outlet, None, author, day),
    ]


@pytest.mark.parametrize("mark", ["=====", "-----", "* * *", "__________"])
def test_separators_part_articles_that_have_headlines(mark):
    """A separator line parts articles; between two parts of one article it only goes."""
    joined = f"One library\n\n{FIRST}\n{mark}\n\nTwo schools\n\n{SECOND}"
    assert [title for title, *_ in facts(joined)] == ["One library", "Two schools"]
    assert only(f"One library\n\n{FIRST}\n{mark}\n\n{SECOND}").text == f"{FIRST}\n{SECOND}".strip()


def test_an_export_names_outlet_day_and_author():
    """“Document 1 of 2” parts articles; keys such as Length and Load-Date go, no load date counts."""
    text = "".join(
        f"Document {number} of 2\n\n{title}\n\nHill Gazette\nMarch {number}, 2025\n\n"
        f"Section: LOCAL\nLength: 20 words\nByline: Jane Doe\nBody\n\n{body}\nLoad-Date: March 9, 2025\n"
        for number, title, body in ((1, "One library", FIRST), (2, "Two schools", SECOND))
    )
    assert facts(text) == [
        ("One library", "Hill Gazette", None, "Jane Doe", date(2025, 3, 1)),
        ("Two schools", "Hill Gazette", None, "Jane Doe", date(2025, 3, 2)),
    ]
    assert articles(Page("a.txt", text), TODAY)[0].text == FIRST.strip()


def test_datelines_part_articles_and_name_place_and_agency():
    """A headline above a dateline begins an article; a day without a year is no date."""
    first = f"One library\nHILLTOWN, April 10 (Reuters) - {FIRST}"
    text = f"{first}\n\nTwo schools\nELM TOWN, June 3, 2025 (AFP) - {SECOND}"
    assert facts(text) == [
        ("One library", None, "Reuters", None, None),
        ("Two schools", None, "AFP", None, date(2025, 6, 3)),
    ]
    found = articles(Page("a.txt", text), TODAY)
    assert [(a.place, a.published_from) for a in found] == [
        ("HILLTOWN", None),
        ("ELM TOWN", "dateline"),
    ]


def test_a_liveblog_is_one_article_with_its_stamps():
    """Stamps stay in the text; what the page offers to click goes."""
    text = (
        "Storm hits the coast\nHill Post | Live updates | March 19, 2025\nLIVE\nNewest first  ·  Auto-refresh is on\n\n"
        "06:55\nThe road is closed.\nShare this update\n\n05:30\nPower is back in the east.\nShare this update\n\n"
        "04:12\nTwo people are safe.\nShare this update\n\nLoad more updates"
    )
    found = only(text)
    assert (found.title, found.source, found.published) == (
        "Storm hits the coast",
        "Hill Post",
        date(2025, 3, 19),
    )
    assert found.text.split("\n\n") == [
        "06:55", "The road is closed.", "05:30", "Power is back in the east.", "04:12", "Two people are safe.",
    ]  # fmt: skip


def test_comments_related_titles_and_consent_go():
    """Below an article stand readers' comments and other articles' titles; none is evidence."""
    text = (
        f"One library\nBy Jane Doe\n\n{FIRST}\n{SECOND}\nRelated Stories\nWhat we know about it\nWho pays?\n\n"
        "We use cookies. By continuing you accept our use of cookies.\n\n2 Comments\ntom says:\nNice.\nReply\n"
    )
    assert only(text).text == f"{FIRST}\n{SECOND}".strip()


@pytest.mark.parametrize(
    "line",
    [
        "Last updated 3 June 2025",
        "Published 3/4/2025",  # March or April
        "Published Monday, June 3, 2025",  # a Tuesday
        "Published 3 June 2031",  # to come
        "30/01/2025, 21:14   One library | Hill Post",  # when it was printed
        "© 2025 Hill Post",
        "Accessed: 3 June 2025",
    ],
)
def test_a_day_that_is_not_certain_is_none(line):
    """An update, a print, two readings, a wrong weekday: none says when it was published."""
    assert (
        only(f"{line}\n\nOne library\nBy Jane Doe\n{line}\n\n{FIRST}\n{SECOND}").published is None
    )


def test_a_given_title_splits_nothing():
    """A page whose format knows its title is one article, whatever its text looks like."""
    found = only(
        f"By Jane Doe\n\n{FIRST}\nTwo schools\nBy Tom Ray\n\n{SECOND}", title="One library"
    )
    assert (found.title, found.author) == ("One library", "Jane Doe")
    assert SECOND.strip() in found.text


@given(
    st.text(alphabet=st.sampled_from("aB .,-\n\f·|=©:12 é“”()[]\t\u00ad"), max_size=400)
    | st.text(max_size=300)
)
def test_any_text_gives_articles_of_its_own_characters(text):
    """Never an error; and nothing in an article that its page does not hold."""
    for found in articles(Page("a.txt", text), TODAY):
        assert found.text
        assert set("".join(found.text.split())) <= set(text)
    for found in articles(Page("a.txt", text, {"title": "A title"}), TODAY):
        assert set("".join(found.text.split())) <= set(text)


@pytest.mark.parametrize(
    "line", ["By Jane Doe", "March 3, 2025", "Jane Doe, Hill Weekly", "ELM TOWN - It began here."]
)
def test_headings_inside_an_article_begin_none(line):
    """A list of books, a chronology, news in brief: their headings are no articles, their days no dates."""
    brief = f"\n\nOne heading\n{line}\n{FIRST}\n\nTwo headings\n{line}\n{SECOND}"
    found = only(f"The year in books\n\n{FIRST}\n{SECOND}{brief}")
    assert (found.title, found.published) == ("The year in books", None)
