"""Answer -> the terminal, piece by piece while it grows."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from rag.show.harmless import harmless
from rag.show.json import to_json
from rag.show.view import Brief, Difference, Span, View, beside, label, parted
from rag.types import Answer, Evidence, Explanation, Hit, Statement

WIDTH = 100
MARK, UNMARK = "\x1b[1;4m", "\x1b[22;24m"  # bold and underlined, for a terminal alone
NAME_WIDTH = 38  # of an outlet or a headline before a passage: most of the line is for its words


@dataclass(slots=True, kw_only=True)
class Printer:
    """Prints answers as they grow: the result on stdout, what is beside it on stderr."""

    as_json: bool
    stream: bool  # statements as they come, not only when all is done
    quiet: bool
    all_evidence: bool
    explain: bool = False
    marks: bool = False  # whether stdout is a terminal, where the words found can be marked
    out: Path | None = None  # a file that takes the answer, too
    several: bool = False  # questions, so each is printed before its answer
    _evidence_said: bool = False
    _short_said: bool = False
    _statements: int = 0
    _questions: int = 0

    def asked(self, question: str) -> None:
        """Begin with a question."""
        self._evidence_said, self._short_said, self._statements = False, False, 0
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
            self._say_short(answer)
            for statement in answer.statements[self._statements :]:
                print(judged(statement), flush=True)
            self._statements = len(answer.statements)

    def done(self, answer: Answer) -> None:
        """Print the rest: what was not streamed, notes, evidence, what differs, how it was found."""
        if self.as_json:
            found = to_json(answer, explain=self.explain)
            indent = None if self.several else 2
            print(json.dumps(found, ensure_ascii=False, indent=indent), flush=True)
            return
        view = View.of(answer)
        self._say_short(answer)
        if view.refused:
            print(harmless(answer.text))
        elif not self.stream:
            for statement in answer.statements:
                print(judged(statement))
        for note in filter(None, (str(answer.window or ""), *view.notes)):
            self.aside(note) if answer.status == "answered" else print(harmless(note))
        for block in self._below(answer, view):
            print(block)

    def _say_short(self, answer: Answer) -> None:
        """Print the short answer once, as soon as it is certain to stay: a line cannot be taken back."""
        stays = answer.statements or (answer.verdict and answer.verdict.certain) or answer.done
        if stays and not self._short_said:
            self._short_said = True
            if line := briefly(View.of(answer).short):
                print(line, flush=True)

    def _below(self, answer: Answer, view: View) -> Iterator[str]:
        """What follows the notes, piece by piece."""
        if view.refused and not self.all_evidence:
            yield f"\n{view.heading}:"
            yield from map(near, view.evidence)
        else:
            for item in answer.evidence if self.all_evidence else view.evidence:
                place = view.marked.get(item.number) if self.marks else None
                yield f"\n{quote(item, place)}"
        for difference in view.differences:
            yield f"\n{differing(difference)}"
        if self.explain and answer.explanation:
            yield f"\n{harmless(explained(answer.explanation))}"


def briefly(short: Sequence[Brief]) -> str:
    """The short answers on one line: "Lee Jae-myung [1] · Kim Moon-soo [2]"."""
    return harmless(" · ".join(f"{one.text} [{one.item.number}]" for one in short))


def judged(statement: Statement) -> str:
    """A sentence with its marks and what the checks found: "It rained. [1] (supported)"."""
    found = "Quotation" if statement.kind == "quote" else label(statement)
    return harmless(f"{statement} ({found[0].lower()}{found[1:]})")


def quote(item: Evidence, place: Span | None = None) -> str:
    """Evidence for the terminal: number and quote, then outlet, agency, date, headline and file.

    The words at `place` are marked with what a terminal understands.
    """
    article = item.article
    before, found, after = (harmless(re.sub(r"\s+", " ", part)) for part in parted(item, place))
    opening = f"[{item.number}] “"
    told = f"{opening}{' '.join(f'{before}{found}{after}'.split())}”"
    lines = _marked(
        textwrap.wrap(told, WIDTH, subsequent_indent="    "), _ink(opening + before), _ink(found)
    )
    about = [f"    {article.imprint} · {article.day} · {article.title}", f"    {article.path}"]
    about += [f"    {line}" for line in beside(item)]
    return "\n".join([*lines, *map(harmless, about)])


def _ink(text: str) -> int:
    """Count the characters that are not blank: breaking lines changes none of them."""
    return len("".join(text.split()))


def _marked(lines: Sequence[str], first: int, many: int) -> list[str]:
    """Mark so many characters that are not blank, after the first ones; no mark goes over a line end."""
    return [
        _marked_line(line, first - before, first + many - before)
        for line, before in zip(lines, accumulate(map(_ink, lines), initial=0), strict=False)
    ]


def _marked_line(line: str, start: int, end: int) -> str:
    inked = [place for place, character in enumerate(line) if not character.isspace()]
    marked = inked[max(start, 0) : max(end, 0)]
    if not marked:
        return line
    first, last = marked[0], marked[-1] + 1
    return f"{line[:first]}{MARK}{line[first:last]}{UNMARK}{line[last:]}"


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
