"""Bring the articles in seeds/ into the library; `python scripts/ingest.py --help` tells how."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # in place of scripts/
    from rag.shell.ingest import main

    sys.exit(main())
