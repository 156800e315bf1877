"""Measure other open tools beside Clippings, on the same articles and questions.

    python scripts/peers.py --articles A.jsonl.gz --questions Q.jsonl
    python scripts/peers.py --articles A.jsonl.gz --questions Q.jsonl --sample 1000
    python scripts/peers.py --articles A.jsonl.gz --questions Q.jsonl --limit 200 --only bm25

    bm25        bm25s on the first 6,000 characters of each article: no model, no passages
    txtai       its hybrid index over paragraphs, as its own RAG application cuts them
    langchain   its tutorial: pieces of 1,000 characters that share 200, FAISS, flat
    clippings   this project, told the day of each question

All have the defaults of their documentation, the same encoder (all-MiniLM-L6-v2), two threads and
no network. Indexing and asking are processes of their own, so that each has its own peak of memory.
The first run makes the peers' environment (1.6 GB, 2 minutes) and the indexes: for 5,000 articles
txtai works about 2 hours of one core, LangChain more than 1. --sample takes fewer: every article that
a question is about, and others drawn with the fixed seed. Environment and indexes stay in the
cache, so that a later run only asks; an index that was interrupted is made again from its start.
Nothing but aggregates is printed or saved.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import install

# The peers' Python runs this file, too, and has nothing that `rag` and the scoreboard need: what
# uses them imports them.
if TYPE_CHECKING:
    from scripts.scoreboard.collections import Collection, Question, Sample
    from scripts.scoreboard.measures import Difference, Figure
    from scripts.scoreboard.outcomes import Outcome

OWN = {
    "bm25s": "0.3.16",
    "txtai": "9.14.0",
    "langchain-community": "0.4.2",
    "langchain-core": "1.7.2",
    "langchain-huggingface": "1.2.3",
    "langchain-text-splitters": "1.1.3",
}
# The encoder and the vector index are in the versions that Clippings has.
SHARED = ("sentence-transformers", "transformers", "tokenizers", "faiss-cpu", "numpy")
PACKAGES = {"bm25": "bm25s", "txtai": "txtai", "langchain": "langchain-community"}  # for versions
HOME = install.CACHE / "peers"
LOG = "peers.log"

THREADS = 2
SURROUNDINGS = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "CLIPPINGS_THREADS"), str(THREADS)),
    **dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"), "1"),
    **dict.fromkeys(("HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"), "1"),
    **dict.fromkeys(("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"), "false"),
    "CUDA_VISIBLE_DEVICES": "",
}
PASSAGES = 100  # asked for, so that ten different articles are nearly always among them
SHOWN = ("Hits@1", "Hits@5", "Hits@10", "MRR@10")
COMPARED = ("Hits@5", "MRR@10")  # the headlines of retrieval
SEARCH = "search"  # what the seconds of an outcome are for
WORK = "--work"


# ── the peers: what their users write ──


@dataclass(frozen=True, slots=True)
class Place:
    """Where a peer finds things: a folder with one file an article, and the encoder's folder."""

    seeds: Path
    encoder: Path


@dataclass(frozen=True, slots=True)
class File:
    """An article as the peers see it."""

    name: str
    text: str  # headline, empty line, text


def files(seeds: Path) -> Iterator[File]:
    """The articles of a collection, in order."""
    for path in sorted(seeds.glob("*.json")):
        record = json.loads(path.read_text())
        yield File(path.name, f"{record.get('title', '')}\n\n{record['text']}".strip())


class Peer(Protocol):
    """A tool that makes an index of articles and finds passages in it; made from a Place."""

    def index(self) -> bool:
        """Make the index; False when it was there already."""

    def save(self, folder: Path) -> None:
        """Write the index."""

    def load(self, folder: Path) -> None:
        """Read the index."""

    def search(self, question: str, day: date | None) -> list[str]:
        """The names of the files that hold the passages found, best first."""


