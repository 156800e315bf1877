"""The process that reads a PDF, isolated and within limits.

PDF on standard input, lines of JSON on standard output: one for each page,
`{"lines": [[text, size, x, y], …]}`, or `{"refused": reason}`. It opens no file and no connection.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

MEMORY_BYTES = 1_000_000_000  # above what the interpreter has already
PROCESSOR_SECONDS = 20
MAX_PAGES = 5_000
MAX_CHARACTERS = 20_000_000

Line = tuple[str, float, float, float]


def main() -> int:
    """Read one PDF; return the exit code."""
    data = sys.stdin.buffer.read()
    import pypdf  # before the door is shut: it reads its own files
    import pypdf.errors

    _limit()
    sys.addaudithook(_refuse)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return _say({"refused": "encrypted; save a copy without a password"})
        characters = 0
        for number, page in enumerate(reader.pages):
            lines = _lines(page)
            characters += sum(len(line[0]) for line in lines)
            if number >= MAX_PAGES or characters > MAX_CHARACTERS:
                return _say({"refused": "too costly: more pages or text than a clipping has"})
            _say({"lines": lines})
    except (MemoryError, RecursionError, pypdf.errors.LimitReachedError):
        return _say({"refused": "too costly to read"})
    except (pypdf.errors.DependencyError, pypdf.errors.FileNotDecryptedError):
        return _say({"refused": "encrypted; save a copy without a password"})
    except Exception as error:  # the parser fails on damaged files in many ways
        return _say({"refused": f"a damaged PDF ({type(error).__name__})"})
    return 0


def _lines(page: Any) -> list[Line]:
    """Return the lines of a page in the order of the file, each with its print size and place."""
    lines: list[Line] = []
    text, size, x, y = "", 0.0, 0.0, 0.0

    def see(piece: str, outer: Any, inner: Any, font: Any, points: float) -> None:
        nonlocal text, size, x, y
        for number, part in enumerate(piece.split("\n")):
            if number:
                lines.append((text, size, x, y))
                text, size = "", 0.0
            if part.strip() and not text.strip():
                scale = abs(inner[3] or inner[1]) * abs(outer[3] or outer[1])
                size = round(float(points) * scale, 1)
                x = round(inner[4] * outer[0] + outer[4], 1)
                y = round(inner[5] * outer[3] + outer[5], 1)
            text += part

    page.extract_text(visitor_text=see)
    lines.append((text, size, x, y))
    return [line for line in lines if line[0].strip()]


def _limit() -> None:
    """Bound memory and processor time where the system can."""
    try:
        import resource
    except ImportError:  # Windows; the time limit of the parent holds
        return
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 - pathlib costs more than the file
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, used + MEMORY_BYTES))
    except OSError:  # macOS has neither
        return


def _refuse(event: str, _: object) -> None:
    """Forbid connections and other processes, even if a file tricks the parser."""
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.fork")):
        raise PermissionError(event)


def _say(value: dict[str, Any]) -> int:
    sys.stdout.write(json.dumps(value, allow_nan=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
