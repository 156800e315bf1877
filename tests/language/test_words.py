"""Words, names and numbers in their normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.words import (
    STOP_WORDS,
    asks,
    content_words,
    initials,
    named,
    names,
    number,
    numbers,
    plain,
    search_words,
    spelled,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ICE's arrests", ["ice", "arrests"]),
        ("ICE’s", ["ice"]),
        ("the U.S. and AT&T", ["the", "us", "and", "at&t"]),
        ("3,000 per day, 49.420 %", ["3000", "per", "day", "49.42"]),
        ("centre-left", ["centre", "left"]),
        ("don't", ["don't"]),
        ("10am on May 9th", ["10am", "on", "may", "9th"]),
        ("ﬁre in São Paulo", ["fire", "in", "são", "paulo"]),
        ("東京 — “Tokyo”", ["東京", "tokyo"]),
        ("… — !", []),
    ],
)
def test_words(text, expected):
    """Words lose capitals, possessives, dots of abbreviations and separators of numbers."""
    assert words(text) == expected


def test_plain():
    """Typography makes no difference: quotes, dashes and compatibility forms are made plain."""
    assert plain("“It’s” – ½ﬁ１") == '"It\'s" - 1⁄2fi1'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3,000", "3000"),
        ("1,000,000", "1000000"),
        ("49.420", "49.42"),
        ("1,250.50", "1250.5"),
        ("5.0", "5"),
        ("007", "7"),
        ("0.50", "0.5"),
        ("0", "0"),
        ("0.0", "0"),
        ("100", "100"),
        ("1,5", "1,5"),  # no separator of thousands
        ("04.06.2020", "4.06.2020"),  # a date, not a decimal
    ],
)
def test_number(text, expected):
    """A number has one form, whatever its separators and outer zeros."""
    assert number(text) == expected


@given(st.from_regex(r"[0-9]+([.,][0-9]+)*", fullmatch=True))
def test_number_is_a_normal_form(text):
    """The normal form of a normal form is itself."""
    assert number(number(text)) == number(text)


@given(st.integers(0, 10**15))
def test_numbers_with_separators_are_the_same(value):
    """A whole number with separators of thousands is the number without them."""
    assert number(f"{value:,}") == number(str(value)) == str(value)


def test_numbers():
    """Numbers are found in digits and in words, in dates and beside signs."""
    assert numbers("Two of 3,000 paid $4.50 on June 9; twenty-one, 10%, a dozen and 1990s") == (
        {"2", "3000", "4.5", "9", "20", "1", "10", "12", "1990"}
    )
    assert numbers("Nothing.") == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor sued Alina Habba on Tuesday.", {"alina", "habba", "tuesday"}),
        ("Nobody knows.", set()),  # an opener
        ("Ras Baraka left.", {"ras", "baraka"}),  # an opener before a capital
        ("Baraka left, and they saw Baraka.", {"baraka"}),
        ("ICE said so.", {"ice"}),  # all capitals
        ("Mr Lee met him in June.", {"lee"}),
        ("He left. “Nobody stays,” said Two.", set()),
        ("Genalo’s post at O'Neil's", {"o'neil"}),
        ("", set()),
    ],
)
def test_names(text, expected):
    """Names are capitalised words, but no mere openers of sentences, months, titles or numbers."""
    assert names(text) == expected


def test_names_come_with_their_spelling():
    """Without a possessive, and in capitals only where all of them are."""
    text = "HALLOWIN - The bridge of Hallowin’s mayor, Ilse O'Neil, is closed, said ICE."
    assert named(text) == {
        "hallowin": "Hallowin",
        "ilse": "Ilse",
        "o'neil": "O'Neil",
        "ice": "ICE",
    }


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("elon", "Is Elon’s car red?", "Elon"),
        ("3000", "Did 3,000 drown?", "3,000"),
        ("mars", "Who is it?", "mars"),
    ],
)
def test_a_word_as_a_text_spells_it(word, text, found):
    """Without a possessive; a word that is not there stays as it is."""
    assert spelled(word, text) == found


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Immigration and Customs Enforcement", "ice"),
        ("The Department of Homeland Security said so.", "dhs"),
        ("Enforcement and Removal Operations", "ero"),
        ("the United Nations", "un"),
    ],
)
def test_initials(text, short):
    """The short name of an organisation is among the first letters of its name."""
    assert short in initials(text)


def test_no_initials():
    """Small words, single names and names in different sentences make no short name."""
    assert initials("Genalo left. Miller stayed, and they met Hammer.") == set()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who will replace Kenneth Genalo?", ["replace", "kenneth", "genalo"]),
        ("Genalo, GENALO or genalo's?", ["genalo"]),
        ("Who are you?", ["who", "are", "you"]),  # nothing else is left
        ("How many of the 5?", ["5"]),
        ('"a" AND b* NEAR(c)', ["near"]),  # no syntax of FTS5 gets through
        ("?!", []),
    ],
)
def test_search_words(question, expected):
    """Full-text search asks for each word once, without stop words unless nothing else is left."""
    assert search_words(question) == expected


@given(st.text(max_size=60))
def test_any_text_has_words(text):
    """Any text is read; search words are plain, lower-case words, each once."""
    words(text), names(text), numbers(text), initials(text)
    found = search_words(text)
    assert len(found) == len(set(found))
    assert all(word.replace("_", "x").isalnum() or not word.isascii() for word in found)


def test_stop_words_are_in_normal_form():
    """Every stop word is what `words` makes of it, so that comparing works."""
    assert all(words(word) == [word] for word in STOP_WORDS)


@pytest.mark.parametrize(
    "text", ["Who won?", "how many boats sank", "Is it true", "“Why?”", "And when did she go"]
)
def test_questions_ask(text):
    """By their mark, or by how they begin."""
    assert asks(text)


@pytest.mark.parametrize(
    "text", ["Three boats sank.", "KENNEDY PRESSURE ON DIEM", "mayor storm", "However it was"]
)
def test_claims_and_keywords_do_not_ask(text):
    """They are ranked by the words, too."""
    assert not asks(text)


def test_content_words():
    """Small words, names and numbers carry no content of their own."""
    assert content_words("The mayor of Newark sued two officials in 2025") == (
        ["mayor", "sued", "officials"]
    )
