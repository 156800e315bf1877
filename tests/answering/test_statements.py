"""Answers: the model's text becomes statements that are supported or visibly quotations."""

from __future__ import annotations

import threading

import pytest

from rag.answering.prompt import NOT_FOUND
from rag.answering.statements import Deadline, Refused, checked, quotation, sentences, statements
from rag.types import Evidence
from tests.fakes import ScriptedGenerator, article, evidence

FERRY = "The ferry Aurora ran aground on Sunday with 214 passengers on board. Nobody was hurt."
MUSEUM = "The council appointed Ilse Varga as director of the museum. She follows Tom Brandt."


def written(text, *, evidence=None, question="What happened?", pieces=None):
    """The statements that come of a text the model writes."""
    generator = ScriptedGenerator(*(pieces or [text]))
    given = evidence or globals()["evidence"](FERRY, MUSEUM)
    return list(statements(question, given, generator, threading.Event()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It ran. [1]", [("It ran.", (1,))]),
        ("It ran [1].", [("It ran.", (1,))]),
        ("It ran [1, 3] and sank. [2]", [("It ran.", (1, 3)), ("and sank.", (2,))]),
        ("It ran. [1][2] It sank. [2]", [("It ran.", (1, 2)), ("It sank.", (2,))]),
        ("It ran. It sank. [2]", [("It ran.", (2,)), ("It sank.", (2,))]),
        ("It ran", [("It ran.", ())]),
        ("", []),
        ("[1]", []),
        (
            "He paid 3.5 million to the U.S. Navy. [1]",
            [("He paid 3.5 million to the U.S. Navy.", (1,))],
        ),
        ("Mr. Smith ran. [1]", [("Mr. Smith ran.", (1,))]),
        ("Tom Brandt, 61,. [2]", [("Tom Brandt, 61.", (2,))]),
        ("It ran, [1]", [("It ran.", (1,))]),
    ],
)
def test_marks_end_sentences_however_the_text_arrives(text, expected):
    """Whole, or character by character: the same sentences with the same marks."""
    assert list(sentences([text])) == expected
    assert list(sentences(text)) == expected


def test_a_sentence_is_given_out_as_soon_as_its_marks_are_complete():
    """Nobody waits for the end of the answer."""
    read = []

    def pieces():
        for piece in ["It ran. [1", "] It", " sank. [2]"]:
            read.append(piece)
            yield piece

    assert next(sentences(pieces())) == ("It ran.", (1,))
    assert len(read) == 2


def test_a_supported_sentence_stays_as_it_is():
    """Its number and names stand in the cited words."""
    (one,) = written("214 passengers were on board the Aurora. [1]")
    assert (one.kind, one.citations, one.supported, one.problems) == ("written", (1,), True, ())


@pytest.mark.parametrize("mark", ["[2]", "[9]", ""])
def test_a_wrong_unknown_or_missing_mark_is_put_right(mark):
    """The sentence is cited from the evidence that carries it, and the problem is kept."""
    (one,) = written(f"214 passengers were on board the Aurora. {mark}")
    assert (one.kind, one.citations, one.supported) == ("written", (1,), True)
    assert one.problems


def test_a_wrong_number_becomes_a_quotation():
    """What no evidence says is not shown; the best words themselves are."""
    (one,) = written("215 passengers were on board the Aurora. [1]")
    assert (one.kind, one.citations, one.supported) == ("quote", (1,), True)
    assert "“The ferry Aurora ran aground on Sunday with 214 passengers on board.”" in one.text
    assert "the number 215 is not in the cited words" in one.problems


def test_a_wrong_name_becomes_a_quotation_of_the_nearest_words():
    """Nearest by the words of sentence and question, not by the wrong mark."""
    (one,) = written("Ilse Brandt was appointed director of the museum. [1]")
    assert (one.kind, one.citations) == ("written", (2,))
    (two,) = written("Karl Varga was appointed director of the museum. [1]")
    assert (two.kind, two.citations) == ("quote", (2,))


def test_every_quotation_stands_in_the_article():
    """Verbatim, between its marks."""
    item = evidence(FERRY, agency="Reuters")[0]
    said = quotation(item, "passengers on board").text
    assert said.startswith("Reuters wrote: “")
    assert said[said.index("“") + 1 : -1] in item.article.text


def test_the_model_may_refuse():
    """Its refusal is an outcome of its own, not a sentence."""
    with pytest.raises(Refused):
        written(NOT_FOUND)


def test_a_refusal_after_an_answer_is_left_out():
    """It has answered already."""
    assert len(written(f"Nobody was hurt. [1] {NOT_FOUND}")) == 1


