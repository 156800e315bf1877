"""What the namer learns of days: marked sentences, the same every time, and with other days in their places."""

from __future__ import annotations

import random
import re

import pytest

from scripts.evaluation import timeline
from scripts.evaluation.train.days import changed, marked, parse
from scripts.evaluation.train.names import Marked


@pytest.fixture(scope="module")
def data():
    """What is learned from."""
    return marked()


def test_marks_are_read():
    """The text is without them."""
    found = parse("He said [[said|on Monday]] that it closed [[past|in May 2019]].")
    places = ((8, 17, "said"), (33, 44, "past"))
    assert found == Marked("He said on Monday that it closed in May 2019.", places)


def test_every_mark_is_read_and_the_order_is_the_same_every_time(data):
    """No bracket is left; the places are apart and have no space at their ends."""
    assert marked() == data and len({one.text for one in data}) == len(data)
    for one in data:
        assert "[[" not in one.text and "]]" not in one.text
        ends = [0, *(end for _, end, _ in one.names)]
        assert all(start >= end for (start, _, _), end in zip(one.names, ends, strict=False))
        assert all(
            one.text[start:end].strip() == one.text[start:end] for start, end, _ in one.names
        )


def test_other_days_take_a_place():
    """Weekdays, months, years and numbers, each by one of its sort, the same by the same; nothing else."""
    text = "In [[other|May]] it was 9; [[past|on Friday, 3 May 2019]] or [[other|the 21st]]."
    one = parse(text)
    weekday, month = "(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", "([A-Z][a-z]+)"
    wanted = rf"In {month} it was 9; on {weekday}, \d+ {month} 20[012]\d or the \d+st\."
    rng = random.Random(1)
    found = [changed(one, 1.0, rng) for _ in range(20)]
    for other in found:
        assert (told := re.fullmatch(wanted, other.text)) and told[1] == told[3]
        assert [kind for *_, kind in other.names] == ["other", "past", "other"]
        assert all(other.text[end] in " ;." for _, end, _ in other.names)
    assert len({other.text for other in found}) == 20
    assert changed(one, 0.0, rng) == one


def test_no_sentence_is_measured_on(data):
    """None of either set of timelines."""
    measured = {
        case.text
        for path in (timeline.SENTENCES, timeline.SECOND)
        for unread in (False, True)
        for case in timeline.cases(unread, path)
    }
    assert not measured & {one.text for one in data}
