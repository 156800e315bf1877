"""The pack in a file: nothing of it moves from run to run, every change is noticed, hostile ones do no harm."""

from __future__ import annotations

import html
import json
import random
from dataclasses import replace
from datetime import date

import pytest

from rag.errors import Unreadable
from rag.show import pack as packs
from rag.show.files import FILES, file_name, kind_of
from rag.show.html_file import html_file
from rag.show.json_file import json_file
from rag.show.pack import LONGEST, MARK, MOST, Gate, Index, Model, Pack, Quotation
from rag.types.answers import Rejected, Verdict
from rag.types.articles import digest
from tests.fakes import TODAY, article
from tests.show.test_files import HOSTILE, PAGE_TAGS, Seen, everywhere, told

FILE = ("mail/votes.eml", "f" * 64)
MODELS = {"reader": Model("clippings-reader", {"reader.onnx": "a" * 64})}
INDEX = Index(3, "6", 3, 140, "minilm")
REJECTED = (Rejected("Varga lost.", ("the cited words do not say so",)),)
MADE = {"html": html_file, "json": json_file}
kinds = pytest.mark.parametrize("kind", MADE)


def packed(answer=None) -> Pack:
    """The pack of an answer with everything there can be."""
    answer = answer or replace(told(), verdict=Verdict(0.58349, 0.3, 0.9), rejected=REJECTED)
    return packs.pack(answer, {("1.txt", 0): FILE}, "0.1.0", MODELS, INDEX)


def written(kind, answer=None) -> bytes:
    """The bytes of an answer as a file."""
    return MADE[kind](answer or told(), packed(answer)).encode()


def facts_of(data: bytes) -> dict:
    """The facts in a file of either kind."""
    text = data.decode()
    if text.startswith("{"):
        return json.loads(text)["proof"]
    return json.loads(html.unescape(text.partition(packs.OPEN)[2].partition(packs.CLOSE)[0]))


def resealed(**changes) -> bytes:
    """An object whose proof was changed and has a right checksum all the same."""
    facts = {**facts_of(written("json")), **changes}
    facts["checksum"] = packs._checksum(facts)
    return json.dumps({"proof": facts}).encode()


def test_a_pack_has_what_it_takes_to_check_the_answer():
    """Of each quotation that is shown where it is and what is known; models, library, gate, what was left out."""
    made = packed()
    first, second = made.quotations
    text = "Varga won.\n\nShe has 61 percent."
    assert first == Quotation(
        number=1,
        quote=text,
        path="1.txt",
        start=0,
        end=len(text),
        position=0,
        article=replace(told()).evidence[0].article.id,
        text_sha256=digest(text),
        file=FILE[0],
        file_sha256=FILE[1],
        title="Lindholm votes",
        source="Coastal Post",
        agency="AFP",
        author="Ada Holm",
        published="2025-06-03",
        published_from="mail header",
        url="https://coastal.example/votes?id=1&b=2",
        also=("copy.txt",),
    )
    assert (second.number, second.file, second.published) == (2, None, None)
    assert (made.asked_on, made.gate) == (TODAY.isoformat(), Gate(0.583, 0.3))
    assert (made.models, made.index, made.rejected) == (MODELS, INDEX, REJECTED)


@kinds
def test_a_file_gives_back_its_pack(kind):
    """Whole, not altered, and whatever line ends a system makes of it."""
    data = written(kind)
    assert packs.found(data) == packs.Found(packed(), packs.VERSION)
    if kind == "html":
        assert packs.found(data.replace(b"\n", b"\r\n")) == packs.Found(packed(), packs.VERSION)


@pytest.mark.parametrize("kind", FILES)
def test_the_same_answer_gives_the_same_bytes(kind):
    """Of every kind, however long it took."""
    slow = replace(told(), timings={"total": 99.0})
    assert FILES[kind](slow, packed(slow)) == FILES[kind](told(), packed(told()))


def test_a_pretty_or_terse_object_is_the_same_pack():
    """What counts is what it says."""
    data = written("json")
    terse = json.dumps(json.loads(data), separators=(",", ":"), sort_keys=True).encode()
    assert packs.found(terse) == packs.found(data)
    assert packs.found(b"\xef\xbb\xbf" + data) == packs.found(data)


