"""What the shell doors share."""

import contextlib
import io
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import LibraryError, UsageError
from rag.protocols import silent
from rag.settings import ROOT
from rag.shell.terminal import INTERRUPTED, progress_bar, run, say, takes_marks
from rag.show.harmless import harmless


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\tb\nc é漢🙂", "a\tb\nc é漢🙂"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]52;c;aGk=\x1b\\x", "x"),  # the clipboard
        ("\x1b]8;;http://x.y\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "31mred"),  # the control goes; what it opened is text
        ("one\rtwo\x08\x00\x7f", "onetwo"),
        ("pay\u202ement\u2066", "payment"),
        ("\x1b]never closed", "]never closed"),  # the rest of the text is not lost
        ("\x1b\x1b[0m]0;x\x07", "]0;x"),
    ],
)
def test_harmless(text, plain):
    """Escape sequences, controls and bidirectional controls go; lines, tabs and letters stay."""
    assert harmless(text) == plain


@given(st.text() | st.text(alphabet="\x1b[]0;m\x07\\\x9b\r\n\u202ea"))
def test_no_control_is_left(text):
    """Whatever the text, no control character but line end and tab is left."""
    found = harmless(text)
    assert not [c for c in found if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert not [c for c in found if unicodedata.bidirectional(c) in ("RLO", "LRO", "RLI", "PDF")]
    assert harmless(found) == found


def test_say(capsys):
    """A line for the person goes to stderr, without controls."""
    say("One \x1b[1mline\x1b[0m")
    assert capsys.readouterr() == ("", "One line\n")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UsageError("The question is empty."), 2, "The question is empty.\n"),
        (LibraryError("No library."), 5, "No library.\n"),
        (KeyboardInterrupt(), INTERRUPTED, "Interrupted. What was done is kept.\n"),
    ],
)
def test_an_error_is_a_line_and_a_code(capsys, error, code, line):
    """What people may meet becomes one line on stderr and the exit code of its kind."""

    def command() -> int:
        raise error

    assert run(command) == code
    assert capsys.readouterr() == ("", line)


def test_a_bug_keeps_its_traceback(capsys):
    """Anything else is shown with its traceback and called a bug."""
    assert run(lambda: 1 // 0) == 1
    message = capsys.readouterr().err
    assert "ZeroDivisionError" in message
    assert message.endswith("Please report the lines above.\n")


def test_a_good_end():
    """The command's own exit code is handed on."""
    assert run(lambda: 3) == 3


def test_nobody_reads_on():
    """When the reader of a pipe goes away, the command ends quietly."""
    code = (
        "import sys; from rag.shell import terminal;"
        "sys.exit(terminal.run(lambda: [print('x' * 99) for _ in range(9999)] and 0))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_the_bar_tells_stage_and_counts():
    """On a terminal the bar shows the stage with its counts, and is gone at the end."""
    screen = Screen()
    with contextlib.redirect_stderr(screen), progress_bar(quiet=False) as progress:
        progress("reading", 1, 0)
        progress("encoding", 2, 5)
    assert "encoding" in screen.getvalue()
    assert "2/5" in screen.getvalue()


@pytest.mark.parametrize(("quiet", "stream"), [(True, Screen()), (False, io.StringIO())])
def test_no_bar(quiet, stream):
    """Asked to be quiet, or without a terminal, progress is told to nobody."""
    with contextlib.redirect_stderr(stream), progress_bar(quiet) as progress:
        assert progress is silent
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("stream", "environment", "takes"),
    [
        (Screen(), {"TERM": "xterm"}, True),
        (Screen(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (Screen(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Screen(), {"TERM": "dumb"}, False),
        (Screen(), {}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_marks_are_for_terminals_that_show_them(stream, environment, takes):
    """Not for a file or a pipe, nor where somebody wants none."""
    assert takes_marks(stream, environment) is takes
