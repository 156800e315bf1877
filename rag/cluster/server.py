"""The one door to Milvus: its collections, reads and writes; what goes wrong there is said in words.

NAME_passages     a row for each passage: its vector, its stems, what filters read
NAME_articles     a row for each version of an article: all of it, its stems, what filters read
NAME_generations  a row for each generation that was published, written last
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

from rag.cluster.address import Address
from rag.errors import LibraryError, NoLibraryError, UsageError
from rag.settings import command

Row: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["passages", "articles", "generations"]
Scored: TypeAlias = tuple[int, float, Row]
"""Number, score and key of a row that was found."""
KINDS: tuple[Kind, ...] = ("passages", "articles", "generations")

# seconds that Milvus has for one read: a replica takes over within them; and for a write
PATIENCE, WRITING = 10.0, 60.0
READS = ("query", "query_iterator", "search")
PAUSE = 0.25  # seconds between two tries to connect
CUT_OFF = 2  # pymilvus's code for it
LONGEST = 65_535  # bytes of a text in Milvus
PIECES = 4_096  # of a longer text, at most
AT_ONCE = 8_000_000  # bytes that are written at once, about: Milvus refuses 64 MiB
# What vectors are found by. HNSW: with these, all of a hundred nearest are found in tests.
_BUILT, _READ = {"M": 16, "efConstruction": 200}, {"ef": 256}
# Else a server that was gone for long is not looked for again for two minutes.
_CHANNEL = {"grpc.max_reconnect_backoff_ms": 1_000}
NEEDED = (2, 5)  # of Milvus: older ones have no BM25
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # as SQLite has them
_FILTERED = ("key", "published", "replaced", "born", "gone")
_NAMED = ("source", "author", "path")


class _Unconnected(LibraryError):
    """The server cannot be reached just now."""


class Server:
    """The collections of one library on a Milvus, by one connection for all threads.

    Raises UsageError where it is not on this computer, unless what it gets `leaves` it.
    """

    def __init__(
        self, address: Address, patience: float = PATIENCE, *, leaves: bool = False
    ) -> None:
        self.address = address
        here = address.here(leaves)
        self.is_here = bool(here)
        self._place = here[0] if here else address.host  # what was looked up is asked
        self._patience = patience
        self._lock = threading.Lock()
        self._connected: Any = None

    # ── reading ──

    def open(self) -> bool:
        """See to it that the collections can be read, and return whether they could not be, as after a
        restart. Raises NoLibraryError where there are none.
        """
        loaded = False
        for kind in KINDS:
            name = self._name(kind)
            if not self._call("has_collection", name):
                raise NoLibraryError(f"No library at {self.address}. Fill it: {command('ingest')}")
            if "Loaded" not in str(self._call("get_load_state", name)["state"]):
                self._call("load_collection", name, replica_number=self.address.replicas)
                loaded = True
        return loaded

    def rows(
        self, kind: Kind, condition: str, fields: Sequence[str], fresh: bool = False
    ) -> list[Row]:
        """Return the fields of the rows of which a condition holds; `fresh`: with all that was written."""
        found: list[Row] = self._call(
            "query",
            self._name(kind),
            filter=condition,
            output_fields=list(fields),
            consistency_level=_level(fresh),
        )
        return found

    def all_rows(self, kind: Kind, condition: str, fields: Sequence[str]) -> Iterator[Row]:
        """Yield the fields of however many rows, with all that was written."""
        pages = self._call(
            "query_iterator",
            self._name(kind),
            filter=condition,
            output_fields=list(fields),
            batch_size=10_000,
            consistency_level=_level(fresh=True),
        )
        try:
            with self._told():
                while page := pages.next():
                    yield from page
        finally:
            pages.close()

    def count(self, kind: Kind, condition: str, fresh: bool = False) -> int:
        """Count the rows of which a condition holds."""
        (row,) = self.rows(kind, condition, ["count(*)"], fresh)
        return int(row["count(*)"])

    def nearest(self, vector: Sequence[float], limit: int, condition: str) -> list[Scored]:
        """Return the passages nearest to a unit vector, best first, as `best` does."""
        how = {"metric_type": "IP", "params": _READ}
        return _best_first(self._search("passages", "vector", vector, how, limit, condition))

    def best(self, kind: Kind, words: str, limit: int, condition: str) -> list[Scored]:
        """Return numbers, BM25 scores and keys of the rows with any of some stems, best first."""
        found = self._search(kind, "sparse", words, {"metric_type": "BM25"}, limit, condition)
        # milvus-lite turns the sign, Milvus does not; no score of BM25 is below 0
        return _best_first((number, abs(score), row) for number, score, row in found)

    def _search(
        self, kind: Kind, field: str, sought: object, how: Row, limit: int, condition: str
    ) -> list[Scored]:
        (hits,) = self._call(
            "search",
            self._name(kind),
            data=[sought],
            anns_field=field,
            search_params=how,
            limit=limit,
            filter=condition,
            output_fields=["key"],
            consistency_level=_level(fresh=False),
        )
        return [(int(hit["id"]), float(hit["distance"]), hit["entity"]) for hit in hits]

    # ── writing ──

    def make(self, dimension: int) -> None:
        """Make the collections that are missing, for vectors of so many numbers.

        Raises LibraryError where those that are there have vectors of another size, and for an old Milvus.
        """
        self._see_version()
        for kind in KINDS:
            name = self._name(kind)
            schema, indexes = self._planned(kind, dimension)
            if not self._call("has_collection", name):
                given = {"num_shards": self.address.shards, "consistency_level": _level(False)}
                self._call("create_collection", name, schema=schema, seconds=WRITING, **given)
            if not self._call(
                "list_indexes", name
            ):  # loaded by `open`, in as many replicas as wanted
                self._call("create_index", name, index_params=indexes, seconds=WRITING)
        fields = self._call("describe_collection", self._name("passages"))["fields"]
        there = [one["params"]["dim"] for one in fields if one["name"] == "vector"]
        if [int(one) for one in there] != [dimension]:
            raise LibraryError(
                f"{self.address} has vectors of another size ({there}, not {dimension}). Give another name in"
                " CLIPPINGS_INDEX."
            )

    def put(self, kind: Kind, rows: Sequence[Row]) -> None:
        """Write rows in the place of those with their numbers."""
        for some in _parts(rows):
            self._call("upsert", self._name(kind), some, seconds=WRITING)

    def drop(self, kind: Kind, condition: str) -> None:
        """Forget the rows of which a condition holds."""
        self._call("delete", self._name(kind), filter=condition, seconds=WRITING)

    def _see_version(self) -> None:
        told = str(self._call("get_server_version"))
        known = re.match(r"v?(\d+)\.(\d+)", told)
        if known and tuple(map(int, known.groups())) < NEEDED:
            raise LibraryError(
                f"Milvus at {self.address} is {told}. Full text needs 2.5 or later: bring it to one, or name"
                " another in CLIPPINGS_INDEX."
            )

    def _planned(self, kind: Kind, dimension: int) -> tuple[Any, Any]:
        """Return the schema and the indexes of a collection."""
        from pymilvus import DataType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        indexes = MilvusClient.prepare_index_params()
        schema.add_field("id", DataType.INT64, is_primary=True)
        if kind == "generations":
            _add_record(schema, DataType)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)  # Milvus wants one
            indexes.add_index("vector", index_type="FLAT", metric_type="IP")
            return schema, indexes
        for name in _FILTERED:
            schema.add_field(name, DataType.INT64)
        for name in _NAMED:
            schema.add_field(name, DataType.VARCHAR, max_length=LONGEST)
        self._plan_words(schema, indexes)
        if kind == "articles":
            schema.add_field("content", DataType.VARCHAR, max_length=64)
            schema.add_field("report", DataType.INT64)
            _add_record(schema, DataType)
            return schema, indexes
        for name in ("article", "first", "last"):
            schema.add_field(name, DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=_BUILT)
        return schema, indexes

    def _plan_words(self, schema: Any, indexes: Any) -> None:
        """Let the stems of a row be found by BM25."""
        from pymilvus import DataType, Function, FunctionType

        stems = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}}
        schema.add_field("words", DataType.VARCHAR, max_length=LONGEST, **stems)
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function("bm25", FunctionType.BM25, ["words"], ["sparse"]))
        indexes.add_index(
            "sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=_BM25
        )

    # ── the connection ──

    def _name(self, kind: Kind) -> str:
        return f"{self.address.name}_{kind}"

    def _call(
        self, what: str, *given: object, seconds: float | None = None, **named: object
    ) -> Any:
        """Let the client do something, within its time; as long as it cannot connect it tries again."""
        end = time.monotonic() + (seconds or self._patience)
        while True:
            left = max(end - time.monotonic(), PAUSE)
            try:
                with self._told():
                    return getattr(self._client(left), what)(*given, timeout=left, **named)
            except _Unconnected:
                if time.monotonic() + PAUSE > end:
                    raise
                self._leave()
                time.sleep(PAUSE)
            except LibraryError:
                if what not in READS or not self.open():
                    raise

    def _client(self, seconds: float) -> Any:
        with self._lock:
            if self._connected is None:
                from pymilvus import MilvusClient

                # it prints what goes wrong with a traceback; we say it in words
                logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
                self._connected = MilvusClient(
                    self.address.uri(self._place),
                    token=self.address.token,
                    timeout=seconds,
                    grpc_options=_CHANNEL,
                    **self._trust(),
                )
            return self._connected

    def _trust(self) -> dict[str, str]:
        """What a client is told of certificates and their name. Raises UsageError where their file is missing."""
        file = Path(self.address.ca).expanduser()
        if self.address.ca and not file.is_file():
            raise UsageError(
                f"There is no file {file}, named as ca in CLIPPINGS_INDEX. Name the certificate of who signed"
                f" that of {self.address.host}."
            )
        trusted = {"server_pem_path": str(file)} if self.address.ca else {}
        return {"server_name": self.address.host, **trusted} if self.address.encrypted else {}

    @property
    def _reached(self) -> str:
        """What may be wrong where it runs."""
        return (
            "reached from here, and its certificate one that is known here"
            if self.address.encrypted
            else "and reached from here"
        )

    def _leave(self) -> None:
        """Forget a client that is cut off: it would stay so, also where the server is back."""
        with self._lock:
            if self._connected is not None:
                self._connected.close()
                self._connected = None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what Milvus refuses or that it does not answer, with the next step."""
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it prints each try; we say it in words
        try:
            import grpc
            from pymilvus.exceptions import MilvusException
        except ModuleNotFoundError as error:
            raise LibraryError(
                f"{self.address} needs pymilvus, which is not installed here. Run: pip install pymilvus"
            ) from error
        try:
            yield
        except (MilvusException, grpc.RpcError, grpc.FutureTimeoutError) as error:
            told = getattr(error, "message", "") or type(error).__name__
            is_cut_off = getattr(error, "code", None) in (CUT_OFF, None) or isinstance(
                error, grpc.RpcError | grpc.FutureTimeoutError
            )
            raise (_Unconnected if is_cut_off else LibraryError)(
                f"Milvus at {self.address} fails or does not answer ({_short(told)}). Is it running,"
                f" {self._reached}? Then ask again; {command('doctor')} looks at it."
            ) from error


def _best_first(found: Iterable[Scored]) -> list[Scored]:
    """Return rows by their scores, those of equal ones by number: the same question, the same order."""
    return sorted(found, key=lambda row: (-row[1], row[0]))


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows, of about AT_ONCE bytes together; of one that is longer, that one."""
    some, size = list[Row](), 0
    for row in rows:
        own = len(row.get("words", "")) + 8 * len(row.get("vector", ()))
        own += sum(map(len, row.get("record", ())))
        if some and size + own > AT_ONCE:
            yield some
            some, size = [], 0
        some.append(row)
        size += own
    if some:
        yield some


def _add_record(schema: Any, types: Any) -> None:
    """Give a collection a text of any length, in pieces."""
    schema.add_field(
        "record",
        types.ARRAY,
        element_type=types.VARCHAR,
        max_capacity=PIECES,
        max_length=LONGEST,
    )


def _level(fresh: bool) -> str:
    """Return how much of what was written a read waits for: all of it, or all but the last seconds' (both
    measured: `Eventually` loses rows right after a start, `Session` shows deleted ones).
    """
    return "Strong" if fresh else "Bounded"


def _short(told: object) -> str:
    return " ".join(str(told).split())[:160]
