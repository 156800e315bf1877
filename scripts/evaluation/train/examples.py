"""Collections of questions -> the examples a reader learns from: a question, a window, where it answers.

A reader learns to find from many windows that answer, and to judge from windows that nearly do. So
most windows that do not answer are near: sentences of the same text, the likest window of the same
article, a question that was written to be missed, a question with one of its names exchanged.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.language.sentences import Span, sentences
from rag.language.words import content_words, names

OWN = Path(__file__).with_name("questions.jsonl.xz")
SQUAD = "squad2"
UNREAD_SQUAD = 4  # every fourth article of it, by name, is kept for measuring
SEED = 14
# windows to take at most of each collection: near the task, clean and hard first
MIX = {
    "own": 48_000,
    SQUAD: 13_000,
    "squadshifts_new_wiki": 10_000,
    "qamr": 6_000,
    "timeqa": 2_000,
    "qed_nq": 2_000,
    "covidqa": 600,
    "squadshifts_reddit": 800,
    "squadshifts_amazon_reviews": 400,
}
TWICE = (SQUAD,)  # cut a second time, into windows of other lengths
# how many sentences a window has, and how often: evidence has two, a passage all
LENGTHS, OFTEN = (1, 2, 3, 5), (0.1, 0.6, 0.18, 0.12)
MOST_CHARACTERS = 900
WHOLE = ("squadshifts_new_wiki",)  # its 48 articles are not told apart, but likeness tells them
SECOND = 0.3  # of the questions have another window that does not answer
SWAPPED = 0.15  # of the answered questions are asked again with another name
STRANGE = 0.04  # of the windows that do not answer are of another text altogether


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a window; `start` and `end` of the answer in it, or -1 where it has none."""

    question: str
    text: str
    start: int = -1
    end: int = -1

    @property
    def answered(self) -> bool:
        """Whether the window answers."""
        return self.start >= 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a collection about a text, with the answers that are spelled in it."""

    question: str
    text: str
    answers: tuple[str, ...]
    start: int = -1  # of the first answer, where the collection says so
    document: str = ""  # texts of one document speak of the same


def examples(training: Path, squad: Path, mix: dict[str, int] = MIX) -> list[Example]:
    """Return the examples in the order of learning, the same every time."""
    rng = random.Random(SEED)
    chosen: list[Example] = []
    for name, most in mix.items():
        asked = list(_asked(name, training, squad))
        cuts = [one for _ in range(1 + (name in TWICE)) for one in _windowed(asked, rng)]
        made = list(dict.fromkeys(cuts))
        rng.shuffle(made)
        chosen += made[:most]
    rng.shuffle(chosen)
    return chosen


def read_squad(path: Path, unread: bool) -> Iterator[Asked]:
    """Yield the questions of a file in the form of SQuAD 2, of the articles kept for measuring or of
    the others.
    """
    articles = sorted(json.loads(path.read_text())["data"], key=lambda one: str(one["title"]))
    for place, article in enumerate(articles):
        if (place % UNREAD_SQUAD == UNREAD_SQUAD - 1) != unread:
            continue
        for paragraph in article["paragraphs"]:
            for one in paragraph["qas"]:
                told = () if one["is_impossible"] else tuple(x["text"] for x in one["answers"])
                answers = tuple(dict.fromkeys(told))
                yield Asked(
                    one["question"].strip(), paragraph["context"], answers, -1, article["title"]
                )


def _asked(name: str, training: Path, squad: Path) -> Iterator[Asked]:
    if name == SQUAD:
        yield from read_squad(squad, unread=False)
        return
    path = OWN if name == "own" else training / f"A_{name}.jsonl.xz"
    with lzma.open(path, "rt") as file:
        for one in map(json.loads, file):
            document = name if name in WHOLE else ""
            yield Asked(
                one["question"], one["context"], tuple(one["answers"]), one["start"], document
            )


def _windowed(asked: Sequence[Asked], rng: random.Random) -> Iterator[Example]:
    """Yield windows of every question: one that answers where one does, and near ones that do not."""
    cut = {text: sentences(text) for text in dict.fromkeys(one.text for one in asked)}
    near = _Nearest(asked, cut)
    for one in asked:
        windows = _windows(cut[one.text], rng)
        answering = [window for window in windows if _holds(one, window)]
        if one.answers and not answering:
            continue
        if answering:
            start, end = max(
                answering, key=lambda w: (_alike(one.question, one.text[w[0] : w[1]]), rng.random())
            )
            yield _marked(one, start, end)
            if swapped := _other_name(one, one.text[start:end], rng):
                yield Example(swapped, one.text[start:end])
        told = [one.text[start:end] for start, end in windows]
        missed = [text for text in told if not _has(text, one.answers)]
        missed.sort(key=lambda text: (-_alike(one.question, text), rng.random()))
        other = near.elsewhere(one, rng)
        if not one.answers or not other or rng.random() < 0.5:
            found = [*missed[:1], other, *missed[1:2]]
        else:
            found = [other, *missed[:1]]
        found = [text for text in found if text]
        yield from (Example(one.question, text) for text in found[:1])
        if rng.random() < SECOND:
            yield from (Example(one.question, text) for text in found[1:2])
        if rng.random() < STRANGE:
            text = rng.choice(asked).text
            if text != one.text and not _has(text, one.answers):
                start, end = rng.choice(_windows(cut[text], rng))
                yield Example(one.question, text[start:end])


def _windows(spans: Sequence[Span], rng: random.Random) -> list[Span]:
    """Return the windows of a text, all of one length in sentences, neighbours overlapping."""
    [many] = rng.choices(LENGTHS, OFTEN)
    found = [
        (spans[i][0], spans[min(i + many, len(spans)) - 1][1])
        for i in range(max(1, len(spans) - many + 1))
    ]
    short = [span for span in found if span[1] - span[0] <= MOST_CHARACTERS]
    return short or [(found[0][0], found[0][0] + MOST_CHARACTERS)]


def _holds(one: Asked, window: Span) -> bool:
    if one.start >= 0:
        return window[0] <= one.start and one.start + len(one.answers[0]) <= window[1]
    return any(answer in one.text[window[0] : window[1]] for answer in one.answers)


def _marked(one: Asked, start: int, end: int) -> Example:
    text = one.text[start:end]
    if one.start >= 0:
        first, answer = one.start - start, one.answers[0]
    else:
        answer = next(answer for answer in one.answers if answer in text)
        first = text.find(answer)
    return Example(one.question, text, first, first + len(answer))


def _has(text: str, answers: Sequence[str]) -> bool:
    told = text.lower()
    return any(answer.lower() in told for answer in answers)


def _alike(question: str, text: str) -> int:
    return len(_stems(question) & _stems(text))


def _stems(text: str) -> set[str]:
    return {word[:5] for word in content_words(text)}


def _other_name(one: Asked, text: str, rng: random.Random) -> str:
    """Return the question with a name of the window exchanged for another of its text, now and then."""
    shared = sorted(names(one.question) & names(text))
    others = sorted(names(one.text) - names(one.question) - _lower(one.answers))
    if not shared or not others or rng.random() > SWAPPED:
        return ""
    old, new = rng.choice(shared), rng.choice(others)
    if old.isalpha() != new.isalpha():
        return ""
    told = re.sub(rf"\b{re.escape(old)}\b", new.title(), one.question, flags=re.IGNORECASE)
    return told if told != one.question else ""


def _lower(answers: Sequence[str]) -> set[str]:
    return {word for answer in answers for word in re.findall(r"\w+", answer.lower())}


class _Nearest:
    """The windows of a document's other texts that are likest to a question, by TF-IDF."""

    def __init__(self, asked: Sequence[Asked], cut: dict[str, list[Span]]) -> None:
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._found: dict[str, list[str]] = {}
        seen: set[tuple[str, str]] = set()
        for one in asked:
            if one.document and (one.document, one.text) not in seen:
                seen.add((one.document, one.text))
                spans = cut[one.text]
                self._texts[one.document] += [
                    one.text[spans[i][0] : spans[min(i + 2, len(spans)) - 1][1]]
                    for i in range(0, len(spans), 2)
                ]
        by_document: dict[str, list[str]] = defaultdict(list)
        for one in asked:
            by_document[one.document].append(one.question)
        for document, texts in self._texts.items():
            if len(texts) > 8:
                self._rank(by_document[document], texts)

    def _rank(self, questions: Sequence[str], texts: Sequence[str]) -> None:
        import numpy as np
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english")
        told = vectors.fit_transform(texts)
        asked = vectors.transform(questions)
        for first in range(0, len(questions), 500):
            scores = (asked[first : first + 500] @ told.T).toarray()
            best = np.argsort(-scores, axis=1, kind="stable")[:, :6]
            for question, row in zip(questions[first : first + 500], best, strict=True):
                self._found[question] = [texts[place] for place in row]

    def elsewhere(self, one: Asked, rng: random.Random) -> str:
        """Return a near window of another text that does not answer, or "" where none is near."""
        found = [
            text
            for text in self._found.get(one.question, ())
            if text not in one.text and not _has(text, one.answers) and len(text) <= MOST_CHARACTERS
        ]
        return rng.choice(found[:2]) if found else ""
