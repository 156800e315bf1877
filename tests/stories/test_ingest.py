"""Ingest: only what changed is read and encoded; killed at any moment, nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from rag.engine import Engine
from rag.errors import LibraryError, NoLibraryError, UsageError
from rag.reading import folder
from rag.settings import ROOT
from rag.shell.ingest import main
from rag.show.json import to_json
from rag.store.library import Library
from rag.store.summary import problems
from rag.store.vectors import FILE as INDEX_FILE
from rag.store.writer import writing
from rag.stories import ingest as ingesting
from rag.types.files import Skipped
from rag.types.questions import Ask
from tests.doors import run
from tests.fakes import (
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    PlainNamer,
    WordCountEncoder,
    ingest,
    settings,
)
from tests.store.test_copies import story

STORM = "Storm in the harbour\n\nA storm came to the harbour. Three boats sank."
FERRY = "Ferry is late\n\nThe ferry left late. The mayor was on board."


def counts(report):
    """The report's numbers in one tuple."""
    return report.new, report.changed, report.unchanged, report.removed, report.renamed


@pytest.fixture
def seeds(tmp_path):
    """A folder with two articles, ingested once."""
    given = settings(tmp_path, storm=STORM, ferry=FERRY)
    report = ingest(given, encoder=WordCountEncoder())
    assert counts(report) == (2, 0, 0, 0, 0)
    assert report.encoded == 2
    return given


def titles(given):
    """Headlines in the library."""
    with Library.open(given.index) as library:
        assert problems(library) == []
        return [one.title for one in library.articles()]


def found(given, question):
    """What the library answers by search alone."""
    parts = {
        "reader": OverlapReader(),
        "checker": OverlapChecker(),
        "classifier": PlainClassifier(),
        "namer": PlainNamer(),
    }
    engine = Engine(given, encoder=WordCountEncoder(), **parts)
    return engine.answer(Ask(question, write=False))


def test_a_second_run_does_nothing(seeds):
    """Nothing is encoded and the generation stays."""
    encoder = WordCountEncoder()
    report = ingest(seeds, encoder=encoder)
    assert counts(report) == (0, 0, 2, 0, 0)
    assert encoder.encoded == []
    assert report.generation == 1


def test_an_added_file_is_only_its_own_work(seeds):
    """One article is encoded, two are left alone."""
    (seeds.seeds / "goal.txt").write_text("Late goal wins\n\nThe goal came late.")
    encoder = WordCountEncoder()
    assert counts(ingest(seeds, encoder=encoder)) == (1, 0, 2, 0, 0)
    assert encoder.encoded == ["Late goal wins\nThe goal came late."]


def test_a_changed_file_replaces_its_article(seeds):
    """The old text is gone from the library."""
    (seeds.seeds / "storm.txt").write_text(STORM.replace("Three", "Four"))
    assert counts(ingest(seeds, encoder=WordCountEncoder())) == (0, 1, 1, 0, 0)
    with Library.open(seeds.index) as library:
        assert "Four boats" in " ".join(one.text for one in library.articles())
        assert "Three boats" not in " ".join(one.text for one in library.articles())


def test_a_deleted_file_is_forgotten(seeds):
    """With its articles and their vectors."""
    (seeds.seeds / "storm.txt").unlink()
    assert counts(ingest(seeds, encoder=WordCountEncoder())) == (0, 0, 1, 1, 0)
    assert titles(seeds) == ["Ferry is late"]
    with Library.open(seeds.index) as library:
        assert len(library.db.rows("SELECT * FROM vectors")) == 1


def test_a_renamed_file_is_followed_without_encoding(seeds):
    """The same article under its new name."""
    (seeds.seeds / "storm.txt").rename(seeds.seeds / "weather.txt")
    encoder = WordCountEncoder()
    assert counts(ingest(seeds, encoder=encoder)) == (0, 0, 1, 0, 1)
    assert encoder.encoded == []
    with Library.open(seeds.index) as library:
        assert set(library.files()) == {"weather.txt", "ferry.txt"}


def test_a_file_that_cannot_be_read_any_more_is_removed_and_named(seeds):
    """Its article goes, its reason stays."""
    (seeds.seeds / "storm.txt").write_bytes(bytes(range(256)) * 20)
    report = ingest(seeds, encoder=WordCountEncoder())
    assert counts(report) == (0, 0, 1, 1, 0)
    assert report.skipped[0].path == "storm.txt"
    assert "binary" in report.skipped[0].reason


