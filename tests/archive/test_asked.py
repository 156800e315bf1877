"""Which questions are about the archive itself, and what they count."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rag.archive.asked import LONGEST, asked, mention
from rag.archive.slots import Mention
from rag.filters import Filters
from rag.settings import ROOT
from rag.types.answers import Answer
from rag.types.archive import Archive
from rag.types.questions import Ask
from scripts.evaluation.archive import every_name
from tests.fakes import TODAY

GOLD = ROOT / "tests" / "gold"
NEWS = ROOT.parent / "shared" / "eval" / "realtimeqa" / "small_dev_questions.jsonl"
OUTLET = "The Harbour Post"


def known(name):
    """The one outlet there is."""
    return (
        Filters(source=OUTLET)
        if name.lower() in ("harbour post", "the harbour post")
        else Filters()
    )


@pytest.fixture
def read(classifier):
    """What a question counts, asked on TODAY."""

    def asks(question, **chosen):
        return asked(Ask(question, **chosen), TODAY, TODAY, known, classifier)

    return asks


@pytest.mark.parametrize(
    ("question", "kind", "phrases"),
    [
        ("How many articles are there?", "articles", ()),
        ("How many articles were published?", "articles", ()),
        ("how many articles mention trump", "articles", ("trump",)),
        ("How many articles about Trump are there in the archive?", "articles", ("Trump",)),
        ("Number of stories that talk of the Orve dam", "articles", ("Orve", "dam")),
        ("Please tell me how many articles deal with climate change.", "articles", ("climate change",)),
        ("How many articles mention Trump or Musk?", "articles", ("Trump", "Musk")),
        ("How many articles mention the Bank of Morvane?", "articles", ("Bank of Morvane",)),
        ("How many articles are about the library strike?", "articles", ("library strike",)),
        ("How many times does Korvin come up in the articles?", "articles", ("Korvin",)),
        ("How often does Trump come up in the articles?", "articles", ("Trump",)),
        ("Is Trump mentioned in any of the articles?", "newest", ("Trump",)),
        ("Which articles mention Genalo?", "newest", ("Genalo",)),
        ("When did Genalo first come up in the articles?", "first", ("Genalo",)),
        ("When was the last time Genalo was mentioned?", "last", ("Genalo",)),
        ("Who appears most often in here?", "names", ()),
        ("Which organisations are written about most in the articles?", "organisations", ()),
        ("Which political parties are mentioned most in here?", "organisations", ()),
        ("Which companies are named in the articles about Trump?", "organisations", ("Trump",)),
        ("Which people and organisations are in the archive?", "names", ()),
        ("Which papers are in this archive?", "outlets", ()),
        ("How far back does the archive go?", "holdings", ()),
        ("Break down the articles by month", "months", ()),
        ("Articles mentioning Trump per day", "days", ("Trump",)),
        ("Trump articles by month", "months", ("Trump",)),
        ("Which outlets wrote how much about Trump?", "outlets", ("Trump",)),
        ("How many articles mention both Trump and Musk?", "articles", ("Trump", "Musk")),
        ("How many articles mention every Genalo?", "articles", ("Genalo",)),
        ("newest ten stories", "newest", ()),
        ("What is the oldest article?", "oldest", ()),
    ],
)  # fmt: skip
def test_what_is_asked(read, question, kind, phrases):
    """In any words; politeness and capitals make no difference."""
    found = read(question)
    assert (found and found.kind, found.mention.phrases if found else ()) == (kind, phrases)


@pytest.mark.parametrize(
    "question",
    [
        "How many people died in the flood?",
        "Which outlets lost their licence?",
        "Who is the newest member of the court?",
        "How many reports of abuse did the police receive?",
        "How many stories does the tower have?",
        "How many pages does the report have?",
        "How many newspapers were printed on Sunday?",
        "How many articles of the treaty were violated?",
        "How many articles did the professor publish in 2022?",
        "What is in the museum's collection?",
        "What is the latest news about Trump?",
        "How often was China mentioned in the speech?",
        "When was Musk first mentioned by the president?",
        "When did Trump first appear in court?",
        "Who was mentioned most in the debate?",
        "What does the article say about Trump?",
        "Which people are named in the report?",
        "Which companies did Musk found?",
        "Which parties lost seats?",
        "What is the first article of the constitution?",
        "port sevrin grain terminal explosion cause inquiry report",
    ],
)
def test_a_question_about_the_news_is_never_taken_for_one(read, question):
    """Even where it has a word for the archive's own things."""
    assert read(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "How many articles mention him?",
        "How many articles mention Trump but not Musk?",
        "How many articles mention Trump in the headline?",
        "How many articles mention Trump and Musk or Vance?",
        "How many articles mention one two Alpha Bravo Charlie Delta Echo Foxtrot Golf?",
        f"How many articles mention {'x' * LONGEST}?",
    ],
)
def test_what_cannot_be_read_for_certain_is_not_recognised(read, question):
    """It goes the usual way."""
    assert read(question) is None


