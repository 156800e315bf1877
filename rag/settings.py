"""Every setting in one frozen value; each default has its unit and its reason."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import UsageError

_ABOVE = Path(__file__).resolve().parent.parent
CHECKOUT = (_ABOVE / "scripts" / "ingest.py").is_file()  # else a wheel, in site-packages
VERSION = "0.1.0"  # of the program, as in pyproject.toml
ROOT = _ABOVE if CHECKOUT else Path.cwd()  # the folder of seeds/ and index/
SETUP = "make setup" if CHECKOUT else "clippings doctor --models"  # joins and checks the models
MILVUS = ("milvus://", "milvus+https://")  # of a library that a Milvus searches
MODEL_SOURCE = "https://huggingface.co"  # where the models lie that can be fetched
# What the set-up of this environment wrote where it could not have the default language model: the
# name of another one, or NO_MODEL. CLIPPINGS_MODEL goes before it.
CHOSEN = Path(sys.prefix) / "clippings-model"
NO_MODEL = "none"
_SCRIPTS = {"ingest": "scripts/ingest.py", "page": "app.py"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Places and amounts; change one with `dataclasses.replace`."""

    seeds: Path = ROOT / "seeds"  # CLIPPINGS_SEEDS
    index: Path = ROOT / "index"  # CLIPPINGS_INDEX
    # CLIPPINGS_INDEX as milvus://host:port/name or milvus+https://…: what searches then; `index` is
    # where an ingest of this computer keeps what it has read (CLIPPINGS_STAGING)
    engine: str = ""
    # CLIPPINGS_MODELS
    models: Path = field(default_factory=lambda: Path.home() / ".cache" / "clippings" / "models")
    # CLIPPINGS_MODEL: a name of the catalogue, the path of a GGUF file, or servers (rag.models.servers)
    model: str = "qwen2.5-coder-1.5b"
    model_source: str = (
        MODEL_SOURCE  # CLIPPINGS_MODEL_SOURCE: a mirror, asked by `models get` alone
    )
    # CLIPPINGS_LEAVES_THIS_COMPUTER: whether a server elsewhere may have questions and excerpts
    leaves: bool = False
    threads: int = field(default_factory=lambda: usable_cores())  # CLIPPINGS_THREADS
    # CLIPPINGS_PROSE: whether a language model writes sentences, unless a question says otherwise
    prose: bool = True

    file_bytes: int = 20_000_000  # larger source files are skipped and reported
    question_characters: int = 2_000  # longer questions would push the evidence out: refused
    # about 150 sentences, each a second or two of two cores; a longer draft is refused
    draft_characters: int = 20_000
    passage_words: int = 140  # about 190 tokens: the encoder reads 256, headline included
    commit_passages: int = 512  # a kill loses at most this much encoding

    leg_hits: int = 100  # passages that each search leg may name, and that both together keep
    rerank_hits: int = 12  # fused passages the cross-encoder reads; 20 or 50 find no more
    evidence_passages: int = 8  # reranked passages whose sentences compete
    evidence: int = 5  # spans shown; more make the model slower and no better
    article_evidence: int = 3  # at most from one article, while others have something to say
    answer_tokens: int = 120  # two sentences and their marks
    answer_seconds: float = 120.0  # wall time of writing; then only the evidence is shown

    @classmethod
    def from_env(
        cls, environment: Mapping[str, str] = os.environ, chosen: Path = CHOSEN
    ) -> Settings:
        """Return the defaults, changed by CLIPPINGS_SEEDS, _INDEX, _STAGING, _MODELS, _MODEL, _MODEL_SOURCE,
        _THREADS, _PROSE and _LEAVES_THIS_COMPUTER.

        `chosen` is the file of the set-up: the model that it could have, or none. Raises UsageError for a
        value that cannot be read or an unknown home folder (`~name`).
        """
        kept = chosen_model(chosen)
        changes: dict[str, object] = {
            name: whole_path(key, environment[key])
            for name in ("seeds", "index", "models")
            if environment.get(key := f"CLIPPINGS_{name.upper()}")
        }
        if (engine := environment.get("CLIPPINGS_INDEX", "")).startswith(MILVUS):
            changes |= {"engine": engine, "index": _staging(engine, environment)}
        if kept and not environment.get("CLIPPINGS_MODEL"):
            changes |= {"prose": False} if kept == NO_MODEL else {"model": kept}
        for name in ("model", "model_source"):
            if environment.get(key := f"CLIPPINGS_{name.upper()}"):
                changes[name] = environment[key]
        if environment.get("CLIPPINGS_THREADS"):
            changes["threads"] = whole_number("CLIPPINGS_THREADS", environment["CLIPPINGS_THREADS"])
        if environment.get("CLIPPINGS_PROSE"):
            changes["prose"] = on_or_off("CLIPPINGS_PROSE", environment["CLIPPINGS_PROSE"])
        if value := environment.get("CLIPPINGS_LEAVES_THIS_COMPUTER"):
            changes["leaves"] = value == "1" or (
                value != "0" and on_or_off("CLIPPINGS_LEAVES_THIS_COMPUTER", value)
            )
        return cls(**changes)  # type: ignore[arg-type]


def _staging(engine: str, environment: Mapping[str, str]) -> Path:
    """Return where an ingest keeps what it has read for an engine elsewhere."""
    if chosen := environment.get("CLIPPINGS_STAGING"):
        return whole_path("CLIPPINGS_STAGING", chosen)
    where = engine.partition("://")[2]
    without_password = where.rpartition("@")[2].partition("?")[0]
    name = re.sub(r"[^\w.-]", "_", without_password)
    return Path.home() / ".cache" / "clippings" / "staging" / name


def chosen_model(chosen: Path = CHOSEN) -> str:
    """Return the model that the set-up could have, `NO_MODEL`, or nothing where it had the default."""
    try:
        told = chosen.read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""
    return told if told.isprintable() else ""


def command(name: str) -> str:
    """How people call a command here: by its file or module in a checkout, else `clippings NAME`."""
    if CHECKOUT:
        return f"python {_SCRIPTS.get(name, f'-m rag.{name}')}"
    return f"clippings {name}"


def whole_path(name: str, value: str) -> Path:
    """Read a path from the environment, `~` replaced; raise UsageError with the variable's name."""
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{name} is {value!r}; nobody here has that home folder.") from error


def whole_number(name: str, value: str) -> int:
    """Read a positive whole number; raise UsageError with the variable's name."""
    if not value.isdecimal() or int(value) < 1:
        raise UsageError(f"{name} is {value!r}; give a whole number of at least 1.")
    return int(value)


def on_or_off(name: str, value: str) -> bool:
    """Read a switch; raise UsageError with the variable's name."""
    if value.lower() not in ("on", "off"):
        raise UsageError(f"{name} is {value!r}; give on or off.")
    return value.lower() == "on"


def usable_cores() -> int:
    """Count the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
