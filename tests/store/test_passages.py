"""Sentences and passages as spans of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.sentences import SENTENCE_CHARACTERS, sentences
from rag.store.passages import passages
from tests.fakes import article

TEXTS = (
    st.text(max_size=300)
    | st.text(alphabet="ab. A\n!?。 1\t'\"’”)(", max_size=1500)
    | st.text(alphabet="é漢🙂\u0301 .", max_size=1500)
)


def texts_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in sentences(text)]


@given(TEXTS)
def test_sentences_cover_any_text(text):
    """Spans are ordered, apart, stripped and bounded, and leave out white space only."""
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert end - start <= 2 * SENTENCE_CHARACTERS
        assert not text[last:start].strip()
        last = end
    assert not text[last:].strip()


@given(TEXTS, st.integers(1, 50))
def test_passages_cover_any_text(text, words):
    """Passages are ordered slices that join whole sentences and leave out white space only."""
    found = passages(article(text), words)
    starts, ends = zip(*sentences(text), strict=True) if text.strip() else ((), ())
    last = 0
    for passage in found:
        assert passage.start in starts
        assert passage.end in ends
        assert passage.text == text[passage.start : passage.end]
        assert passage.start >= last
        assert not text[last : passage.start].strip()
        last = passage.end
    assert not text[last:].strip()


@pytest.mark.parametrize("text", ["", " \n\t", "\u3000"])
def test_nothing_has_no_passages(text):
    """White space alone has neither sentences nor passages."""
    assert sentences(text) == []
    assert passages(article(text), 10) == []


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Lee met Dr. Kim.", "They spoke."],
        ["The U.S. Department of State said so.", "He left."],
        ["He paid $3.5 million.", "Why?", "Nobody knows!"],
        ["It opens at 11 a.m. Wednesday.", "All may come."],
        ["“We won.”", "He smiled."],
    ],
)
def test_sentences_of_news(expected):
    """Abbreviations, decimals, clock times and quotations do not cut a sentence in two."""
    assert texts_of(" ".join(expected)) == expected


def test_a_line_end_ends_a_sentence():
    """Paragraphs and headings without a full stop are sentences of their own."""
    assert texts_of("A heading\nThe first.\r\n\n  The second") == [
        "A heading",
        "The first.",
        "The second",
    ]


def test_a_long_sentence_is_cut_at_white_space():
    """Text without full stops is cut at spaces, and inside a word only where there are none."""
    words = sentences("word " * 500)  # spaces at 4, 9, … 999, … 1994, … 2499
    assert words == [(0, 999), (1000, 1994), (1995, 2499)]
    assert [end - start for start, end in sentences("x" * 2500)] == [1000, 1000, 500]


def test_passages_are_of_even_size():
    """Ten sentences of ten words, thirty wanted: passages of three, four and three sentences."""
    sentence = "One two three four five six seven eight nine ten."
    found = passages(article(" ".join([sentence] * 10)), 30)
    assert [len(passage.text.split()) for passage in found] == [30, 40, 30]


def test_a_short_article_is_one_passage():
    """An article shorter than a passage is not cut."""
    (found,) = passages(article("One. Two. Three."), 140)
    assert (found.start, found.end, found.id) == (0, 16, 0)


def test_a_long_sentence_is_a_passage_of_its_own():
    """A sentence longer than a passage stays whole; its short neighbours keep to themselves."""
    long = "Word " * 30 + "end."
    found = passages(article(f"{long} {long} {long}"), 10)
    assert [passage.text for passage in found] == [long] * 3


def test_a_wrapped_line_is_no_end_of_a_sentence():
    """A heading is; so is a full stop at a line's end."""
    text = (
        "The storm\n"
        "The harbour master of Lindholm said on Tuesday that the\n"
        "Aurora had left before the storm and that nobody was\n"
        "missing.\n"
        "He did not say where it went."
    )
    assert [" ".join(text[a:b].split()) for a, b in sentences(text)] == [
        "The storm",
        "The harbour master of Lindholm said on Tuesday that the Aurora had left before the storm"
        " and that nobody was missing.",
        "He did not say where it went.",
    ]
