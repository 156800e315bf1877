"""Questions about the archive, and ordinary ones taken for them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rag.engine import Engine
from rag.settings import Settings
from scripts.evaluation import archive
from scripts.evaluation.archive import Case, Plain, Wanted
from scripts.evaluation.runner import Means, measured
from tests.fakes import OverlapReader, WordCountEncoder

HARBOUR = "A storm closed the harbour of Lindholm on Monday, and nobody was hurt by any of the waves at all."
ARTICLES = {
    "a.md": ("Storm", "Post", "2025-05-02", HARBOUR),
    "b.md": ("Storm", "Radio", "2025-05-03", HARBOUR),
    "c.md": ("Museum", "Post", "2025-06-04", "The museum of Lindholm opened its doors."),
    "d.md": ("Ferry", "Post", "", "The ferry was late."),
}
KNOWN = {"id": "plain-1", "question": "How many articles mention Lindholm?", "kind": "articles"}
UNSEEN = [
    {"id": "unseen-1", "question": "Which outlets are there?", "kind": "outlets", "about": []},
    {"id": "unseen-2", "question": "Museums, in short?", "kind": "articles", "about": ["museum"]},
]


@pytest.fixture
def folder(tmp_path):
    """Two printings of one report, a report of the next month, and one without a date."""
    seeds = tmp_path / "archive"
    seeds.mkdir()
    for name, (title, outlet, day, text) in ARTICLES.items():
        date = f"date: {day}\n" if day else ""
        (seeds / name).write_text(f"---\ntitle: {title}\noutlet: {outlet}\n{date}---\n\n{text}\n")
    return seeds


@pytest.fixture
def means(tmp_path):
    """An engine with small parts, caches in the test's folder."""
    folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}

    def make(settings):
        return Engine(settings, encoder=WordCountEncoder(), reader=OverlapReader())

    return Means(Settings(threads=1), None, make, **folders)


@pytest.fixture
def index(means, folder):
    """The folder of the library."""
    return archive.kept_archive(means, folder).settings.index


def figures(run, kind="all"):
    """Value and n of each measure."""
    return {name: (figure.value, figure.n) for name, figure in run.figures[kind].items()}


# ── what is right ──


@pytest.mark.parametrize(
    ("wanted", "number", "copies", "first", "last"),
    [
        (Wanted("articles"), 3, 1, "2025-05-02", "2025-06-04"),
        (Wanted("articles", ("Lindholm",)), 2, 1, "2025-05-02", "2025-06-04"),
        (Wanted("articles", ("lindholm", "museum")), 1, 0, "2025-06-04", "2025-06-04"),
        (Wanted("articles", source="Radio"), 1, 0, "2025-05-03", "2025-05-03"),
        (Wanted("articles", since="2025-05-03", until="2025-05-31"), 1, 0, "2025-05-03", "2025-05-03"),
        (Wanted("articles", ("Atlantis",)), 0, 0, None, None),
    ],
)  # fmt: skip
def test_reports_are_counted_by_substrings(index, wanted, number, copies, first, last):
    """Once each; the days are those of the articles that are meant."""
    found = archive.right(wanted, index)
    assert (found.number, found.copies, found.first, found.last) == (number, copies, first, last)


def test_a_report_counts_in_the_month_of_its_first_printing_and_for_each_outlet(index):
    """Whoever has no date comes under that name."""
    found = archive.right(Wanted("months"), index)
    assert found.months == {"2025-05": 1, "2025-06": 1, "no date": 1}
    assert found.outlets == {"Post": 3, "Radio": 1}


# ── questions about the archive ──


def test_a_question_is_recognised_and_counted_rightly(index, judges):
    """By the kind of what is counted, its number and its rows."""
    case = Case("1", "plain", "Which outlets are there?", Wanted("outlets"))
    found = archive.outcome(case, index, judges)
    assert found.rates == {
        archive.RECOGNISED: True,
        archive.OTHERWISE: False,
        archive.NUMBERS: True,
    }


