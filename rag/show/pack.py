"""The pack of an answer: what is needed to check its quotations later, as JSON within a file, and read back.

    answer, what the library and the catalogue know -> Pack -> sealed JSON in a page or an object
    bytes of a file -> Found: the pack in it, and whether anything in the file was altered

A pack holds no clock but the day of asking, so the same answer gives the same bytes. Its checksums show
what was changed by accident or without care; they are no signature.
"""

from __future__ import annotations

import html
import json
import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, Literal, TypeVar

from rag.errors import Unreadable
from rag.show.view import View
from rag.types.answers import Answer, Rejected
from rag.types.articles import digest
from rag.types.evidence import Evidence

MARK = "clippings-pack"
"""What tells that a file is a pack, whatever its name."""
VERSION = 1  # of the form of a pack
MOST = 100  # quotations of a pack that is read; an answer has twenty at most
LONGEST = 20_000  # characters of a quotation that is read; our own are a few sentences
OPEN, CLOSE = f'<pre id="{MARK}" hidden>', "</pre>"
_MARKED = re.compile(rf'id="{MARK}"|"format": ?"{MARK}"|&quot;{MARK}&quot;'.encode())
_BLOCK = re.compile(rf'<pre id="{MARK}" hidden(?:="")?>([^<]*)</pre>')
_OBJECT = re.compile(rb"\s*\{")

