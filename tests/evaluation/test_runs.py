"""The evaluation from files to figures, on articles and questions written for this."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import ModelError, UsageError
from rag.settings import Settings
from rag.store.library import Library
from rag.types.answers import Answer, Short, Statement
from rag.types.articles import Passage
from rag.types.hits import Hit
from scripts.evaluation import answers, collections, floors, library, retrieval, runs
from scripts.evaluation.collections import Question
from scripts.evaluation.measures import Figure
from scripts.evaluation.outcomes import Outcome, collected, kept
from scripts.evaluation.runner import Means, measured, suffix
from tests.fakes import (
    OpeningReader,
    OverlapChecker,
    PlainClassifier,
    ScriptedGenerator,
    WordCountEncoder,
    article,
    evidence,
)

STORM = "Three boats sank in the harbour. A storm hit the harbour on Monday."
ARTICLES = [
    {"id": "r1", "title": "Storm", "text": STORM, "publish_date": "2023-05-02"},
    {"id": "r2", "title": "Storm", "text": STORM, "publish_date": "2023-05-02"},
    {
        "id": "r3",
        "title": "Lindholm votes",
        "text": "Ilse Varga won the election in Lindholm. She has 61 percent.",
        "publish_date": "2024-02-01",
    },
    {"id": "r4", "title": "Museum", "claim": "The museum opened its doors. It is new."},
]
QUESTIONS = [
    {
        "id": "q1",
        "kind": "gold",
        "date": "2023-05-03",
        "question": "How many boats sank in the harbour?",
        "answers": ["3"],
        "choices": ["3", "4"],
        "relevant": ["r2"],
    },
    {
        "id": "q2",
        "kind": "gold",
        "date": "2024-02-02",
        "question": "Who won the election in Lindholm?",
        "answers": ["Tom Brandt"],
        "relevant": ["r4"],
    },
    {
        "id": "q3",
        "kind": "silver",
        "date": "2024-02-02",
        "question": "Who won the election?",
        "answers": ["Ilse Varga"],
        "relevant": ["elsewhere"],
    },
]
ABSTAIN = [
    {**QUESTIONS[0], "answerable": 1, "evidence_docs": ["r1"]},
    {**QUESTIONS[2], "answerable": 1, "relevant": [], "evidence_docs": ["r3"]},  # after the freeze
    {"id": "q4", "question": "Who is Elon Musk?", "answerable": 0},
    {"id": "q5", "question": "How many boats sank in the harbour?", "answerable": 0},
]


@pytest.fixture
def files(tmp_path):
    """Writes an articles and a questions file and makes a task of them."""

    def make(what, questions, until=None):
        lines = {"articles.jsonl": ARTICLES, "questions.jsonl": questions}
        for name, records in lines.items():
            (tmp_path / name).write_text("\n".join(map(json.dumps, records)))
        return library.task(what, tmp_path / "articles.jsonl", tmp_path / "questions.jsonl", until)

    return make


@pytest.fixture
def measure(tmp_path):
    """Measures a task with the stand-ins; remembers the engines it made."""

    def run(task, *pieces, engine=Engine, limit=None):
        def make(settings):
            parts = {
                "reader": OpeningReader(),
                "checker": OverlapChecker(),
                "classifier": PlainClassifier(),
            }
            model = ScriptedGenerator(*pieces)
            return engine(settings, encoder=WordCountEncoder(), generator=model, **parts)

        folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}
        return measured(task, Means(Settings(threads=2), limit, make, **folders))

    return run


# ── files ──


def test_an_articles_file_becomes_a_cached_collection(files, tmp_path):
    """One seed file a record, its texts from either field; exact duplicates share the first id."""
    task = files("retrieval", QUESTIONS)
    made = collections.collection(task.files[0], cache=tmp_path / "cache")
    assert made.folder == tmp_path / "cache" / collections.file_digest(task.files[0])
    names = sorted(path.name for path in (made.folder / "seeds").iterdir())
    assert names == ["000001.json", "000002.json", "000003.json", "000004.json"]
    assert json.loads((made.folder / "seeds" / "000004.json").read_text()) == {
        "title": "Museum",
        "text": "The museum opened its doors. It is new.",
    }
    assert json.loads((made.folder / "ids.json").read_text())["000002.json"] == "r2"
    assert made.record("000002.json") == made.record("000001.json") == "r1"


def test_a_library_that_is_there_is_used_as_it_is(files, tmp_path):
    """Nothing is written into it."""
    task = files("retrieval", QUESTIONS)
    made = collections.collection(task.files[0], cache=tmp_path / "cache")
    (made.folder / "seeds" / "000001.json").unlink()
    collections.collection(task.files[0], cache=tmp_path / "cache")
    assert not (made.folder / "seeds" / "000001.json").exists()


def test_questions_are_read_in_every_form(tmp_path):
    """question, query or tweet; relevance by any name, or in a file beside them."""
    forms = [
        {
            "id": 1,
            "query": "What?",
            "date": "2023-01-02",
            "gold_docs": ["a"],
            "silver_in_pool": "b",
        },
        {"id": 2, "tweet": "Look (@me) at this pic.twitter.com/Ab1 — Me (@me) June 4, 2019"},
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, forms)))
    (tmp_path / "qrels.json").write_text(json.dumps({"2": ["c"]}))
    one, other = collections.questions(tmp_path / "q.jsonl")
    assert (one.id, one.day, one.relevant) == ("1", date(2023, 1, 2), frozenset("ab"))
    assert (other.text, other.relevant) == ("Look at this — Me", frozenset("c"))
    (tmp_path / "bad.jsonl").write_text('{"id": 3}')
    with pytest.raises(UsageError, match="question, query, tweet"):
        collections.questions(tmp_path / "bad.jsonl")


def test_the_digest_of_questions_holds_their_relevance(tmp_path):
    """Other judgements are another question set."""
    (tmp_path / "q.jsonl").write_text("{}")
    marks = {collections.questions_digest(tmp_path / "q.jsonl")}
    for qrels in ("{}", '{"1": []}'):
        (tmp_path / "qrels.json").write_text(qrels)
        marks.add(collections.questions_digest(tmp_path / "q.jsonl"))
    assert len(marks) == 3


# ── retrieval ──


def test_retrieval_from_files_to_figures(files, measure):
    """q1 finds r1, which is r2, first; q2's r4 cannot come first; q3 has nothing here."""
    done = measure(files("retrieval", QUESTIONS))
    gold = done.figures["gold"]
    assert set(done.figures) == {"gold"}
    assert done.left_out == 1
    assert (gold["Hits@1"].value, gold["Hits@1"].n) == (0.5, 2)
    assert gold["evidence holds the answer"].value == 0.5  # "Three boats": 3; no Tom Brandt
    assert gold["evidence holds the answer: first"].value == 0.5
    assert gold["evidence holds the answer: best two"].value == 0.5
    assert gold["seconds to evidence, p95"].n == 2


