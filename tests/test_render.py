"""The page's HTML: what is not trusted stays text, and every link leads to a card."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from rag import render
from rag.types import (
    REFUSAL,
    Answer,
    Disagreement,
    Evidence,
    Holdings,
    IngestReport,
    Skipped,
    Statement,
    Value,
    Window,
)
from tests.fakes import article, evidence

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=alert(1) x='",
    "</blockquote></details><style>*{display:none}</style>",
    "${alert(1)} {{constructor}} {0} {name}",
    "&lt;b&gt; &amp; <!-- -->",
)
BLOCKS = {"section", "h2", "h3", "p", "div", "blockquote", "article", "details", "summary"}
TAGS = {*BLOCKS, "ul", "li", "span", "a", "b", "code"}
ATTRIBUTES = {"class", "dir", "id", "href", "title", "role", "aria-label", "aria-hidden"}


class Seen(HTMLParser):
    """Tags, attributes, link targets, ids and text, as a browser would read them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.links, self.ids, self.values, self.text = [], [], [], ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        """Remember a tag and what it carries."""
        self.tags.add(tag)
        for name, value in attributes:
            self.attributes.add(name)
            self.values.append(value or "")
            if name in ("href", "id"):
                (self.links if name == "href" else self.ids).append(value)

    def handle_data(self, data):
        """Remember a piece of text."""
        self.text += data


def answered(*statements: Statement, count: int = 3, **changes: object) -> Answer:
    """A finished answer over `count` pieces of evidence."""
    texts = [f"Sentence number {number}." for number in range(1, count + 1)]
    draft = Answer("Who won?", "answered", evidence=tuple(evidence(*texts, source="The Times")))
    return draft.grown(**{"statements": statements, "done": True, **changes})


def written(text: str, *numbers: int) -> Statement:
    """A sentence of the model that passed its checks."""
    return Statement(text, "written", numbers, supported=True)


def shown(answer: Answer) -> Seen:
    """All of the page that an answer fills."""
    return Seen(render.answer(answer) + render.evidence(answer))


