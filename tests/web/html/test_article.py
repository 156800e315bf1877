"""The article beside the answer: whole, with the words marked exactly where they stand."""

from dataclasses import replace
from datetime import date

import pytest

from rag.types.answers import Answer, Short
from rag.types.articles import Passage
from rag.types.evidence import Evidence
from rag.types.hits import Found, Listed
from rag.web.html import article as pane
from tests.fakes import article
from tests.pages_seen import Seen

STORY = "The sun shone.\nRain fell at noon. Hail fell.\n\nThe sun came back."
FACTS = {"title": "Wet", "source": "Post", "path": "a/b.txt", "published": date(2025, 6, 5)}


def piece(number: int, words: str, text: str = STORY, **fields) -> Evidence:
    """These words of a story as evidence."""
    start = text.index(words)
    return Evidence(number, article(text, **{**FACTS, **fields}), start, start + len(words), 0.9)


def answer(*evidence: Evidence) -> Answer:
    """An answer over this evidence."""
    return Answer("What fell?", "answered", evidence=evidence, done=True)


RAIN, HAIL = piece(1, "Rain fell at noon."), piece(2, "Hail fell.")


def test_the_words_are_marked_where_they_stand():
    """The quotation that was asked for is marked, the other evidence of the article lightly."""
    shown = pane.pane(answer(RAIN, HAIL), 1)
    assert (
        '<p dir="auto"><mark class="here">Rain fell at noon.</mark> <mark class="other">Hail fell.</mark></p>'
        in shown
    )
    assert Seen(shown).text.count("fell") == 2


def test_the_whole_article_is_there():
    """Every paragraph of it, in order, and nothing twice."""
    shown = pane.pane(answer(RAIN), 1)
    assert shown.count('<p dir="auto">') == 3
    assert Seen(shown).text.index("shone") < Seen(shown).text.index("came back")


def test_a_quotation_over_two_paragraphs_is_marked_in_both():
    """A mark never leaves its paragraph, and no character is lost."""
    words = "shone.\nRain fell"
    shown = pane.pane(answer(piece(1, words)), 1)
    assert 'The sun <mark class="here">shone.</mark></p>' in shown
    assert '<mark class="here">Rain fell</mark> at noon.' in shown


def test_marks_that_overlap_lose_nothing():
    """Where two excerpts share words, each character stands in the article once."""
    shown = pane.pane(answer(piece(1, "Rain fell at noon."), piece(2, "at noon. Hail fell.")), 2)
    text = Seen(shown).text
    assert text.count("noon") == 1 and text.count("Hail") == 1


