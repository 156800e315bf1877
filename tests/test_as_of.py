"""The archive as it was on a day: no later article is searched, cited, counted, listed or offered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from rag.archive.asked import Asked, mention
from rag.ask import main
from rag.engine import Engine
from rag.errors import UsageError
from rag.filters import Filters, sound
from rag.store.library import Library
from rag.types.questions import Ask
from tests.doors import run
from tests.fakes import WRITTEN, ScriptedGenerator, empty_engine

FIRST = date(2025, 1, 1)
TOPICS = ["ferry", "museum", "mayor", "judge", "boat", "harbour"]
PEOPLE = ["Holm", "Brandt", "Varga", "Sevrin", "Morvan", "Pellon"]


def articles():
    """Sixty articles, one every third day, on six topics in turn; every tenth has no date; and one that
    was printed again, changed, a month later under the same address.
    """
    for n in range(60):
        topic, person = TOPICS[n % 6], PEOPLE[n // 10]
        own = " ".join(f"w{n}x{k}" for k in range(40))  # so that none is a copy
        text = f"{own}. The {topic} was seen by Ada {person} in report {n}. The storm passed the {topic}."
        yield {
            "title": f"The {topic} again, number {n}",
            "text": f"{text} Nobody knows why number {n} was in the harbour, said the mayor of place {n}.",
            "source": f"Outlet {n // 20}",
            "url": f"https://news.example/{n}",
            **({"published": str(FIRST + timedelta(days=3 * n))} if n % 10 else {}),
        }
    for day, boats in ((date(2025, 2, 1), "Twelve"), (date(2025, 3, 1), "Fourteen")):
        yield {
            "title": "Boats lost in the quota storm",
            "text": f"{boats} boats were lost in the quota storm. The president said so to the quota office.",
            "source": "Outlet 0",
            "url": "https://news.example/boats",
            "published": str(day),
        }


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine with small parts over these articles."""
    made = empty_engine(
        tmp_path_factory.mktemp("as_of"), ScriptedGenerator(f"{WRITTEN} [1]"), none=""
    )
    made.settings.seeds.joinpath("none.txt").unlink()
    lines = map(json.dumps, articles())
    made.settings.seeds.joinpath("all.jsonl").write_text("\n".join(lines))
    assert made.ingest().articles == 62
    return made


def days_of(answer):
    """The days of everything an answer cites, has beside its evidence, or lists."""
    shown = [one for item in answer.evidence for one in (item.article, *item.also)]
    return [one.published for one in shown]


