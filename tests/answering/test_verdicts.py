"""What windows say of a claim: the four verdicts, in their order, each with what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.answering.verdicts import verdict
from rag.types.drafts import Checked, CheckedDraft, Claim
from rag.types.models import Class, Support
from tests.drafted import TRUE
from tests.fakes import OverlapChecker, OverlapJudges, PlainClassifier, evidence

YES, NO, OTHERWISE = Support(0.9, 0.05), Support(0.1, 0.1), Support(0.1, 0.8)
BOATS = "Three boats sank in the harbour."
SAID = f"“{TRUE},” Ada Holm said."


class Scripted:
    """Gives its judgements in turn; counts how often it is asked."""

    def __init__(self, *said: Support) -> None:
        self.said, self.asked = said, 0

    def check(self, statement, texts):
        """The judgements, one for each text."""
        self.asked += 1
        return list(self.said)


def found(text, windows, *said):
    """The verdict on a sentence, by these judgements or by shared words."""
    checker = Scripted(*said) if said else OverlapChecker()
    return verdict(Claim(text, 3, 3 + len(text)), windows, OverlapJudges(checker=checker))


def test_a_sentence_that_a_window_says_is_supported():
    """With the window; the checker is asked once for all windows."""
    checker = Scripted(NO, YES)
    windows = evidence("It rained.", BOATS)
    one = verdict(Claim(BOATS, 3, 35), windows, OverlapJudges(checker=checker))
    assert (one.text, one.start, one.end, one.verdict) == (BOATS, 3, 35, "supported")
    assert (one.evidence, one.beside, one.values) == ((windows[1],), "", None)
    assert checker.asked == 1


def test_what_no_sentence_of_a_window_says_by_itself_is_not_supported():
    """However sure the checker is of the window; one of its sentences is enough."""

    class Alone(Scripted):
        def check(self, statement, texts):
            return [YES if text in (window.quote, *self.said) else NO for text in texts]

    [window] = evidence("Ada Holm denied it. Three boats sank.")
    claim = Claim("Ada Holm sank boats.", 0, 20)
    assert verdict(claim, [window], OverlapJudges(checker=Alone())).verdict == "not found"
    assert (
        verdict(claim, [window], OverlapJudges(checker=Alone("Three boats sank."))).verdict
        == "supported"
    )


def test_what_the_articles_only_allege_is_told_as_such():
    """Their own sentence stands beside it."""
    [window] = evidence(BOATS)
    known = {BOATS: Class(frame="alleged")}

    class Alleging(Scripted):
        def check(self, statement, texts):
            return [Support(0.9 + 0.05 * statement.startswith("It is alleged"))]

    judges = OverlapJudges(checker=Alleging(), classifier=PlainClassifier(known))
    one = verdict(Claim("Boats sank.", 0, 11), [window], judges)
    assert (one.verdict, one.evidence, one.beside) == ("only alleged", (window,), BOATS)


def test_at_most_three_windows_are_cited_the_surest_first():
    """Of four that all say it."""
    windows = evidence(*(f"{BOATS} {number}." for number in range(4)))
    checker = Scripted(*(Support(share, 0) for share in (0.6, 0.9, 0.7, 0.8)))
    one = verdict(Claim(BOATS, 3, 35), windows, OverlapJudges(checker=checker))
    assert one.evidence == (windows[1], windows[3], windows[2])


def test_copies_and_overlapping_windows_are_cited_once():
    """A report is one, however often it was printed; its other sentences may be cited, too."""
    first, copy, other = evidence(BOATS, f"{BOATS} Now.", f"{BOATS} {BOATS}")
    first, copy = (replace(one, article=replace(one.article, report=7)) for one in (first, copy))
    assert found(BOATS, [first, copy], YES, YES).evidence == (first,)
    begin, end, all_of_it = replace(other, end=32), replace(other, start=33), other
    assert found(BOATS, [begin, all_of_it, end], YES, YES, YES).evidence == (begin, end)


@pytest.mark.parametrize(
    "text",
    ["Nine boats sank.", "Boats sank in Lindholm.", "Boats sank in the “cold harbour”."],
)
def test_a_window_without_its_number_name_or_quotation_does_not_support(text):
    """However sure the checker is."""
    assert found(text, evidence(BOATS), YES).verdict == "not found"


def test_an_altered_quotation_is_told_with_the_true_words():
    """From the window that has them; the rest of the sentence need not be true."""
    windows = evidence(BOATS, SAID)
    one = found(
        "Ada Holm said: “We will open the harbour again on Sunday.”", windows, NO, OTHERWISE
    )
    assert (one.verdict, one.beside, one.evidence) == ("quotation altered", TRUE, (windows[1],))


@pytest.mark.parametrize(
    "text",
    [
        f"Ada Holm lied: “{TRUE}.”",  # a true one
        "Ada Holm spoke of the “new harbour again”.",  # too short to be told from others
        "Ada Holm said: “We shall never close this harbour for a storm.”",  # another one
    ],
)
def test_other_quotations_are_not_altered_ones(text):
    """A true one, a short one, and one that nobody has said anything like."""
    assert found(text, evidence(SAID), NO).verdict == "not found"


def test_each_piece_of_a_quotation_with_words_left_out_is_compared():
    """Here the second was altered; where both are true, nothing is wrong."""
    one = found("“We will open … harbour again this Sunday,” Ada Holm said.", evidence(SAID), YES)
    assert (one.verdict, one.beside) == ("quotation altered", "harbour again on Sunday")
    one = found("“We will open … harbour again on Sunday,” Ada Holm said.", evidence(SAID), YES)
    assert one.verdict == "supported"


def test_a_contradiction_is_told_with_the_sentence_that_says_otherwise():
    """And with both values where the sentences differ in one alone."""
    windows = evidence(f"It rained on Sunday. {BOATS}")
    one = found("Nine boats sank in the harbour.", windows)
    assert (one.verdict, one.evidence, one.beside) == ("contradicted", tuple(windows), BOATS)
    assert one.values == ("Nine boats", "Three boats")


def turning(text, windows, *turned):
    """The verdict on a text that each of these contradicts, as given; the others say nothing."""

    class Turned:
        def check(self, statement, texts):
            both = [{statement, one} for one in texts]
            return [next((said for pair, said in turned if pair == one), NO) for one in both]

    return verdict(Claim(text, 0, len(text)), windows, OverlapJudges(checker=Turned()))


NINE, TWO = "Nine boats sank.", "Two boats sank."


@pytest.mark.parametrize(
    ("window", "back", "expected"),
    [
        (OTHERWISE, OTHERWISE, "contradicted"),
        (OTHERWISE, NO, "not found"),
        (NO, OTHERWISE, "not found"),
    ],
)
def test_a_contradiction_goes_both_ways(window, back, expected):
    """What only tells less, or in other words, is not contradicted by the text."""

    class OneWay:
        def check(self, statement, texts):
            return [window if statement == NINE else back] * len(texts)

    one = verdict(Claim(NINE, 0, 16), evidence(TWO), OverlapJudges(checker=OneWay()))
    assert one.verdict == expected


def test_a_sentence_of_the_window_contradicts_by_itself():
    """What two together seem to deny, none of them need deny."""
    [window] = evidence(f"It rained on Sunday. {TWO}")
    whole, alone = ({NINE, window.quote}, OTHERWISE), ({NINE, TWO}, OTHERWISE)
    assert turning(NINE, [window], whole).verdict == "not found"
    one = turning(NINE, [window], whole, alone)
    assert (one.verdict, one.beside, one.values) == (
        "contradicted",
        TWO,
        ("Nine boats", "Two boats"),
    )


def test_the_surest_contradiction_of_the_same_matter_counts():
    """A window that does not fit the claim is of another matter."""
    windows = evidence(BOATS, "Boats sank.", TWO)
    windows[0] = replace(windows[0], score=0.4)
    told = [
        ({NINE, item.quote}, Support(0.0, share))
        for item, share in zip(windows, (0.95, 0.85, 0.9), strict=True)
    ]
    assert turning(NINE, windows, *told).evidence == (windows[2],)
    assert turning(NINE, windows[:1], *told).verdict == "not found"


def test_the_days_that_an_article_names_are_read_with_its_date():
    """Where the sentence tells a time: the checker is given "on Thursday (20 March 2025)"."""
    [window] = evidence("Three boats sank on Thursday.", published=date(2025, 3, 21))
    read = []

    class Reading:
        def check(self, statement, texts):
            read.extend(texts)
            return [NO] * len(texts)

    for text in ("Three boats sank in March.", "Three boats sank."):
        verdict(Claim(text, 0, 9), [window], OverlapJudges(checker=Reading()))
    assert read == ["Three boats sank on Thursday (20 March 2025).", window.quote]


def test_support_comes_before_contradiction():
    """Where one report says it, another that says otherwise does not hide it."""
    assert found(BOATS, evidence("Two boats sank.", BOATS), OTHERWISE, YES).verdict == "supported"


def test_without_windows_nothing_is_found():
    """And nobody is asked."""
    checker = Scripted()
    assert verdict(Claim(BOATS, 0, 1), [], OverlapJudges(checker=checker)).verdict == "not found"
    assert checker.asked == 0


def test_the_evidence_of_a_draft_is_numbered_through():
    """Words that were cited before keep their number."""
    first, second = (replace(item, number=0) for item in evidence(BOATS, SAID))
    draft = CheckedDraft(unchecked=3)
    for cited in ((second,), (first, second), ()):
        verdict_of = "supported" if cited else "not found"
        draft = draft.grown(Checked(BOATS, 0, 1, verdict_of, evidence=cited))
    assert [one.citations for one in draft.sentences] == [(1,), (2, 1), ()]
    assert [(item.number, item.quote) for item in draft.evidence] == [(1, SAID), (2, BOATS)]
    assert (draft.unchecked, draft.supported) == (0, False)


def test_a_draft_is_supported_when_all_of_it_is():
    """And all of it was checked."""
    one = Checked(BOATS, 0, 1, "supported")
    assert CheckedDraft((one,)).supported
    assert not CheckedDraft((one,), unchecked=1).supported
