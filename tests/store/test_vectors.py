"""The FAISS cache: exact, checked before it is believed, built again when in doubt."""

from __future__ import annotations

import contextlib
import hashlib
import json

import numpy as np
import pytest

from rag.store import cached, nearest
from rag.store import vectors as index
from rag.store.passages import passages
from rag.store.writer import writing
from tests.fakes import article

DIMENSION = 8


class Given:
    """A library's view for the index: ids and vectors, a generation, an encoder."""

    mark, encoder = "library", "given"

    def __init__(self, count, generation=1, seed=7):
        draw = np.random.default_rng(seed)
        rows = draw.normal(size=(count, DIMENSION)).astype(np.float32)
        self.rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self.ids = np.arange(count, dtype=np.int64) * 3 + 5
        self.generation = generation
        self.read = 0

    def passage_numbers(self, after=0):
        """The ids above a number."""
        return [int(one) for one in self.ids if one > after]

    def vectors(self, ids):
        """Their rows; counts how many are asked for."""
        self.read += len(ids)
        return self.rows[np.searchsorted(self.ids, ids)]

    def count_passages(self):
        """How many there are."""
        return len(self.ids)

    def last_passage(self):
        """The highest id."""
        return int(self.ids[-1])

    def snapshot(self):
        """Nothing changes here."""
        return contextlib.nullcontext()

    def changed(self, lost, more):
        """The next generation, without the first `lost` and with so many more."""
        later = Given(len(self.ids) + more, self.generation + 1)
        later.rows[: len(self.rows)] = self.rows
        later.ids, later.rows = later.ids[lost:], later.rows[lost:]
        return later


def brute_force(given, question, limit, among=None):
    """The same search by a NumPy product."""
    scores = given.rows @ question
    order = [row for row in np.argsort(-scores) if among is None or given.ids[row] in among]
    return [(int(given.ids[row]), float(scores[row])) for row in order[:limit]]


def test_the_cache_is_used_again(tmp_path):
    """The second load reads no vector but one, and finds the same."""
    given = Given(50)
    first = index.load(given, tmp_path).search(given.rows[3], 5)
    read = given.read
    assert index.load(given, tmp_path).search(given.rows[3], 5) == first
    assert given.read == read


@pytest.mark.parametrize(
    "change", [{"mark": "another"}, {"encoder": "other"}, {"generation": 1}], ids=str
)
def test_a_cache_of_another_library_is_built_again(tmp_path, change):
    """Another library, another encoder, or an earlier state than the cache's: it is of no use, and that is
    said.
    """
    given, said = Given(50, generation=2), []
    index.load(given, tmp_path)
    for name, value in change.items():
        setattr(given, name, value)
    given.read = 0
    index.load(given, tmp_path, said.append)
    assert given.read >= 50
    assert "stale" in said[0]


@pytest.mark.parametrize("few", [True, False], ids=["exact", "approximate"])
@pytest.mark.parametrize("written", [True, False], ids=["written", "beside it"])
@pytest.mark.parametrize(("lost", "more"), [(0, 3), (4, 0), (4, 3), (0, 0)])
def test_a_few_changes_are_brought_into_the_cache(tmp_path, monkeypatch, few, written, lost, more):
    """Only what came is read, and it is found like what a new index finds; what went is not. Of a large cache
    they are kept beside it.
    """
    monkeypatch.setattr(nearest, "MANY", 10_000 if few else 100)
    monkeypatch.setattr(index, "FEW", 10_000 if written else 100)
    monkeypatch.setattr(index, "WRITTEN", 0.1)
    monkeypatch.setattr(nearest, "READ", 1.0)  # of the lists, so that nothing is missed
    given = Given(200)
    index.load(given, tmp_path)
    later = given.changed(lost, more)
    searched = index.load(later, tmp_path)
    assert later.read == more + (more > 0 and not written)
    assert (len(searched), searched.generation) == (200 - lost + more, 2)
    for question in later.rows[::20]:
        expected = [number for number, _ in brute_force(later, question, 5)]
        assert [number for number, _ in searched.search(question, 5)] == expected
        ids = [int(number) for number in later.ids[::9]]
        among = [number for number, _ in brute_force(later, question, 5, ids)]
        assert [number for number, _ in searched.search(question, 5, ids)] == among


@pytest.mark.parametrize("few", [True, False], ids=["exact", "approximate"])
def test_many_changes_build_the_cache_again(tmp_path, monkeypatch, few):
    """More than a tenth came: everything is read."""
    monkeypatch.setattr(nearest, "MANY", 10_000 if few else 100)
    given = Given(200)
    index.load(given, tmp_path)
    later = given.changed(0, 30)
    assert len(index.load(later, tmp_path)) == 230
    assert later.read >= 230


