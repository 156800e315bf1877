"""A real Milvus of eight processes, with two query nodes, in a network that has nothing but its loopback.

It is the last that can be had as packages, 2.3.5 of January 2024: it has vectors and filters, no BM25. etcd is
Debian's; the broker is the one that librdkafka brings for tests, which forgets everything when it ends.
"""

from __future__ import annotations

import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scripts.install import WHEELS
from tests.cluster.relay import relay

LISTED = Path(__file__).with_name("eight.txt")
KEPT = WHEELS.parent / "milvus-2.3.5"  # 350 MB, fetched once
TOOLS = ("ip", "unshare", "nsenter", "setpriv", "apt-get", "dpkg-deb")
ETCD, PROXY = 2379, 19530
START = 180.0  # seconds; 15 on idle cores
COORDINATORS = ("mixture", "-rootcoord", "-querycoord", "-datacoord", "-indexcoord")
ROLES = {
    "coordinators": COORDINATORS,
    "data node": ("datanode",),
    "index node": ("indexnode",),
    "query node 1": ("querynode",),
    "query node 2": ("querynode",),
    "proxy": ("proxy",),
}
BROKER = """
import time
from confluent_kafka import Producer
producer = Producer({"test.mock.num.brokers": 1})
(broker,) = producer.list_topics(timeout=30).brokers.values()
print(f"127.0.0.1:{broker.port}", flush=True)
time.sleep(1e9)
"""
ALONE = ("setpriv", "--pdeathsig", "KILL")  # ends with the tests, whatever ends them


def possible() -> None:
    """Skip aloud where it cannot be started, and name what is missing."""
    lost = [name for name in TOOLS if not shutil.which(name)]
    if os.geteuid() or lost:
        pytest.skip(
            f"a Milvus of eight processes needs {', '.join(lost) or 'root'}, for a network of its own"
        )


def fetched() -> Path:
    """The folder with all programs: `bin`, `site` (the broker) and `etcd`, fetched where it is not there."""
    if KEPT.is_dir():
        return KEPT
    part = KEPT.with_name(f"{KEPT.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    (part / "bin").mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--only-binary", ":all:"]
    _done([*pip, "--require-hashes", "--target", part / "site", "-r", LISTED])
    try:
        _done(["apt-get", "-qq", "download", "etcd-server"], part)
    except RuntimeError:
        _done(["apt-get", "-qq", "update"])
        _done(["apt-get", "-qq", "download", "etcd-server"], part)
    (package,) = part.glob("etcd-server_*.deb")
    _done(["dpkg-deb", "-x", package, part / "etcd"])
    for packed in (part / "site/milvus/data/bin").glob("*.lzma"):
        with lzma.open(packed) as read, (part / "bin" / packed.stem).open("wb") as program:
            shutil.copyfileobj(read, program)
        (part / "bin" / packed.stem).chmod(0o755)
    return part.rename(KEPT)


def _done(command: list[object], folder: Path | None = None) -> None:
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}:\n{done.stderr[-2000:]}")


