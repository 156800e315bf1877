"""A draft against the archive: the engine's story of it, and the command."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import threading

import pytest

from rag.check import main, typed
from rag.errors import LibraryError, UsageError
from rag.settings import ROOT
from rag.types.drafts import CheckedDraft
from tests.doors import run
from tests.drafted import BOATS, DRAFT, TRUE, VERDICTS, checking_engine
from tests.fakes import OverlapReader

BOTH = "Three boats sank in the harbour. A judge opened the election."


def checked(engine, draft=DRAFT) -> CheckedDraft:
    """The last moment of a draft."""
    *_, last = engine.check(draft)
    return last


# ── the engine ──


def test_each_sentence_has_its_verdict_and_its_place(tmp_path):
    """In the order of the draft; what is beside them is the article's."""
    last = checked(checking_engine(tmp_path))
    assert [one.verdict for one in last.sentences] == VERDICTS
    assert [one.beside for one in last.sentences] == ["", TRUE, BOATS[:42], ""]
    assert last.sentences[2].values == ("Nine boats", "Three boats")
    assert DRAFT[last.sentences[0].start : last.sentences[0].end].startswith("Three boats **sank**")
    assert last.done and not last.supported


def test_evidence_is_a_slice_of_its_article_numbered_through(tmp_path):
    """Every citation has its evidence, and the other way round."""
    last = checked(checking_engine(tmp_path))
    assert [item.number for item in last.evidence] == list(range(1, len(last.evidence) + 1))
    for one in last.sentences:
        assert one.citations == tuple(item.number for item in one.evidence)
    assert all(item.quote == BOATS[item.start : item.end] for item in last.evidence)


def test_results_grow_sentence_by_sentence(tmp_path):
    """With how many are left; the progress is told."""
    told = []
    tell = lambda stage, done, total: told.append((stage, done, total))  # noqa: E731
    grown = list(checking_engine(tmp_path).check(BOTH, tell))
    assert [(len(one.sentences), one.unchecked, one.done) for one in grown] == [
        (1, 1, False),
        (2, 0, False),
        (2, 0, True),
    ]
    assert told == [("checking", done, 2) for done in range(3)]


def test_a_stop_keeps_what_is_done(tmp_path):
    """The last moment says how many sentences were not checked."""
    stop = threading.Event()
    growing = checking_engine(tmp_path).check(BOTH, stop=stop)
    first = next(growing)
    stop.set()
    [last] = growing
    assert (last.sentences, last.unchecked, last.done) == (first.sentences, 1, True)


def test_a_pronoun_is_searched_with_the_sentence_before(tmp_path):
    """And judged alone: what is said of her in the article need not name her."""
    engine = checking_engine(tmp_path, holm="Ada Holm won the vote in Dovre. She opened a museum.")
    last = checked(engine, "Ada Holm won the vote. She opened a museum.")
    assert [one.verdict for one in last.sentences] == ["supported", "supported"]


def test_copies_are_told_beside_the_evidence(tmp_path):
    """And cited once."""
    last = checked(checking_engine(tmp_path, copy=BOATS, text=BOATS), "Three boats sank.")
    [item] = last.evidence
    assert [copy.path for copy in item.also] == ["text.txt"]


@pytest.mark.parametrize("draft", ["", "# Storm", "\0", "a " * 500_000])
def test_a_draft_that_cannot_be_used_is_refused(tmp_path, draft):
    """Before the archive is asked."""
    with pytest.raises(UsageError):
        checked(checking_engine(tmp_path, ingested=False), draft)


def test_without_a_library_there_is_nothing_to_check_against(tmp_path):
    """The error names the next step."""
    with pytest.raises(LibraryError, match="ingest"):
        checked(checking_engine(tmp_path, ingested=False))


# ── the command ──


@pytest.fixture
def check(tmp_path):
    """Run the command over a small archive."""
    parts = {"reader": OverlapReader()}

    def done(*arguments, typed="", **changes):
        make = lambda _: checking_engine(tmp_path, **{**parts, **changes})  # noqa: E731
        return run(main, *arguments, typed=typed, engine=make)

    return done


def test_the_command_prints_sentences_then_evidence(check, tmp_path):
    """A line each, and 4, since not all of them are supported; the counts are on stderr."""
    (tmp_path / "draft.md").write_text(DRAFT)
    found = check(str(tmp_path / "draft.md"))
    assert found.code == 4
    lines = found.out.splitlines()
    assert lines[0] == "supported           Three boats sank in the harbour. [1]"
    assert f"                    In the article: “{TRUE}”" in lines
    assert lines.index("not in the archive  A judge opened the election.") < lines.index(
        "[1] “Three boats sank in the harbour on Monday. The mayor closed the harbour.”"
    )
    assert "4 sentences: 1 supported" in found.err