def hostile_everywhere(text: str) -> str:
    """All markup there is, with the same text in every place that is not trusted."""
    item = Evidence(
        1, article(text, title=text, path=text, source=text, agency=text), 0, len(text), 0.9
    )
    answer = Answer(
        text,
        "answered",
        statements=(written(text, 1), Statement(text, "quote", (1,), supported=True)),
        evidence=(item, replace(item, number=2)),
        disagreements=(Disagreement(text, (Value(text, (1,)), Value(text, (2,)))),),
        window=Window(date(2025, 6, 5), None, text),
        notes=(text,),
        done=True,
    ).grown()
    unanswered = replace(answer, disagreements=())
    holdings = Holdings(1, 1, {text: 1}, None, None, 1, 1, (Skipped(text, text),))
    return render.joined(
        [
            render.asked(text),
            render.answer(answer),
            render.evidence(answer),
            render.evidence(unanswered),
            render.evidence(replace(answer, status="not_found")),
            render.evidence(replace(answer, done=False)),
            render.state(text, busy=True, seconds=2),
            render.problem(text),
            render.dateline(holdings),
            render.archive(holdings),
            render.archive(replace(holdings, articles=0)),
            render.no_archive(text),
        ]
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_untrusted_text_stays_text(text):
    """Markup in a title, quote, outlet, file, question, statement or reason is shown, not obeyed."""
    page = Seen(hostile_everywhere(text))
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert page.text.count(text) >= 20
    assert all(link.startswith("#evidence-") for link in page.links)


def test_a_quote_cannot_leave_its_attribute():
    """The tip of a chip holds the quotation marks of the quote as text."""
    hostile = '" autofocus onfocus="alert(1)'
    page = Seen(render.chip(evidence(hostile)[0]))
    assert page.attributes == {"class", "href", "title", "aria-label"}
    assert any(hostile in value for value in page.values)


@pytest.mark.parametrize(
    "character",
    [*"\0\x07\x08\x0b\x1b\x7f\x85\x9b", *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"],
)
def test_controls_are_removed(character):
    """Control characters and bidirectional overrides reach no part of the page."""
    assert character not in hostile_everywhere(f"one{character}two")
    assert render.escape(f"one{character}two") == "onetwo"


def test_lone_surrogates_are_replaced():
    """A file name that is no Unicode can still be sent to a browser."""
    assert render.escape("caf\udce9.txt").encode("utf-8") == b"caf?.txt"


def test_escape_is_not_applied_twice():
    """What is HTML already is left alone, anything else is escaped."""
    inner = render.html("<b>{}</b>", "a & b")
    assert render.html("<p>{}{}</p>", inner, "<i>") == "<p><b>a &amp; b</b>&lt;i&gt;</p>"


def test_chips_lead_to_cards():
    """Each number links to a card on the page; a number without evidence makes no link."""
    page = shown(answered(written("It rained.", 1, 3, 9), written("It poured.", 2)))
    assert page.links == ["#evidence-1", "#evidence-3", "#evidence-2"]
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_every_card_is_there_once():
    """Cited and folded evidence together is all evidence, each under its own number."""
    page = shown(answered(written("It rained.", 3), count=5))
    assert sorted(page.ids) == [f"evidence-{number}" for number in range(1, 6)]


def test_quotation_and_prose_differ():
    """A sentence of the model is prose; a sentence of an article is a labelled block quotation."""
    prose = render.answer(answered(written("It rained.", 1)))
    quoted = render.answer(answered(Statement("AFP wrote: “Rain.”", "quote", (1,), True)))
    assert 'class="statement written"' in prose and "In the article’s own words" not in prose
    assert '<blockquote class="statement quoted"' in quoted
    assert "In the article’s own words" in quoted


def test_an_unsupported_statement_says_so():
    """A sentence that the evidence does not carry is never shown as if it did."""
    assert "Not confirmed" in render.answer(answered(Statement("Maybe.", "written", (), False)))


def test_cited_evidence_stands_first():
    """At the end the cited cards come first and the others are folded, with their number."""
    page = render.evidence(answered(written("It rained.", 2)))
    cited, folded = page.split("<details>")
    assert "Sentence number 2." in cited and "Sentence number 1." not in cited
    assert "2 more excerpts, not cited" in folded
    assert "Sentence number 1." in folded and "Sentence number 3." in folded


def test_nothing_is_folded_while_it_grows():
    """All evidence stands in its order until the answer is done."""
    page = render.evidence(answered(written("It rained.", 2), done=False))
    assert "<details>" not in page
    assert [int(n) for n in re.findall(r'id="evidence-(\d)"', page)] == [1, 2, 3]


def test_a_card_tells_its_source():
    """A card names outlet, agency, date, headline, the exact words and the file."""
    item = Evidence(
        1,
        article(
            "Rain fell.",
            title="Wet",
            path="a/b.txt",
            source="Post",
            agency="AFP",
            published=date(2025, 6, 5),
        ),
        0,
        10,
        0.9,
    )
    text = Seen(render.card(item)).text
    for part in ("Post (AFP)", "5 June 2025", "Wet", "Rain fell.", "a/b.txt"):
        assert part in text


def test_what_is_unknown_is_said():
    """Without outlet and date the card says so."""
    text = Seen(render.card(evidence("Rain fell.")[0])).text
    assert "unknown outlet" in text and "no date" in text


def test_not_found_is_friendly():
    """The refusal is a sentence, with its notes and the three nearest passages."""
    page = shown(answered(count=5, status="not_found", notes=("Nothing speaks of: Mars.",)))
    assert REFUSAL in page.text and "Nothing speaks of: Mars." in page.text
    assert "The nearest passages" in page.text and "2 more excerpts" in page.text


def test_failed_keeps_the_evidence():
    """Without a language model the reason is told and all evidence is shown."""
    page = shown(answered(status="failed", notes=("No model file /models/q.gguf.",)))
    assert render.NOTHING_WRITTEN in page.text and "/models/q.gguf" in page.text
    assert page.text.count("Sentence number") == 3


def test_stopped_is_said_once():
    """The state says that it was stopped; what was written stays, without a second note."""
    answer = answered(written("It rained.", 1), status="stopped", notes=("Stopped.",))
    assert render.stage(answer) == "Stopped."
    text = shown(answer).text
    assert "It rained." in text and "Stopped." not in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"done": False}, "Reading 3 excerpts …"),
        ({"done": False, "statements": (written("It rained.", 1),)}, "Writing …"),
        ({"timings": {"total": 3.14}}, "Done in 3.1 s"),
        ({"status": "not_found", "timings": {"total": 0.5}}, "Searched in 0.5 s"),
        ({"status": "failed"}, "The evidence was found, but no answer was written."),
    ],
)
def test_the_state_is_words(changes, words):
    """Each moment of an answer has its line."""
    assert render.stage(answered(**changes)) == words