def test_an_article_counts_once_at_its_best_place(files, tmp_path):
    """Two passages of one record, and one of its exact duplicate, are one article."""
    made = collections.collection(files("retrieval", QUESTIONS).files[0], cache=tmp_path / "cache")
    hits = [
        Hit(Passage(article("Text.", path=f"{name}.json"), 0, 5), score=1.0)
        for name in ("000003", "000001", "000003", "000002", "000004")
    ]
    assert retrieval.articles(hits, made) == ["r3", "r1", "r4"]


def test_a_run_says_what_decided_about_it(files, measure):
    """Commit, models, settings, seed, machine and the digests of the files."""
    done = measure(files("retrieval", QUESTIONS))
    assert done.models == {"encoder": "word-count", "reader": "OpeningReader"}
    assert done.machine["cores"] >= 1
    assert len(done.data["articles"]) == len(done.data["questions"]) == 16
    assert done.commit
    assert done.seed
    assert "seeds" not in done.settings


def test_a_saved_run_holds_aggregates_only(files, measure, tmp_path):
    """No text, no id, no path; and it can be read again."""
    done = measure(files("answers", QUESTIONS), "Three boats sank. [1]")
    done.save(tmp_path / "run.json")
    saved = (tmp_path / "run.json").read_text()
    assert runs.Run.load(tmp_path / "run.json") == done
    for record in [*ARTICLES, *QUESTIONS]:
        for value in (record["id"], record.get("text"), record.get("question")):
            assert value is None or f'"{value}"' not in saved
            assert value is None or len(value) < 5 or value not in saved
    assert str(tmp_path) not in saved
    assert str(Path.home()) not in saved


