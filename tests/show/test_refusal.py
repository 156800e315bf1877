"""Why the articles do not say, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.show.refusal import NOT_ANSWERED, NOTHING_NEAR, ONLY_WORDS, why
from rag.types.answers import Answer, Verdict
from rag.types.days import Window
from rag.types.help import Help
from tests.fakes import TODAY, evidence

ARCHIVE = Window(date(2025, 5, 1), TODAY)
JUNE = Window(date(2022, 6, 1), date(2022, 6, 30), "in June 2022")
LAPLAND = "No article here has “Lapland”."
BEFORE = "“in June 2022” is outside the archive, which runs from 1 May 2025 to 5 June 2025."


def refused(*missing, score=0.9, **helped):
    """A refusal with one piece of evidence that fits so well."""
    verdict = Verdict(0.1, 0.3, 0.75, missing)
    told = Help(archive=ARCHIVE, **helped)
    found = tuple(evidence("Rain.", score=score))
    return Answer("Who?", "not_found", evidence=found, verdict=verdict, help=told, done=True)


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (refused(), (NOT_ANSWERED,)),
        (refused(score=0.01), (ONLY_WORDS,)),
        (replace(refused(), evidence=()), (NOTHING_NEAR,)),
        (refused("Lapland", unknown=("Lapland",)), (LAPLAND,)),
        (refused(outside=JUNE), (BEFORE,)),
        (
            refused("2022", "Lapland", score=0.01, unknown=("Lapland",), outside=JUNE),
            (LAPLAND, BEFORE, ONLY_WORDS),
        ),
        (
            refused("Dovre", "Lapland", unknown=("Lapland",)),
            (LAPLAND, "Nothing in the nearest articles speaks of: Dovre."),
        ),
        (refused("2022", outside=JUNE), (BEFORE,)),
        (
            refused(unknown=("Mars", "Venus", "Lapland")),
            ("No article here has “Mars”, “Venus” or “Lapland”.",),
        ),
        (
            refused(outside=Window(None, date(2022, 1, 1))),
            (
                "No article is up to 1 January 2022: the archive runs from 1 May 2025 to 5 June 2025.",
            ),
        ),
    ],
)
def test_a_refusal_has_reasons(answer, reasons):
    """A name that is unknown here, then a day outside; whether something is near, or where it is not
    said.
    """
    assert why(answer) == reasons


@pytest.mark.parametrize("status", ["answered", "partial", "stopped"])
def test_only_a_refusal_has_reasons(status):
    """Whatever else is known."""
    assert why(replace(refused(unknown=("Mars",)), status=status)) == ()
