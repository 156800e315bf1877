"""Models on servers: what is asked of them, what is made of their answers, and everything that goes wrong."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from rag.errors import ModelError, UsageError
from rag.models.apart import Patience
from rag.models.served import ServedModel
from rag.models.servers import Place, is_address, key_from, server, servers
from rag.protocols import CUT
from rag.types.models import Message
from tests.fakes import wait
from tests.models.speaking import DONE, event, free_port, said, speaking

CHAT = [Message("system", "Be brief."), Message("user", "How many boats?")]
NEVER = threading.Event()
SENTENCE = ["Three", " boats", " sank.", " [1]"]
KEY = "sk-very-secret"


def model(*addresses, key="", silent=5.0, tokens=120):
    """The model of these servers."""
    asked = servers(",".join(addresses))
    return ServedModel(asked, key=key, tokens=tokens, patience=Patience(silent=silent))


def written(made, stop=NEVER):
    """All that it writes."""
    return "".join(made.write(CHAT, stop))


def fault(made):
    """What a model says went wrong."""
    with pytest.raises(ModelError) as error:
        written(made)
    told = str(error.value)
    assert "\n" not in told and told.endswith("rag.doctor --models")
    return told


# ── the request ──


def test_the_chat_is_asked_as_openai_has_it():
    """At temperature 0, for one line, streamed, with the limit of an answer and the key."""
    with speaking(said(*SENTENCE)) as there:
        made = model(there.model, key=KEY)
        assert (written(made), made.name) == ("Three boats sank. [1]", "small")
    [(path, headers, body)] = there.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {
        "model": "small",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "How many boats?"},
        ],
        "temperature": 0,
        "seed": 0,
        "max_tokens": 120,
        "stop": ["\n"],
        "stream": True,
    }


def test_without_a_key_none_is_sent():
    """Nor what other programs keep for the same computer."""
    with speaking(said("Yes.")) as there:
        written(model(there.model))
    assert "Authorization" not in there.asked[0][1]


# ── what comes back ──

TOLERATED = {
    "comments and empty events": [b": ping\n\n", b"\n\n", *said(*SENTENCE)],
    "other fields": [b"event: message\nid: 7\nretry: 3\n", *said(*SENTENCE)],
    "line ends of Windows": [part.replace(b"\n", b"\r\n") for part in said(*SENTENCE)],
    "no space after data": [part.replace(b"data: ", b"data:") for part in said(*SENTENCE)],
    "no [DONE]": said(*SENTENCE)[:-1],
    "only [DONE]": [*map(event, SENTENCE), DONE],
    "no line end at the end": [*map(event, SENTENCE), event(end="stop").rstrip()],
    "counts of tokens": [
        b'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n',
        *said(*SENTENCE),
    ],
    "one byte at a time": [bytes([one]) for part in said(*SENTENCE) for one in part],
    "all at once": [b"".join(said(*SENTENCE))],
    "blanks before it": said("\n", " \n", *SENTENCE),
    "a second line": said(*SENTENCE, "\n", "More."),
    "thoughts": said("<think>\nHow many? [1] says", " three.\n</think>\n\n", *SENTENCE),
    "thoughts without a beginning": said("Hm, three.</think>", *SENTENCE),
    "thoughts in square brackets": said("[THINK]three? [1] yes[/THINK]", *SENTENCE),
    "thoughts beside it": [event(reasoning_content="Three?\n"), *said(*SENTENCE)],
}


@pytest.mark.parametrize("chunks", TOLERATED.values(), ids=TOLERATED)
def test_streams_of_every_server_are_read(chunks):
    """One line is what is written, without thoughts, whatever is between its pieces."""
    with speaking(chunks) as there:
        assert written(model(there.model)) == "Three boats sank. [1]"


def test_sentences_come_as_they_are_whole():
    """The first is there while the second is still being written."""
    go_on = threading.Event()

    def reply(asked):
        asked.send_response(200)
        asked.end_headers()
        asked.wfile.write(event("Three boats sank. [1] The"))
        go_on.wait(20)
        asked.wfile.write(event(" mayor slept. [2]") + event(end="stop"))
        asked.close_connection = True

    with speaking(reply) as there:
        pieces = model(there.model).write(CHAT, NEVER)
        assert next(pieces) == "Three boats sank. [1] The"
        go_on.set()
        assert list(pieces) == [" mayor slept. [2]"]


def test_what_is_too_long_is_cut():
    """As a model of this computer would be: the mark of a cut comes last."""
    with speaking(said("Three boats sank. [1]", " The", end="length")) as there:
        assert list(model(there.model).write(CHAT, NEVER))[-1] == CUT


def test_half_a_character_harms_nothing():
    """Some servers cut letters in two."""
    with speaking(
        [b'data: {"choices":[{"delta":{"content":"A \\ud83d."}}]}\n\n', *said(" B.")]
    ) as there:
        assert written(model(there.model)) == "A ?. B."


# ── faults ──


def one(code, body=b"", **headers):
    """A reply in one piece."""
    return lambda asked: asked.whole(code, body, **headers)


HUGE = b"data: " + b"x" * 2_000_000
FAULTS = {
    "a wrong key": (
        one(401, b"no"),
        "refuses the key (401). Put the right one into CLIPPINGS_MODEL_KEY",
    ),
    "no such model": (
        one(404, b'{"error": {"message": "model \\"small\\" not found"}}'),
        "has no chat there, or no model 'small' (404: model \"small\" not found). Correct address and name",
    ),
    "an error": (
        one(500, b'{"error": "out of memory"}'),
        "could not do it (500: out of memory). Look at",
    ),
    "an error without words": (one(502), "could not do it (502: no reason given)"),
    "too much to do": (
        one(429, b'{"detail": "queue full"}'),
        "has too much to do (429: queue full)",
    ),
    "elsewhere": (
        one(302, Location="http://192.0.2.1/v1?token=abc"),
        "sends elsewhere (302: http://192.0.2.1/v1). Redirects are not followed",
    ),
    "a web page": (
        one(200, b"<html><body>Hello</body></html>"),
        "sends what is no chat. Is it the address",
    ),
    "a web page of an error": (one(500, b"<!doctype html><HTML>x"), "(500: a web page)"),
    "an empty answer": (one(200), "sends what is no chat"),
    "no JSON": ([b"data: Hello\n\n"], "sends what is no chat"),
    "another shape": ([b'data: {"choices": "none"}\n\n'], "sends what is no chat"),
    "a list": ([b"data: [1]\n\n"], "sends what is no chat"),
    "no text": (
        [b'data: {"choices":[{"delta":{"content":{"a":1}}}]}\n\n'],
        "sends what is no chat",
    ),
    "deep nonsense": ([b"data: " + b"[" * 100_000 + b"\n\n"], "sends what is no chat"),
    "a huge line": ([HUGE], "sends more than an answer can have"),
    "endless blanks": ([b" \n" * 600_000], "sends more than an answer can have"),
    "endless blanks as text": ([event(" " * 50_000)] * 30, "sends more than an answer can have"),
    "an error in the stream": (
        [event("A "), b'data: {"error": {"message": "lost"}}\n\n'],
        "(lost)",
    ),
    "an end before the end": (list(map(event, SENTENCE)), "broke off. Ask again"),
    "a cut": (lambda asked: asked.stream(said(*SENTENCE)[:3], whole=False), "broke off"),
    "no answer": (lambda asked: asked.cut(), "broke off"),
    "silence": (lambda asked: time.sleep(3), "gave no sign for 0 s"),
    "only thoughts": (
        said("<think>", end="stop"),
        "only thought, and wrote nothing. Switch its thinking off",
    ),
    "only thoughts beside": (
        [event(reasoning_content="Hm"), event(end="length")],
        "only thought, and wrote nothing",
    ),
}


@pytest.mark.parametrize(("reply", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_the_place_and_the_next_step(reply, words):
    """In one sentence, whatever a server does; nothing is written."""
    with speaking(reply) as there:
        told = fault(model(there.model, silent=0.4))
    assert told.startswith(f"The language model cannot write: {there.url} ")
    assert words in told


def test_a_server_that_is_gone_is_named():
    """With what to do."""
    port = free_port()
    told = fault(model(f"http://127.0.0.1:{port}/v1#a"))
    assert f"http://127.0.0.1:{port}/v1 cannot be reached (Connection refused). Start it" in told


def test_the_key_is_never_repeated():
    """Also where the server says it."""
    body = f'{{"error": {{"message": "key {KEY} has no money"}}}}'.encode()
    with speaking(one(402, body)) as there:
        made = model(there.model, key=KEY)
        told = fault(made)
    assert "key … has no money" in told
    assert KEY not in told + repr(made) + str(made.server)


# ── several servers ──


@pytest.mark.parametrize(
    "reply",
    [one(500), lambda asked: asked.cut(), [event("Four")], said("<think>"), [b"data: x\n\n"]],
    ids=["an error", "a cut", "a cut in mid-sentence", "thoughts", "nonsense"],
)
def test_the_next_one_writes_what_the_first_could_not(reply):
    """The line begins anew, and the next question is asked of the one that could."""
    with speaking(reply) as first, speaking(said(*SENTENCE)) as second:
        made = model(first.model, f" {second.url}#other")
        assert [written(made), written(made)] == ["Three boats sank. [1]"] * 2
    assert (len(first.asked), len(second.asked)) == (1, 2)
    assert second.asked[0][2]["model"] == "other"
    assert made.name == "small or other"


def test_a_sentence_that_was_handed_on_is_not_begun_anew():
    """Else it would stand there twice, in other words."""
    with speaking([event("Three boats sank. [1] The")]) as first, speaking(said("No.")) as second:
        pieces = model(first.model, second.model).write(CHAT, NEVER)
        assert next(pieces) == "Three boats sank. [1] The"
        with pytest.raises(ModelError, match=f"{first.url} broke off"):
            next(pieces)
    assert second.asked == []


def test_where_none_can_all_are_named():
    """Each with its reason."""
    with speaking(one(500, b"no")) as first, speaking(one(401)) as second:
        told = fault(model(first.model, second.model))
    assert f"{first.url} could not do it (500: no); {second.url} refuses the key (401). Put" in told


# ── stopping ──


@pytest.mark.parametrize(
    "before", [[], [event("Three")]], ids=["while it reads", "while it writes"]
)
def test_a_stop_closes_the_connection(before):
    """At once, and the server sees it: that ends its work."""

    def reply(asked):
        if before:
            asked.send_response(200)
            asked.end_headers()
            asked.wfile.write(b"".join(before))
        asked.until_closed()

    stop = threading.Event()
    with speaking(reply) as there:
        threading.Timer(0.3, stop.set).start()
        began = time.monotonic()
        assert written(model(there.model, silent=60), stop) == ""
        assert time.monotonic() - began < 5
        assert there.closed.wait(5)


def test_what_is_left_early_is_closed():
    """Whoever has enough does not leave the server at work."""

    def reply(asked):
        asked.send_response(200)
        asked.end_headers()
        asked.wfile.write(event("Three boats sank. [1] The"))
        asked.until_closed()

    with speaking(reply) as there:
        pieces = model(there.model).write(CHAT, NEVER)
        next(pieces)
        pieces.close()
        assert there.closed.wait(5)


def test_a_stop_that_was_set_before_asks_nobody():
    """Nothing is sent."""
    stop = threading.Event()
    stop.set()
    with speaking(said("No.")) as there:
        assert written(model(there.model), stop) == ""


def test_several_threads_write_at_once():
    """A server takes several questions."""
    met = threading.Barrier(2, timeout=20)

    def reply(asked):
        met.wait()
        asked.stream(said(*SENTENCE))

    with speaking(reply) as there:
        made, told = model(there.model), []
        threads = [threading.Thread(target=lambda: told.append(written(made))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert told == ["Three boats sank. [1]"] * 2


# ── how much fits ──

LENGTHS = [
    ({}, 4096),
    ({"/v1/models": {"data": [{"id": "small"}]}}, 4096),
    ({"/v1/models": {"data": [{"id": "small", "max_model_len": 1000}]}}, 1000),
    ({"/v1/models": {"data": [{"id": "large", "max_model_len": 1000}]}}, 4096),
    ({"/v1/models": {"data": "nonsense"}}, 4096),
    (
        {"/v1/models": {"data": []}, "/props": {"default_generation_settings": {"n_ctx": 2048}}},
        2048,
    ),
]


@pytest.mark.parametrize(("facts", "length"), LENGTHS)
def test_what_fits_is_what_the_server_says(facts, length):
    """Its context, else 4,096 tokens; a token is taken for three bytes, and the answer needs room."""
    with speaking(said("No.")) as there:
        there.facts.update(facts)
        made = model(there.model)
        room = (length - 120 - 8) * 3
        assert made.fits([Message("user", "x" * (room - 3))])
        assert not made.fits([Message("user", "x" * room)])
        assert not made.fits([Message("user", "字" * (room // 3))])
        assert len(there.gets) <= 2 or not facts


def test_a_server_that_is_not_there_yet_is_asked_again():
    """Nothing fails before it is to write."""
    made = model(f"http://127.0.0.1:{free_port()}/v1#a")
    made.load()
    assert made.fits(CHAT)


# ── which servers ──


def test_an_address_is_told_from_a_name():
    """Names of the catalogue and paths are none."""
    assert is_address("http://127.0.0.1:1/v1#a")
    assert not any(map(is_address, ["qwen2.5-coder-1.5b", "/models/a.gguf", "a.gguf"]))


@pytest.mark.parametrize(
    ("host", "addresses"),
    [("127.0.0.1", ("127.0.0.1",)), ("127.8.8.8", ("127.8.8.8",)), ("[::1]", ("::1",))],
)
def test_this_computer_needs_no_leave(host, addresses):
    """Whatever its address is."""
    assert servers(f"http://{host}:8001/v1/#a") == (
        Place(f"http://{host}:8001/v1", "a", addresses),
    )


def test_a_name_of_this_computer_is_asked_by_its_address():
    """So that it cannot become another computer's in between; the server hears the name."""
    with speaking(said("Yes.")) as there:
        assert written(model(f"http://localhost:{there.port}/v1#a")) == "Yes."
    assert there.asked[0][1]["Host"] == f"localhost:{there.port}"


