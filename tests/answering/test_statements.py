"""Answers: the model's text becomes statements that are supported or visibly quotations."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from rag.answering.prompt import NOT_FOUND
from rag.answering.statements import (
    REPEATS,
    Deadline,
    Refused,
    checked,
    quotation,
    sentences,
    statements,
)
from rag.protocols import CUT
from rag.types.answers import Rejected, Short
from rag.types.evidence import Evidence
from rag.types.models import Class, Support
from tests.fakes import (
    OverlapJudges,
    OverlapReader,
    PlainClassifier,
    ScriptedChecker,
    ScriptedGenerator,
    ScriptedReader,
    article,
    evidence,
    finding,
)

FERRY = "The ferry Aurora ran aground on Sunday with 214 passengers on board. Nobody was hurt."
MUSEUM = "The council appointed Ilse Varga as director of the museum. She follows Tom Brandt."
JUDGES = OverlapJudges()


def written(text, *, evidence=None, question="What happened?", short=()):
    """The statements that come of a text the model writes."""
    given = evidence or globals()["evidence"](FERRY, MUSEUM)
    model = ScriptedGenerator(text)
    return list(statements(question, given, short, model, JUDGES, threading.Event(), []))


def found_in(item, said):
    """The evidence with the short answer that the reader found in it."""
    item = finding(item, said)
    return item, Short(said, item.number, *item.found, item.answers)


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
    going = threading.Event()
    assert list(sentences([text], going)) == expected
    assert list(sentences(text, going)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It ran. [1] The dam is to", [("It ran.", (1,))]),
        ("It ran. [1]", [("It ran.", (1,))]),
        ("The dam is to", []),
    ],
)
def test_a_sentence_that_was_cut_off_is_none(text, expected):
    """By a stop, or by the model's limit: what it has not said is not shown as said."""
    stopped, going = threading.Event(), threading.Event()
    stopped.set()
    assert list(sentences([text], stopped)) == expected
    assert list(sentences([text, CUT], going)) == expected


def test_a_sentence_is_given_out_as_soon_as_its_marks_are_complete():
    """Nobody waits for the end of the answer."""
    read = []

    def pieces():
        for piece in ["It ran. [1", "] It", " sank. [2]"]:
            read.append(piece)
            yield piece

    assert next(sentences(pieces(), threading.Event())) == ("It ran.", (1,))
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


def test_a_wrong_name_becomes_a_quotation_of_the_words_found():
    """Wherever the model's mark points."""
    items = evidence(FERRY, MUSEUM)
    items[1], short = found_in(items[1], "Ilse Varga")
    (one,) = written("Ilse Varga was appointed director. [1]", evidence=items, short=[short])
    assert (one.kind, one.citations) == ("written", (2,))
    (two,) = written("Karl Varga was appointed director. [1]", evidence=items, short=[short])
    assert (two.kind, two.citations) == ("quote", (2,))
    assert two.text.endswith("wrote: “The council appointed Ilse Varga as director of the museum.”")


# ── what the reader found ──


def test_a_sentence_without_the_words_found_becomes_the_quotation_that_holds_them():
    """True as it is, it answers another question."""
    items = evidence(FERRY, MUSEUM)
    items[0], short = found_in(items[0], "214 passengers")
    (one,) = written("Nobody was hurt. [1]", evidence=items, short=[short])
    assert (one.kind, one.citations) == ("quote", (1,))
    assert one.text.endswith("with 214 passengers on board.”")
    assert one.problems == ("it does not give the words found",)


def test_one_of_several_short_answers_is_enough():
    """The next sentence may give the others."""
    items = evidence(FERRY, MUSEUM)
    _, ferry = found_in(items[0], "Aurora")
    _, museum = found_in(items[1], "Ilse Varga")
    text = "The council appointed Ilse Varga. [2]"
    (one,) = written(text, evidence=items, short=[ferry, museum])
    assert (one.kind, one.citations) == ("written", (2,))


def test_a_later_sentence_need_not_give_the_words_found_and_is_left_out_where_it_fails():
    """It only adds to an answer."""
    items = evidence(FERRY, MUSEUM)
    items[0], short = found_in(items[0], "214 passengers")
    text = "214 passengers were on board. [1] Nobody was hurt. [1] Karl Varga retired. [2]"
    told = written(text, evidence=items, short=[short])
    assert [one.text for one in told] == ["214 passengers were on board.", "Nobody was hurt."]


@pytest.mark.parametrize(
    ("found", "quoted"),
    [
        ("Nobody", "Nobody was hurt."),
        ("214 passengers", "The ferry Aurora ran aground on Sunday with 214 passengers on board."),
        ("on board. Nobody", FERRY),
        ("", FERRY),
    ],
)
def test_a_quotation_holds_the_words_found(found, quoted):
    """In whole sentences, all that they need; without such words the evidence is quoted whole."""
    [item] = evidence(FERRY, agency="Reuters")
    item = finding(item, found) if found else Evidence(1, item.article, 0, len(FERRY), 0.9)
    assert quotation(item).text == f"Reuters wrote: “{quoted}”"


def test_a_quotation_is_of_its_evidence_alone():
    """The words found are placed in the article, of which the evidence is a part."""
    text = f"It rained. {MUSEUM} {FERRY}"
    item = Evidence(1, article(text), text.index("The council"), text.index(" The ferry"), 0.9)
    said = quotation(finding(item, "Tom Brandt")).text
    assert said.endswith("wrote: “She follows Tom Brandt.”")


# ── what the checker and the reader judge ──


def judging(judged, reader=None):
    """Judges with a checker that knows these judgements."""
    return OverlapJudges(reader or OverlapReader(), ScriptedChecker(judged))