def test_a_limit_draws_the_same_questions_every_time(files, measure):
    """And the run says that it is no whole one."""
    many = [{**QUESTIONS[0], "id": f"q{n}", "kind": f"k{n}"} for n in range(9)]
    one, other = (measure(files("retrieval", many), limit=3) for _ in range(2))
    assert len(one.figures) == 3
    assert set(one.figures) == set(other.figures)
    assert one.limited


# ── answers ──


def test_answers_are_scored_from_end_to_end(files, measure):
    """The model says the right number of one question and, word by word, nothing of the other."""
    done = measure(files("answers", QUESTIONS[:1]), "Three boats sank in the harbour. [1]")
    found = {name: (one.value, one.n) for name, one in done.figures["gold"].items()}
    for name in (
        "open accuracy",
        "gold contained",
        "evidence holds the answer",
        "answer in citation",
        "gold-citation recall",
        "gold-citation precision",
        "citations that exist",
        "open accuracy where the evidence holds the answer",
        "evidence holds the answer: first",
        "evidence holds the answer: best two",
    ):
        assert found[name] == (1, 1), name
    for name in ("wrong option", "refused", "wrong number or name"):
        assert found[name] == (0, 1), name
    # the stand-in finds "Three boats sank in the harbour"
    for name in ("right", "right where the evidence holds it"):
        assert found[f"short answer {name}"] == (1, 1), name
    assert found["short answer: wrong option"] == (0, 1)
    assert found["statements that are quotations"] == (0, 1)
    assert found[answers.FIDELITY][0] == 1
    assert found["token F1"][0] == pytest.approx(2 * 1 / (5 + 1))  # "3" of five words
    assert {"seconds to first words, p50", "seconds to the end, p95"} <= set(found)
    assert found["peak resident memory, GB"][0] > 0


def test_short_answers_are_scored_without_a_language_model(files, measure):
    """The stand-in finds "Three boats sank in the harbour" for one question, no Tom Brandt for the
    other.
    """
    done = measure(files("answers-short", QUESTIONS))
    found = {name: (one.value, one.n) for name, one in done.figures["gold"].items()}
    assert "language model" not in done.models
    assert found["short answer right"] == (0.5, 2)
    assert found["short answer right where the evidence holds it"] == (1, 1)
    assert found["short answer: wrong option"] == (0, 1)
    assert found["evidence holds the answer: first"] == (0.5, 2)
    assert found[answers.FIDELITY][0] == 1
    assert "open accuracy" not in found
    assert found["seconds to evidence, p50"][1] == 2


def test_the_place_of_the_answer_and_the_short_answers_are_told_apart():
    """The second piece holds the answer; of two short answers one is the wrong option."""
    question = Question("q", "How many?", answers=("3",), choices=("3", "4"))
    shorts = tuple(Short(said, 1, 0, 1, 0.5) for said in ("three", "four"))
    pieces = evidence("Four boats sank.", "Three boats sank.", "It rained.")
    answer = Answer("How many?", "answered", evidence=tuple(pieces), short=shorts)
    assert answers.read(answer, question) == {
        "refused": False,
        "evidence holds the answer": True,
        "evidence holds the answer: first": False,
        "evidence holds the answer: best two": True,
        "short answer right": False,
        "short answer right where the evidence holds it": False,
        "short answer: wrong option": False,
    }
    right = answers.read(replace(answer, short=shorts[:1]), question)
    assert right["short answer right"] and right["short answer right where the evidence holds it"]
    wrong = answers.read(replace(answer, short=shorts[1:], evidence=(pieces[0],)), question)
    assert wrong["short answer: wrong option"] and not wrong["short answer right"]
    assert "short answer right where the evidence holds it" not in wrong


