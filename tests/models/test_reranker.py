"""The cross-encoder, with the real model."""

import pytest

from rag.parts import cross_encoder
from rag.settings import Settings

pytestmark = pytest.mark.models

QUESTION = "Who will replace Kenneth Genalo?"
TEXTS = [
    "The ferry Aurora ran aground off Lindholm on Sunday.",
    "Marcos Charles will replace Kenneth Genalo at ICE.",
    "Storm warnings were lifted. " * 100,  # longer than the model reads
    "",
    "東京都知事は水曜日に予算案を発表した。",
    *(f"Ferry number {number} left." for number in range(8)),  # more than one batch
]


@pytest.fixture(scope="module")
def reranker():
    """The default reranker, two threads."""
    return cross_encoder(Settings(threads=2))


def test_the_answering_text_scores_best(reranker):
    """A text that answers scores near one, every other near nothing, in the order of the texts."""
    scores = reranker.score(QUESTION, TEXTS)
    assert len(scores) == len(TEXTS)
    assert scores[1] > 0.9
    assert max(score for place, score in enumerate(scores) if place != 1) < 0.1
    assert reranker.score(QUESTION, TEXTS[::-1]) == pytest.approx(scores[::-1], abs=0.02)


def test_a_score_depends_on_the_question(reranker):
    """The same text scores low for another question."""
    low, high = (
        reranker.score(q, [TEXTS[0]])[0] for q in (QUESTION, "Where did the Aurora run aground?")
    )
    assert 0 <= low < 0.1 < 0.5 < high <= 1


def test_nothing_has_no_scores(reranker):
    """No texts give no scores."""
    assert reranker.score(QUESTION, []) == []


def test_a_long_question(reranker):
    """A question longer than the model reads is cut like a text, and no error."""
    (score,) = reranker.score("What happened to the ferry Aurora? " * 60, [TEXTS[0]])
    assert 0 <= score <= 1
