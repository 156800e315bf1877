"""Question -> hits: full text and vectors, fused by rank, then read again by the reranker.

Two things count beside the words, since this is news: a report near the day of asking is more
likely meant than an old one, and the first lines of an article say what it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from rag.filters import Filters
from rag.language.words import asks, pairs
from rag.protocols import Encoder, Reranker, StoredArticles, TextIndex, VectorIndex
from rag.retrieval.scores import logit
from rag.types import Article, Cut, Hit, Passage, Window

RANK_CONSTANT = 60  # Cormack, Clarke, Buettcher 2009: reciprocal rank fusion
# Full text looks for articles first, since the words of a question are spread over one, and then for
# passages in the best of them. The rank of its article counts for each passage so many times its own.
ARTICLES = 200
ARTICLE_WORTH = 4.0
ARTICLE_HITS = 4  # passages of one article that go on to the reranker
TOLD = 0.8  # share of a passage's pairs of words that a copy has
FRESH_DAYS = 30.0  # the half-life of freshness
# Worth in logits of the reranker, chosen on 102 development questions; a table of what was tried is
# in docs/search.md.
FRESH_WORTH = 3.0
LEAD_WORTH = 1.0
# The reranker has learned from questions. A text that asks nothing, such as a claim somebody wants
# to trace, is ranked by the legs' ranks as well: logits for each unit of the fused score.
RANKS_WORTH = 480.0
NOW, ANY_TIME = 1.0, 0.5  # how much freshness counts where a question speaks of now, and elsewhere


@dataclass(frozen=True, slots=True)
class Leaning:
    """How much reports from around a day are preferred: 1 for a question of now, 0 not at all."""

    day: date
    weight: float

    def freshness(self, published: date | None) -> float:
        """Return 1 on the day, half of it after FRESH_DAYS, 0 for no date; times the weight."""
        if published is None:
            return 0.0
        age = abs((self.day - published).days)
        return self.weight * float(0.5 ** (age / FRESH_DAYS))


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for, and among what."""

    whole: str  # as it stands alone
    typed: str  # without the turn before
    filters: Filters
    window: Window | None  # days of publication; outside, nothing is found
    leaning: Leaning

    @property
    def texts(self) -> tuple[str, ...]:
        """What is searched: both, or the one where they are the same."""
        return tuple(dict.fromkeys((self.whole, self.typed)))


def search(
    query: Query,
    library: StoredArticles,
    text: TextIndex,
    index: VectorIndex,
    encoder: Encoder,
    leg_hits: int,
) -> tuple[list[Hit], list[Cut]]:
    """Return fused hits, best first, and what was cut because its article has enough.

    Each text has legs of its own; a hit tells its ranks in those of the first. Filters and window
    reach into every leg.
    """
    by_article, by_text, by_vector = _legs(query, library, text, index, encoder, leg_hits)
    fused = fuse(*by_vector, *by_text)
    text_ranks, vector_ranks = _ranks(by_text[0]), _ranks(by_vector[0])
    origins = library.origins(list(fused))
    worth = fuse(*by_article) if asks(query.whole) else {}
    told = {
        number: fused[number] + ARTICLE_WORTH * worth.get(key, 0.0)
        for number, (key, _) in origins.items()
    }
    fresh = {number: query.leaning.freshness(day) for number, (_, day) in origins.items()}
    scores = {number: told[number] * (1 + fresh[number]) for number in fused if number in told}
    best = sorted(scores, key=lambda number: -scores[number])[:leg_hits]
    passages = library.passages(best)
    return few_per_article(
        (
            Hit(
                passages[number],
                scores[number],
                vector_ranks.get(number),
                text_ranks.get(number),
                told[number],
                FRESH_WORTH * fresh[number],
            )
            for number in best
            if number in passages
        ),
        ARTICLE_HITS,
    )


def _legs(
    query: Query,
    library: StoredArticles,
    text: TextIndex,
    index: VectorIndex,
    encoder: Encoder,
    leg_hits: int,
) -> tuple[list[list[int]], ...]:
    """Return each text's articles and passages by full text, and its passages by vector.

    Full text works in a thread of its own while the question is encoded.
    """
    keys = library.article_keys(query.filters, query.window)
    ids = None if keys is None else library.passage_ids(keys)

    def read(words: str) -> tuple[list[int], list[int]]:
        best = _numbers(text.search_articles(words, ARTICLES, keys))
        return best, _numbers(text.search_text(words, leg_hits, best))

    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(lambda: [read(words) for words in query.texts])
        near = [
            _numbers(index.search(vector, leg_hits, ids)) for vector in encoder.encode(query.texts)
        ]
        articles, passages = zip(*reading.result(), strict=True)
        return list(articles), list(passages), near


def _numbers(leg: Iterable[tuple[int, float]]) -> list[int]:
    return [number for number, _ in leg]


def _ranks(leg: Sequence[int]) -> dict[int, int]:
    return {number: rank for rank, number in enumerate(leg, start=1)}


def fuse(*legs: Sequence[int]) -> dict[int, float]:
    """Sum 1 / (60 + rank) over the legs by id (reciprocal rank fusion); best first, ties by id."""
    scores: dict[int, float] = {}
    for leg in legs:
        for rank, number in enumerate(leg, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (RANK_CONSTANT + rank)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def few_per_article(hits: Iterable[Hit], most: int) -> tuple[list[Hit], list[Cut]]:
    """Keep `most` hits of an article, and of its copies only news; cut the others with a reason."""
    kept: list[Hit] = []
    cut: list[Cut] = []
    seen: Counter[_Content] = Counter()
    shown: dict[int, Shown] = {}
    places: set[tuple[_Content, int]] = set()
    for hit in hits:
        article = hit.passage.article
        content = _content(article)
        place = (content, hit.passage.start)
        first = shown.setdefault(article.report, Shown(article)) if article.report else None
        if place in places:
            cut.append(Cut(hit, "the same passage in another file"))
        elif first and first.tells(hit.passage):
            cut.append(Cut(hit, "a copy of an article above"))
        elif seen[content] >= most:
            cut.append(Cut(hit, f"{most} passages of its article are above"))
        else:
            kept.append(hit)
            places.add(place)
            seen[content] += 1
    return kept, cut


_Content = tuple[str, str, str]  # what an article's id is the digest of, which takes longer to make


def _content(article: Article) -> _Content:
    return article.source or "", article.title, article.text


class Shown:
    """The first article of a report in sight; its words are read once, when they are first needed."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self._pairs: set[tuple[str, str]] | None = None

    def tells(self, passage: Passage) -> bool:
        """Return whether it has another article's passage in its words, as a copy and no update
        does.
        """
        if _content(passage.article) == _content(self.article):
            return False
        if self._pairs is None:
            self._pairs = pairs(self.article.text)
        told = pairs(passage.text)
        return len(told & self._pairs) >= TOLD * len(told)


def rerank(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """Return the hits by the reranker's logit, best first, with leads and fresh reports preferred."""
    scores = reranker.score(question, [hit.passage.encoded_text for hit in hits])
    ranks_worth = 0.0 if asks(question) else RANKS_WORTH
    read = []
    for hit, score in zip(hits, scores, strict=True):
        lead = LEAD_WORTH if hit.passage.start == 0 else 0.0
        worth = logit(score) + hit.fresh + lead + ranks_worth * hit.score
        read.append(replace(hit, score=worth, reranked=score))
    return sorted(read, key=lambda hit: -hit.score)