def test_that_nothing_is_counted_is_an_answer_only_to_a_certain_question(read):
    """“Went viral” is a clause; no article mentions it, and the question is not about the archive."""
    assert read("How many articles mention Helsinki?").sure
    assert not read("How many stories about Trump went viral?").sure


def told(question, **turn):
    """A turn before."""
    return Answer(question, "answered", done=True, standing=question, **turn)


def test_a_follow_up_is_about_the_archive_only_where_its_turn_before_was(read):
    """Then it counts the same articles by something else, or those of other days."""
    news = told("When did the ferry sink?")
    assert read("In what time?", after=news) is None
    assert read("By month?", after=news) is None
    assert read("How many reports are there?", after=news) is None
    assert read("How many articles are there?", after=news).kind == "articles"
    before = read("How many articles of the Harbour Post mention Trump or Musk in May 2025?")
    counted = Archive("articles", "", 2, 0, "", (), before.mention.query, before.filters)
    after = told("How many?", archive=counted)
    by_month = read("And by month?", after=after)
    assert (by_month.kind, by_month.mention) == ("months", before.mention)
    assert by_month.filters == before.filters
    in_june = read("And in June 2025?", after=after)
    assert (in_june.kind, in_june.mention) == ("articles", before.mention)
    assert in_june.filters == Filters(OUTLET, None, date(2025, 6, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Show them.", "newest"),
        ("who is in them?", "names"),
        ("Which outlets are they from?", "outlets"),
        ("And by month?", "months"),
    ],
)
def test_a_pronoun_means_what_was_counted_before(read, question, kind):
    """Of the same articles, in words that alone say nothing."""
    before = read("How many articles mention Trump?")
    after = told("How many?", archive=Archive("articles", "", 2, 0, "", (), before.mention.query))
    found = read(question, after=after)
    assert (found.kind, found.mention) == (kind, before.mention)


@pytest.mark.parametrize("question", ["Who beat her?", "Where was it?", "Who said it?", "Why?"])
def test_a_pronoun_may_mean_something_else(read, question):
    """Then the question is about the news, also after a count."""
    after = told("How many?", archive=Archive("articles", "", 2, 0, "", (), '"Trump"'))
    assert read(question, after=after) is None


def test_a_question_that_names_the_archive_counts_all_of_it(read):
    """What the turn before was narrowed to is no part of it."""
    after = told("How many?", archive=Archive("articles", "", 2, 0, "", (), '"Trump"'))
    assert read("What is in here?", after=after).mention == Mention()


@pytest.mark.parametrize("question", ["What is new?", "What happened?", "Summarise the news about"])
def test_news_of_nothing_named_are_the_newest(read, question):
    """Of the days that are named, if any are."""
    assert read(question).kind == "newest"
    assert read("What happened on 4 June 2025?").filters.since == date(2025, 6, 4)


def test_days_of_the_question_narrow_what_is_counted(read):
    """They are of publication, together with the filters that were chosen."""
    found = read("How many articles mention Trump in May 2025?")
    assert found.filters == Filters(since=date(2025, 5, 1), until=date(2025, 5, 31))
    assert found.window.phrase == "in May 2025"
    narrowed = read(
        "How many articles in May 2025?", filters=Filters("Post", since=date(2025, 5, 10))
    )
    assert narrowed.filters == Filters("Post", since=date(2025, 5, 10), until=date(2025, 5, 31))


