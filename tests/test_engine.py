"""The engine: one path for shell, page and tests, with stand-ins for the models."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest

from rag.answering.prompt import NOT_FOUND
from rag.ask import main
from rag.engine import Engine
from rag.errors import LibraryError, UsageError
from rag.filters import Filters
from rag.language.typed import usable
from rag.show.json import to_json
from rag.show.refusal import why
from rag.store import postings
from rag.store.library import Library
from rag.store.writer import writing
from rag.types.answers import REFUSAL
from rag.types.evidence import Coverage
from rag.types.files import Unread
from rag.types.help import Guess
from rag.types.questions import Ask
from tests.doors import run
from tests.fakes import (
    MissingGenerator,
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    PlainNamer,
    ScriptedGenerator,
    WordCountEncoder,
    readers,
    settings,
)

STORM = "Storm in the harbour\n\nA storm hit the harbour. Three boats sank. The mayor slept. Nobody was hurt."
ELECTION = """---
title: Lindholm votes
outlet: Coastal Post
date: 2025-06-03
---
The election in Lindholm was won by Ilse Varga. She has 61 percent."""


class Careful(OverlapReader):
    """It is never surer than real readers are."""

    def read(self, question, texts):
        """The same readings, but none above .9."""
        readings = super().read(question, texts)
        return [
            replace(one, score=min(0.9, one.score), answers=min(0.9, one.answers))
            for one in readings
        ]


def engine(folder, *pieces, reader=None, **changes):
    """An engine over two articles, whose model writes these pieces."""
    given = settings(folder, storm=STORM)
    (given.seeds / "election.md").write_text(ELECTION)
    made = Engine(
        replace(given, **changes),
        encoder=WordCountEncoder(),
        reader=reader or OverlapReader(),
        generator=ScriptedGenerator(*pieces),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
        namer=PlainNamer(),
        readers=readers,
    )
    made.ingest()
    return made


def test_evidence_and_the_short_answer_come_before_the_first_word(tmp_path):
    """The first value has both and no statement; the last one is done."""
    made = engine(tmp_path, "Three boats sank. ", "[2] ", "Boats sank. [1]")
    grown = list(made.stream("How many boats sank?"))
    assert [len(one.statements) for one in grown] == [0, 1, 2, 2]
    assert all(one.evidence for one in grown)
    assert [[found.text for found in one.short] for one in grown] == [["Three"]] * 4
    assert [one.done for one in grown] == [False, False, False, True]
    assert grown[-1].status == "answered"
    assert grown[-1].text == "Three boats sank. [1] Boats sank. [1]"  # its mark put right


def test_a_short_answer_is_a_place_in_a_stored_article(tmp_path):
    """In evidence that is there, too."""
    answer = engine(tmp_path).answer(Ask("How many boats sank?", write=False))
    [told] = answer.short
    item = next(item for item in answer.evidence if item.number == told.evidence)
    assert item.article.text[told.start : told.end] == told.text == "Three"
    assert told.probability == item.answers == 1.0


def test_cited_evidence_is_marked_and_quotes_are_slices(tmp_path):
    """Start and end are offsets into the stored text."""
    answer = engine(tmp_path, "Three boats sank. [1]").answer("How many boats sank?")
    assert [item.number for item in answer.cited] == [1]
    with Library.open(tmp_path / "index") as library:
        texts = {one.id: one.text for one in library.articles()}
    for item in answer.evidence:
        assert item.quote == texts[item.article.id][item.start : item.end]


def test_without_evidence_the_model_is_not_asked(tmp_path):
    """A refusal costs no model call and says what was missing."""
    made = engine(tmp_path, "Anything. [1]")
    answer = made.answer("Who is Elon Musk?")
    assert answer.status == "not_found"
    assert answer.text == REFUSAL
    assert made.models.generator.asked == []
    assert why(answer)[0] == "No article here has “Elon” or “Musk”."


def test_a_refusal_comes_with_help(tmp_path):
    """The name that may have been meant, the days of the archive, and what it is known to answer."""
    made = engine(tmp_path)
    with writing(tmp_path / "index") as library:
        [key] = [one.id for one in library.articles() if one.title == "Lindholm votes"]
        library.put_suggestions({"Who won the election in Lindholm?": key}, {})
    answer = made.answer(Ask("What did Ilse Vagra eat in May 2020?", write=False))
    assert answer.status == "not_found"
    asked = "What did Ilse Varga eat in May 2020?"
    assert answer.help.did_you_mean == (Guess("Vagra", "Varga", asked),)
    assert why(answer)[:2] == (
        "No article here has “Vagra”.",
        "“in May 2020” is outside the archive, which runs from 3 June 2025 to 3 June 2025.",
    )
    assert answer.help.instead == ("Who won the election in Lindholm?",)


def test_every_answer_says_what_it_had_to_go_by(tmp_path):
    """Articles, outlets and days of its evidence, and what the archive lacks."""
    made = engine(tmp_path, "Three boats sank. [1]")
    (made.settings.seeds / "empty.txt").write_text("")
    made.ingest()
    answer = made.answer("How many boats sank?")
    day = date(2025, 6, 3)
    assert answer.coverage == Coverage(2, 1, 1, day, day, day, 1, date.today())
    assert answer.help.did_you_mean == answer.help.unknown == ()


def test_files_that_are_not_read_yet_are_told_before_the_answer(tmp_path):
    """On stderr, once, with what to do; the object for programs has their number."""
    made = engine(tmp_path, "Three boats sank. [1]")
    (made.settings.seeds / "new.txt").write_text("A storm.")
    told = run(main, "-", typed="How many boats sank?\nWho slept?", engine=lambda *_, **__: made)
    first, *others = told.err.splitlines()
    assert first == (
        "Files since the folder was last read: 1 new (new.txt). To read them: python scripts/ingest.py"
    )
    assert not any("last read" in line for line in [*others, *told.out.splitlines()])
    assert made.unread() == made.answer("Who slept?").help.unread == Unread(1, 0, 0, ("new.txt",))


def test_the_models_refusal_is_the_answers(tmp_path):
    """With the nearest passages, and no short answer."""
    answer = engine(tmp_path, NOT_FOUND).answer("Who sank the ferry?")
    assert answer.verdict and answer.verdict.answerable and not answer.verdict.certain
    assert (answer.status, answer.statements, answer.short) == ("not_found", (), ())
    assert answer.evidence


def test_where_the_evidence_is_sure_to_answer_a_refusal_is_a_quotation(tmp_path):
    """A small model refuses at random; where the gate is sure, the words found are shown."""
    answer = engine(tmp_path, NOT_FOUND).answer("How many boats sank?")
    assert answer.verdict and answer.verdict.certain
    assert answer.status == "answered"
    assert [one.kind for one in answer.statements] == ["quote"]
    assert "“Three boats sank.”" in answer.text
    assert answer.notes[-1].startswith("The language model found no answer")


def test_a_sentence_that_does_not_give_the_words_found_is_replaced_by_them(tmp_path):
    """True or not, it answers another question."""
    answer = engine(tmp_path, "The mayor slept. [1]").answer("How many boats sank?")
    assert [one.kind for one in answer.statements] == ["quote"]
    assert "“Three boats sank.”" in answer.text


def test_another_report_is_quoted_without_being_read_by_the_model(tmp_path):
    """It is asked once; both names are what the reader found."""
    given = settings(tmp_path, storm="Tennis\n\nKarl Sundt won the singles at Lindholm in 2013.")
    (given.seeds / "b.txt").write_text("Final\n\nIn 2013 at Lindholm Ilse Varga won.")
    model = ScriptedGenerator("Karl Sundt won the singles at Lindholm. [1]")
    made = Engine(
        given,
        encoder=WordCountEncoder(),
        reader=OverlapReader(),
        generator=model,
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
        namer=PlainNamer(),
        readers=readers,
    )
    made.ingest()
    answer = made.answer("Who won the Lindholm singles in 2013?")
    assert {value.value for one in answer.disagreements for value in one.values} == {
        "Karl Sundt",
        "Ilse Varga",
    }
    assert [one.kind for one in answer.statements] == ["written", "quote"]
    assert len(model.asked) == 1


def test_evidence_only_asks_no_model(tmp_path):
    """All is done once evidence and short answer are there."""
    made = engine(tmp_path, "Anything.")
    (answer,) = made.stream(Ask("How many boats sank?", write=False))
    assert (answer.status, answer.done, made.models.generator.asked) == ("answered", True, [])
    assert ([one.text for one in answer.short], answer.statements) == (["Three"], ())


def judging(made):
    """The models of an engine without the one that writes."""
    models = made.models
    return {"encoder": models.encoder, "reader": models.reader, "checker": models.checker}


class Untouchable:
    """A language model that may not even be named."""

    def __getattr__(self, name):
        raise AssertionError(name)


def test_without_prose_the_articles_answer_and_the_model_is_not_touched(tmp_path):
    """With the sentence that holds the words found."""
    made = engine(tmp_path)
    quoting = Engine(made.settings, generator=Untouchable(), **judging(made))
    (answer,) = quoting.stream(Ask("How many boats sank?", prose=False))
    assert (answer.status, answer.done, answer.notes) == ("answered", True, ())
    [said] = answer.statements
    assert (said.kind, said.citations) == ("quote", (1,))
    assert answer.short[0].text in said.text
    assert answer.cited


def test_a_refusal_of_the_gate_needs_no_prose(tmp_path):
    """It has no short answer, whichever way it was asked."""
    for chosen in ({}, {"write": False}, {"prose": False}):
        answer = engine(tmp_path).answer(Ask("Who is Elon Musk?", **chosen))
        assert (answer.status, answer.short, answer.statements) == ("not_found", (), ())


def test_a_stop_ends_the_answer(tmp_path):
    """What was written before stays."""
    stop = threading.Event()
    made = engine(tmp_path, "Three boats sank. [1] ", "The mayor slept. [1] ", "More.")
    grown = []
    for one in made.stream("How many boats sank?", stop):
        grown.append(one)
        if one.statements:
            stop.set()
    assert grown[-1].status == "stopped"
    assert grown[-1].statements[0].text == "Three boats sank."


def test_a_deadline_ends_writing_and_the_words_are_quoted(tmp_path):
    """With a note that says so."""
    answer = engine(tmp_path, "Three boats sank. [1]", answer_seconds=0.0).answer(
        "How many boats sank?"
    )
    assert (answer.status, answer.statements[0].kind) == ("stopped", "quote")
    assert "longer than" in answer.notes[-1]
    assert answer.evidence


def without_model(folder, **changes):
    """An engine whose model file is not there."""
    made = engine(folder)
    return Engine(replace(made.settings, model=str(folder / "no.gguf")), **judging(made), **changes)


@pytest.mark.parametrize("changes", [{}, {"generator": MissingGenerator()}])
def test_a_missing_model_leaves_the_words_of_the_articles(tmp_path, changes):
    """Whether it is missed at once or when it is to write: a quotation, and a note on what is missing."""
    answer = without_model(tmp_path, **changes).answer("How many boats sank?")
    assert (answer.status, [one.kind for one in answer.statements]) == ("answered", ["quote"])
    assert "“Three boats sank.”" in answer.text
    assert ".gguf" in answer.notes[-1]
    assert "language model" not in answer.models


def test_a_missing_model_is_no_failure_in_the_shell(tmp_path):
    """The answer is on stdout, the note names the file, and the exit code is 0."""
    made = without_model(tmp_path)
    done = run(main, "How many boats sank?", engine=lambda *_, **__: made)
    assert done.code == 0
    assert "“Three boats sank.”" in done.out
    assert "no.gguf" in done.out + done.err


def test_filters_reach_the_search(tmp_path):
    """Only the outlet, only the days; undated articles are counted."""
    made = engine(tmp_path, "Ilse Varga won the election. [1]")
    answer = made.answer(Ask("Who won the election?", filters=Filters(since=date(2025, 6, 1))))
    assert {item.article.source for item in answer.evidence} == {"Coastal Post"}
    assert answer.window.since == date(2025, 6, 1)
    assert "1 article without a date was left out." in answer.notes[0]


def test_a_time_in_the_question_becomes_a_window(tmp_path):
    """Read against the day of asking, and shown; on request it is not read."""
    made = engine(tmp_path, "Ilse Varga won the election. [1]")
    question = "Who won the election in Lindholm this week?"
    asked = made.answer(Ask(question, asked_on=date(2025, 6, 5)))
    assert (asked.window.since, asked.window.until) == (date(2025, 6, 2), date(2025, 6, 8))
    assert made.answer(Ask(question, asked_on=date(2025, 6, 5), read_dates=False)).window is None


def test_a_window_without_any_article_is_dropped_aloud(tmp_path):
    """An archive of 2025 can still be asked in 2026."""
    answer = engine(tmp_path, "Ilse Varga won. [1]").answer(
        Ask("Who won the election last week?", asked_on=date(2026, 11, 21))
    )
    assert answer.window is None
    assert "so all were searched" in answer.notes[0]


def test_a_day_without_a_year_is_of_the_archives_last_year(tmp_path):
    """An archive that ends in June 2025 has its June 3, whenever it is asked for."""
    answer = engine(tmp_path, "Ilse Varga won the election. [1]").answer(
        Ask("Who won the election on June 3?", asked_on=date(2026, 11, 29))
    )
    assert answer.window.since == answer.window.until == date(2025, 6, 3)
    assert answer.evidence[0].article.title == "Lindholm votes"
    assert answer.notes == ()


def test_loose_words_about_time_prefer_and_shut_nothing_out(tmp_path):
    """ "This week" is a window that is shown, and older articles still answer."""
    answer = engine(tmp_path, "Ilse Varga won. [1]").answer(
        Ask("Who won the election this week?", asked_on=date(2025, 6, 17))
    )
    assert answer.window and not answer.window.strict
    assert answer.status == "answered"


def test_old_news_does_not_answer_a_question_about_this_week(tmp_path):
    """It is refused, and who asks learns how old the reports are."""
    answer = engine(tmp_path, "Ilse Varga won. [1]", reader=Careful()).answer(
        Ask("Who won the election this week?", asked_on=date(2026, 11, 21))
    )
    assert answer.status == "not_found"
    assert "The newest of these reports is of 3 June 2025" in answer.notes[-1]


def test_new_articles_are_found_by_a_running_engine(tmp_path):
    """The next question sees the new generation."""
    made = engine(tmp_path, "The museum opened. [1]")
    assert made.answer("When did the museum open?").status == "not_found"
    (made.settings.seeds / "museum.txt").write_text("Museum opens\n\nThe museum opened. It is new.")
    made.ingest()
    assert made.answer("Who opened the museum?").evidence[0].article.title == "Museum opens"


@pytest.mark.parametrize("question", ["", "  \n\t ", "?!", "\0"])
def test_an_empty_question_is_refused_in_words(question):
    """With an example."""
    with pytest.raises(UsageError, match="empty"):
        usable(question, 100)


def test_a_long_question_is_refused_in_words():
    """With both numbers; white space does not count."""
    with pytest.raises(UsageError, match="10,000 characters; at most 2,000"):
        usable("x" * 10_000, 2_000)
    assert usable("a" + " " * 10_000 + "b", 100) == "a b"


def test_bytes_that_are_no_text_do_not_reach_the_tokenizer():
    """A lone surrogate, as the shell hands it over, becomes a question mark."""
    assert usable("who\udcff is it", 100) == "who? is it"


def test_a_library_of_another_encoder_is_refused(tmp_path):
    """Vectors of two spaces would mix without an error."""
    made = engine(tmp_path)
    other = WordCountEncoder()
    other.fingerprint = "another space"
    with pytest.raises(LibraryError, match="another model"):
        Engine(made.settings, encoder=other, reader=OverlapReader()).answer("How many boats?")


def test_timings_and_json_have_what_programs_expect(tmp_path):
    """The keys that `--json` promises."""
    found = to_json(engine(tmp_path, "Three boats sank. [1]").answer("How many boats sank?"))
    assert set(found["timings"]) == {
        "start",
        "search",
        "evidence",
        "rerank",
        "first_evidence",
        "first_token",
        "total",
    }
    assert set(found) >= {
        "question", "status", "short", "statements", "evidence", "disagreements", "window", "help", "coverage",
        "timings", "models",
    }  # fmt: skip
    assert set(found["evidence"][0]) - {"also", "days"} == {
        "number",
        "quote",
        "start",
        "end",
        "score",
        "answers",
        "found",
        "cited",
        "article",
    }
    assert set(found["evidence"][0]["article"]) == {
        "id",
        "title",
        "source",
        "agency",
        "author",
        "published",
        "correction",
        "published_from",
        "url",
        "path",
    }
    assert set(found["statements"][0]) == set("text kind citations supported frame speaker".split())


# ── find, and near ──


class Unasked(OverlapReader):
    """A reader that nobody may ask."""

    def read(self, question, texts):
        """Fails."""
        raise AssertionError


def test_finding_asks_neither_the_reader_nor_the_language_model(tmp_path):
    """Words by fit, what is sought by operators, and all articles by day."""
    made = engine(tmp_path, reader=Unasked())
    assert made.find("boats sank").reports[0].article.title == "Storm in the harbour"
    assert made.find('"Ilse Varga"').total == 1
    assert made.find().reports[0].article.title == "Lindholm votes"
    assert made.find("", Filters(source="coastal"), sort="day", limit=1).total == 1


def test_what_is_found_is_of_the_present_generation(tmp_path):
    """An article that came in since the last search is listed."""
    made = engine(tmp_path)
    assert made.find().total == 2
    (made.settings.seeds / "ferry.txt").write_text("A ferry ran late on Monday in the harbour.")
    made.ingest()
    assert made.find().total == made.find("harbour OR election", sort="day").total == 3


def test_finding_without_a_library_or_with_too_much_text_is_told(tmp_path):
    """With the next step."""
    made = Engine(settings(tmp_path), encoder=WordCountEncoder(), reader=OverlapReader())
    with pytest.raises(LibraryError, match=r"scripts/ingest\.py"):
        made.find("storm")
    with pytest.raises(UsageError, match="Shorten it"):
        made.find("x" * 2001)


def test_a_story_is_found_elsewhere(tmp_path):
    """In a report of another outlet, a day later, with other words."""
    made = engine(tmp_path)
    for name, day, text in (
        ("one", 3, "The storm sank a boat at noon. The mayor spoke."),
        ("two", 4, "A boat was sunk by the storm, the mayor said later."),
    ):
        head = f"---\ntitle: Storm {name}\noutlet: {name}\ndate: 2025-06-0{day}\n---\n"
        (made.settings.seeds / f"{name}.md").write_text(head + text)
    made.ingest()
    [one] = made.find('"at noon"').reports
    assert made.near(one.article, limit=1)[0].article.title == "Storm two"


def test_a_large_library_finds_the_same(tmp_path, monkeypatch):
    """With the words of its articles counted beside it, which an ingest does; also what came since."""
    for name in ("small", "large"):
        (tmp_path / name).mkdir()
    small = engine(tmp_path / "small")
    monkeypatch.setattr(postings, "MANY", 0)
    large = engine(tmp_path / "large")
    assert (large.settings.index / postings.FILE).is_file()
    for made in (small, large):
        (made.settings.seeds / "more.md").write_text("---\ntitle: Boats\n---\nTwo more boats sank.")
        made.ingest()
    for asked in ("How many boats sank?", "Who won the election?"):
        one, other = (made.search(asked) for made in (small, large))
        assert [hit.passage.text for hit in one] == [hit.passage.text for hit in other]
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other])


def test_an_index_that_is_not_there_is_built_while_finding(tmp_path):
    """For words by fit; what is near needs none."""
    made = engine(tmp_path)
    [item, _] = made.find().reports
    cache = made.settings.index / "passages.faiss"
    cache.unlink(missing_ok=True)
    again = Engine(made.settings, encoder=WordCountEncoder(), reader=Unasked())
    assert again.near(item.article) == ()
    assert not cache.exists()
    assert again.find("boats sank").total == 1
    assert cache.is_file()
