"""Answer, pack -> a JSON file: what `--json` prints, without what changes from run to run, and the proof."""

from __future__ import annotations

import json

from rag.show.json import to_json
from rag.show.pack import Pack, in_object
from rag.types.answers import Answer


def json_file(answer: Answer, pack: Pack | None = None) -> str:
    """The answer as `--json` prints it, without its seconds; with a pack also what it takes to check it."""
    told = {name: value for name, value in to_json(answer).items() if name != "timings"}
    return json.dumps(in_object(pack, told) if pack else told, ensure_ascii=False, indent=2) + "\n"
