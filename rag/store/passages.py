"""Article -> passages: whole sentences together, as spans of its text."""

from __future__ import annotations

from rag.language.sentences import sentences
from rag.types.articles import Article, Passage


def passages(article: Article, words: int) -> list[Passage]:
    """Group whole sentences into passages of about `words` words, all of like size."""
    spans = sentences(article.text)
    counts = [len(article.text[start:end].split()) for start, end in spans]
    pieces = max(1, round(sum(counts) / words))
    target = sum(counts) / pieces
    found: list[Passage] = []
    first, seen = 0, 0
    for place, count in enumerate(counts):
        seen += count
        last = place + 1 == len(counts)
        if last or seen >= target * (len(found) + 1) - counts[place + 1] / 2:
            found.append(Passage(article, spans[first][0], spans[place][1]))
            first = place + 1
    return found
