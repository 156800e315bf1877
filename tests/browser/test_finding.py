"""Finding, listing, counting, summing up and reading in a browser, with the real models."""

from __future__ import annotations

import csv
import shutil

from tests.browser.conftest import PAPERS, started
from tests.browser.test_page import ask, overflow, serious

PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
COMPARED = "Compare what the Sarrel Tribune and The Northern Ledger say about the Morvane rates"
MISSPELLED = "What did Marit Osgod say in 2019?"


def find(page, text: str) -> None:
    """Type and press Find; wait for the list."""
    page.fill(".question textarea", text)
    page.click(".ask button.find")
    listed(page, text)


def listed(page, text: str) -> None:
    """Wait for the list of what has this text, or of all articles."""
    told = f":has-text('{text}')" if text else ":text-is('All articles')"
    page.wait_for_selector(f".list-found h2{told}")


# ── lists ──


def test_an_article_is_found_and_read(papers, visit, picture):
    """Its words are marked in the list and in the pane, where the arrows lead on."""
    page = visit(papers)
    find(page, "Osgood")
    assert page.locator(".hits mark").count() > 3
    assert page.inner_text(".place-of-state") == "3 articles"
    page.click(".hits .headline >> nth=0")
    page.wait_for_selector(".pane mark.here")
    assert page.inner_text(".pane .bar span") == "Article 1 of 3"
    picture(page, "found")
    page.keyboard.press("Escape")
    page.wait_for_selector(".pane", state="detached")
    assert page.evaluate("document.activeElement.classList.contains('headline')")


def test_everything_by_keyboard(real, visit):
    """From the box over Ask to Find, into the list, into an article, and back."""
    page = visit(real)
    page.fill(".question textarea", "Genalo")
    page.focus(".question textarea")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText.trim()") == "Find"
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits .headline")
    page.focus(".hits .headline >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pane")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.wait_for_selector(".pane", state="detached")


def test_all_articles_are_one_click_away(papers, visit):
    """Their number in the line below the title lists them, page by page; the heading has the focus."""
    page = visit(papers)
    page.click(".dateline a.list")
    listed(page, "")
    first = page.locator(".hits .headline").all_inner_texts()
    assert len(first) == 20
    page.click("text=Next page")
    page.wait_for_selector(".pages:has-text('21 to')")
    page.wait_for_function("document.activeElement.matches('.list-found h2')")
    assert not {*first} & {*page.locator(".hits .headline").all_inner_texts()}
    page.click("text=Close the list")
    page.wait_for_selector(".list-found", state="detached")


def test_an_outlet_leads_to_its_articles(real, visit):
    """And can be taken away again."""
    page = visit(real)
    page.click(".chart a.list:text-is('AsiaOne')")
    page.wait_for_selector(".list-found .pills .pill:has-text('Only AsiaOne')")
    page.click(".list-found .pills .pill")
    listed(page, "")


def test_the_list_is_saved_as_a_table(real, visit):
    """With a line for each article."""
    page = visit(real)
    find(page, "")
    with page.expect_download() as download:
        page.click(".tool:text-is('Save as CSV')")
    assert download.value.suggested_filename == "articles.csv"
    with download.value.path().open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 5


def test_a_link_opens_its_list(real, visit):
    """An address with ?find= opens with the list, and the box has what was typed."""
    page = visit(real, "?find=Genalo&sort=day")
    listed(page, "Genalo")
    assert page.input_value(".question textarea") == "Genalo"
    assert page.inner_text(".order [aria-pressed=true]") == "Newest first"


def test_a_list_is_seen_as_a_timeline(papers, visit, picture):
    """Its dots lead to their months, its headlines open the articles; a click goes back to the list."""
    page = visit(papers)
    find(page, "Morvane")
    page.click(".ways a.list:text-is('Timeline')")
    page.wait_for_selector(".list-found h2:text-is('Timeline: Morvane')")
    assert page.locator(".happened li").count() > 3
    page.wait_for_function("document.activeElement.matches('.list-found h2')")
    month = page.get_attribute(".dots a >> nth=0", "href")
    page.click(".dots a >> nth=0")
    assert page.locator(f".happened li{month}").count() == 1
    assert overflow(page) <= 0
    picture(page, "timeline")
    page.click(".happened .headline >> nth=0")
    page.wait_for_selector(".pane")
    page.keyboard.press("Escape")
    page.click("text=As a list of articles")
    listed(page, "Morvane")


def test_a_link_opens_its_timeline(papers, visit):
    """On a phone, too; and a summary leads to one."""
    page = visit(papers, "?find=Morvane&as=timeline", **PHONE)
    page.wait_for_selector(".happened li")
    assert overflow(page) <= 0
    page = visit(papers)
    ask(page, "What happened with the Morvane rates?")
    page.click("text=All of it as a timeline")
    page.wait_for_selector(".list-found .happened li")


def test_a_list_takes_the_place_of_an_answer_that_grows(small, visit):
    """Nothing that the answer still says comes over it."""
    page = visit(small)
    for _ in range(3):
        ask(page, "Which storm sank the ferry in the harbour??", wait=False)
        find(page, "storm")
        page.wait_for_timeout(700)
        assert page.locator(".list-found").count() and not page.locator(".answer").count()


