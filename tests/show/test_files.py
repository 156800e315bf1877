"""Answers as files: whole, and nothing in them but our own markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from rag.settings import ROOT
from rag.show.files import file_name
from rag.show.harmless import harmless
from rag.show.html_file import html_file
from rag.show.json import to_json
from rag.show.json_file import json_file
from rag.show.markdown import inert, markdown
from rag.types.answers import REFUSAL, Answer, Disagreement, Short, Statement, Value
from rag.types.days import NamedDay, Window
from rag.types.evidence import Coverage, Evidence
from rag.types.files import Unread
from rag.types.help import Guess, Help
from tests.fakes import TODAY, article, evidence

PAYLOADS = ROOT.parent / "shared" / "eval" / "xss-payloads" / "xss-payload-list.txt"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![a](http://e.example/x.png)",
    "[x](javascript:alert(1))",
    "![a][b]",
    "[b]: http://e.example/x",
    "# Head",
    "- list",
    "12) list",
    "1986. A year",
    "> quotation",
    "```\ncode\n```",
    "~~~",
    "***",
    "a\n===",
    "| a | b |\n|---|---|\n| c | d |",
    "<http://e.example>",
    "see http://e.example/`x` or www.example.com or me@example.com",
    "`a` ``b`` \\",
    "*em* **strong** _em_ ~~gone~~",
    "&lt;b&gt; &copy; &#60;",
    "</blockquote><style>*{display:none}</style>",
    '" onmouseover="alert(1)',
    "{0} {name} {{x}}",
    "x\u2028# y",
    "new\nline.txt",
    "esc\x1b[31mred",
    "a\u202eb",
]
MARKDOWN_TAGS = {"h1", "h2", "p", "ul", "li", "blockquote", "strong", "em", "code"}
PAGE_TAGS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p"}
PAGE_TAGS |= {"ul", "ol", "li", "b", "a", "blockquote", "mark"}


class Seen(HTMLParser):
    """Tags, attributes, addresses and text, as a browser would read them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.links, self.text = [], set(), [], ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        """Remember a tag and what it carries."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attributes}
        self.links += [value for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data):
        """Remember a piece of text."""
        self.text += data


def rendered(answer: Answer) -> Seen:
    """What a Markdown reader that lets HTML through makes of the export."""
    return Seen(MarkdownIt("commonmark").render(markdown(answer)))


def told() -> Answer:
    """An answer with everything there can be."""
    first, second, third = evidence("Varga won.\n\nShe has 61 percent.", "It was 59.", "Rain.")
    herald = replace(first.article, source="Herald", path="copy.txt")
    known = replace(
        first.article,
        title="Lindholm votes",
        source="Coastal Post",
        agency="AFP",
        author="Ada Holm",
        published=date(2025, 6, 3),
        published_from="mail header",
        url="https://coastal.example/votes?id=1&b=2",
    )
    day = (NamedDay("on Tuesday", date(2025, 6, 3)),)
    return Answer(
        "Who won on Thursday?",
        "answered",
        statements=(
            Statement("Varga won.", "written", (1,), True),
            Statement("AFP wrote: “She has 61 percent.”", "quote", (1,), True),
        ),
        evidence=(replace(first, article=known, also=(herald,), days=day), second, third),
        short=(Short("Varga", 1, 0, 5, 0.98765),),
        disagreements=(Disagreement("the share", (Value("61", (1,)), Value("59", (2,)))),),
        window=Window(date(2025, 6, 5), date(2025, 6, 5), "on Thursday"),
        notes=("1 article without a date was left out.",),
        asked_on=TODAY,
        done=True,
    ).grown()


def everywhere(text: str) -> Answer:
    """An answer with the same text in every place that is not trusted."""
    facts = {"source": text, "agency": text, "author": text, "published_from": text, "url": text}
    one = article(text, title=text, path=text, published=TODAY, **facts)
    item = Evidence(1, one, 0, len(text), 0.9, days=(NamedDay(text, TODAY),))
    return Answer(
        text,
        "answered",
        statements=(
            Statement(text, "written", (1,), True),
            Statement(text, "quote", (1,), True),
            Statement(text, "written", (1,), False),
        ),
        evidence=(item,),
        short=(Short(text, 1, 0, len(text), 0.9),),
        disagreements=(Disagreement(text, (Value(text, (1,)),)),),
        window=Window(date(2025, 6, 5), None, text),
        notes=(text,),
        asked_on=TODAY,
        done=True,
        help=Help(
            did_you_mean=(Guess(text, text, text),),
            unknown=(text,),
            outside=Window(date(2025, 6, 5), None, text),
            unread=Unread(1, 0, 0, (text,)),
            instead=(text,),
        ),
    ).grown()


def test_markdown_tells_the_whole_answer():
    """Question, day of asking, short answer, sentences, quotation, both sides, notes and the cited evidence."""
    assert markdown(told()).splitlines() == [
        "# Who won on Thursday?",
        "",
        "Asked on 5 June 2025. Only articles of 5 June 2025 were searched (“on Thursday”).",
        "",
        r"**Varga** \[1]",
        "",
        r"Varga won. \[1] *Supported*",
        "",
        r"> AFP wrote: “She has 61 percent.” \[1]",
        "",
        "The sources differ on the share:",
        "",
        "- **61**: Coastal Post (AFP), 3 June 2025: “Varga won. She has 61 percent.” " + r"\[1]",
        r"- **59**: unknown outlet, no date: “It was 59.” \[2]",
        "",
        "- 1 article without a date was left out.",
        "",
        "## Evidence",
        "",
        r"**\[1]** **Coastal Post (AFP)** · 3 June 2025 (known from: mail header) · by Ada Holm"
        " · *Lindholm votes*",
        "",
        "> **Varga** won. She has 61 percent.",
        "",
        "`1.txt`",
        "",
        "<https://coastal.example/votes?id=1&b=2>",
        "",
        "“on Tuesday”: 3 June 2025",
        "",
        "also in 1 outlet: Herald (AFP text)",
        "",
        r"**\[2]** **unknown outlet** · no date · *A headline*",
        "",
        "> It was 59.",
        "",
        "`2.txt`",
    ]


def test_the_page_tells_the_whole_answer():
    """The same, as one HTML document; marks lead to the evidence, which keeps its paragraphs."""
    made = html_file(told())
    seen = Seen(made)
    for part in (
        "Asked on 5 June 2025. Only articles of 5 June 2025",
        "Varga won.\n\nShe has 61 percent.",
        "In the article’s own words",
        "The sources differ on the share",
        "59: unknown outlet, no date: “It was 59.”",
        "1 article without a date",
        "Coastal Post (AFP) · 3 June 2025 (known from: mail header) · by Ada Holm",
        "Lindholm votes",
        "1.txt",
        "also in 1 outlet: Herald",
    ):
        assert part in seen.text
    assert "Rain." not in seen.text
    assert seen.links.count("#evidence-1") == 4
    assert '<p class="short" dir="auto"><b>Varga</b> <a href="#evidence-1">[1]</a></p>' in made
    assert "<mark>Varga</mark> won.\n\nShe has 61 percent." in made
    assert "https://coastal.example/votes?id=1&b=2" in seen.links
    assert made.startswith("<!doctype html>")


def test_how_a_date_is_known_needs_a_date():
    """Nothing is known from the header of a mail that has no date."""
    one = article("Rain.", published_from="mail header")
    assert (one.dated, one.byline) == ("no date", "")
    assert replace(one, published=TODAY).dated == "5 June 2025 (known from: mail header)"


def test_the_page_loads_nothing():
    """No script, no address but marks and the article's own, and a policy that forbids the rest."""
    made = html_file(told())
    assert "default-src &#x27;none&#x27;" in made
    assert not re.search(r"url\(|@import|<script|<link|<img|src=", made)