@kinds
def test_every_byte_that_is_altered_is_noticed(kind):
    """200 of them by chance: the file is known for a pack, and says that it was altered."""
    data, chance = written(kind), random.Random(18)
    for _ in range(200):
        place = chance.randrange(len(data))
        other = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            found = packs.found(other)
        except Unreadable:
            continue
        same = kind == "json" and json_of(other) == json_of(data)  # between its values
        assert found and (found.altered or same), other[place - 20 : place + 20]


def json_of(data: bytes):
    """What an object says."""
    return json.loads(data)


def test_a_quotation_altered_in_sight_is_noticed_though_the_facts_are_whole():
    """And the other way round."""
    seen = packs.found(written("html").replace(b"It was 59.", b"It was 95.", 1))
    assert seen and seen.altered == ("what it shows beside them is not what was written",)
    data = written("json")
    facts = facts_of(data)
    facts["quotations"][0]["author"] = "Somebody"
    whole = {**json.loads(data), "proof": facts}
    found = packs.found(json.dumps(whole).encode())
    assert found and found.altered == ("its facts are not those it was written with",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Three boats sank.",
        b"<p>Three boats sank.</p>",
        b'{"question": "Who?", "evidence": []}',
        b'{"proof": 3}',
        b"{broken",
        b"[1, 2]",
        f"About {MARK} files.".encode(),
        bytes(range(256)),
    ],
)
def test_other_files_are_no_packs(data):
    """Drafts, pages, answers of earlier versions: they are read as they always were."""
    assert packs.found(data) is None


def test_a_pack_of_an_earlier_version_is_read():
    """What it does not say is unknown."""
    bare = {"number": 1, "quote": "It rained.", "path": "a.txt", "start": 3, "end": 13}
    facts = {"format": MARK, "question": "Who?", "quotations": [bare]}
    data = json.dumps(
        {
            "proof": {
                **facts,
                "rest_sha256": digest("{}"),
                "checksum": digest(
                    json.dumps(
                        facts | {"rest_sha256": digest("{}")}, sort_keys=True, separators=(",", ":")
                    )
                ),
            }
        }
    ).encode()
    found = packs.found(data)
    assert found == packs.Found(Pack("Who?", quotations=(Quotation(**bare),)), 0)


def test_a_pack_of_a_later_version_is_read():
    """What is new in it is passed over, and its checksum covers it."""
    facts = {**facts_of(written("json")), "version": 9, "weather": {"rain": True}}
    facts["quotations"][0]["mood"] = "good"
    found = packs.found(resealed(**facts))
    assert found and found.version == 9 and found.pack == packed()
    assert "its facts are not those it was written with" not in found.altered


@pytest.mark.parametrize(
    "changes",
    [
        {"quotations": 3},
        {"quotations": [3]},
        {"quotations": [{}]},
        {"quotations": [{"number": "1", "quote": "x", "path": "a", "start": 0, "end": 1}]},
        {"quotations": [{"number": 1, "quote": "", "path": "a", "start": 0, "end": 1}]},
        {"quotations": [{"number": 1, "quote": "x", "path": "a", "start": -5, "end": 1}]},
        {"quotations": [{"number": 1, "quote": "x", "path": "a", "start": True, "end": 1}]},
        {"quotations": [{"number": 1, "quote": "x", "path": 7, "start": 0, "end": 1}]},
        {"question": None},
        {"models": []},
        {"models": {"reader": "x"}},
        {"index": [1]},
        {"gate": {"probability": "high", "threshold": 1}},
        {"rejected": [["x"]]},
    ],
)
def test_a_pack_of_which_nothing_can_be_made_says_so(changes):
    """In one sentence, never a traceback."""
    with pytest.raises(Unreadable, match="it was altered"):
        packs.found(resealed(**changes))


def test_a_pack_that_is_too_large_says_so():
    """In quotations or in their length."""
    [one] = facts_of(written("json"))["quotations"][:1]
    with pytest.raises(Unreadable, match=f"more than {MOST} quotations"):
        packs.found(resealed(quotations=[one] * (MOST + 1)))
    with pytest.raises(Unreadable, match="longer than 20,000 characters"):
        packs.found(resealed(quotations=[{**one, "quote": "x" * (LONGEST + 1)}]))


