"""The whole round in a browser, with the real models on the real seeds; the language model as
recorded, but where it is stopped.
"""

from __future__ import annotations

import json
import re
import shutil

from rag.types.answers import REFUSAL
from tests.browser.conftest import FIRST, PAPERS, SEEDS, started

QUOTA = "What daily arrest quota did the White House set before?"
FERRY = "The ferry Halcyon ran aground near Port Ellery on 3 June 2025. Captain Mira Solveig blamed fog."

# Inside the page, since a busy machine may write the whole answer before a click from outside arrives.
STOP_AT_EVIDENCE = """() => new MutationObserver((_, observer) => {
    if (document.querySelector(".state")?.innerText.includes("Stopped.")) observer.disconnect();
    const stop = [...document.querySelectorAll("button")].find(one => one.innerText.trim() === "Stop");
    if (document.querySelector(".card") && stop && !stop.disabled) stop.click();
}).observe(document.body, { childList: true, subtree: true, attributes: true })"""

# Whether the paper is light or dark, as it is asked for, and no colour is still on its way.
RESTS_IN = """scheme => {
    const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
    const moving = document.getAnimations().some(one => one instanceof CSSTransition);
    return (red + green + blue < 384) === (scheme === "dark") && !moving;
}"""


def ask(page, question: str, wait: bool = True) -> None:
    """Type a question and press Enter."""
    page.fill(".question textarea", question)
    page.press(".question textarea", "Enter")
    page.wait_for_selector(f".answer h2:text-is({json.dumps(question)})")
    if wait:
        done(page)


def done(page) -> None:
    """Wait until the answer is complete."""
    page.wait_for_selector(".answer .fresh")


def in_view(page, selector: str) -> bool:
    """Whether the middle of an element is inside the window, and nothing lies over it."""
    return page.evaluate(
        """selector => {
            const place = document.querySelector(selector).getClientRects()[0];
            const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
            return document.elementFromPoint(x, y)?.matches(`${selector}, ${selector} *`) ?? false;
        }""",
        selector,
    )


def settled(page) -> None:
    """Wait until nothing scrolls any more."""
    page.wait_for_timeout(900)