def test_the_head_tells_where_it_is_from():
    """Outlet, agency, day with how it is known, author, place, headline, file and address."""
    facts = {"agency": "AFP", "author": "Ann Lee", "place": "OSLO", "published_from": "byline"}
    shown = pane.pane(answer(piece(1, "Rain fell", **facts, url="https://post.example/wet")), 1)
    text = Seen(shown).text
    for part in ("Post (AFP)", "5 June 2025 (known from: byline)", "by Ann Lee", "OSLO", "Wet"):
        assert part in text
    number = piece(1, "Rain fell", **facts).article.id
    assert ("original", number) in Seen(shown).doing and "a/b.txt ↓" in text
    assert Seen(shown).links == ["https://post.example/wet"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", None])
def test_no_link_but_to_the_web(url):
    """An address that is not of the web makes no link."""
    assert not Seen(pane.pane(answer(piece(1, "Rain fell", url=url)), 1)).links


def test_a_copy_is_marked_where_it_has_the_words():
    """A copy elsewhere is shown as it was printed there, the words marked at their place in it."""
    copy = article("Wetter: Rain fell at noon. Ends.", source="Mail")
    shown = pane.pane(answer(replace(RAIN, also=(copy,))), 1, copy=1)
    assert '<p dir="auto">Wetter: <mark class="here">Rain fell at noon.</mark> Ends.</p>' in shown
    assert "Mail" in Seen(shown).text


def test_a_quotation_without_a_place_is_not_marked():
    """A copy that was rewritten has no mark, and the page says so."""
    copy = article("It rained.", source="Mail")
    page = Seen(pane.pane(answer(replace(RAIN, also=(copy,))), 1, copy=1))
    assert pane.UNPLACED in page.text and "mark" not in page.tags


def test_back_and_forth():
    """The bar leads to the excerpts before and after, and out."""
    evidence = answer(RAIN, HAIL, piece(3, "The sun came back."))
    first, middle = (Seen(pane.pane(evidence, number)) for number in (1, 2))
    assert [one for one in middle.doing if one[0] != "original"] == [
        ("open", "1"),
        ("open", "3"),
        ("close", ""),
    ]
    assert "Excerpt 2 of 3" in middle.text
    assert ("open", "2") in first.doing and "disabled" in first.attributes


@pytest.mark.parametrize(("number", "copy"), [(9, 0), (0, 0), (1, 1)])
def test_what_is_not_there_stays_closed(number, copy):
    """A number or copy that the answer does not have opens nothing."""
    assert pane.pane(answer(RAIN), number, copy) == pane.CLOSED


NOON = Short("noon", 1, STORY.index("noon"), STORY.index("noon") + 4, 0.9)


def test_the_short_answer_is_marked_in_the_article():
    """Inside its quotation, whichever excerpt is open; not where the articles do not say."""
    told = replace(answer(RAIN, HAIL), short=(NOON,))
    words = 'Rain fell at <mark class="found">noon</mark>.</mark>'
    assert f'<mark class="here">{words}' in pane.pane(told, 1)
    assert f'<mark class="other">{words}' in pane.pane(told, 2)
    assert "found" not in pane.pane(replace(told, status="not_found"), 1)


def test_the_short_answer_is_marked_in_a_copy():
    """At its place there."""
    copy = article("Wetter: Rain fell at noon. Ends.", source="Mail")
    told = replace(answer(replace(RAIN, also=(copy,))), short=(NOON,))
    assert (
        'Wetter: <mark class="here">Rain fell at <mark class="found">noon</mark>.</mark> Ends.'
        in pane.pane(told, 1, copy=1)
    )


def test_a_short_answer_over_two_paragraphs_is_marked_in_both():
    """No mark leaves its paragraph, and no character is lost."""
    start = STORY.index("shone.")
    item = piece(1, "The sun shone.\nRain fell at noon.")
    short = (Short("shone.\nRain", 1, start, start + 11, 0.9),)
    shown = pane.pane(replace(answer(item), short=short), 1)
    assert 'The sun <mark class="found">shone.</mark></mark></p>' in shown
    assert '<mark class="here"><mark class="found">Rain</mark> fell at noon.</mark>' in shown


# ── an article that was opened by itself ──


def item(text, *sought, **fields):
    """An article of a list, with these words marked."""
    one = article(text, **{**FACTS, **fields})
    marks = tuple((text.index(word), text.index(word) + len(word)) for word in sought)
    return Listed(Passage(one, 0, len(text)), marks)


def test_an_article_of_a_list_has_what_was_sought_marked():
    """And the articles before and after it on this page, with its place in the whole list."""
    items = tuple(item(f"{STORY} {n}", "Rain", "Hail") for n in range(3))
    found = Found("rain", "fit", total=50, offset=20, reports=items)
    one, *_, last = (one.article for one in items)
    middle = items[1].article
    page = Seen(shown := pane.whole(middle, found=found))
    assert '<mark class="here">Rain</mark> fell at noon. <mark class="here">Hail</mark>' in shown
    assert "Article 22 of 50" in page.text and pane.UNPLACED not in page.text
    read = [what for do, what in page.doing if do == "read"]
    assert read == [one.id, last.id]


def test_an_article_that_no_list_has_stands_alone():
    """With nothing marked and only the way out."""
    shown = pane.whole(item(STORY).article, found=Found("rain", "fit", 0))
    page = Seen(shown)
    assert "mark" not in page.tags and [do for do, _ in page.doing] == ["close", "original"]


def test_a_story_is_told_elsewhere():
    """Its copies and the reports of others, each to be opened; nothing where there are none."""
    copy, other = article(STORY, "Wet", "c.txt", source="Mail"), item("It rained.", source="Echo")
    page = Seen(pane.whole(item(STORY).article, (copy,), (other,)))
    assert "This story elsewhere: 1 copy, 1 other report" in page.text
    assert [what for do, what in page.doing if do == "read"] == [copy.id, other.article.id]
    beside = Seen(pane.pane(answer(replace(RAIN, also=(copy,))), 1, 0, (other,)))
    assert [what for do, what in beside.doing if do == "read"] == [copy.id, other.article.id]
    assert "elsewhere" not in pane.whole(item(STORY).article)


def test_a_copy_names_the_article_it_was_opened_from():
    """It is elsewhere, too."""
    copy = article(STORY, "Wet", "c.txt", source="Mail")
    page = Seen(pane.pane(answer(replace(RAIN, also=(copy,))), 1, copy=1))
    assert [what for do, what in page.doing if do == "read"] == [RAIN.article.id]