class Bm25:
    """bm25s, English stop words, no stemming; whole articles, not passages."""

    def __init__(self, place: Place) -> None:
        import bm25s

        self.place, self.bm25s = place, bm25s

    def index(self) -> bool:
        """Of the first 6,000 characters; k1 and b are Lucene's."""
        given = list(files(self.place.seeds))
        self.names = [file.name for file in given]
        self.found = self.bm25s.BM25(k1=1.2, b=0.75)
        self.found.index(self._words([file.text[:6000] for file in given]), show_progress=False)
        return True

    def save(self, folder: Path) -> None:
        """In its own format, with the names beside it."""
        self.found.save(str(folder))
        (folder / "names.json").write_text(json.dumps(self.names))

    def load(self, folder: Path) -> None:
        """Both."""
        self.found = self.bm25s.BM25.load(str(folder))
        self.names = json.loads((folder / "names.json").read_text())

    def search(self, question: str, day: date | None) -> list[str]:
        """The articles themselves."""
        count = min(PASSAGES, len(self.names))
        places, _ = self.found.retrieve(self._words([question]), k=count, show_progress=False)
        return [self.names[place] for place in places[0]]

    def _words(self, texts: list[str]) -> Any:
        return self.bm25s.tokenize(texts, stopwords="en", show_progress=False)


class Txtai:
    """txtai's hybrid search, BM25 and vectors by halves, over paragraphs that have their article's
    name as id.
    """

    def __init__(self, place: Place) -> None:
        from txtai import Embeddings

        self.place = place
        self.embeddings = Embeddings(path=str(place.encoder), hybrid=True, content=True)

    def index(self) -> bool:
        """Cut by its own pipeline."""
        from txtai.pipeline import Segmentation

        cut = Segmentation(paragraphs=True)
        self.embeddings.index(
            (file.name, paragraph)
            for file in files(self.place.seeds)
            for paragraph in cut(file.text)
        )
        return True

    def save(self, folder: Path) -> None:
        """In its own format."""
        self.embeddings.save(str(folder))

    def load(self, folder: Path) -> None:
        """From its own format."""
        self.embeddings.load(str(folder))

    def search(self, question: str, day: date | None) -> list[str]:
        """The ids of the paragraphs."""
        return [row["id"] for row in self.embeddings.search(question, PASSAGES)]


class LangChain:
    """The pipeline of LangChain's tutorial on semantic search, with FAISS as its store."""

    def __init__(self, place: Place) -> None:
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        self.place, self.faiss = place, FAISS
        self.encoder = HuggingFaceEmbeddings(model_name=str(place.encoder))

    def index(self) -> bool:
        """With the tutorial's splitter and sizes."""
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        whole = [
            Document(page_content=file.text, metadata={"source": file.name})
            for file in files(self.place.seeds)
        ]
        self.store = self.faiss.from_documents(splitter.split_documents(whole), self.encoder)
        return True

    def save(self, folder: Path) -> None:
        """In its own format."""
        self.store.save_local(str(folder))

    def load(self, folder: Path) -> None:
        """From its own format; the pickle in it was written by `save`."""
        self.store = self.faiss.load_local(
            str(folder), self.encoder, allow_dangerous_deserialization=True
        )

    def search(self, question: str, day: date | None) -> list[str]:
        """The sources of the pieces."""
        pieces = self.store.similarity_search(question, k=PASSAGES)
        return [piece.metadata["source"] for piece in pieces]


class Clippings:
    """This project, asked on the day of the question; its library is the scoreboard's."""

    def __init__(self, place: Place) -> None:
        from rag.engine import Engine
        from rag.settings import Settings

        index = place.seeds.parent / "index"
        self.engine = Engine(replace(Settings.from_env(), seeds=place.seeds, index=index))

    def index(self) -> bool:
        """Ingest, which is quick when nothing changed."""
        fresh = not self.engine.has_library
        self.engine.ingest()
        return fresh

    def save(self, folder: Path) -> None:
        """Nothing: the library is written."""
        folder.mkdir()

    def load(self, folder: Path) -> None:
        """Nothing."""

    def search(self, question: str, day: date | None) -> list[str]:
        """The files of the hits."""
        from rag.types import Ask
        from scripts.scoreboard.collections import Question
        from scripts.scoreboard.ranking import DEPTH
        from scripts.scoreboard.retrieval import asked

        options = asked(Question("", question, day))
        hits = self.engine.search(Ask(question, **options), limit=2 * DEPTH)
        return [hit.passage.article.path for hit in hits]