def overflow(page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


# ── first look ──


def test_the_first_look(real, visit, picture):
    """One box, what the archive holds as a line and as a picture, and questions to begin with."""
    page = visit(real)
    page.wait_for_selector(".suggestion")
    assert "5 articles" in page.inner_text(".dateline")
    assert "AsiaOne" in page.inner_text(".chart") and page.locator(".chart rect").count() == 2
    assert page.locator(".suggestion").count() == 4
    assert page.evaluate("document.activeElement.matches('.question textarea')")
    assert page.locator("textarea:visible").count() == 1
    picture(page, "first-look")


def test_the_index_is_one_button_away(visit, tmp_path, picture):
    """Without an index the page says so; one press builds it, and the articles are there."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    places = {"seeds": tmp_path / "seeds", "index": tmp_path / "index"}
    with started(["app.py", "--no-browser"], **places) as program:
        page = visit(program)
        assert "Nothing is indexed yet" in page.inner_text(".dateline")
        page.click("button:text-is('Index the folder')")
        page.wait_for_selector(".dateline:has-text('5 articles')")
        assert "5 articles new" in page.inner_text(".place-of-report")


# ── asking and reading ──


def test_ask_hover_click_and_read(live, visit, picture):
    """Ask, see the evidence, read the answer, see the quote under its number, stand in the article at
    the marked words, go on by keyboard, and come back to where one was.
    """
    page = visit(live)
    ask(page, FIRST, wait=False)
    page.wait_for_selector(".card")
    assert page.locator(".card").count() == 5
    done(page)
    assert "Marcos Charles" in page.inner_text(".statement.written")
    page.hover(".chip >> nth=0")
    assert "Career ICE officials Marcos Charles" in page.locator(".peek >> nth=0").inner_text()
    picture(page, "quotation")
    page.click(".chip >> nth=0")
    page.wait_for_selector(".pane mark.here")
    settled(page)
    assert in_view(page, ".pane mark.here")
    assert page.inner_text(".pane mark.here").startswith("Career ICE officials")
    assert page.locator(".card mark.found >> nth=0").evaluate("mark => mark.offsetHeight") < 80
    page.mouse.move(5, 5)
    picture(page, "page")
    before = page.inner_text(".pane .bar span")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.pane .bar span').innerText != before", arg=before
    )
    settled(page)
    assert in_view(page, ".pane mark.here")
    page.keyboard.press("Escape")
    page.wait_for_selector(".pane", state="detached")
    assert page.evaluate("document.activeElement.classList.contains('chip')")


def test_a_link_asks_its_question(real, visit):
    """An address with ?q= opens with the answer."""
    page = visit(real, "?q=Who+is+the+mayor+of+Zanzibar%3F")
    done(page)
    assert page.inner_text(".answer h2") == "Who is the mayor of Zanzibar?"
    ask(page, "Who is the mayor of Atlantis?")  # the address is of this one no longer
    assert page.inner_text(".answer h2") == "Who is the mayor of Atlantis?"
    assert page.url == real.address


def test_a_refusal_is_friendly(real, visit, picture):
    """What the articles do not say is said, with the nearest passages, and nothing is numbered."""
    page = visit(real)
    ask(page, "Who is the mayor of Zanzibar?")
    assert page.inner_text(".refusal") == REFUSAL
    assert "The nearest passages" in page.inner_text(".evidence")
    assert not page.locator(".card .number[aria-label]").count()
    picture(page, "not-found")


def test_sources_that_differ_stand_in_a_table(real, visit, picture):
    """Asked for the earlier quota, the page shows 1,000 and 1,800, each with who says it."""
    page = visit(real)
    ask(page, QUOTA)
    table = page.inner_text(".differ")
    assert "1,000" in table and "1,800" in table and "The Straits Times" in table
    picture(page, "disagreement")


def test_filters_are_pills(real, visit, picture):
    """A chosen outlet narrows the search and stands above the answer; removing it asks without."""
    page = visit(real)
    page.click("text=Only some articles")
    page.click("input[aria-label='Outlet']")
    page.click("[role=option]:has-text('AsiaOne')")
    ask(page, "Who won the election in South Korea?", wait=False)
    page.wait_for_selector(".pill:has-text('Only AsiaOne')")
    outlets = page.locator(".card .source b").all_text_contents()
    assert outlets and all("AsiaOne" in outlet for outlet in outlets)
    done(page)
    picture(page, "filters")
    page.click(".pill")
    page.wait_for_selector(".pill", state="detached")
    page.wait_for_selector(".card .source b:has-text('The Straits Times')", state="attached")
    assert page.input_value("input[aria-label='Outlet']") == "All outlets"


def test_days_are_picked_from_a_calendar(real, visit):
    """From and up to are dates; what lies outside is not searched."""
    page = visit(real)
    page.click("text=Only some articles")
    page.fill(".day input[type=date] >> nth=0", "2025-06-05")
    ask(page, "Who won the election in South Korea?")
    assert "From 5 June 2025" in page.inner_text(".pills")
    assert not page.locator(".card").count() or "June 2025" not in page.inner_text(".evidence")


def test_a_follow_up_and_a_new_conversation(real, visit, picture):
    """A question that points back is read with the one before; it can be asked alone, or all anew."""
    page = visit(real)
    ask(page, FIRST)
    ask(page, "And who replaces Hammer there?", wait=False)
    page.wait_for_selector(".earlier")
    assert "1 question" in page.inner_text(".earlier summary")
    done(page)
    page.click("text=New conversation")
    page.wait_for_selector(".answer", state="detached")
    page.wait_for_selector(".suggestion >> visible=true")


# ── stopping ──


def test_stop_frees_the_processor(live, visit):
    """After Stop the program is at rest, and the evidence is still there."""
    page = visit(live)
    page.evaluate(STOP_AT_EVIDENCE)
    ask(page, QUOTA, wait=False)
    page.wait_for_selector(".state:has-text('Stopped.')")
    assert live.rests()
    assert page.locator(".card").count()


def test_reloading_frees_the_processor(live, visit):
    """Whoever reloads while the answer grows gets a fresh page, and the model is free."""
    page = visit(live)
    ask(page, QUOTA, wait=False)
    page.wait_for_selector(".card")
    page.reload()
    page.wait_for_selector(".dateline:has-text('articles')")
    assert live.rests()
    assert not page.locator(".card").count()


def test_two_people_at_once(small, visit):
    """Both see their evidence at once; the second is told that one is before, and has its answer as
    soon as the first is stopped.
    """
    one, other = visit(small), visit(small)
    ask(one, "Which storm sank the ferry in the harbour??", wait=False)
    one.wait_for_selector(".state:has-text('Writing')")
    ask(other, "Which storm sank the ferry in the harbour?", wait=False)
    other.wait_for_selector(".card")
    other.wait_for_selector(".state:has-text('1 question before yours')")
    assert not other.locator(".statement").count()
    one.click("button:text-is('Stop')")
    done(other)
    assert other.locator(".statement").count()


# ── adding and taking along ──


def test_dropped_files_can_be_asked_about(real, visit, tmp_path, picture):
    """A dropped article is in the archive at once; what cannot be read is refused with its reason."""
    (tmp_path / "ferry.txt").write_text(f"Ferry aground\n\n{FERRY}\n")
    (tmp_path / "notes.txt").write_bytes(bytes(range(256)) * 20)
    page = visit(real)
    page.set_input_files(".drop input[type=file]", [tmp_path / "ferry.txt", tmp_path / "notes.txt"])
    page.wait_for_selector(".place-of-report:has-text('Added: ferry.txt')")
    told = page.inner_text(".place-of-report")
    assert "1 article new" in told and "notes.txt" in told
    page.locator(".place-of-report >> nth=0").scroll_into_view_if_needed()
    picture(page, "adding")
    ask(page, "Who is the captain of the ferry Halcyon?")
    assert "Mira Solveig" in page.inner_text(".answer")


def test_answers_can_be_taken_along(real, visit, tmp_path):
    """Markdown, HTML and JSON arrive as files with the answer and its quote; the original file, too."""
    page = visit(real)
    ask(page, FIRST)
    for words, suffix in (("Markdown", ".md"), ("HTML", ".html"), ("JSON", ".json")):
        with page.expect_download() as download:
            page.click(f".tool:text-is('{words}')")
        assert download.value.suggested_filename.endswith(suffix)
        text = download.value.path().read_text()
        assert "Marcos Charles" in text and "Career ICE officials" in text
    page.click(".chip >> nth=0")
    with page.expect_download() as download:
        page.click(".pane .file button")
    name = download.value.suggested_filename
    assert download.value.path().read_bytes() == (SEEDS / name).read_bytes()


def test_references_can_be_taken_along(visit, tmp_path):
    """As BibTeX and CSL-JSON, beside the other files, with the outlet and the day of what is cited."""
    places = {"seeds": tmp_path / "seeds", "index": tmp_path / "index", "prose": "off"}
    places["seeds"].mkdir()
    shutil.copy(PAPERS / "dunmarsh-derail-gazette.md", places["seeds"])
    with started(["app.py", "--no-browser"], **places) as program:
        page = visit(program)
        page.click("button:text-is('Index the folder')")
        page.wait_for_selector(".dateline:has-text('1 article')")
        ask(page, "What derailed near Dunmarsh?")
        files = {}
        for words, suffix in (("BibTeX", ".bib"), ("CSL-JSON", ".csl.json")):
            with page.expect_download() as download:
                page.click(f".tool:text-is('{words}')")
            assert download.value.suggested_filename == f"what-derailed-near-dunmarsh{suffix}"
            files[suffix] = download.value.path().read_text()
    assert files[".bib"].startswith("@article{") and "date = {2024-10-22}" in files[".bib"]
    [item] = json.loads(files[".csl.json"])
    assert item["container-title"] == "The Orve Valley Gazette"
    assert item["issued"] == {"date-parts": [[2024, 10, 22]]}


def test_answers_can_be_copied(real, visit):
    """Copy puts the answer with its quotes into the clipboard, the link an address that asks again."""
    page = visit(real, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "Who is the mayor of Zanzibar?")
    page.click(".tool:text-is('Copy')")
    page.wait_for_selector(".tool:text-is('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Zanzibar" in copied and REFUSAL in copied
    page.click(".tool:has-text('Link')")
    page.wait_for_selector(".tool:text-is('Link copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{real.address}?q=Who+is+the+mayor+of+Zanzibar%3F"


def test_the_history_is_off_until_switched_on(real, visit):
    """Nothing is kept by itself; switched on, what was asked can be seen again; off, it is gone."""
    page = visit(real)
    ask(page, "Who is the mayor of Zanzibar?")
    assert not page.locator(".history").count()
    page.check("text=Keep the questions of this session")
    ask(page, "Who is the king of Atlantis?")
    page.wait_for_selector(".history li")
    assert page.locator(".history li").count() == 1
    page.click("text=New conversation")
    page.click(".history .again")
    page.wait_for_selector(".answer h2:text-is('Who is the king of Atlantis?')")
    page.uncheck("text=Keep the questions of this session")
    page.wait_for_selector(".history", state="detached")


# ── looks ──


def test_a_phone(real, visit, picture):
    """At 375 pixels nothing is cut off, and the article fills the screen with a way back."""
    page = visit(real, viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    assert overflow(page) <= 0
    picture(page, "phone-first-look")
    ask(page, QUOTA)
    assert overflow(page) <= 0
    picture(page, "phone")
    page.tap(".chip >> nth=0")
    page.wait_for_selector(".pane mark.here")
    settled(page)
    box = page.locator(".pane").bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, 375) and in_view(page, ".pane mark.here")
    picture(page, "phone-article")
    page.tap(".pane [data-do=close]")
    page.wait_for_selector(".pane", state="detached")


def test_the_dark(real, visit, picture):
    """Who prefers dark gets light letters on dark paper."""
    page = visit(real, color_scheme="dark")
    ask(page, "Who is the mayor of Zanzibar?")
    colours = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.querySelector('.refusal')).color]"
    )
    paper, ink = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert paper < 150 < 600 < ink
    picture(page, "dark")


def test_everybody_can_use_it(real, visit):
    """axe-core finds nothing serious on the first look, an answer, its article, a refusal, a table."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(real)
    page.wait_for_selector(".suggestion")
    found = serious(Axe(), page, "first look")
    for question in (QUOTA, "Who is the mayor of Zanzibar?"):
        ask(page, question)
        found += serious(Axe(), page, question)
        page.click(".headline >> nth=0")
        page.wait_for_selector(".pane")
        found += serious(Axe(), page, f"{question}, article")
        page.keyboard.press("Escape")
        page.wait_for_selector(".pane", state="detached")
    assert not found


def serious(axe, page, where: str) -> list[str]:
    """What axe finds serious or critical, with where it is: all in light, and the colours in the dark."""
    found = []
    for scheme, options in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function(RESTS_IN, arg=scheme)
        options["resultTypes"] = ["violations"]
        broken = axe.run(page, options=options).response["violations"]
        found += [
            f"{where}, {scheme}: {one['id']}"
            f" {[(node['html'][:160], node['failureSummary']) for node in one['nodes']][:4]}"
            for one in broken
            if one["impact"] in ("serious", "critical")
        ]
    return found


def test_nothing_jumps_while_it_grows(real, visit):
    """From the evidence to the end the answer's place does not move."""
    page = visit(real)
    ask(page, "What share of the vote did Lee Jae-myung win?", wait=False)
    page.wait_for_selector(".card")
    places = (".answer h2", ".evidence h2")
    before = [page.locator(place).bounding_box()["y"] for place in places]
    done(page)
    after = [page.locator(place).bounding_box()["y"] for place in places]
    assert after[0] == before[0] and abs(after[1] - before[1]) < 40


# ── hostile ──


def test_hostile_articles_are_text(small, visit):
    """Articles, file names and a model that attack make no element, no request and no dialog."""
    page = visit(small)
    ask(page, "Which storm sank the ferry in the harbour?")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    page.click(".headline >> nth=0")
    page.wait_for_selector(".pane")
    page.wait_for_timeout(500)
    text = page.inner_text("body")
    assert "<img src='http://canary.invalid" in text and "${alert(6)}" in text
    places = ".place-of-answer, .place-of-evidence, .place-of-pane, .place-of-holdings"
    foreign = "img, script, iframe, form, input, style, link, base, object, embed, audio, video"
    assert (
        page.eval_on_selector_all(
            places,
            "(all, foreign) => all.flatMap(one => [...one.querySelectorAll(foreign)]).length",
            foreign,
        )
        == 0
    )
    handlers = (
        "all => all.filter(one => [...one.attributes].some(a => a.name.startsWith('on'))).length"
    )
    assert page.eval_on_selector_all(f":is({places}) *", handlers) == 0