def test_wrong_options_and_wrong_numbers_are_counted():
    """ "Four" is the wrong option; 1996 and Varga stand in no cited words."""
    question = Question("q", "How many?", answers=("3",), choices=("3", "4"))
    rates, means = answers.correctness("Four boats sank", question)
    assert rates == {"open accuracy": False, "gold contained": False, "wrong option": True}
    assert means == {"token F1": 0}
    both, _ = answers.correctness("Three or four boats", question)
    assert both == {"open accuracy": False, "gold contained": True, "wrong option": False}


def test_what_is_cited_is_held_against_its_words(files, tmp_path):
    """A citation of evidence that is not there does not exist; its sentence rests on nothing."""
    task = files("answers", QUESTIONS)
    made = collections.collection(task.files[0], cache=tmp_path / "cache")
    shown = evidence("Three boats sank.")
    shown = [replace(shown[0], article=replace(shown[0].article, path="000003.json"))]
    said = (
        Statement("Three boats sank.", "written", (1,), True),
        Statement("Ilse slept in 1996.", "written", (7,), True),
    )
    answer = Answer("?", "answered", evidence=tuple(shown)).grown(statements=said)
    question = Question("q", "?", answers=("3",), relevant=frozenset(["r1"]))
    rates, parts = answers.citing(answer, made, question)
    assert rates == {
        "answer in citation": True,
        "wrong number or name": True,
        "gold-citation recall": False,
    }
    assert parts == {
        "citations that exist": (1, 2),
        "statements that are quotations": (0, 2),
        "gold-citation precision": (0, 1),
    }


def test_a_quotation_is_read_again_from_the_library(files, measure, tmp_path):
    """Shifted by one character it is none; neither is one of an article that is not there."""
    task = files("answers", QUESTIONS[:1])
    measure(task, "Three boats sank. [1]")
    folder = collections.collection(task.files[0], cache=tmp_path / "cache").folder
    with Library.open(folder / "index") as library:
        first = next(iter(library.articles()))
        [foreign] = evidence("Three boats sank.")
        sound = replace(foreign, article=first, start=2, end=9)
        shifted = replace(sound, article=replace(first, text=f" {first.text}"))
        found = [answers.fidelity(shown, library) for shown in ([sound], [shifted], [foreign], [])]
    assert found == [{answers.FIDELITY: part} for part in ((1, 1), (0, 1), (0, 1))] + [{}]


def test_outcomes_of_before_can_be_read(tmp_path):
    """Their lines kept the quotations that were checked afterwards."""
    line = json.loads(Outcome("q", "all", parts={"p": (1, 2)}).line())
    (tmp_path / "o.jsonl").write_text(json.dumps({**line, "quoted": [{"article": "a"}]}) + "\n")
    assert kept(tmp_path / "o.jsonl")["q"].parts == {"p": (1, 2)}


def test_a_missing_model_ends_the_run(files, measure):
    """It must not count as wrong answers."""

    class Broken(Engine):
        def answer(self, question, **options):
            return Answer(question, "stopped", notes=("model.gguf is missing",))

    with pytest.raises(ModelError, match=r"model\.gguf"):
        measure(files("answers", QUESTIONS[:1]), engine=Broken)


# ── refusing ──


def test_refusing_is_measured_on_a_frozen_library(files, measure):
    """q3's article is younger: left out. Elon Musk is refused, the boats are answered twice."""
    done = measure(files("refusal", ABSTAIN, until=date(2023, 12, 31)))
    assert done.left_out == 1
    found = {name: figure for named in done.figures.values() for name, figure in named.items()}
    assert found["abstain recall"].value == 0.5
    assert found["abstain recall"].n == 2
    assert found["refusal precision"].value == 1
    assert found["false abstain"].value == 0


