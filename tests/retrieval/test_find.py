"""Find: which reports, in which order, which part of the list; and what is read from the text."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.filters import Filters
from rag.retrieval.find import Finder, Wish, usable
from rag.store import listing
from rag.store.fulltext import FullText
from rag.store.names import Names
from rag.store.passages import passages
from rag.store.writer import writing
from tests.fakes import article

COPIED = "The storm sank a ferry in the harbour of Lindholm, and the mayor closed it until Tuesday or so."


def day(number):
    """A day of June."""
    return date(2025, 6, number)


ARTICLES = {
    "storm": article(COPIED, "Storm", source="Post", published=day(3)),
    "copy": article(COPIED, "A storm", source="Radio", published=day(4)),
    "ferry": article("A ferry ran late. The ferries are old.", "Ferry", published=day(5)),
    "vote": article(
        "The vote in Lindholm was won by Ilse Varga. Nobody was surprised by that. Later a storm came.",
        "Vote",
        author="Ada Holm",
        published=day(1),
    ),
    "museum": article("A museum opened its doors in the rain.", "Museum"),
}


@contextmanager
def finder(folder, near=None):
    """Finds among these articles; vectors are near to nothing unless it is said which are."""
    with writing(folder) as library:
        with library.transaction():
            for name, one in ARTICLES.items():
                library.put_file(name, name, "recipe", [passages(replace(one, path=name), 8)])
            library.put_reports()
        keys = dict(library.db.rows("SELECT file, key FROM articles"))

        def nearest(typed, among):
            assert near is not None
            ids = {name: library.passage_ids([keys[name]])[0] for name in near(typed)}
            return [(ids[name], cosine) for name, cosine in near(typed).items()]

        text = FullText(library.db)
        yield Finder(library, listing.load(library), text, nearest, Names(library.db).near)


@pytest.fixture(scope="module")
def find(tmp_path_factory):
    """Find with these wishes, where vectors are near to nothing."""
    with finder(tmp_path_factory.mktemp("find"), lambda _: {}) as made:
        yield lambda text="", **wishes: made.find(Wish(text, **wishes))


def names(found):
    """The names of the articles on a page."""
    return [item.article.path for item in found.reports]


def test_all_articles_are_listed_by_day_each_report_once(find):
    """The newest first, the undated last; of copies the newest, with the others beside it."""
    found = find()
    assert names(found) == ["ferry", "copy", "vote", "museum"]
    assert (found.total, found.copies, found.near) == (4, 1, 0)
    assert [one.source for one in found.reports[1].also] == ["Post"]
    assert found.reports[1].elsewhere == "also in 1 outlet: Post"
    assert [item.passage.start for item in found.reports] == [0, 0, 0, 0]


def test_a_page_is_a_part_of_the_list(find):
    """The counts are those of the whole list."""
    found = find(limit=2, offset=1)
    assert (names(found), found.total, found.offset) == (["copy", "vote"], 4, 1)
    assert find(offset=9).reports == find(limit=0).reports == ()


@pytest.mark.parametrize(
    ("filters", "listed"),
    [
        ({"source": "post"}, ["storm"]),
        ({"author": "holm"}, ["vote"]),
        ({"since": day(4)}, ["ferry", "copy"]),
        ({"since": day(2), "until": day(3)}, ["storm"]),
    ],
)
def test_filters_narrow_the_list(find, filters, listed):
    """Without a text, and with one."""
    assert names(find(filters=Filters(**filters))) == listed
    kept = [name for name in listed if name in ("storm", "copy")]
    assert names(find("harbour", filters=Filters(**filters))) == kept


def test_days_leave_out_undated_articles_and_say_so(find):
    """Whatever is sought."""
    told = ("1 article without a date was left out.",)
    assert find(filters=Filters(since=day(1))).notes == told
    assert find("rain", filters=Filters(until=day(9))).notes == told
    assert find().notes == ()


@pytest.mark.parametrize(
    ("typed", "by_day"),
    [
        ("storm", ["copy", "vote"]),
        ("Lindholm storm", ["copy", "vote"]),
        ('"storm sank"', ["copy"]),
        ('"sank storm"', []),
        ("vote OR museum", ["vote", "museum"]),
        ("lindholm -ferry", ["vote"]),
        ("-lindholm", ["ferry", "museum"]),
        ('-"ran late" -museum', ["copy", "vote"]),
        ("ferries", ["ferry", "copy"]),
    ],
)
def test_what_is_sought_is_listed_newest_first(find, typed, by_day):
    """Words in any form, phrases, one of two, and what is left out."""
    found = find(typed, sort="day")
    assert (names(found), found.total, found.near) == (by_day, len(by_day), 0)


def test_by_fit_what_is_about_it_comes_first(find):
    """The article with the word in headline and text, twice, before an older one with it once."""
    assert names(find('"ferry"')) == ["ferry", "storm"]
    assert [item.score for item in find('"ferry"').reports] == pytest.approx([2 / 61, 2 / 62])
    assert names(find("-lindholm")) == ["ferry", "museum"]


def test_marks_are_places_in_the_article_and_choose_the_passage(find):
    """The passage with the most different words; a phrase is one place."""
    [item] = find('"surprised by that" storm').reports
    text = item.article.text
    assert [text[start:end] for start, end in item.marks] == ["surprised by that", "storm"]
    assert item.passage.text == "Nobody was surprised by that. Later a storm came."
    [item] = find('"vote"').reports
    assert item.passage.start == 0
    assert [item.article.title[slice(*span)] for span in item.title_marks] == ["Vote"]


def test_a_name_with_a_wrong_letter_is_found_and_told(find):
    """Under the library's own spelling; a right one is searched, too."""
    found = find("Lindhlom~ vote")
    assert names(found) == ["vote"]
    assert found.notes == ("“lindhlom~” was also searched as Lindholm.",)
    assert names(find("-lindhlom~")) == ["ferry", "museum"]
    assert find("Lindholm~").notes == ("No other name of the articles is like “lindholm”.",)
    assert find("xylophon~").total == 0


