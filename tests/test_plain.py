"""Values as JSON and back: whole, each object once, and nothing that is not of its kind."""

from __future__ import annotations

import json
from dataclasses import dataclass, is_dataclass, replace
from datetime import date, datetime
from typing import get_args

import pytest

from rag.filters import Filters
from rag.plain import Plain, _kinds
from rag.shell.channel import CALLS
from rag.types.answers import Answer
from rag.types.articles import Article, Passage
from rag.types.days import Window
from rag.types.hits import Cut, Explanation, Hit
from rag.types.questions import Ask
from tests.fakes import QUESTION, article, engine_of, evidence, finished


def travelled(*values, kind):
    """What comes out at the other side of a talk."""
    there, here = Plain(), Plain()
    lines = [json.dumps(there.write(value)) for value in values]
    return [here.read(json.loads(line), kind) for line in lines]


def test_an_answer_travels_whole_at_every_moment(tmp_path):
    """With evidence, verdict, explanation, days and times; equal to what was sent."""
    moments = list(engine_of(tmp_path).stream(QUESTION))
    assert len(moments) > 2 and moments[-1].explanation
    assert travelled(*moments, kind=Answer) == moments


def test_a_question_travels_with_the_turn_before():
    """And with its filters."""
    narrowed = Filters("Times", since=date(2025, 6, 1), without=("a.txt",))
    ask = Ask("And he?", narrowed, date(2025, 6, 5), after=finished(), evidence=3)
    assert travelled(ask, kind=Ask) == [ask]


def test_an_object_is_written_once():
    """However often it is met, in one value or in later ones; equal ones are still two."""
    one = article("x" * 10_000)
    hits = tuple(Hit(Passage(one, 0, end), 0.5) for end in range(1, 51))
    first = Explanation((), (), hits, (Cut(hits[0], "weak"),))
    plain = Plain()
    assert len(json.dumps(plain.write(first))) < 20_000
    assert len(json.dumps(plain.write(replace(first, words=("a",))))) < 1_000
    [back] = travelled(first, kind=Explanation)
    assert len({id(hit.passage.article) for hit in back.hits}) == 1
    assert back.cut[0].hit is back.hits[0]


@pytest.mark.parametrize("value", ["\ud800", 'a\n"\0', "é", "\u2028"])
def test_any_text_travels(value):
    """Half characters of broken files, too."""
    assert travelled(article(value), kind=Article) == [article(value)]


@dataclass(frozen=True)
class Row:
    """A value with fields of some kinds."""

    pair: tuple[int, int] | None
    at: datetime


def test_moments_and_pairs_travel():
    """A tuple of fixed length has that length."""
    row = Row((1, 2), datetime(2025, 6, 5, 12))
    assert travelled(row, kind=Row) == [row]
    with pytest.raises(ValueError):
        Plain().read([[1, 2, 3], "2025-06-05T12:00:00"], Row)


@pytest.mark.parametrize(
    ("plain", "kind"),
    [
        ("a", int),
        (0, Article),  # nothing was met yet
        (-1, Article),
        ([1, 2], Article),
        ("June", date),
        ("certain", Window),
        ("elsewhere", CALLS["find"].given[2]),
        ("abc", tuple[str, ...]),
        ([["a"]], dict),
    ],
)
def test_what_is_of_another_kind_is_an_error(plain, kind):
    """And no value."""
    with pytest.raises(ValueError):
        Plain().read(plain, kind)


def test_an_earlier_object_of_another_kind_is_an_error():
    """A number says which object, not which kind."""
    plain = Plain()
    plain.read([None, None, "", True], Window)
    with pytest.raises(ValueError):
        plain.read(0, Article)


def test_what_json_has_not_is_an_error():
    """Such as bytes."""
    with pytest.raises(TypeError):
        Plain().write(b"x")


def test_every_kind_of_a_call_can_be_read():
    """All dataclasses that a call has in it, down to the last field, are made of kinds that are known."""
    known, ahead = set(), [part for call in CALLS.values() for part in (*call.given, call.value)]
    while ahead:
        kind = ahead.pop()
        if kind not in known:
            known.add(kind)
            ahead += _kinds(kind) if is_dataclass(kind) else get_args(kind)
    plain = {
        one for one in known if isinstance(one, type) and not (is_dataclass(one) or get_args(one))
    }
    assert plain <= {str, int, float, bool, date, datetime, type(None)}
    assert {Answer, Article, Hit, Ask} <= known
    assert evidence("x")[0].__class__ in known
