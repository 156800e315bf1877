"""The page in the browser.

    python app.py [--port 7860] [--no-browser] [--mcp] [--host ADDRESS --password-file FILE]

Opens http://127.0.0.1:7860, for this computer only. The command is `rag.web.server`, the page
`rag.web.page`.
"""

from __future__ import annotations

from rag.shell.terminal import leave
from rag.web.server import main

if __name__ == "__main__":
    leave(main())
