"""Both doors to the vector space, with the real models."""

import logging

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.catalogue import ENCODER
from rag.models.encoder import DIMENSION, exported, fingerprint
from rag.models.files import model_files
from rag.parts import bulk_encoder, encoder_fingerprint, quick_encoder
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
    *(f"Ferry number {number} left the harbour." for number in range(20)),  # more than one batch
]


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The default places, two threads."""
    return Settings(threads=2)


@pytest.fixture(scope="module")
def quick(settings):
    """The encoder for questions."""
    return quick_encoder(settings)


@pytest.fixture(scope="module")
def bulk(settings):
    """The encoder for many passages."""
    return bulk_encoder(settings)


def test_both_doors_lead_to_one_space(quick, bulk):
    """Both encoders give the same vectors for texts of every length and script, in order."""
    told = []
    one = quick.encode(TEXTS, lambda *step: told.append(step))
    other = bulk.encode(TEXTS)
    assert np.einsum("nd,nd->n", one, other).min() >= 0.999
    for vectors in (one, other):
        assert vectors.shape == (len(TEXTS), DIMENSION)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert told == [("encoding", 16, 27), ("encoding", 27, 27)]
    assert quick.fingerprint == bulk.fingerprint == encoder_fingerprint()


def test_rows_follow_the_texts(quick):
    """Each row is its own text's vector, whatever the batch; like texts are nearer."""
    together = quick.encode(TEXTS)
    for row in (0, 5, 20):
        assert quick.encode([TEXTS[row]])[0] @ together[row] >= 0.9999
    question, answer, other = quick.encode(
        ["Who leads the museum?", "Ilse Varga is director of the museum.", "The ferry sank."]
    )
    assert question @ answer > question @ other + 0.3


def test_nothing_has_no_vectors(quick, bulk):
    """No texts give no rows."""
    assert quick.encode([]).shape == bulk.encode([]).shape == (0, DIMENSION)


def test_encoding_changes_no_setting_of_the_process():
    """The threads of torch and the progress bars of transformers are as they were."""
    import torch
    from transformers.utils import logging as bars

    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        bulk_encoder(Settings(threads=2)).encode(["The ferry left."])
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    assert bars.is_progress_bar_enabled()


def test_an_export_leaves_the_log_levels_as_they_were(settings, tmp_path):
    """A new export is made quietly, and the loggers of torch speak again afterwards."""
    before = logging.getLogger("torch.onnx").level
    folder = model_files(ENCODER, settings.models)["model.safetensors"].parent
    exported(folder, tmp_path / "a.onnx", "mark")
    assert logging.getLogger("torch.onnx").level == before


def test_the_export_is_made_once(settings):
    """A sound export is used as it is."""
    target = settings.models / "all-MiniLM-L6-v2.onnx"
    before = target.stat().st_mtime_ns
    quick_encoder(settings)
    assert target.stat().st_mtime_ns == before


def test_an_export_that_cannot_be_written(settings, tmp_path):
    """A place that cannot be written is named with the remedy."""
    (tmp_path / "models").write_text("in the way")
    folder = model_files(ENCODER, settings.models)["model.safetensors"].parent
    with pytest.raises(ModelError, match=r"a\.onnx cannot be written.*CLIPPINGS_MODELS"):
        exported(folder, tmp_path / "models" / "a.onnx", "mark")


def test_the_fingerprint_names_the_space():
    """Other weights or another tokenizer are another space."""
    assert fingerprint("a", "b") == fingerprint("a", "b")
    assert len({fingerprint("a", "b"), fingerprint("a", "c"), fingerprint("c", "b")}) == 3