def test_weak_evidence_and_a_failing_sentence_are_a_refusal():
    """A quotation would only pretend to answer."""
    with pytest.raises(Refused):
        written("Karl Varga will retire. [2]", evidence=evidence(FERRY, MUSEUM, score=0.3))


def test_the_same_sentence_is_shown_once():
    """Small models repeat themselves."""
    assert len(written("Nobody was hurt. [1] Nobody was hurt. [1] Nobody was hurt. [1]")) == 1


def test_an_answer_ends_after_three_statements():
    """However much more the model would write."""
    text = "Nobody was hurt. [1] The ferry ran aground. [1] Varga is director. [2] She follows Brandt. [2]"
    assert len(written(text)) == 3


def test_evidence_that_does_not_fit_is_left_out_from_the_end():
    """The model is asked with what fits."""
    generator = ScriptedGenerator("Nobody was hurt. [1]", capacity=1900)
    list(statements("What?", evidence(FERRY, MUSEUM * 20), generator, threading.Event()))
    assert "Aurora" in generator.asked[0][-1].text
    assert "Varga" not in generator.asked[0][-1].text


def test_the_model_reads_the_best_two():
    """However strong the third is: what is read costs time, and distracts."""
    items = evidence(FERRY, MUSEUM, "Rain is expected in Lima.")
    generator = ScriptedGenerator("Nobody was hurt. [1]")
    list(statements("What?", items, generator, threading.Event()))
    assert "Varga" in generator.asked[0][-1].text
    assert "Lima" not in generator.asked[0][-1].text


def test_a_sentence_that_only_repeats_the_question_is_passed_over_where_an_answer_follows():
    """Small models tell the question once more before they answer; that alone becomes a quotation."""
    question = "The ferry Aurora ran aground on Sunday. How many passengers were on board?"
    told = "The ferry Aurora ran aground on Sunday. [1]"
    (one,) = written(f"{told} 214 passengers were on board. [1]", question=question)
    assert (one.kind, one.text) == ("written", "214 passengers were on board.")
    (one,) = written(told, question=question)
    assert one.kind == "quote"
    assert "214 passengers" in one.text


def test_a_quotation_is_of_what_is_asked_not_of_what_the_question_tells():
    """The words of the asking sentence choose it where the model had nothing to add."""
    text = (
        "The mill at Dovre was sold on Monday to its tenants. Ilse Varga first opened it in 1950."
    )
    question = "The mill at Dovre was sold to its tenants on Monday. When was it first opened?"
    one = checked("The mill was sold on Monday.", (1,), evidence(text), question)
    assert "Ilse Varga first opened it in 1950." in one.text


def test_a_sentence_that_its_words_contradict_is_not_cited_from_others():
    """The second piece has the same words, but says nothing of the vote."""
    items = evidence(
        "Dovre council rejected the bridge.", "Dovre council and the bridge: a history."
    )
    one = checked("Dovre council approved the bridge.", (1,), items, "What of the bridge?")
    assert (one.kind, one.citations) == ("quote", (1,))


def test_what_only_a_headline_has_is_cited_from_the_words_that_have_it():
    """The reader is shown words, so the mark leads to those that say it."""
    items = [
        *evidence("The council appointed a new director.", title="Varga is the new director"),
        *evidence(FERRY, MUSEUM)[1:],
    ]
    one = checked("Varga is the new director.", (1,), items, "Who is the new director?")
    assert (one.citations, one.problems) == ((2,), ())


def test_the_rest_of_a_name_has_a_mark_of_its_own():
    """The cited words say "Varga", the article and another quotation "Ilse Varga"; both are cited."""
    text = "Ilse Varga ran. On Monday Varga won the race in Dovre."
    race = Evidence(1, article(text), text.index("On"), len(text), 0.9)
    other = evidence(MUSEUM, FERRY, "The prize went to Ilse Varga.")[2]
    one = checked("Ilse Varga won the race.", (1,), [race, other], "Who won the race?")
    assert (one.kind, one.citations) == ("written", (1, 3))
    alone = checked("Ilse Varga won the race.", (1,), [race], "Who won the race?")
    assert alone.citations == (1,)


def test_checked_keeps_several_marks():
    """A sentence from two pieces of evidence cites both."""
    one = checked("Ilse Varga and 214 passengers.", (1, 2), evidence(FERRY, MUSEUM), "")
    assert (one.kind, one.citations) == ("written", (1, 2))


def test_a_deadline_is_a_stop():
    """By the clock or by hand."""
    now = iter([0.0, 1.0, 5.0, 5.0])
    deadline = Deadline(threading.Event(), 5, clock=lambda: next(now))
    assert not deadline.is_set()
    assert deadline.is_set()
    stop = threading.Event()
    stop.set()
    assert Deadline(stop, 100).is_set()
