"""What was counted: a sentence, rows that lead somewhere, bars where there are months."""

from datetime import date

from rag.filters import Filters
from rag.types.archive import Archive, Tally
from rag.web.html.counts import BY_NETWORK, counts, named
from tests.pages_seen import Seen


def counted(kind, *rows, **changes):
    """Three articles that mention Varga."""
    given = {"number": 3, "copies": 0, "query": '"Varga"', "rows": rows}
    return Archive(
        kind, "articles that mention “Varga”", text="3 articles mention “Varga”.", **given | changes
    )


def test_the_number_leads_to_the_articles():
    """With the filters it was counted by; where there is none it leads nowhere."""
    filters = Filters("Post", since=date(2025, 6, 1))
    page = Seen(counts(counted("articles", filters=filters)))
    there = "find=%22Varga%22&source=Post&since=2025-06-01&sort=day"
    assert "3 articles mention “Varga”." in page.text and "Show these 3 articles" in page.text
    assert page.doing == [("find", there)] and page.links == [f"?{there}"]
    assert Seen(counts(counted("articles", number=0))).doing == []


def test_months_are_drawn_and_can_be_read():
    """Without a gap; what has no date is among the numbers alone."""
    rows = Tally("2025-05", 2), Tally("2025-07", 1), Tally("no date", 4)
    page = Seen(counts(counted("months", *rows)))
    assert "svg" in page.tags and "3 dated articles, most in May 2025" in page.values
    assert "May 2025: 2 articles" in page.text and "no date4" in page.text
    assert "The numbers, 4 without a date" in page.text


def test_days_are_drawn_by_month():
    """And told day by day."""
    rows = Tally("2025-05-01", 2), Tally("2025-05-30", 1), Tally("2025-06-02", 1)
    page = Seen(counts(counted("days", *rows)))
    assert "May 2025: 3 articles" in page.text
    assert "1 May 20252" in page.text and "30 May 20251" in page.text


def test_one_month_is_no_picture():
    """A single bar says nothing that its number does not."""
    page = Seen(counts(counted("months", Tally("2025-05", 2), Tally("no date", 1))))
    assert "svg" not in page.tags and "details" not in page.tags
    assert "May 20252" in page.text and "no date1" in page.text


def test_only_undated_articles_make_no_picture():
    """There is nothing to draw."""
    assert "svg" not in Seen(counts(counted("months", Tally("no date", 3)))).tags


def test_outlets_lead_to_their_articles():
    """As far as they are known."""
    page = Seen(counts(counted("outlets", Tally("Post", 2), Tally("unknown outlet", 1))))
    assert ("find", "find=%22Varga%22&source=Post&sort=day") in page.doing
    assert len(page.doing) == 2 and "unknown outlet1" in page.text


def test_names_lead_to_their_articles():
    """With what was counted before."""
    page = Seen(counts(counted("names", Tally("Ada Holm", 2))))
    assert ("find", "find=%22Varga%22+%22Ada+Holm%22&sort=day") in page.doing


def test_articles_open():
    """The newest, the first with a word, and so on."""
    page = Seen(counts(counted("newest", Tally("5 June 2025 · Post · Vote", 2, "abc"))))
    assert ("read", "abc") in page.doing and "printed 2 times" in page.text


def test_people_of_the_archive():
    """Each leads to where the name is; how they are known is said; nobody, nothing."""
    page = Seen(named(counted("names", Tally("Ada Holm", 2), query="")))
    assert page.doing == [("find", "find=%22Ada+Holm%22&sort=day")] and BY_NETWORK in page.text
    assert named(counted("names"), counted("organisations")) == ""


def test_organisations_of_the_archive():
    """Below the people, under their own heading."""
    people = counted("names", Tally("Ada Holm", 2), query="")
    bodies = counted("organisations", Tally("Rogaland Nett", 3), query="")
    text = Seen(named(people, bodies)).text
    assert text.index("Ada Holm") < text.index("Organisations named most") < text.index("Rogaland")


def test_people_of_one_article_are_not_named_most():
    """Unless nobody is in more."""
    often, once = Tally("Ada Holm", 2), Tally("Ilse Varga", 1)
    assert "Varga" not in Seen(named(counted("names", often, once, query=""))).text
    assert "Varga" in Seen(named(counted("names", once, query=""))).text
