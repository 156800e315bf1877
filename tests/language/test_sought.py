"""The search language: what is typed, and what is sought by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.sought import Sought, phrase, read


def told(sought):
    """The groups as text: terms of one group with |, ~ and quotation marks after what has them."""
    groups = [" | ".join(map(term, group)) for group in sought.wanted]
    return groups + [f"-{term(one)}" for one in sought.unwanted]


def term(one):
    """A term as text."""
    return " ".join(word for word, *_ in one.words) + "~" * one.near + '"' * one.phrase


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("ferry strike", ["ferry", "strike"]),
        ('"Ferry strike"', ['ferry strike"']),
        ("“Ferry  strike” now", ['ferry strike"']),  # typographic; "now" is a stop word
        ("strike ferry OR boat", ["strike", "ferry | boat"]),
        ('ferry OR "big boat" OR ship~', ['ferry | big boat" | ship~']),
        ("ferry -strike", ["ferry", "-strike"]),
        ('-"ferry strike"', ['-ferry strike"']),
        ("-genalo~", ["-genalo~"]),
        ("genalo~", ["genalo~"]),
        ('"kenneth genalo"~', ['kenneth genalo~"']),
        ("ferry Ferry", ["ferry"]),
        ("boat OR boat", ["boat"]),
    ],
)
def test_words_phrases_and_operators_are_read(typed, sought):
    """Each with its meaning; OR binds more than what is only beside it."""
    assert told(read(typed)) == sought


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("Jae-myung", ["jae myung"]),
        ("U.S. 3,000", ["u s", "3 000"]),
        ("Genalo’s plan", ["genalo", "plan"]),
        ('"Genalo’s plan"', ['genalo s plan"']),  # a phrase has all that is between its words
        ("foo_bar C++", ["foo bar", "c"]),
    ],
)
def test_a_word_with_marks_inside_is_words_in_a_row(typed, sought):
    """As full text keeps it; a possessive does not count."""
    assert told(read(typed)) == sought
    assert read(typed).plain == ('"' not in typed)


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ('"ferry strike', ['ferry strike"']),
        ('ferry" strike', ["ferry", 'strike"']),
        ("OR ferry OR", ["ferry"]),
        ("ferry OR OR boat", ["ferry | boat"]),
        ("ferry OR -boat", ["ferry", "-boat"]),
        ("ferry - ~ boat", ["ferry", "boat"]),
        ("--ferry", ["-ferry"]),
    ],
)
def test_what_means_nothing_in_its_place_is_read_over(typed, sought):
    """Also a quotation mark that is never closed."""
    assert told(read(typed)) == sought


@pytest.mark.parametrize("typed", ["", " ", "OR", '"', '""', "-", "~", 'OR - ~ "" -""~ OR', "?!"])
def test_operators_alone_seek_nothing(typed):
    """There is no word in them."""
    assert read(typed) == Sought() and read(typed).empty


def test_stop_words_count_in_phrases_and_where_there_is_nothing_else():
    """ "the ferry" is "ferry", but "The Who" is two words, and can be left out."""
    assert told(read("the ferry")) == ["ferry"]
    assert told(read("The Who")) == ["the", "who"]
    assert told(read('"the ferry" -the')) == ['the ferry"', "-the"]


@pytest.mark.parametrize("typed", ['"ferry"', "ferry OR boat", "ferry -boat", "ferry~"])
def test_operators_are_not_plain(typed):
    """Words alone are."""
    assert not read(typed).plain
    assert read("ferry boat").plain


def test_other_spellings_are_added_to_words_that_may_be_wrong():
    """To these alone, the typed one first, each once."""
    sought = read('genallo~ ferry -"kenet smith"~')
    assert sought.misspelled == ("genallo", "kenet", "smith")
    others = {"genallo": ["genalo", "genallo"], "kenet": ["kenneth"], "smith": []}
    spelled = sought.spelled(others.__getitem__)
    assert [one.words for (one,) in spelled.wanted] == [(("genallo", "genalo"),), (("ferry",),)]
    assert spelled.unwanted[0].words == (("kenet", "kenneth"), ("smith",))


def test_a_text_becomes_a_phrase():
    """Which reads as its words in a row."""
    assert phrase("Kenneth\n“Ken” Genalo") == '"Kenneth Ken Genalo"'
    assert told(read(phrase('a "b" -c OR d~'))) == ['a b c or d"']


@given(st.text(st.sampled_from('ab "-~O R\x00é'), max_size=40) | st.text(max_size=40))
def test_any_text_can_be_read(text):
    """What is sought are words of letters and digits in small letters, nothing else."""
    sought = read(text)
    terms = [one for group in (*sought.wanted, sought.unwanted) for one in group]
    words = [word for one in terms for place in one.words for word in place]
    assert all(word.isalnum() and word == word.lower() for word in words)
