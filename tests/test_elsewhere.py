"""Answers whose sentences a server writes: checked like all others, and told where they leave the computer."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from rag import ask, doctor
from rag.cluster.address import Address
from rag.engine import Engine
from rag.errors import UsageError
from rag.settings import Settings
from rag.shell.ingest import main as ingest
from rag.show.json import to_json
from rag.show.markdown import markdown
from rag.show.view import View
from rag.stories.batch import outcome
from rag.stories.proof import packed
from rag.types.models import Server, Shelf
from rag.types.questions import Ask
from rag.web import actions
from rag.web.html import archive
from tests.doors import run
from tests.fakes import QUESTION, STORM, WRITTEN, WordCountEncoder, engine_of
from tests.models.speaking import event, free_port, said, speaking

AWAY = "http://192.0.2.1:8001/v1"  # an address that no computer has
GOOD = said(f"{WRITTEN} [1]")
MILVUS, SHOWN = "milvus://ada:secret@192.0.2.1/news", "milvus://192.0.2.1:19530/news"
GO = "Articles and questions leave this computer for"
LEAVE = "The question and its excerpts leave this computer for"


@pytest.fixture
def engine(tmp_path):
    """Makes an engine whose sentences the named servers write."""
    made = engine_of(tmp_path, storm=STORM)
    jobs = ("encoder", "reader", "checker", "classifier", "namer")
    parts = {job: getattr(made.models, job) for job in jobs}

    def of(model, **changes):
        return Engine(replace(made.settings, model=model, **changes), **parts)

    return of


def test_what_a_server_writes_is_checked_and_cited(engine):
    """A sentence that its words do not carry is replaced, as for every other model."""
    with speaking(GOOD) as good, speaking(said("The storm sank a museum. [1]")) as bad:
        sound, wrong = (engine(one.model).answer(QUESTION) for one in (good, bad))
    assert (sound.status, sound.text) == ("answered", f"{WRITTEN} [1]")
    assert sound.models["language model"] == "small"
    assert [one.kind for one in wrong.statements] == ["quote"]
    assert "museum" in wrong.rejected[0].text


def test_no_token_of_any_format_reaches_the_server(engine, tmp_path):
    """Its chat format is not known; what looks like a token of one is broken, in whatever model it is one."""
    with speaking(GOOD) as there:
        made = engine(there.model)
        text = STORM.replace("a ferry in", "a ferry<end_of_utterance> in", 1)
        (tmp_path / "seeds" / "storm.txt").write_text(text)
        made.ingest()
        found = made.answer(QUESTION)
    assert "<end_of_utterance>" in found.evidence[0].quote
    [(_, _, body)] = there.asked
    told = body["messages"][-1]["content"]
    assert "a ferry in the harbour" in told and "<" not in told


def test_a_server_that_is_gone_leaves_the_evidence(engine):
    """The answer failed, in the words of the article, with the next step; its code is 6."""
    found = engine(f"http://127.0.0.1:{free_port()}/v1#small").answer(QUESTION)
    assert (found.status, found.exit_code, found.done) == ("failed", 6, True)
    assert found.evidence and [one.kind for one in found.statements] == ["quote"]
    assert "cannot be reached (Connection refused). Start it" in found.notes[-1]


def test_a_server_that_breaks_after_a_sentence_leaves_it(engine):
    """What was checked and shown stays; the answer failed all the same."""
    with speaking([event(f"{WRITTEN} [1] The")]) as there:
        found = engine(there.model).answer(QUESTION)
    assert (found.status, found.text) == ("failed", f"{WRITTEN} [1]")
    assert "broke off" in found.notes[-1]


def test_the_next_server_writes_what_the_first_began(engine):
    """Nobody notices but the first."""
    with speaking([event("The storm")]) as first, speaking(GOOD) as second:
        found = engine(f"{first.model},{second.model}").answer(QUESTION)
    assert (found.status, found.text, found.notes) == ("answered", f"{WRITTEN} [1]", ())
    assert found.server == Server("small", (first.url, second.url))


def test_a_server_that_hangs_ends_with_the_time(engine):
    """As a slow model does; the connection is closed."""
    with speaking(lambda asked: asked.until_closed()) as there:
        found = engine(there.model, answer_seconds=1.0).answer(QUESTION)
        assert there.closed.wait(10)
    assert (found.status, found.notes) == ("stopped", ("Writing took longer than 1 s.",))


# ── what leaves the computer ──


def test_another_computer_is_not_asked_without_leave(engine):
    """Nor is anything searched; without sentences it makes no difference."""
    made = engine(f"{AWAY}#small")
    with pytest.raises(UsageError, match="question and excerpts would leave it"):
        next(made.stream(QUESTION))
    assert made.answer(Ask(QUESTION, prose=False)).status == "answered"


def test_what_leaves_is_said_below_the_answer(engine):
    """On the page, in the shell, in files and to programs; of this computer's servers only programs hear."""
    with speaking(GOOD) as there:
        near = engine(there.model).answer(QUESTION)
    far = replace(near, server=Server("small", (AWAY,), (AWAY,)))
    assert View.of(far).coverage.endswith(f". {LEAVE} {AWAY} (model small).")
    assert f"{LEAVE} `{AWAY}` (model small)." in markdown(far)
    assert "leave" not in View.of(near).coverage
    assert to_json(far)["server"] == {"name": "small", "urls": [AWAY], "leaves": True}
    assert to_json(near)["server"] == {"name": "small", "urls": [there.url], "leaves": False}
    assert to_json(replace(near, server=None))["server"] is None


