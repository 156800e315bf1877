"""Text without what moves a cursor, sets a title or reorders what is around it."""

from __future__ import annotations

import re

# C0 and C1 controls but line ends and tabs, with the sequences that ESC opens; bidirectional
# controls.
_CONTROLS = re.compile(
    "\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b\\[[0-?]*[ -/]*[@-~]"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


def harmless(text: str) -> str:
    """Printable text: an article cannot move the cursor, set a title or reach the clipboard."""
    return _CONTROLS.sub("", text.encode("utf-8", "replace").decode())
