"""Articles -> the people and organisations that they name, each with the number of articles.

runs of capitals, counted -> the most frequent candidates, a few sentences of each -> a network tells
their kinds -> the names of each article

The network reads a few hundred sentences, however many articles there are. Names are the same where
their words are; nobody is claimed to be one person across articles. In one article a surname alone is
of whoever was last named in full with it, else of the next one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.language.calendar import MONTH_NUMBER, WEEKDAY_NUMBER
from rag.language.sentences import holding
from rag.language.words import STOP_WORDS, plain
from rag.protocols import Namer
from rag.types.models import Named, NameKind

Name = tuple[str, ...]
Run = tuple[int, Name]  # capitalised words in a row: where they start in their text, and they
Kinds = Mapping[Name, NameKind]
LONGEST = 6  # words of a name
CANDIDATES = (40, 160)  # of one word, and of several
READ = 3  # sentences of each candidate: 300 to 400 in all, a second of a processor
SURE = 0.6  # from this mean on a candidate is a name of a kind
_CAPITAL = r"(?![a-zß-öø-ÿ_\d])\w(?:[\w'&-]*[^\W_])?"
_OPENERS = frozenset("al bin da de del della den der di dos du el la le van von".split())
_OPENER = rf"(?:(?:{'|'.join(sorted(_OPENERS, key=len, reverse=True))})[ -]){{1,2}}"
_BETWEEN = rf"(?:(?<=\b[A-Z])\.)?[ \n](?:{_OPENER}|(?:of the|of|for|and|&)[ \n])?"
_RUN = re.compile(rf"(?<![\w'-])(?:{_OPENER})?{_CAPITAL}(?:{_BETWEEN}{_CAPITAL})*")
"""Words with capitals, and between them what may be inside a name; before them, what may open a surname."""
_NO_NAMES = STOP_WORDS | MONTH_NUMBER.keys() | WEEKDAY_NUMBER.keys()
# Before a name, and no part of it.
_TITLES = frozenset(
    """
    mr mrs ms miss dr sir dame lord lady president prime minister mayor judge justice senator governor
    chancellor secretary king queen prince princess pope professor general captain
    """.split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an article names somebody or something: the words there, and the whole name."""

    words: Name
    whole: Name
    kind: NameKind


def counted(
    articles: Iterable[tuple[str, str]], namer: Namer
) -> dict[NameKind, list[tuple[str, int]]]:
    """Return the names of each kind with the number of titles and texts that have them, most first.

    What is part of a longer name in as many counts only within that, and a single name of a person
    not where somebody is named in full with it.
    """
    texts = [_text(*one) for one in articles]
    runs = [_runs(text) for text in texts]
    known = _kinds(texts, runs, namer)
    found: dict[NameKind, Counter[Name]] = defaultdict(Counter)
    for one in runs:
        for whole, kind in {(told.whole, told.kind) for told in _mentions(one, known)}:
            found[kind][whole] += 1
    every = [(name, kind, many) for kind, names in found.items() for name, many in names.items()]
    kept: dict[NameKind, list[tuple[str, int]]] = defaultdict(list)
    for name, kind, many in every:
        longer = (one for one in every if len(one[0]) > len(name) and _holds(one[0], name))
        if not any(often >= many or kind == of == "person" for _, of, often in longer):
            kept[kind].append((" ".join(name), many))
    return {kind: sorted(names, key=_most_first) for kind, names in kept.items()}


def mentions(title: str, text: str, namer: Namer) -> list[Mention]:
    """Return what an article names, in order."""
    whole = _text(title, text)
    runs = _runs(whole)
    return _mentions(runs, _kinds([whole], [runs], namer))


def _most_first(row: tuple[str, int]) -> tuple[int, str]:
    return -row[1], row[0]


def _text(title: str, text: str) -> str:
    return plain(f"{title}\n\n{text}")


# ── names of an article ──


def _mentions(runs: Sequence[Run], known: Kinds) -> list[Mention]:
    """Return what runs name, in order; a surname with the full name that it belongs to."""
    named = [(name, known[name]) for _, run in runs for name in _named(run, known)]
    people = {name for name, kind in named if kind == "person"}
    surnames = {name: {one for one in people if _ends(one, name)} for name in people}
    bearer: dict[Name, Name] = {}
    for name, kind in reversed(named):
        bearer |= _bears(name, surnames) if kind == "person" else {}
    told = []
    for name, kind in named:
        if kind == "person":
            bearer |= _bears(name, surnames)
            told.append(Mention(name, bearer.get(name, name), kind))
        else:
            told.append(Mention(name, name, kind))
    return told


def _ends(name: Name, end: Name) -> bool:
    return len(name) > len(end) and name[-len(end) :] == end


def _bears(name: Name, surnames: Mapping[Name, set[Name]]) -> dict[Name, Name]:
    """Return the surnames that are of a full name."""
    return {short: name for short, full in surnames.items() if name in full}