BROKEN = {
    "deep": b'{"proof": {"format": "clippings-pack", "quotations": ' + b"[" * 100_000,
    "nested": b'{"proof": {"format": "clippings-pack", "x": '
    + b'{"a":' * 50_000
    + b"1"
    + b"}" * 50_002,
    "cut off": b'<pre id="clippings-pack" hidden>{"quotations": [</pre>',
    "list": b'<pre id="clippings-pack" hidden>[]</pre>',
    "two": b'<pre id="clippings-pack" hidden>{}</pre><pre id="clippings-pack" hidden>{}</pre>',
    "open": b'<pre id="clippings-pack" hidden>',
    "number": b'{"proof": {"format": "clippings-pack", "version": ' + b"9" * 10_000 + b"}}",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_packs_are_told(name):
    """However deep, long or cut off."""
    with pytest.raises(Unreadable):
        packs.found(BROKEN[name])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_nothing_of_a_page_with_a_pack(text):
    """Our own tags only, no script, no address; the pack gives the text back letter by letter."""
    answer = replace(everywhere(text), rejected=(Rejected(text, (text,)),))
    made = html_file(answer, packed(answer))
    seen = Seen(made)
    assert set(seen.tags) <= PAGE_TAGS | {"details", "summary", "code", "pre"}
    assert "hidden" in seen.attributes and set(seen.links) == {"#evidence-1"}
    found = packs.found(made.encode())
    assert found and not found.altered
    assert (found.pack.question, found.pack.quotations[0].quote) == (text, text)
    assert found.pack.rejected == answer.rejected


def test_the_page_tells_how_it_can_be_checked():
    """In words: the command, and of each quotation where it is and by what it is known."""
    answer = replace(told(), verdict=Verdict(0.58349, 0.3, 0.9), rejected=REJECTED)
    text = Seen(html_file(answer, packed())).text
    for part in (
        "How this can be checked",
        "rag.check FILE",
        "[1] 1.txt, article 1, characters 0 to 31 · author: Ada Holm · date: 2025-06-03"
        " (known from: mail header) · address: https://coastal.example/votes?id=1&b=2"
        f" · SHA-256 of the file: {'f' * 64} · of the article’s text: ",
        "[2] 2.txt, article 1, characters 0 to 10 · no date · SHA-256 of the file: unknown",
        "Clippings 0.1.0",
        f"reader: clippings-reader (SHA-256: reader.onnx {'a' * 64})",
        "index: generation 3, schema 6, reading 3, encoded by minilm",
        "a probability of 0.583; from 0.3 on",
        "Written and left out: “Varga lost.” (the cited words do not say so)",
    ):
        assert part in text
    made = html_file(answer, packed())
    assert "<script" not in made and "src=" not in made


def test_a_file_without_a_pack_is_what_it_was():
    """Nothing is said of checking."""
    assert "checked" not in html_file(told()) and "proof" not in json.loads(json_file(told()))


def test_an_undated_answer_has_a_pack():
    """And one without evidence."""
    made = packs.pack(
        replace(told(), asked_on=None, as_of=date(2025, 1, 2), evidence=()), {}, "1", {}, None
    )
    assert (made.asked_on, made.as_of, made.quotations) == (None, "2025-01-02", ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.json", "json"),
        ("a.csl.json", "csl.json"),
        ("A.BIB", "bib"),
        ("a.txt", None),
        ("json", None),
    ],
)
def test_the_kind_of_a_file_is_the_end_of_its_name(name, kind):
    """The longest that fits."""
    assert kind_of(name) == kind


def test_a_file_of_references_is_named_after_its_question():
    """Like the others."""
    assert file_name("Who won?", "csl.json") == "who-won.csl.json"


def test_a_surrogate_in_a_pack_does_no_harm():
    """Half a character that no file and no terminal takes becomes a question mark."""
    [one] = facts_of(written("json"))["quotations"][:1]
    found = packs.found(resealed(quotations=[{**one, "path": "\ud800.txt"}]))
    assert found and found.pack.quotations[0].path == "?.txt"
    assert article("x").path == "a.txt"