@pytest.mark.slow
def test_no_citation_of_150_questions_is_later_than_the_day(engine):
    """Nor is any copy, and none lacks a day."""
    cited = 0
    for n in range(150):
        day = FIRST + timedelta(days=(37 * n) % 190)
        topic, person = TOPICS[n % 6], PEOPLE[(n // 6) % 6]
        question = (
            f"What of the {topic} was seen by {person}?",
            f"What happened to the {topic} last week?",
        )[n % 2]
        answer = engine.answer(Ask(question, Filters(as_of=day), write=n % 5 == 0))
        days = days_of(answer)
        cited += len(days)
        assert all(one and one <= day for one in days)
        assert answer.coverage is None or (answer.coverage.newest or day) <= day
        assert (answer.as_of, answer.asked_on) == (day, day)
    assert cited > 300


def test_lists_and_counts_know_no_later_article(engine):
    """Oracle: the articles themselves, whose titles all differ."""
    for day in (date(2025, 1, 5), date(2025, 2, 15), date(2025, 4, 1), date(2026, 1, 1)):
        there = {
            one["title"]
            for one in articles()
            if "published" in one and one["published"] <= str(day)
        }
        found = engine.find("", Filters(as_of=day), "day", 100)
        assert {item.article.title for item in found.reports} == there
        assert found.as_of == day
        assert "6 without a date" in found.notes[-1]
        counted = engine.count(Asked("articles", filters=Filters(as_of=day)))
        assert counted.number == len(there)
        storm = engine.count(Asked("months", mention("storm"), Filters(as_of=day)))
        assert storm.number == len(there)
        assert all(row.label <= str(day)[:7] for row in storm.rows)


def test_a_version_that_was_replaced_later_is_seen_on_its_day(engine):
    """Before the new one came; on the day of the new one, only this."""

    def boats(day):
        return [
            item.article.text.split()[0]
            for item in engine.find('"quota storm"', Filters(as_of=day)).reports
        ]

    assert boats(date(2025, 1, 31)) == []
    assert boats(date(2025, 2, 28)) == ["Twelve"]
    assert boats(date(2025, 3, 1)) == ["Fourteen"]
    assert boats(None) == ["Fourteen"]
    answer = engine.answer(Ask("How many boats were lost?", Filters(as_of=date(2025, 2, 28))))
    assert answer.evidence[0].quote.startswith("Twelve")


def test_a_name_of_later_articles_is_unknown(engine):
    """Nor is it offered for a misspelled one."""
    question = "What did Ada Pelon see?"
    early, late = (
        engine.answer(Ask(question, Filters(as_of=day)))
        for day in (date(2025, 2, 1), date(2025, 7, 1))
    )
    assert [one.offered for one in early.help.did_you_mean] == []
    assert [one.offered for one in late.help.did_you_mean] == ["Pellon"]
    with Library.open(engine.settings.index, date(2025, 2, 1)) as library:
        assert library.newest() == date(2025, 2, 1)


def test_copies_and_neighbours_are_those_of_the_day(engine):
    """What stands beside an article, too."""
    day = date(2025, 2, 1)
    first = engine.find("ferry", Filters(as_of=day)).reports[0].article
    assert all(item.article.published <= day for item in engine.near(first, 50, as_of=day))
    boats = engine.find("quota", Filters(as_of=day)).reports[0].article
    assert engine.article(boats.id, day) == (boats, ())
    later = engine.find("quota", Filters()).reports[0].article
    assert engine.article(later.id, day) is None


def test_it_is_said_what_was_left_out(engine):
    """In the notes, with the articles without a date."""
    answer = engine.answer(Ask("What of the ferry?", Filters(as_of=date(2025, 2, 1))))
    said = (
        "As known on 1 February 2025: articles of later days were left out, and 6 without a date."
    )
    assert said in answer.notes
    counted = engine.answer(
        Ask("How many articles mention the ferry?", Filters(as_of=date(2025, 2, 1)))
    )
    assert counted.archive and said in counted.notes


def test_words_about_time_are_read_on_that_day(engine):
    """Unless another day of asking is given; then it is this one."""
    ask = Ask("What happened last week?", Filters(as_of=date(2025, 2, 12)))
    assert engine.answer(ask).window.until == date(2025, 2, 9)
    told = engine.answer(replace(ask, asked_on=date(2025, 1, 15)))
    assert (told.window.until, told.asked_on, told.as_of) == (
        date(2025, 1, 12),
        date(2025, 1, 15),
        date(2025, 2, 12),
    )


def test_a_question_that_goes_on_sees_no_later_article(engine):
    """Not even what the turn before cited."""
    first = engine.answer("How many boats were lost in the quota storm?")
    assert any(item.article.published == date(2025, 3, 1) for item in first.cited)
    ask = Ask("And who said so?", Filters(as_of=date(2025, 2, 28)), after=first)
    days = days_of(engine.answer(ask))
    assert days and all(day and day <= date(2025, 2, 28) for day in days)


def test_a_first_day_after_it_is_refused():
    """Nothing could be found."""
    with pytest.raises(UsageError, match="As known on 2025-02-01, no article is from 2025-02-02"):
        sound(Filters(since=date(2025, 2, 2), as_of=date(2025, 2, 1)))


def test_the_shell_takes_both_days(engine):
    """The day on which the archive is seen, and the day of asking."""
    make = partial(lambda *_, **__: engine)
    arguments = ["--json", "--as-of", "2025-02-12", "--asked-on", "2025-01-15"]
    done = run(main, *arguments, "What happened to the ferry?", engine=make)
    found = json.loads(done.out)
    assert (found["as_of"], found["asked_on"]) == ("2025-02-12", "2025-01-15")
    assert all(one["article"]["published"] <= "2025-02-12" for one in found["evidence"])


def test_two_days_do_not_disturb_each_other(engine):
    """The list of one day is not kept for the next."""
    assert isinstance(engine, Engine)
    many = [engine.find("", Filters(as_of=day)).total for day in (None, date(2025, 1, 5), None)]
    assert many[0] == many[2] == 61 > many[1]
