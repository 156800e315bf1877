"""Notice of a correction, text -> the sentence of the text that it corrects."""

from __future__ import annotations

from rag.language.sentences import Span, sentences
from rag.language.stems import stems
from rag.language.words import names, numbers, words

LEAST = 3  # of weight, to be the one that is meant; a name or a number weighs 2, another word 1
_OF_NOTICES = stems(
    "correction corrections corrected correct corrects clarification editor note update updated amended article"
    " story report version earlier previous original headline incorrectly misstated misspelled misidentified wrong"
    " wrongly wrote said stated gave given regret error mistake paragraph because editing changed added number name"
)


def corrected(notice: str, text: str) -> Span | None:
    """Return the span of the sentence with most of the notice's words, names and numbers; None where none
    has enough of them. The notice itself does not count.
    """
    wanted = stems(notice) - _OF_NOTICES
    weighty = {word for name in names(notice) for word in words(name)} | _numbers(notice)
    told = " ".join(notice.split())
    best, weight = None, LEAST - 1
    for start, end in sentences(text):
        sentence = " ".join(text[start:end].split())
        if sentence in told or told in sentence:
            continue
        own = {*words(sentence)} | _numbers(sentence)
        found = len(wanted & stems(sentence)) + len(weighty & own)
        if found > weight:
            best, weight = (start, end), found
    return best


def _numbers(text: str) -> set[str]:
    return {number for word in words(text) for number in numbers(word)}
