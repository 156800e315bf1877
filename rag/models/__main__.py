"""Run `python -m rag.models`: list the models and their places, check every byte, or get another."""

import sys

from rag.models.door import main

sys.exit(main(sys.argv[1:]))
