"""Files that appear whole or not at all."""

import os
import stat
import time

import pytest

from rag.atomic import ABANDONED, PART, replace_bytes, replacing


def test_new_bytes_take_the_place_of_old(tmp_path):
    """The file holds the new bytes afterwards, nothing lies beside it, and folders are made."""
    path = tmp_path / "new" / "folder" / "a.bin"
    replace_bytes(path, b"old and longer")
    replace_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_the_old_file_stands_until_the_end(tmp_path):
    """While the block writes, readers see the old file; what is written lies beside it."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with replacing(path) as part:
        part.write_bytes(b"new")
        assert part.parent == path.parent
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_failure_leaves_everything_as_it_was(tmp_path):
    """An error in the block comes through; the old file stays and the part is gone."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError, match="half way"), replacing(path) as part:
        part.write_bytes(b"ne")
        raise RuntimeError("half way")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_do_not_meet(tmp_path):
    """Two blocks for one path write to different parts; the one that ends last stays."""
    path = tmp_path / "a.bin"
    with replacing(path) as first, replacing(path) as second:
        first.write_bytes(b"first")
        second.write_bytes(b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written(tmp_path):
    """A folder in the file's place is an OSError for the caller, and nothing is left beside it."""
    (tmp_path / "a.bin").mkdir()
    with pytest.raises(OSError):
        replace_bytes(tmp_path / "a.bin", b"x")
    assert [item.name for item in tmp_path.iterdir()] == ["a.bin"]


def test_what_a_killed_writer_left_is_swept_and_what_another_writes_is_not(tmp_path):
    """By its name and by the time since its last write; other files are left alone."""
    left, live = (tmp_path / name.join(PART) for name in ("left", "live"))
    other = tmp_path / "mine.tmp"
    for path in (left, live, other):
        path.write_bytes(b"half")
    old = time.time() - ABANDONED - 60
    os.utime(left, (old, old))
    os.utime(other, (old, old))
    replace_bytes(tmp_path / "a.bin", b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"a.bin", live.name, other.name}


@pytest.mark.skipif(os.name == "nt", reason="no such permissions on Windows")
def test_a_new_file_may_be_read_by_those_who_may_read_others(tmp_path):
    """Its permissions are those of any new file."""
    (tmp_path / "usual").touch()
    replace_bytes(tmp_path / "a.bin", b"new")
    usual, made = (stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("usual", "a.bin"))
    assert made == usual
