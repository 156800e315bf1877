"""Other models than the library's, and other bytes than the catalogue's: refused by name."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import LibraryError, ModelError
from rag.models.catalogue import CATALOGUE
from rag.models.encoder import fingerprint
from rag.models.files import file_sha256, is_here, model_files
from rag.settings import Settings
from rag.stories.ingest import ingest
from rag.types.questions import Ask
from tests.fakes import OverlapReader, WordCountEncoder
from tests.faults import folders

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
FLIPS = 20 if FULL else 1  # bits of each file
LARGEST = 2e9 if FULL else 1e8  # bytes of a file that is copied for it
MODELS = Settings.from_env().models
FILES = [
    pytest.param(model.name, file, id=file.name)
    for model in CATALOGUE.values()
    for file in model.files
    if not model.optional and file.size <= LARGEST
]
ASK = Ask("Who saw the boat of town 4?", write=False)


class Mirrored(WordCountEncoder):
    """Another space of the same width: every vector is backwards."""

    fingerprint = "mirrored"

    def encode(self, texts, progress=lambda *_: None):
        """One row for each text."""
        return super().encode(texts, progress)[:, ::-1].copy()


def test_a_library_of_another_encoder_of_the_same_width_is_refused_until_it_is_encoded_anew(
    tmp_path,
):
    """Both are named; nothing is found with vectors that mean something else."""
    given = folders.given(folders.first(tmp_path / "seeds"), tmp_path / "index")
    first = ingest(given, encoder=WordCountEncoder())
    usual = Engine(given, encoder=WordCountEncoder(), reader=OverlapReader())
    other = Engine(given, encoder=Mirrored(), reader=OverlapReader())
    found = [hit.passage.article.title for hit in usual.search(ASK)]
    for use in (other.answer, other.search):
        with pytest.raises(LibraryError, match=r"word-count.*mirrored.*ingest\.py"):
            use(ASK)
    assert ingest(given, encoder=Mirrored()).encoded == first.encoded
    assert [hit.passage.article.title for hit in other.search(ASK)] == found
    with pytest.raises(LibraryError, match=r"mirrored.*word-count"):
        usual.search(ASK)


def test_the_fingerprint_holds_all_that_makes_the_space(monkeypatch):
    """Weights, tokenizer and longest text; texts cut elsewhere are another space."""
    marks = {fingerprint("a", "b"), fingerprint("x", "b"), fingerprint("a", "x")}
    monkeypatch.setattr("rag.models.encoder.MAX_TOKENS", 128)
    assert len({*marks, fingerprint("a", "b")}) == 4


@pytest.mark.slow
@pytest.mark.parametrize(("name", "file"), FILES)
def test_one_flipped_bit_of_a_model_file_is_refused_by_name(tmp_path, name, file):
    """It is found before the file is used, also in a copy whose size and time are those of the sound one."""
    if not is_here(CATALOGUE[name], MODELS):
        pytest.skip(f"{name} is not set up here")
    source = model_files(name, MODELS)[file.name.removeprefix(f"{name}/")]
    own = tmp_path / "models" / file.name
    own.parent.mkdir(parents=True)
    shutil.copyfile(source, own)
    sound, chance = own.stat(), random.Random(file.name)
    for _ in range(FLIPS):
        place, bit = chance.randrange(file.size), 1 << chance.randrange(8)
        flip(own, place, bit)
        os.utime(own, ns=(sound.st_atime_ns, sound.st_mtime_ns))
        (tmp_path / "models" / "checked.json").unlink(missing_ok=True)
        with pytest.raises(ModelError, match=f"{own.name} has the wrong bytes"):
            model_files(name, tmp_path / "models")
        flip(own, place, bit)
    # Remembered as sound, a file that decays is found where every byte is read: `models check`.
    assert file_sha256(own, tmp_path / "models", again=True) == file.sha256
    flip(own, place, bit)
    assert file_sha256(own, tmp_path / "models", again=True) != file.sha256
    print(f"\n{FLIPS} flipped bits of {file.name}: {FLIPS} refused by name")


def flip(path: Path, place: int, bit: int) -> None:
    """Change one bit of a file."""
    with path.open("rb+") as file:
        file.seek(place)
        (old,) = file.read(1)
        file.seek(place)
        file.write(bytes([old ^ bit]))
