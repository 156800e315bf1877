"""Both doors to the vector space, with the real models."""

import logging

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.catalogue import ENCODER
from rag.models.encoder import DIMENSION, exported, fingerprint
from rag.models.files import model_files
from rag.parts import encoder_fingerprint, passage_encoder, question_encoder, torch_encoder
from rag.settings import Settings

pytestmark = pytest.mark.models

TEXTS = [
    "Who will replace Kenneth Genalo?",
    "",
    "東京都知事は水曜日に予算案を発表した。",
    "Президент заявил, что выборы пройдут в октябре.",
    "The mayor sued two officials on Tuesday. " * 8,
    "South Korea elected a new president on Tuesday after months of turmoil. " * 40,  # 500 tokens
    "🙂 ½ ﬁre — “quoted”",
    *(f"Ferry number {number} left the harbour." for number in range(20)),
]


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The default places, two threads."""
    return Settings(threads=2)


@pytest.fixture(scope="module")
def quick(settings):
    """The encoder for questions."""
    return question_encoder(settings)


@pytest.fixture(scope="module")
def bulk(settings):
    """The encoder for many passages."""
    return passage_encoder(settings)


@pytest.fixture(scope="module")
def torch_one(settings):
    """The encoder that the others are made from."""
    return torch_encoder(settings)


def test_all_doors_lead_to_one_space(quick, bulk, torch_one):
    """The encoders give the same vectors for texts of every length and script, in order; in 8 bits
    nearly the same.
    """
    told = []
    one = quick.encode(TEXTS, lambda *step: told.append(step))
    other, reference = bulk.encode(TEXTS), torch_one.encode(TEXTS)
    assert np.einsum("nd,nd->n", one, reference).min() >= 0.9999
    rounded = np.einsum("nd,nd->n", other, reference)
    assert rounded.mean() >= 0.99
    assert rounded.min() >= 0.97
    for vectors in (one, other, reference):
        assert vectors.shape == (len(TEXTS), DIMENSION)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert told == [("encoding", 16, 27), ("encoding", 27, 27)]
    marks = {encoder.fingerprint for encoder in (quick, bulk, torch_one)}
    assert marks == {encoder_fingerprint()}


def test_rows_follow_the_texts(quick, bulk):
    """Each row is its own text's vector, whatever is beside it, to the last bit."""
    for encoder in (quick, bulk):
        together = encoder.encode(TEXTS)
        for row in (0, 5, 20):
            assert (encoder.encode([TEXTS[row]])[0] == together[row]).all()


def test_like_texts_are_nearer(quick):
    """An answer is nearer to its question than another text."""
    question, answer, other = quick.encode(
        ["Who leads the museum?", "Ilse Varga is director of the museum.", "The ferry sank."]
    )
    assert question @ answer > question @ other + 0.3


def test_nothing_has_no_vectors(quick, bulk, torch_one):
    """No texts give no rows."""
    for encoder in (quick, bulk, torch_one):
        assert encoder.encode([]).shape == (0, DIMENSION)


def test_encoding_changes_no_setting_of_the_process():
    """The threads of torch and the progress bars of transformers are as they were."""
    import torch
    from transformers.utils import logging as bars

    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        torch_encoder(Settings(threads=2)).encode(["The ferry left."])
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    assert bars.is_progress_bar_enabled()


def test_an_export_leaves_the_log_levels_as_they_were(settings, tmp_path):
    """A new export is made quietly, and the loggers of torch speak again afterwards."""
    before = logging.getLogger("torch.onnx").level
    folder = model_files(ENCODER, settings.models)["model.safetensors"].parent
    exported(folder, tmp_path, "mark")
    assert logging.getLogger("torch.onnx").level == before


def test_the_export_is_made_once(settings):
    """Sound exports are used as they are."""
    for made, name in ((question_encoder, "plain"), (passage_encoder, "rounded")):
        target = settings.models / f"all-MiniLM-L6-v2-{name}.onnx"
        before = target.stat().st_mtime_ns
        made(settings)
        assert target.stat().st_mtime_ns == before


def test_an_export_that_cannot_be_written(settings, tmp_path):
    """A place that cannot be written is named with the remedy."""
    (tmp_path / "models").write_text("in the way")
    folder = model_files(ENCODER, settings.models)["model.safetensors"].parent
    with pytest.raises(ModelError, match=r"plain\.onnx cannot be written.*CLIPPINGS_MODELS"):
        exported(folder, tmp_path / "models", "mark")


def test_the_fingerprint_names_the_space():
    """Other weights or another tokenizer are another space."""
    assert fingerprint("a", "b") == fingerprint("a", "b")
    assert len({fingerprint("a", "b"), fingerprint("a", "c"), fingerprint("c", "b")}) == 3
