"""Run `python -m rag.models`: list the models and their places, or check every byte of them."""

import sys

from rag.models.files import main

sys.exit(main(sys.argv[1:]))
