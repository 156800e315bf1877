"""Text into HTML: what is not trusted stays text, in every place of the page that shows it."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from rag.filters import Filters
from rag.retrieval.find import Wish
from rag.show import html
from rag.types.answers import Answer, Disagreement, Review, Short, Side, Statement, Value
from rag.types.archive import Archive, Holdings, Tally
from rag.types.articles import Passage
from rag.types.days import Window
from rag.types.evidence import Evidence
from rag.types.files import IngestReport, Skipped, Unread
from rag.types.help import Guess, Help
from rag.types.hits import Found, Listed
from rag.types.questions import Turn
from rag.web.html import answer as render
from rag.web.html import archive, counts, evidence
from rag.web.html import article as pane
from rag.web.html.found import results
from tests.fakes import article
from tests.pages_seen import ATTRIBUTES, HOSTILE, TAGS, Seen, written

EVAL = Path(__file__).parents[4] / "shared" / "eval"
SAMPLE = 500  # of the payloads of others, where these lie beside the project


def hostile_everywhere(text: str) -> str:
    """All markup there is, with the same text in every place that is not trusted."""
    facts = {"title": text, "path": text, "source": text, "agency": text, "author": text}
    facts |= {"published_from": text, "place": text, "url": text}
    whole = article(text, **facts, published=date(2025, 6, 5))
    copy = article("Other words.", **facts)
    item = Evidence(1, whole, 0, len(text), 0.9, also=(copy, whole))
    answer = Answer(
        text,
        "answered",
        statements=(written(text, 1), Statement(text, "quote", (1,), supported=True)),
        evidence=(item, replace(item, number=2)),
        disagreements=(Disagreement(text, (Value(text, (1,)), Value(text, (2,)))),),
        window=Window(date(2025, 6, 5), None, text),
        notes=(text,),
        short=(Short(text, 1, 0, len(text), 0.9), Short(text, 2, 1, len(text) - 1, 0.8)),
        done=True,
        standing="another",
        archive=Archive("names", text, 1, 0, text, (Tally(text, 1),), text, Filters(text)),
        help=Help(
            (Guess(text, text, text),), (text,), unread=Unread(1, 0, 0, (text,)), instead=(text,)
        ),
    ).grown()
    marked = Listed(Passage(whole, 0, len(text)), ((0, 1),), ((0, 1),), also=(copy,))
    found = Found(text, "fit", 1, 1, 1, 0, (marked, replace(marked, near=True)), (text,))
    turn = Turn(text, Filters(text, text), before=Turn(text, answer=answer), answer=answer)
    months = {text: {"2025-06": 1}}
    day = date(2025, 6, 5)
    holdings = Holdings(
        1, 1, {text: 1}, day, day, 1, 1, (Skipped(text, text),), months, datetime(2025, 6, 5)
    )
    compared = Review("comparison", text, (Side(text, (1,)), Side(text, ())))
    return html.joined(
        [
            render.asked(turn),
            render.answer(turn),
            render.answer(replace(turn, answer=replace(answer, short=answer.short[:1]))),
            render.answer(replace(turn, answer=replace(answer, review=Review("summary", text)))),
            render.answer(replace(turn, answer=replace(answer, review=compared))),
            evidence.evidence(answer),
            evidence.evidence(replace(answer, disagreements=())),
            evidence.evidence(replace(answer, status="not_found")),
            evidence.evidence(replace(answer, done=False)),
            *(pane.pane(answer, 1, copy) for copy in range(3)),
            render.state(text, busy=True, seconds=2),
            render.problem(text),
            render.report(IngestReport(1, 0, 0, 0, 0, 1, 1, 1, (Skipped(text, text),))),
            render.added((text,)),
            archive.dateline(holdings),
            archive.archive(holdings),
            archive.archive(replace(holdings, articles=0)),
            archive.no_archive(text),
            archive.suggested((text,)),
            archive.history((turn,)),
            archive.unread(answer.help.unread),
            results(Wish(text, Filters(text, text)), found),
            results(Wish(text), replace(found, total=0, near=0, reports=())),
            pane.whole(whole, (copy,), (marked,), found),
            counts.counts(replace(answer.archive, kind="outlets")),
            counts.counts(replace(answer.archive, kind="newest", rows=(Tally(text, 2, text),))),
            counts.counts(replace(answer.archive, kind="months", rows=(Tally("2025-06", 1),))),
            counts.named(answer.archive),
        ]
    )


def check(text: str) -> Seen:
    """The page with this text everywhere has no element, attribute or link beyond its own."""
    page = Seen(hostile_everywhere(text))
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert all(link.startswith(("#evidence-", "?", "http://", "https://")) for link in page.links)
    return page


@pytest.mark.parametrize("text", HOSTILE)
def test_untrusted_text_stays_text(text):
    """Markup in a title, quote, outlet, file, question, statement or reason is shown, not obeyed."""
    assert check(text).text.count(text) >= 40


def payloads() -> list[str]:
    """Every so many of the lines of a list, and every fixture of a sanitiser's tests."""
    lines = (
        (EVAL / "xss-payloads" / "xss-payload-list.txt").read_text(errors="replace").splitlines()
    )
    fixtures = (EVAL / "dompurify" / "expect.mjs").read_text().splitlines()
    return lines[:: len(lines) // SAMPLE] + [line for line in fixtures if "payload" in line]


@pytest.mark.skipif(not EVAL.is_dir(), reason="the payloads of others are not beside the project")
def test_payloads_of_others_stay_text():
    """None of five hundred known attacks makes an element or attribute in any place of the page."""
    tried = payloads()
    assert len(tried) >= SAMPLE
    for text in tried:
        check(text)


@pytest.mark.parametrize(
    "character",
    [*"\0\x07\x08\x0b\x1b\x7f\x85\x9b", *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"],
)
def test_controls_are_removed(character):
    """Control characters and bidirectional overrides reach no part of the page."""
    assert character not in hostile_everywhere(f"one{character}two")
    assert html.escape(f"one{character}two") == "onetwo"


def test_lone_surrogates_are_replaced():
    """A file name that is no Unicode can still be sent to a browser."""
    assert html.escape("caf\udce9.txt").encode("utf-8") == b"caf?.txt"


def test_escape_is_not_applied_twice():
    """What is HTML already is left alone, anything else is escaped."""
    inner = html.html("<b>{}</b>", "a & b")
    assert html.html("<p>{}{}</p>", inner, "<i>") == "<p><b>a &amp; b</b>&lt;i&gt;</p>"


@pytest.mark.parametrize(
    ("url", "offered"),
    [
        ("https://news.example/a?b=1", "https://news.example/a?b=1"),
        (" HTTP://news.example ", "HTTP://news.example"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("//news.example", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url, offered):
    """http and https lead out of the page; anything else is no link."""
    assert html.address(url) == offered


def test_a_link_tells_the_other_site_nothing():
    """It opens in a tab of its own, without a referrer."""
    assert 'rel="noopener noreferrer nofollow"' in html.link("https://a.example", "a")
