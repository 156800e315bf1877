"""Prints: columns, running heads, page numbers, hyphens at line ends."""

import pytest

from rag.reading.newspage.layout import paragraphs, read_print


def read(text: str) -> list[str]:
    """The paragraphs of a print."""
    return paragraphs(read_print(text).lines)


def test_columns_are_read_one_after_the_other():
    """The left column ends inside a sentence that the right one goes on with."""
    text = (
        "Owners spent the night lighting      the trees if the fires are not\n"
        "small fires between their trees      enough, the growers said. They\n"
        "after a warning. Now helicopters     lost a third of their apples in\n"
        "may move the warm air down to        the frost of last year.\n"
    )
    assert read(text) == [
        "Owners spent the night lighting small fires between their trees after a warning. Now helicopters may move"
        " the warm air down to the trees if the fires are not enough, the growers said. They lost a third of their"
        " apples in the frost of last year."
    ]


def test_a_table_is_no_columns():
    """Numbers side by side stay side by side."""
    text = "Hilltown    12   3\nElm Town     9   4\nLower Hill   7   5\nMill End     5   6\nOverton      4   7"
    assert read_print(text).lines[0].split() == ["Hilltown", "12", "3"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "All of it was known as infor-\nmation of the town.",
            "All of it was known as information of the town.",
        ),
        (
            "It was a matter of long-\nterm care for them.",
            "It was a matter of long-term care for them.",
        ),
        ("The 37-year-\nold said that he was glad.", "The 37-year-old said that he was glad."),
        (
            "A snap-election, said the snap-\nelection office.",
            "A snap-election, said the snap-election office.",
        ),
        (
            "She met Lee Jae-\nMyung in the capital city.",
            "She met Lee Jae-Myung in the capital city.",
        ),
    ],
)
def test_hyphens_at_line_ends_are_healed(text, whole):
    """A hyphen goes where it only broke a word, and stays where the word has one."""
    assert read(text) == [whole]


def test_a_page_break_inside_a_sentence_leaves_no_trace():
    """Running heads, feet and page numbers go; the sentence is whole."""
    text = (
        "The Hill Post  Monday, 2 June 2025  Page 3\n\nThe night was cold, and the town was quiet. He pointed\n- 3 -\n"
        "\fThe Hill Post  Monday, 2 June 2025  Page 4\n\nto the old clock on the hill.\n4\n"
    )
    assert read(text) == [
        "The night was cold, and the town was quiet. He pointed to the old clock on the hill."
    ]
    assert len(read_print(text).heads) == 2
