"""The comparison with other tools: what can be checked without them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.settings import ROOT, Settings
from scripts.evaluation import retrieval
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.outcomes import summed
from scripts.evaluation.peers import Place, task
from scripts.evaluation.runner import Means


def index(place):
    """Index as a peer whose index is its articles."""
    (place.folder / "all.json").write_text(json.dumps(list(place.articles())))


@pytest.fixture
def seeds(tmp_path):
    """Two articles, the second without a headline."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "000002.json").write_text(json.dumps({"text": "A museum."}))
    (folder / "000001.json").write_text(json.dumps({"title": "Storm", "text": "A storm."}))
    return folder


def test_an_article_ranks_where_its_best_passage_does():
    """Several passages of one article, and exact duplicates of it, are one; ten are kept."""
    record = {"a": "1", "b": "2", "copy of a": "1"}
    assert retrieval.different(map(record.get, ["b", "copy of a", "b", "a"])) == ["2", "1"]
    deep = [*(str(number) for number in range(10)), "right"]
    found = retrieval.scored(Question("q", "?"), deep, {"right"})
    assert found.rates["Hits@10"] is False


def test_peers_read_the_headline_and_the_text_in_order(seeds, tmp_path):
    """As one text, so that a peer may find the words of the headline."""
    assert list(Place(seeds, tmp_path, tmp_path).articles()) == [
        ("000001.json", "Storm\n\nA storm."),
        ("000002.json", "A museum."),
    ]


def test_a_kept_index_is_not_made_again(seeds, tmp_path):
    """One that was interrupted is made from its start."""
    place = Place(seeds, tmp_path, tmp_path / "peers" / "echo")

    def interrupted(place):
        index(place)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        task.indexed(interrupted, place)
    assert not place.folder.exists()
    task.indexed(index, place)
    assert len(json.loads((place.folder / "all.json").read_text())) == 2
    task.indexed(interrupted, place)


def test_a_peer_is_asked_once_and_timed(seeds):
    """How long its search took is kept."""
    asked = []

    def search(question):
        asked.append(question)
        return ["000001.json"]

    found = Collection(seeds, "", {"000001.json": "r1"}, {"r1": "r1"}, {})
    question = Question("q", "A storm?", date(2023, 5, 2), relevant=frozenset(["r1"]))
    outcome = task.outcome(search, found, question)
    assert asked == ["A storm?"]
    assert outcome.rates["Hits@1"]
    assert outcome.seconds["search"] >= 0


def test_a_peer_that_is_not_installed_is_named(tmp_path, monkeypatch):
    """With the way to install it."""
    for name, value in task.SURROUNDINGS.items():  # so that they are taken back afterwards
        monkeypatch.setenv(name, value)
    (tmp_path / "a.jsonl").write_text('{"id": "r1", "text": "A storm."}')
    (tmp_path / "q.jsonl").write_text('{"id": "q", "question": "A storm?", "relevant": ["r1"]}')
    peer = task.task("peer-txtai", tmp_path / "a.jsonl", tmp_path / "q.jsonl")
    with pytest.raises(UsageError, match="peer-txtai needs txtai"):
        peer.ready(Means(Settings(), cache=tmp_path / "cache"))


def outcomes(places):
    """Of questions that have their one relevant article at these places, 0 for nowhere."""
    known = {name: name for name in ["right", *(f"wrong {at}" for at in range(1, 11))]}
    found = Collection(Path(), "", known, known, {})
    for number, place in enumerate(places):
        files = ["right" if at == place else f"wrong {at}" for at in range(1, 11)]
        question = Question(f"q{number}", "?", kind="gold", relevant=frozenset(["right"]))
        outcome = task.outcome(lambda *_, files=files: files, found, question)
        yield replace(outcome, seconds={"search": 0.02})


def test_figures_are_shares_and_seconds():
    """Worked out by hand: places 1, 2, 10 and nowhere give a reciprocal rank of 1.6 / 4."""
    figures = summed(list(outcomes([1, 2, 10, 0])))
    shown = ("Hits@1", "Hits@5", "Hits@10", "MRR@10")
    assert [figures["gold"][name].value for name in shown] == [0.25, 0.5, 0.75, 0.4]
    assert figures["gold"]["seconds to search, p50"].value == 0.02


def test_every_version_is_pinned():
    """The peers' own, and those shared with Clippings as in its requirements.txt."""
    pins = task.pins()
    assert all(version[0].isdigit() for version in pins.values())
    assert {"bm25s", "txtai", "langchain-community"} <= set(pins)
    ours = (ROOT / "requirements.txt").read_text()
    for shared in ("torch", "sentence-transformers", "tokenizers", "faiss-cpu", "numpy"):
        assert f"\n{shared}=={pins[shared]}" in ours
