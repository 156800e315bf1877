"""Independent reports that give another value are told; copies, agreement and weak evidence are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rag.answering.disagreement import disagreements, leading
from rag.types import Statement
from tests.fakes import evidence

ASKED = "How many boats sank?"
THREE = Statement("Three boats sank.", "written", (1,), True)
FIVE = Statement("5 boats sank.", "written", (2,), True)


def told(items, said=THREE, other=FIVE, question=ASKED):
    """What differs, when the others are read as `other`; and which evidence was read."""
    read = []

    def reading(group):
        read.append([item.number for item in group])
        return [other] if other else []

    return list(disagreements(question, [said], items, reading)), read


def on_days(items, *days):
    """The evidence, its articles published on these days."""
    return [
        replace(item, article=replace(item.article, published=day))
        for item, day in zip(items, days, strict=True)
    ]


def test_two_reports_with_two_numbers_are_in_conflict():
    """Each side with its value and its evidence; the prose says whose the other one is."""
    items = evidence("Three boats sank.", "Only 5 boats sank, he said.", source="The Gazette")
    [(found, statement)], read = told(items)
    assert [(side.value, side.evidence) for side in found.values] == [
        ("Three boats", (1,)),
        ("5 boats", (2,)),
    ]
    assert found.kind == "conflict"
    assert str(statement) == "The Gazette reports differently: 5 boats sank. [2]"
    assert read == [[2]]


def test_a_later_report_is_an_update():
    """The day decides, where both have one."""
    items = evidence("Three boats sank.", "By now 5 boats sank.", source="The Gazette")
    [(found, statement)], _ = told(on_days(items, date(2025, 6, 1), date(2025, 6, 3)))
    assert found.kind == "updated"
    assert statement.text.startswith("The Gazette reported later: ")


def test_an_earlier_report_tells_what_it_was():
    """What one outlet wrote before is no conflict with what it writes now."""
    items = evidence("Three boats sank.", "So far 5 boats sank.", source="The Gazette")
    [(found, statement)], _ = told(on_days(items, date(2025, 6, 3), date(2025, 6, 1)))
    assert found.kind == "updated"
    assert statement.text.startswith("The Gazette reported earlier: ")


def test_another_event_in_the_same_town_is_another_matter():
    """A report that does not know what the question is about is not read."""
    crash = "31 people were hurt in the derailment at Lindholm."
    storm = "Fourteen people were hurt at Lindholm by the storm."
    said = Statement(crash, "written", (1,), True)
    asked = "How many people were hurt in the derailment at Lindholm?"
    assert told(evidence(crash, storm), said, None, asked) == ([], [])
    other = evidence(crash, "The derailment at Lindholm left 43 people hurt.")
    assert told(other, said, None, asked)[1] == [[2]]


def test_a_single_name_that_opens_a_sentence_is_known_from_the_articles():
    """Who won is compared, although any first word has a capital."""
    items = evidence(
        "Oslo won the cup. All of Oslo danced.", "Bergen won the cup. All of Bergen danced."
    )
    said = Statement("Oslo won the cup.", "written", (1,), True)
    other = Statement("Bergen won the cup.", "written", (2,), True)
    [(found, _)], _ = told(items, said, other, "Who won the cup?")
    assert [side.value for side in found.values] == ["Oslo", "Bergen"]


def test_reports_of_one_week_may_use_other_words():
    """Three days later nobody needs to say "explosion" again; a month later somebody does."""
    blast = "Nine people were killed in the explosion in Port Lindholm."
    later = "The search in Port Lindholm ended. Thirteen people are now known to have died."
    said = Statement(blast, "written", (1,), True)
    asked = "How many people were killed in the explosion in Port Lindholm?"
    for days, read in ((3, [[2]]), (30, [])):
        day = date(2025, 3, 11)
        items = on_days(evidence(blast, later), day, day + timedelta(days))
        assert told(items, said, None, asked)[1] == read


def test_how_near_and_what_people_is_no_matter():
    """A report that counts passengers, some way from the town, is about the same derailment."""
    near = "31 people were hurt in the derailment near Lindholm."
    away = "The derailment, ten kilometres from Lindholm, left 43 passengers hurt."
    said = Statement(near, "written", (1,), True)
    asked = "How many people were hurt in the derailment near Lindholm?"
    assert told(evidence(near, away), said, None, asked)[1] == [[2]]


def test_a_report_that_has_the_value_agrees_and_is_not_read():
    """In digits or in words."""
    assert told(evidence("Three boats sank.", "In all 3 boats sank.")) == ([], [])


def test_weak_evidence_and_copies_are_not_read():
    """They speak of something else, or are the same report."""
    weak = [
        replace(item, score=0.3) if item.number == 2 else item for item in evidence("Three.", "5.")
    ]
    assert told(weak) == ([], [])
    copies = [
        replace(item, article=replace(item.article, report=7)) for item in evidence("Three.", "5.")
    ]
    assert told(copies) == ([], [])


def test_a_copy_with_another_value_in_the_same_sentence_is_read():
    """It was corrected, or altered; a copy with the value is none of that."""
    texts = ("Three boats sank off the coast.", "Five boats sank off the coast.")
    items = [
        replace(item, article=replace(item.article, report=7))
        for item in evidence(*texts, texts[0])
    ]
    found, read = told(items)
    assert read == [[2]]
    assert len(found) == 1


def test_a_reading_that_finds_nothing_or_only_quotes_tells_nothing():
    """Only what the model wrote and the checks passed is compared."""
    items = evidence("Three boats sank.", "Only 5 boats sank.")
    assert told(items, other=None)[0] == []
    assert told(items, other=replace(FIVE, kind="quote"))[0] == []


def test_names_are_compared_where_a_name_is_asked_for():
    """Who, where, which: names; otherwise neither is compared."""
    assert leading("Who won?", "Ilse Varga won on 5 June.").values == {"ilse", "varga"}
    assert leading("Who won?", "Lena Holm said Ilse Varga won.").spelled == "Ilse Varga"
    assert leading("What film won?", "The prize went to Soul.").spelled == "Soul"
    assert leading("Who won?", "Oslo won.") is None
    assert leading("Who won?", "Oslo won.", known={"oslo"}).spelled == "Oslo"
    assert leading("What did he say?", "He praised Oslo.") is None
    assert leading("Why did it rise?", "It rose by 5 points in Oslo.") is None


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        ("It cost $1,800 in all.", "How much did it cost?", "$1,800"),
        ("A quota of 1,000 per day.", "What quota was set?", "1,000"),
        ("Some 12 % left.", "How many left?", "12 %"),
        ("It was Tom Brandt of Oslo.", "Who was it?", "Tom Brandt of Oslo"),
    ],
)
def test_a_value_is_shown_as_it_is_spelled(text, question, value):
    """With currency, percent sign or the thing that is counted."""
    assert leading(question, text).spelled == value


def sides(question, one, other, items=None):
    """What two statements differ in, each with the whole of its report as evidence."""
    said, second = (
        Statement(text, "written", (number,), True) for number, text in ((1, one), (2, other))
    )
    found, read = told(items or evidence(one, other), said, second, question)
    return [tuple(value.value for value in differing.values) for differing, _ in found], read


REOPENING = "When will the museum reopen?"
ACCEPT = "Did the dockers accept the pay offer?"


@pytest.mark.parametrize(
    ("question", "one", "other", "values_"),
    [
        (REOPENING, "It will reopen on 3 May.", "It opens on May 10.", ("3 May", "May 10")),
        ("When was it built?", "It was built in 1932.", "It dates from 1929.", ("1932", "1929")),
        ("Where will they meet?", "They meet in Oslo.", "They meet in Riga.", ("Oslo", "Riga")),
        (
            ACCEPT,
            "Dockers accepted the pay offer in a ballot.",
            "Dockers rejected the pay offer in a ballot.",
            ("accepted", "rejected"),
        ),
        (
            "Will the ferry sail on Sunday?",
            "The ferry will sail on Sunday.",
            "The ferry will not sail on Sunday.",
            ("sail", "not sail"),
        ),
        (
            "Did prices fall in Lindholm?",
            "Prices in Lindholm fell sharply.",
            "Prices in Lindholm rose sharply.",
            ("fell", "rose"),
        ),
    ],
)
def test_days_places_and_yes_or_no_are_compared(question, one, other, values_):
    """As people spell them; a yes or no by the words that stand against each other."""
    assert sides(question, one, other)[0] == [values_]


def test_a_yes_or_no_is_not_read_but_quoted():
    """In the other report's own words."""
    items = evidence("Dockers accepted the pay offer.", "Rain. Dockers rejected the pay offer.")
    said = Statement("Dockers accepted the pay offer.", "written", (1,), True)
    [(_, statement)], read = told(items, said, None, ACCEPT)
    assert read == []
    assert statement.kind == "quote"
    assert statement.text.endswith("reports differently: “Dockers rejected the pay offer.”")


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (REOPENING, "It will reopen on 3 May.", "It opens on May 3, 2025."),
        (REOPENING, "It will reopen in May.", "It opens on 3 May."),
        (REOPENING, "It will reopen soon.", "It opens on 3 May."),
        (ACCEPT, "Dockers accepted the pay offer.", "The dockers took the pay offer, accepted it."),
        (ACCEPT, "Dockers accepted the offer to end it.", "Dockers accepted the offer; it began."),
        (ACCEPT, "Dockers accepted the pay offer.", "Talks in Dunmarsh began and were rejected."),
        ("Is it a or b?", "It is open.", "It is closed."),
    ],
)
def test_what_may_agree_is_no_disagreement(question, one, other):
    """A vaguer day, the same word, an opposite of what was not asked about, another event."""
    assert sides(question, one, other)[0] == []


