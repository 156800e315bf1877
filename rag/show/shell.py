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

from rag.settings import command
from rag.show.harmless import harmless
from rag.show.json import to_json
from rag.show.view import (
    INSTEAD,
    Brief,
    Difference,
    Said,
    Span,
    View,
    beside,
    label,
    meant,
    parted,
    row,
)
from rag.types.answers import Answer, Statement
from rag.types.archive import Archive, Tally
from rag.types.evidence import Evidence
from rag.types.hits import Explanation, Hit

WIDTH = 100
MARK, UNMARK = "\x1b[1;4m", "\x1b[22;24m"  # bold and underlined, for a terminal alone
LABEL_WIDTH, BAR_WIDTH = 40, 40  # of a chart, in characters
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
    _unread_said: bool = False
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
        """Print what is new, after which files are not read yet, once."""
        if answer.help.unread and not (self._unread_said or self.as_json):
            self._unread_said = True
            self.aside(f"{answer.help.unread} To read them: {command('ingest')}\n")
        if not (answer.done or self._evidence_said or self.as_json):
            self._evidence_said = True
            self.aside(f"Reading the best of {len(answer.evidence)} excerpts:")
            for item in answer.evidence:
                self.aside(near(item))
            self.aside("")
        if self.stream and not answer.review:
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
        if view.archive:
            print(counted(view.archive))
        elif view.refused:
            print(harmless(answer.text))
        elif answer.review:
            print(reviewed(view))
        elif not self.stream:
            for statement in answer.statements:
                print(judged(statement))
        for note in filter(None, (str(answer.window or ""), *view.notes)):
            self.aside(note) if answer.status == "answered" else print(harmless(note))
        for guess in view.guesses:
            told = f"{meant(guess)} {guess.question}"
            print(harmless(told)) if view.refused else self.aside(told)
        for block in self._below(answer, view):
            print(block)

    def _say_short(self, answer: Answer) -> None:
        """Print the short answer once, as soon as it is certain to stay: a line cannot be taken back."""
        stays = answer.statements or (answer.verdict and answer.verdict.certain) or answer.done
        if stays and not self._short_said:
            self._short_said = True
            view = View.of(answer)
            if line := briefly(view.short):
                print(line, flush=True)
            for agreed in filter(None, (one.agreed for one in view.short)):
                print(harmless(agreed), flush=True)

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
        if view.instead:
            yield harmless("\n".join([f"\n{INSTEAD}:", *(f"  {one}" for one in view.instead)]))
        if view.coverage:
            yield f"\n{view.coverage}"
        if self.explain and answer.explanation:
            yield f"\n{harmless(explained(answer.explanation))}"


def reviewed(view: View) -> str:
    """Quotations with their marks, a line each; in a comparison those of each side below its heading."""
    lines = list(map(_quoted, view.statements))
    for column in view.columns:
        said = list(map(_quoted, column.statements)) or [column.unanswered]
        lines += [*([""] if lines else []), f"{column.heading}:", *said]
    return harmless("\n".join(lines))


def _quoted(said: Said) -> str:
    return f"{said.text} {''.join(f'[{item.number}]' for item in said.cited)}"


def counted(found: Archive) -> str:
    """What was counted: a sentence, and its rows as a chart or, of articles, as a list."""
    listed = any(one.article for one in found.rows)
    rows = [f"  {row(one)}" for one in found.rows] if listed else chart(found.rows)
    return harmless("\n".join([found.text, *rows]))


def chart(rows: Sequence[Tally]) -> list[str]:
    """Rows with a bar for each count, in eighths of a character; the longest fills the line."""
    if not rows:
        return []
    labels = [textwrap.shorten(harmless(one.label), LABEL_WIDTH, placeholder=" …") for one in rows]
    wide, most = max(map(len, labels)), max(1, *(one.count for one in rows))
    digits = len(f"{most:,}")
    room = BAR_WIDTH * 8 / most
    return [
        f"  {label:{wide}} {one.count:>{digits},} {_bar(max(1, round(one.count * room)))}"
        for label, one in zip(labels, rows, strict=True)
    ]


def _bar(eighths: int) -> str:
    """A bar of block characters that is so many eighths of a character long."""
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


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
