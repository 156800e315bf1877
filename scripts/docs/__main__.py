"""Write the generated parts: python -m scripts.docs [--check]

With --check nothing is written; the exit code is 1 when a file would change.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scripts.docs.parts import filled, generated


def main(arguments: Sequence[str]) -> int:
    """Write or check the files; name each that changes."""
    if set(arguments) - {"--check"}:
        print(__doc__, file=sys.stderr)
        return 2
    stale = [path for path in generated() if filled(path) != path.read_text()]
    for path in stale:
        print(f"{'stale' if arguments else 'written'}: {path.name}")
        if not arguments:
            path.write_text(filled(path))
    return int(bool(arguments and stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
