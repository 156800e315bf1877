"""This story elsewhere: reports of others within a week, nearest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rag.retrieval.near import near
from rag.store import listing
from rag.store.passages import passages
from rag.store.writer import writing
from tests.fakes import WordCountEncoder, article

DAY = date(2025, 6, 10)
LONG = "The storm sank a boat in the storm. The mayor saw a ferry and a judge."


@pytest.fixture
def close(tmp_path):
    """The files of the reports that are near to one of these articles."""

    def found(articles, file, limit=5):
        encoder = WordCountEncoder()
        with writing(tmp_path) as library:
            for path, one in articles.items():
                cut = passages(replace(one, path=path), 8)
                texts = [span.encoded_text for span in cut]
                with library.transaction():
                    library.put_vectors(texts, encoder.encode(texts), encoder.fingerprint)
                    library.put_encoder(encoder.fingerprint)
                    library.put_file(path, path, "recipe", [cut])
            with library.transaction():
                library.put_reports()
            of_file = dict(library.db.rows("SELECT file, id FROM articles"))
            listed = listing.load(library)
            asked = library.article(of_file[file])
            items = near(asked, library, listed, limit)
            return [(item.article.path, item) for item in items]

    return found


def told(text, title="storm", days=0, **fields):
    """An article so many days after DAY."""
    return article(text, title, published=DAY + timedelta(days), **fields)


def test_a_brief_is_near_to_the_long_report_and_the_other_way_round(close):
    """Its passage is one of the other's, which is shown; the others of the long one do not count."""
    articles = {"long": told(LONG), "brief": told("The storm sank a boat in the storm.", days=1)}
    [(name, item)] = close(articles, "brief")
    assert (name, item.passage.text) == ("long", "The storm sank a boat in the storm.")
    assert item.score == pytest.approx(1.0)
    [(name, item)] = close(articles, "long")
    assert (name, item.passage.start) == ("brief", 0)


def test_only_a_week_before_and_after_counts(close):
    """Seven days are in, eight are out, and so is what has no date."""
    days = {"now": 0, "before": -7, "after": 7, "long ago": -8, "later": 8}
    # Short texts are copies where they are equal: each has a word of its own.
    articles = {name: told(f"The storm sank a boat {name}.", days=n) for name, n in days.items()}
    articles["undated"] = article("The storm sank a boat.", "storm")
    assert {name for name, _ in close(articles, "now")} == {"before", "after"}
    assert close(articles, "undated") == []


def test_a_copy_is_not_elsewhere_but_beside_its_report(close):
    """It is listed with the report it is a copy of, which counts once."""
    articles = {
        "one": told("The storm sank a boat.", source="Post"),
        "copy": told("The storm sank a boat.", source="Radio", days=1),
        "other": told("A storm sank the boat at noon.", source="Coast"),
    }
    assert [name for name, _ in close(articles, "one")] == ["other"]
    [(name, item)] = close(articles, "other")
    assert name in ("one", "copy") and len(item.also) == 1


def test_what_is_not_the_same_story_is_not_near(close):
    """A mean cosine below the limit."""
    articles = {"storm": told("storm storm storm storm"), "vote": told("election", "election")}
    assert close(articles, "storm") == []


def test_so_many_are_told_the_nearest_first(close):
    """By their cosines with (2 storms): 1, 3/√10, 2/√6."""
    articles = {
        "asked": told("storm", "storm"),
        "far": told("storm boat goal", "storm"),
        "near": told("storm storm boat", "storm"),
        "nearest": told("storm storm", "storm"),
    }
    assert [name for name, _ in close(articles, "asked", limit=2)] == ["nearest", "near"]
