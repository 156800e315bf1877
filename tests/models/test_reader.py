"""The reader: which words answer, worked out by hand, and plain cases with the real model."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from rag.models.reader import ANSWER_TOKENS, _best
from rag.parts import cross_encoder
from rag.settings import Settings

# ── the likeliest span ──

# [CLS] Who ? [SEP] Varga won . [SEP] [PAD], as a tokenizer tells them
ENCODING = SimpleNamespace(
    sequence_ids=[None, 0, 0, None, 1, 1, 1, None, None],
    offsets=[(0, 0), (0, 3), (3, 4), (0, 0), (0, 5), (6, 9), (9, 10), (0, 0), (0, 0)],
)


def best(starts, ends, encoding=ENCODING):
    """The likeliest answer by the logits of its first and last tokens; others have -1."""
    span = np.full((len(encoding.offsets), 2), -1.0)
    for column, given in enumerate((starts, ends)):
        for place, logit in given.items():
            span[place, column] = logit
    return _best(span, encoding)


def test_the_likeliest_words_are_places_in_the_text():
    """From the best first to the best last token, both included."""
    assert best({4: 3.0}, {5: 2.0}) == (0, 9)
    assert best({4: 3.0}, {4: 2.0}) == (0, 5)
    assert best({4: 3.0, 0: 4.0}, {4: 2.0, 0: 3.0}) == (0, 5)


def test_an_answer_is_in_the_text_and_does_not_end_before_it_begins():
    """Neither in the question nor in what pads it."""
    assert best({1: 9.0, 5: 1.0}, {2: 9.0, 6: 1.0, 8: 9.0}) == (6, 10)
    assert best({5: 3.0, 4: 2.0}, {4: 3.0}) == (0, 5)


def test_an_answer_has_only_so_many_tokens():
    """A longer one is a quotation."""
    size = ANSWER_TOKENS + 1
    encoding = SimpleNamespace(
        sequence_ids=[None, *[1] * size],
        offsets=[(0, 0), *((2 * at, 2 * at + 1) for at in range(size))],
    )
    assert best({1: 3.0}, {size - 1: 2.0}, encoding) == (0, 2 * size - 3)
    start, end = best({1: 3.0}, {size: 2.0}, encoding)
    assert end - start < 2 * ANSWER_TOKENS


def test_no_text_has_no_answer():
    """Only the question was read."""
    encoding = SimpleNamespace(sequence_ids=[None, 0, None], offsets=[(0, 0), (0, 3), (0, 0)])
    assert best({1: 9.0}, {1: 9.0}, encoding) == (-1, -1)


# ── the real model ──

QUESTION = "Who will replace Kenneth Genalo?"
TEXTS = [
    "The ferry Aurora ran aground off Lindholm on Sunday.",
    "Marcos Charles will replace Kenneth Genalo at ICE.",
    "Storm warnings were lifted. " * 100,  # longer than the model reads
    "",
    "東京都知事は水曜日に予算案を発表した。",
    *(f"Ferry number {number} left." for number in range(8)),
]


@pytest.fixture(scope="module")
def reader():
    """The reader, two threads."""
    return cross_encoder(Settings(threads=2))


@pytest.mark.models
class TestTheRealModel:
    """Whatever it has learned."""

    def test_the_answering_text_fits_and_answers_best(self, reader):
        """Every other fits and answers less, in the order of the texts."""
        readings = reader.read(QUESTION, TEXTS)
        assert len(readings) == len(TEXTS)
        assert readings[1].score > 0.5 < readings[1].answers
        others = [one for place, one in enumerate(readings) if place != 1]
        assert max(one.score for one in others) < readings[1].score
        assert max(one.answers for one in others) < 0.5
        again = reader.read(QUESTION, TEXTS[::-1])[::-1]
        assert again == readings

    @pytest.mark.parametrize(
        ("question", "text", "found"),
        [
            (QUESTION, TEXTS[1], "Marcos Charles"),
            ("Where did the Aurora run aground?", TEXTS[0], "Lindholm"),
            ("When did the Aurora run aground?", TEXTS[0], "Sunday"),
            ("How many people live in Dovre?", "Dovre has 4,100 people and a mill.", "4,100"),
            ("Who is the new mayor?", "Zoë Müller is the new mayor.", "Zoë Müller"),
        ],
    )
    def test_the_words_that_answer_are_found(self, reader, question, text, found):
        """As places in the text, in any language's letters."""
        [one] = reader.read(question, [text])
        assert found in text[one.start : one.end]

    def test_a_reading_depends_on_the_question(self, reader):
        """The same text answers one question and not another."""
        low, high = (
            reader.read(question, [TEXTS[0]])[0].answers
            for question in (QUESTION, "Where did the Aurora run aground?")
        )
        assert low < 0.5 < high

    def test_nothing_has_no_readings_and_an_empty_text_no_words(self, reader):
        """Neither is an error."""
        assert reader.read(QUESTION, []) == []
        [one] = reader.read(QUESTION, [""])
        assert (one.start, one.end) == (-1, -1)

    def test_a_long_question_is_cut_like_a_text(self, reader):
        """Longer than the model reads, and no error."""
        [one] = reader.read("What happened to the ferry Aurora? " * 60, [TEXTS[0]])
        assert 0 <= one.score <= 1 and 0 <= one.answers <= 1