def test_words_near_in_meaning_come_after_those_that_have_all(tmp_path):
    """As far as their vectors are near enough; they are told apart and counted apart."""
    cosines = {"museum": 0.9, "ferry": 0.44, "storm": 0.8}
    with finder(tmp_path, lambda _: cosines) as made:
        found = made.find(Wish("harbour closed"))
        assert names(found) == ["storm", "museum"]
        assert [item.near for item in found.reports] == [False, True]
        assert (found.total, found.copies, found.near, found.all) == (1, 1, 1, 2)
        assert names(made.find(Wish("harbour closed", offset=1))) == ["museum"]
        by_day = made.find(Wish("harbour closed", sort="day"))
        assert (names(by_day), by_day.near) == (["copy"], 0)


def test_articles_with_most_of_the_words_are_near(find):
    """Where none has all: two of three words are at least half of the best score."""
    found = find("ilse varga zebra")
    assert (names(found), found.total, found.near) == (["vote"], 0, 1)


@pytest.mark.parametrize("typed", ['"harbour"', "harbour -vote", "harbour OR vote", "lindhol~", ""])
def test_operators_ask_no_vectors(tmp_path, typed):
    """What is typed is all that is wanted; so it is by day."""
    with finder(tmp_path) as made:
        assert made.find(Wish(typed)).total
        assert made.find(Wish("harbour", sort="day")).total


@pytest.mark.parametrize("typed", ["OR", '"', "- ~", "?!"])
def test_a_text_without_a_word_is_refused_in_words(find, typed):
    """With an example of one that is not."""
    with pytest.raises(UsageError, match="Type a word"):
        find(typed)


def test_too_many_wrong_letters_are_refused_in_words(find):
    """Each word is compared with all words of the library."""
    with pytest.raises(UsageError, match="6 words have a ~; at most 5 can"):
        find("aaaa~ bbbb~ cccc~ dddd~ eeee~ ffff~")


def test_a_wish_is_made_usable():
    """One line, no NUL, bytes that are no UTF-8 replaced; what is too long or no order is refused."""
    assert usable(Wish(" ferry\n\x00strike\udcff "), 2000).text == "ferry strike?"
    assert usable(Wish("x" * 2000), 2000).text == "x" * 2000
    with pytest.raises(UsageError, match="has 2,001 characters; at most 2,000"):
        usable(Wish("x" * 2001), 2000)
    with pytest.raises(UsageError, match="“new” is no order"):
        usable(Wish(sort="new"), 2000)


@pytest.mark.parametrize(
    "typed", ['"a" ' * 500, "-x " * 600, "storm OR " * 220, "w1 w2 " * 333, '"' + "a " * 999]
)
def test_two_thousand_characters_are_found(find, typed):
    """Or found to be nowhere."""
    assert find(typed[:2000]).total <= 4


@given(st.text(st.sampled_from('storm "-~O R(){}*:^\x00é'), max_size=30) | st.text(max_size=30))
def test_any_text_is_a_result_or_a_sentence(find, typed):
    """Whatever a person types."""
    try:
        found = find(usable(Wish(typed), 2000).text)
    except UsageError as error:
        assert str(error).endswith((".", "strike"))
    else:
        assert len(found.reports) <= found.all
