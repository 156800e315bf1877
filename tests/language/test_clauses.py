"""Clauses of a sentence, and the one that tells what happened."""

import pytest

from rag.language.clauses import clauses, main


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council voted.", "The council voted."),
        ("On Monday, the council voted.", "the council voted."),
        ("After a walk-out, the council voted.", "the council voted."),
        ("Ada Holm, the mayor, resigned.", "resigned."),
        ("Ada Holm, elected in 2019, resigned.", "resigned."),
        ("The ferry sank, police said.", "The ferry sank"),
        ("The boats leave daily, police said.", "The boats leave daily"),
        ("The ferry, which was old, sank.", "sank."),
        ("The port cost 9,000 crowns.", "The port cost 9,000 crowns."),
        ("Boats, nets, ropes.", None),
    ],
)
def test_the_main_clause_tells_what_happened(text, expected):
    """It stands by itself, and is more than who says so."""
    found = main(text, clauses(text))
    assert (text[slice(*found)].strip() if found else None) == expected


def test_a_date_is_in_one_clause():
    """Its comma does not cut."""
    text = "On June 3, 2025, it rained."
    assert [text[slice(*one)] for one in clauses(text, [(0, 15)])] == [
        "On June 3, 2025",
        " it rained.",
    ]
