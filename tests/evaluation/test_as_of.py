"""What is later than a day is found wherever it stands in an answer."""

from dataclasses import replace
from datetime import date

from scripts.evaluation import as_of
from scripts.evaluation.collections import Question
from tests.fakes import article, evidence


def test_an_article_is_found_at_any_depth():
    """Inside tuples, mappings and other values; what is no article is passed over."""
    early, late = (
        article("Early.", published=date(2025, 6, 1)),
        article("Late.", published=date(2025, 6, 9)),
    )
    [cited] = evidence("Early.")
    cited = replace(cited, article=early)
    assert list(as_of.articles((cited, {"beside": [late], "day": 3}))) == [early, late]


def test_later_and_undated_articles_count():
    """An article of the day itself does not."""
    day = date(2025, 6, 5)
    for published, later in ((date(2025, 6, 5), False), (date(2025, 6, 6), True), (None, True)):
        assert as_of.is_later([article("Text.", published=published)], day) is later


def test_the_day_is_before_the_questions_own():
    """Up to sixty days, and always the same."""
    asked = [Question(str(number), "Who?", date(2025, 6, 30)) for number in range(200)]
    days = [as_of.day_of(one) for one in asked]
    assert days == [as_of.day_of(one) for one in asked]
    assert {(date(2025, 6, 30) - day).days for day in days} == set(range(1, 61))
