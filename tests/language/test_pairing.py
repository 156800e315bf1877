"""Lists that a sentence pairs, and statements that pair them otherwise."""

from __future__ import annotations

import pytest

from rag.language.pairing import mispaired, paired

LED = "Holm and Brandt led Dovre and Kalla, respectively."
WON = "Iceland, Malta and Norway won gold, silver and bronze respectively."
ROSE = "Prices rose by 10% and 12% in Spain and in Italy, respectively."
REPLACED = (
    "Career officials Marcos Charles and Derek Gordon will replace Genalo and Hammer at ICE and HSI,"
    " respectively."
)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("Holm led Kalla.", LED),
        ("Dovre was led by Brandt.", LED),
        ("Holm and Brandt led Dovre.", LED),
        ("Malta won gold.", WON),
        ("Norway and Malta won bronze.", WON),
        ("Prices rose by 12% in Spain.", ROSE),
        ("Marcos Charles and Derek Gordon will replace Genalo at ICE.", REPLACED),
        ("Gordon will replace Hammer at ICE.", REPLACED),
    ],
)
def test_another_place_of_the_list_is_another_pair(statement, sentence):
    """In the active, in the passive, all of one list with one of the other."""
    assert mispaired(statement, sentence)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("Holm led Dovre.", LED),
        ("Kalla was led by Brandt.", LED),
        ("Holm and Brandt led Dovre and Kalla.", LED),
        ("Holm is a leader.", LED),
        ("Silver went to Malta.", WON),
        ("Prices rose by 12% in Italy.", ROSE),
        ("Derek Gordon will replace Hammer at HSI.", REPLACED),
        ("Holm led Kalla.", "Holm and Brandt led Dovre and Kalla."),
        ("It rained.", "They spoke respectively."),
    ],
)
def test_the_same_places_are_the_same_pair(statement, sentence):
    """What the sentence does not pair, nobody can pair wrongly."""
    assert not mispaired(statement, sentence)


@pytest.mark.parametrize(
    ("question", "sentence", "found", "answer"),
    [
        ("Who led Kalla?", LED, "Holm and Brandt", "Brandt"),
        ("Who led Dovre?", LED, "Holm and Brandt", "Holm"),
        ("Who led Dovre and Kalla?", LED, "Holm and Brandt", "Holm and Brandt"),
        ("Who led them?", LED, "Holm and Brandt", "Holm and Brandt"),
        ("What did Malta win?", WON, "gold, silver and bronze", "silver"),
        ("By how much did prices rise in Italy?", ROSE, "10% and 12%", "12%"),
        (
            "Who will replace Kenneth Genalo?",
            REPLACED,
            "Marcos Charles and Derek Gordon",
            "Marcos Charles",
        ),
        ("Who led Kalla?", LED, "Brandt", "Brandt"),
        (
            "Who led Kalla?",
            "Holm and Brandt led Dovre and Kalla.",
            "Holm and Brandt",
            "Holm and Brandt",
        ),
    ],
)
def test_of_a_list_the_item_that_is_paired_with_what_is_asked_answers(
    question, sentence, found, answer
):
    """All of it where all or none of the other list is asked for."""
    start = sentence.index(found)
    first, last = paired(question, sentence, (start, start + len(found)))
    assert sentence[first:last] == answer
