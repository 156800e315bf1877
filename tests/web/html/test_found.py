"""A page of a list: the articles with their words, the order, the pages, what narrows it."""

from datetime import date

from rag.filters import Filters
from rag.retrieval.find import Wish
from rag.types.articles import Passage
from rag.types.help import Guess
from rag.types.hits import Found, Listed
from rag.web.html.found import ADVICE, NONE, results, title
from tests.fakes import article
from tests.pages_seen import Seen

TEXT = "The ferry ran late. Nobody saw why."


def item(title="Ferry", near=False, **fields):
    """A report with its first word marked, in the text and in the headline."""
    one = article(TEXT, title, source="Post", published=date(2025, 6, 5), **fields)
    return Listed(Passage(one, 0, 19), ((4, 9),), ((0, 5),), near=near)


def page(wish=None, **changes):
    """The page of a list of one report."""
    given = {"sort": "fit", "total": 1, "reports": (item(),)}
    wish = wish or Wish("ferry")
    return results(wish, Found(wish.text, **{**given, **changes}))


def test_an_article_is_told_with_its_words():
    """Outlet, day, headline that opens it, and what was sought in it."""
    shown = page()
    seen = Seen(shown)
    for part in ("Post", "5 June 2025", "Articles with “ferry”"):
        assert part in seen.text
    assert ("read", item().article.id) in seen.doing
    assert "<mark>Ferry</mark>" in shown and "The <mark>ferry</mark> ran late.</p>" in shown


def test_what_is_near_comes_apart():
    """Below a heading, and after what has all that is sought."""
    text = Seen(page(near=1, reports=(item(), item("Boat", near=True)))).text
    assert text.index("Ferry") < text.index("Near, but without all of it") < text.index("Boat")


def test_the_order_is_chosen():
    """The one of this list is pressed; both begin at the first page; a list of all has one order."""
    shown = page(Wish("ferry", offset=20), offset=20, total=30)
    seen = Seen(shown)
    assert ("find", "find=ferry") in seen.doing and ("find", "find=ferry&sort=day") in seen.doing
    assert 'aria-pressed="true">Best first' in shown
    assert 'aria-pressed="false">Newest first' in shown
    assert "Best first" not in page(Wish(), total=30)
    assert "Best first" not in page(total=1)


def test_pages_lead_back_and_forth():
    """At the ends there is nothing to press."""
    middle = Seen(page(Wish("ferry", offset=20), offset=20, total=50, reports=(item(),) * 20))
    doing = [what for _, what in middle.doing]
    assert "find=ferry&after=40" in doing and "21 to 40 of 50" in middle.text
    first = Seen(page(total=50, reports=(item(),) * 20))
    assert [what for _, what in first.doing if "after" in what] == ["find=ferry&after=20"]
    assert "disabled" in first.attributes and "disabled" not in middle.attributes
    assert "nav" not in Seen(page()).tags


def test_what_narrows_it_can_be_taken_away():
    """Each filter is a pill that finds the same without it."""
    wish = Wish("ferry", Filters("Post", None, date(2025, 6, 1)), "day", offset=20)
    seen = Seen(page(wish, sort="day"))
    assert ("find", "find=ferry&since=2025-06-01&sort=day") in seen.doing
    assert ("find", "find=ferry&source=Post&sort=day") in seen.doing
    assert "Only Post" in seen.text and "From 1 June 2025" in seen.text


def test_a_list_can_be_taken_along():
    """As a table, which has a limit, and as a link; not where nothing was found."""
    seen = Seen(page())
    assert ("table", "find=ferry") in seen.doing and ("link", "find=ferry") in seen.doing
    assert "Save the first 5,000 as CSV" in Seen(page(total=5_001)).text
    assert "CSV" not in Seen(page(total=0, reports=())).text


def test_nothing_found_says_what_can_be_typed():
    """In words."""
    text = Seen(page(total=0, reports=(), notes=("No other name is like it.",))).text
    assert NONE in text and ADVICE in text and "No other name is like it." in text


def test_a_misspelled_name_is_a_link_that_finds_it():
    """With the same filters and order, from the first page on."""
    guess = Guess("Genallo", "Genalo", "Genalo -hammer")
    wish = Wish("Genallo -hammer", Filters("Post"), "day", offset=20)
    seen = Seen(page(wish, sort="day", total=0, reports=(), did_you_mean=(guess,)))
    assert "Did you mean Genalo instead of Genallo?" in seen.text
    assert ("find", "find=Genalo+-hammer&source=Post&sort=day") in seen.doing


def test_a_title_says_what_the_list_has():
    """A text in its own quotation marks gets no others."""
    assert title(Wish()) == "All articles"
    assert title(Wish(filters=Filters("Post"))) == "Articles"
    assert title(Wish('"a b" -c')) == 'Articles with "a b" -c'
