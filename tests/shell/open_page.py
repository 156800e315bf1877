"""What an open page does for shells, in a process of its own, to be killed.

python -m tests.shell.open_page FOLDER      prints "open", then "writing" when a question is written
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from rag.web.sessions import Questions
from rag.web.shells import answering
from tests.fakes import PatientGenerator
from tests.shell.desk import engine


class Telling(PatientGenerator):
    """Says that it has written its one sentence."""

    def write(self, messages, stop):
        """A sentence, then nothing until stopped."""
        for number, piece in enumerate(super().write(messages, stop)):
            if number:
                print("writing", flush=True)
            yield piece


if __name__ == "__main__":
    with answering(engine(Path(sys.argv[1]), Telling()), Questions()):
        print("open", flush=True)
        threading.Event().wait()
