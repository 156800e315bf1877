"""Keep a library of today's version: python -m tests.libraries

Once for each version of the tables (rag.store.schema.SCHEMA_VERSION), before it is in anybody's hands.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from rag.store.library import FILE
from rag.store.schema import SCHEMA_VERSION
from rag.stories.ingest import ingest
from tests.fakes import WordCountEncoder
from tests.libraries.test_libraries import HERE, given

with tempfile.TemporaryDirectory() as folder:
    index = Path(folder)
    ingest(given(index), encoder=WordCountEncoder())
    with closing(sqlite3.connect(index / FILE)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("VACUUM")
    made = HERE / f"version-{SCHEMA_VERSION}.sqlite"
    shutil.copyfile(index / FILE, made)
    print(f"{made}: {made.stat().st_size:,} bytes")