def _named(run: Name, known: Kinds) -> Iterator[Name]:
    """Yield the names in a run, the longest first where several begin at a word."""
    first = 0
    while first < len(run):
        ends = range(min(first + LONGEST, len(run)), first, -1)
        name = next((run[first:end] for end in ends if run[first:end] in known), None)
        if name:
            yield name
        first += len(name or " ")


# ── candidates ──


def _runs(text: str) -> list[Run]:
    return [(run.start(), _words(run[0])) for run in _RUN.finditer(text)]


def _words(text: str) -> Name:
    return tuple(word.removesuffix("'s").strip(".,'") for word in text.split())


def _bare(name: Name, kind: NameKind) -> Name:
    """Return a person's name without the titles before it; General Motors keeps its own."""
    if kind != "person":
        return name
    titles = next((at for at, word in enumerate(name) if word.lower() not in _TITLES), 0)
    return name[titles:]


def _parts(run: Name) -> Iterator[Name]:
    """Yield what in a run may be a name: up to `LONGEST` words that end in one with a capital."""
    for first in range(len(run)):
        for last in range(first + 1, min(first + LONGEST, len(run)) + 1):
            part = run[first:last]
            opens = part[0][:1].isupper() or part[0] in _OPENERS
            single = len(part) == 1 and part[0].lower() in _NO_NAMES
            if opens and part[-1][:1].isupper() and not (single or _shouted(part)):
                yield part


def _shouted(part: Name) -> bool:
    return len(part) > 1 and all(word.isupper() and len(word) > 2 for word in part)


def _kinds(texts: Sequence[str], runs: Sequence[Sequence[Run]], namer: Namer) -> Kinds:
    """Return the kinds of the candidates that are in most articles."""
    often = Counter(run for one in runs for run in {words for _, words in one})
    parts = {run: list(_parts(run)) for run in often}
    counts: tuple[Counter[Name], Counter[Name]] = Counter(), Counter()
    for run, many in often.items():
        for part in parts[run]:
            counts[len(part) > 1][part] += many
    tried = {
        part
        for one, most in zip(counts, CANDIDATES, strict=True)
        for part, _ in one.most_common(most)
    }
    within = {run: kept for run in often if (kept := tried.intersection(parts[run]))}
    read = {name: _read(texts, found) for name, found in _places(runs, within).items()}
    return _told(read, namer)


def _places(
    runs: Sequence[Sequence[Run]], within: Mapping[Name, set[Name]]
) -> dict[Name, list[tuple[int, int, int]]]:
    """Return where candidates are: how often the article had it before, article, start."""
    places: dict[Name, list[tuple[int, int, int]]] = defaultdict(list)
    for article, one in enumerate(runs):
        seen: Counter[Name] = Counter()
        for start, run in one:
            for name in within.get(run, ()):
                places[name].append((seen[name], article, start))
                seen[name] += 1
    return places


def _read(texts: Sequence[str], places: Iterable[tuple[int, int, int]]) -> list[str]:
    """Return sentences of a candidate to read, of as many articles as can be."""
    found = (_sentence(texts[article], start) for _, article, start in sorted(places))
    told: dict[str, None] = {}
    for sentence in islice(found, 2 * READ):  # some are the same
        told[sentence] = None
    return list(told)[:READ]


def _sentence(text: str, place: int) -> str:
    first = text.rfind("\n\n", 0, place) + 1
    last = text.find("\n\n", place)
    paragraph = text[first : last if last > 0 else None]
    return holding(paragraph, place - first, place - first + 1)


# ── kinds ──


def _told(read: Mapping[Name, Sequence[str]], namer: Namer) -> Kinds:
    """Return the kinds of names, each by the mean over its sentences."""
    chosen = list(dict.fromkeys(one for sentences in read.values() for one in sentences))
    found = {
        sentence: [(_bare(_words(sentence[one.start : one.end]), one.kind), one) for one in names]
        for sentence, names in zip(chosen, namer.names(chosen), strict=True)
    }
    kinds = {name: _kind(name, [found[one] for one in of]) for name, of in read.items()}
    return {name: kind for name, kind in kinds.items() if kind}


def _kind(name: Name, sentences: Iterable[Sequence[tuple[Name, Named]]]) -> NameKind | None:
    """Return the likeliest kind of a name; a sentence where it is part of a longer one has no vote."""
    shares: dict[NameKind, float] = defaultdict(float)
    votes = 0
    for found in sentences:
        exact = next((one for words, one in found if words == name), None)
        if exact:
            shares[exact.kind] += exact.probability
        votes += bool(exact) or not any(_holds(words, name) for words, _ in found)
    kind = max(shares, key=shares.__getitem__, default=None)
    return kind if kind and shares[kind] / votes >= SURE else None


def _holds(words: Name, name: Name) -> bool:
    return any(words[at : at + len(name)] == name for at in range(len(words)))