def test_what_is_not_read_is_listed_with_its_reason(seeds):
    """Binary, empty, other formats, hidden: never silently ignored."""
    (seeds.seeds / "a.exe").write_bytes(b"MZ")
    (seeds.seeds / "b.txt").write_bytes(b"\0\1\2" * 100)
    (seeds.seeds / "c.txt").write_text("  \n")
    (seeds.seeds / ".hidden").write_text("x")
    report = ingest(seeds, encoder=WordCountEncoder())
    reasons = {item.path: item.reason for item in report.skipped}
    assert set(reasons) == {"a.exe", "b.txt", "c.txt", ".hidden"}
    assert ".exe is not read" in reasons["a.exe"]
    assert "not a text" in reasons["b.txt"]
    assert reasons["c.txt"] == "empty"


def test_another_recipe_reads_every_file_again(seeds):
    """A change of passage size is not hidden by unchanged files."""
    report = ingest(replace(seeds, passage_words=4), encoder=WordCountEncoder())
    assert counts(report) == (0, 0, 2, 0, 0)
    assert report.encoded == 4


class Killed(Exception):
    """Stands for the process's end."""


class DyingEncoder(WordCountEncoder):
    """Encodes a number of batches, then dies."""

    def __init__(self, lives):
        super().__init__()
        self.lives = lives

    def encode(self, texts, progress=lambda *_: None):
        """Dies instead of encoding once its lives are used up."""
        if self.lives == 0:
            raise Killed
        self.lives -= 1
        return super().encode(texts, progress)


def test_an_interrupted_ingest_goes_on_where_it_was(tmp_path):
    """Killed at every batch in turn: nothing is in sight before its end, and nothing encoded twice."""
    articles = {f"a{n}": f"Headline {n}\n\nThe mayor met judge number {n}." for n in range(6)}
    given = replace(settings(tmp_path, **articles), commit_passages=1)
    encoded = []
    for lives in range(6):
        dying = DyingEncoder(lives=min(lives, 1))
        try:
            ingest(given, encoder=dying)
        except Killed:
            with pytest.raises(NoLibraryError):
                Library.open(given.index)
        encoded += dying.encoded
    finishing = WordCountEncoder()
    report = ingest(given, encoder=finishing)
    assert report.articles == 6
    assert sorted(encoded + finishing.encoded) == sorted(set(encoded + finishing.encoded))
    assert len(titles(given)) == 6


def test_the_index_is_written_beside_the_library(seeds):
    """Its cache is there after an ingest."""
    assert (seeds.index / INDEX_FILE).stat().st_size > 0