def test_this_week_is_counted_and_nothing_else(read):
    """In a question about the news such articles only come first."""
    found = read("How many articles mention Trump this week?")
    assert (found.filters.since, found.window.strict) == (date(2025, 6, 2), True)


def test_days_that_shall_not_be_read_are_left_out(read):
    """They are no part of what is mentioned either."""
    found = read("How many articles mention Trump in May 2025?", read_dates=False)
    assert (found.mention.phrases, found.filters, found.window) == (("Trump",), Filters(), None)


@pytest.mark.parametrize(
    "question",
    [
        "How many articles of the Harbour Post mention Trump?",
        "How many articles mention Trump in the Harbour Post?",
        "how many articles mention Trump in the harbour post",
        "How many articles did the Harbour Post write about Trump?",
        "How many articles in The Harbour Post are about Trump?",
    ],
)
def test_an_outlet_of_the_archive_is_a_filter(read, question):
    """Wherever it is named."""
    found = read(question)
    assert (found.filters, found.mention) == (Filters(OUTLET), Mention(("Trump",)))


def test_an_outlet_that_is_mentioned_is_no_filter(read):
    """“Mention the Harbour Post” is about it."""
    found = read("How many articles mention the Harbour Post?")
    assert (found.filters, found.mention) == (Filters(), Mention(("Harbour Post",)))


def test_two_outlets_at_once_are_not_recognised(read):
    """One chosen and another one named."""
    question = "How many articles of the Harbour Post mention Trump?"
    assert read(question, filters=Filters("Tribune")) is None
    assert read(question, filters=Filters(OUTLET)).filters == Filters(OUTLET)


@pytest.mark.parametrize(
    ("text", "phrases", "any_one"),
    [
        ("Marit Osgood", ("Marit Osgood",), False),
        ("both Trump and Musk", ("Trump", "Musk"), False),
        ("Trump, Musk or Vance", ("Trump", "Musk", "Vance"), True),
        ("“Trinidad and Tobago”", ("Trinidad and Tobago",), False),
        ("the word 'the'", ("the",), False),
        ("the phrase “trade war”", ("trade war",), False),
    ],
)
def test_phrases_that_are_mentioned(text, phrases, any_one):
    """Words in a row are one; nothing in quotation marks is read."""
    assert mention(text) == Mention(phrases, any_one)


@pytest.mark.parametrize("text", ["", "?!", "“”", "and", "a and b or c", '"'])
def test_text_without_a_phrase_is_none(text):
    """It cannot be counted."""
    assert mention(text) is None


def test_what_full_text_and_find_are_given():
    """Each phrase quoted; a quotation mark inside cannot end it."""
    both, either = Mention(("Trump", 'a "b')), Mention(("Trump", "Musk"), True)
    assert both.query == '"Trump" "a b"'
    assert either.query == '"Trump" OR "Musk"'
    assert str(either) == "“Trump” or “Musk”"


def lines(path):
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("name", ["archive", "seeds", "wordings"])
def test_no_gold_question_is_taken_for_one_about_the_archive(classifier, name):
    """Not even if every name were an outlet."""
    rows = lines(GOLD / f"{name}.jsonl")
    questions = [
        one for row in rows for one in (row.get("question"), *row.get("wordings", ())) if one
    ]
    assert questions
    for question in questions:
        assert asked(Ask(question), TODAY, TODAY, every_name, classifier) is None, question


def test_no_question_of_a_news_quiz_is_taken_for_one_about_the_archive(classifier):
    """252 of them; only their identifiers are shown."""
    if not NEWS.is_file():
        pytest.skip("the development sets are not on this computer (../shared/eval)")
    rows = lines(NEWS)
    taken = [
        row["id"]
        for row in rows
        if asked(Ask(row["question"]), TODAY, TODAY, every_name, classifier)
    ]
    assert (len(rows), taken) == (252, [])
