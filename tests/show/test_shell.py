"""What the terminal shows of an answer: quotations, nearest passages, disagreements, the explanation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.show.shell import MARK, UNMARK, Printer, differing, explained, near, quote
from rag.show.view import View
from rag.types.answers import Answer, Disagreement, Short, Statement, Value, Verdict
from rag.types.articles import Passage
from rag.types.evidence import Coverage
from rag.types.files import Unread
from rag.types.help import Guess, Help
from rag.types.hits import Cut, Explanation, Hit
from tests.fakes import TODAY, article, evidence, finished


def test_control_characters_never_reach_the_terminal(capsys):
    """Neither from an article nor from the model."""
    said = Statement("It ran \x1b]52;c;aGk=\x07late.", "written", (1,), True)
    Printer(as_json=False, stream=True, quiet=False, all_evidence=False).done(finished(said))
    Printer(as_json=False, stream=False, quiet=False, all_evidence=False).done(finished(said))
    assert "\x1b" not in "".join(capsys.readouterr())


def test_a_quote_is_printed_with_outlet_agency_date_headline_and_file():
    """What a reader needs to find it again."""
    item = evidence("The ferry ran late.", source="Coastal Post", agency="AFP", published=TODAY)[0]
    assert quote(item).splitlines() == [
        "[1] “The ferry ran late.”",
        "    Coastal Post (AFP) · 5 June 2025 · A headline",
        "    1.txt",
    ]
    assert "unknown outlet · no date" in quote(evidence("x")[0])


def test_a_copy_elsewhere_is_named_below_the_quote():
    """One report, whoever printed it."""
    item = evidence("The ferry ran late.", source="Coastal Post", agency="AFP")[0]
    copies = (replace(item.article, source="Herald"), replace(item.article, source="Ledger"))
    lines = quote(replace(item, also=(item.article, *copies))).splitlines()
    assert lines[-1] == "    also in 2 outlets: Herald, Ledger (AFP text)"


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("conflict", "The sources differ on the quota:"),
        ("updated", "Reports of different days differ on the quota:"),
    ],
)
def test_the_shell_tells_a_later_report_from_sources_in_conflict(kind, heading):
    """The first line says which of the two it is, the next ones give the values with their marks."""
    sides = (Value("1,000", (2,)), Value("1,800", (3, 4)))
    items = tuple(evidence("None.", "1,000 boats.", "1,800 boats.", "1,800 ships."))
    differ = Disagreement("the quota", sides, kind)
    (found,) = View.of(Answer("?", "answered", evidence=items, disagreements=(differ,))).differences
    lines = differing(found).splitlines()
    assert lines == [heading, "  1,000 [2]", "  1,800 [3][4]"]


def test_a_near_passage_is_one_line():
    """However long it is."""
    assert len(near(evidence("word " * 200)[0]).splitlines()) == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"source": "Coastal Post"}, "Coastal Post"),
        ({}, "A headline"),
        ({"title": ""}, "1.txt"),
        ({"title": "Ferry late again " * 9}, "Ferry late again Ferry late again …"),
        ({"title": "渡轮" * 30}, "渡轮" * 19 + " …"),  # one word
    ],
)
def test_a_near_passage_begins_with_outlet_or_headline(fields, name):
    """The file is named only where neither is known, and a long name leaves room for the words."""
    item = evidence("The boat ran late.")[0]
    item = replace(item, article=replace(item.article, **fields))
    assert near(item) == f"[1] {name}: The boat ran late."


def test_the_refusal_lists_what_was_missing_and_the_nearest(capsys):
    """On stdout: it is the result."""
    Printer(as_json=False, stream=True, quiet=True, all_evidence=False).done(
        finished(status="not_found")
    )
    out = capsys.readouterr().out
    assert out.startswith("The articles do not say.\n")
    assert "[1] A headline: The ferry ran late." in out


def test_the_explanation_tells_ranks_scores_and_what_was_cut():
    """A dash where a leg did not name the passage, or it was not read again."""
    first = Hit(Passage(article("Boats sank."), 0, 11), 2.5, 1, 3, 0.0323, reranked=0.924)
    second = Hit(Passage(article("A storm.", "Storm"), 0, 8), 0.1, None, 7, 0.0149)
    told = explained(Explanation(("boats?",), ("boats",), (first,), (Cut(second, "a copy"),)))
    assert told.splitlines() == [
        "Searched: boats?",
        "Full text asked for: boats",
        "",
        "text vectors  fused reranked  passage",
        "   3       1 0.0323    0.924  a.txt:0 A headline",
        "   7       - 0.0149        -  a.txt:0 Storm · cut: a copy",
    ]


# ── the short answer ──

WON = ("The \x1b[31mwinner is Lee Jae-myung, 61.", "It was Kim\nMoon-soo.")
LEE, KIM = Short("Lee Jae-myung", 1, 19, 32, 0.9), Short("Kim\nMoon-soo", 2, 7, 19, 0.8)
SAID = Statement("Lee won.", "written", (1,), True)
SURE, UNSURE = Verdict(0.9, 0.3, 0.75), Verdict(0.5, 0.3, 0.75)


def won(*short: Short, verdict: Verdict = SURE, **changes: object) -> Answer:
    """The draft of an answer with these short ones."""
    draft = Answer("Who?", "answered", evidence=tuple(evidence(*WON)), short=short, verdict=verdict)
    return draft.grown(**changes)


def printer(*, stream: bool = True, marks: bool = False, all_evidence: bool = False) -> Printer:
    """A printer that says nothing but the result."""
    return Printer(as_json=False, stream=stream, quiet=True, all_evidence=all_evidence, marks=marks)


def test_the_short_answer_is_printed_before_the_sentences(capsys):
    """As soon as the evidence is there, and once; then the sentences as they come."""
    show, draft = printer(), won(LEE, KIM)
    show.grown(draft)
    assert capsys.readouterr().out == "Lee Jae-myung [1] · Kim Moon-soo [2]\n"
    for grown in (draft.grown(statements=(SAID,)), draft.grown(statements=(SAID,), done=True)):
        show.grown(grown)
    show.done(grown)
    out = capsys.readouterr().out
    assert out.startswith("Lee won. [1] (supported)\n\n[1] “") and "·  Kim" not in out


def test_a_short_answer_that_may_be_taken_back_waits(capsys):
    """Where the model may still find no answer nothing is printed before its first sentence."""
    show, draft = printer(), won(LEE, verdict=UNSURE)
    show.grown(draft)
    assert capsys.readouterr().out == ""
    show.grown(draft.grown(statements=(SAID,)))
    assert capsys.readouterr().out == "Lee Jae-myung [1]\nLee won. [1] (supported)\n"


@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal_has_no_short_answer(stream, capsys):
    """Nothing comes before the constant sentence."""
    show, draft = printer(stream=stream), won(LEE, verdict=UNSURE)
    for grown in (draft, draft.grown(status="not_found", done=True)):
        show.grown(grown)
    show.done(grown)
    assert capsys.readouterr().out.startswith("The articles do not say.\n")


@pytest.mark.parametrize("stream", [True, False])
def test_without_sentences_the_short_answer_and_the_evidence_are_printed(stream, capsys):
    """No empty line takes the place of the sentences."""
    show, done = printer(stream=stream, all_evidence=True), won(LEE, done=True)
    show.grown(done)
    show.done(done)
    assert capsys.readouterr().out.startswith("Lee Jae-myung [1]\n\n[1] “The winner is")


def test_each_question_has_its_short_answer(capsys):
    """The one of the question before does not count."""
    show = printer()
    for _ in range(2):
        show.asked("Who?")
        show.grown(won(LEE, done=True))
    assert capsys.readouterr().out == "Lee Jae-myung [1]\n" * 2


def test_the_words_found_are_marked_on_a_terminal_alone(capsys):
    """At their exact place; the controls of an article are gone, ours stand in pairs."""
    done = won(LEE, statements=(SAID,), done=True)
    printer().done(done)
    assert "\x1b" not in capsys.readouterr().out
    printer(marks=True).done(done)
    out = capsys.readouterr().out
    assert f"[1] “The winner is {MARK}Lee Jae-myung{UNMARK}, 61.”" in out
    assert out.count("\x1b") == 2


def test_a_mark_does_not_go_over_the_end_of_a_line():
    """The indentation of the next line is not underlined, and no character is lost."""
    text = f"{'word ' * 17}Lee Jae-myung of the Democratic Party won. The rest follows."
    start = text.index("Lee")
    item, place = evidence(text)[0], (start, text.index(" won"))
    first, second, *_ = quote(item, place).splitlines()
    assert first.endswith(f"word {MARK}Lee Jae-{UNMARK}")
    assert second.startswith(f"    {MARK}myung of the Democratic Party{UNMARK} won. The")
    assert quote(item, place).replace(MARK, "").replace(UNMARK, "") == quote(item)


# ── help ──

HELP = Help(
    did_you_mean=(Guess("Vagra", "Va\x1b[31mrga", "Who is Varga?"),),
    unknown=("Vagra",),
    unread=Unread(1, 0, 0, ("n\x1bew.txt",)),
    instead=("Who won?", "Who lost?"),
)
COVERED = Coverage(1, 0, 1, None, None, TODAY, 0)


def test_a_refusal_is_printed_with_its_help(capsys):
    """Why, what may have been meant, the nearest passages, what can be asked, what there was to go by."""
    done = finished(status="not_found")
    printer().done(replace(done, help=HELP, coverage=COVERED))
    assert capsys.readouterr().out.splitlines() == [
        "The articles do not say.",
        "No article here has “Vagra”.",
        "Did you mean Varga instead of Vagra? Who is Varga?",
        "",
        "The nearest passages:",
        "[1] A headline: The ferry ran late.",
        "",
        "The articles answer, for example:",
        "  Who won?",
        "  Who lost?",
        "",
        "1 article, 1 without a date; the newest in the archive is of 5 June 2025.",
    ]


def test_a_guess_for_an_answered_question_stands_beside_it(capsys):
    """On stderr, as other notes; nothing can be asked instead. The coverage is part of the result."""
    done = replace(finished(SAID), help=HELP, coverage=COVERED)
    Printer(as_json=False, stream=True, quiet=False, all_evidence=False).done(done)
    out, err = capsys.readouterr()
    assert err == "Did you mean Varga instead of Vagra? Who is Varga?\n"
    assert "for example" not in out and out.splitlines()[-1].startswith("1 article, 1 without")


@pytest.mark.parametrize(("as_json", "quiet"), [(False, False), (True, False), (False, True)])
def test_unread_files_are_told_once_before_the_first_answer(as_json, quiet, capsys):
    """On stderr, with what to do; not where an object for programs says it, or nothing is wanted there."""
    show = Printer(as_json=as_json, stream=not as_json, quiet=quiet, all_evidence=False)
    for _ in range(2):
        show.asked("Who?")
        show.grown(won(help=HELP, done=True))
    out, err = capsys.readouterr()
    told = (
        "Files since the folder was last read: 1 new (new.txt)."
        " To read them: python scripts/ingest.py\n\n"
    )
    assert (out, err) == ("", "" if as_json or quiet else told)


def test_the_number_of_reports_stands_below_the_short_answer(capsys):
    """Where another one says the same."""
    printer().grown(won(replace(LEE, reports=2), KIM, done=True))
    assert capsys.readouterr().out.splitlines() == [
        "Lee Jae-myung [1] · Kim Moon-soo [2]",
        "2 independent reports say Lee Jae-myung.",
    ]
