"""Independent reports that give another value are told; copies, agreement and weak evidence are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rag.answering.checks.verify import CONTRADICTED
from rag.answering.disagreement import disagreements
from rag.types.models import Support
from tests.fakes import ScriptedChecker, evidence, finding

ASKED = "How many boats sank?"
THREE, FIVE = ("Three boats sank.", "Three boats"), ("Only 5 boats sank, he said.", "5 boats")


def reports(*texts, **fields):
    """Evidence of reports, each with the words that the reader found in it."""
    items = evidence(*(text for text, _ in texts), **fields)
    return [finding(item, found) for item, (_, found) in zip(items, texts, strict=True)]


def told(items, question=ASKED):
    """What differs from the words found in the first piece of evidence; of words nobody judges."""
    found = disagreements(question, items[0].found_text, items[:1], items, ScriptedChecker({}))
    return list(found)


def sides(question, *texts):
    """The values of each disagreement."""
    found = told(reports(*texts), question)
    return [tuple(value.value for value in differing.values) for differing, _ in found]


def on_days(items, *days):
    """The evidence, its articles published on these days."""
    return [
        replace(item, article=replace(item.article, published=day))
        for item, day in zip(items, days, strict=True)
    ]


def of_one_report(items):
    """The evidence, its articles copies of one another."""
    return [replace(item, article=replace(item.article, report=7)) for item in items]


# ── what is told ──


def test_two_reports_with_two_numbers_are_in_conflict():
    """Each side with its value and its evidence; the other one is quoted, with whose it is."""
    [(found, statement)] = told(reports(THREE, FIVE, source="The Gazette"))
    assert [(side.value, side.evidence) for side in found.values] == [
        ("Three boats", (1,)),
        ("5 boats", (2,)),
    ]
    assert found.kind == "conflict"
    assert statement.kind == "quote"
    assert str(statement) == "The Gazette reports differently: “Only 5 boats sank, he said.” [2]"


def test_a_report_without_outlet_is_named_by_its_headline():
    """The headline is not taken for the quotation."""
    [(_, statement)] = told(reports(THREE, FIVE, title="Boats sink"))
    assert statement.text == "“Boats sink” reports differently: “Only 5 boats sank, he said.”"


def test_a_later_report_is_an_update():
    """The day decides, where both have one."""
    items = on_days(reports(THREE, FIVE, source="Post"), date(2025, 6, 1), date(2025, 6, 3))
    [(found, statement)] = told(items)
    assert found.kind == "updated"
    assert statement.text.startswith("Post reported later: ")


def test_an_earlier_report_tells_what_it_was():
    """What one outlet wrote before is no conflict with what it writes now."""
    items = on_days(reports(THREE, FIVE, source="Post"), date(2025, 6, 3), date(2025, 6, 1))
    [(found, statement)] = told(items)
    assert found.kind == "updated"
    assert statement.text.startswith("Post reported earlier: ")


def test_every_report_that_differs_is_told():
    """By its likeliest evidence; those that agree are not."""
    items = reports(THREE, ("In all 3 boats sank.", "3"), FIVE, ("They say 7 sank.", "7"))
    assert [statement.citations for _, statement in told(items)] == [(3,), (4,)]


# ── which values differ ──

REOPENING = "When will the museum reopen?"
WON = "Who won the cup?"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (REOPENING, ("It will reopen on 3 May.", "3 May"), ("It opens on May 10.", "May 10")),
        ("When was it built?", ("Built in 1932.", "1932"), ("It dates from 1929.", "1929")),
        ("Where will they meet?", ("They meet in Oslo.", "Oslo"), ("It is in Riga.", "Riga")),
        (WON, ("Oslo won the cup.", "Oslo"), ("Bergen won the cup.", "Bergen")),
        (
            "Who won the final?",
            ("Ilse Varga defeated Tom Brandt.", "Ilse Varga"),
            ("Lena Holm defeated Tom Brandt.", "Lena Holm"),
        ),
        (
            "How much more pay is offered?",
            ("It gives 6.5 percent over two years.", "6.5 percent over two years"),
            ("Over two years it gives 5 percent.", "5 percent"),
        ),
        (
            "What daily arrest quota was set before?",
            ("It was 1,800, now it is 3,000.", "1,800"),
            ("The aim of 3,000 is far above a daily arrest quota of 1,000.", "1,000"),
        ),
        (
            "How many people drowned?",
            ("Thirty-one people drowned.", "Thirty-one people"),
            ("Forty-one people drowned.", "Forty-one people"),
        ),
    ],
)
def test_days_numbers_and_names_are_compared(question, one, other):
    """As the articles spell them; what both reports have beside it hides nothing."""
    assert sides(question, one, other) == [(one[1], other[1])]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            REOPENING,
            ("It will reopen on 3 May.", "3 May"),
            ("It opens May 3, 2025.", "May 3, 2025"),
        ),
        (REOPENING, ("It will reopen in May.", "in May"), ("It opens on 3 May.", "3 May")),
        (REOPENING, ("It will reopen soon.", "soon"), ("It opens on 3 May.", "3 May")),
        (ASKED, THREE, ("In all 3 boats sank.", "3")),
        (ASKED, THREE, ("Of 12 boats three sank.", "12")),  # it has the value elsewhere
        (ASKED, ("Three of 12 boats sank.", "Three"), ("There were 12 boats.", "12")),
        ("Why did it sink?", ("It sank in a storm.", "a storm"), ("Fog sank it.", "Fog")),
        (
            "How much more pay?",
            ("It gives 5 percent.", "5 percent"),
            ("It took 12 days.", "12 days"),
        ),
        ("Which teams won?", ("Reds won.", "Reds"), ("Blues won, too.", "Blues")),
    ],
)
def test_what_may_agree_is_no_disagreement(question, one, other):
    """A vaguer day, another kind, a value that is there too, a reason, another one of several."""
    assert sides(question, one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("$5", "$4.96", False),
        ("18 million people", "17.9 million people", False),
        ("10 people", "13 people", True),
        ("1,000 people", "1,800 people", True),
        ("31 people", "30 people", True),
    ],
)
def test_a_rounded_number_agrees(one, other, differ):
    """About five dollars is no other price than $4.96; a dozen and ten are not one number."""
    texts = (f"It was {one}.", one), (f"By that day it was {other}.", other)
    assert bool(sides("How much was it?", *texts)) is differ


def test_another_year_is_not_a_rounded_one():
    """2020 and 2025 are five years apart."""
    assert sides("In what year was it?", ("In 2020.", "2020"), ("It was in 2025.", "2025"))


# ── which reports are compared ──


def test_weak_evidence_is_not_compared():
    """It does not answer the question, or not surely enough; asked yes or no, it is of another matter."""
    one, other = reports(THREE, FIVE)
    assert told([one, replace(other, worth=-0.4)])
    assert told([one, replace(other, worth=-0.6)]) == []
    assert told([one, replace(other, found=None)]) == []


def test_a_copy_is_compared_only_where_its_sentence_has_another_value():
    """It was corrected, or altered; a copy that says something else is the same report."""
    assert told(of_one_report(reports(THREE, ("The mayor met 5 people.", "5")))) == []
    items = of_one_report(
        reports(
            ("Three boats sank off the coast.", "Three"),
            ("Five boats sank off the coast.", "Five"),
            ("Three boats sank off the coast.", "Three"),
        )
    )
    assert [statement.citations for _, statement in told(items)] == [(2,)]


def test_another_event_in_the_same_town_is_another_matter():
    """A report that does not know what the question is about has no other value for it."""
    asked = "How many people were hurt in the derailment at Lindholm?"
    crash = ("31 people were hurt in the derailment at Lindholm.", "31 people")
    storm = ("Fourteen people were hurt at Lindholm by the storm.", "Fourteen people")
    assert sides(asked, crash, storm) == []
    other = ("The derailment at Lindholm left 43 people hurt.", "43 people")
    assert sides(asked, crash, other) == [("31 people", "43 people")]


def test_a_report_without_the_names_of_the_question_is_another_matter():
    """Unless the cited one has them neither."""
    asked = "How many boats sank at Lindholm?"
    assert sides(asked, ("Three boats sank at Lindholm.", "Three"), FIVE) == []
    assert sides(asked, THREE, FIVE)


def test_reports_of_one_week_may_use_other_words():
    """Three days later nobody needs to say "explosion" again; a month later somebody does."""
    asked = "How many people were killed in the explosion in Port Lindholm?"
    items = reports(
        ("Nine people were killed in the explosion in Port Lindholm.", "Nine people"),
        ("The search in Port Lindholm ended. Thirteen are known to have died.", "Thirteen"),
    )
    for days, differ in ((3, True), (30, False)):
        day = date(2025, 3, 11)
        assert bool(told(on_days(items, day, day + timedelta(days)), asked)) is differ


def test_how_near_and_what_people_is_no_matter():
    """A report that counts passengers, some way from the town, is about the same derailment."""
    assert sides(
        "How many people were hurt in the derailment near Lindholm?",
        ("31 people were hurt in the derailment near Lindholm.", "31 people"),
        ("The derailment, ten kilometres from Lindholm, left 43 passengers hurt.", "43 passengers"),
    )


def test_an_event_of_another_year_is_not_compared():
    """Floods of the year before say nothing about the town that is under water this week."""
    items = reports(
        ("When the dam broke in the storm, Dovre stood under water.", "Dovre"),
        ("In the storm water came to Hallowick.", "Hallowick"),
    )
    asked = "Which town stood under water when the dam broke?"
    assert told(on_days(items, date(2023, 9, 15), date(2022, 10, 10)), asked) == []
    assert told(on_days(items, date(2023, 9, 15), date(2023, 9, 14)), asked)


def test_what_was_reported_long_before_is_history():
    """The minister who resigned two years ago is not the one of this week, whatever the words."""
    items = reports(("Three boats sank in the storm.", "Three"), ("In the storm 5 sank.", "5"))
    for days, differ in ((-720, False), (-30, True), (720, True)):
        other = date(2025, 6, 1) + timedelta(days=days)
        assert bool(told(on_days(items, date(2025, 6, 1), other))) is differ


# ── yes or no ──

ACCEPT = "Did the dockers accept the pay offer?"
YES, NO = "Dockers accepted the pay offer.", "Dockers turned the pay offer down."
OPPOSITE = Support(0.1, 0.8)


def turned(*others, question=ACCEPT, judged=None):
    """What differs from a yes, with a checker that knows these judgements; and what it compared."""
    known = {NO: OPPOSITE, YES: OPPOSITE, **(judged or {})}  # a contradiction goes both ways
    items, checker = evidence(YES, *others), ScriptedChecker(known)
    return list(disagreements(question, YES, items[:1], items, checker)), checker.asked


def test_a_sentence_that_turns_yes_into_no_is_quoted():
    """By itself, without what stands around it; both sides are sentences."""
    [(found, statement)], _ = turned(f"Rain fell. {NO} It went on.")
    assert [(side.value, side.evidence) for side in found.values] == [(YES, (1,)), (NO, (2,))]
    assert statement.kind == "quote"
    assert statement.text.endswith(f"reports differently: “{NO}”")


def test_the_answer_is_compared_with_each_sentence_of_another_report():
    """On one line each, all at once; not with those of its own report."""
    found, asked = turned("It rained\n all day. Talks go on.")
    assert found == []
    assert asked == [(YES, ["It rained all day.", "Talks go on."])]


def test_of_several_sentences_that_turn_it_the_surest_is_told():
    """One is enough for a report; another report has its own."""
    other = "No dockers accepted it."
    found, _ = turned(f"{NO} {other}", f"{NO} Rain.", judged={other: Support(0.1, 0.9)})
    assert [differing.values[1].value for differing, _ in found] == [other, NO]


def test_what_the_answer_does_not_turn_back_tells_less_and_is_no_other_side():
    """A sentence may seem to deny what it only does not say."""
    found, asked = turned(NO, judged={YES: Support(0.1, 0.2)})
    assert found == []
    assert asked == [(YES, [NO]), (NO, [YES])]


@pytest.mark.parametrize(
    ("contradicted", "differ"), [(CONTRADICTED, True), (CONTRADICTED - 0.01, False)]
)
def test_a_sentence_that_may_say_the_opposite_is_not_enough(contradicted, differ):
    """The checker must find it likelier than not."""
    found, _ = turned(NO, judged={NO: Support(0.0, contradicted)})
    assert bool(found) is differ


@pytest.mark.parametrize("question", ["What did the dockers accept?", "Who accepted the offer?"])
def test_only_a_question_for_yes_or_no_is_turned(question):
    """Else values are compared."""
    assert turned(NO, question=question) == ([], [])


def test_another_matter_is_not_judged():
    """A report that does not know what the question names."""
    items = evidence("Dockers of Dunmarsh accepted the pay offer.", NO)
    checker = ScriptedChecker({NO: OPPOSITE})
    asked = "Did the dockers of Dunmarsh accept the pay offer?"
    assert list(disagreements(asked, items[0].quote, items[:1], items, checker)) == []
    assert checker.asked == []
