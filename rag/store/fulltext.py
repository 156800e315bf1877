"""The words of a question, or what is sought -> articles and passages, by SQLite's full text and BM25."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice, product

from rag.language.sentences import Span
from rag.language.sought import Group, Term
from rag.language.words import search_words
from rag.store.database import Database
from rag.store.schema import PASSAGES_OF

TITLE_WEIGHT, TEXT_WEIGHT = 2.0, 1.0  # a word of the headline counts twice
SPELLINGS = 64  # of a phrase, at most: a few misspelled names in a row have hundreds
# Around what was found. Unicode keeps these two out of texts; where one has them, nothing is marked.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
# SQLite scores every row that has one of the words. Where there are many, the commonest words of a question
# are left out, which tell least, until no more than ROWS are left to score.
MANY = 50_000  # passages
ROWS = 20_000
_MARKED = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


class Often:
    """In how many rows words are: of one library, for many connections to it.

    Common words come again and again, and counting one takes as long as scoring it.
    """

    MOST = 50_000  # words

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}
        self._many: dict[int, bool] = {}  # by generation

    def few(self, db: Database, table: str, found: Sequence[str]) -> list[str]:
        """Return the words that a search is for, the rarest of them where there are MANY passages."""
        if not self._is_large(db):
            return list(found)
        kept, rows = list[str](), 0
        for count, word in sorted((self._count(db, table, word), word) for word in found):
            if kept and rows + count > ROWS:
                break
            rows += count
            kept += [word] if count else []
        return kept

    def _is_large(self, db: Database) -> bool:
        (generation,) = db.row("SELECT value FROM meta WHERE name = 'generation'") or (0,)
        if generation not in self._many:
            (last,) = db.row("SELECT coalesce(max(id), 0) FROM passages")
            self._many = {generation: last > MANY}
            self._known.clear()
        return self._many[generation]

    def _count(self, db: Database, table: str, word: str) -> int:
        """Count the rows that have a word, up to one more than ROWS."""
        if (table, word) not in self._known:
            if len(self._known) > self.MOST:
                self._known.clear()
            sql = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?)"
            (self._known[table, word],) = db.row(sql, (_string(word), ROWS + 1))
        return self._known[table, word]


class FullText:
    """Full text over one connection to a library; it sees what that connection sees."""

    def __init__(self, db: Database, often: Often | None = None) -> None:
        self.db = db
        self._often = often or Often()

    def search_articles(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return article keys and BM25 scores for a question's words, best first, if in `keys`."""
        among = "SELECT value FROM json_each(?)"
        sought = self._any_word("articles_fts", question)
        return self._search("articles_fts", sought, limit, among, keys)

    def search_text(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return passage ids and BM25 scores for its words, best first, of articles in `keys`."""
        sought = self._any_word("passages_fts", question)
        return self._search("passages_fts", sought, limit, PASSAGES_OF, keys)

    def find_articles(
        self, wanted: Sequence[Group], ranked: bool = True
    ) -> list[tuple[int, float]]:
        """Return the keys and BM25 scores of all articles that have a term of each group, best first.

        Unless `ranked`, their order is that of the keys and their scores are 0, which is quicker.
        """
        if ranked:
            return self._search("articles_fts", expression(wanted), -1, "", None)
        rows = self.db.rows(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", (expression(wanted),)
        )
        return [(key, 0.0) for (key,) in rows]

    def find_text(
        self, wanted: Sequence[Group], limit: int, keys: Sequence[int]
    ) -> list[tuple[int, float]]:
        """Return passage ids and BM25 scores for any of the terms, best first, of articles in `keys`."""
        return self._search("passages_fts", _any(wanted), limit, PASSAGES_OF, keys)

    def marks(
        self, wanted: Sequence[Group], keys: Sequence[int]
    ) -> dict[int, tuple[tuple[Span, ...], tuple[Span, ...]]]:
        """Return where the terms are in headline and text, by the keys of articles that have one.

        A phrase is one place.
        """
        if not (wanted and keys):
            return {}
        marked = ", ".join(f"highlight(articles_fts, {n}, '{_OPEN}', '{_CLOSE}')" for n in (0, 1))
        rows = self.db.rows(
            f"SELECT rowid, {marked} FROM articles_fts WHERE articles_fts MATCH ?"
            " AND rowid IN (SELECT value FROM json_each(?))"
            f" AND instr(title || text, '{_OPEN}') + instr(title || text, '{_CLOSE}') = 0",
            (_any(wanted), json.dumps(list(keys))),
        )
        return {key: (_spans(title), _spans(text)) for key, title, text in rows}

    def _any_word(self, table: str, question: str) -> str:
        return " OR ".join(map(_string, self._often.few(self.db, table, search_words(question))))

    def _search(
        self, table: str, sought: str, limit: int, among: str, keys: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        """Return row numbers and BM25 scores for an expression of FTS5; a limit of -1 is none."""
        if not sought or (keys is not None and not keys):
            return []
        # The plus keeps SQLite from asking the full text once for every allowed row (30 s for 41,000).
        where = f" AND +rowid IN ({among})" if keys is not None else ""
        allowed = () if keys is None else (json.dumps(keys),)
        rows = self.db.rows(
            f"SELECT rowid, -bm25({table}, {TITLE_WEIGHT}, {TEXT_WEIGHT}) AS score FROM {table}"
            f" WHERE {table} MATCH ?{where} ORDER BY score DESC, rowid LIMIT ?",
            (sought, *allowed, limit),
        )
        return [(int(number), float(score)) for number, score in rows]


# ── expressions of FTS5; nothing that was typed is an operator in them ──


def expression(groups: Iterable[Group]) -> str:
    """Return what full text is asked for where a term of each group is wanted."""
    return " AND ".join(f"({_any([group])})" for group in groups)


def _any(groups: Iterable[Group]) -> str:
    return " OR ".join(_string(one) for group in groups for term in group for one in _texts(term))


def _texts(term: Term) -> Iterable[str]:
    return map(" ".join, islice(product(*term.words), SPELLINGS))


def _string(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _spans(marked: str) -> tuple[Span, ...]:
    """Return the places of what is marked in the text without the marks."""
    found = _MARKED.finditer(marked)
    return tuple((m.start(1) - 2 * n - 1, m.end(1) - 2 * n - 1) for n, m in enumerate(found))
