"""Standing questions: what is news of them, what is none, and the file that keeps them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from rag.errors import LibraryError, UsageError
from rag.filters import Filters
from rag.stories import kept
from rag.types.questions import Ask
from tests.fakes import empty_engine

ASKED = "How many boats sank?"
DAY = date(2025, 6, 9)
FIRST = "2025-06-02", "Post", "Three boats sank."
LATER = "2025-06-08", "Mail", "Nine boats sank."


def bring(engine, name: str, day: str, outlet: str, text: str) -> None:
    """Put an article into the folder and read it."""
    page = f"---\ntitle: News of {name}\noutlet: {outlet}\ndate: {day}\n---\n\n{text}\n"
    (engine.settings.seeds / f"{name}.md").write_text(page)
    engine.ingest()


@pytest.fixture
def engine(tmp_path):
    """An engine with small parts over one article, whose question is kept."""
    made = empty_engine(tmp_path)
    bring(made, "first", *FIRST)
    kept.keep(Ask(ASKED), made, made.settings.index, DAY)
    return made


def run(engine) -> kept.Ran:
    """Ask again what may have changed."""
    return kept.run(engine, engine.settings.index, DAY)


def known(engine):
    """The kept questions."""
    return kept.load(engine.settings.index)


# ── news ──


def test_a_change_is_told_with_both_quotations(engine):
    """The value before, the value now, whose words they are and of which day; the answer known is the new one."""
    bring(engine, "later", *LATER)
    [news] = run(engine).news
    assert (news.question, news.kind, news.on) == (ASKED, "changed", DAY)
    assert (news.before.value, news.before.dated) == ("Three", "Post, 2 June 2025")
    assert (news.now.value, news.now.dated) == ("Nine", "Mail, 8 June 2025")
    assert (news.before.quotation, news.now.quotation) == (FIRST[2], LATER[2])
    [one] = known(engine)
    assert one.told[0].value == "Nine" and one.news == (news,)


def test_news_is_told_once(engine):
    """The next run has nothing to ask."""
    bring(engine, "later", *LATER)
    assert len(run(engine).news) == 1
    assert run(engine) == kept.Ran(kept=1, asked=0)


def test_nothing_is_asked_where_no_article_came(engine):
    """The search alone is enough; the first run brings nothing old."""
    assert run(engine) == kept.Ran(kept=1, asked=0)


def test_what_was_there_when_it_was_kept_is_no_news(tmp_path):
    """Two reports that differ were both known."""
    made = empty_engine(tmp_path)
    bring(made, "first", *FIRST)
    bring(made, "later", *LATER)
    kept.keep(Ask(ASKED), made, made.settings.index, DAY)
    assert run(made).news == ()


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2025-06-08", "3 boats sank. The mayor counted them."),
        ("2025-06-08", "The museum reopened. Nobody was hurt in the museum."),
        ("2025-06-01", "Nine boats sank."),
    ],
    ids=["the same", "another matter", "an earlier report"],
)
def test_an_article_without_a_change_is_no_news(engine, day, text):
    """It is read, and what is known stays."""
    bring(engine, "other", day, "Mail", text)
    ran = run(engine)
    assert (ran.asked, ran.news) == (1, ())
    assert known(engine)[0].news == ()


def test_a_copy_of_what_was_told_is_no_news(engine):
    """Another outlet prints the new value, too."""
    bring(engine, "later", *LATER)
    run(engine)
    bring(engine, "again", "2025-06-09", "Courier", "Nine boats sank. The mayor said so.")
    assert run(engine).news == ()


def test_a_value_that_returns_is_news(engine):
    """Three, then nine, then three again."""
    bring(engine, "later", *LATER)
    run(engine)
    (engine.settings.seeds / "first.md").unlink()
    bring(engine, "last", "2025-06-09", "Courier", "Three boats sank. The mayor was wrong.")
    values = [(one.before.value, one.now.value) for one in run(engine).news]
    assert values == [("Nine", "Three")]


def test_an_answer_to_what_was_refused_is_news(tmp_path):
    """Nothing was known before."""
    made = empty_engine(tmp_path)
    bring(made, "museum", "2025-06-02", "Post", "The museum reopened on Monday.")
    one = kept.keep(Ask(ASKED), made, made.settings.index, DAY)
    assert one.told == ()
    bring(made, "later", *LATER)
    [news] = run(made).news
    assert (news.kind, news.before, news.now.value) == ("answered", None, "Nine")


def test_an_answer_whose_article_is_gone_is_news(engine):
    """Where nothing else answers; afterwards the question is one without an answer."""
    bring(engine, "museum", "2025-06-02", "Post", "The museum reopened on Monday.")
    (engine.settings.seeds / "first.md").unlink()
    engine.ingest()
    [news] = run(engine).news
    assert (news.kind, news.before.value, news.now) == ("gone", "Three", None)
    assert known(engine)[0].told == () and run(engine).news == ()


def test_a_library_that_was_made_anew_is_none_of_new_articles(tmp_path):
    """Its articles are those that were there, by their ids; one that came with it is news."""
    made = empty_engine(tmp_path)
    for name in ("one", "two", "three"):
        bring(made, name, "2025-06-01", "Post", f"The museum reopened hall {name}.")
    bring(made, "first", *FIRST)
    kept.keep(Ask(ASKED), made, made.settings.index, DAY)
    for path in made.settings.index.glob("[!s]*"):
        path.unlink()
    for name in ("one", "two", "three"):
        (made.settings.seeds / f"{name}.md").unlink()
    made.ingest()
    assert run(made).news == ()
    bring(made, "later", *LATER)
    assert [one.now.value for one in run(made).news] == ["Nine"]


def test_a_question_that_cannot_be_asked_any_more_is_noted(engine):
    """Its outlet is gone; the others are asked."""
    bring(engine, "later", *LATER)
    narrowed = Ask(ASKED, Filters(source="Mail"))
    kept.keep(narrowed, engine, engine.settings.index, DAY)
    (engine.settings.seeds / "later.md").unlink()
    engine.ingest()
    ran = run(engine)
    assert ran.kept == 2 and "Mail" in ran.notes[0] and len(ran.notes) == 1


# ── keeping ──


def test_a_question_is_kept_once(engine):
    """With what was known first; the same one of other articles is another."""
    [first] = known(engine)
    bring(engine, "later", *LATER)
    assert kept.keep(Ask(ASKED), engine, engine.settings.index, DAY) == first
    kept.keep(Ask(ASKED, Filters(source="Mail")), engine, engine.settings.index, DAY)
    assert [one.filters.source for one in known(engine)] == [None, "Mail"]
    assert kept.is_kept(engine.settings.index, ASKED, Filters(source="Mail"))


@pytest.mark.parametrize(
    "ask",
    [
        Ask(ASKED, Filters(as_of=DAY)),
        Ask("How many articles mention boats?"),
    ],
    ids=["as of a day", "counted"],
)
def test_what_has_no_answer_of_its_own_is_not_kept(engine, ask):
    """It is refused in words, and the list stays."""
    before = known(engine)
    with pytest.raises(UsageError, match=r"Keep|kept"):
        kept.keep(ask, engine, engine.settings.index, DAY)
    assert known(engine) == before


def test_questions_are_forgotten_by_number_or_all(engine):
    """A number that none has is told."""
    folder = engine.settings.index
    kept.keep(Ask(ASKED, Filters(source="Post")), engine, folder, DAY)
    with pytest.raises(UsageError, match="has the number 3"):
        kept.remove(folder, 3)
    assert [one.filters.source for one in kept.remove(folder, 2)] == ["Post"]
    assert len(kept.remove(folder)) == 1 and known(engine) == ()
    kept.forget(folder, ASKED, Filters())  # nothing happens


# ── the file ──


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"version": 1}',
        b'{"version": 1, "questions": [{"question": "Who?"}]}',
        b'{"version": "one", "questions": []}',
    ],
)
def test_a_damaged_file_is_set_aside_and_named(engine, damaged):
    """It is not overwritten; another one does not take its place, and new questions can be kept."""
    folder = engine.settings.index
    for number in (1, 2):
        (folder / kept.FILE).write_bytes(damaged)
        assert not kept.is_kept(folder, ASKED, Filters())
        with pytest.raises(LibraryError, match=f"standing-damaged-{number}.json"):
            kept.load(folder)
        assert (folder / f"standing-damaged-{number}.json").read_bytes() == damaged
    assert known(engine) == ()
    kept.keep(Ask(ASKED), engine, folder, DAY)
    assert len(known(engine)) == 1


def test_every_field_damaged_by_itself_is_damage(engine):
    """Whatever a field holds, it is read or the file is set aside: there is no traceback."""
    bring(engine, "later", *LATER)
    run(engine)
    folder = engine.settings.index
    whole = json.loads((folder / kept.FILE).read_bytes())
    for name in whole["questions"][0]:
        for value in (None, 7, "x", [None], {"a": 1}):
            [one] = whole["questions"]
            damaged = {"version": 1, "questions": [{**one, name: value}]}
            (folder / kept.FILE).write_text(json.dumps(damaged))
            try:
                assert len(kept.load(folder)) == 1
            except LibraryError:
                assert not (folder / kept.FILE).exists()


def test_a_file_of_a_later_version_stays(engine):
    """It is named, and neither read nor moved."""
    path = engine.settings.index / kept.FILE
    path.write_text('{"version": 99, "questions": []}')
    with pytest.raises(LibraryError, match="later version"):
        known(engine)
    assert path.is_file()


def test_what_is_kept_is_read_as_it_was(engine):
    """All fields, news among them; filters as they were."""
    one = replace(known(engine)[0], filters=Filters("Post", since=date(2025, 6, 1)))
    folder = engine.settings.index
    kept.keep(Ask(ASKED, one.filters, read_dates=False), engine, folder, DAY)
    assert known(engine)[1] == replace(one, read_dates=False, seen=known(engine)[1].seen)
