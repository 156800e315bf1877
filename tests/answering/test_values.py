"""What a short answer gives, whether a sentence gives it too, and whether two of them can be one."""

from __future__ import annotations

import pytest

from rag.answering.values import alike, differing, kind, repeats, same, tells, values
from rag.when.moments import Moment

MANY = "How many boats sank?"
WHEN = "When will the museum reopen?"
WHO = "Who won?"


@pytest.mark.parametrize(
    ("question", "said", "of_kind", "given"),
    [
        (WHEN, "on 3 May 2025", "day", {Moment(2025, 5, 3)}),
        ("When in 2025 was it?", "in 2025, on 3 May", "day", {Moment(None, 5, 3)}),
        (MANY, "Thirty-one people", "number", {"31"}),
        (MANY, "6.5 percent over two years", "number", {"6.5"}),  # the first
        (MANY, "3,000 of ICE", "number", {"3000"}),  # a number before a name
        (WHO, "Ilse Varga, 61", "name", {"ilse", "varga"}),  # and a name before a number
        (WHO, "Ilse Varga, the mayor of Dovre", "name", {"ilse", "varga", "dovre"}),
        ("Who won in Dovre?", "Oslo's team in Dovre", "name", {"oslo"}),
        ("Why did it sink?", "a storm at night", "words", {"storm", "night"}),
        ("Did the mill or the farm burn?", "the mill", "words", {"mill"}),  # a choice
        (WHO, "", "words", set()),
    ],
)
def test_an_answer_gives_days_else_a_number_or_names_else_words(question, said, of_kind, given):
    """Whatever the question has itself is not given."""
    assert (kind(question, said), values(question, said)) == (of_kind, given)


@pytest.mark.parametrize(
    ("question", "text", "said", "told"),
    [
        (MANY, "In all 31 people drowned.", "Thirty-one people", True),
        (MANY, "Forty-one people drowned.", "Thirty-one people", False),
        ("How much is it?", "It costs about $5.", "$4.96", True),
        (WHEN, "It reopens on May 3.", "3 May 2025", True),
        (WHEN, "It reopens on May 10.", "3 May 2025", False),
        (WHO, "Varga won the race.", "Ilse Varga", True),
        (WHO, "Brandt won the race.", "Ilse Varga", False),
        (WHO, "Ilse Varga won.", "Ilse Varga, the first woman to lead the council", True),
        ("What sank it?", "A storm sank it.", "a storm on Monday", True),
        ("Why did it sink?", "It sank in the storm.", "a storm at night", True),
        ("Why did it sink?", "The crew slept.", "a storm at night", False),
        ("Did the mill or the farm burn?", "The farm burned.", "the mill", False),
        (MANY, "Boats sank.", "boats", True),
    ],
)
def test_a_sentence_gives_an_answer_in_words_of_its_own(question, text, said, told):
    """Its day, its number, or half of its names or words."""
    assert tells(question, text, said) is told


@pytest.mark.parametrize(
    ("question", "one", "other", "is_same"),
    [
        (MANY, "three", "3 boats", True),
        (MANY, "three", "five", False),
        (MANY, "18 million", "17.9 million", True),
        (MANY, "31", "30", False),
        ("In what year?", "2020", "2025", False),
        (WHEN, "in May 2025", "3 May", True),
        (WHEN, "3 May", "10 May", False),
        (WHO, "Ilse Varga", "Mayor Varga", True),
        (WHO, "Mayor Ilse Varga", "Mayor Tom Brandt of Dovre", True),  # a title is a name, too
        (WHO, "Ilse Varga", "Tom Brandt", False),
        ("Reds or Blues?", "Reds", "the Reds", True),
        ("Reds or Blues?", "Reds", "Blues", False),
    ],
)
def test_two_answers_can_be_one(question, one, other, is_same):
    """Rounded, vaguer, or under half a name; either way round."""
    assert same(question, one, other) is same(question, other, one) is is_same


@pytest.mark.parametrize(
    ("question", "one", "other", "compared"),
    [
        (MANY, "three", "5 boats", True),
        ("How much more?", "6.5 percent over two years", "5 percent", True),
        ("How much more?", "6.5 percent", "12 days", False),
        ("How much is it?", "$5", "5 euros", True),
        (WHO, "Ilse Varga", "three men", False),
        (WHO, "Ilse Varga", "Tom Brandt", True),
        ("Why did it sink?", "a storm", "the fog", False),
        (WHO, "Ilse Varga", "", False),
    ],
)
def test_only_answers_of_one_kind_are_compared(question, one, other, compared):
    """Percentages with percentages, names with names, and words with nothing: they may agree."""
    assert alike(question, one, other) is alike(question, other, one) is compared


@pytest.mark.parametrize(
    ("said", "other", "both"),
    [
        ("Nine boats sank.", "Three boats sank.", ("Nine boats", "Three boats")),
        ("It cost $3m.", "It cost $4m.", ("$3m", "$4m")),
        ("It sank on 3 May.", "It sank on 4 May 2025.", ("3 May", "4 May 2025")),
        ("It sank on Monday.", "It sank on Tuesday.", ("Monday", "Tuesday")),
        ("The winner is Ilse Varga.", "The winner is Ada Holm.", ("Ilse Varga", "Ada Holm")),
        (
            "Nine boats sank off Dovre.",
            "Three boats sank off Dovre.",
            ("Nine boats", "Three boats"),
        ),
        ("It cost 5 million.", "It cost 4.96 million.", None),  # rounded
        ("It sank on 3 May.", "It sank on 3 May 2025.", None),
        ("The winner is Varga.", "The winner is Ilse Varga.", None),
        ("Nine boats sank off Dovre.", "Three boats sank off Oslo.", None),  # two differ
        ("Nine boats sank.", "Three boats and 2 ferries sank.", None),
        ("Nine boats sank.", "Boats sank.", None),
        ("Boats sank.", "Boats sank.", None),
    ],
)
def test_two_sentences_differ_in_one_value(said, other, both):
    """A day, a number or a name, as each spells it; none where it is not just one."""
    assert differing(said, other) == both


@pytest.mark.parametrize(
    ("question", "said", "other", "repeated"),
    [
        (MANY, "3,000", "about 3,000 boats", True),
        (MANY, "3,000", "3,100", False),
        (WHEN, "on 3 May 2025", "on 3 May", True),
        (WHEN, "on 3 May 2025", "on 4 May", False),
        (WHO, "Kenneth Genalo", "Genalo", True),
        (WHO, "Genalo", "Kenneth Genalo", True),
        (WHO, "Kenneth Genalo", "Kenneth Smith", False),
        (WHO, "Marcos Charles and Derek Gordon", "Derek Gordon", False),
        (WHO, "Marcos Charles and Derek Gordon", "Gordon and Derek, then Marcos Charles", True),
        ("Why did it sink?", "a storm at night", "at night in a heavy storm", True),
        ("Why did it sink?", "a storm at night", "a storm", False),
        (WHO, "Ilse Varga", "", False),
    ],
)
def test_an_answer_repeats_another_if_it_says_all_of_it(question, said, other, repeated):
    """Of a single name the last word will do, of several all are needed."""
    assert repeats(question, said, other) is repeated
