"""Evidence as cards: who says it, when, in which words, and where else it stands."""

import re
from dataclasses import replace
from datetime import date

from rag.types.answers import Disagreement, Short, Statement, Value
from rag.types.days import NamedDay
from rag.types.evidence import Evidence
from rag.web.html import evidence as cards
from tests.fakes import article, evidence
from tests.pages_seen import Seen, answered, written

STORY = "The sun shone. Rain fell at noon. The sun came back."


def rain(**fields) -> Evidence:
    """The middle sentence of a story."""
    start = STORY.index("Rain")
    return Evidence(2, article(STORY, **fields), start, start + len("Rain fell at noon."), 0.9)


def test_a_quote_cannot_leave_its_attribute():
    """A quotation mark in an outlet stays inside the label of its chip."""
    hostile = '" autofocus onfocus="alert(1)'
    page = Seen(cards.chip(replace(evidence("x")[0], article=article("x", source=hostile))))
    assert page.attributes == {
        "class",
        "href",
        "data-do",
        "data-value",
        "aria-label",
        "aria-hidden",
    }
    assert any(hostile in value for value in page.values)


def test_a_chip_shows_the_quotation():
    """Whoever points at a number reads outlet, day, headline and the exact words."""
    text = Seen(cards.chip(rain(title="Wet", source="Post", published=date(2025, 6, 5)))).text
    for part in ("2", "Post · 5 June 2025", "Wet", "Rain fell at noon."):
        assert part in text


def test_every_card_is_there_once():
    """Cited and folded evidence together is all evidence, each under its own number."""
    page = Seen(cards.evidence(answered(written("It rained.", 3), count=5)))
    assert sorted(page.ids) == [f"evidence-{number}" for number in range(1, 6)]


def test_cited_evidence_stands_first():
    """At the end the cited cards come first with their number; the others are folded without one."""
    page = cards.evidence(answered(written("It rained.", 2)))
    cited, folded = page.split("<details>")
    assert "Sentence number 2." in cited and "Sentence number 1." not in cited
    assert "2 more excerpts, not cited" in folded and "Evidence 1" not in folded
    assert "Sentence number 1." in folded and "Sentence number 3." in folded


def test_nothing_is_folded_while_it_grows():
    """All evidence stands in its order until the answer is done."""
    page = cards.evidence(answered(written("It rained.", 2), done=False))
    assert "<details>" not in page
    assert [int(n) for n in re.findall(r'id="evidence-(\d)"', page)] == [1, 2, 3]


def test_both_sides_of_a_disagreement_are_shown():
    """What is compared is not folded, cited or not."""
    differ = Disagreement("q", (Value("1", (2,)), Value("2", (3,))))
    page = cards.evidence(answered(written("It differs.", 1), disagreements=(differ,), count=4))
    assert "1 more excerpt," in page


def test_not_found_shows_the_nearest():
    """A refusal shows three passages, which answer nothing and so have no number."""
    page = Seen(cards.evidence(answered(count=5, status="not_found")))
    assert "The nearest passages" in page.text and "2 more excerpts" in page.text
    assert not [value for value in page.values if value.startswith("Evidence ")]


def test_all_evidence_is_shown_where_none_is_cited():
    """Without a statement, as when it was stopped early, nothing is folded."""
    page = Seen(cards.evidence(answered(status="stopped")))
    assert page.text.count("Sentence number") == 3


def test_a_card_tells_its_source():
    """A card names outlet, agency, date, headline, the exact words and the file."""
    facts = {"title": "Wet", "path": "a/b.txt", "source": "Post", "agency": "AFP"}
    text = Seen(cards.card(rain(**facts, published=date(2025, 6, 5)))).text
    for part in ("Post (AFP)", "5 June 2025", "Wet", "Rain fell at noon.", "a/b.txt"):
        assert part in text


def test_what_is_unknown_is_said():
    """Without outlet and date the card says so."""
    text = Seen(cards.card(rain())).text
    assert "unknown outlet" in text and "no date" in text


def test_the_words_stand_among_their_neighbours():
    """The quotation is marked, and what stands before and after it in its paragraph is there."""
    assert cards.context(rain()) == ("The sun shone. ", " The sun came back.")
    assert "shone. <mark>Rain fell at noon.</mark> The sun" in cards.card(rain())


def test_the_neighbours_end_with_their_paragraph():
    """A neighbouring paragraph is not shown."""
    text = "Before.\nRain fell.\nAfter."
    assert cards.context(Evidence(1, article(text), 8, 18, 0.9)) == ("", "")


def test_long_neighbours_are_cut_at_words():
    """Far from the quotation whole words are left out, and three dots say so."""
    text = f"{'word ' * 60}Rain fell. {'sun ' * 60}end."
    start = text.index("Rain")
    before, after = cards.context(Evidence(1, article(text), start, start + 10, 0.9))
    assert before.startswith("… word word") and before.endswith("word ")
    assert after.startswith(" sun sun") and after.endswith("sun …")
    assert len(before) <= cards.AROUND + 2 and len(after) <= cards.AROUND + 2


def test_copies_can_be_opened():
    """The other outlets of a report are named, and each opens its own article."""
    copies = tuple(article(STORY, source=name, path=f"{name}.txt") for name in ("Mail", "Sun"))
    page = Seen(cards.card(replace(rain(source="Post"), also=copies)))
    assert "also in 2 outlets: Mail, no date Sun, no date" in page.text
    assert page.doing == [("open", "2"), ("open", "2/1"), ("open", "2/2")]


def test_days_that_a_quotation_names_are_told():
    """ "On Thursday" stands with its date."""
    day = NamedDay("on Thursday", date(2025, 6, 5))
    assert "“on Thursday”: 5 June 2025" in Seen(cards.card(replace(rain(), days=(day,)))).text


def test_a_statement_marks_its_card():
    """A cited card looks so."""
    one = answered(Statement("It rained.", "written", (1,), True), count=1)
    assert 'class="card cited"' in cards.evidence(one)


def test_the_short_answer_is_marked_in_its_quotation():
    """At its exact place, among the words around it, and its card looks cited."""
    item = rain()
    start = STORY.index("noon")
    card = cards.card(item, (start, start + 4))
    assert (
        'shone. <mark>Rain fell at <mark class="found">noon</mark>.</mark> The sun' in card
        and 'class="card cited"' in card
    )


def test_only_the_evidence_of_a_short_answer_has_marked_words():
    """The others may have found something, too; where nothing answers nothing is marked."""
    short = (Short("number 2", 2, 9, 17, 0.9),)
    page = cards.evidence(answered(short=short, done=False))
    assert page.count('class="found"') == 1 and '<mark class="found">number 2</mark>.' in page
    assert 'class="found"' not in cards.evidence(answered(short=short, status="not_found"))
