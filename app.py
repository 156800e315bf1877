"""The page in the browser.

    python app.py [--port 7860] [--no-browser] [--mcp] [--host ADDRESS --password-file FILE]

Opens http://127.0.0.1:7860, for this computer only. The command is `rag.web.server`, the page
`rag.web.page`.
"""

from __future__ import annotations

import os
import sys

from rag.web.server import main

if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # a model may still be loading or writing in a thread; the interpreter's own end would crash it
    os._exit(code)