def test_an_empty_folder_says_what_to_do(tmp_path):
    """No articles: the next step, and what was left out and why."""
    given = settings(tmp_path)
    (given.seeds / "photo.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(LibraryError, match=r"photo\.jpg.*Put text, web or PDF files there"):
        ingest(given, encoder=WordCountEncoder())


def test_a_missing_folder_says_what_to_do(tmp_path):
    """The folder is named."""
    with pytest.raises(UsageError, match="No folder"):
        ingest(replace(settings(tmp_path), seeds=tmp_path / "nowhere"), encoder=WordCountEncoder())


def test_progress_counts_up_to_its_total(tmp_path):
    """The last call of a stage says that all is done."""
    told = []
    given = settings(tmp_path, storm=STORM, ferry=FERRY)
    ingest(given, lambda *step: told.append(step), encoder=WordCountEncoder())
    encoding = [(done, total) for stage, done, total in told if stage == "encoding"]
    assert encoding[-1][0] == 2
    assert encoding[-1][0] <= encoding[-1][1]


@pytest.fixture
def looked_into(monkeypatch):
    """The paths of the files that an ingest opens, of a folder that is large from one byte on."""
    opened, read = [], folder.read
    monkeypatch.setattr(ingesting, "MANY_BYTES", 1)

    def noting(root, path, most):
        opened.append(path)
        return read(root, path, most)

    monkeypatch.setattr(folder, "read", noting)
    return opened


def aged(given, *names, by=60):
    """Let files have changed so many seconds ago."""
    for name in names:
        path = given.seeds / name
        then = path.stat().st_mtime - by
        os.utime(path, (then, then))


def test_in_a_large_folder_only_what_may_have_changed_is_opened(tmp_path, looked_into):
    """The first ingest opens all, the second none that had come to rest; another time, another size or
    --check opens a file again.
    """
    given, encoder = settings(tmp_path, storm=STORM, ferry=FERRY), WordCountEncoder()
    aged(given, "storm.txt", "ferry.txt")

    def opened(**how):
        looked_into.clear()
        report = ingest(given, encoder=encoder, **how)
        return sorted(set(looked_into)), counts(report)

    assert opened() == (["ferry.txt", "storm.txt"], (2, 0, 0, 0, 0))
    assert opened() == ([], (0, 0, 2, 0, 0))
    assert opened(check=True) == (["ferry.txt", "storm.txt"], (0, 0, 2, 0, 0))
    aged(given, "ferry.txt")
    assert opened() == (["ferry.txt"], (0, 0, 2, 0, 0))
    (given.seeds / "storm.txt").write_text(STORM + " All were saved.")
    assert opened() == (["storm.txt"], (0, 1, 1, 0, 0))
    (given.seeds / "ferry.txt").unlink()
    assert opened()[1] == (0, 0, 1, 1, 0)


def test_a_file_that_had_just_changed_is_opened_again(tmp_path, looked_into):
    """It may change once more within what the disk takes for one moment."""
    given, encoder = settings(tmp_path, storm=STORM), WordCountEncoder()
    ingest(given, encoder=encoder)
    looked_into.clear()
    path, other = given.seeds / "storm.txt", STORM.replace("Three", "Seven")
    before = path.stat()
    path.write_text(other)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert counts(ingest(given, encoder=encoder)) == (0, 1, 0, 0, 0)


def test_seeds_are_only_read(seeds):
    """No file of the user's folder is made, changed or removed."""
    before = {path.name: path.read_bytes() for path in seeds.seeds.iterdir()}
    ingest(seeds, encoder=WordCountEncoder())
    assert {path.name: path.read_bytes() for path in seeds.seeds.iterdir()} == before


def test_skipped_files_alone_make_no_new_generation_twice(seeds):
    """The list is committed when it changes, and only then."""
    (seeds.seeds / "a.exe").write_bytes(b"MZ")
    first = ingest(seeds, encoder=WordCountEncoder())
    second = ingest(seeds, encoder=WordCountEncoder())
    assert first.generation == second.generation == 2
    assert second.skipped == (Skipped("a.exe", first.skipped[0].reason),)


WIRE = (
    "A storm hit the harbour of Lindholm on Sunday night and three boats sank, the harbour master"
    " said. Nobody was hurt because the crews had left the boats before the storm came. The mayor"
    " thanked the crews and said that the harbour would open again on Tuesday after the repairs."
)


def test_wire_copies_are_one_report_in_two_outlets(tmp_path):
    """Evidence shows one and names the other."""
    given = settings(tmp_path)
    for name, outlet in (("a", "Coastal Post"), ("b", "Inland Herald")):
        front = f"---\ntitle: Storm, says {outlet}\noutlet: {outlet}\n---\n"
        (given.seeds / f"{name}.md").write_text(front + WIRE.replace("thanked", f"thanked{name}"))
    ingest(given, encoder=WordCountEncoder())
    with Library.open(given.index) as library:
        one, other = library.articles()
        assert one.report == other.report > 0
        assert library.copies(one) == (other,)
    answer = found(given, "How many boats sank in the storm?")
    assert len({item.article.path for item in answer.evidence}) == 1
    assert [copy.source for copy in answer.evidence[0].also] in (
        ["Coastal Post"],
        ["Inland Herald"],
    )
    assert to_json(answer)["evidence"][0]["also"][0]["title"].startswith("Storm, says")


def test_what_an_interrupted_ingest_of_an_earlier_version_left_is_finished(tmp_path):
    """Its copies and versions were not found yet: the next ingest finds them, though nothing is new."""
    given = settings(tmp_path)
    for name in "ab":
        (given.seeds / f"{name}.md").write_text(f"---\ntitle: Storm {name}\n---\n{WIRE}")
    ingest(given, encoder=WordCountEncoder())
    with writing(given.index) as library, library.transaction():
        for (key,) in library.db.rows("SELECT key FROM articles"):
            library.db.rows("UPDATE articles SET report = 0 WHERE key = ?", (key,))
            library._seal(key)
    assert ingest(given, encoder=WordCountEncoder()).encoded == 0
    with Library.open(given.index) as library:
        one, other = library.articles()
        assert one.report == other.report > 0


def test_a_newer_version_of_a_url_replaces_the_older(tmp_path):
    """Both files stay in the folder; only the newer is evidence."""
    given = settings(tmp_path)
    for day, boats in ((1, "Three"), (2, "Four")):
        front = f"---\ntitle: Storm\nurl: https://post.example/storm\ndate: 2025-06-0{day}\n---\n"
        (given.seeds / f"v{day}.md").write_text(f"{front}{boats} boats sank. {story(day)}")
    ingest(given, encoder=WordCountEncoder())
    answer = found(given, "How many boats sank?")
    assert {item.article.path for item in answer.evidence} == {"v2.md"}


def test_most_of_the_library_does_not_vanish_with_a_disk(tmp_path):
    """More than 30 % gone at once: nothing is forgotten unless it is asked for."""
    names = [f"a{n}" for n in range(20)]
    given = settings(tmp_path, **{name: f"Head {name}\n\nText {name}." for name in names})
    ingest(given, encoder=WordCountEncoder())
    for name in names[:11]:
        (given.seeds / f"{name}.txt").unlink()
    with pytest.raises(UsageError, match="11 of 20 articles would be forgotten"):
        ingest(given, encoder=WordCountEncoder())
    assert len(titles(given)) == 20
    report = ingest(given, encoder=WordCountEncoder(), allow_shrink=True)
    assert (report.removed, report.articles) == (11, 9)


def test_files_that_were_only_moved_are_not_lost(tmp_path):
    """A renamed folder is no unmounted disk."""
    names = [f"a{n}" for n in range(20)]
    given = settings(tmp_path, **{name: f"Head {name}\n\nText {name}." for name in names})
    ingest(given, encoder=WordCountEncoder())
    (given.seeds / "2025").mkdir()
    for path in list(given.seeds.glob("*.txt")):
        path.rename(given.seeds / "2025" / path.name)
    assert counts(ingest(given, encoder=WordCountEncoder())) == (0, 0, 0, 0, 20)


def command(given, *arguments):
    """Run the command on these settings."""
    return run(main, *arguments, seeds=given.seeds, index=given.index)


def test_the_script_runs_from_any_directory(tmp_path):
    """It finds the package beside its own folder."""
    program = [sys.executable, ROOT / "scripts" / "ingest.py", "--help"]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: python scripts/ingest.py [OPTIONS]" in done.stdout


def test_a_dry_run_tells_and_changes_nothing(tmp_path):
    """Before the first ingest, too."""
    given = settings(tmp_path, storm=STORM)
    (given.seeds / "a.exe").write_bytes(b"MZ")
    done = command(given, "--dry-run")
    assert (done.code, done.out.splitlines()) == (
        0,
        ["new: a.exe", "new: storm.txt", "0 files unchanged"],
    )
    assert not given.index.exists()
    assert json.loads(command(given, "--dry-run", "--json").out)["read"] == ["a.exe", "storm.txt"]


@pytest.mark.models
def test_the_report_is_one_object_for_programs(tmp_path):
    """With what was skipped and why."""
    given = settings(tmp_path, storm=STORM)
    (given.seeds / "a.exe").write_bytes(b"MZ")
    report = json.loads(command(given, "--json", "--no-questions").out)
    assert (report["new"], report["skipped"][0]["path"]) == (1, "a.exe")


@pytest.mark.slow
def test_a_second_ingest_ends_with_75(tmp_path):
    """It names the first one."""
    given = settings(tmp_path, storm=STORM)
    hold = "import time; from pathlib import Path; from rag.store.writer import writing\n"
    hold += f"with writing(Path({str(given.index)!r})): print('held', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", hold], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout.readline() == "held\n"
        second = command(given)
        first.kill()
    assert second.code == 75
    assert f"pid {first.pid}" in second.err