T = TypeVar("T")
Fate = Literal["same", "moved", "changed", "gone"]
"""The same characters at the same place; the same words elsewhere in the article or its file, or in another file;
the article is there and the words are not; the article is not there."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of an article, where they are in it, and what is known of the article; None is unknown."""

    number: int
    quote: str
    path: str  # of the article: its file, or its place in an archive file
    start: int  # in characters of the article's text, as `end`
    end: int
    position: int = 0  # of the article in its file, from 0
    article: str = ""  # its id
    text_sha256: str = ""  # of all of its text, in UTF-8
    file: str | None = None  # in the folder of articles
    file_sha256: str | None = None
    title: str = ""
    source: str | None = None
    agency: str | None = None
    author: str | None = None
    published: str | None = None  # 2025-06-04
    published_from: str | None = None  # how the day is known
    url: str | None = None
    correction: str | None = None
    also: tuple[str, ...] = ()  # the paths of its copies

    @classmethod
    def of(cls, item: Evidence, file: tuple[str, str] | None) -> Quotation:
        """The quotation of a piece of evidence, with path and sha256 of its file."""
        article, (path, sha256) = item.article, file or (None, None)
        return cls(
            item.number,
            item.quote,
            article.path,
            item.start,
            item.end,
            article.position,
            article.id,
            digest(article.text),
            path,
            sha256,
            article.title,
            article.source,
            article.agency,
            article.author,
            article.published.isoformat() if article.published else None,
            article.published_from,
            article.url,
            article.correction,
            tuple(copy.path for copy in item.also),
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """The probability that the evidence answers, and from which on there is an answer."""

    probability: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Model:
    """A model that was asked, and the sha256 of each of its files."""

    name: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """The state of the library: how often it was published, and how files are read, cut and encoded."""

    generation: int
    schema: str
    reading: int
    passage_words: int
    encoder: str | None


@dataclass(frozen=True, slots=True)
class Pack:
    """What is needed to check an answer later; what is not known is None."""

    question: str
    asked_on: str | None = None
    as_of: str | None = None
    program: str = ""  # its version
    models: Mapping[str, Model] = field(default_factory=dict)  # by their jobs
    index: Index | None = None
    gate: Gate | None = None
    quotations: tuple[Quotation, ...] = ()  # those that people see
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Traced:
    """What became of a quotation."""

    quotation: Quotation
    fate: Fate
    there: str = ""  # the words that are there now, where these are others
    notes: tuple[str, ...] = ()  # where it is now, what else has changed, or why it is gone

    @property
    def holds(self) -> bool:
        """Whether its words can still be found."""
        return self.fate in ("same", "moved")


@dataclass(frozen=True, slots=True)
class Found:
    """A pack that was read from a file, and in words what of the file was altered."""

    pack: Pack
    version: int
    altered: tuple[str, ...] = ()


def pack(
    answer: Answer,
    files: Mapping[tuple[str, int], tuple[str, str]],
    program: str,
    models: Mapping[str, Model],
    index: Index | None,
) -> Pack:
    """Make the pack of an answer; `files` has path and sha256 of an article's file by path and position."""
    verdict, shown = answer.verdict, View.of(answer).evidence
    return Pack(
        answer.question,
        answer.asked_on.isoformat() if answer.asked_on else None,
        answer.as_of.isoformat() if answer.as_of else None,
        program,
        models,
        index,
        Gate(round(verdict.probability, 3), verdict.threshold) if verdict else None,
        tuple(
            Quotation.of(item, files.get((item.article.path, item.article.position)))
            for item in shown
        ),
        answer.rejected,
    )


# ── into a file ──


def sealed(made: Pack, rest: str) -> dict[str, Any]:
    """Return a pack as JSON has it, with the checksums of `rest`, all else in its file, and of itself."""
    facts = {"format": MARK, "version": VERSION, **asdict(made), "rest_sha256": digest(rest)}
    return {**facts, "checksum": _checksum(facts)}


def in_page(made: Pack, before: str, after: str) -> str:
    """Return a page with the pack between two parts of it: a block that browsers neither show nor run."""
    told = json.dumps(sealed(made, _lines(before + after)))
    return f"{before}{OPEN}{html.escape(told)}{CLOSE}{after}"


def in_object(made: Pack, rest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object with the pack as its field `proof`."""
    return {**rest, "proof": sealed(made, _canonical(rest))}


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _checksum(facts: Mapping[str, Any]) -> str:
    return digest(_canonical({key: value for key, value in facts.items() if key != "checksum"}))


def _lines(text: str) -> str:
    """A text with the line ends of every system made one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ── out of a file ──


def found(data: bytes) -> Found | None:
    """Return the pack in the bytes of a file, or None where it is no pack.

    Raises Unreadable for a pack of which nothing can be made.
    """
    try:
        told = _proof(data)
        return _read(*told) if told else None
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is a pack, but its facts cannot be read: it was altered") from error


def _proof(data: bytes) -> tuple[Mapping[str, Any], str] | None:
    """Return the facts in a file and all else in it, or None. Raises ValueError where they are broken."""
    data = data.removeprefix(BOM_UTF8)
    marked = bool(_MARKED.search(data))
    if _OBJECT.match(data):
        try:
            whole = json.loads(data)
        except (ValueError, RecursionError):
            if marked:
                raise
            return None
        facts = whole.pop("proof", None)
        if isinstance(facts, dict) and (facts.get("format") == MARK or "quotations" in facts):
            return facts, _canonical(whole)
    if not marked:
        return None
    text = _lines(data.decode("utf-8", "replace"))
    [block] = _BLOCK.finditer(text)
    facts = json.loads(html.unescape(block[1]))
    if not isinstance(facts, dict):
        raise ValueError
    before, after = text[: block.start()], text[block.end() :]
    return facts, before + after


def _read(facts: Mapping[str, Any], rest: str) -> Found:
    """Make a pack of its facts; what a later version added is passed over, what is missing is unknown."""
    told, version = dict(facts), facts.get("version")
    quotations, rejected = _list(told, "quotations"), _list(told, "rejected")
    if len(quotations) > MOST:
        raise Unreadable(f"it has more than {MOST} quotations")
    read = _made(
        Pack,
        {
            **told,
            "models": {str(job): _made(Model, one) for job, one in _object(told, "models").items()},
            "index": _made(Index, told["index"]) if told.get("index") else None,
            "gate": _made(Gate, told["gate"]) if told.get("gate") else None,
            "quotations": tuple(map(_quotation, quotations)),
            "rejected": tuple(_made(Rejected, one) for one in rejected),
        },
    )
    altered = []
    if facts.get("checksum") != _checksum(facts):
        altered.append("its facts are not those it was written with")
    if facts.get("rest_sha256") != digest(rest):
        altered.append("what it shows beside them is not what was written")
    return Found(read, version if isinstance(version, int) else 0, tuple(altered))


def _quotation(told: Any) -> Quotation:
    one = _made(Quotation, told)
    if len(one.quote) > LONGEST:
        raise Unreadable(f"its quotation {one.number} is longer than {LONGEST:,} characters")
    if not (one.quote.strip() and 0 <= one.start < one.end):
        raise ValueError
    return one


def _list(told: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = told.get(name, [])
    if not isinstance(value, list):
        raise ValueError
    return value


def _object(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = told.get(name, {})
    if not isinstance(value, dict):
        raise ValueError
    return value


_KINDS: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "str": (str,),
    "str | None": (str, type(None)),
    "Mapping[str, str]": (dict,),
    "tuple[str, ...]": (list,),
}
"""How a field is annotated -> what JSON may have for it; other fields were made already."""


def _made(kind: type[T], told: Any) -> T:
    """Make a value of a JSON object. Raises ValueError where a field is missing or of another kind."""
    if not isinstance(told, dict):
        raise ValueError
    known: dict[str, Any] = {}
    for one in fields(kind):  # type: ignore[arg-type]
        if one.name in told:
            value, kinds = told[one.name], _KINDS.get(str(one.type))
            if kinds and not _is(value, *kinds):
                raise ValueError
            known[one.name] = _plain(value) if kinds else value
        elif one.default is MISSING and one.default_factory is MISSING:
            raise ValueError
    return kind(**known)


def _is(value: Any, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """Texts as files and terminals take them, lists as values."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return tuple(_plain(str(one)) for one in value)
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(str(one)) for key, one in value.items()}
    return value
