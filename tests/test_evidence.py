"""Evidence: the sentences that answer, as exact spans; and the gate before the model."""

from __future__ import annotations

import pytest

from rag.evidence import choose, gate, missing, windows_of
from rag.types import Hit, Passage
from tests.fakes import OverlapReranker, article, evidence

TEXT = "The storm came at night. Three boats sank in the harbour. The mayor slept. Nobody was hurt."


def hits(*articles):
    """One hit on the whole of each article."""
    return [Hit(Passage(one, 0, len(one.text)), 0.5) for one in articles]


def test_windows_are_neighbouring_sentences_of_the_passage():
    """Every two, by their offsets in the article, not in the passage."""
    one = article(TEXT)
    start = TEXT.index("Three")
    spans = list(windows_of(Passage(one, start, len(TEXT))))
    assert [TEXT[a:b] for a, b in spans] == [
        "Three boats sank in the harbour. The mayor slept.",
        "The mayor slept. Nobody was hurt.",
    ]


def test_a_single_sentence_is_its_own_window():
    """There is always one."""
    one = article("Only this.")
    assert list(windows_of(Passage(one, 0, 10))) == [(0, 10)]


def test_the_best_windows_are_chosen_without_overlap():
    """Numbered from 1 by score; each quote is a slice of the article."""
    chosen = choose(
        "boats sank harbour?", hits(article(TEXT)), OverlapReranker(), limit=5, per_article=5
    )
    assert [item.number for item in chosen] == [1, 2]
    assert chosen[0].quote == "The storm came at night. Three boats sank in the harbour."
    assert chosen[1].quote == "The mayor slept. Nobody was hurt."
    assert all(item.quote == TEXT[item.start : item.end] for item in chosen)


def test_other_articles_come_before_more_of_the_same():
    """With one place for each article, the second article gets its place though it scores less."""
    other = article("A boat was seen. It was red.", "Other", "b.txt")
    chosen = choose(
        "boats harbour boat?", hits(article(TEXT), other), OverlapReranker(), limit=2, per_article=1
    )
    assert [item.article.title for item in chosen] == ["A headline", "Other"]


def test_places_that_remain_go_to_the_same_article():
    """Nothing is left empty for fairness."""
    chosen = choose("night hurt?", hits(article(TEXT)), OverlapReranker(), limit=2, per_article=1)
    assert len(chosen) == 2


def test_copies_are_shown_once():
    """The same words in two outlets are one piece of evidence."""
    copies = hits(article(TEXT, source="Post"), article(TEXT, source="Herald", path="b.txt"))
    chosen = choose("boats?", copies, OverlapReranker(), limit=5, per_article=5)
    assert len({item.quote for item in chosen}) == len(chosen)


def test_the_gate_refuses_without_evidence_or_score():
    """No passage, or none that the cross-encoder takes for an answer."""
    assert not gate("Who slept?", []).answerable
    assert not gate("Who slept?", evidence(TEXT, score=0.01)).answerable
    assert gate("Who slept?", evidence(TEXT, score=0.9)).answerable


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        ("Did Elon Musk sleep?", ("Elon", "Musk")),
        ("Who slept in 2019?", ("2019",)),
        ("Did the Mayor sleep?", ()),
        ("What did the Japanese say?", ()),
        ("Did ICE sleep?", ()),
        ("Did the UN sleep?", ("UN",)),
    ],
)
def test_names_and_numbers_that_nothing_speaks_of_are_missing(question, lost):
    """Forms of one name and initials count as spoken of."""
    text = f"{TEXT} Japan's Immigration and Customs Enforcement was there."
    assert missing(question, [article(text)]) == lost


def test_the_gate_says_what_is_missing():
    """The reader learns why."""
    verdict = gate("Did Elon Musk sleep?", evidence(TEXT))
    assert (verdict.answerable, verdict.missing) == (False, ("Elon", "Musk"))
