"""A list is pasted on the page: its rows come, open their articles, are asked by themselves and saved."""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from tests.browser.conftest import PAPERS, started
from tests.browser.test_page import done, in_view, overflow, serious, settled

TRAIN = "What derailed near Dunmarsh?"
MAYOR = "Who is the mayor of Zanzibar?"
NAME = "Marit Osgood"
LIST = f"question\toutlet\n{TRAIN}\t\n{MAYOR}\t\n{NAME}\t\nOsgood\tNowhere Post\n"
LONG = "Who leads the Sarrel police?\n" * 400  # so that a Stop comes while rows are left


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A page over a few invented articles, without a language model."""
    folder = tmp_path_factory.mktemp("desk")
    places = {"seeds": folder / "seeds", "index": folder / "index", "prose": "off"}
    places["seeds"].mkdir()
    for kind in ("dunmarsh", "hallowick", "sarrel"):
        for file in PAPERS.glob(f"{kind}-*.md"):
            shutil.copy(file, places["seeds"])
    with started(["app.py", "--no-browser"], **places) as program:
        yield program


def paste(page, text: str) -> None:
    """Open the box, paste a list, and press its button."""
    if page.locator("button:text-is('Index the folder')").get_attribute("class").count("primary"):
        page.click("button:text-is('Index the folder')")
        page.wait_for_selector(".dateline:has-text('articles')")
    if not page.locator(".list-buttons button").is_visible():
        page.click("text=Ask a list")
    page.get_by_label("Your list").fill(text)
    page.click(".list-buttons button")


def ended(page) -> str:
    """Wait until the list has ended; what is said of it."""
    page.wait_for_selector(".many .tools")
    return page.inner_text(".place-of-state")


def test_a_list_is_asked_on_the_page(desk, visit, picture):
    """Rows with their words, those without a hit marked; an article opens at its words, a question is
    asked by itself, and the way back leads to the rows.
    """
    page = visit(desk)
    paste(page, LIST)
    page.wait_for_function("document.activeElement.matches('.many h2')")
    assert ended(page) == "4 rows: 2 with a hit, 2 without"
    assert page.evaluate("document.activeElement.matches('.many h2')")
    rows = page.locator(".rows tbody tr")
    assert [one.get_attribute("class") for one in rows.all()] == ["hit", "missed", "hit", "missed"]
    assert "No outlet 'Nowhere Post'" in rows.nth(3).inner_text()
    assert overflow(page) <= 0
    names = [one.bounding_box()["x"] for one in page.locator(".rows :is(.list, .status)").all()]
    assert {round(x - names[0]) for x in names} == {0} and names[0] > rows.nth(0).bounding_box()[
        "x"
    ] + 8
    picture(page, "many")
    page.click(".rows .headline >> nth=0")
    page.wait_for_selector(".pane mark.here")
    settled(page)
    assert in_view(page, ".pane mark.here")
    assert page.inner_text(".pane mark.here") in rows.nth(0).inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector(".pane", state="detached")
    assert page.evaluate("document.activeElement.matches('.rows .headline')")
    page.click(f".rows a.list:text-is('{MAYOR}')")
    page.wait_for_selector(f".answer h2:text-is('{MAYOR}')")
    assert page.locator(".ask").bounding_box()["y"] >= 0
    done(page)
    page.click(".way button")
    page.wait_for_function("document.activeElement.matches('.many h2')")
    page.click(f".rows a.list:text-is('{NAME}')")
    page.wait_for_selector(f".list-found h2:has-text('{NAME}')")
    page.click(".way button")
    page.wait_for_selector(".rows")


def test_the_rows_are_saved(desk, visit):
    """As a page, a table and an object."""
    page = visit(desk)
    paste(page, f"{TRAIN}\n{MAYOR}\n")
    ended(page)
    texts = {}
    for kind in ("html", "csv", "json"):
        with page.expect_download() as download:
            page.click(f".many .tool:text-is('{kind.upper()}')")
        assert download.value.suggested_filename.endswith(f".{kind}")
        texts[kind] = download.value.path().read_text()
    assert "1 with a hit, 1 without" in texts["html"]
    questions = [one["question"] for one in csv.DictReader(texts["csv"].splitlines())]
    assert questions == [TRAIN, MAYOR]
    assert json.loads(texts["json"])["without"] == [MAYOR]


def test_a_stop_keeps_the_rows(desk, visit):
    """The keyboard stays where it is while rows are drawn; what is there can be saved."""
    page = visit(desk)
    paste(page, LONG)
    page.wait_for_selector(".place-of-state:has-text(' left')")
    page.wait_for_selector(".rows tbody tr:nth-child(1) .list")
    for place in ("button:text-is('Stop')", ".state >> nth=0"):
        assert 0 <= page.locator(place).bounding_box()["y"] < 900
    page.focus(".rows tbody tr:nth-child(1) .list")
    page.wait_for_selector(".rows tbody tr:nth-child(4)")
    assert page.evaluate("document.activeElement.matches('.rows tbody tr:nth-child(1) .list')")
    page.click("button:text-is('Stop')")
    assert ended(page).startswith("Stopped after ")
    assert 4 <= page.locator(".rows tbody tr").count() < 400


def test_what_cannot_be_asked_is_said_at_the_box(desk, visit):
    """With its line; the page stays as it is."""
    page = visit(desk)
    paste(page, "question\tcolour\nWho?\tred\n")
    page.wait_for_selector(".place-of-list-told .problem:has-text('“colour” is no filter')")
    assert not page.locator(".many").count()


def test_everybody_can_use_it(desk, visit, picture):
    """axe-core finds nothing serious in the box and the rows; on a phone nothing is cut off."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(desk)
    paste(page, LIST)
    ended(page)
    found = serious(Axe(), page, "rows")
    page.click(".rows .headline >> nth=0")
    page.wait_for_selector(".pane mark.here")
    found += serious(Axe(), page, "rows and an article")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 375, "height": 740})
    settled(page)
    found += serious(Axe(), page, "rows on a phone")
    picture(page, "phone-many")
    assert not found and overflow(page) <= 0
