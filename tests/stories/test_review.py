"""Summaries and comparisons from the engine: only quotations, within filters, days and turns."""

from __future__ import annotations

from datetime import date

import pytest

from rag.ask import main
from rag.engine import Engine
from rag.filters import Filters
from rag.retrieval.quotations import FEW, SUMMED_UP
from rag.show.json import to_json
from rag.show.refusal import why
from rag.types.answers import REFUSAL, Review
from rag.types.questions import Ask
from tests.doors import run
from tests.fakes import (
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    PlainNamer,
    ScriptedGenerator,
    WordCountEncoder,
    readers,
    settings,
)

ARTICLES = {
    "strikes": ("Coastal Post", "2025-06-01", "A storm hit the harbour of Orve on Sunday."),
    "ferry": ("Herald", "2025-06-02", "The storm sank a ferry in the harbour of Orve."),
    "copy": ("Tribune", "2025-06-02", "The storm sank a ferry in the harbour of Orve."),
    "cost": (
        "Coastal Post",
        "2025-06-03",
        "Repairing the harbour after the storm takes two years.",
    ),
    "museum": ("Herald", "2025-06-03", "The museum in Lindholm opens a new hall in autumn."),
    "mayor": (
        "Tribune",
        "2025-06-04",
        "Ada Holm said that the storm had spared the harbour wall."
        " The union said that the storm had ruined every boat.",
    ),
}
DAY = date(2025, 6, 5)
SUMMARY = "Summarise the news about the storm."


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine over six articles, five reports, whose model has nothing to write."""
    given = settings(tmp_path_factory.mktemp("review"))
    for name, (outlet, day, text) in ARTICLES.items():
        head = f"---\ntitle: {name.capitalize()} in the news\noutlet: {outlet}\ndate: {day}\n---\n"
        (given.seeds / f"{name}.md").write_text(head + text)
    parts = {"encoder": WordCountEncoder(), "reader": OverlapReader()}
    made = Engine(
        given,
        generator=ScriptedGenerator(),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
        namer=PlainNamer(),
        readers=readers,
        **parts,
    )
    made.ingest()
    return made


TALKS = [
    "Ada Holm said that the storm had spared the harbour wall.",
    "The union said that the storm had ruined every boat.",
]


def told(answer):
    """What is quoted, without day and outlet."""
    return [one.text.split(": ", 1)[1].strip("“”") for one in answer.statements]


def ask(engine, question, **changes):
    """The answer to a question asked on DAY."""
    return engine.answer(Ask(question, asked_on=DAY, **changes))


def test_a_summary_is_a_sentence_of_each_report_in_the_order_of_days(engine):
    """A copy counts once, and is told; where reports are few, one of them tells more. No language
    model is asked.
    """
    answer = ask(engine, SUMMARY)
    assert (answer.status, answer.review) == ("answered", Review("summary", "the storm"))
    assert told(answer) == [
        ARTICLES["strikes"][2],
        ARTICLES["ferry"][2],
        ARTICLES["cost"][2],
        *TALKS,
    ]
    assert FEW == len(answer.statements) <= SUMMED_UP
    assert answer.notes[-1].startswith("5 sentences of 4 independent reports")
    assert [item.number for item in answer.cited] == [1, 2, 3, 4, 5]
    assert "also in 1 outlet" in answer.evidence[1].elsewhere
    assert engine.models.generator.asked == [] and answer.short == ()
    assert str(answer.coverage).startswith("4 articles of 2 outlets, 1 to 4 June 2025")


def test_quotations_are_slices_of_the_articles(engine):
    """As everywhere."""
    for item in ask(engine, SUMMARY).evidence:
        assert item.quote == item.article.text[item.start : item.end]
        assert item.quote in ARTICLES[item.article.path.removesuffix(".md")][2]


def test_it_is_the_same_whether_or_not_sentences_are_written(engine):
    """There is nothing to write."""
    usual = ask(engine, SUMMARY)
    for changes in ({"write": False}, {"prose": False}):
        assert ask(engine, SUMMARY, **changes).statements == usual.statements


def test_filters_and_days_restrict_it(engine):
    """As they restrict questions; the days are shown and are no part of the topic."""
    post = ask(engine, SUMMARY, filters=Filters(source="Post"))
    assert told(post) == [ARTICLES["strikes"][2], ARTICLES["cost"][2]]
    later = ask(engine, "What happened with the storm on June 3?")
    assert later.review.topic == "the storm" and later.window.phrase == "on June 3"
    assert told(later) == told(ask(engine, SUMMARY))[2:]


def test_a_follow_up_goes_on_with_the_topic(engine):
    """Of a review, or of a question with its answer."""
    first = ask(engine, SUMMARY)
    later = ask(engine, "And what happened on June 4?", after=first)
    assert later.review.topic == "the storm"
    assert told(later) == TALKS
    asked = ask(engine, "What sank the ferry in Orve?", write=False)
    about = ask(engine, "What do we know about it?", after=asked)
    assert about.review and ARTICLES["ferry"][2] in told(about)
    assert ask(engine, "What do we know about it?").review is None


def test_a_comparison_has_two_sides(engine):
    """Outlets with what they printed, others with what they are quoted with."""
    outlets = ask(engine, "Compare the Coastal Post and the Herald on the storm")
    assert [side.who for side in outlets.review.sides] == ["the Coastal Post", "the Herald"]
    assert [side.evidence for side in outlets.review.sides] == [(1, 2), (3,)]
    assert [item.article.source for item in outlets.evidence] == ["Coastal Post"] * 2 + ["Herald"]
    people = ask(engine, "Compare what Ada Holm and the union say about the storm")
    assert told(people) == [
        "Ada Holm said that the storm had spared the harbour wall.",
        "The union said that the storm had ruined every boat.",
    ]
    assert [side.evidence for side in people.review.sides] == [(1,), (2,)]


def test_a_side_without_a_word_makes_it_partial(engine):
    """And a note says which."""
    answer = ask(engine, "Compare what Ada Holm and the museum say about the storm")
    assert (answer.status, [side.evidence for side in answer.review.sides]) == (
        "partial",
        [(1,), ()],
    )
    assert "what the museum says about the storm" in answer.notes[0]


def test_where_nothing_fits_the_articles_do_not_say(engine):
    """With the reason and the nearest passages, and nothing written."""
    answer = ask(engine, "Summarise the union of Lindholm")
    assert (answer.status, answer.text, answer.statements) == ("not_found", REFUSAL, ())
    assert why(answer) and answer.evidence and engine.models.generator.asked == []


def test_a_topic_that_the_archive_lacks_goes_the_usual_way(engine):
    """Which says what name is unknown."""
    answer = ask(engine, "Summarise the news about Zanzibar", write=False)
    assert answer.review is None and answer.status == "not_found"
    assert why(answer)[0] == "No article here has “Zanzibar”."


def test_an_ordinary_question_is_none(engine):
    """It has evidence and a short answer as before."""
    answer = ask(engine, "What sank the ferry in Orve?", write=False)
    assert answer.review is None and answer.short
    assert to_json(answer)["review"] is None


def test_the_shell_prints_quotations(engine):
    """Those of a comparison below their headings."""

    def shell(question):
        return run(main, question, "--asked-on", "2025-06-05", engine=lambda *_, **__: engine)

    summary = shell(SUMMARY)
    assert summary.code == 0
    assert summary.out.startswith(f"1 June 2025, Coastal Post: “{ARTICLES['strikes'][2]}” [1]\n")
    compared = shell("Compare what Ada Holm and the museum say about the storm")
    assert compared.code == 0
    assert compared.out.startswith("Ada Holm:\n4 June 2025, Tribune: “Ada Holm said")
    assert f"\n\nThe museum:\n{REFUSAL}\n" in compared.out
    assert shell("Summarise the union of Lindholm").code == 3
