"""The names that articles have, each with the number of articles: what a name may be misspelled for.

The table follows every article that is put or removed. Where it was counted by another rule, or
never, `count_missing` counts all articles.
"""

from __future__ import annotations

import re
import unicodedata

from rag.language.spelling import nearest, reach
from rag.language.words import named, plain, words
from rag.store.database import Database

RULE = "1"  # raise it when `of_article` finds other names: all articles are then counted again
READ = 100  # articles with the stem of a word, in which the word itself is looked for


class Names:
    """The names of a library, over one connection to it."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def knows(self, word: str) -> bool:
        """Return whether an article has a word in normal form, as a name or in any other way; accents
        make no difference, as in full text.
        """
        then = self.db.as_of is not None
        if not then and self.db.row("SELECT 1 FROM names WHERE word = ?", (word,)):
            return True
        # Full text knows words by their stems: "Morvan" would be "Morvane".
        among = " AND +rowid IN (SELECT key FROM articles)" if then else ""
        rows = self.db.rows(
            "SELECT title, text FROM articles WHERE key IN"
            f" (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?{among} LIMIT ?)",
            (f'"{word}"', READ),
        )
        bare = plainly(word)
        return any(bare in words(plainly(f"{title}\n{text}")) for title, text in rows)

    def near(self, word: str) -> list[tuple[str, str]]:
        """Return the names that a word in normal form may be misspelled for, likeliest first: the
        normal form and the spelling of each.
        """
        most = reach(word)
        if not most:
            return []
        rows = self.db.rows(
            "SELECT word, articles FROM names WHERE length(word) BETWEEN ? AND ?",
            (len(word) - most, len(word) + most),
        )
        sql = "SELECT spelled FROM names WHERE word = ?"
        found = [name for name in nearest(word, rows) if self.db.as_of is None or self.knows(name)]
        return [(name, self.db.row(sql, (name,))[0]) for name in found]


def of_article(title: str, text: str, *imprint: str | None) -> dict[str, str]:
    """Return the names of an article in normal form, each with its spelling: in its sentences, in its
    headline unless the text has them in small letters, too, and in its outlet, author and place.
    """
    small = {word for word in re.findall(r"\w+", plain(text)) if word[0].islower()}
    head = {word: spelled for word, spelled in named(title).items() if word not in small}
    # "by": a word that opens a text is no name
    return head | named("\n".join([text, *(f"by {told}" for told in imprint if told)]))


def add(db: Database, key: int) -> None:
    """Count the names of an article that was put."""
    db.many(
        "INSERT INTO names VALUES (?, ?, 1) ON CONFLICT (word) DO UPDATE"
        " SET articles = articles + 1, spelled = max(spelled, excluded.spelled)",
        list(_of(db, key).items()),
    )


def remove(db: Database, key: int) -> None:
    """Forget the names of an article that is about to be removed."""
    found = [(word,) for word in _of(db, key)]
    db.many("UPDATE names SET articles = articles - 1 WHERE word = ?", found)
    db.many("DELETE FROM names WHERE word = ? AND articles < 1", found)


def count_missing(db: Database) -> None:
    """Count the names of all articles, unless this rule has counted them; no new generation."""
    if db.row("SELECT value FROM meta WHERE name = 'names'") == (RULE,):
        return
    with db.transaction("BEGIN IMMEDIATE"):
        db.rows("DELETE FROM names")
        for (key,) in db.rows("SELECT key FROM articles"):
            add(db, key)
        db.rows("INSERT OR REPLACE INTO meta VALUES ('names', ?)", (RULE,))
        db.rows("COMMIT")


def _of(db: Database, key: int) -> dict[str, str]:
    sql = "SELECT title, text, source, agency, author, place FROM articles WHERE key = ?"
    return of_article(*db.row(sql, (key,)))


def plainly(text: str) -> str:
    """Return a text without accents."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one))
