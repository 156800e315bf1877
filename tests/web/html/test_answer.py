"""The answer on the page: prose and quotations told apart, what narrowed it, what can be done with it."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

import pytest

from rag.filters import FILTERS, Filters
from rag.show.view import UNWRITTEN
from rag.types.answers import REFUSAL, Disagreement, Review, Short, Side, Statement, Value
from rag.types.archive import Archive
from rag.types.days import Window
from rag.types.files import IngestReport, Skipped
from rag.types.questions import Turn
from rag.web.html import answer as render
from tests.pages_seen import Seen, answered, turn, written


def seen(answer, **changes) -> Seen:
    """The answer's part of the page."""
    return Seen(render.answer(turn(answer, **changes)))


def test_chips_open_articles():
    """Each number opens its evidence; a number without evidence makes no chip."""
    page = seen(answered(written("It rained.", 1, 3, 9), written("It poured.", 2)))
    assert page.links == ["#evidence-1", "#evidence-3", "#evidence-2"]
    assert [value for do, value in page.doing if do == "open"] == ["1", "3", "2"]


def test_quotation_and_prose_differ():
    """A sentence of the model is prose; a sentence of an article is a labelled block quotation."""
    prose = render.answer(turn(answered(written("It rained.", 1))))
    quoted = render.answer(turn(answered(Statement("AFP wrote: “Rain.”", "quote", (1,), True))))
    assert 'class="statement written"' in prose and "In the article’s own words" not in prose
    assert '<blockquote class="statement quoted"' in quoted
    assert "In the article’s own words" in quoted


def test_an_unsupported_statement_says_so():
    """A sentence that the evidence does not carry is never shown as if it did."""
    assert "Not confirmed" in seen(answered(Statement("Maybe.", "written", (), False))).text


def test_not_found_is_friendly():
    """The refusal is a sentence, with what is missing."""
    page = seen(answered(count=5, status="not_found", notes=("Nothing speaks of: Mars.",)))
    assert REFUSAL in page.text and "Nothing speaks of: Mars." in page.text
    assert "No answer was made up" in page.text


def test_stopped_is_said_once():
    """The state says that it was stopped; what was written stays, without a second note."""
    answer = answered(written("It rained.", 1), status="stopped", notes=("Stopped.",))
    assert render.stage(answer) == "Stopped."
    text = seen(answer).text
    assert "It rained." in text and "Stopped." not in text


@pytest.mark.parametrize(
    ("changes", "ahead", "words"),
    [
        ({"done": False}, 0, "Reading the best of 3 excerpts …"),
        ({"done": False}, 2, "The evidence is there; 2 questions before yours …"),
        ({"done": False, "statements": (written("It rained.", 1),)}, 0, "Writing and checking …"),
        ({"timings": {"total": 3.14}}, 0, "Done in 3.1 s"),
        ({"status": "not_found", "timings": {"total": 0.5}}, 0, "Searched in 0.5 s"),
        (
            {"status": "failed", "timings": {"total": 0.5}},
            0,
            "Searched in 0.5 s; the language model failed",
        ),
    ],
)
def test_the_state_is_words(changes, ahead, words):
    """Each moment of an answer has its line; whoever waits is told for how many."""
    assert render.stage(answered(**changes), ahead) == words


def test_sources_that_differ_stand_side_by_side():
    """A disagreement is a table: value, outlet, day and words of each side, with its number."""
    differ = Disagreement("the daily quota", (Value("1,000", (2,)), Value("1,800", (3,))))
    page = seen(answered(written("It differs.", 1), disagreements=(differ,), count=4))
    assert {"table", "caption", "th"} <= page.tags
    for part in ("The sources differ", "1,000", "1,800", "“Sentence number 2.”", "The Times"):
        assert part in page.text
    assert page.links == ["#evidence-1", "#evidence-2", "#evidence-3"]


def test_a_later_report_is_no_conflict():
    """News that overtook a report is called so."""
    differ = Disagreement("q", (Value("1", (1,)), Value("2", (2,))), "updated")
    text = seen(answered(written("It grew.", 1), disagreements=(differ,))).text
    assert "Reports of different days" in text and "The sources differ" not in text


REVIEWED = (
    Statement("3 June 2025, AFP: “It rained.”", "quote", (1,), True),
    Statement("4 June 2025, AFP: “It poured.”", "quote", (2,), True),
)


def test_a_summary_is_quotations_with_chips():
    """In their order, without labels: a note says that nothing was written."""
    markup = render.answer(turn(answered(*REVIEWED, review=Review("summary", "rain"))))
    page = Seen(markup)
    assert page.links == ["#evidence-1", "#evidence-2", "?find=rain&as=timeline"]
    assert "In the article’s own words" not in markup
    assert markup.count('<blockquote class="statement quoted"') == 2
    assert page.text.index("It rained.") < page.text.index("It poured.")
    assert 'class="columns"' not in markup


def test_a_comparison_has_a_column_for_each_side():
    """Its name is a heading, its quotations are below; also that a side says nothing is said."""
    sides = Side("the mayor", (2,)), Side("Holm", (1,)), Side("the union", ())
    review = Review("comparison", "rain", sides)
    markup = render.answer(turn(answered(*REVIEWED, review=review)))
    columns = markup.split('<section class="said-by">')[1:]
    assert markup.count('<div class="columns">') == 1
    assert [Seen(one).links[:1] for one in columns] == [["#evidence-2"], ["#evidence-1"], []]
    for column, told in zip(columns, ("The mayor", "Holm", "The union"), strict=True):
        assert column.startswith(f'<h3 dir="auto">{told}</h3>')
    assert REFUSAL in columns[2] and REFUSAL not in columns[1]


WEEK = Window(date(2025, 6, 2), date(2025, 6, 8), "this week", strict=False)


