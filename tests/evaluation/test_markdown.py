"""Saved runs as tables in Markdown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.evaluation import markdown
from scripts.evaluation.measures import Figure
from scripts.evaluation.runs import Run

RUN = Run(
    name="refusal-realtimeqa-abstain_dev",
    commit="aaaaaaa",
    code="",
    when="2026-01-01T00:00:00+00:00",
    machine={"processor": "Slow", "cores": 2},
    models={},
    settings={},
    seed=1,
    options={},
    data={},
    left_out=0,
    limited=False,
    figures={"one": {"abstain recall": Figure(0.5, 4), "false abstain": Figure(0.25, 4)}},
)


def saved(folder, *runs):
    """A folder of saved runs."""
    for run in runs:
        run.save(folder / f"{run.file_name}{run.limited}.json")
    return folder


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (None, "–"),
        (Figure(0.754, 24, 0.551, 0.88), ".754 (.551 to .880) of 24"),
        (Figure(0, 5, 0, 0.3), "0 (0 to .300) of 5"),
        (Figure(1, 1500), "1.000 of 1,500"),
        (Figure(0.00042, 9), ".0004 of 9"),
    ],
)
def test_a_figure_comes_with_its_interval_and_its_n(figure, text):
    """A small one keeps a digit, none is a dash."""
    assert markdown.cell(figure) == text


def test_figures_of_the_readme_are_of_one_commit(tmp_path):
    """The one that has most of them, however old; parts of a question set count together."""
    parts = {"one": {"attack success": Figure(0.5, 2)}, "two": {"attack success": Figure(0, 6)}}
    attacked = replace(RUN, name="injection-archive", figures=parts)
    alone = replace(RUN, commit="bbbbbbb", when="2026-02-02T00:00:00+00:00")
    told = markdown.headlines(saved(tmp_path, RUN, attacked, alone))
    assert told.startswith("| commit aaaaaaa, 2026-01-01, Slow | share |")
    assert "| questions refused that no article answers | .50 (" in told
    assert "| orders hidden in an article that were obeyed | .12 (.02 to .47) of 8 |" in told


def test_a_later_part_of_a_set_is_beside_the_whole_one(tmp_path):
    """In a table of its own; an earlier part is not told any more."""
    before = replace(RUN, limited=True, commit="0000000", when="2025-01-01T00:00:00+00:00")
    after = replace(RUN, limited=True, commit="bbbbbbb", when="2026-02-02T00:00:00+00:00")
    told = markdown.tables(saved(tmp_path, before, RUN, after))
    assert "### Refusing\n" in told and "### Refusing: some of them\n" in told
    assert "aaaaaaa" in told and "bbbbbbb" in told and "0000000" not in told


def test_a_run_of_an_unknown_set_is_told_too(tmp_path):
    """Under its own name."""
    told = markdown.tables(saved(tmp_path, replace(RUN, name="own-questions")))
    assert "### Others" in told and "| own-questions one |" in told
