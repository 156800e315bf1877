"""Every costly file at full and at half size, each in a process that is measured.

python -m tests.costly_full [NAME …]      prints a line for each and how many kept their limits
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from datetime import date

from rag.isolated import Cutting, Readers
from rag.types.files import Skipped, SourceFile
from tests.costly import COSTLY

SECONDS, MEGABYTES = 31, 1_000  # of the processor, and a second to begin
SIZES = (0.25, 0.5, 1.0)


def read(name: str, size: float) -> tuple[float, int, str]:
    """Return the seconds of the processor and the megabytes that the child took, and what came."""
    data = COSTLY[name](size)
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    data = data[:20_000_000]  # a longer file is not read
    left_out: list[Skipped] = []
    with Readers(1) as readers:
        found = readers.articles(
            SourceFile(name, data, ""), Cutting(date(2026, 11, 21), 140), left_out
        )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = found.reason if isinstance(found, Skipped) else f"{len(found.articles)} articles"
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, told


def main(names: list[str]) -> int:
    """Read all of them; return 1 where one did not keep its limits."""
    kept = tried = 0
    for name in names or COSTLY:
        for size in SIZES:
            started = time.monotonic()
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                seconds, megabytes, told = pool.apply(read, (name, size))
            crashed = "crashed" in told or "reader failed" in told
            archive = name.endswith(".zip")  # each file in it has these limits
            sound = (seconds <= SECONDS or archive) and megabytes <= MEGABYTES and not crashed
            kept, tried = kept + sound, tried + 1
            took = f"{seconds:6.1f} s {time.monotonic() - started:6.1f} s {megabytes:5} MB"
            print(f"{'  ' if sound else '!!'} {name:18} {size:5} {took}  {told[:90]}", flush=True)
    print(f"{kept} of {tried} costly files within {SECONDS} s of the processor and {MEGABYTES} MB")
    return int(kept < tried)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