@pytest.mark.parametrize(
    ("filters", "window", "what", "words"),
    [
        (Filters(source="Post"), None, "source", "Only Post"),
        (Filters(author="Ann"), None, "author", "Only by Ann"),
        (Filters(since=date(2025, 6, 1)), None, "since", "From 1 June 2025"),
        (Filters(until=date(2025, 6, 5)), None, "until", "Up to 5 June 2025"),
        (
            Filters(),
            replace(WEEK, strict=True),
            "window",
            "“this week”: only articles from 2 to 8 June 2025",
        ),
        (
            Filters(),
            WEEK,
            "window",
            "“this week”: articles from 2 to 8 June 2025 come first",
        ),
    ],
)
def test_what_narrowed_the_search_can_be_removed(filters, window, what, words):
    """Each filter, and the time read from the question, is a pill with its words."""
    page = seen(answered(window=window), filters=filters)
    assert ("without", what) in page.doing and words in page.text


def test_a_plain_question_has_no_pills():
    """Where nothing narrowed the search there is nothing to remove."""
    assert not [what for do, what in seen(answered()).doing if do == "without"]


def test_a_follow_up_says_what_it_follows():
    """A question that was read with the turn before names it, and can be asked alone."""
    first = turn(answered(written("Ann won.", 1)))
    page = seen(answered(standing="Who won? Ann won. When?"), before=first)
    assert ("without", "before") in page.doing and "Follows “Who won?”" in page.text
    assert "Earlier in this conversation: 1 question" in page.text and "Ann won. [1]" in page.text


def test_a_new_subject_follows_nothing():
    """A question that stands alone has its earlier turns above it, and nothing to remove."""
    page = seen(answered(standing="Who won?"), before=Turn("What sank?"))
    assert not [what for do, what in page.doing if do == "without"]
    assert "What sank?" in page.text


def test_a_finished_answer_can_be_taken_along():
    """Copy, five kinds of file, and a link; not while it still grows."""
    done, growing = seen(answered()), seen(answered(done=False))
    assert [one for one in done.doing if one[0] in ("copy", "save")] == [
        ("copy", "md"),
        ("save", "md"),
        ("save", "html"),
        ("save", "json"),
        ("save", "bib"),
        ("save", "csl.json"),
    ]
    assert ("link", "q=Who+won%3F") in done.doing and ("fresh", "") in done.doing
    assert growing.doing == [("fresh", "")] and "fresh waiting" in growing.values


def test_what_was_counted_has_no_references():
    """There is no article that it cites."""
    counted = answered(count=0, archive=Archive("articles", "", 1, 0, "One."))
    kinds = [value for do, value in seen(counted).doing if do == "save"]
    assert kinds == ["md", "html", "json"]


def test_the_report_is_told():
    """What an ingest did is one line, and each file that could not be read one more."""
    report = IngestReport(
        2, 1, 40, 1, 0, 9, 43, 7, (Skipped("a.bin", "no"), Skipped("b", "hidden"))
    )
    text = Seen(render.report(report)).text
    assert str(report) in text and "a.bin no" in text and "hidden" not in text


def test_a_link_keeps_what_narrowed_the_question():
    """Whoever follows it asks the same of the same articles."""
    narrowed = Turn("Who won & why?", Filters("Post", None, date(2025, 6, 1), None))
    assert render.link(narrowed) == "q=Who+won+%26+why%3F&source=Post&since=2025-06-01"


def test_every_filter_is_in_the_link_and_a_pill():
    """Under its name in the link, to be taken away by its name among the pills."""
    day = date(2025, 6, 5)
    given = {row.name: day if row.is_day else row.label for row in FILTERS}
    page = seen(answered(), filters=Filters(**given))
    assert [what for do, what in page.doing if do == "without"] == list(given)
    address = render.link(Turn("Who won?", Filters(**given)))
    assert list(dict(parse_qsl(address))) == ["q", *given]


# ── the short answer ──

FIRST, SECOND = Short("Sentence\nnumber", 1, 0, 15, 0.9), Short("number 2", 2, 9, 17, 0.8)


def test_the_short_answer_stands_above_the_sentences():
    """With the number of its evidence, as soon as that is there, and a placeholder for the sentences."""
    growing = answered(short=(FIRST,), done=False)
    page = render.answer(turn(growing))
    assert '<p class="short" dir="auto"><b>Sentence number</b>&nbsp;<a class="chip"' in page
    assert page.index("</h2>") < page.index('class="short"') < page.index("placeholder")
    assert render.stage(growing) == "Reading the best of 3 excerpts …"
    told = render.answer(turn(answered(written("It rained.", 1), short=(FIRST,))))
    assert told.index('class="short"') < told.index("It rained.")
    assert Seen(told).links == ["#evidence-1", "#evidence-1"]


def test_several_short_answers_are_a_list():
    """Each with its own number."""
    page = seen(answered(short=(FIRST, SECOND)))
    assert "ul" in page.tags and page.links == ["#evidence-1", "#evidence-2"]


def test_a_short_answer_can_be_all():
    """Nothing says that no answer was written, and nothing is waited for."""
    page = render.answer(turn(answered(short=(FIRST,))))
    assert UNWRITTEN not in page and "placeholder" not in page


def test_a_refusal_has_no_short_answer():
    """What was found does not answer in the end."""
    page = render.answer(turn(answered(short=(FIRST,), status="not_found")))
    assert 'class="short"' not in page and REFUSAL in page


def test_an_earlier_question_without_a_sentence_has_its_short_answer():
    """It was stopped while the model still wrote."""
    first = turn(answered(short=(FIRST,), status="stopped"))
    page = seen(answered(), before=first)
    assert "Sentence\nnumber" in page.text and "not answered" not in page.text
