"""A question is kept on the page, a later report changes its answer, and the news is there."""

from __future__ import annotations

import shutil

from tests.browser.conftest import PAPERS, started
from tests.browser.test_page import ask, overflow

LEADER = "Who will lead the Tavrany delegation at the talks about the Orve dam?"
FIRST, LATER = "river-summit-courier.md", "river-summit-tribune.md"


def test_a_kept_question_tells_its_news(visit, tmp_path, picture):
    """The star, an ingest, the change with both quotations, and Remove."""
    places = {"seeds": tmp_path / "seeds", "index": tmp_path / "index", "prose": "off"}
    places["seeds"].mkdir()
    shutil.copy(PAPERS / FIRST, places["seeds"])
    with started(["app.py", "--no-browser"], **places) as program:
        page = visit(program)
        page.click("button:text-is('Index the folder')")
        page.wait_for_selector(".dateline:has-text('1 article')")
        ask(page, LEADER)
        page.click("button.star")
        page.wait_for_selector("button.star[aria-pressed=true]:text-is('★ Kept')")
        page.wait_for_selector(f".standing a:text-is('{LEADER}')")
        shutil.copy(PAPERS / LATER, places["seeds"])
        page.click("button:text-is('Index the folder')")
        page.wait_for_selector(".standing summary:has-text('Ines Callowell')")
        page.click(".standing summary")
        told = page.inner_text(".standing .news")
        assert "Lothar Vansittard → Ines Callowell" in told and told.count("“") >= 2
        assert overflow(page) <= 0
        picture(page, "standing")
        page.click(".standing button:text-is('Remove')")
        page.wait_for_selector(".standing", state="detached")
        page.wait_for_selector("button.star[aria-pressed=false]")