@pytest.mark.models
def test_a_watched_folder_is_followed(tmp_path, heard):
    """A file that is added later is ingested by itself; Ctrl-C ends it with 0 or 130."""
    given = settings(tmp_path, storm=STORM)
    with subprocess.Popen(
        [sys.executable, "scripts/ingest.py", "--watch"],
        cwd=ROOT,
        env={
            **os.environ,
            "CLIPPINGS_SEEDS": str(given.seeds),
            "CLIPPINGS_INDEX": str(given.index),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        killer = threading.Timer(60, watching.kill)  # a test that hangs fails instead
        killer.start()
        first = watching.stdout.readline()
        (given.seeds / "ferry.txt").write_text(FERRY)
        second = watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=30)
        killer.cancel()
    assert first.startswith("1 article new")
    assert second.startswith("1 article new, 0 changed, 1 unchanged")
    assert watching.returncode in (0, 130)


def test_what_is_no_article_is_counted(tmp_path):
    """Words of promotions and comment boxes, in text and in web pages."""
    given = settings(tmp_path, storm=f"{STORM}\n\nComments\nNo comments yet...\n")
    boxes = "<nav>Home News Sport</nav><article><h1>Ferry is late</h1>{}</article>"
    words = "<p>The ferry left late on Sunday because of the storm, the harbour master said.</p>"
    page = f"<html><body>{boxes.format(words * 3)}</body></html>"
    (given.seeds / "ferry.html").write_text(page)
    report = ingest(given, encoder=WordCountEncoder())
    assert report.left_out >= 7
    assert "words of page furniture left out" in str(report)