def test_reports_that_agree_do_not_use_up_the_readings():
    """The third one is read, the first two have the value."""
    items = evidence("Three boats sank.", "3 boats sank.", "All 3 sank.", "Only 5 boats sank.")
    other = replace(FIVE, citations=(4,))
    found, read = told(items, other=other)
    assert read == [[4]]
    assert len(found) == 1


def test_another_event_is_not_compared():
    """A report that does not speak of the question's names, as the cited one does."""
    items = evidence("Three boats sank at Lindholm.", "Only 5 boats sank, he said.")
    assert told(items, question="How many boats sank at Lindholm?") == ([], [])
    lindholm = evidence("Three boats sank at Lindholm.", "At Lindholm 5 people were hurt.")
    hurt = Statement("5 people were hurt in Oslo.", "written", (2,), True)
    said = Statement("Three boats sank at Lindholm.", "written", (1,), True)
    assert told(lindholm, said, hurt, "How many boats sank at Lindholm?") == ([], [])
    unnamed = evidence("Three boats sank.", "Only 5 boats sank, he said.")
    assert told(unnamed, question="How many boats sank at Lindholm?")[1] == [[2]]


def test_the_first_value_is_compared_with_one_that_counts_the_same():
    """Two years in both reports are no agreement about percents; days are no percents."""
    asked = "How much more pay is offered?"
    one, other = "It gives 6.5 percent over two years.", "Over two years it gives 5 percent."
    assert sides(asked, one, other)[0] == [("6.5 percent", "5 percent")]
    assert sides(asked, one, "The talks took 12 days.")[0] == []
    defeated = "Who won the final?"
    one, other = "Ilse Varga defeated Tom Brandt.", "Lena Holm defeated Tom Brandt."
    assert sides(defeated, one, other)[0] == [("Ilse Varga", "Lena Holm")]


