"""What is typed into Find -> a page of the reports that have it, by fit or by day.

An article is found where it has all that is sought. By fit the ranks of full text, of articles and
of passages, are joined; words without operators also tell what is meant, so the ranks of their
vectors count, too, and reports that are near but lack a word come at the end. Nothing is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, get_args

from rag.errors import UsageError
from rag.filters import Filters
from rag.language import sought as language
from rag.language.sentences import Span
from rag.language.sought import Group, Sought
from rag.protocols import ArticleList, ListedArticles, TextIndex
from rag.retrieval.search import ARTICLES, fuse
from rag.types.articles import Passage
from rag.types.days import known_on, left_out
from rag.types.hits import Found, Listed, Sort

PASSAGES = 100  # that each leg may name
MISSPELLED = 5  # words with ~, at most: each is compared with every name of like length
SPELLINGS = 8  # names that one word with ~ may be
NEAR_MEANING = 0.45  # cosine of question and passage
NEAR_WORDS = 0.5  # share of the best article's BM25
SHOWN = 40  # characters of a text that an error repeats
NOTHING = "Nothing can be searched for in “{}”. Type a word, for example: ferry -strike"

Nearest = Callable[[str, Sequence[int] | None], list[tuple[int, float]]]
"""Text, keys of articles -> ids and cosines of the nearest passages, best first."""
Alike = Callable[[str], list[tuple[str, str]]]
"""A word -> the names of the library that it may be misspelled for, each with its spelling."""
Marks = Mapping[int, tuple[tuple[Span, ...], tuple[Span, ...]]]
"""What was sought in headline and text, by article key."""


class SoughtText(TextIndex, Protocol):
    """A text index that also finds what is sought exactly: words, phrases, one of several."""

    def find_articles(
        self, wanted: Sequence[Group], ranked: bool = True
    ) -> list[tuple[int, float]]:
        """Keys and scores of all articles that have a term of each group, best first; unless
        `ranked` in any order and without scores.
        """

    def find_text(
        self, wanted: Sequence[Group], limit: int, keys: Sequence[int]
    ) -> list[tuple[int, float]]:
        """Ids and scores of the passages with any of the terms, best first, of articles in `keys`."""

    def marks(self, wanted: Sequence[Group], keys: Sequence[int]) -> Marks:
        """Where the terms are in headline and text, by the keys of articles that have one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to list, in which order, and which part of the list."""

    text: str = ""  # nothing: all articles
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "fit"
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """Keys of articles in the order of the list, and what put them there."""

    keys: Sequence[int]
    near: Sequence[int] = ()  # of those that lack something
    worth: Mapping[int, float] = field(default_factory=dict)
    passages: Mapping[int, int] = field(default_factory=dict)  # ids of those that fit best


def usable(wish: Wish, limit: int) -> Wish:
    """Return the wish with its text on one line; raise UsageError if nothing can be made of it."""
    sound = wish.text.encode("utf-8", "replace").decode()  # bytes of an argument that are no UTF-8
    text = " ".join(sound.replace("\0", " ").split())
    if len(text) > limit:
        raise UsageError(
            f"The search has {len(text):,} characters; at most {limit:,} can be read. Shorten it."
        )
    if wish.sort not in get_args(Sort):
        raise UsageError(f"“{wish.sort}” is no order. Write fit or day.")
    return replace(wish, text=text)


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds in one generation of a library; `nearest` is asked only where vectors count."""

    library: ListedArticles
    listing: ArticleList
    text: SoughtText
    nearest: Nearest
    alike: Alike

    def find(self, wish: Wish) -> Found:
        """Return a page of what was found; raise UsageError for a text without a word."""
        sought, notes = self._read(wish.text)
        keys = self.library.article_keys(wish.filters, None)
        order = self._order(wish, sought, keys)
        reports = self.listing.once(order.keys)
        whole = self.listing.once([*reports, *order.near]) if order.near else reports
        lacking = {*whole[len(reports) :]}
        page = whole[wish.offset : wish.offset + wish.limit]
        return Found(
            wish.text,
            wish.sort,
            total=len(reports),
            copies=len(order.keys) - len(reports),
            near=len(lacking),
            offset=wish.offset,
            reports=tuple(self._listed(page, sought, order, lacking)),
            notes=(*notes, *self._undated(wish.filters)),
            as_of=wish.filters.as_of,
        )

    def _read(self, typed: str) -> tuple[Sought, tuple[str, ...]]:
        """Return what is sought, with the library's own names like those with ~, and notes on these."""
        sought = language.read(typed)
        if sought.empty and typed:
            raise UsageError(NOTHING.format(typed[:SHOWN]))
        if not sought.misspelled:
            return sought, ()
        if len(sought.misspelled) > MISSPELLED:
            raise UsageError(
                f"{len(sought.misspelled)} words have a ~; at most {MISSPELLED} can. Take some away."
            )
        others = {word: self.alike(word)[:SPELLINGS] for word in sought.misspelled}
        notes = tuple(_spelled(word, found) for word, found in others.items())
        return sought.spelled(lambda word: [name for name, _ in others[word]]), notes

    def _undated(self, filters: Filters) -> tuple[str, ...]:
        """Say what a filter of days leaves out."""
        note = ""
        if filters.as_of:
            note = known_on(filters.as_of, self.library.count_undated())
        elif filters.since or filters.until:
            note = left_out(self.library.count_undated())
        return (note,) if note else ()

    def _order(self, wish: Wish, sought: Sought, keys: Sequence[int] | None) -> Order:
        if sought.empty:
            return Order(self.listing.newest(keys))
        ranked = wish.sort == "fit" and bool(sought.wanted)
        fits = self._fitting(sought, keys, ranked)
        if not ranked:
            return Order(self.listing.newest(fits))
        return self._meant(wish.text, fits, keys) if sought.plain else self._ranked(sought, fits)

    def _fitting(self, sought: Sought, keys: Sequence[int] | None, ranked: bool) -> list[int]:
        """Return the keys of the articles that have all that is sought; best first where `ranked`."""
        if sought.wanted:
            among = None if keys is None else {*keys}
            found = [key for key, _ in self.text.find_articles(sought.wanted, ranked)]
            fits = self.listing.in_sight([key for key in found if among is None or key in among])
        else:
            fits = self.listing.newest(keys)
        if not sought.unwanted:
            return fits
        without = {key for key, _ in self.text.find_articles((sought.unwanted,), ranked=False)}
        return [key for key in fits if key not in without]

    def _ranked(self, sought: Sought, fits: Sequence[int]) -> Order:
        """Order by the ranks of full text: of the article, and of its best passage."""
        best = fits[:ARTICLES]
        passages = self._first_of_each(self.text.find_text(sought.wanted, PASSAGES, best))
        worth = fuse(best, [*passages])
        return Order(_by_worth(fits, worth), (), worth, passages)

    def _meant(self, typed: str, fits: Sequence[int], keys: Sequence[int] | None) -> Order:
        """Order by the ranks of full text and vectors; what lacks a word may be near all the same."""
        articles = self.text.search_articles(typed, ARTICLES, keys)
        best = [key for key, _ in articles]
        by_text = self._first_of_each(self.text.search_text(typed, PASSAGES, best))
        vectors = dict(self.nearest(typed, keys))
        by_vector = self._first_of_each(vectors.items())
        worth = fuse(best, [*by_text], [*by_vector])
        close = [key for key, score in articles if score >= NEAR_WORDS * articles[0][1]]
        close += [key for key, number in by_vector.items() if vectors[number] >= NEAR_MEANING]
        lacking = self.listing.in_sight(_by_worth([*({*close} - {*fits})], worth))
        return Order(_by_worth(fits, worth), lacking, worth, {**by_text, **by_vector})

    def _first_of_each(self, passages: Iterable[tuple[int, float]]) -> dict[int, int]:
        """Return the id of each article's best passage, by key, in the order of the passages."""
        ids = [number for number, _ in passages]
        origins = self.library.origins(ids)
        first: dict[int, int] = {}
        for number in ids:
            if number in origins:
                first.setdefault(origins[number][0], number)
        return first

    def _listed(
        self, page: Sequence[int], sought: Sought, order: Order, lacking: Container[int]
    ) -> Iterator[Listed]:
        passages = self._passages(page)
        marks = self.text.marks(sought.wanted, page)
        for key in page:
            in_title, in_text = marks.get(key, ((), ()))
            best = _best(passages[key], in_text, order.passages.get(key))
            also = self.library.copies(best.article)
            yield Listed(best, in_text, in_title, order.worth.get(key, 0.0), key in lacking, also)

    def _passages(self, keys: Sequence[int]) -> dict[int, list[Passage]]:
        """Return the passages of articles, by key."""
        ids = self.library.passage_ids(keys)
        origins = self.library.origins(ids)
        found: dict[int, list[Passage]] = {}
        for number, passage in self.library.passages(ids).items():
            found.setdefault(origins[number][0], []).append(passage)
        return found


def _spelled(word: str, found: Sequence[tuple[str, str]]) -> str:
    """Say as what a word with ~ was searched."""
    others = [spelling for name, spelling in found if name != word]
    if not others:
        return f"No other name of the articles is like “{word}”."
    return f"“{word}~” was also searched as {', '.join(others)}."


def _by_worth(keys: Sequence[int], worth: Mapping[int, float]) -> list[int]:
    """Return the keys with the most worth first; those without keep their order behind them."""
    ranked = sorted((key for key in keys if key in worth), key=lambda key: (-worth[key], key))
    return [*ranked, *(key for key in keys if key not in worth)]


def _best(passages: Sequence[Passage], marks: Sequence[Span], preferred: int | None) -> Passage:
    """Return the passage with the most different words marked; of equals the preferred, then the first."""

    def rank(passage: Passage) -> tuple[int, bool, int, int]:
        text, start, end = passage.article.text, passage.start, passage.end
        inside = [text[a:b].casefold() for a, b in marks if start <= a and b <= end]
        return len({*inside}), passage.id == preferred, len(inside), -start

    return max(passages, key=rank)