def test_another_kind_or_another_number_is_told(index, judges):
    """Of a question that is not recognised no number can be wrong."""
    other = Case("1", "plain", "Which outlets are there?", Wanted("articles", ("museum",)))
    assert archive.outcome(other, index, judges).rates == {
        archive.RECOGNISED: False,
        archive.OTHERWISE: True,
        archive.NUMBERS: False,
    }
    lost = Case("2", "plain", "Museums, in short?", Wanted("articles", ("museum",)))
    assert archive.outcome(lost, index, judges).rates == {
        archive.RECOGNISED: False,
        archive.OTHERWISE: False,
    }


@pytest.mark.parametrize(
    ("question", "kind", "wrong"),
    [
        ("Which outlets are there?", "outlets", {"outlets": {"Post": 3}}),
        ("How many articles by month?", "months", {"months": {"2025-05": 3}}),
        ("What is the newest article?", "newest", {"last": "2025-06-05"}),
        ("When was Lindholm first mentioned in the articles?", "first", {"first": "2025-05-03"}),
    ],
)
def test_rows_that_differ_are_wrong(index, judges, question, kind, wrong):
    """Even if the number is right."""
    wanted = Wanted(kind, ("Lindholm",) if kind == "first" else ())
    found, true = archive.answered(question, index, judges), archive.right(wanted, index)
    assert archive.equal(found, wanted, true)
    assert not archive.equal(found, wanted, replace(true, **wrong))


def test_a_whole_run_of_either_half(folder, means, tmp_path):
    """The known questions go with the half for development."""
    known, unseen = tmp_path / "known.jsonl", tmp_path / "unseen.jsonl"
    known.write_text(json.dumps({**KNOWN, "about": ["Lindholm"]}))
    unseen.write_text("\n".join(map(json.dumps, UNSEEN)))
    files = {"known": known, "unseen": unseen, "archive": folder}
    done = measured(archive.task(**files), means)
    assert (done.name, done.models) == ("archive-questions", {})
    assert figures(done)[archive.RECOGNISED] == (0.5, 2)
    assert figures(done)[archive.NUMBERS] == (1, 1)
    assert figures(done, "plain")[archive.RECOGNISED] == (1, 1)
    assert figures(done, "unseen") == {archive.RECOGNISED: (0, 1), archive.OTHERWISE: (0, 1)}
    other = measured(archive.task(unread=True, **files), means)
    assert other.name == "archive-questions-unread"
    assert figures(other)[archive.RECOGNISED] == (1, 1)


def test_there_are_sixty_known_and_thirty_unseen_questions():
    """Half of the latter are unread; no question is in both files."""
    first, second = archive.cases(), archive.cases(unread=True)
    assert [len(first), len(second)] == [75, 15]
    assert {case.kind for case in second} == {"unseen"}
    assert len({case.question.lower() for case in [*first, *second]}) == 90


# ── ordinary questions ──


def test_ordinary_questions_are_those_of_the_news_set_and_of_tests_gold(tmp_path):
    """In each of their forms; without the set, those of tests/gold alone."""
    news = tmp_path / "news.jsonl"
    found = archive.ordinary(news)
    kinds = [case.kind for case in found]
    assert (kinds.count("gold"), kinds.count("other gold"), kinds.count("news")) == (110, 324, 0)
    assert len({case.id for case in found}) == len(found)
    news.write_text(json.dumps({"id": "1", "question": "Who won?"}))
    assert archive.ordinary(news)[0] == Plain("news 1", "news", "Who won?")


def test_an_ordinary_question_that_would_be_counted_is_told(tmp_path, means):
    """One of two; every name may be an outlet's."""
    news, gold = tmp_path / "news.jsonl", tmp_path / "gold.jsonl"
    asked = ["How many articles does the Gazette have?", "How many boats sank?"]
    gold.write_text("\n".join(json.dumps({"question": one}) for one in asked))
    done = measured(archive.ordinary_task(news, [gold]), means)
    assert figures(done, "gold") == {archive.TAKEN: (0.5, 2)}
