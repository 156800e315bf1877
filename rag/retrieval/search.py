"""Question -> hits: full text of articles and passages, and vectors, fused by rank, then read again by
the reader.

Two things count beside the words, since this is news: a report near the day of asking is more
likely meant than an old one, and what an article is about stands in its first lines.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from rag.filters import Filters
from rag.language.words import asks, pairs
from rag.protocols import Encoder, Generation, Reader
from rag.retrieval.scores import logit
from rag.types.articles import Article, Passage
from rag.types.days import Window
from rag.types.evidence import Evidence
from rag.types.hits import Cut, Hit

RANK_CONSTANT = 60  # Cormack, Clarke, Buettcher 2009: reciprocal rank fusion
# Full text looks for articles first, since the words of a question are spread over one, and then for
# passages in the best of them. The rank of its article counts for each passage so many times its own.
ARTICLES = 200
ARTICLE_WORTH = 4.0
ARTICLE_HITS = 4  # passages of one article that go on to the reader
TOLD = 0.8  # share of a passage's pairs of words that a copy has
FRESH_DAYS = 30.0  # the half-life of freshness
# Worth in logits of the reader, chosen on 102 development questions; a table of what was tried is
# in docs/decisions/0001-fusion-and-reranking.md.
FRESH_WORTH = 3.0
LEAD_WORTH = 1.0
# The reader's ranking has learned from questions. A text that asks nothing, such as a claim somebody wants
# to trace, is ranked by the legs' ranks as well: logits for each unit of the fused score.
RANKS_WORTH = 480.0
NOW, ANY_TIME = 1.0, 0.5  # how much freshness counts where a question speaks of now, and elsewhere


@dataclass(frozen=True, slots=True)
class Leaning:
    """How much reports from around a day are preferred: NOW, ANY_TIME or, not at all, 0."""

    day: date
    weight: float

    def freshness(self, published: date | None) -> float:
        """Return the weight on the day, half of it after FRESH_DAYS, 0 without a date."""
        age = abs((self.day - published).days) if published else math.inf
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
        """What is searched, each text once."""
        return tuple(dict.fromkeys((self.whole, self.typed)))


def search(
    query: Query, library: Generation, encoder: Encoder, leg_hits: int
) -> tuple[list[Hit], list[Cut]]:
    """Return fused hits, best first, and what was cut since its article is there already.

    Each text has legs of its own, which obey filters and window; a hit tells its ranks in the first's.
    """
    by_article, by_text, by_vector = _legs(query, library, encoder, leg_hits)
    fused = fuse(*by_vector, *by_text)
    text_ranks, vector_ranks = _ranks(by_text[0]), _ranks(by_vector[0])
    origins = library.articles.origins(list(fused))
    worth = fuse(*by_article) if asks(query.whole) else {}
    told = {
        number: fused[number] + ARTICLE_WORTH * worth.get(key, 0.0)
        for number, (key, _) in origins.items()
    }
    fresh = {number: query.leaning.freshness(day) for number, (_, day) in origins.items()}
    scores = {number: told[number] * (1 + fresh[number]) for number in fused if number in told}
    best = sorted(scores, key=lambda number: -scores[number])[:leg_hits]
    passages = library.articles.passages(best)
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
    query: Query, library: Generation, encoder: Encoder, leg_hits: int
) -> tuple[list[list[int]], ...]:
    """Return each text's articles and passages by full text, and its passages by vector."""
    among = library.among(query.filters, query.window)

    def read(words: str) -> tuple[list[int], list[int]]:
        best = _numbers(among.articles(words, ARTICLES))
        return best, _numbers(among.passages(words, leg_hits, best))

    with ThreadPoolExecutor(1) as beside:  # full text, while the question is encoded
        reading = beside.submit(lambda: [read(words) for words in query.texts])
        near = [_numbers(among.nearest(vector, leg_hits)) for vector in encoder.encode(query.texts)]
        articles, passages = zip(*reading.result(), strict=True)
        return list(articles), list(passages), near


def _numbers(leg: Iterable[tuple[int, float]]) -> list[int]:
    return [number for number, _ in leg]


def _ranks(leg: Sequence[int]) -> dict[int, int]:
    return {number: rank for rank, number in enumerate(leg, start=1)}


def fuse(*legs: Sequence[int]) -> dict[int, float]:
    """Fuse by reciprocal rank: the sum of 1 / (60 + rank) over the legs; best first, ties by id."""
    scores: dict[int, float] = {}
    for leg in legs:
        for rank, number in enumerate(leg, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (RANK_CONSTANT + rank)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def few_per_article(hits: Iterable[Hit], most: int) -> tuple[list[Hit], list[Cut]]:
    """Keep `most` hits of one article, and of copies what the first does not say; cut the others."""
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


@dataclass(frozen=True)
class Shown:
    """The first article of a report in sight."""

    article: Article

    @cached_property
    def _pairs(self) -> set[tuple[str, str]]:
        return pairs(self.article.text)

    def tells(self, passage: Passage) -> bool:
        """Return whether it has the words of another article's passage: a copy has, news has not."""
        if _content(passage.article) == _content(self.article):
            return False
        wanted = pairs(passage.text)
        return len(wanted & self._pairs) >= TOLD * len(wanted)


def with_cited(
    hits: Sequence[Hit], before: Sequence[Evidence], query: Query, library: Generation
) -> list[Hit]:
    """Return the hits, and after them the passages of evidence that was cited before, where filters and
    window leave its article.
    """
    known = {hit.passage.id for hit in hits}
    if not before:
        return [*hits]
    among = library.among(query.filters, query.window)
    ids = dict.fromkeys(number for item in before for number in among.at(item))
    origins = library.articles.origins([number for number in ids if number not in known])
    added = [number for number in ids if number in origins]
    passages = library.articles.passages(added)
    return [
        *hits,
        *(
            Hit(passages[one], 0.0, fresh=FRESH_WORTH * query.leaning.freshness(origins[one][1]))
            for one in added
        ),
    ]


def rerank(question: str, hits: Sequence[Hit], reader: Reader) -> list[Hit]:
    """Return the hits by the reader's logit, best first, with leads and fresh reports preferred."""
    scores = [
        one.score for one in reader.read(question, [hit.passage.encoded_text for hit in hits])
    ]
    ranks_worth = 0.0 if asks(question) else RANKS_WORTH
    read = []
    for hit, score in zip(hits, scores, strict=True):
        lead = LEAD_WORTH if hit.passage.start == 0 else 0.0
        worth = logit(score) + hit.fresh + lead + ranks_worth * hit.score
        read.append(replace(hit, score=worth, reranked=score))
    return sorted(read, key=lambda hit: -hit.score)