def test_json_is_the_object_of_the_shell():
    """Every piece of evidence, as `--json` prints it but for its seconds, with author, address and how the date
    is known; the quotation letter by letter.
    """
    found = json.loads(json_file(told()))
    assert found == {name: one for name, one in to_json(told()).items() if name != "timings"}
    assert found["asked_on"] == "2025-06-05"
    assert found["evidence"][0]["quote"] == "Varga won.\n\nShe has 61 percent."
    first, second = (item["article"] for item in found["evidence"][:2])
    assert (first["author"], first["published_from"]) == ("Ada Holm", "mail header")
    assert first["url"] == "https://coastal.example/votes?id=1&b=2"
    assert found["short"] == [
        {"text": "Varga", "evidence": 1, "start": 0, "end": 5, "probability": 0.988, "reports": 1}
    ]
    assert [(item["answers"], item["found"]) for item in found["evidence"][:2]] == [
        (0.9, [0, 30]),
        (0.9, [0, 9]),
    ]
    assert (second["author"], second["published_from"], second["url"]) == (None, None, None)


@pytest.mark.parametrize("make", [markdown, html_file])
def test_a_refusal_gives_the_nearest_passages(make):
    """The constant sentence, its notes, three passages and not the fourth."""
    items = tuple(evidence("First.", "Second.", "Third.", "Fourth."))
    made = make(Answer("Who?", "not_found", evidence=items, notes=("Mars is missing.",), done=True))
    assert REFUSAL in made
    assert "Mars is missing." in made
    assert "The nearest passages" in made
    assert "Third." in made
    assert "Fourth." not in made