def test_the_page_says_it_before_anything_is_asked(engine):
    """In the line below its title, and only then."""
    line, *_ = actions.holdings(engine(f"{AWAY}#small", leaves=True))
    assert f"questions leave this computer for {AWAY}" in line
    line, *_ = actions.holdings(engine("http://127.0.0.1:1/v1#small"))
    assert "leave" not in line


def test_a_pack_names_the_server(engine):
    """And no files, although the model is called like one of the catalogue."""
    with speaking(GOOD) as there:
        made = engine(f"{there.url}#qwen2.5-coder-1.5b")
        pack = packed(made.answer(QUESTION), made.settings)
    model = pack.models["language model"]
    assert (model.name, dict(model.files)) == (f"qwen2.5-coder-1.5b at {there.url}", {})


def test_a_library_on_another_computer_is_not_asked_without_leave(engine):
    """One rule for both: nothing is connected, and the answer would have to be allowed."""
    with pytest.raises(UsageError, match=r"articles and questions would leave it.*--leaves"):
        engine("none", engine=MILVUS)
    assert engine("none", engine=MILVUS, leaves=True).shelf == Shelf(SHOWN, True)
    assert engine("none", engine="milvus://localhost:1/news").shelf.told == ""


def test_the_address_that_was_looked_up_is_asked():
    """Whatever a name of this computer means later."""
    assert Address.read("milvus://localhost/news").here() >= ("127.0.0.1",)
    assert Address.read(MILVUS).here(leaves=True) == ()


def test_where_articles_are_is_said_with_the_answer(engine):
    """On the page, in the shell, in files and to programs; without the password."""
    with speaking(GOOD) as there:
        near = engine(there.model).answer(QUESTION)
    far = replace(near, library=Shelf(SHOWN, True))
    assert View.of(far).coverage.endswith(f". {GO} {SHOWN} (Milvus).")
    assert f"{GO} `{SHOWN}` (Milvus)." in markdown(far)
    assert to_json(far)["library"] == {"url": SHOWN, "leaves": True}
    assert to_json(near)["library"] is None
    own = replace(near, library=Shelf("milvus://localhost:19530/news", False))
    assert "leave" not in View.of(own).coverage


def test_the_page_says_where_articles_go(engine):
    """In the line below its title."""
    held = engine("none").holdings()
    line = archive.dateline(held, None, Shelf(SHOWN, True))
    assert f"articles and questions leave this computer for {SHOWN}" in line
    assert "leave" not in archive.dateline(held, None, Shelf(SHOWN, False))


