"""Question -> hits: full text and vectors, fused by rank, then read again by the reranker.

Two things count beside the words, since this is news: a report near the day of asking is more
likely meant than an old one, and what an article is about stands in its first lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from rag.index import PassageIndex
from rag.library import Library
from rag.reranker import logit
from rag.types import Article, Cut, Encoder, Filters, Hit, Passage, Reranker, Window
from rag.words import asks, words

RANK_CONSTANT = 60  # Cormack, Clarke, Buettcher 2009: reciprocal rank fusion
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
    """How much reports from around a day are preferred: 1 where the question speaks of the present,
    less where it says nothing of time, 0 not at all.
    """

    day: date
    weight: float

    def freshness(self, published: date | None) -> float:
        """1 on the day, half of it after FRESH_DAYS, 0 for an article without a date; by weight."""
        if published is None:
            return 0.0
        age = abs((self.day - published).days)
        return self.weight * float(0.5 ** (age / FRESH_DAYS))


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: the question as it stands alone, and where it differs as it was typed."""

    texts: tuple[str, ...]
    filters: Filters
    window: Window | None  # days of publication; outside, nothing is found
    leaning: Leaning


def search(
    query: Query, library: Library, index: PassageIndex, encoder: Encoder, leg_hits: int
) -> tuple[list[Hit], list[Cut]]:
    """Fused hits, best first, and what was cut since its article is there already.

    Each text has legs of its own; a hit tells its ranks in those of the first. Filters and window
    reach into every leg.
    """
    ids = library.passage_ids(query.filters, query.window)
    vectors = encoder.encode(query.texts)
    by_text = [
        [number for number, _ in library.search_text(text, leg_hits, ids)] for text in query.texts
    ]
    by_vector = [
        [number for number, _ in index.search(vector, leg_hits, ids)] for vector in vectors
    ]
    fused = fuse(*by_vector, *by_text)
    text_ranks, vector_ranks = _ranks(by_text[0]), _ranks(by_vector[0])
    days = library.published(list(fused))
    fresh = {number: query.leaning.freshness(day) for number, day in days.items()}
    scores = {number: fused[number] * (1 + fresh[number]) for number in fused if number in fresh}
    best = sorted(scores, key=lambda number: -scores[number])[:leg_hits]
    passages = library.passages(best)
    return few_per_article(
        (
            Hit(
                passages[number],
                scores[number],
                vector_ranks.get(number),
                text_ranks.get(number),
                fused[number],
                FRESH_WORTH * fresh[number],
            )
            for number in best
            if number in passages
        ),
        ARTICLE_HITS,
    )


def _ranks(leg: Sequence[int]) -> dict[int, int]:
    return {number: rank for rank, number in enumerate(leg, start=1)}


def fuse(*legs: Sequence[int]) -> dict[int, float]:
    """Reciprocal rank fusion: each id scores the sum of 1 / (60 + rank) over the legs; best first,
    ties by id.
    """
    scores: dict[int, float] = {}
    for leg in legs:
        for rank, number in enumerate(leg, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (RANK_CONSTANT + rank)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def few_per_article(hits: Iterable[Hit], most: int) -> tuple[list[Hit], list[Cut]]:
    """At most `most` hits of one article, and of copies only what the one that comes first does not
    say; the others with the reason.
    """
    kept: list[Hit] = []
    cut: list[Cut] = []
    ids: dict[tuple[str, int], str] = {}  # an id is a digest of the whole text
    seen: Counter[str] = Counter()
    shown: dict[int, Article] = {}
    places: set[tuple[str, int]] = set()
    for hit in hits:
        article = hit.passage.article
        file = (article.path, article.position)
        name = ids[file] if file in ids else ids.setdefault(file, article.id)
        place = (name, hit.passage.start)
        first = shown.setdefault(article.report, article) if article.report else article
        if place in places:
            cut.append(Cut(hit, "the same passage in another file"))
        elif first is not article and told(hit.passage, first):
            cut.append(Cut(hit, "a copy of an article above"))
        elif seen[name] >= most:
            cut.append(Cut(hit, f"{most} passages of its article are above"))
        else:
            kept.append(hit)
            places.add(place)
            seen[name] += 1
    return kept, cut


def told(passage: Passage, other: Article) -> bool:
    """Whether another article says what a passage says, in its words: a copy does, a later version
    of a report does not where it has news.
    """
    if other.id == passage.article.id:
        return False
    pairs = set(pairwise(words(passage.text)))
    return len(pairs & set(pairwise(words(other.text)))) >= TOLD * len(pairs)


def rerank(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The hits, read by the reranker, best first: by its logit, with leads and fresh reports
    preferred.
    """
    scores = reranker.score(question, [hit.passage.encoded_text for hit in hits])
    ranks_worth = 0.0 if asks(question) else RANKS_WORTH
    read = []
    for hit, score in zip(hits, scores, strict=True):
        lead = LEAD_WORTH if hit.passage.start == 0 else 0.0
        worth = logit(score) + hit.fresh + lead + ranks_worth * hit.score
        read.append(replace(hit, score=worth, reranked=score))
    return sorted(read, key=lambda hit: -hit.score)
