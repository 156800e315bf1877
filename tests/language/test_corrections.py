"""The sentence that a correction means: by the words, names and numbers that both have."""

from __future__ import annotations

import pytest

from rag.language.corrections import corrected

TEXT = (
    "A storm sank the ferry Arvane on Lake Umber on Monday night, and 14 people were taken to hospital.\n\n"
    "Rescue crews from Pellon searched the water until dawn. The ferry was built in 1987 by Karel Morvan.\n\n"
    "Council members meet on Friday."
)


@pytest.mark.parametrize(
    ("notice", "opening"),
    [
        ("Correction: The ferry was built in 1987, not 1978.", "The ferry was built"),
        (
            "An earlier version of this article said that 41 people were in hospital; it was 14.",
            "A storm",
        ),
        (
            "This article misspelled the name of the ferry's builder. He is Karel Morvan.",
            "The ferry was",
        ),
        ("Correction: A caption misidentified a dog.", None),
        ("This story has been corrected.", None),
        ("", None),
    ],
)
def test_the_sentence_with_most_in_common_is_meant(notice, opening):
    """None where there is too little."""
    place = corrected(notice, TEXT)
    assert (TEXT[slice(*place)][: len(opening or "")] if place else None) == opening


def test_the_notice_itself_is_not_the_sentence():
    """It stands in the text, too."""
    notice = "Correction: The ferry was built in 1987, not 1978."
    assert corrected(notice, notice) is None
    place = corrected(notice, f"{notice}\n\n{TEXT}")
    assert place and place[0] > len(notice)
