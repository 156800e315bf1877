"""A draft's sentences: which state something, without marks, each with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.reading.drafts import claims

ENOUGH = 20_000


def told(draft: str) -> list[str]:
    """The sentences of a draft."""
    return [one.text for one in claims(draft, ENOUGH)]


@pytest.mark.parametrize(
    "marked",
    [
        "Three **boats** sank on *Monday*.",
        "Three __boats__ sank on _Monday_.",
        "Three `boats` sank ~~on~~ Monday.",
        "Three [boats](https://a.example/x_(y)) sank on [Monday][day].",
        "Three boats[^1] sank on Monday.[^note]",
        "Three boats [1] sank on Monday. [2, 3]",
        "Three boats sank on Monday.¹",
        "Three boats sank<br> on <b>Monday</b>.<!-- sure? -->",
        "> Three boats sank\n> on Monday.",
        "- Three boats sank on Monday.",
        "* [x] Three boats\n  sank on Monday.",
        "1. Three boats sank on Monday.",
        "![A boat](boat.png) Three boats sank on Monday.",
        "Three boats sank on Monday. https://a.example/boats",
        "[![A boat](boat.png)](https://a.example) Three boats sank on Monday.",
        "Three boats\r\nsank on Monday.\r\n",
        "\ufeffThree bo\u200bats sank \x1b[31mon\x1b[0m Monday\0.",
    ],
)
def test_marks_are_no_part_of_a_sentence(marked):
    """Markdown, tags, addresses, footnote marks and what nobody sees are left out."""
    assert told(marked) == ["Three boats sank on Monday."]


@pytest.mark.parametrize(
    "beside",
    [
        "# A storm",
        "A storm in the harbour",  # a headline of plain text: a line of its own, no full stop
        "A storm in the harbour\n----------------------",
        "By Ada Holm",
        "Who sank the boats?",
        "“Who sank the boats?”",
        "---",
        "| boats | 3 |\n|---|---|",
        "```\nboats = 3.\n```",
        "[day]: https://a.example 'Monday'",
        "12.",
    ],
)
def test_what_states_nothing_is_left_out(beside):
    """Headings, bylines, questions, rules, tables, program text and where a link leads."""
    draft = f"{beside}\n\nThree boats sank.\n\n{beside}\n\nThe mayor slept."
    assert told(draft) == ["Three boats sank.", "The mayor slept."]


def test_front_matter_is_no_text():
    """As the reader of articles takes it."""
    assert told("---\ntitle: A storm.\ntags:\n  - sea.\n---\nThree boats sank.") == [
        "Three boats sank."
    ]


def test_a_reported_question_states_who_asked():
    """Only what is nothing but a question asks."""
    assert told("The mayor asked: “Who sank the boats?”") == [
        "The mayor asked: “Who sank the boats?”"
    ]


def test_sentences_without_a_full_stop_state_something():
    """Alone, as an item of a list, after another one on the line, or where they are long."""
    assert told("Three boats sank") == ["Three boats sank"]
    assert told("The storm:\n- Three boats sank\n- Nobody was hurt")[-2:] == [
        "Three boats sank",
        "Nobody was hurt",
    ]
    assert told("Three boats sank. The mayor slept") == ["Three boats sank.", "The mayor slept"]
    long = " ".join(["boats"] * 21)
    assert told(f"{long}\n\nThree boats sank.") == [long, "Three boats sank."]


def test_signs_that_are_no_marks_stay():
    """Products, names of files, escaped asterisks, the number of a wrapped line."""
    for text in ("It is 2 * 3 boats.", "It is in boat_list_old.", "It costs 5 < 6 dollars."):
        assert told(text) == [text]
    assert told("It is \\*old\\*.") == ["It is *old*."]
    wrapped = "The three boats that sank had left the harbour of Dovre on June\n12. It rained."
    assert told(wrapped)[0].endswith("on June 12.")


def test_a_place_is_where_the_draft_has_the_sentence():
    """With its marks, and where the draft has signs of another length."""
    draft = "# Storm\r\n\r\n- Three **boats** sank.\r\n- 😀 The [mayor](x) slept.\r\n"
    assert [draft[one.start : one.end] for one in claims(draft, ENOUGH)] == [
        "Three **boats** sank.",
        "😀 The [mayor](x) slept.",
    ]


def test_a_pronoun_points_back_to_the_last_sentence_that_begins_with_none():
    """That one is given beside it; the sentence itself stays as it is."""
    draft = "Ada Holm won. She is 61. They're glad. The mayor slept. It rained."
    assert [one.before for one in claims(draft, ENOUGH)] == [
        "",
        "Ada Holm won.",
        "Ada Holm won.",
        "",
        "The mayor slept.",
    ]
    assert claims(draft, ENOUGH)[1].whole == "Ada Holm won. She is 61."


def test_a_pronoun_at_the_beginning_points_nowhere():
    """It is searched alone."""
    assert claims("He slept.", ENOUGH)[0].whole == "He slept."


@pytest.mark.parametrize(
    "draft", ["", " \n\t", "\0\x1b", "# Storm", "Who?", "...", "---\n---\n", "12"]
)
def test_a_draft_without_sentences_is_refused_in_words(draft):
    """With what to do."""
    with pytest.raises(UsageError, match="Give whole sentences"):
        claims(draft, ENOUGH)


def test_a_draft_that_is_too_long_is_refused_in_words():
    """At once, with the limit."""
    claims("A boat sank." + " " * (ENOUGH - 12), ENOUGH)
    with pytest.raises(UsageError, match="more than 20,000 characters"):
        claims("a. " * 350_000, ENOUGH)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "](",
        "![",
        "<",
        "<!--",
        "*",
        "a*_",
        "http://",
        "---\n",
        "```\n",
        "\x1b[",
        "> ",
        "[a](",
        "(",
        "- ",
        "a.\n",
    ],
)
def test_marks_without_end_take_no_time(piece):
    """20,000 characters of marks alone are sentences or a refusal, in a moment."""
    try:
        claims(piece * (ENOUGH // len(piece)), ENOUGH)
    except UsageError as error:
        assert "Give whole sentences" in str(error)


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("aB .?\n\r*_[]()<>!#-|`\\1“”\"'\ud800😀"), st.characters()
        )
    )
)
def test_any_text_gives_places_in_order_or_a_refusal(draft):
    """Inside the draft, none overlapping."""
    try:
        found = claims(draft, ENOUGH)
    except UsageError:
        return
    places = [place for one in found for place in (one.start, one.end)]
    assert places == sorted(places) and places[0] >= 0 and places[-1] <= len(draft)
    assert all(one.text == " ".join(one.text.split()) and one.start < one.end for one in found)
    assert all(one.text.encode() for one in found)