@pytest.mark.parametrize(
    "host",
    [
        "192.0.2.1",
        "10.0.0.5",
        "0.0.0.0",
        "no-such-host.invalid",
        "[2001:db8::1]",
        "127.0.0.1.invalid",
    ],
)
def test_another_computer_needs_leave(host):
    """Also one that is near, and one whose name is not known; the error says how to allow it."""
    address = f"http://{host}:8001/v1"
    with pytest.raises(
        UsageError, match=r"is not known to be this computer.*--leaves-this-computer"
    ):
        servers(f"http://127.0.0.1:1/v1#a,{address}#a")
    found = servers(f"{address}#a", leaves=True)
    assert found == (Place(address, "a"),)
    assert server(found).away == (address,)


def test_a_name_with_one_address_elsewhere_is_elsewhere(monkeypatch):
    """All of them must be of this computer."""
    both = [(socket.AF_INET, 1, 6, "", (one, 80)) for one in ("127.0.0.1", "192.0.2.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(UsageError, match="leaves-this-computer"):
        servers("http://both.example/v1#a")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both[:1])
    assert servers("http://one.example/v1#a")[0].local == ("127.0.0.1",)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://127.0.0.1/v1#a", "A server is named http://HOST:PORT/v1#NAME"),
        ("http://#a", "A server is named"),
        ("http://127.0.0.1:99999/v1#a", "A server is named"),
        ("http://[::1/v1#a", "A server is named"),
        ("http://me:secret@127.0.0.1/v1#a", "without user and password"),
        ("http://127.0.0.1/v1?key=secret#a", "has a [?] or characters"),
        ("http://127.0.0.1/v 1#a", "has a [?] or characters"),
        ("http://127.0.0.1/v1", "says no model. Put its name behind: http://127.0.0.1/v1#NAME"),
        ("http://127.0.0.1/v1# ", "says no model"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(address, words):
    """With the form it should have; what may be a secret is not repeated."""
    with pytest.raises(UsageError, match=words) as error:
        servers(address)
    assert "secret" not in str(error.value)


def test_the_key_is_read_from_the_environment():
    """What no key can be is refused without repeating it."""
    assert (key_from({}), key_from({"CLIPPINGS_MODEL_KEY": f" {KEY}\n"})) == ("", KEY)
    for wrong in ("schlüssel", "two words", "a\x07b"):
        with pytest.raises(
            UsageError, match="CLIPPINGS_MODEL_KEY has spaces or characters"
        ) as error:
            key_from({"CLIPPINGS_MODEL_KEY": wrong})
        assert wrong not in str(error.value)


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    """They could be on another computer."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with speaking(said("Yes.")) as there:
        assert written(model(there.model)) == "Yes."


def test_no_thread_stays_behind():
    """Each request ends its own."""
    with speaking(said(*SENTENCE)) as there:
        written(model(there.model))
    wait(lambda: not any(one.name == "language model elsewhere" for one in threading.enumerate()))