def test_a_sentence_that_no_evidence_means_becomes_a_quotation():
    """Although its names and numbers are there."""
    one = checked("Nobody left the Aurora.", (1,), evidence(FERRY, MUSEUM), "", judging({}))
    assert (one.kind, one.citations) == ("quote", (1,))
    assert one.problems == ("the cited words do not say so",)


def test_a_sentence_is_cited_from_the_first_evidence_that_means_it():
    """Wherever its mark points."""
    judges = judging({MUSEUM: Support(0.9, 0.0)})
    one = checked("She runs the museum.", (1,), evidence(FERRY, MUSEUM, MUSEUM), "", judges)
    assert (one.kind, one.citations) == ("written", (2,))
    assert one.problems == ("the cited words do not say so",)


def test_a_sentence_that_its_words_contradict_is_not_cited_from_others():
    """Although the second piece is said to mean it."""
    judged = {FERRY: Support(0.0, 0.9), MUSEUM: Support(0.9, 0.0)}
    one = checked("She runs the museum.", (1,), evidence(FERRY, MUSEUM), "", judging(judged))
    assert (one.kind, one.citations) == ("quote", (1,))
    assert one.problems == ("the cited words say otherwise",)


def test_a_sentence_is_shown_with_its_speaker():
    """Where the reader finds one in the words that it cites."""
    there = "Nobody was hurt, the operator said."
    told = f"The ferry Aurora ran aground. {there}"
    judged = dict.fromkeys((told, there), Support(0.9, 0.0))
    judges = judging(judged, ScriptedReader("the operator"))
    one = checked("Nobody was hurt.", (1,), evidence(told), "", judges)
    assert one.text == "Nobody was hurt, according to the operator."
    assert (one.kind, one.citations, one.problems) == ("written", (1,), ())
    assert one.speaker == "the operator"


def test_a_written_sentence_is_told_apart_by_how_it_tells():
    """As the model wrote it, before a speaker is added; a quotation tells in its own words."""
    told = "The operator is accused of fraud."
    known = {told: Class(frame="alleged")}
    judges = replace(judging({told: Support(0.9, 0.0)}), classifier=PlainClassifier(known))
    assert checked(told, (1,), evidence(told), "", judges).frame == "alleged"
    assert checked("Nine were accused.", (1,), evidence(told), "", judges).frame is None


# ── refusals, repetitions, limits ──


def test_the_model_may_refuse():
    """Its refusal is an outcome of its own, not a sentence."""
    with pytest.raises(Refused):
        written(NOT_FOUND)


def test_a_refusal_after_an_answer_is_left_out():
    """It has answered already."""
    assert len(written(f"Nobody was hurt. [1] {NOT_FOUND}")) == 1


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
    items = evidence(FERRY, MUSEUM * 20)
    list(statements("What?", items, (), generator, JUDGES, threading.Event(), []))
    assert "Aurora" in generator.asked[0][-1].text
    assert "Varga" not in generator.asked[0][-1].text


def test_the_model_reads_the_best_two():
    """However strong the third is: what is read costs time, and distracts."""
    items = evidence(FERRY, MUSEUM, "Rain is expected in Lima.")
    generator = ScriptedGenerator("Nobody was hurt. [1]")
    list(statements("What?", items, (), generator, JUDGES, threading.Event(), []))
    assert "Varga" in generator.asked[0][-1].text
    assert "Lima" not in generator.asked[0][-1].text


def test_a_sentence_that_only_repeats_the_question_is_passed_over_where_an_answer_follows():
    """Small models tell the question once more before they answer; that alone becomes a quotation."""
    question = "The ferry Aurora ran aground on Sunday. How many passengers were on board?"
    told = "The ferry Aurora ran aground on Sunday. [1]"
    items = evidence(FERRY, MUSEUM)
    items[0], short = found_in(items[0], "214")
    given = {"question": question, "evidence": items, "short": [short]}
    (one,) = written(f"{told} 214 passengers were on board. [1]", **given)
    assert (one.kind, one.text) == ("written", "214 passengers were on board.")
    (one,) = written(told, **given)
    assert one.kind == "quote"
    assert "214 passengers" in one.text


def rejected(text, **given):
    """What is not shown of a text the model writes, by its words."""
    left: list[Rejected] = []
    items = given.pop("evidence", None) or evidence(FERRY, MUSEUM)
    asked, short = given.get("question", "What happened?"), given.get("short", ())
    model = ScriptedGenerator(text)
    list(statements(asked, items, short, model, JUDGES, threading.Event(), left))
    return {one.text: one.problems for one in left}


def test_a_rejected_sentence_is_kept_with_its_reason():
    """The first, for which a quotation is shown, and a later one, which is left out; what is shown is not."""
    assert rejected("Nobody was hurt. [1]") == {}
    first = rejected("Nine boats burned. [1]")
    assert list(first) == ["Nine boats burned."] and first["Nine boats burned."]
    assert list(rejected("Nobody was hurt. [1] Nine boats burned. [1]")) == ["Nine boats burned."]


def test_a_sentence_that_repeats_the_question_is_rejected_where_an_answer_follows():
    """And kept where it is all there is."""
    question = "The ferry Aurora ran aground on Sunday. Was anybody hurt?"
    told = "The ferry Aurora ran aground on Sunday. [1]"
    given = {"question": question}
    assert rejected(f"{told} Nobody was hurt. [1]", **given) == {told[:-4]: (REPEATS,)}
    assert rejected(told, **given) == {}


def test_checked_keeps_several_marks():
    """A sentence from two pieces of evidence cites both."""
    one = checked("Ilse Varga and 214 passengers.", (1, 2), evidence(FERRY, MUSEUM), "", JUDGES)
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
