"""Answer -> the terminal, piece by piece while it grows."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.show.harmless import harmless
from rag.show.json import to_json
from rag.show.view import Difference, View, beside
from rag.types import Answer, Evidence, Explanation, Hit

WIDTH = 100
NAME_WIDTH = 38  # of an outlet or a headline before a passage: most of the line is for its words


@dataclass(slots=True, kw_only=True)
class Printer:
    """Prints answers as they grow: the result on stdout, what is beside it on stderr."""

    as_json: bool
    stream: bool  # statements as they come, not only when all is done
    quiet: bool
    all_evidence: bool
    explain: bool = False
    out: Path | None = None  # a file that takes the answer, too
    several: bool = False  # questions, so each is printed before its answer
    _evidence_said: bool = False
    _statements: int = 0
    _questions: int = 0

    def asked(self, question: str) -> None:
        """Begin with a question."""
        self._evidence_said, self._statements = False, 0
        if self.several and not self.as_json:
            before = "\n" if self._questions else ""
            print(harmless(f"{before}{question}\n"), flush=True)
        self._questions += 1

    def aside(self, text: str) -> None:
        """A line beside the result."""
        if not self.quiet:
            print(harmless(text), file=sys.stderr, flush=True)

    def grown(self, answer: Answer) -> None:
        """Print what is new."""
        if not (answer.done or self._evidence_said or self.as_json):
            self._evidence_said = True
            self.aside(f"Reading the best of {len(answer.evidence)} excerpts:")
            for item in answer.evidence:
                self.aside(near(item))
            self.aside("")
        if self.stream:
            for statement in answer.statements[self._statements :]:
                print(harmless(str(statement)), flush=True)
            self._statements = len(answer.statements)

    def done(self, answer: Answer) -> None:
        """Print the rest: what was not streamed, notes, evidence, what differs, how it was found."""
        if self.as_json:
            found = to_json(answer, explain=self.explain)
            indent = None if self.several else 2
            print(json.dumps(found, ensure_ascii=False, indent=indent), flush=True)
            return
        view = View.of(answer)
        if view.refused or not self.stream:
            print(harmless(answer.text))
        for note in filter(None, (str(answer.window or ""), *view.notes)):
            self.aside(note) if answer.status == "answered" else print(harmless(note))
        for block in self._below(answer, view):
            print(block)

    def _below(self, answer: Answer, view: View) -> Iterator[str]:
        """What follows the notes, piece by piece."""
        if view.refused and not self.all_evidence:
            yield f"\n{view.heading}:"
            yield from map(near, view.evidence)
        else:
            for item in answer.evidence if self.all_evidence else view.evidence:
                yield f"\n{quote(item)}"
        for difference in view.differences:
            yield f"\n{differing(difference)}"
        if self.explain and answer.explanation:
            yield f"\n{harmless(explained(answer.explanation))}"


def quote(item: Evidence) -> str:
    """Evidence for the terminal: number and quote, then outlet, agency, date, headline and file."""
    article = item.article
    lines = textwrap.wrap(
        f"[{item.number}] “{' '.join(item.quote.split())}”", WIDTH, subsequent_indent="    "
    )
    lines += [f"    {article.imprint} · {article.day} · {article.title}", f"    {article.path}"]
    lines += [f"    {line}" for line in beside(item)]
    return harmless("\n".join(lines))


def differing(item: Difference) -> str:
    """What differs and how, then a line for each value with the numbers of its evidence."""
    lines = [f"{item.heading}:"]
    for value, evidence in item.sides:
        lines.append(f"  {value} {''.join(f'[{one.number}]' for one in evidence)}")
    return harmless("\n".join(lines))


def near(item: Evidence) -> str:
    """Evidence in one line: outlet, or headline where none is known, and as many words as fit."""
    article = item.article
    known = article.source or article.title or article.path
    name, *more = textwrap.wrap(known, NAME_WIDTH) or [""]
    name += " …" if more else ""
    return textwrap.shorten(harmless(f"[{item.number}] {name}: {item.quote}"), WIDTH)


def explained(found: Explanation) -> str:
    """A table: what was searched, each hit with its ranks and scores, and what was cut."""
    lines = [f"Searched: {question}" for question in found.questions]
    lines += [f"Full text asked for: {' '.join(found.words)}", ""]
    lines += ["text vectors  fused reranked  passage"]
    lines += [_explained(hit) for hit in found.hits]
    lines += [f"{_explained(cut.hit)} · cut: {cut.reason}" for cut in found.cut]
    return "\n".join(lines)


def _explained(hit: Hit) -> str:
    text, vector = (str(rank or "-") for rank in (hit.text_rank, hit.vector_rank))
    reranked = f"{hit.reranked:.3f}" if hit.reranked is not None else "-"
    where = f"{hit.passage.article.path}:{hit.passage.start} {hit.passage.article.title}"
    return f"{text:>4} {vector:>7} {hit.fused:6.4f} {reranked:>8}  {textwrap.shorten(where, 70)}"