OURS = "clippings"
PEERS: dict[str, Callable[[Place], Peer]] = {  # the slowest to index last
    "bm25": Bm25,
    OURS: Clippings,
    "langchain": LangChain,
    "txtai": Txtai,
}


# ── in a peer's process ──


def work(job: Mapping[str, Any]) -> dict[str, Any]:
    """Index, or ask where there are questions; what was measured."""
    peer = PEERS[job["peer"]](Place(Path(job["seeds"]), Path(job["encoder"])))
    folder = Path(job["folder"])
    done = ask(peer, folder, job["questions"]) if "questions" in job else make(peer, folder)
    return {**done, "gigabytes": peak_memory()} if done else {}


def make(peer: Peer, folder: Path) -> dict[str, Any]:
    """Index the articles; what it took from files to a searchable index, None where it was there."""
    began, worked = time.perf_counter(), time.process_time()
    made = peer.index()
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    peer.save(folder)
    return {"seconds": seconds, "core_seconds": worked} if made else {}


def ask(peer: Peer, folder: Path, questions: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Ask every question; the first one twice, since models may be loaded for it."""
    peer.load(folder)
    asked = [(text, date.fromisoformat(day) if day else None) for text, day in questions]
    peer.search(*asked[0])
    found, seconds = [], []
    for question in asked:
        began = time.perf_counter()
        found.append(peer.search(*question))
        seconds.append(time.perf_counter() - began)
    return {"found": found, "seconds": seconds}


def peak_memory() -> float:
    """The most memory this process had, in GB."""
    try:  # `ru_maxrss` of a young process may be that of the one that started it
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e9


# ── the environment ──


def pins() -> dict[str, str]:
    """Package -> version, of all that decides about a figure."""
    return OWN | {name: install.pinned(name) for name in ("torch", *SHARED)}


def environment() -> Path:
    """The Python of the peers, with everything they need; made where it is not."""
    folder, wanted = HOME / "venv", pins()
    HOME.mkdir(parents=True, exist_ok=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready, mark = folder / "peers-ready", json.dumps(wanted)
    if ready.is_file() and ready.read_text() == mark:
        return python
    say(f"making the peers' environment in {folder}")
    venv.create(folder, clear=True, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
    torch = f"torch=={wanted.pop('torch')}"
    if logged([*pip, f"{torch}+cpu"]):  # as scripts/install.py does
        say("no CPU build of torch at pip's sources: taking the default one")
        wanted["torch"] = torch.split("==")[1]
    if logged([*pip, *(f"{name}=={version}" for name, version in wanted.items())]):
        raise install.SetupError(f"the peers could not be installed. Why: {HOME / LOG}")
    ready.write_text(mark)
    return python


def logged(command: Sequence[str]) -> int:
    """Run a command with its output in the log; its exit code."""
    with (HOME / LOG).open("a") as log:
        return subprocess.run(command, stdout=log, stderr=log).returncode


# ── measuring ──


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one peer; `indexing` is empty where the index was there before."""

    peer: str
    version: str
    outcomes: Sequence[Outcome]
    indexing: Mapping[str, float]  # seconds by the clock, of all cores together, and GB
    asking_gigabytes: float

    @property
    def figures(self) -> dict[str, dict[str, Figure]]:
        """The figures of each part of the question set, by name."""
        from scripts.scoreboard.figures import summed

        return summed(self.outcomes)


def measured(name: str, collection: Collection, questions: Sequence[Question]) -> Row:
    """Index the collection with a peer, unless its index is kept, and ask the questions."""
    from rag.models.catalogue import ENCODER
    from rag.models.files import model_files
    from rag.settings import Settings
    from scripts.scoreboard import machine

    if name == OURS:
        python, version, state = Path(sys.executable), machine.code().commit, machine.code().digest
    else:
        python, version, state = environment(), OWN[PACKAGES[name]], json.dumps(pins())
    encoder = model_files(ENCODER, Settings.from_env().models)["model.safetensors"].parent
    job = {"peer": name, "seeds": str(collection.folder / "seeds"), "encoder": str(encoder)}
    folder = collection.folder / "peers" / f"{name}-{install.digest(state.encode())[:8]}"
    made = indexed(python, job, folder)
    say(f"{name}: asking {len(questions)} questions")
    asked = [(one.text, one.day.isoformat() if one.day else "") for one in questions]
    done = in_process(python, {**job, "folder": str(folder), "questions": asked})
    outcomes = [
        outcome(question, ranked(names, collection.record), collection.present(question), seconds)
        for question, names, seconds in zip(questions, done["found"], done["seconds"], strict=True)
    ]
    row = Row(name, version, outcomes, made, done["gigabytes"])
    for kind, figures in row.figures.items():
        say(f"{name}: {kind}, {', '.join(f'{one} {figures[one].value:.3f}' for one in SHOWN)}")
    return row


def indexed(python: Path, job: Mapping[str, Any], folder: Path) -> dict[str, float]:
    """What indexing took; the index is kept in `folder`, which appears when it is whole."""
    kept = folder / "measured.json"
    if not kept.is_file():
        say(f"{job['peer']}: indexing")
        draft = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.parent.mkdir(exist_ok=True)
        made = in_process(python, {**job, "folder": str(draft)})
        (draft / kept.name).write_text(json.dumps(made))
        draft.rename(folder)
    found: dict[str, float] = json.loads(kept.read_text())
    return found


def in_process(python: Path, job: Mapping[str, Any]) -> dict[str, Any]:
    """What `work` returns in a process of its own, whose complaints go into the log."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / LOG).open("a") as log:
        done = subprocess.run(
            [str(python), __file__, WORK],
            input=json.dumps(job),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **SURROUNDINGS},
        )
    if done.returncode:
        raise install.SetupError(
            f"{job['peer']} ended with code {done.returncode}. Why: {HOME / LOG}"
        )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def ranked(names: Iterable[str], record: Callable[[str], str]) -> list[str]:
    """The first ten different records of the passages' files, each at its best passage."""
    from scripts.scoreboard.ranking import DEPTH

    return list(dict.fromkeys(map(record, names)))[:DEPTH]


def outcome(
    question: Question, found: Sequence[str], relevant: frozenset[str], seconds: float
) -> Outcome:
    """What one question gave."""
    from scripts.scoreboard import ranking
    from scripts.scoreboard.outcomes import Outcome

    values = ranking.measured(found, relevant)
    rates = {name: values[name] > 0 for name in ranking.HITS}
    means = {name: value for name, value in values.items() if name not in rates}
    return Outcome(question.id, question.kind, rates, means, seconds={SEARCH: seconds})


# ── showing ──


def table(rows: Sequence[Row], kind: str) -> Iterator[str]:
    """The table of one part of the question set, in Markdown; a question's time is the median."""
    heads = (*SHOWN, "index, s", "core s", "question, ms", "GB to index", "GB to ask")
    yield f"| {' | '.join(('', *heads))} |"
    yield f"|---{'|---:' * len(heads)}|"
    for row in rows:
        named = row.figures[kind]
        taken = [row.indexing.get(name) for name in ("seconds", "core_seconds", "gigabytes")]
        cells = [
            f"{row.peer} {row.version}",
            *(f"{named[name].value:.3f}".removeprefix("0") for name in SHOWN),
            *("" if value is None else f"{value:,.0f}" for value in taken[:2]),
            f"{1000 * named[f'seconds to {SEARCH}, p50'].value:.1f}",
            "" if taken[2] is None else f"{taken[2]:.2f}",
            f"{row.asking_gigabytes:.2f}",
        ]
        yield f"| {' | '.join(cells)} |"


def paired(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, Difference]]:
    """Peer, part of the question set, measure, and Clippings minus that peer on the same questions."""
    from scripts.scoreboard.figures import changes

    ours = next((row for row in rows if row.peer == OURS), None)
    for row in [row for row in rows if ours and row is not ours]:
        for kind, name, change in changes(row.outcomes, ours.outcomes):
            if name in COMPARED:
                yield row.peer, kind, name, change


