"""Bars over time: a place for each month, in the scale of all rows, said in words, too."""

from datetime import date

from rag.show import chart
from tests.pages_seen import Seen

MONTHS = {"2025-03": 2, "2025-05": 4}
OVER = ("2025-03", "2025-04", "2025-05")


def test_months_without_articles_have_their_place():
    """The months run from first to last without a gap, the bars stand under theirs."""
    assert chart.columns(date(2025, 3, 1), date(2025, 5, 9)) == OVER
    drawn = list(chart._drawn(MONTHS, OVER, 4))
    assert len(drawn) == 2
    assert 'height="13.00"' in drawn[0] and 'x="20.00"' in drawn[0]  # half of 26; 40 wide of 80
    assert 'height="26.00"' in drawn[1] and 'x="180.00"' in drawn[1]


def test_long_spans_are_counted_by_year():
    """Half a century has a column for each year."""
    years = chart.columns(date(1970, 6, 1), date(2025, 5, 9))
    assert years[0] == "1970" and len(years) == 56
    assert chart.tallest(MONTHS, years) == 6


def test_the_picture_says_in_words_what_it_shows():
    """How many articles, and when most of them are from."""
    assert "6 dated articles, most in May 2025" in Seen(chart.bars(MONTHS, OVER, 4)).values
    assert "no dates" in chart.bars({}, (), 0)


def test_without_days_there_are_no_columns():
    """And no axis."""
    assert chart.columns(None, None) == () and chart.axis(()) == ""
    assert Seen(chart.axis(OVER)).text == "Mar 2025May 2025"


def test_few_columns_have_their_number_and_name():
    """Above and below the bars; a year is named where it begins, and where there are many the ends alone."""
    assert Seen(chart.numbers(MONTHS, OVER)).text == "24"
    over = ("2024-12", "2025-01", "2025-02")
    assert Seen(chart.names(over)).text == "Dec2024Jan2025Feb"
    assert Seen(chart.names(("1970", "1971"))).text == "19701971"
    many = chart.columns(date(2024, 1, 1), date(2025, 1, 1))
    assert chart.numbers(MONTHS, many) == ""
    assert Seen(chart.names(many)).text == "Jan 2024Jan 2025"