def test_younger_articles_are_not_searched(files, measure):
    """The election of 2024 is refused on a library that ends in 2023, else answered."""
    late = [{"id": "q6", "question": "Who won the election in Lindholm?", "answerable": 0}]
    task = files("refusal", late)
    assert measure(task).figures["all"]["abstain recall"].value == 0
    frozen = files("refusal", late, until=date(2023, 12, 31))
    assert measure(frozen).figures["all"]["abstain recall"].value == 1


def test_the_measures_of_both_kinds_of_questions():
    """Recall 1 of 2, false 0 of 2: (.5 + 1) / 2; of four pairs of scores three are in order, one is
    tied.
    """

    def outcome(number, answerable, refused, score):
        rates = {(answers.FALSE if answerable else answers.RECALL): refused}
        facts = {"confidence": score, "answerable": float(answerable)}
        return Outcome(str(number), "all", rates=rates, facts=facts)

    given = [(True, False, 0.9), (True, False, 0.8), (False, False, 0.8), (False, True, 0.1)]
    found = answers.refusals([outcome(n, *one) for n, one in enumerate(given)])["all"]
    assert found["balanced abstention accuracy"].value == 0.75
    assert found["AUROC of the gate's score"].value == pytest.approx(3.5 / 4)


def test_an_answer_that_was_never_judged_has_no_confidence():
    """The gate says how sure it is; 0 where it was not asked."""
    found = answers.decided(Question("q", "?", answerable=True), Answer("?", "answered"))
    assert found.facts == {"confidence": 0, "answerable": 1}


# ── runs ──


def test_a_stopped_run_goes_on_where_it_was(tmp_path):
    """The second time only what is missing is asked; a line that was cut off is asked again."""
    asked = []

    def ask(question):
        if question.id == "3" and "3" not in asked:
            asked.append("3")
            raise KeyboardInterrupt
        asked.append(question.id)
        return Outcome(question.id, "all", parts={"p": (1, 2)})

    questions = {str(n): Question(str(n), "?") for n in range(5)}
    path = tmp_path / "outcomes" / "run.jsonl"
    with pytest.raises(KeyboardInterrupt):
        collected(questions, ask, path, lambda *_: None)
    with path.open("a") as file:
        file.write('{"question": "3", "ki')
    done = collected(questions, ask, path, lambda *_: None)
    assert asked == ["0", "1", "2", "3", "3", "4"]
    assert [outcome.question for outcome in done] == ["0", "1", "2", "3", "4"]
    assert done[0].parts == {"p": (1, 2)}
    collected(questions, ask, path, lambda *_: None)
    assert len(asked) == 6


def test_a_second_run_asks_nothing_again(files, measure):
    """The same commit, settings and files."""

    class Silent(Engine):
        def search(self, *_, **__):
            raise AssertionError("asked again")

    first = measure(files("retrieval", QUESTIONS))
    assert measure(files("retrieval", QUESTIONS), engine=Silent).figures == first.figures


def test_other_code_settings_or_files_start_anew(files, measure):
    """A limit does not: its questions are among the others."""
    run = measure(files("retrieval", QUESTIONS))
    for change in (
        {"commit": "0000000"},
        {"code": "other"},
        {"settings": {"passage_words": 1}},
        {"data": {"articles": "a", "questions": "b"}},
        {"options": {"until": "2023-12-31"}},
        {"models": {}},
    ):
        assert replace(run, **change).key != run.key
    assert replace(run, options={**run.options, "limit": 3}).key == run.key


def test_two_runs_are_compared_question_by_question(files, measure, tmp_path):
    """One question won; only the same questions can be paired, and only where both were measured."""
    before = measure(files("answers", QUESTIONS[:1]), "The harbour slept. [1]")
    after = replace(before, code="other")
    (outcome,) = runs.outcomes_of(before, tmp_path / "outcomes")
    won = replace(outcome, rates={**outcome.rates, "gold contained": True})
    lost = replace(outcome, rates={**outcome.rates, "gold contained": False})
    for run, line in ((before, lost), (after, won)):
        (tmp_path / "outcomes" / run.key).write_text(f"{line.line()}\n")
    found = {
        name: change for _, name, change in runs.compared(before, after, tmp_path / "outcomes")
    }
    assert found["gold contained"].value == 1
    assert found["token F1"].value == 0
    with pytest.raises(UsageError, match="different questions"):
        list(runs.compared(before, replace(after, data={"questions": "x"}), tmp_path))
    with pytest.raises(UsageError, match="not on this computer"):
        list(runs.compared(before, after, tmp_path / "nowhere"))