@pytest.mark.parametrize("make", [markdown, html_file])
def test_without_a_sentence_all_evidence_stands(make):
    """A model that was stopped leaves the quotations, and the reason."""
    items = tuple(evidence("First.", "Second."))
    made = make(Answer("Who?", "stopped", evidence=items, notes=("No model.",), done=True))
    assert "No answer was written." in made
    assert "Second." in made
    assert "No model." in made


@pytest.mark.parametrize("make", [markdown, html_file])
def test_doubt_and_another_day_are_told(make):
    """A sentence that is not confirmed says so; reports of different days are no contradiction."""
    answer = replace(
        told(),
        statements=(Statement("Maybe.", "written", (), False),),
        disagreements=(replace(told().disagreements[0], kind="updated"),),
    )
    made = make(answer)
    assert "Not confirmed by the evidence" in made
    assert "Reports of different days differ on the share" in made


@pytest.mark.parametrize("make", [markdown, html_file])
def test_an_answer_without_evidence_has_no_heading_for_it(make):
    """Nor a day of asking that was not read."""
    made = make(Answer("Who?", "not_found", asked_on=TODAY, done=True))
    assert "nearest" not in made
    assert "Asked on" not in made


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_hostile_text_and_obeys_none(text):
    """No element, no link, no picture beyond ours; every place shows the text itself."""
    seen = rendered(everywhere(text))
    assert set(seen.tags) <= MARKDOWN_TAGS
    assert (seen.tags.count("h1"), seen.tags.count("h2")) == (1, 1)
    assert seen.links == []
    shown = " ".join(text.replace("\x1b[31m", "").replace("\u202e", "").split())
    assert seen.text.count(shown) >= 18
    refused = rendered(replace(everywhere(text), status="not_found"))
    assert set(refused.tags) <= MARKDOWN_TAGS and refused.links == []
    assert refused.text.count(shown) >= 14


@pytest.mark.parametrize("text", HOSTILE)
def test_the_page_shows_hostile_text_and_obeys_none(text):
    """Our own tags and attributes, whatever stands in them; links lead to evidence only."""
    seen = Seen(html_file(everywhere(text)))
    assert set(seen.tags) <= PAGE_TAGS
    assert seen.attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "dir",
        "id",
        "href",
    }
    assert set(seen.links) == {"#evidence-1"}
    shown = text.replace("\x1b[31m", "").replace("\u202e", "")
    assert seen.text.count(shown) >= 18
    refused = Seen(html_file(replace(everywhere(text), status="not_found")))
    assert set(refused.tags) <= PAGE_TAGS and set(refused.links) == {"#evidence-1"}
    assert refused.text.count(shown) >= 14


@pytest.mark.skipif(not PAYLOADS.exists(), reason="no list of payloads beside the project")
def test_payloads_make_nothing_of_an_export():
    """500 lines in every place: no element beyond ours in either format."""
    lines = PAYLOADS.read_text(errors="replace").splitlines()
    for text in lines[:: max(1, len(lines) // 500)]:
        answer = everywhere(text)
        seen, whole = rendered(answer), Seen(html_file(answer))
        assert set(seen.tags) - MARKDOWN_TAGS <= {"a"}, text
        assert set(whole.tags) <= PAGE_TAGS, text
        links = {*seen.links, *whole.links} - {"#evidence-1"}
        assert links <= ({text} if text.startswith(("http://", "https://")) else set()), text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://good.example@evil.example/",
        "https://good.example/a b",
        "https://good.example/<b>",
        "//evil.example/x",
        "https://g\u202eood.example",
        "https://xn\u0430.example/",
    ],
)
def test_an_address_that_is_no_plain_link_is_text(url):
    """Shown as it is, not to be clicked."""
    item = Evidence(1, article("Rain.", url=url), 0, 5, 0.9)
    answer = Answer("Who?", "answered", evidence=(item,), done=True)
    assert rendered(answer).links == Seen(html_file(answer)).links == []