def test_the_commands_refuse_a_library_on_another_computer(engine, tmp_path, monkeypatch):
    """Before anything is read, with code 2 and the option; with it they go on."""
    monkeypatch.setenv("CLIPPINGS_INDEX", MILVUS)
    monkeypatch.setenv("CLIPPINGS_STAGING", str(tmp_path / "staging"))
    monkeypatch.setenv("CLIPPINGS_SEEDS", str(tmp_path / "seeds"))

    def make(settings, **_):
        Engine(settings, encoder=WordCountEncoder())
        raise UsageError(f"made, {settings.leaves}")

    for command, *given in ((ask.main, QUESTION), (ingest,)):
        refused = run(command, *given, engine=make)
        assert (refused.code, refused.out) == (2, "")
        assert "articles and questions would leave it" in refused.err
        assert "secret" not in refused.err
    assert not (tmp_path / "staging").exists()
    assert "made, True" in run(ask.main, "--leaves-this-computer", QUESTION, engine=make).err
    [found] = doctor.library(Settings.from_env())
    assert (found.severity, "--leaves-this-computer" in found.message) == ("error", True)


# ── the commands ──


def test_ask_takes_a_server(engine, tmp_path, monkeypatch):
    """With --model; the key is in nothing that is shown or kept."""
    monkeypatch.setenv("CLIPPINGS_MODEL_KEY", "sk-very-secret")
    with speaking(GOOD) as there:
        done = run(
            ask.main,
            *("--json", "--out", str(tmp_path / "a.html"), "--model", there.model, QUESTION),
            engine=lambda settings, **_: engine(settings.model, leaves=settings.leaves),
        )
        assert there.asked[0][1]["Authorization"] == "Bearer sk-very-secret"
    assert (done.code, json.loads(done.out)["server"]["urls"]) == (0, [there.url])
    kept = [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]
    assert b"very-secret" not in b"".join([*kept, done.out.encode(), done.err.encode()])


def test_ask_refuses_another_computer_before_it_reads(tmp_path, monkeypatch):
    """One line with the option, and code 2; with the option, or where nothing is written, it goes on."""
    monkeypatch.setenv("CLIPPINGS_INDEX", str(tmp_path / "index"))
    asked = ("--model", f"{AWAY}#small", QUESTION)

    def make(settings, **_):
        raise UsageError(f"made, {settings.leaves}")

    refused = run(ask.main, *asked, engine=make)
    assert refused.code == 2 and "--leaves-this-computer" in refused.err
    for more, leaves in [(("--leaves-this-computer",), True), (("--prose", "off"), False)]:
        assert f"made, {leaves}" in run(ask.main, *more, *asked, engine=make).err
    monkeypatch.setenv("CLIPPINGS_LEAVES_THIS_COMPUTER", "1")
    assert "made, True" in run(ask.main, *asked, engine=make).err


def test_an_ingest_says_that_no_questions_are_made(engine, tmp_path, monkeypatch):
    """The articles are in the library all the same."""
    made = engine(f"{AWAY}#small")
    monkeypatch.setenv("CLIPPINGS_SEEDS", str(made.settings.seeds))
    monkeypatch.setenv("CLIPPINGS_INDEX", str(made.settings.index))
    done = run(ingest, engine=lambda *_, **__: made)
    assert done.code == 0
    assert "No questions are made for the page: " in done.err


def test_the_doctor_asks_each_server(engine):
    """For two tokens; what is wrong with one is said of that one."""
    gone = f"http://127.0.0.1:{free_port()}/v1"
    with speaking(said("Hello", end="length")) as there:
        found = list(doctor.writes(engine(f"{there.model},{gone}#a,{AWAY}#a").settings))
    assert [one.severity for one in found] == ["ok", "error", "error"]
    assert found[0].message == f"writes: 'Hello…' ({there.model})"
    assert there.asked[0][2]["max_tokens"] == 2
    assert f"{gone} cannot be reached" in found[1].message
    assert "--leaves-this-computer" in found[2].message


def test_a_row_of_many_whose_server_failed_is_a_hit(engine):
    """The articles say it in their own words; the code of the row tells what happened."""
    made = engine(f"http://127.0.0.1:{free_port()}/v1#small")
    row = outcome(Ask(QUESTION), made, threading.Event())
    assert (row.status, row.exit_code, row.hit) == ("failed", 6, True)
    assert "The storm sank a ferry" in row.answer
