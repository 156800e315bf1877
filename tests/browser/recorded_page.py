"""The page as `python app.py` opens it, but for a language model that writes what was recorded.

python -m tests.browser.recorded_page --no-browser --port N
"""

import os
import sys

import app
from tests import recorded

if __name__ == "__main__":
    code = app.main(sys.argv[1:], recorded.engine)
    sys.stderr.flush()
    os._exit(code)  # as app.py does
