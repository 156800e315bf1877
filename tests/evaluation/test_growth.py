"""What libraries of several sizes cost is kept, and shown as a table and a picture."""

from __future__ import annotations

import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from rag.errors import UsageError
from rag.settings import ROOT
from scripts import docs
from scripts.evaluation import costs, growth
from scripts.evaluation.costs import Cost
from scripts.evaluation.growth import EDGE, HIGH, PANELS, Grown

SVG = "{http://www.w3.org/2000/svg}"
GROWN = [
    Grown(
        size,
        "abc1234",
        "a processor, 2 cores",
        (
            Cost("passages", "count", (float(size + 3),)),
            Cost(PANELS[0], "ms", (middle, 2 * middle), 180),
            Cost(PANELS[1], "s", (seconds,), 5),
        ),
    )
    for size, middle, seconds in ((10_000, 10.0, 1.0), (100_000, 20.0, 2.0), (1_000_000, 40.0, 4.0))
]


def test_what_was_measured_is_read_as_it_was_kept(tmp_path):
    """The smallest first; another measurement of a size takes its place."""
    path = tmp_path / "growth.json"
    growth.save(GROWN[::-1], path)
    assert growth.load(path) == GROWN
    assert growth.load(tmp_path / "none.json") == []


@pytest.mark.parametrize("text", ["{", "[1]", '[{"size": 1}]', '[{"size": 1, "costs": [{}]}]'])
def test_a_file_of_another_kind_is_refused_in_words(tmp_path, text):
    """It is named, with what to do."""
    path = tmp_path / "growth.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"growth\.json cannot be read.*measure again"):
        growth.load(path)


def test_the_table_has_a_line_for_each_cost():
    """A column for each size; what one has not is a dash."""
    less = [*GROWN[:2], replace(GROWN[2], costs=GROWN[2].costs[:2])]
    lines = growth.table(less).splitlines()
    assert lines[0].startswith("a processor, 2 cores.")
    assert lines[2] == "|  | 10,000 passages | 100,000 passages | 1,000,000 passages |"
    assert (
        f"| {PANELS[0]} | 10 ms · 20 ms, n 180 | 20 ms · 40 ms, n 180 | 40 ms · 80 ms, n 180 |"
        in lines
    )
    assert f"| {PANELS[1]} | 1.0 s, n 5 | 2.0 s, n 5 | – |" in lines
    assert "Nothing was measured yet" in growth.table([])


def test_the_picture_has_a_point_for_each_value():
    """The largest value of a panel is at its top; sizes are as far from each other as their powers of ten."""
    drawn = ElementTree.fromstring(growth.picture(GROWN))
    assert "40 ms · 80 ms" in drawn.attrib["aria-label"]
    points = [
        (float(one.attrib["cx"]), float(one.attrib["cy"])) for one in drawn.iter(f"{SVG}circle")
    ]
    assert len(points) == 3 * 2 + 3
    ground = HIGH - EDGE
    heights = [(ground - down) / (ground - EDGE) for _, down in points]
    assert heights == pytest.approx(
        [1 / 8, 1 / 4, 1 / 2, 1 / 4, 1 / 2, 1, 1 / 4, 1 / 2, 1], abs=0.01
    )
    first, second, third = (right for right, _ in points[:3])
    assert second - first == pytest.approx(third - second, abs=0.2)


def test_the_memory_of_a_command_is_its_own():
    """Not that of the process that measures it, which holds 300 MB here."""
    held = b"x" * 300_000_000
    seconds, small = costs._run([sys.executable, "-c", "pass"], {})
    _, large = costs._run([sys.executable, "-c", "b'x' * 200_000_000"], {})
    assert len(held) > 1e9 * small
    assert 0.2 < large < 0.3
    assert 0 < seconds < 60


@pytest.mark.parametrize("name", docs.PICTURES)
def test_pictures_are_up_to_date(name):
    """`make docs` draws them."""
    assert (ROOT / "docs" / name).read_text() == docs.PICTURES[name]()