def test_ordinary_words_stay_readable():
    """Escapes stand where they are needed only."""
    plain = "Lee Jae-myung, 61, won 49.4 percent at 10:30 a.m. (AFP) – “No, I can't!” he said; 50% left."
    assert inert(plain) == plain.replace("a.m", r"a\.m")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who will replace Kenneth Genalo?", "who-will-replace-kenneth-genalo.md"),
        ("Où est l’été à Zürich?", "ou-est-lete-a-zurich.md"),
        ("../../etc/passwd\0", "etc-passwd.md"),
        ("誰が勝った?", "answer.md"),
        ("CON", "answer-con.md"),
        ("<img src=x>\u202e\n", "img-src-x.md"),
        ("word " * 100, "word-word-word-word-word-word-word-word-word-word-word-word.md"),
        ("x" * 500, "x" * 60 + ".md"),
    ],
)
def test_a_file_is_named_after_its_question(question, name):
    """In letters that every system takes, with a limit."""
    assert file_name(question, "md") == name


# ── the short answer ──


def test_json_without_a_short_answer_has_an_empty_list():
    """Also where one was found and the articles do not say in the end; evidence may have found nothing."""
    item = Evidence(1, article("Rain."), 0, 5, 0.9)
    made = Answer("Who?", "answered", evidence=(item,), done=True)
    assert to_json(made)["short"] == []
    assert (to_json(made)["evidence"][0]["answers"], to_json(made)["evidence"][0]["found"]) == (
        0,
        None,
    )
    refused = replace(made, status="not_found", short=(Short("Rain", 1, 0, 4, 0.5),))
    assert to_json(refused)["short"] == []


@pytest.mark.parametrize("make", [markdown, html_file])
def test_a_refusal_has_no_short_answer_in_a_file(make):
    """And no words of it are marked."""
    refused = make(replace(told(), status="not_found"))
    assert "**Varga" not in refused and "<b>Varga" not in refused and "<mark>" not in refused


def test_several_short_answers_stand_on_one_line_of_markdown():
    """In the order in which they are likely."""
    items = tuple(evidence("Varga won.", "Brandt won."))
    short = (Short("Brandt", 2, 0, 6, 0.9), Short("Varga", 1, 0, 5, 0.8))
    made = markdown(Answer("Who?", "answered", evidence=items, short=short, done=True))
    assert made.splitlines()[2] == r"**Brandt** \[2] · **Varga** \[1]"


@pytest.mark.parametrize(
    ("text", "found", "line"),
    [
        ("She, 61, won.", "61", "She, **61**, won."),
        ("She won 61% of it.", "61%", "She won **61%** of it."),
        ("A 61-year-old won.", "61", "A **61**-year-old won."),
        ("It is “Varga”.", "“Varga”", "It is **“Varga”**."),
        ("It is “Varga”s.", "“Varga”", "It is “Varga”s."),  # `”**s` ends nothing for CommonMark
        ("It is (Varga).", "Varga", "It is (**Varga**)."),
        ("The won  sum.", "won ", "The **won** sum."),
        ("Varga won.", "Varga won.", "**Varga won.**"),
    ],
)
def test_the_words_found_are_bold_where_markdown_can(text, found, line):
    """What is quoted reads the same, and a reader of Markdown makes one bold of it, or none."""
    start = text.index(found)
    short = (Short(found, 1, start, start + len(found), 0.9),)
    made = Answer("Who?", "answered", evidence=tuple(evidence(text)), short=short, done=True)
    assert f"> {line}" in markdown(made).splitlines()
    shown = MarkdownIt("commonmark").render(f"> {line}")
    assert "**" not in shown and Seen(shown).text.strip() == " ".join(text.split())