def test_a_story_is_read_elsewhere(papers, visit):
    """The article names the report of another outlet, which opens in its place."""
    page = visit(papers)
    find(page, "derailed Dunmarsh")
    page.click(".hits .headline >> nth=0")
    page.click(".elsewhere summary")
    other = page.inner_text(".elsewhere .headline >> nth=0")
    page.click(".elsewhere .headline >> nth=0")
    page.wait_for_selector(f".pane h2:text-is('{other}')")


# ── counts, summaries, comparisons ──


def test_a_question_about_the_archive_is_counted(papers, visit, picture):
    """With a bar, a number and a name for each month, and the way to the articles."""
    page = visit(papers)
    ask(page, "How many articles are in here, by month?")
    number = int(page.inner_text(".count").split()[0])
    months = page.locator(".over-time .ticks >> nth=0").locator("span").all_inner_texts()
    assert sum(map(int, filter(None, months))) == number - 2  # without a day
    assert page.locator(".over-time rect").count() == len(months)
    assert page.inner_text(".over-time .ticks >> nth=1").split()[:3] == ["Sep", "2024", "Oct"]
    picture(page, "counted")
    page.click(".counted .all a")
    listed(page, "")


def test_a_summary_is_quotations_alone(papers, visit):
    """Each is the words of the article that its mark opens."""
    page = visit(papers)
    ask(page, "What happened with the Sevrin blast?")
    assert page.locator(".statement.quoted").count() >= 3
    assert not page.locator(".statement.written").count()
    page.click(".statement .chip >> nth=0")
    marked = page.inner_text(".pane mark.here")
    assert marked in page.inner_text(".statement.quoted >> nth=0")


def test_a_comparison_has_two_columns(papers, visit, picture):
    """Side by side; on a phone one below the other."""
    for options, beside in (({}, True), (PHONE, False)):
        page = visit(papers, **options)
        ask(page, COMPARED)
        one, other = (column.bounding_box() for column in page.locator(".said-by").all())
        assert (one["y"] == other["y"]) is beside and overflow(page) <= 0
        if beside:
            picture(page, "compared")


# ── help ──


def test_a_wrong_letter_is_no_dead_end(papers, visit, picture):
    """The name that was meant is a link that asks, or finds, with it; and why nothing is said is told."""
    page = visit(papers)
    ask(page, MISSPELLED)
    assert "which runs from 17 September 2024 to 4 June 2025" in page.inner_text(".notes")
    picture(page, "did-you-mean")
    page.click(".meant a.list >> nth=0")
    page.wait_for_selector(".answer h2:text-is('What did Marit Osgood say in 2019?')")
    find(page, "Osgod")
    page.click(".meant a.list")
    listed(page, "Osgood")
    assert page.input_value(".question textarea") == "Osgood"


def test_unread_files_are_one_button_away(visit, tmp_path):
    """A file that came since the last ingest is named, and read by a press."""
    places = {"seeds": tmp_path / "seeds", "index": tmp_path / "index"}
    places["seeds"].mkdir()
    shutil.copy(PAPERS / "fennick-recall.md", places["seeds"])
    with started(["app.py", "--no-browser"], **places) as program:
        page = visit(program)
        page.click("button:text-is('Index the folder')")
        page.wait_for_selector(".dateline:has-text('1 article')")
        shutil.copy(PAPERS / "lake-trout.md", places["seeds"])
        page.reload()
        page.wait_for_selector(".unread:has-text('1 new (lake-trout.md)')")
        page.click("button:text-is('Read them now')")
        page.wait_for_selector(".dateline:has-text('2 articles')")
        page.wait_for_selector(".unread", state="detached")


# ── looks ──


def test_nothing_is_cut_off_on_a_phone(papers, visit, picture):
    """Neither a list nor a counted answer."""
    page = visit(papers, **PHONE)
    find(page, "Osgood")
    assert overflow(page) <= 0
    picture(page, "phone-found")
    for question in ("Which outlets are in this archive?", "How many articles are here, by month?"):
        ask(page, question)
        assert overflow(page) <= 0


def test_everybody_can_use_it(papers, visit):
    """axe-core finds nothing serious in a list, an article of it, and answers of each kind."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(papers)
    find(page, "Osgood")
    found = serious(Axe(), page, "list")
    page.click(".hits .headline >> nth=0")
    page.wait_for_selector(".pane")
    found += serious(Axe(), page, "article of a list")
    page.keyboard.press("Escape")
    page.wait_for_selector(".pane", state="detached")
    page.click(".ways a.list:text-is('Timeline')")
    page.wait_for_selector(".happened li")
    found += serious(Axe(), page, "timeline")
    find(page, "")
    found += serious(Axe(), page, "all articles")
    for question in ("How many articles are in here, by month?", COMPARED, MISSPELLED):
        ask(page, question)
        found += serious(Axe(), page, question)
    assert not found


def test_hostile_lists_are_text(small, visit):
    """Articles that attack make no element in a list or in the article it opens."""
    page = visit(small)
    find(page, "storm")
    page.click(".hits .headline >> nth=0")
    page.wait_for_selector(".pane")
    assert "${alert(6)}" in page.inner_text("body")
    foreign = ".place-of-answer :is(img, script, iframe, form, input, style, link, object, video)"
    assert not page.locator(foreign).count()
