"""What is shown of an answer: the evidence, its name, labels, both sides of a disagreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.show import view
from rag.show.html_file import html_file
from rag.show.markdown import markdown
from rag.show.shell import Printer
from rag.show.view import View
from rag.types.answers import REFUSAL, Answer, Disagreement, Short, Statement, Status, Value
from rag.types.days import Window
from rag.types.evidence import Coverage, Evidence
from rag.types.files import Unread
from rag.types.help import Guess, Help
from rag.web.html import evidence as cards
from tests.fakes import TODAY, article, evidence

TEXTS = ("First.", "Second.", "Third.", "Fourth.", "Fifth.")


def answer(*cited: int, status: Status = "answered", **changes: object) -> Answer:
    """An answer with five pieces of evidence, of which a sentence cites these."""
    said = (Statement("It rained.", "written", cited, True),) if cited else ()
    made = Answer("Who?", status, said, tuple(evidence(*TEXTS)), done=True)
    return replace(made, **changes).grown()  # type: ignore[arg-type]


def short(number: int, text: str) -> Short:
    """The first words of a piece of evidence as the short answer."""
    return Short(text, number, 0, len(text), 0.9)


DIFFER = Disagreement("the quota", (Value("1", (2,)), Value("2", (4, 5))))


@pytest.mark.parametrize(
    ("given", "heading", "shown", "folded"),
    [
        (answer(2), "Evidence", [2], [1, 3, 4, 5]),
        (answer(1, disagreements=(DIFFER,)), "Evidence", [1, 2, 4, 5], [3]),
        (answer(status="stopped"), "Evidence", [1, 2, 3, 4, 5], []),
        (answer(2, done=False), "Evidence", [1, 2, 3, 4, 5], []),
        (answer(status="not_found"), "The nearest passages", [1, 2, 3], [4, 5]),
        (answer(2, short=(short(4, "Fourth"),)), "Evidence", [2, 4], [1, 3, 5]),
        (answer(short=(short(4, "Fourth"),)), "Evidence", [1, 2, 3, 4, 5], []),
    ],
)
def test_which_evidence_is_shown_and_which_is_folded(given, heading, shown, folded):
    """What the answer rests on is shown, else all; the nearest three where nothing answers."""
    made = View.of(given)
    assert made.heading == heading
    assert [item.number for item in made.evidence] == shown
    assert [item.number for item in made.folded] == folded


@pytest.mark.parametrize("given", [answer(1, disagreements=(DIFFER,)), answer(status="not_found")])
def test_shell_page_and_files_show_the_same_evidence(given, capsys):
    """None of them decides by itself what a reader sees."""
    Printer(as_json=False, stream=True, quiet=True, all_evidence=False).done(given)
    page, _, _ = cards.evidence(given).partition("<details>")
    shown = [item.quote for item in View.of(given).evidence]
    for told in (capsys.readouterr().out, page, markdown(given), html_file(given)):
        assert [text for text in TEXTS if text in told] == shown


@pytest.mark.parametrize(
    ("kind", "caption", "heading"),
    [
        ("conflict", "The sources differ", "The sources differ on the quota"),
        (
            "updated",
            "Reports of different days",
            "Reports of different days differ on the quota",
        ),
    ],
)
def test_a_disagreement_has_a_heading_by_kind_and_its_sides(kind, caption, heading):
    """Each value comes with the evidence that gives it; evidence that is not there is left out."""
    differ = replace(DIFFER, kind=kind, values=(*DIFFER.values, Value("3", (9,))))
    (found,) = View.of(answer(1, disagreements=(differ,))).differences
    assert (found.caption, found.heading) == (caption, heading)
    assert [(value, item.number) for value, item in found.rows] == [("1", 2), ("2", 4), ("2", 5)]
    (asked,) = View.of(answer(1, disagreements=(replace(differ, about="How many?"),))).differences
    assert asked.heading == caption


def test_every_statement_is_labelled_with_what_the_checks_found():
    """A quotation is named as one, a sentence without support is doubted, any other is supported."""
    said = (
        Statement("It rained.", "written", (1,), True),
        Statement("Rain.", "quote", (1,), True),
        Statement("Maybe.", "written", (9,), False),
    )
    found = View.of(answer(statements=said)).statements
    assert [one.label for one in found] == [view.SUPPORTED, view.OWN_WORDS, view.DOUBT]
    assert [len(one.cited) for one in found] == [1, 1, 0]


@pytest.mark.parametrize(
    ("frame", "speaker", "label"),
    [
        ("fact", "", "Supported"),
        ("fact", "the union", "Supported · said by the union"),
        ("said", "the union", "Supported · said by the union"),
        ("said", "", "Supported · reported"),
        ("alleged", "the union", "Supported · said by the union · alleged"),
        ("planned", "", "Supported · planned"),
    ],
)
def test_a_label_tells_who_says_so_and_how(frame, speaker, label):
    """A sentence with a speaker need not be called reported, too."""
    statement = Statement("It rained.", "written", (1,), True, frame=frame, speaker=speaker)
    assert view.label(statement) == label


@pytest.mark.parametrize(
    ("given", "unanswered"),
    [
        (answer(status="not_found"), REFUSAL),
        (answer(status="stopped"), view.UNWRITTEN),
        (answer(status="failed"), view.UNWRITTEN),
        (answer(done=False), ""),
        (answer(short=(short(1, "First"),)), ""),
        (answer(1), ""),
    ],
)
def test_the_refusal_takes_the_place_of_sentences(given, unanswered):
    """So does the remark that nothing was written, but not while an answer grows."""
    assert View.of(given).unanswered == unanswered


def test_the_day_of_asking_is_told_with_the_window_only():
    """A question without words about time has no line for them."""
    week = Window(date(2025, 6, 2), date(2025, 6, 8), "this week")
    assert View.of(answer(asked_on=TODAY)).asked == ""
    assert View.of(answer(asked_on=TODAY, window=week)).asked.startswith(
        "Asked on 5 June 2025. Only"
    )


def test_a_short_answer_comes_with_its_evidence_and_its_place():
    """On one line, several in their order; what names evidence that is not there is left out."""
    texts = ("It was Ada\nHolm.", "No, Piet Maas.")
    told = (Short("Piet Maas", 2, 4, 13, 0.9), Short("Ada\nHolm", 1, 7, 15, 0.8), short(9, "x"))
    made = View.of(Answer("Who?", "answered", evidence=tuple(evidence(*texts)), short=told))
    assert [(one.text, one.item.number) for one in made.short] == [
        ("Piet Maas", 2),
        ("Ada Holm", 1),
    ]
    assert made.marked == {2: (4, 13), 1: (7, 15)}


@pytest.mark.parametrize("status", ["answered", "partial", "stopped", "not_found"])
def test_a_refusal_has_no_short_answer(status):
    """Nor are words marked in the nearest passages; however else an answer ends, it is shown."""
    made = View.of(answer(status=status, short=(short(1, "First"),)))
    shown = status != "not_found"
    assert (bool(made.short), bool(made.marked)) == (shown, shown)


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ((8, 11), ("The ", "sun", " shone.")),
        ((4, 7), ("", "The", " sun shone.")),
        (None, ("The sun shone.", "", "")),
        ((0, 7), ("", "The", " sun shone.")),  # what is not in the quotation is not marked
        ((12, 99), ("The sun ", "shone.", "")),
        ((20, 25), ("The sun shone.", "", "")),
    ],
)
def test_a_quotation_is_cut_at_the_words_found(place, parts):
    """In three, none of its characters lost."""
    item = Evidence(1, article("So. The sun shone. Rain fell."), 4, 18, 0.9)
    assert view.parted(item, place) == parts


# ── help ──

HELP = Help(
    did_you_mean=(Guess("Vagra", "Varga", "Who is Varga?"),),
    unknown=("Vagra",),
    unread=Unread(1, 0, 0, ("new.txt",)),
    instead=("Who won?",),
)
COVERED = Coverage(5, 0, 5, None, None, None, 0)


def test_a_refusal_says_why_before_its_notes_and_what_can_be_asked():
    """An answer has neither; guesses, unread files and coverage belong to both."""
    refused, answered = (
        View.of(answer(status=status, help=HELP, coverage=COVERED, notes=("Old.",)))
        for status in ("not_found", "answered")
    )
    assert refused.notes == ("No article here has “Vagra”.", "Old.") and answered.notes == ("Old.",)
    assert (refused.instead, answered.instead) == (("Who won?",), ())
    for made in (refused, answered):
        assert made.guesses == HELP.did_you_mean
        assert made.unread == "Files since the folder was last read: 1 new (new.txt)."
        assert made.coverage == "5 articles, 5 without a date."


def test_an_answer_that_looked_for_no_evidence_has_no_coverage():
    """Nor anything to help with."""
    made = View.of(answer(1))
    assert (made.guesses, made.instead, made.unread, made.coverage) == ((), (), "", "")


@pytest.mark.parametrize(
    ("text", "reports", "agreed"),
    [
        ("3,000", 1, ""),
        ("3,000", 2, "2 independent reports say 3,000."),
        ("word " * 13, 3, "3 independent reports say the same."),
    ],
)
def test_how_many_reports_say_the_short_answer(text, reports, agreed):
    """Only where another one does; a long one is not said again."""
    told = replace(short(1, text), reports=reports)
    (made,) = View.of(answer(short=(told,))).short
    assert made.agreed == agreed