def differences(rows: Sequence[Row]) -> Iterator[str]:
    """The paired differences with their 95 % intervals, in Markdown."""
    for peer, kind, name, change in paired(rows):
        yield (
            f"- {kind}, {name}: {OURS} − {peer} = {change.value:+.3f} "
            f"({change.low:+.3f} to {change.high:+.3f}), {change.verdict}"
        )


def saved(rows: Sequence[Row], about: Mapping[str, Any]) -> str:
    """All figures as JSON, without anything of a single question."""
    peers = [
        {
            "peer": row.peer,
            "version": row.version,
            "indexing": row.indexing,
            "asking_gigabytes": row.asking_gigabytes,
            "figures": {
                kind: {name: asdict(figure) for name, figure in named.items()}
                for kind, named in row.figures.items()
            },
        }
        for row in rows
    ]
    against = [
        {"peer": peer, "kind": kind, "measure": name, **asdict(change)}
        for peer, kind, name, change in paired(rows)
    ]
    done = {**about, "peers": peers, f"{OURS} minus peer": against}
    return f"{json.dumps(done, indent=2)}\n"


def say(line: str) -> None:
    """Progress, beside the table."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the tables; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, required=True, help="one JSON object a line")
    parser.add_argument("--questions", type=Path, required=True, help="with relevant articles")
    parser.add_argument("--limit", type=int, help="the first so many of the articles")
    parser.add_argument("--sample", type=int, help="so many: the relevant ones, others by lot")
    parser.add_argument("--kind", help="ask only this part of the questions, such as gold")
    parser.add_argument("--only", choices=PEERS, action="append", help="may be repeated")
    parser.add_argument("--out", type=Path, help="save all figures as JSON")
    options = parser.parse_args(arguments)
    from rag.errors import ClippingsError

    try:
        return compare(options)
    except ClippingsError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except install.SetupError as error:
        print(error, file=sys.stderr)
        return 1


def sampled(size: int | None, questions: Sequence[Question]) -> Sample | None:
    """The sample of so many articles that has whatever a question is about; None for all."""
    from scripts.scoreboard.collections import Sample
    from scripts.scoreboard.measures import SEED

    if size is None:
        return None
    return Sample(size, frozenset().union(*(one.relevant for one in questions)), SEED)


def compare(options: argparse.Namespace) -> int:
    """The measurement that the options ask for."""
    from rag.errors import UsageError
    from scripts.scoreboard import collections, machine, retrieval

    given = collections.questions(options.questions)
    sample = sampled(options.sample, given)
    collection = collections.collection(options.articles, options.limit, sample=sample)
    counted = retrieval.counted(given, collection)
    questions = [one for one in counted if options.kind in (None, one.kind)]
    if not questions:
        raise UsageError(f"No such question of {options.questions} has a relevant article here.")
    rows = [measured(name, collection, questions) for name in options.only or PEERS]
    count = len(collection.records)
    drawn = f" of {options.articles.name}, the relevant ones and others by lot" if sample else ""
    print(
        f"{machine.processor()}, {THREADS} threads, {count:,} articles{drawn}; each index made once"
    )
    for kind, figures in rows[0].figures.items():
        print(f"\n{kind}, {figures[SHOWN[0]].n} questions\n")
        print("\n".join(table(rows, kind)))
    print("", *differences(rows), sep="\n")
    if options.out:
        about = {
            "commit": machine.code().commit,
            "machine": machine.described(),
            "versions": pins(),
            "articles": {
                "digest": collection.digest,
                "count": count,
                "first": options.limit,
                "sample": {"size": sample.size, "seed": sample.seed} if sample else None,
            },
            "questions": {
                "digest": collections.questions_digest(options.questions),
                "left_out": len(given) - len(counted),
                "kind": options.kind,
            },
            "passages": PASSAGES,
            "threads": THREADS,
        }
        options.out.write_text(saved(rows, about))
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == [WORK]:
        with redirect_stdout(sys.stderr):
            answer = work(json.load(sys.stdin))
        print(json.dumps(answer))
        sys.exit()
    sys.exit(main())