class Eight:
    """The eight processes, each by its name, over a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs = folder, fetched()
        self.processes: dict[str, subprocess.Popen] = {}
        self._alone = self._started(
            "network", ["unshare", "--net", "sh", "-c", "ip link set lo up; echo up; exec sleep 1d"]
        )
        self.network = Path(f"/proc/{self._alone.pid}/ns/net")
        self._said("network", "up")
        self._inside = ["nsenter", f"--net={self.network}"]

    def start(self) -> None:
        """Start etcd, the broker where it does not run, and the six of Milvus."""
        peer, own = "http://127.0.0.1:2380", f"http://127.0.0.1:{ETCD}"
        given = {
            "data-dir": self.folder / "etcd",
            "listen-client-urls": own,
            "advertise-client-urls": own,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"default={peer}",
        }
        etcd = self.programs / "etcd/usr/bin/etcd"
        options = [f"--{name}={value}" for name, value in given.items()]
        self._started("etcd", [*self._inside, etcd, *options])
        if "broker" not in self.processes:
            site = {"PYTHONPATH": str(self.programs / "site")}
            self._started("broker", [*self._inside, sys.executable, "-c", BROKER], **site)
            self._broker = self._said("broker", r"127\.0\.0\.1:\d+")
        for number, (name, role) in enumerate(ROLES.items()):
            folder = self.folder / name.replace(" ", "-")
            configs = folder / "configs"
            configs.mkdir(parents=True, exist_ok=True)
            data = self.programs / "site/milvus/data"
            shutil.copy(data / "glog.conf", configs)
            template = (data / "config.yaml.template").read_text()
            (configs / "milvus.yaml").write_text(self._configured(template, second=name[-1] == "2"))
            settings = {
                "LD_LIBRARY_PATH": str(self.programs / "bin"),
                "MILVUSCONF": f"{configs}/",
                "METRICS_PORT": str(19_191 + number),
            }
            program = [*self._inside, self.programs / "bin/milvus", "run", *role]
            self._started(name, program, folder, **settings)

    def _configured(self, template: str, second: bool) -> str:
        """The template of the package, filled for several processes."""
        given = {
            "etcd_data_dir": self.folder / "unused",
            "local_storage_dir": self.folder / "data",
            "rocksmq_data_dir": self.folder / "unused",
            "system_log_path": '""',
            "query_node_port(int)": 21_223 if second else 21_123,
        }

        def value(found: re.Match[str]) -> str:
            name, _, default = found[1].partition(":")
            return str(given.get(name.strip(), default.strip()))

        text = re.sub(r"\{\{(.*?)\}\}", value, template)
        for old, new in (
            ("embed: true", "embed: false"),
            ("\n  type: rocksmq", "\n  type: kafka"),
            ("endpoints: localhost:", "endpoints: 127.0.0.1:"),
            ("\n  ip: ", "\n  ip: 127.0.0.1 "),
        ):
            assert old in text, old
            text = text.replace(old, new)
        names = ("saslUsername", "saslPassword", "saslMechanisms", "securityProtocol")
        blank = "".join(f"  {name}:\n" for name in names)
        return f"{text}\nkafka:\n  brokerList: {self._broker}\n{blank}"

    def _started(self, name: str, command: list[object], folder: Path | None = None, **more: str):
        with (self.folder / f"{name}.log").open("ab") as log:
            started = self.processes[name] = subprocess.Popen(
                list(map(str, [*ALONE, *command])),
                cwd=folder or self.folder,
                env={**os.environ, **more},
                stdout=log,
                stderr=log,
            )
        return started

    def _said(self, name: str, form: str) -> str:
        """The line of this form that a process writes."""
        end = time.monotonic() + START
        while time.monotonic() < end and self.processes[name].poll() is None:
            told = (self.folder / f"{name}.log").read_text(errors="replace")
            if line := re.search(f"^{form}$", told, re.MULTILINE):
                return line[0]
            time.sleep(0.1)
        raise AssertionError(f"{name} says too little: {self.folder}/{name}.log")

    def wait(self, port: int) -> None:
        """Wait until the processes have found one another."""
        from pymilvus import MilvusClient
        from pymilvus.exceptions import MilvusException

        end = time.monotonic() + START
        while time.monotonic() < end:
            with suppress(MilvusException):
                client = MilvusClient(f"http://127.0.0.1:{port}", timeout=5)
                client.get_server_version()
                return client.close()
            time.sleep(0.5)
        raise AssertionError(f"Milvus does not answer: {self.folder}")

    def kill(self, *names: str) -> None:
        """End some of them as a power cut does."""
        for name in names:
            self.processes[name].send_signal(signal.SIGKILL)
        for name in names:
            self.processes.pop(name).wait()

    def end(self) -> None:
        """End all of them."""
        self.kill(*self.processes)


@contextmanager
def eight(folder: Path) -> Iterator[tuple[Eight, int]]:
    """The processes, and the port of this computer's loopback behind which they are."""
    possible()
    made = Eight(folder)
    try:
        made.start()
        with relay(PROXY, network=made.network) as port:
            made.wait(port)
            yield made, port
    finally:
        made.end()
