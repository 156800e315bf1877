"""The FAISS cache: exact, checked before it is believed, built again when in doubt."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from rag.store import vectors as index
from rag.store.passages import passages
from rag.store.writer import writing
from tests.fakes import article

DIMENSION = 8


class Given:
    """A library's view for the index: ids and vectors, a generation, an encoder."""

    encoder = "given"

    def __init__(self, count, generation=1, seed=7):
        draw = np.random.default_rng(seed)
        rows = draw.normal(size=(count, DIMENSION)).astype(np.float32)
        self.rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self.ids = np.arange(count, dtype=np.int64) * 3 + 5
        self.generation = generation
        self.read = 0

    def vectors(self):
        """Ids and rows; counts how often they are asked for."""
        self.read += 1
        return self.ids, self.rows

    def snapshot(self):
        """Nothing changes here."""
        import contextlib

        return contextlib.nullcontext()


def brute_force(given, question, limit, among=None):
    """The same search by a NumPy product."""
    scores = given.rows @ question
    order = [row for row in np.argsort(-scores) if among is None or given.ids[row] in among]
    return [(int(given.ids[row]), float(scores[row])) for row in order[:limit]]


def test_the_cache_is_used_again(tmp_path):
    """The second load reads no vector and finds the same."""
    given = Given(50)
    first = index.load(given, tmp_path).search(given.rows[3], 5)
    assert index.load(given, tmp_path).search(given.rows[3], 5) == first
    assert given.read == 1


@pytest.mark.parametrize("change", ["generation", "encoder"])
def test_a_stale_cache_is_built_again(tmp_path, change):
    """Another generation or another encoder: the cache is of no use, and that is said."""
    given, said = Given(50), []
    index.load(given, tmp_path)
    setattr(given, change, 2 if change == "generation" else "other")
    index.load(given, tmp_path, said.append)
    assert given.read == 2
    assert "stale" in said[0]


@pytest.mark.parametrize(
    "stamp",
    [
        {"format": 2, "generation": 1, "encoder": "given", "passages": 50},
        {"generation": 1},
        {"format": 1, "generation": 1, "encoder": "given", "dimension": 8, "count": 50, "more": 0},
        [2],
        None,
    ],
)
def test_a_cache_of_another_format_is_built_again(tmp_path, stamp):
    """Also when its checksum is right and its stamp has other fields than ours."""
    body = json.dumps(stamp).encode() + b"\nother bytes"
    checksum = hashlib.sha256(body).hexdigest().encode()
    (tmp_path / index.FILE).write_bytes(checksum + b"\n" + body)
    given, said = Given(50), []
    assert len(index.load(given, tmp_path, said.append)) == 50
    assert "stale" in said[0]


def test_every_damage_is_found_before_the_first_search(tmp_path):
    """Flipped, cut, emptied, extended at many places, also in checksum and stamp: always built again."""
    given = Given(30)
    index.load(given, tmp_path)
    path = tmp_path / index.FILE
    sound = path.read_bytes()
    expected = brute_force(given, given.rows[0], 3)
    places = [*range(0, 250, 7), *range(250, len(sound), 101)]
    damages = [sound[:p] + bytes([sound[p] ^ 1]) + sound[p + 1 :] for p in places]
    damages += [sound[: len(sound) // 2], b"", sound + b"x", b"\n\n", sound[65:]]
    for count, damaged in enumerate(damages, start=1):
        path.write_bytes(damaged)
        found = index.load(given, tmp_path).search(given.rows[0], 3)
        assert [number for number, _ in found] == [number for number, _ in expected]
        assert given.read == 1 + count


def test_an_unwritable_cache_is_no_error(tmp_path):
    """The index stays in memory, and that is said."""
    (tmp_path / "file").write_text("a file where the folder should be")
    said = []
    searched = index.load(Given(5), tmp_path / "file", said.append)
    assert len(searched) == 5
    assert "stays in memory" in said[-1]


def test_an_empty_library_finds_nothing(tmp_path):
    """No articles, no hits, no error; an empty filter likewise."""
    with writing(tmp_path) as library:
        assert index.load(library, tmp_path).search(np.ones(3, dtype=np.float32), 5) == []
    assert index.load(Given(5), tmp_path / "x").search(Given(1).rows[0], 5, []) == []


def test_passages_and_vectors_of_a_real_library_agree(tmp_path):
    """Each passage is its own nearest neighbour."""
    from tests.fakes import WordCountEncoder

    encoder = WordCountEncoder()
    spans = passages(article("The storm came. The ferry left. The mayor slept."), 3)
    texts = [span.encoded_text for span in spans]
    with writing(tmp_path) as library:
        with library.transaction():
            library.put_vectors(texts, encoder.encode(texts), encoder.fingerprint)
            library.put_encoder(encoder.fingerprint)
            library.put_file("a.txt", "sha", "recipe", [spans])
        searched = index.load(library, tmp_path)
        for span in spans:
            nearest, cosine = searched.search(encoder.encode([span.encoded_text])[0], 1)[0]
            assert library.passages([nearest])[nearest].text == span.text
            assert cosine == pytest.approx(1)
