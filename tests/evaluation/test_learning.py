"""The loop in which a network learns goes on where it was stopped, and writes what runs elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import nn

from scripts.evaluation.train import learning
from scripts.evaluation.train.learning import Plan, batches, export, learn

PLAN = Plan(batch=4, trunk_rate=0.05, head_rate=0.05)


@dataclass(frozen=True)
class Text:
    """An example that is only a text."""

    text: str


class Adding(nn.Module):
    """Learns that a batch's number is 2 times 3."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.trunk, self.head = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)

    def forward(self, number):
        """Return the number, weighed twice."""
        return self.head(self.trunk(number))


def missed(network, stop_at=None):
    """The losses of a batch; it is stopped before one of them."""

    def losses(step, batch):
        if step == stop_at:
            raise KeyboardInterrupt
        return {"all": (network(torch.tensor([[float(batch)]])) - 2 * batch).square().mean()}

    return losses


def learned(folder, stop_at=None):
    """The network after one turn over the numbers 1, 2, 3 …"""
    network, numbers = Adding(), [1.0 + step % 3 for step in range(60)]
    learn(network, "head", numbers, missed(network, stop_at), PLAN, folder)
    return network


def test_it_learns(tmp_path):
    """Doubling, within a few percent."""
    assert learned(tmp_path)(torch.tensor([[2.0]])).item() == pytest.approx(4.0, rel=0.05)


def test_stopped_and_started_again_it_ends_where_it_would_have(tmp_path, monkeypatch):
    """Weights, momentum and rates are kept with the step."""
    monkeypatch.setattr(learning, "KEEP_SECONDS", -1.0)
    whole = learned(tmp_path / "whole").state_dict()
    with pytest.raises(KeyboardInterrupt):
        learned(tmp_path / "stopped", stop_at=37)
    again = learned(tmp_path / "stopped").state_dict()
    for name, weights in whole.items():
        torch.testing.assert_close(again[name], weights)


def test_finished_it_does_nothing_more(tmp_path):
    """Begun again it only loads the result."""
    whole = learned(tmp_path).state_dict()
    again = learned(tmp_path, stop_at=0).state_dict()
    assert all(torch.equal(again[name], weights) for name, weights in whole.items())


def test_batches_have_texts_of_like_length_in_one_order_for_one_seed(monkeypatch):
    """Each example once; within a batch hardly anything is padded."""
    monkeypatch.setattr(learning, "POOL", 5)
    data = [Text("x" * (7 * place % 40)) for place in range(40)]
    found = list(batches(data, PLAN))
    assert sorted(len(one.text) for batch in found for one in batch) == list(range(40))
    assert all(len(batch) == 4 for batch in found)
    assert found == list(batches(data, PLAN))
    assert found != list(batches(data, replace(PLAN, seed=PLAN.seed + 1)))
    # twenty texts of forty, sorted: a batch of four spans a fifth of their lengths
    spans = [
        max(map(len, texts)) - min(map(len, texts))
        for batch in found
        for texts in [[one.text for one in batch]]
    ]
    assert max(spans) <= 40 / 5 + 4


class Counting(nn.Module):
    """How many tokens a text has, and each of them doubled."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(1, 1, bias=False)
        nn.init.constant_(self.head.weight, 2.0)

    def forward(self, input_ids, attention_mask, token_type_ids):
        """Return a number for each text, and one for each token."""
        each = self.head((input_ids * attention_mask + token_type_ids).float().unsqueeze(-1))
        return attention_mask.sum(dim=1, keepdim=True).float(), each.squeeze(-1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the exporter that fixes no length
def test_what_is_written_runs_on_any_number_of_texts_of_any_length(tmp_path):
    """As ONNX, with weights of eight bits."""
    import onnxruntime

    two = torch.ones(2, 5, dtype=torch.long)
    given = dict.fromkeys(("input_ids", "attention_mask", "token_type_ids"), two)
    export(Counting(), tmp_path / "made.onnx", given, ["count", "span"])
    session = onnxruntime.InferenceSession(str(tmp_path / "made.onnx"))
    ids = np.arange(21).reshape(3, 7)
    count, span = session.run(
        None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": 0 * ids}
    )
    assert count.tolist() == [[7.0]] * 3
    assert span == pytest.approx(2.0 * ids, abs=0.4)
    assert [path.name for path in tmp_path.iterdir()] == ["made.onnx"]
