"""An article -> the reports of others, within a week of it, that tell the same story.

Two articles are as near as the passages of the shorter one are, on average, to those of the longer
one that are nearest: a brief is near to the long report of the same story.
"""

from __future__ import annotations

from datetime import timedelta

from rag.filters import Filters
from rag.protocols import ArticleList, ListedArticles
from rag.types.articles import Article
from rag.types.hits import Listed
from rag.types.models import Vectors

DAYS = timedelta(7)  # before and after
# Mean cosine. Of the pairs in tests/gold/archive 24 of 28 of one story reach it, and none of 43 others.
SAME_STORY = 0.55


def near(
    article: Article,
    library: ListedArticles,
    listing: ArticleList,
    limit: int,
) -> tuple[Listed, ...]:
    """Return the nearest reports, nearest first, each with the passage that is nearest.

    There are none for an article without a date, and none that is a copy of it.
    """
    own = library.keys_of(article)
    if article.published is None or not own:
        return ()
    week = Filters(since=article.published - DAYS, until=article.published + DAYS)
    keys = listing.others(library.article_keys(week, None) or (), article.report)
    ids = library.passage_ids(keys)
    if not ids:
        return ()
    cosines = library.vectors(library.passage_ids(own[:1])) @ library.vectors(ids).T
    origins = library.origins(ids)
    places: dict[int, list[int]] = {}  # columns, by key
    for place, number in enumerate(ids):
        places.setdefault(origins[number][0], []).append(place)
    scores = {key: _alike(cosines[:, columns]) for key, columns in places.items()}
    best = sorted(
        (key for key in scores if scores[key] >= SAME_STORY), key=lambda key: -scores[key]
    )
    chosen = listing.once(best)[:limit]
    nearest = {
        key: ids[places[key][int(cosines[:, places[key]].max(axis=0).argmax())]] for key in chosen
    }
    passages = library.passages([*nearest.values()])
    return tuple(
        Listed(passage, score=scores[key], also=library.copies(passage.article))
        for key, number in nearest.items()
        if (passage := passages.get(number))
    )


def _alike(cosines: Vectors) -> float:
    """Return how near two articles are by the cosines of their passages (n x m)."""
    rows, columns = cosines.shape
    return float(cosines.max(axis=1 if rows <= columns else 0).mean())
