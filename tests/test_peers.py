"""The comparison with other tools: what can be checked without them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from scripts import peers
from scripts.scoreboard.collections import Question


class Echo:
    """A peer whose index is the list of its files; it finds those whose text has the question."""

    def __init__(self, place):
        self.place, self.asked = place, []

    def index(self):
        """Read the files."""
        self.found = [(file.name, file.text) for file in peers.files(self.place.seeds)]
        return True

    def save(self, folder):
        """Write them."""
        folder.mkdir()
        (folder / "all.json").write_text(json.dumps(self.found))

    def load(self, folder):
        """Read them again."""
        self.found = json.loads((folder / "all.json").read_text())

    def search(self, question, day):
        """Remember the question; look for it."""
        self.asked.append((question, day))
        return [name for name, text in self.found if question in text]


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
    assert peers.ranked(["b", "copy of a", "b", "a"], record.__getitem__) == ["2", "1"]
    many = [str(number // 2) for number in range(100)]
    assert peers.ranked(many, str) == [str(number) for number in range(10)]


def test_peers_read_the_headline_and_the_text_in_order(seeds):
    """As one text, so that a peer may find the words of the headline."""
    first, second = peers.files(seeds)
    assert (first.name, first.text) == ("000001.json", "Storm\n\nA storm.")
    assert (second.name, second.text) == ("000002.json", "A museum.")


def test_a_peer_indexes_in_one_process_and_answers_in_another(seeds, tmp_path):
    """What was saved is asked; the first question is asked once more, before, and not counted."""
    place = peers.Place(seeds, tmp_path)
    made = peers.make(Echo(place), tmp_path / "index")
    assert made["seconds"] >= 0
    assert made["core_seconds"] >= 0
    other = Echo(place)
    done = peers.ask(other, tmp_path / "index", [["storm", "2023-05-02"], ["A", ""]])
    assert done["found"] == [["000001.json"], ["000001.json", "000002.json"]]
    assert len(done["seconds"]) == 2
    assert other.asked == [("storm", date(2023, 5, 2))] * 2 + [("A", None)]


def test_an_index_that_was_there_has_no_seconds(seeds, tmp_path):
    """Looking at what is there is not the time it takes to make it."""
    peer = Echo(peers.Place(seeds, tmp_path))
    peer.index = lambda: bool(Echo.index(peer)) and False
    assert peers.make(peer, tmp_path / "index") == {}


def row(peer, places, **indexing):
    """A row whose questions have their one relevant article at these places, 0 for nowhere."""
    outcomes = []
    for number, place in enumerate(places):
        found = ["right" if at == place else f"wrong {at}" for at in range(1, 11)]
        question = Question(f"q{number}", "?", kind="gold")
        outcomes.append(peers.outcome(question, found, frozenset(["right"]), 0.02))
    return peers.Row(peer, "1.0", outcomes, indexing, 0.25)


def test_the_table_shows_shares_seconds_and_memory():
    """Worked out by hand: places 1, 2, 10 and nowhere give a reciprocal rank of 1.6 / 4."""
    made = {"seconds": 1234.4, "core_seconds": 2, "gigabytes": 1.5}
    lines = list(peers.table([row("bm25", [1, 2, 10, 0], **made)], "gold"))
    assert lines[-1] == "| bm25 1.0 | .250 | .500 | .750 | .400 | 1,234 | 2 | 20.0 | 1.50 | 0.25 |"
    assert len({line.count("|") for line in lines}) == 1
    kept = list(peers.table([row("txtai", [1])], "gold"))[-1]
    assert kept.endswith("| 1.000 |  |  | 20.0 |  | 0.25 |")


def test_differences_are_ours_minus_theirs_on_the_same_questions():
    """Always first against always second: half a reciprocal rank, and no other hit in five."""
    lines = list(peers.differences([row("bm25", [2] * 20), row("clippings", [1] * 20)]))
    assert "- gold, MRR@10: clippings − bm25 = +0.500 (+0.500 to +0.500), up" in lines
    assert any("Hits@5" in line and line.endswith("no change") for line in lines)
    assert not list(peers.differences([row("bm25", [1, 2])]))


def test_what_is_saved_names_no_question():
    """Only aggregates leave the cache."""
    text = peers.saved([row("bm25", [1, 2]), row("clippings", [1, 1])], {"threads": 2})
    done = json.loads(text)
    assert done["peers"][0]["figures"]["gold"]["Hits@1"]["value"] == 0.5
    against = {one["measure"]: one["value"] for one in done["clippings minus peer"]}
    assert against == {"Hits@5": 0.0, "MRR@10": 0.25}
    assert "q0" not in text


def test_a_sample_has_room_for_whatever_a_question_is_about():
    """The relevant articles of all questions, each once; without a size there is no sample."""
    asked = [
        Question(f"q{number}", "?", relevant=frozenset(given))
        for number, given in enumerate((["a", "b"], ["b", "c"], []))
    ]
    sample = peers.sampled(7, asked)
    assert (sample.size, sample.needed) == (7, {"a", "b", "c"})
    assert peers.sampled(None, asked) is None


def test_every_version_is_pinned():
    """The peers' own here, those shared with Clippings in requirements.txt."""
    assert set(peers.SHARED) | {"torch"} <= set(peers.pins())
    assert all(version[0].isdigit() for version in peers.pins().values())
    assert {peers.PACKAGES[name] for name in peers.PEERS if name != peers.OURS} <= set(peers.OWN)
