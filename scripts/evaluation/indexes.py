"""Which kind of index finds the nearest of many vectors: recall, time, memory, and what it does with changes.

    vectors of a small library -> so many, moved as in `large` -> each kind of FAISS, at least time for REACH

Questions are headlines. Half of them choose how far a kind looks, the other half are told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import numpy as np

from rag.parts import question_encoder
from rag.settings import Settings
from rag.store import nearest, vectors
from rag.store.library import Library
from rag.types.models import Vectors
from scripts.evaluation.costs import QUERIES, nearest_of
from scripts.evaluation.large import moved
from scripts.evaluation.measures import SEED

REACH = 0.99  # of the ten nearest, found
NEAR = 100  # passages that a search leg names
FEW = 10  # vectors that come and go
# Of a graph (Malkov, Yashunin 2018): links of a vector (M), vectors that are looked at for them
# (efConstruction), and for a question (efSearch)
LINKS, BUILDING = 16, 100
GRAPH_LOOKS = (100, 128, 192, 256, 384, 512, 768)
SHARES = (128, 96, 64, 48, 32, 24, 16, 12, 8)  # a list of so many is read
HEAD = (
    "index",
    "looks at",
    "recall@10",
    "one thread, ms",
    "two threads, ms",
    "built in",
    "memory",
    f"takes {FEW} more",
    f"loses {FEW}",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index: how an empty one is made of a sample of vectors, and how far it may look."""

    name: str
    make: Callable[[Vectors], Any]
    look: Callable[[Any, int], None]
    looks: Sequence[int]


@dataclass(frozen=True, slots=True)
class Many:
    """So many vectors, made of a few (n x d) whenever they are wanted: they are never held all at once."""

    few: Vectors
    count: int

    def blocks(self) -> Iterator[tuple[nearest.Ids, Vectors]]:
        """Yield numbers and vectors, the same every time."""
        for first in range(0, self.count, vectors.BATCH):
            ids = np.arange(first, min(first + vectors.BATCH, self.count), dtype=np.int64)
            draw = np.random.default_rng([SEED, first])
            yield ids, moved(self.few[draw.integers(len(self.few), size=len(ids))], draw)

    def sample(self, most: int) -> Vectors:
        """Return about so many of them, as many from each block."""
        share = min(1.0, most / self.count)
        return np.concatenate([near[: round(len(near) * share)] for _, near in self.blocks()])


def kinds(count: int) -> list[Kind]:
    """Return the kinds that are measured for so many vectors."""
    most = nearest.lists_for(count)
    listed = [
        Kind(
            f"{lists:,} lists, {name}",
            partial(_listed, lists, code),
            _read_lists,
            [max(1, lists // share) for share in SHARES],
        )
        for lists in (max(1, most // 4), most)
        for name, code in (("half precision", "SQfp16"), ("8 bits", "SQ8"))
    ]
    graphs = [
        Kind(name, partial(_graph, code), _look_around, GRAPH_LOOKS)
        for name, code in (("graph, 8 bits", f"HNSW{LINKS}_SQ8"), ("graph", f"HNSW{LINKS}"))
    ]
    return listed + graphs


def _listed(lists: int, code: str, sample: Vectors) -> Any:
    import faiss

    index: Any = faiss.index_factory(
        sample.shape[1], f"IVF{lists},{code}", faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.seed = 10, 1
    index.cp.max_points_per_centroid = nearest.SAMPLE
    index.train(sample)
    index.parallel_mode = 1  # several threads share the lists of one question
    return index


def _graph(code: str, sample: Vectors) -> Any:
    import faiss

    index: Any = faiss.index_factory(sample.shape[1], code, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = BUILDING
    index.train(sample)
    return faiss.IndexIDMap2(index)


def _read_lists(index: Any, lists: int) -> None:
    index.nprobe = lists


def _look_around(index: Any, many: int) -> None:
    import faiss

    graph: Any = faiss.downcast_index(index.index)
    graph.hnsw.efSearch = many


def table(settings: Settings, count: int, said: Callable[[str], None]) -> Iterator[str]:
    """Yield the lines of a table in Markdown: each kind with so many vectors, made of those of a library.

    Milliseconds are p50 and p95; with one thread those of the processor, since others may use this computer.
    """
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'---|' * len(HEAD)}"
    with Library.open(settings.index) as library:
        ids = library.passage_numbers()
        drawn = library.passages(Random(SEED).sample(ids, min(QUERIES, len(ids))))
        many = Many(library.vectors(ids), count)
    questions = question_encoder(settings).encode([one.article.title for one in drawn.values()])
    right = nearest_of(many.blocks(), questions)
    for kind in kinds(count):
        said(f"{kind.name} …")
        yield f"| {' | '.join(_row(kind, many, questions, right))} |"


def _row(kind: Kind, many: Many, questions: Vectors, right: nearest.Ids) -> tuple[str, ...]:
    began = time.monotonic()
    index = kind.make(many.sample(nearest.SAMPLE * nearest.lists_for(many.count)))
    for ids, near in many.blocks():
        index.add_with_ids(near, ids)
    built = time.monotonic() - began
    half = len(questions) // 2
    look = _chosen(kind, index, questions[:half], right[:half])
    told, others = recall(index, questions[half:], right[half:]), questions[half:]
    times = [_times(index, others, threads) for threads in (1, 2)]
    size = f"{_bytes(index) / 1e9:.2f} GB"
    return (
        kind.name,
        f"{look:,}",
        f"{told:.4f}",
        *times,
        f"{built:.0f} s",
        size,
        *_changed(index, questions[:FEW], many.count),
    )


def _bytes(index: Any) -> int:
    """Return how many bytes an index has in memory, and in a file."""
    import faiss

    counting: Any = faiss.VectorIOWriter()
    faiss.write_index(index, counting)
    return int(counting.data.size())


def _chosen(kind: Kind, index: Any, questions: Vectors, right: nearest.Ids) -> int:
    """Let an index look as little as REACH takes, or as far as it may; return how far."""
    for look in kind.looks:
        kind.look(index, look)
        if recall(index, questions, right) >= REACH:
            break
    return look


def recall(index: Any, questions: Vectors, right: nearest.Ids) -> float:
    """Return the share of the nearest (q x 10) that an index finds."""
    _, found = index.search(questions, right.shape[1])
    shares = [len({*one} & {*other}) for one, other in zip(found, right, strict=True)]
    return sum(shares) / right.size


def _times(index: Any, questions: Vectors, threads: int) -> str:
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(threads)
    clock, took = time.thread_time if threads == 1 else time.perf_counter, []
    for one in questions:
        began = clock()
        index.search(one.reshape(1, -1), NEAR)
        took.append(clock() - began)
    faiss.omp_set_num_threads(before)
    middle, high = np.percentile(took, [50, 95]) * 1_000
    return f"{middle:.1f} · {high:.1f}"


def _changed(index: Any, new: Vectors, count: int) -> tuple[str, str]:
    """Return in which time an index takes a few vectors and loses them again, if it can."""
    ids = np.arange(count, count + len(new), dtype=np.int64)
    began = time.perf_counter()
    index.add_with_ids(new, ids)
    taken = time.perf_counter() - began
    try:
        began = time.perf_counter()
        nearest.remove(index, ids)
        lost = f"{(time.perf_counter() - began) * 1_000:.0f} ms"
    except RuntimeError:  # a graph cannot
        lost = "no"
    return f"{taken * 1_000:.0f} ms", lost