def test_a_supported_draft_ends_with_0(check):
    """From standard input, quietly."""
    found = check("-", "--quiet", typed="Three boats sank in the harbour.")
    assert (found.code, found.err) == (0, "")


def test_json_is_one_object(check):
    """With nothing else on stdout."""
    found = check("--json", "-", typed=DRAFT)
    sentences = json.loads(found.out)["sentences"]
    assert [one["verdict"] for one in sentences] == VERDICTS
    assert all({"text", "verdict", "citations", "evidence"} <= one.keys() for one in sentences)


class Interrupted(OverlapReader):
    """Somebody presses Ctrl-C once, while the second sentence is read."""

    pressed = False

    def read(self, question, texts):
        """The same readings."""
        if "hailed" in question and not self.pressed:
            self.pressed = True
            signal.raise_signal(signal.SIGINT)
        return super().read(question, texts)


def test_ctrl_c_keeps_what_is_done(check):
    """It is printed, with how many sentences were not checked."""
    found = check("-", typed=f"Three boats sank. It hailed. {BOTH}", reader=Interrupted())
    assert found.code == 130
    assert found.out.splitlines()[0].startswith("supported")
    assert "2 not checked" in found.err and "Traceback" not in found.err


def test_pages_and_links_are_drafts_too(check, tmp_path):
    """A web page is read as an article is; a link leads to its file."""
    (tmp_path / "draft.html").write_text(
        "<html><head><title>Storm</title></head><body><article><h1>Storm</h1>"
        "<p>Three boats sank in the harbour.</p><p>Nine boats sank in the harbour.</p>"
        "</article></body></html>"
    )
    (tmp_path / "link.html").symlink_to(tmp_path / "draft.html")
    found = json.loads(check("--json", str(tmp_path / "link.html")).out)["sentences"]
    told = {one["text"]: one["verdict"] for one in found}
    assert told["Three boats sank in the harbour."] == "supported"
    assert told["Nine boats sank in the harbour."] == "contradicted"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("none.md", None, "No file"),
        ("empty.md", b"", "empty"),
        ("binary.txt", bytes(range(256)) * 9, "not a text"),
        ("many.zip", b"PK\3\4\0\0\0\0", "not a text"),
        ("broken.docx", b"PK\3\4", "broken.docx"),
        ("heading.md", b"# Storm\n", "Give whole sentences"),
        ("long.txt", b"A boat sank. " * 80_000, "more than 20,000 characters"),
        (".", None, "No file"),
    ],
)
def test_what_cannot_be_checked_is_one_line_and_2(check, tmp_path, name, data, told):
    """With the reason; never a traceback."""
    if data is not None:
        (tmp_path / name).write_bytes(data)
    found = check(str(tmp_path / name))
    assert (found.code, found.out) == (2, "")
    assert told in found.err and len(found.err.splitlines()) == 1


@pytest.mark.parametrize(
    "draft",
    ["\0\x1b[31m", "<script>alert(1)</script>", "<p>Three boats sank.</p>", "\ud800", "A. " * 9],
)
def test_hostile_drafts_get_a_result_or_a_sentence(check, draft):
    """Whatever they hold."""
    found = check("-", typed=draft)
    assert found.code in (0, 2, 4) and "Traceback" not in found.err and "\x1b" not in found.out


def test_bytes_that_are_no_text_are_read_as_question_marks(monkeypatch):
    """Standard input may be in any encoding; no more of it is read than can be used."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9 " * 9), "utf-8"))
    assert typed(5) == "caf\ufffd c"


def test_no_index_ends_with_5(check):
    """And says how it is built."""
    found = check("-", typed=BOTH, ingested=False)
    assert found.code == 5 and "ingest" in found.err


@pytest.mark.parametrize("arguments", [[], ["--nonsense", "-"], ["a.md", "b.md"]])
def test_bad_arguments_end_with_2(arguments, capsys):
    """With the usage."""
    assert main(arguments) == 2
    assert "--help" in capsys.readouterr().err


def test_help_needs_no_heavy_import():
    """Like that of the other commands."""
    program = (
        "import sys; from rag.check import main; main(['--help']);"
        "print({'numpy', 'onnxruntime', 'faiss', 'llama_cpp', 'lxml'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.splitlines()[-1] == "set()"
