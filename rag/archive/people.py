"""Article -> the people it names in full, by how newspapers name them: in full once, then by surname.

A full name is two to four capitalised words in a row; it is a person's where its last word stands
alone somewhere else in the article and without "the": "Tasker" or "Mr Tasker" after "Ruben Tasker",
but "the House" after "White House". No list of names is needed; who is named only once is missed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from rag.language.words import STOP_WORDS, plain

Name = tuple[str, ...]
FULL_NAME = range(2, 5)  # words
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'-]*[^\W\d_]"
_RUN = re.compile(
    rf"(?P<the>\b(?:the|a|an)\s)?(?<![\w'-])(?P<run>{_CAPITAL}(?:[ \n](?:{_CAPITAL}|[A-Z]\.))*)(?![\w'-])"
)
_ARTICLES = frozenset(["the", "a", "an"])
# Before a name, and no part of it.
_TITLES = frozenset(
    """
    mr mrs ms dr sir president prime minister mayor judge senator governor chancellor secretary king
    queen pope professor general captain
    """.split()
)


def people(title: str, text: str) -> set[Name]:
    """Return the full names of people in an article, as words in order."""
    return {whole for _, whole in mentions(title, text)}


def mentions(title: str, text: str) -> list[tuple[Name, Name]]:
    """Return the mentions of people in order: the words there, and the full name they belong to.

    A surname that stands alone is of whoever was last named in full with it, else of the next one.
    """
    found = [_name(run) for run in _RUN.finditer(plain(f"{title}.\n\n{text}"))]
    alone = {name[0] for name, with_the in found if len(name) == 1 and not with_the}
    full = [name for name, _ in found if _is_full(name) and name[-1] in alone]
    bearer = {name[-1]: name for name in reversed(full)}
    told = []
    for name, with_the in found:
        if name in full:
            bearer[name[-1]] = name
        if name in full or (len(name) == 1 and not with_the and name[0] in bearer):
            told.append((name, bearer[name[-1]]))
    return told


def _is_full(name: Name) -> bool:
    return len(name) in FULL_NAME and not name[-1].isupper()


def _name(run: re.Match[str]) -> tuple[Name, bool]:
    """Return the words of a run without what is no part of a name, and whether "the" is before it."""
    told = [word.removesuffix("'s") for word in run["run"].split()]
    with_the = bool(run["the"])
    while len(told) > 1 and told[0].lower().rstrip(".") in STOP_WORDS | _TITLES:
        with_the = with_the or told[0].lower() in _ARTICLES
        told.pop(0)
    return tuple(told), with_the


def counted(articles: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
    """Return names with the number of titles and texts that have them, most first.

    Names that end in the same two words are one, told in their usual form.
    """
    forms: dict[Name, Counter[Name]] = defaultdict(Counter)
    for title, text in articles:
        found = {name[-2:]: name for name in sorted(people(title, text), key=len)}
        for key, name in found.items():
            forms[key][name] += 1
    told = [(" ".join(seen.most_common(1)[0][0]), seen.total()) for seen in forms.values()]
    return sorted(told, key=lambda one: (-one[1], one[0]))
