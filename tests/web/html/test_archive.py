"""The archive on the page: how much, by whom, from when, and what could not be read."""

from datetime import date, datetime

from rag.types.archive import Holdings
from rag.types.files import Skipped, Unread
from rag.types.questions import Turn
from rag.web.html import archive
from tests.pages_seen import Seen

MONTHS = {"Post": {"2025-03": 2, "2025-05": 4}, "Mail": {"2025-05": 1}}


def held(**changes) -> Holdings:
    """Seven dated articles of two outlets, and one without outlet or date."""
    given = {
        "articles": 8,
        "passages": 20,
        "outlets": {"Post": 6, "Mail": 1},
        "first": date(2025, 3, 1),
        "last": date(2025, 5, 9),
        "undated": 1,
        "generation": 1,
        "months": MONTHS,
    }
    return Holdings(**{**given, **changes})


def test_the_archive_in_one_line():
    """Articles, outlets, days and articles without a date stand in the dateline."""
    text = Seen(archive.dateline(held())).text
    for part in ("8 articles", "2 outlets", "1 March to 9 May 2025", "1 without a date"):
        assert part in text


def test_the_chart_has_a_row_for_each_outlet():
    """Its name, its bars, its number; at the end what has no outlet."""
    text = Seen(archive.archive(held())).text
    assert text.index("Post") < text.index("Mail") < text.index("unknown outlet")
    assert "no dates" in text and "March 2025: 2 articles" in text


def test_a_name_leads_to_its_articles():
    """The number of all articles to all of them, an outlet to its own; what has none leads nowhere."""
    assert Seen(archive.dateline(held())).doing == [("find", "find=")]
    assert Seen(archive.archive(held())).doing == [
        ("find", "find=&source=Post"),
        ("find", "find=&source=Mail"),
    ]


def test_long_spans_are_counted_by_year():
    """Half a century is drawn in years."""
    old = held(first=date(1970, 6, 1), months={"Post": {"1970-06": 1, "2025-03": 2, "2025-05": 4}})
    assert "2025: 6 articles" in Seen(archive.archive(old)).text


def test_undated_archives_have_no_axis():
    """Without any date there are numbers only."""
    none = held(first=None, last=None, months={}, undated=8)
    assert "svg" not in Seen(archive.archive(none)).tags


def test_unread_files_can_be_read():
    """They are named, with a button that reads them; where there are none nothing is shown."""
    page = Seen(archive.unread(Unread(2, 0, 1, ("a.txt", "b.txt", "c.txt"))))
    assert "2 new, 1 gone (a.txt, b.txt, c.txt)" in page.text and page.doing == [("ingest", "")]
    assert archive.unread(Unread()) == ""


def test_many_outlets_are_folded():
    """Only the first outlets are listed, the others are one click away."""
    many = held(articles=20, outlets={f"Post {n}": 1 for n in range(20)}, months={})
    listed, folded = archive.archive(many).split('<details class="more">')
    assert listed.count("<li>") == archive.OUTLETS
    assert "12 more outlets" in folded and folded.count("<li>") == 12


def test_the_last_ingest_is_told():
    """When the folder was last read."""
    text = Seen(archive.archive(held(ingested=datetime(2025, 6, 5, 9, 7)))).text
    assert "Folder last read on 5 June 2025 at 09:07." in text


def test_files_that_failed_are_listed():
    """With their reasons; hidden files are nobody's business."""
    skipped = (Skipped("a.bin", "not a text"), Skipped(".DS_Store", "hidden"))
    text = Seen(archive.archive(held(skipped=skipped))).text
    assert "1 file not read" in text and "a.bin" in text and "not a text" in text
    assert ".DS_Store" not in text


def test_an_empty_archive_says_what_to_do():
    """An archive without articles names the button."""
    empty = Holdings(0, 0, {}, None, None, 0, 1)
    assert "empty" in archive.dateline(empty)
    assert "Index the folder" in archive.archive(empty)


def test_suggestions_ask_themselves():
    """Each question to begin with is a button that asks it; none, nothing."""
    assert Seen(archive.suggested(("Who won?", "What sank?"))).doing == [
        ("ask", "Who won?"),
        ("ask", "What sank?"),
    ]
    assert archive.suggested(()) == ""
    assert archive.MAKING in Seen(archive.suggested((), making=True)).text


def test_the_history_shows_the_newest_first():
    """Each question of the session can be seen again."""
    page = Seen(archive.history((Turn("First?"), Turn("Second?"))))
    assert page.doing == [("show", "1"), ("show", "0")]
