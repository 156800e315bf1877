"""Somebody's draft, and what the archive says of each of its sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rag.types.evidence import Evidence

Finding = Literal["supported", "only alleged", "quotation altered", "contradicted", "not found"]
"""What the archive says of a sentence of a draft."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of somebody's draft that states something, with its place in the draft."""

    text: str  # on one line, without the marks of Markdown
    start: int  # in characters of the draft, as `end`
    end: int
    before: str = ""  # where it begins with a pronoun: the last sentence that does not

    @property
    def whole(self) -> str:
        """The sentence with what its pronoun points back to."""
        return f"{self.before} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of a draft with what the archive says of it."""

    text: str  # as in its Claim
    start: int  # in characters of the draft, as `end`
    end: int
    verdict: Finding
    citations: tuple[int, ...] = ()  # evidence numbers
    evidence: tuple[Evidence, ...] = ()  # what is cited
    beside: str = ""  # the article's true quotation, or its sentence that says otherwise
    values: tuple[str, str] | None = None  # of draft and article, where just these differ


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft while its sentences are checked, first to last; the last moment has `done`."""

    sentences: tuple[Checked, ...] = ()
    unchecked: int = 0  # sentences that are still to check, or were not when it was stopped
    done: bool = False

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that is cited, each once, by number."""
        found = {item.number: item for one in self.sentences for item in one.evidence}
        return tuple(found[number] for number in sorted(found))

    @property
    def supported(self) -> bool:
        """Whether every sentence was checked and is supported."""
        return not self.unchecked and all(one.verdict == "supported" for one in self.sentences)

    def grown(self, one: Checked) -> CheckedDraft:
        """Return the draft with one more sentence; words that were cited before keep their number."""
        known = {item.place: item.number for item in self.evidence}
        for item in one.evidence:
            known.setdefault(item.place, len(known) + 1)
        evidence = tuple(replace(item, number=known[item.place]) for item in one.evidence)
        numbers = tuple(item.number for item in evidence)
        added = replace(one, citations=numbers, evidence=evidence)
        return replace(self, sentences=(*self.sentences, added), unchecked=self.unchecked - 1)
