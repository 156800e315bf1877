"""The program of an ingest on Ray: it gives the files of a job to the cluster and tells what comes back.

`rag.cluster.ray_ingest` starts it, since Ray ends a process that has lost its cluster. Each message
is some rows as JSON and their vectors; the last one says how it ended.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from rag.child import received, send
from rag.cluster.stages import Encode, Read

FILES = 16  # of a block: what is done again where a process is lost, and what is kept at once
BLOCKS = 10_000  # at most; more of them cost Ray more than they are worth
# cores of a process; both together fit into a computer with one
READ_CORES, ENCODE_CORES = 0.25, 0.75
ENCODERS = 4  # that one reader keeps at work: an article takes a tenth of the time to be read


def main() -> int:
    """Do the one job that comes; return the exit code."""
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what Ray prints is no message
    if (call := received(calls)) is None:
        return 0
    end = ""
    try:
        for rows, vectors in _work(call[0]):
            send(answers, {"rows": rows}, vectors)
    except Exception as error:  # of Ray, which has many
        end = _reason(error)
    send(answers, {"end": end})
    return 0


def _work(given: Mapping[str, Any]) -> Iterator[tuple[list[str], bytes]]:
    """Yield rows and their vectors, block by block."""
    import logging

    import ray
    import ray.data

    ray.init(
        address=given["address"],
        include_dashboard=False if given["address"] == "local" else None,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    for block in _blocks(ray.data, given, int(ray.cluster_resources().get("CPU", 1))):
        yield [str(row) for row in block["row"]], b"".join(block["vectors"])


def _blocks(data: Any, given: Mapping[str, Any], cores: int) -> Iterator[Mapping[str, Any]]:
    paths, job = given["paths"], given["job"]
    count = min(ceil(len(paths) / FILES), BLOCKS)
    encoders = max(1, min(cores, count))
    spread = {"batch_size": None, "scheduling_strategy": "SPREAD"}
    read = data.from_items(paths, override_num_blocks=count).map_batches(
        Read,
        fn_constructor_args=[job],
        compute=data.ActorPoolStrategy(size=ceil(encoders / ENCODERS)),
        num_cpus=READ_CORES,
        **spread,
    )
    encoded = read.map_batches(
        Encode,
        fn_constructor_args=[job, given["encoder"], given["models"]],
        compute=data.ActorPoolStrategy(size=encoders),
        num_cpus=ENCODE_CORES,
        **spread,
    )
    yield from encoded.iter_batches(batch_size=None)


def _reason(error: Exception) -> str:
    """Return the first line of what Ray says, which is followed by traces."""
    told: Sequence[str] = str(error).strip().splitlines() or [type(error).__name__]
    return told[0][:300]


if __name__ == "__main__":
    sys.exit(main())
