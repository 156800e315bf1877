"""Statement, evidence -> what is wrong with it: vetoes that are exact, then the checker's judgement.

A veto compares letters: numbers with their units, names and quotations of the statement stand in the
cited words, and what these pair ("respectively") it pairs alike. Two names may come from around the
quotation: the rest of a name, where the article has it in full ("Genalo" in the cited words allows
"Kenneth Genalo"), and a name of the question, where the cited words have no other in its place.
Whether the words mean it, who did it and to whom, who said it, how sure it is, the checker judges;
what a sentence only alleges is no fact, the classifier tells.
Nothing here repairs; `statements` decides what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rag.answering.checks.quotations import misquoted
from rag.language.pairing import mispaired
from rag.language.quantities import unsupported
from rag.language.questions import asks_whether
from rag.language.sentences import sentence_texts
from rag.language.stems import stems
from rag.language.words import STOP_WORDS, content_words, initials, names, numbers, words
from rag.protocols import Checker, Judges
from rag.types.evidence import Evidence
from rag.types.models import Support

SUPPORTED, CONTRADICTED = 0.5, 0.5
# Of 32 planted errors and 32 sentences in other words, one sentence alone contradicts 16 and 8 from .5;
# those that the text contradicts back, from .4, are 12 and none; from .3, 14 and 1.
BACK = 0.4
ALLEGED = "It is alleged that {}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a statement, in words, and what the checker makes of it."""

    problems: tuple[str, ...]
    support: Support = field(default_factory=Support)

    @property
    def is_contradicted(self) -> bool:
        """Whether the cited words say the opposite."""
        return self.support.contradicted >= CONTRADICTED


def judge(statement: str, cited: Sequence[Evidence], question: str, judges: Judges) -> Judgement:
    """Judge a statement beside all its cited words; it passes where nothing is wrong with it."""
    if not cited:
        return Judgement(("it cites nothing",))
    told = " ".join(item.quote for item in cited)
    [said] = judges.checker.check(claim(statement, question), [told])
    judged = Judgement(tuple(vetoes(statement, cited, question)), said)
    if (
        not judged.problems
        and said.supported >= SUPPORTED
        and only_alleged(statement, told, judges)
    ):
        return replace(judged, problems=("the cited words only allege it",))
    if judged.problems or said.supported >= SUPPORTED:
        return judged
    turned = judged.is_contradicted
    wrong = "the cited words say otherwise" if turned else "the cited words do not say so"
    return replace(judged, problems=(wrong,))


def only_alleged(statement: str, text: str, judges: Judges) -> bool:
    """Return whether a statement tells as a fact what the likeliest sentence of a text alleges: the
    classifier takes that sentence for an accusation, and it says sooner that the statement is alleged.
    """
    told = sentence_texts(text)
    own, *theirs = (one.frame for one in judges.classifier.classify([statement, *told]))
    if own != "fact" or "alleged" not in theirs:
        return False
    check = judges.checker.check
    said = check(statement, told)
    best = max(range(len(told)), key=lambda place: said[place].supported)
    [alleged] = check(ALLEGED.format(statement), [told[best]])
    return theirs[best] == "alleged" and alleged.supported > said[best].supported


def contradicting(statement: str, texts: Sequence[str], checker: Checker) -> int | None:
    """Return which text contradicts a statement most surely, or None. A contradiction goes both ways: a
    text that only tells less, or tells it in other words, is not contradicted by the statement.
    """
    said = checker.check(statement, texts)
    best = max(range(len(texts)), key=lambda place: said[place].contradicted, default=None)
    if best is None or said[best].contradicted < CONTRADICTED:
        return None
    [back] = checker.check(texts[best], [statement])
    return best if back.contradicted >= BACK else None


def claim(statement: str, question: str) -> str:
    """Return what a statement claims: one that is only a name or a number, what the question asks."""
    bare = not content_words(f"so {statement}")  # "so": its first word may be a name, too
    return f"{question} {statement}" if bare else statement


def vetoes(statement: str, cited: Sequence[Evidence], question: str = "") -> list[str]:
    """Return the numbers, names and quotations of a statement that the cited words lack."""
    told = source(cited)
    found = unsupported(statement, told)
    spoken = words(statement)
    # `names` cannot know whether the first word is one; the question may.
    known = set(words(told)) | initials(told)
    said = names(statement) | (set(spoken[:1]) & names(question))
    around = set(pairwise(words("\n".join(item.article.text for item in cited))))
    asked = names(question) & {word for pair in around for word in pair}
    asked -= {name for name in asked if _displaced(name, statement, told)}
    for name in sorted(said - known - asked - numbers(statement)):
        if name.isalpha() and {f"{name}s", name.removesuffix("s")} & known:
            continue  # the Aurora Awards give an Aurora Award
        if not any(pair in around for pair in _pairs_with(name, spoken, known)):
            found.append(f"the name “{name}” is not in the cited words")
    wrong = (
        f"the words “{quoted}” are not in the cited words"
        for quoted, _ in misquoted(statement, cited)
    )
    paired = (
        f"the cited words pair otherwise: “{sentence}”"
        for item in cited
        for sentence in sentence_texts(item.quote)
        if mispaired(statement, sentence)
    )
    return [*found, *wrong, *paired]


def source(cited: Sequence[Evidence]) -> str:
    """Return the cited words under their headlines."""
    return "\n".join(f"{item.article.title}\n{item.quote}" for item in cited)


def _pairs_with(name: str, spoken: Sequence[str], known: set[str]) -> list[tuple[str, str]]:
    """Return the statement's neighbouring words of which one is this name and the other is cited."""
    known = known - STOP_WORDS
    return [
        pair for pair in pairwise(spoken) if name in pair and (pair[0] in known or pair[1] in known)
    ]


def _displaced(name: str, statement: str, source: str) -> bool:
    """Return whether the cited words have another name in its place: a "director of Dovre" is not a
    "director of Lindholm", although the article mentions both.
    """
    said, there = (
        [word for word in words(text) if word not in STOP_WORDS] for text in (statement, source)
    )
    beside = {word for pair in pairwise(said) if name in pair for word in pair} - {name}
    others = names(source) - set(said)
    return any(set(pair) & beside and set(pair) & others for pair in pairwise(there))


def repeats(question: str, statement: str) -> bool:
    """Return whether a statement has only the question's words, where these do not answer it."""
    if asks_whether(question) or " or " in question:
        return False
    return bool(question) and stems(statement) <= stems(question)
