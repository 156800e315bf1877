"""The days that a quotation names, read against its article's date."""

from datetime import date

import pytest

from rag.when.quoted import named_days, with_days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He sued on Tuesday (June 3).", {"on Tuesday (June 3)": date(2025, 6, 3)}),
        ("He sued on Monday (June 3).", {}),  # the weekday disagrees
        ("It was signed on Thursday.", {"on Thursday": date(2025, 5, 29)}),
        (
            "It was signed on Wednesday.",
            {"on Wednesday": date(2025, 6, 4)},
        ),  # the article's own day
        ("They will meet on Thursday.", {}),  # to come
        ("It has to be signed on Thursday.", {}),
        ("The rate fell to 3 percent on Thursday.", {"on Thursday": date(2025, 5, 29)}),
        ("They will meet. It was signed on Thursday.", {"on Thursday": date(2025, 5, 29)}),
        ("It began on December 28.", {"on December 28": date(2024, 12, 28)}),
        ("It began on May 9, 2019.", {}),  # its year is there
        ("It began on February 30.", {}),
        ("May 9 and may 9", {"May 9": date(2025, 5, 9)}),
        ("It was signed on \u017funday.", {}),  # an old spelling is no error
    ],
)
def test_days_of_a_quotation_are_read_against_its_article(text, expected):
    """Of an article of Wednesday 4 June 2025."""
    found = named_days(text, date(2025, 6, 4))
    assert {named.phrase: named.day for named in found} == expected


def test_an_article_without_a_date_names_no_day():
    """Unknown stays unknown."""
    assert named_days("It was signed on Thursday.", None) == ()


def test_a_text_is_told_with_its_days():
    """Each behind the words that name it, where it is certain."""
    days = named_days("It fell to 3 percent on Thursday.", date(2025, 5, 30))
    told = with_days("It fell to 3 percent on Thursday.", days)
    assert told == "It fell to 3 percent on Thursday (29 May 2025)."
    assert with_days("They will meet on Thursday.", ()) == "They will meet on Thursday."