def test_a_number_that_both_reports_have_hides_no_other():
    """The new quota stands in both, the old ones differ; the other one stands where the question's
    words do.
    """
    aim = "The aim of 3,000 is far above a daily arrest quota of 1,000."
    items = evidence("It was 1,800, now it is 3,000.", aim)
    said = Statement("The old quota was 1,800.", "written", (1,), True)
    other = Statement(aim, "written", (2,), True)
    asked = "What daily arrest quota was set before?"
    [(found, _)], _ = told(items, said, other, asked)
    assert told(items, said, replace(other, text="Of 3,000 people 1,000 went."), asked)[0] == []
    assert [side.value for side in found.values] == ["1,800", "1,000"]


def test_numbers_in_words_are_whole():
    """Thirty-one and forty-one share no number."""
    one, other = "Thirty-one people drowned.", "Forty-one people drowned."
    assert sides("How many people drowned?", one, other)[0] == [
        ("Thirty-one people", "Forty-one people")
    ]


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
    items = evidence(f"It was {one}.", f"By that day it was {other}.")
    said, read = (
        Statement(f"It was {x}.", "written", (n,), True) for x, n in ((one, 1), (other, 2))
    )
    found, _ = told(items, said, read, question="How much was it?")
    assert bool(found) is differ


def test_another_year_is_not_a_rounded_one():
    """2020 and 2025 are five years apart."""
    items = evidence("It was in 2020.", "It was in 2025.")
    said, read = (
        Statement(f"It was in {x}.", "written", (n,), True) for x, n in ((2020, 1), (2025, 2))
    )
    assert told(items, said, read, question="In what year was it?")[0]


def test_an_event_of_another_year_is_not_compared():
    """Floods of the year before say nothing about the town that is under water this week."""
    items = on_days(
        evidence(
            "When the dam broke in the storm, Dovre stood under water.",
            "In the storm water came to Hallowick.",
        ),
        date(2023, 9, 15),
        date(2022, 10, 10),
    )
    said = Statement("Dovre.", "written", (1,), True)
    other = Statement("Hallowick.", "written", (2,), True)
    question = "Which town stood under water when the dam broke?"
    assert told(items, said, other, question) == ([], [])
    close = on_days(items, date(2023, 9, 15), date(2023, 9, 14))
    assert told(close, said, other, question)[0]


def test_what_was_reported_long_before_is_history():
    """The minister who resigned two years ago is not the one of this week, whatever the words."""
    items = evidence("Three boats sank in the storm.", "In the storm 5 boats sank.")
    for days, differ in ((-720, False), (-30, True), (720, True)):
        other = date(2025, 6, 1) + timedelta(days=days)
        found, _ = told(on_days(items, date(2025, 6, 1), other))
        assert bool(found) is differ
