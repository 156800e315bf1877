"""Files that appear whole or not at all."""

import pytest

from rag.atomic import replace_bytes, replacing


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
