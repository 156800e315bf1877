"""The star of an answer and the list of kept questions, as the page has them."""

from datetime import date

from rag.filters import Filters
from rag.types.archive import Archive
from rag.types.kept import Kept, News, Told
from rag.types.questions import Turn
from rag.web.html import answer as render
from rag.web.html import standing
from tests.pages_seen import ATTRIBUTES, HOSTILE, TAGS, Seen, answered, turn, written

DAY = date(2025, 6, 9)


def told(value: str, **changes) -> Told:
    """A side of news."""
    given = {"quotation": f"{value} jobs go.", "outlet": "Post", "title": "Jobs", "article": "a"}
    return Told(value, start=0, end=9, published=date(2025, 6, 4), **{**given, **changes})


def kept(**changes) -> Kept:
    """A kept question whose answer has changed."""
    news = News("How many?", "changed", told("1,800"), told("3,000"), DAY)
    given = {"question": "How many?", "since": DAY, "told": (told("3,000"),), "news": (news,)}
    return Kept(**{**given, **changes})


def test_a_finished_answer_has_a_star():
    """It says whether the question is kept, and carries what asks it again."""
    shown = turn(answered(written("It rained.", 1)), filters=Filters("Post"))
    for known, words in ((False, "☆ Keep this question"), (True, "★ Kept")):
        page = Seen(render.answer(shown, kept=known))
        assert ("keep", "q=Who+won%3F&source=Post") in page.doing and words in page.text
        assert str(known).lower() in page.values


def test_what_cannot_be_kept_has_no_star():
    """What was counted, what is seen as of a day, and a follow-up."""
    plain = answered(written("It rained.", 1))
    counted = answered(archive=Archive("articles", "", 1, 0, "One."))
    follow = answered(written("It rained.", 1), standing="Before? Who won?")
    for shown in (
        turn(counted),
        turn(plain, filters=Filters(as_of=DAY)),
        turn(follow, before=Turn("Before?", answer=plain)),
    ):
        assert "keep" not in dict(Seen(render.answer(shown)).doing)


def test_the_list_has_each_question_with_its_news():
    """A link that asks it, its answer, the change in a line, both quotations, a way to remove it."""
    page = Seen(standing.standing([kept(filters=Filters("Post"))]))
    assert page.links == ["?q=How+many%3F&source=Post"]
    assert page.doing == [("forget", "q=How+many%3F&source=Post")]
    for part in (
        "3,000 · Post, 4 June 2025 · Outlet: Post · kept on 9 June 2025",
        "9 June 2025: answer changed: 1,800 → 3,000 · Post, 4 June 2025",
        "old “1,800 jobs go.” Post, 4 June 2025",
        "new “3,000 jobs go.” Post, 4 June 2025",
    ):
        assert part in page.text
    assert standing.standing([]) == ""


def test_a_question_without_an_answer_says_so():
    """And news of one that is gone has one side."""
    gone = News("How many?", "gone", told("1,800"), None, DAY)
    text = Seen(standing.standing([kept(told=(), news=(gone,))])).text
    assert "The articles do not say. · kept on" in text
    assert "no longer in the archive: 1,800 · Post" in text and "new “" not in text


def test_nothing_of_it_becomes_markup():
    """Neither the question nor anything of an article."""
    for text in HOSTILE:
        side = told(text, quotation=text, outlet=text, title=text, article=text)
        news = News(text, "conflict", side, side, DAY)
        one = kept(question=text, filters=Filters(text), told=(side,), news=(news,))
        page = Seen(standing.standing([one]))
        assert page.tags <= TAGS and page.attributes <= ATTRIBUTES
        assert text.strip() in page.text or not text.isprintable()
