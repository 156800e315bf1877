"""Who said it is told, where the reader finds somebody in the cited words."""

from __future__ import annotations

import pytest

from rag.answering.checks.speakers import MAX_WORDS, SAID, attributed, speaker
from rag.answering.checks.verify import SUPPORTED, vetoes
from rag.types.models import Support
from tests.fakes import OverlapJudges, ScriptedChecker, ScriptedReader, evidence

MOVE = "Charles will replace Genalo, three people familiar with the move said on Thursday."
CLOSE = "The plant will close in March."


class Agreeing:
    """A checker to whom every text says everything."""

    def check(self, statement, texts):
        """One judgement for each text."""
        return [Support(1.0, 0.0)] * len(texts)


def judges(reader, checker=None):
    """Judges with this reader; the checker agrees."""
    return OverlapJudges(reader, checker or Agreeing())


def with_speaker(statement, cited, question, reader):
    """The statement as an answer tells it."""
    return attributed(statement, speaker(statement, cited, question, judges(reader)))


@pytest.mark.parametrize(
    ("source", "found", "told"),
    [
        (
            f"{CLOSE} So it is, three people familiar\nwith the plans said.",
            "three people familiar\nwith the plans",
            "three people familiar with the plans",
        ),
        (
            "According to a letter to the staff, the plant will close in March.",
            "a letter to the staff",
            "a letter to the staff",
        ),
        ("The union said that the plant will close in March.", "The union", "the union"),
        (
            "Officials said the plant will close in March; officials gave no reason.",
            "Officials",
            "officials",
        ),
        (
            "Ilse Varga, who heads the union, said the plant will close in March.",
            "Ilse Varga",
            "Ilse Varga",
        ),
        ("NBC News said the plant will close in March.", "NBC News", "NBC News"),
        ("Two officials said the plant will close in March.", "Two officials", "two officials"),
    ],
)
def test_the_speaker_is_added(source, found, told):
    """Word for word, spelled as inside a sentence; no letter of it is against the cited words."""
    cited = evidence(source)
    said = with_speaker(CLOSE, cited, "", ScriptedReader(found))
    assert said == f"The plant will close in March, according to {told}."
    assert vetoes(said, cited) == []


@pytest.mark.parametrize(
    ("statement", "source", "found"),
    [
        (
            "Charles will replace Genalo, three people familiar with the move said.",
            MOVE,
            "three people familiar with the move",
        ),
        ("Varga will leave the union.", "Ilse Varga said she will leave it.", "Ilse Varga"),
        ("The union will close the plant.", "The union said it will close it.", "The union"),
    ],
)
def test_a_speaker_that_the_statement_has_is_not_told_again(statement, source, found):
    """Whole, or by a name of it; it is known all the same."""
    cited, reader = evidence(source), ScriptedReader(found)
    assert with_speaker(statement, cited, "", reader) == statement
    assert speaker(statement, cited, "", judges(reader)).lower() == found.lower()


@pytest.mark.parametrize("found", ["Reuters", "The Coastal Post", "Coastal Post"])
def test_the_outlet_and_the_agency_tell_their_own_report(found):
    """It needs no speaker."""
    cited = evidence(f"{CLOSE} {found} said so.", source="Coastal Post", agency="Reuters")
    assert with_speaker(CLOSE, cited, "", ScriptedReader(found)) == CLOSE


def test_another_outlet_is_a_speaker():
    """What the Inland Herald has, the Coastal Post may have from it."""
    cited = evidence(f"{CLOSE} The Inland Herald said so.", source="Coastal Post")
    told = with_speaker(CLOSE, cited, "", ScriptedReader("The Inland Herald"))
    assert told == "The plant will close in March, according to the Inland Herald."


@pytest.mark.parametrize("found", ["he", "She", "they", "who", "—", ""])
def test_nobody_is_named_by_a_pronoun(found):
    """Nor by a dash or nothing at all."""
    cited = evidence(f"{CLOSE} So he, She and they who knew it — said.")
    assert with_speaker(CLOSE, cited, "", ScriptedReader(found)) == CLOSE


def test_a_speaker_is_no_clause():
    """So many words were read wrongly."""
    name = " ".join(["Ilse", *["Holm"] * (MAX_WORDS - 1)])
    cited = evidence(f"{CLOSE} {name} Varga said so.")
    assert with_speaker(CLOSE, cited, "", ScriptedReader(name)).endswith(f"according to {name}.")
    assert with_speaker(CLOSE, cited, "", ScriptedReader(f"{name} Varga")) == CLOSE


@pytest.mark.parametrize(("probability", "told"), [(SAID, True), (SAID - 0.01, False)])
def test_a_speaker_who_is_not_likely_is_not_told(probability, told):
    """The reader must find it likelier than not."""
    cited = evidence(f"{CLOSE} So the union said.")
    said = with_speaker(CLOSE, cited, "", ScriptedReader("the union", probability))
    assert (said != CLOSE) is told


def test_of_several_citations_the_one_that_tells_who_said_it_counts():
    """The other one names nobody."""
    cited = evidence(CLOSE, f"The union met. {CLOSE} So the union said.")
    told = with_speaker(CLOSE, cited, "", ScriptedReader("the union"))
    assert told == "The plant will close in March, according to the union."
    assert with_speaker(CLOSE, cited[:1], "", ScriptedReader("the union")) == CLOSE


@pytest.mark.parametrize("statement", ["The plant will close in March", "Will it close?"])
def test_what_does_not_end_with_a_full_stop_stays(statement):
    """A speaker would have no place."""
    reader = ScriptedReader("The union")
    assert with_speaker(statement, evidence("The union said so."), "", reader) == statement


def test_the_reader_is_asked_who_said_it():
    """In the words that the statement cites."""
    reader = ScriptedReader("a doctors' union")
    cited = evidence("Morvane has seen unrest since spring, a doctors' union said.")
    told = with_speaker("Morvane has seen unrest.", cited, "", reader)
    assert told == "Morvane has seen unrest, according to a doctors' union."
    assert reader.asked == ["Who said: Morvane has seen unrest."]


@pytest.mark.parametrize("statement", ["Morvane.", "Three hundred.", "Ada Holm."])
def test_a_bare_name_or_number_is_nobody_s_words(statement):
    """The reader is not asked."""
    reader = ScriptedReader("a doctors' union")
    cited = evidence("Morvane has seen unrest since spring, a doctors' union said.")
    assert with_speaker(statement, cited, "Which country has seen unrest?", reader) == statement
    assert reader.asked == []


THERE = "The union said that it will end."
SURE, UNSURE = Support(SUPPORTED, 0.0), Support(SUPPORTED - 0.01, 0.0)


@pytest.mark.parametrize(
    ("claimed", "with_whom", "who"),
    [(SURE, SURE, "the union"), (UNSURE, SURE, ""), (SURE, UNSURE, "")],
)
def test_the_sentence_that_names_the_speaker_must_say_so(claimed, with_whom, who):
    """The statement, and that it is the speaker's; what other sentences say does not count."""

    class Judging(ScriptedChecker):
        """Tells the statement from the one with its speaker."""

        def check(self, statement, texts):
            """One judgement, remembered."""
            super().check(statement, texts)
            return [with_whom if "according to" in statement else claimed]

    checker = Judging({})
    cited = evidence(f"It rained. {THERE} {CLOSE}")
    assert speaker(CLOSE, cited, "", judges(ScriptedReader("The union"), checker)) == who
    assert {text for _, texts in checker.asked for text in texts} == {THERE}