def test_sources_that_differ_stand_side_by_side():
    """A disagreement lists its values with links, and what it compares is not folded."""
    differ = Disagreement("the daily quota", (Value("1,000", (2,)), Value("1,800", (3,))))
    answer = answered(written("It differs.", 1), disagreements=(differ,), count=4)
    page = shown(answer)
    assert "The sources differ on the daily quota" in page.text
    assert page.links == ["#evidence-1", "#evidence-2", "#evidence-3"]
    assert "1 more excerpt," in page.text


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window(date(2025, 6, 5), date(2025, 6, 5), "on Thursday"), "of 5 June 2025 were searched (“on Thursday”)"),
        (Window(date(2025, 6, 1), date(2025, 6, 5)), "from 1 June 2025 to 5 June 2025 were searched."),
        (Window(date(2025, 6, 1), None), "from 1 June 2025 on were searched."),
        (Window(None, date(2025, 6, 5)), "up to 5 June 2025 were searched."),
        (
            Window(date(2025, 6, 2), date(2025, 6, 8), "this week", strict=False),
            "2 June 2025 to 8 June 2025 come first (“this week”)",
        ),
    ],
)  # fmt: skip
def test_a_restricted_search_is_told(window, words):
    """The days that were searched stand below the answer."""
    assert words in Seen(render.answer(answered(window=window))).text


def test_the_archive_in_one_line():
    """Articles, outlets, days and articles without a date stand in the dateline."""
    holdings = Holdings(5, 14, {"AsiaOne": 2, "Post": 1}, date(2025, 6, 3), date(2025, 6, 4), 2, 1)
    text = Seen(render.dateline(holdings)).text
    for part in ("5 articles", "2 outlets", "from 3 June 2025 to 4 June 2025", "2 without a date"):
        assert part in text


def test_the_archive_in_detail():
    """Outlets with their articles, those of unknown outlets, and files that were not read with why."""
    skipped = (Skipped("a.bin", "not a text"), Skipped(".DS_Store", "hidden"))
    holdings = Holdings(1_234, 2_000, {"AsiaOne": 1_230}, None, None, 4, 1, skipped)
    text = Seen(render.archive(holdings)).text
    for part in ("AsiaOne1,230", "unknown outlet4", "1 file not read", "a.bin", "not a text"):
        assert part in text
    assert ".DS_Store" not in text


def test_many_outlets_are_folded():
    """Only the first outlets are listed, the others are one click away."""
    holdings = Holdings(20, 20, {f"Post {n}": 1 for n in range(20)}, None, None, 20, 1)
    listed, folded = render.archive(holdings).split("<details>")
    assert listed.count("<li>") == render.OUTLETS
    assert "8 more outlets" in folded and folded.count("<li>") == 8


def test_an_empty_archive_says_what_to_do():
    """An archive without articles names the button."""
    empty = Holdings(0, 0, {}, None, None, 0, 1)
    assert "empty" in render.dateline(empty)
    assert "Index the folder" in render.archive(empty)


def test_the_report_is_told():
    """What an ingest did is one line."""
    report = IngestReport(2, 1, 40, 1, 0, 9, 43, 7)
    assert str(report) in Seen(render.report(report)).text