def test_a_library_that_grows_large_gets_an_approximate_index(tmp_path, monkeypatch):
    """And one that shrinks an exact one."""
    monkeypatch.setattr(nearest, "MANY", 203)
    given = Given(200)
    index.load(given, tmp_path)
    assert not nearest.is_exact(index.load(given.changed(0, 5), tmp_path)._index)
    fewer = given.changed(0, 5).changed(5, 0)
    assert nearest.is_exact(index.load(fewer, tmp_path)._index)


def test_few_changes_of_a_large_cache_are_not_written(tmp_path, monkeypatch):
    """It would take seconds; who loads it brings them in. Many are written."""
    monkeypatch.setattr(index, "FEW", 100)
    given, path = Given(200), tmp_path / index.FILE
    index.load(given, tmp_path)
    written, later = path.read_bytes(), given.changed(0, 3)
    index.refresh(later, tmp_path)
    assert (path.read_bytes(), later.read) == (written, 0)
    index.load(later, tmp_path)
    assert path.read_bytes() == written
    index.refresh(given.changed(0, 15), tmp_path)
    assert path.read_bytes() != written


def test_most_of_the_nearest_are_found_in_a_few_lists(tmp_path, monkeypatch):
    """Of the ten nearest of 5,000 in 8 dimensions at least nine, on average; a filter that leaves few
    loses none.
    """
    monkeypatch.setattr(nearest, "MANY", 100)
    given, found = Given(5_000), []
    searched = index.load(given, tmp_path)
    few = [int(number) for number in given.ids[::100]]
    for question in Given(50, seed=9).rows:
        right = {number for number, _ in brute_force(given, question, 10)}
        found.append(len(right & {number for number, _ in searched.search(question, 10)}))
        among = [number for number, _ in brute_force(given, question, 10, few)]
        assert [number for number, _ in searched.search(question, 10, few)] == among
    assert np.mean(found) >= 9


@pytest.mark.parametrize(
    "stamp",
    [
        {"format": 3, "generation": 1, "encoder": "given", "passages": 50},
        {"generation": 1},
        {"format": 1, "generation": 1, "encoder": "given", "dimension": 8, "count": 50},
        [2],
        None,
    ],
)
def test_a_cache_of_another_format_is_built_again(tmp_path, stamp):
    """Also when its checksum is right and its stamp has other fields than ours."""
    body = b"other bytes\n" + json.dumps(stamp).encode() + b"\n"
    (tmp_path / index.FILE).write_bytes(body + cached.checksum(memoryview(body)))
    given, said = Given(50), []
    assert len(index.load(given, tmp_path, said.append)) == 50
    assert "stale" in said[0]


def test_a_cache_that_faiss_cannot_read_is_built_again(tmp_path):
    """Its checksum and its stamp are right; another FAISS may write what ours does not know."""
    given, said = Given(50), []
    index.load(given, tmp_path)
    path = tmp_path / index.FILE
    stamp = path.read_bytes().split(b"\n")[-2]
    body = b"I of another kind\n" + stamp + b"\n"
    path.write_bytes(body + cached.checksum(memoryview(body)))
    assert len(index.load(given, tmp_path, said.append)) == 50
    assert "of another kind" in said[0]


def test_every_damage_is_found_before_the_first_search(tmp_path):
    """Flipped, cut, emptied, extended at many places, also in checksum and stamp: always built again."""
    given = Given(30)
    index.load(given, tmp_path)
    path = tmp_path / index.FILE
    sound = path.read_bytes()
    expected = brute_force(given, given.rows[0], 3)
    places = [*range(0, len(sound) - 250, 101), *range(len(sound) - 250, len(sound), 7)]
    damages = [sound[:p] + bytes([sound[p] ^ 1]) + sound[p + 1 :] for p in places]
    damages += [sound[: len(sound) // 2], b"", sound + b"x", b"\n\n", sound[65:], sound[-300:]]
    for count, damaged in enumerate(damages, start=1):
        path.write_bytes(damaged)
        found = index.load(given, tmp_path).search(given.rows[0], 3)
        assert [number for number, _ in found] == [number for number, _ in expected]
        assert given.read >= 30 * (1 + count)


def test_a_checksum_is_of_all_blocks(monkeypatch):
    """By hand: the digest of the digests of four bytes each, the last of two."""
    monkeypatch.setattr(cached, "BLOCK", 4)
    digests = b"".join(hashlib.sha256(part).digest() for part in (b"abcd", b"efgh", b"ij"))
    assert (
        cached.checksum(memoryview(b"abcdefghij")) == hashlib.sha256(digests).hexdigest().encode()
    )


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
