"""The measuring of pages, the tasks by name and the command itself."""

from __future__ import annotations

import json

import pytest

from rag.errors import UsageError
from rag.settings import ROOT
from scripts.evaluation import collections, reading, runs, tasks
from scripts.evaluation.__main__ import main

EXPECTED = {
    "a.txt": {
        "boilerplate": ["Join our channel today.", "Not on the page."],
        "articles": [
            {
                "title": "Storm hits Lindholm",
                "outlet": None,
                "agency": None,
                "published": None,
                "sentences": [
                    "A storm hit Lindholm.",
                    "Three boats sank.",
                    "This was never there.",
                ],
            },
            {
                "title": "Another",
                "outlet": None,
                "agency": None,
                "published": "2025-06-04",
                "sentences": ["Not there.", "Nor this."],
            },
        ],
    }
}


def values(outcomes):
    """The figures of pages by name."""
    return {name: figure.value for name, figure in reading.figures(outcomes)["all"].items()}


def test_reading_counts_what_is_found_lost_and_left(tmp_path):
    """One of two articles, three of five sentences lost, one of two lines left: by hand."""
    page = "Storm hits Lindholm\n\nA storm hit Lindholm. Three boats sank. Join our channel today."
    (tmp_path / "a.txt").write_text(page)
    faults = []
    found = values([reading.outcome("a.txt", EXPECTED["a.txt"], tmp_path, faults.append)])
    assert found["article split F1"] == pytest.approx(2 * 1 * 0.5 / 1.5)
    assert found["article sentences lost"] == pytest.approx(3 / 5)
    assert found["boilerplate sentences left"] == pytest.approx(1 / 2)
    assert found["title right"] == 1
    assert found["date wrong"] == 0
    assert faults == [
        "a.txt: boilerplate left: Join our channel today.",
        "a.txt: article not found: Another",
        "a.txt: sentence lost: This was never there.",
    ]


def test_the_pages_are_read_as_well_as_promised():
    """The floors of the quality table, on every page of tests/pages."""
    expected = json.loads(reading.EXPECTED.read_text())
    assert len(expected) >= 40
    faults = []
    found = values([reading.outcome(name, expected[name], tell=faults.append) for name in expected])
    assert found["article split F1"] >= 0.95, faults
    assert found["boilerplate sentences left"] <= 0.01, faults
    assert found["article sentences lost"] <= 0.01, faults
    assert min(found["title right"], found["outlet right"]) >= 0.95, faults
    assert found["date right or honestly unknown"] >= 0.97, faults
    assert found["date wrong"] == 0, faults


def test_a_missing_file_is_one_line_and_a_code(tmp_path, capsys):
    """Bad arguments, as for every command."""
    arguments = ["--articles", str(tmp_path / "a.jsonl"), "--questions", str(tmp_path / "q.jsonl")]
    assert main(["run", "retrieval", *arguments]) == 2
    assert "q.jsonl cannot be read" in capsys.readouterr().err
    assert main(["run", "retrieval", *arguments[:2]]) == 2
    assert "belong together" in capsys.readouterr().err


def test_missing_development_sets_are_named_and_skipped(tmp_path, capsys):
    """Each measurement once; nothing failed."""
    assert main(["run", "all", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 14
    assert all(line.startswith("skipped ") for line in told)


def test_comparing_needs_saved_runs(tmp_path, capsys):
    """And says how they are made."""
    (tmp_path / "a.json").write_text("{}")
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == 2
    assert "a.json is no saved run" in capsys.readouterr().err


def test_every_saved_run_can_be_shown(capsys):
    """The newest of each name in the table, beside what others reach."""
    assert main(["table"]) == 0
    told = capsys.readouterr().out
    assert "retrieval-time_magazine-queries" in told
    assert "BM25 .708, before .725, reach .780" in told


def test_saved_runs_are_shown_as_the_pages_have_them(capsys):
    """With --markdown: the very tables of docs/quality.md."""
    assert main(["table", "--markdown"]) == 0
    assert capsys.readouterr().out in (ROOT / "docs" / "quality.md").read_text()


def test_tasks_are_chosen_by_name(tmp_path):
    """One by its whole name, those of `all` also by how theirs begin; a wrong name lists them."""

    def named(*names):
        return [task.name for task in tasks.chosen(names, tmp_path)]

    assert named("seeds", "given-squad2") == ["seeds", "given-squad2"]
    assert named("given") == ["given-squad2", "given-rgb", "given-ramdocs"]
    assert named("support") == ["support-bench", "support-qags", "support-anli"]
    assert named("support-pairs") == ["support-pairs"]
    assert named("all") == [task.name for task in tasks.development(tmp_path)]
    with pytest.raises(UsageError, match="injection-archive-given"):
        named("squad3")


def test_tasks_of_saved_runs_keep_their_names(tmp_path):
    """So that floors, anchors and older runs are about them."""
    known = {task.name for task in (*tasks.development(tmp_path), *tasks.others(tmp_path))}
    saved = {run.name for run in runs.newest()}
    models = ("-qwen2.5-coder-0.5b", "-smollm2-135m")
    earlier = {"peer-clippings-realtimeqa-small_dev_questions"}  # its figures are retrieval's now
    assert {name for name in saved if not name.endswith(models)} - earlier <= known


def test_files_of_ones_own_make_a_task(tmp_path):
    """Of the kinds that ask a library; others bring their files."""
    articles, questions = tmp_path / "a.jsonl", tmp_path / "news" / "q.jsonl"
    task = tasks.own("refusal", articles, questions)
    assert (task.name, task.files) == ("refusal-news-q", (articles, questions))
    with pytest.raises(UsageError, match="'injection' cannot be measured"):
        tasks.own("injection", articles, questions)


def test_the_development_sets_can_be_read():
    """As many questions count as their description says, where the folder is there."""
    folder = ROOT.parent / "shared" / "eval"
    if not folder.is_dir():
        pytest.skip("the development sets are not on this computer (../shared/eval)")
    counts = {
        task.name: len(collections.questions(task.files[1]))
        for task in tasks.development(folder)
        if len(task.files) == 2
    }
    assert counts == {
        "retrieval-realtimeqa-small_dev_questions": 252,
        "retrieval-clef2020_checkthat_t2-dev": 197,
        "retrieval-time_magazine-queries": 37,
        "refusal-realtimeqa-abstain_dev": 290,
        "answers-realtimeqa-qa_dev_clean": 750,
    }


def test_the_product_never_imports_its_own_grading():
    """And a module of the evaluation stays small enough for one idea."""
    for path in [*(ROOT / "rag").rglob("*.py"), ROOT / "app.py"]:
        assert "scripts.evaluation" not in path.read_text().replace("-m scripts.evaluation", "")
    for path in (ROOT / "scripts" / "evaluation").rglob("*.py"):
        assert len(path.read_text().splitlines()) < 300, path