def test_the_newest_whole_run_of_each_name_stands_in_the_table(files, measure, tmp_path):
    """Limited runs and the floors do not."""
    run = measure(files("retrieval", QUESTIONS))
    folder = tmp_path / "results"
    for commit, when, limited in (
        ("a", "2026-01-01", False),
        ("b", "2026-02-01", False),
        ("c", "2026-03-01", True),
    ):
        one = replace(run, commit=commit, when=when, limited=limited)
        one.save(folder / one.file_name)
    floors.save([], folder / "floors.json")
    assert [one.commit for one in runs.newest(folder)] == ["b"]


# ── floors ──


@pytest.fixture
def run(files, measure):
    """A run with one figure that should be large and one that should be small."""
    found = {
        "all": {
            "Hits@5": Figure(0.80009, 10),
            "wrong option": Figure(0.20001, 10),
            "x": Figure(1, 1),
        }
    }
    return replace(measure(files("retrieval", QUESTIONS)), figures=found)


def changed(run, hits, wrong):
    """The same run with other figures."""
    return replace(
        run, figures={"all": {"Hits@5": Figure(hits, 10), "wrong option": Figure(wrong, 10)}}
    )


def test_floors_are_set_for_headlines_and_hold_what_they_were_set_by(run, tmp_path):
    """Rounded to the easier side; the file gives them back."""
    known = floors.raised(run, [])
    assert [(one.measure, one.n, one.value) for one in known] == [
        ("Hits@5", 10, 0.8),
        ("wrong option", 10, 0.2001),
    ]
    assert list(floors.broken(run, known)) == []
    floors.save(known, tmp_path / "floors.json")
    assert floors.load(tmp_path / "floors.json") == known


def test_a_figure_below_its_floor_is_named(run):
    """Also one that should be small, and one that is no longer measured."""
    known = floors.raised(run, [])
    told = list(floors.broken(changed(run, 0.7, 0.3), known))
    assert len(told) == 2
    assert "0.7000 is below its floor of 0.8000" in told[0]
    assert "0.3000 is above its floor of 0.2001" in told[1]
    assert "no longer measured" in next(iter(floors.broken(replace(run, figures={}), known)))


def test_floors_are_never_lowered_silently(run):
    """Better figures raise them; worse ones change nothing without a reason, which is kept."""
    known = floors.raised(run, [])
    better = floors.raised(changed(run, 0.9, 0.1), known)
    assert [one.value for one in better] == [0.9, 0.1]
    worse = changed(run, 0.5, 0.5)
    assert floors.raised(worse, better) == better
    lowered = floors.raised(worse, better, "another encoder")
    assert [one.value for one in lowered] == [0.5, 0.5]
    assert [(one.before, one.reason) for one in lowered[0].lowered] == [(0.9, "another encoder")]
    again = floors.raised(changed(run, 0.6, 0.5), lowered)
    assert again[0].lowered == lowered[0].lowered


def test_other_questions_neither_meet_nor_replace_a_floor(run):
    """It is said aloud that nothing was compared."""
    known = floors.raised(run, [])
    other = replace(changed(run, 0.1, 0.9), data={**run.data, "questions": "others"})
    assert list(floors.broken(other, known)) == []
    assert len(list(floors.not_compared(other, known))) == 2
    assert floors.raised(replace(other, figures=run.figures), known) == known
    assert floors.raised(other, known, "a new set")[0].questions == "others"


def test_a_run_of_another_language_model_has_its_name():
    """Of a file without its folder; the default model needs none."""
    assert suffix(Settings()) == ""
    assert suffix(Settings(model="qwen2.5-coder-0.5b")) == "-qwen2.5-coder-0.5b"
    assert suffix(Settings(model="/models/own.gguf")) == "-own"
