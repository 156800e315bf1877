"""The classifier's network: probabilities of each head, texts in any order, real examples."""

from __future__ import annotations

import pytest

from rag.models.classifier import CLASSES

# statement -> how it tells; none stands in what was learned from
FRAMES = {
    "The council closed the old pier on Monday.": "fact",
    "The court in Lindholm fined the ferry's owner 40,000 kroner.": "fact",
    "The union called the timetable a disgrace, Ada Holm told reporters.": "said",
    "The treasurer is accused of taking 40,000 kroner from the fund.": "alleged",
    "Police suspect that the baker set the mill on fire.": "alleged",
    "The museum will reopen in April if the roof is finished.": "planned",
    "Dovre may leave the league next season.": "planned",
}
ASKS = {
    "How many articles mention Ilse Varga?": "articles",
    "What is in this archive?": "holdings",
    "Who is written about most?": "names",
    "Summarise the news about the Orve dam": "summary",
    "How many people died in the mill fire?": "news",
    "Who is the mayor of Lindholm?": "news",
}

pytestmark = pytest.mark.models


@pytest.mark.parametrize(("statement", "frame"), FRAMES.items())
def test_it_tells_how_a_statement_tells(classifier, statement, frame):
    """Fact, somebody's words, accusation or plan."""
    [one] = classifier.classify([statement])
    assert one.frame == frame


@pytest.mark.parametrize(("question", "asks"), ASKS.items())
def test_it_tells_what_a_question_asks(classifier, question, asks):
    """The likeliest of all."""
    [one] = classifier.classify([question])
    assert max(one.asks, key=one.asks.__getitem__) == asks


def test_the_probabilities_of_a_question_are_one_together(classifier):
    """One for each sort, and that of an order lies between 0 and 1."""
    [one] = classifier.classify(["Who won?"])
    assert tuple(one.asks) == CLASSES["asks"]
    assert sum(one.asks.values()) == pytest.approx(1, abs=1e-5)
    assert 0 < one.order < 1


def test_a_text_is_judged_alike_in_any_company(classifier):
    """Among others of different lengths, to the last bit."""
    texts = [*FRAMES, *ASKS, "It rained. " * 30]
    together = classifier.classify(texts * 2)
    for text, one in zip(texts * 2, together, strict=True):
        [alone] = classifier.classify([text])
        assert one == alone


def test_nothing_is_judged_where_nothing_is_given(classifier):
    """No texts, no classes."""
    assert classifier.classify([]) == []
