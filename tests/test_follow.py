"""Questions that go on: in the shell from the last answer, over HTTP from a named turn."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from rag.ask import main
from rag.errors import UsageError
from rag.filters import Filters
from rag.retrieval import search
from rag.retrieval.search import ANY_TIME, Leaning, Query
from rag.shell import last
from rag.store import vectors
from rag.store.generation import of
from rag.store.library import Library
from rag.types.answers import Answer
from rag.types.archive import Archive
from rag.types.questions import Ask
from rag.web.api import Turns, programs
from tests.doors import run
from tests.fakes import QUESTION, WRITTEN, ScriptedGenerator, engine_of

FOLLOW = "And who closed it?"


@pytest.fixture
def engine(tmp_path):
    """An engine with small parts on a small archive."""
    return engine_of(tmp_path, ScriptedGenerator(f"{WRITTEN} [1]"))


def shell(engine, *arguments, typed=""):
    """Run the command; its engine is this one."""
    make = partial(lambda *_, **__: engine)
    settings = engine.settings
    return run(
        main, *arguments, engine=make, typed=typed, index=settings.index, seeds=settings.seeds
    )


def test_a_question_goes_on_from_the_last_answer(engine):
    """Its turn is read together with it; without -c it stands alone."""
    assert shell(engine, "--quiet", QUESTION).code == 0
    alone = json.loads(shell(engine, "--quiet", "--json", "--explain", FOLLOW).out)
    shell(engine, "--quiet", QUESTION)
    found = json.loads(shell(engine, "--quiet", "--json", "--explain", "-c", FOLLOW).out)
    assert alone["explanation"]["questions"] == [FOLLOW]
    assert found["explanation"]["questions"][0] == f"{QUESTION} {WRITTEN} who closed it?"


def test_questions_of_standard_input_go_on_from_each_other(engine):
    """With -c; the first from the last answer."""
    shell(engine, "--quiet", QUESTION)
    done = shell(engine, "--quiet", "--json", "--explain", "-c", "-", typed=f"{FOLLOW}\n{FOLLOW}\n")
    first, second = map(json.loads, done.out.splitlines())
    assert first["explanation"]["questions"][0].startswith(QUESTION)
    assert second["explanation"]["questions"][0].startswith(QUESTION)


@pytest.mark.parametrize("kept", [None, "", "{}", "[]", '{"question": 1}'])
def test_without_a_last_answer_nothing_is_asked(engine, kept):
    """One sentence with what to do; a file that cannot be read is none."""
    if kept is not None:
        (engine.settings.index / last.FILE).write_text(kept)
    done = shell(engine, "--quiet", "-c", FOLLOW)
    assert (done.code, done.out) == (2, "")
    assert done.err == "There is no last answer to go on from. Ask without -c first.\n"


def test_what_was_cited_is_kept_by_its_place(engine):
    """It is gone when its article is."""
    found = engine.answer(QUESTION)
    last.keep(found, engine.settings.index)
    kept = last.kept(engine.settings.index, engine.article)
    assert [one.quote for one in kept.cited] == [one.quote for one in found.cited] != []
    assert last.kept(engine.settings.index, lambda _: None).cited == ()


def test_a_folder_that_cannot_be_written_keeps_nothing(engine, tmp_path):
    """And nothing fails."""
    last.keep(engine.answer(QUESTION), tmp_path / "seeds" / "storm.txt")


def test_the_passages_cited_last_are_searched(engine):
    """Also where the search finds none of them; once, and only those that filters leave."""
    cited = engine.answer(QUESTION).cited
    leaning = Leaning(date(2025, 6, 5), ANY_TIME)
    query = Query("And her?", "And her?", Filters(), None, leaning)
    with Library.open(engine.settings.index) as opened:
        library = of(opened, vectors.load(opened, engine.settings.index))
        (hit,) = search.with_cited([], cited, query, library)
        assert hit.passage.text.startswith("The storm sank")
        assert search.with_cited([hit], cited, query, library) == [hit]
        dated = replace(query, filters=Filters(since=date(2025, 1, 1)))
        assert search.with_cited([], cited, dated, library) == []
        assert search.with_cited([], (), query, library) == []


def test_a_program_goes_on_from_a_named_turn(engine):
    """Each answer has the name of its turn; a name that is not known is an error in words."""
    ask = programs(engine)[0]
    first = json.loads(ask(QUESTION))
    second = json.loads(ask(FOLLOW, after=first["turn"]))
    assert second["turn"] != first["turn"]
    assert second["evidence"][0]["article"]["path"] == "storm.txt"
    with pytest.raises(Exception, match="No turn “nonsense” is known here any more"):
        ask(FOLLOW, after="nonsense")


def test_only_the_last_turns_are_remembered(engine):
    """The oldest is forgotten first."""
    turns, answer = Turns(), engine.answer(Ask(QUESTION))
    names = [turns.keep(answer) for _ in range(Turns.MOST + 1)]
    assert turns.known(names[-1]) is answer
    with pytest.raises(UsageError):
        turns.known(names[0])


def test_what_was_counted_is_the_next_questions_matter(tmp_path, engine):
    """In the shell: "show them" lists the articles that were counted."""
    counted = Archive(
        "articles", "", 2, 0, "", query='"ferry"', filters=Filters(since=date(2025, 6, 1))
    )
    last.keep(Answer("How many?", "answered", archive=counted, done=True), tmp_path)
    kept = last.kept(tmp_path, engine.article).archive
    assert (kept.kind, kept.query, kept.filters) == ("articles", '"ferry"', counted.filters)
