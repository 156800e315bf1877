"""The dater's network: what days are the days of, for each place by itself."""

from __future__ import annotations

import numpy as np
import pytest

from rag.models.dater import of_places


def test_a_day_is_what_its_tokens_say_on_average():
    """None is not a role; a place that has no token was not read."""
    offsets = [(0, 2), (3, 9), (9, 12), (0, 0)]  # no token for the special one
    logits = np.log([[0.2, 0.5, 0.1, 0.1, 0.1], [0.4, 0.3, 0.1, 0.1, 0.1], [0.2] * 5, [0.2] * 5])
    [told, bare] = of_places(offsets, logits, [(0, 9), (20, 25)])
    assert told == pytest.approx({"past": 0.4, "ahead": 0.1, "said": 0.1, "other": 0.1})
    assert bare == {}


@pytest.mark.models
def test_it_tells_what_a_day_is_the_day_of(judges):
    """For each place by itself; one behind what is read has no roles."""
    texts = [
        "Police said on Monday that Ada Holm, born in 1961, died on Saturday.",
        "The court will hear the case on 3 May." + " It rained." * 99 + " It rained on Friday.",
    ]
    days = [["on Monday", "in 1961", "on Saturday"], ["on 3 May", "on Friday"]]
    places = [
        [(text.index(day), text.index(day) + len(day)) for day in of]
        for text, of in zip(texts, days, strict=True)
    ]
    told = judges.dater.roles(texts, places)
    likeliest = [[max(roles, key=roles.get) if roles else None for roles in of] for of in told]
    assert likeliest == [["said", "other", "past"], ["ahead", None]]
    assert judges.dater.roles([], []) == []
