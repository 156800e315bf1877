"""In a large library only what is new is compared with the rest, and a part is looked at again."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest

from rag.store import fulltext, writer
from rag.store.fulltext import FullText, Often
from rag.store.passages import passages
from rag.store.writer import writing
from tests.fakes import TODAY, WordCountEncoder, article
from tests.store.test_copies import rewritten, story

ENCODER = WordCountEncoder()


def put(library, path, one):
    """Put an article of a file, whose copies are not looked for."""
    spans = passages(one, 40)
    texts = [span.encoded_text for span in spans]
    library.put_vectors(texts, ENCODER.encode(texts), ENCODER.fingerprint)
    library.put_encoder(ENCODER.fingerprint)
    library.put_file(path, f"sha of {path}", "recipe", [spans])


def stories(seed):
    """Forty articles: new ones, copies of others, and versions of one address."""
    draw = random.Random(seed)
    texts, found = [story(100 * seed + number) for number in range(12)], []
    for number in range(40):
        text = draw.choice(texts)
        told = rewritten(text, draw.choice([0, 0.05, 0.1]), number) + "."
        url = draw.choice([None, None, f"https://post.example/{texts.index(text) % 5}"])
        day = TODAY - timedelta(days=draw.randrange(9))
        found.append(
            article(
                told.capitalize(), f"Story {number}", f"{number:02}.txt", url=url, published=day
            )
        )
    return found


def reported(library):
    """Report and whether it is superseded, by key; every record is sound."""
    assert len(list(library.articles())) == library.count_articles()
    return library.db.rows("SELECT key, report, superseded FROM articles ORDER BY key")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("at_once", [1, 3, 11])
def test_reports_that_are_added_are_those_of_all(tmp_path, seed, at_once):
    """A few articles at a time, or all together: the same copies and the same versions."""
    found, parts = stories(seed), []
    for folder, many in (("all", len(found)), ("parts", at_once)):
        with writing(tmp_path / folder) as library:
            for first in range(0, len(found), many):
                with library.transaction():
                    for one in found[first : first + many]:
                        put(library, one.path, one)
                    if folder == "all":
                        library.put_reports()
                    else:
                        library.add_reports()
            parts.append(reported(library))
    assert parts[0] == parts[1]


def test_every_article_has_its_turn(tmp_path, monkeypatch):
    """Three of ten at a time: the altered one is found in one of four looks, and at once by a look at all."""
    monkeypatch.setattr(writer, "LARGE", 5)
    monkeypatch.setattr(writer, "AGAIN", 3)
    with writing(tmp_path) as library:
        with library.transaction():
            for number in range(10):
                put(
                    library,
                    f"{number}.txt",
                    article(f"The storm sank boat {number}.", path=f"{number}.txt"),
                )
            library.put_reports()
        assert not any(library.is_altered() for _ in range(8))
        for sql in (
            "UPDATE articles SET text = 'Other.' WHERE file = '7.txt'",
            "UPDATE vectors SET vector = zeroblob(52) WHERE digest IN"
            " (SELECT digest FROM passages WHERE article = 4)",
        ):
            library.db.rows("SAVEPOINT before")
            library.db.rows(sql)
            assert library.is_altered(whole=True)
            library.db.rows("ROLLBACK TO before")
            library.db.rows("RELEASE before")
        library.db.rows("UPDATE articles SET text = 'Other.' WHERE file = '7.txt'")
        assert sum(library.is_altered() for _ in range(4)) == 1


@pytest.fixture
def many(tmp_path):
    """Two hundred articles of a few common words, every tenth with a rare one."""
    draw = random.Random(3)
    with writing(tmp_path) as library:
        with library.transaction():
            for number in range(200):
                told = " ".join(draw.choices(["harbour", "mayor", "ferry"], k=12))
                rare = f"walrus{number}" if number % 10 == 0 else "pier"
                put(library, f"{number}.txt", article(f"The {told} {rare}.", path=f"{number}.txt"))
        yield library


def test_the_commonest_words_are_left_out_where_there_are_many_passages(many, monkeypatch):
    """Until no more rows than allowed are scored; the rarest word always stays, and one nobody has is none."""
    asked = ["harbour", "walrus10", "pier", "nowhere"]
    assert Often().few(many.db, "passages_fts", asked) == asked
    monkeypatch.setattr(fulltext, "MANY", 100)
    for rows, kept in (
        (1_000, ["walrus10", "pier", "harbour"]),
        (190, ["walrus10", "pier"]),
        (5, ["walrus10"]),
    ):
        monkeypatch.setattr(fulltext, "ROWS", rows)
        assert Often().few(many.db, "passages_fts", asked) == kept
    assert Often().few(many.db, "passages_fts", ["harbour"]) == ["harbour"]


def test_words_are_counted_anew_in_another_generation(many, monkeypatch):
    """What was rare may be common now."""
    monkeypatch.setattr(fulltext, "MANY", 100)
    monkeypatch.setattr(fulltext, "ROWS", 30)
    often = Often()
    assert often.few(many.db, "articles_fts", ["walrus10", "walrus20"]) == ["walrus10", "walrus20"]
    with many.transaction():
        for number in range(200, 240):
            put(many, f"{number}.txt", article(f"A walrus20 of {number}.", path=f"{number}.txt"))
    assert often.few(many.db, "articles_fts", ["walrus10", "walrus20"]) == ["walrus10"]


def test_the_best_articles_are_found_by_their_rare_words(many, monkeypatch):
    """The same first hit as with all words."""
    asked = "What did the mayor say of walrus30 at the harbour?"
    best = FullText(many.db).search_articles(asked, 1)[0][0]
    monkeypatch.setattr(fulltext, "MANY", 100)
    monkeypatch.setattr(fulltext, "ROWS", 10)
    assert [key for key, _ in FullText(many.db).search_articles(asked, 5)] == [best]
    assert np.isfinite(FullText(many.db).search_text(asked, 5, [best])[0][1])