@pytest.mark.parametrize("text", [one for one in HOSTILE if "\x1b" not in one])
def test_words_found_anywhere_in_hostile_text_change_nothing(text):
    """Wherever the bold begins and ends, every reader sees the text and nothing is a link."""
    shown = " ".join(harmless(re.sub(r"\s+", " ", text)).split())
    for start in range(len(text)):
        short = (Short("x", 1, start, start + 3, 0.9),)
        items = tuple(evidence(text))
        made = rendered(Answer("Who?", "answered", evidence=items, short=short, done=True))
        assert set(made.tags) <= MARKDOWN_TAGS and not made.links
        assert shown in made.text, start


# ── help ──


def helped(**changes) -> Answer:
    """A refusal with all that helps, or another answer with the same."""
    return replace(
        told(),
        **{
            "status": "not_found",
            "help": Help(
                did_you_mean=(Guess("Vagra", "Varga", "Who is Varga?"),),
                unknown=("Vagra",),
                outside=Window(date(2022, 6, 1), date(2022, 6, 30), "in June 2022"),
                archive=Window(date(2025, 6, 1), TODAY),
                unread=Unread(2, 0, 1, ("a_new.txt", "b.txt", "c.txt")),
                instead=("Who won?", "Who lost?"),
            ),
            "coverage": Coverage(3, 1, 2, date(2025, 6, 3), date(2025, 6, 3), TODAY, 1),
            **changes,
        },
    )


WHY = [
    "No article here has “Vagra”.",
    "“in June 2022” is outside the archive, which runs from 1 June 2025 to 5 June 2025.",
]
COVERED = (
    "3 articles of 1 outlet, 3 June 2025, 2 without a date; the newest in the archive is of"
    " 5 June 2025; 1 file could not be read"
)
UNREAD = "Files since the folder was last read: 2 new, 1 gone (a_new.txt, b.txt, c.txt)."


def test_markdown_has_the_help_of_a_refusal():
    """Why and what may have been meant before the evidence; after it what can be asked, and from what."""
    lines = [line for line in rendered(helped()).text.splitlines() if line]
    place = lines.index("The nearest passages")
    assert lines[place - 4 : place] == [
        *WHY,
        "1 article without a date was left out.",
        "Did you mean Varga instead of Vagra? Who is Varga?",
    ]
    assert lines[-5:] == [
        "The articles answer, for example:",
        "Who won?",
        "Who lost?",
        f"{COVERED}.",
        UNREAD,
    ]


def test_the_page_has_the_help_of_a_refusal():
    """The same, in the same order."""
    text = Seen(html_file(helped())).text
    parts = [*WHY, "Did you mean Varga instead of Vagra? Who is Varga?", "The nearest passages"]
    parts += ["The articles answer, for example:", "Who won?", f"{COVERED}.", UNREAD]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("make", [markdown, html_file])
def test_an_answer_has_no_reasons_but_its_coverage_and_its_reports(make):
    """Nor other questions to ask."""
    several = (replace(told().short[0], reports=2),)
    made = make(helped(status="answered", short=several))
    assert "No article here" not in made and "for example" not in made
    assert "2 independent reports say Varga." in made and COVERED in made


def test_json_has_help_coverage_and_reports():
    """In numbers, and in the words that people see."""
    found = to_json(helped())
    assert found["help"] == {
        "did_you_mean": [{"typed": "Vagra", "offered": "Varga", "question": "Who is Varga?"}],
        "why": WHY,
        "instead": ["Who won?", "Who lost?"],
        "unread": {"new": 2, "changed": 0, "gone": 1, "names": ["a_new.txt", "b.txt", "c.txt"]},
    }
    assert found["coverage"] == {
        "articles": 3,
        "outlets": 1,
        "undated": 2,
        "first": "2025-06-03",
        "last": "2025-06-03",
        "age": None,
        "newest": "2025-06-05",
        "unreadable": 1,
        "text": COVERED,
    }
    found.pop("timings")
    assert json.loads(json_file(helped())) == found
    answered = to_json(helped(status="answered", short=(Short("Varga", 1, 0, 5, 0.9, 2),)))
    assert (answered["help"]["why"], answered["help"]["instead"]) == ([], [])
    assert answered["short"][0]["reports"] == 2
    plain = to_json(told())
    assert (plain["coverage"], plain["help"]["did_you_mean"]) == (None, [])
