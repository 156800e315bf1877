"""The walk over a folder and the reading of one file."""

import hashlib
import os

import pytest

from rag.errors import UsageError
from rag.reading.folder import MAX_DEPTH, read, stamps, walk
from rag.types.files import Skipped, SourceFile, Stamp


def test_walk_sorts_and_descends(tmp_path):
    """Files come sorted by name, those of a folder in its place, with slashes."""
    for path in ("b.txt", "a.txt", "m/z.md", "m/c/d.txt", "m/a.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    assert list(walk(tmp_path)) == ["a.txt", "b.txt", "m/a.txt", "m/c/d.txt", "m/z.md"]


def test_walk_names_what_it_leaves_out(tmp_path):
    """Links, hidden files, pipes and names that are not UTF-8 are named with a reason."""
    (tmp_path / "good.txt").write_text("x")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "inside.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "good.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    os.close(os.open(os.fsencode(tmp_path) + b"/caf\xe9.txt", os.O_CREAT))
    found = list(walk(tmp_path))
    assert [item for item in found if isinstance(item, str)] == ["good.txt"]
    reasons = {item.path: item.reason for item in found if isinstance(item, Skipped)}
    assert reasons == {
        ".hidden": "hidden",
        "link.txt": "a link; put the file itself into the folder",
        "loop": "a link; put the file itself into the folder",
        "pipe": "not a file (device, pipe or socket)",
        r"caf\udce9.txt": "its name is not UTF-8; rename it",
    }


def test_walk_survives_folders_without_end(tmp_path):
    """Folders nested too deeply are skipped with a reason; what lies above them is found."""
    deep = tmp_path.joinpath(*["d"] * (MAX_DEPTH + 10))
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_text("x")
    (tmp_path / "d" / "near.txt").write_text("x")
    skipped, near = walk(tmp_path)
    assert near == "d/near.txt"
    assert isinstance(skipped, Skipped)
    assert "more than 100 folders" in skipped.reason


def test_walk_of_an_empty_folder(tmp_path):
    """An empty folder holds nothing, and that is no error."""
    assert list(walk(tmp_path)) == []


def test_stamps_tell_size_and_time_of_every_file(tmp_path):
    """Of those that the walk finds, by path; a link is not followed."""
    (tmp_path / "m").mkdir()
    for path, text, moment in (("a.txt", "four", 5), ("m/b.txt", "", 7)):
        (tmp_path / path).write_text(text)
        os.utime(tmp_path / path, ns=(moment, moment))
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert stamps(tmp_path) == {"a.txt": Stamp(4, 5), "m/b.txt": Stamp(0, 7)}


@pytest.mark.parametrize("name", ["nowhere", "file.txt"])
def test_walk_without_a_folder(tmp_path, name):
    """A folder that is missing, or a file in its place, is named with the next step."""
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(UsageError, match=f"{name}.*Make it and put articles into it"):
        list(walk(tmp_path / name))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file and folder")
def test_unreadable(tmp_path):
    """A file or folder without permission is skipped by name; the top folder is a UsageError."""
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").chmod(0)
    (tmp_path / "folder").chmod(0)
    assert "Permission denied" in read(tmp_path, "file.txt", 10).reason
    assert [item.path for item in walk(tmp_path) if isinstance(item, Skipped)] == ["folder"]
    with pytest.raises(UsageError, match="Check its permissions"):
        list(walk(tmp_path / "folder"))
    (tmp_path / "folder").chmod(0o700)


def test_read_gives_bytes_and_digest(tmp_path):
    """The bytes come unchanged, with their sha256 and the path that was asked for."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_bytes(b"a\r\n\0\xff")
    digest = hashlib.sha256(b"a\r\n\0\xff").hexdigest()
    assert read(tmp_path, "sub/a.txt", 100) == SourceFile("sub/a.txt", b"a\r\n\0\xff", digest)


def test_read_stops_at_the_limit(tmp_path):
    """A file of exactly the limit is read; one byte more and it is skipped with the limit named."""
    (tmp_path / "a.txt").write_bytes(b"x" * 2_000_000)
    assert isinstance(read(tmp_path, "a.txt", 2_000_000), SourceFile)
    (tmp_path / "a.txt").write_bytes(b"x" * 2_000_001)
    assert read(tmp_path, "a.txt", 2_000_000) == Skipped("a.txt", "larger than 2 MB")


def test_read_opens_nothing_but_files(tmp_path):
    """A link, a pipe without a writer, a folder and a missing file are skipped at once."""
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "link").symlink_to("a.txt")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("link", "pipe", "folder", "missing"):
        assert isinstance(read(tmp_path, name, 10), Skipped)


@pytest.mark.parametrize(
    "path",
    ["../outside.txt", "/etc/hostname", "a/../../outside.txt", "", ".", "..", "linked/outside.txt"],
)
def test_no_place_leads_out_of_the_folder(tmp_path, path):
    """A library from elsewhere may name any path: its files are read inside the folder alone."""
    seeds, outside = tmp_path / "seeds", tmp_path / "out"
    seeds.mkdir()
    outside.mkdir()
    (tmp_path / "outside.txt").write_text("secret")
    (outside / "outside.txt").write_text("secret")
    (seeds / "linked").symlink_to(outside)
    assert isinstance(read(seeds, path, 1_000), Skipped)
