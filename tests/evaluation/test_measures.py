"""The formulas of the evaluation against numbers worked out by hand; the way stands beside each."""

from __future__ import annotations

import math

import pytest

from scripts.evaluation import measures, retrieval, text
from scripts.evaluation.runs import beside

# ── text ──


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("The  U.S. &amp; an Ally", "u s ally"),
        ("“Squid Game”", "squid game"),
        ("3,559 people", "3559 people"),
        ("2,500,000", "2500000"),
        ("1,2 and 3", "1 2 and 3"),  # no thousands
        ("twenty of ﬁve", "20 of 5"),  # a ligature, and words up to twenty
        ("thirty", "thirty"),
        ("!?", ""),
    ],
)
def test_normal_form(given, wanted):
    """HTML, NFKC, lower case, punctuation to space, no articles, numbers alike."""
    assert text.normal(given) == wanted


@pytest.mark.parametrize(
    ("said", "gold", "holds"),
    [
        ("It was built in 1970.", "70", False),  # not inside a word
        ("About 3,559 people came", "3559 people", True),
        ("Four boats sank", "4", True),
        ("The “Squid Game” returns", "Squid Game", True),
        ("Game of squid", "Squid Game", False),
        ("Anything", "the", False),  # an empty gold is nowhere
    ],
)
def test_containment_is_of_whole_words(said, gold, holds):
    """In their order."""
    assert text.contains(said, gold) is holds


def test_token_f1_is_that_of_squad():
    """Two of three words, two of two: 2·2 / (3 + 2); punctuation is deleted; the best gold counts."""
    assert text.token_f1("in new york", ["New York!"]) == pytest.approx(4 / 5)
    assert text.token_f1("U.S.", ["US"]) == 1
    assert text.token_f1("in new york", ["Paris", "New York"]) == pytest.approx(4 / 5)
    assert text.token_f1("", ["Paris"]) == 0


def test_an_option_that_is_part_of_the_gold_is_not_wrong():
    """Else no text could be right."""
    choices = ["Trump", "Donald Trump", "Nikki Haley"]
    assert text.wrong_options(choices, ["Donald Trump"]) == ("Nikki Haley",)


@pytest.mark.parametrize(
    ("sentence", "source", "found"),
    [
        ("Three boats sank.", "3 boats sank.", ()),
        ("Four boats sank.", "3 boats sank.", ("4",)),
        ("The mayor met Ilse Varga in June.", "The mayor met Varga.", ("ilse", "june")),
        ("Sailors slept.", "The mayor slept.", ()),  # an opener is capitalised anyway
        ("Ilse Varga slept.", "She slept.", ("ilse", "varga")),
        ("The U.S.'s mayor", "the US mayor", ()),
    ],
)
def test_foreign_words_are_numbers_and_names_that_no_source_has(sentence, source, found):
    """Both sides in one form."""
    assert text.foreign(sentence, [source]) == found


# ── ranking ──


def test_one_relevant_article_at_rank_three():
    """1/3; 1/log2(4) over an ideal of 1; found within five, not first."""
    found = retrieval.measured(["x", "y", "a"], {"a"})
    assert found["MRR@10"] == pytest.approx(1 / 3)
    assert found["nDCG@10"] == pytest.approx(0.5)
    assert [found[name] for name in ("Hits@1", "Hits@5", "Hits@10")] == [0, 1, 1]
    assert found["Recall@5"] == 1
    assert found["MAP@5"] == pytest.approx(1 / 3)


def test_seven_relevant_articles_three_found():
    """Ranks 1, 3 and 6 of seven: precisions 1 and 2/3 over min(5, 7); the ideal has seven."""
    found = retrieval.measured(list("axbyzc"), set("abcdefg"))
    gain = 1 / math.log2(2) + 1 / math.log2(4) + 1 / math.log2(7)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, 8))
    assert found["nDCG@10"] == pytest.approx(gain / ideal)
    assert found["MAP@5"] == pytest.approx((1 + 2 / 3) / 5)
    assert (found["Recall@5"], found["Recall@10"]) == pytest.approx((2 / 7, 3 / 7))


def test_nothing_found_is_zero_everywhere():
    """Also for an empty ranking."""
    assert set(retrieval.measured(["x"], {"a"}).values()) == {0}
    assert set(retrieval.measured([], {"a"}).values()) == {0}


# ── figures ──


def test_the_wilson_interval_is_the_published_one():
    """20 of 22 at 95 %: .72 to .97, and never outside 0 to 1."""
    low, high = measures.wilson(20, 22)
    assert (round(low, 2), round(high, 2)) == (0.72, 0.97)
    assert measures.wilson(12, 12)[1] <= 1.0000001


def test_rates_and_pools_count_what_they_say():
    """2 of 4 questions; 3 of 5 citations over three questions."""
    assert (measures.rate([True, False, True, False]).value, measures.pooled([(1, 2)]).n) == (
        0.5,
        2,
    )
    found = measures.pooled([(1, 2), (2, 2), (0, 1)])
    assert (found.value, found.n) == (0.6, 5)


def test_a_bootstrap_interval_is_close_to_the_normal_one():
    """Fifty of a hundred: ±1.96 · .5 / 10; the seed is fixed, one value has no interval."""
    found = measures.mean([0.0, 1.0] * 50)
    assert (found.low, found.high) == pytest.approx((0.402, 0.598), abs=0.011)
    assert found == measures.mean([0.0, 1.0] * 50)
    assert measures.mean([0.3]) == measures.Figure(0.3, 1)


def test_quantiles_lie_between_their_neighbours():
    """The median of 1 to 5 is 3, the 95th percentile 4.8 (.2 below the last of four steps)."""
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert measures.quantile(values, 0.5).value == 3
    assert measures.quantile(values, 0.95).value == pytest.approx(4.8)


def test_balanced_accuracy_is_the_mean_of_both_classes():
    """Abstained on 3 of 4, answered 1 of 2: (.75 + .5) / 2; always one thing gives .5."""
    found = measures.balanced([True, True, True, False], [True, False])
    assert (found.value, found.n) == (0.625, 6)
    assert found.low < 0.625 < found.high
    assert measures.balanced([True] * 9, [False] * 3).value == 0.5


def test_auroc_counts_pairs():
    """Of 3 · 2 pairs four are in order and one is tied: 4.5 / 6."""
    found = measures.auroc([0.9, 0.8, 0.4], [0.5, 0.4])
    assert found.value == pytest.approx(0.75)
    assert found.low < 0.75 < found.high <= 1


# ── two versions ──


def test_mcnemar_looks_only_at_what_changed():
    """Five won, one lost: 2 · (C(6,0) + C(6,1)) / 2⁶; the difference is 4 of 10."""
    before = [True] * 4 + [False] * 5 + [True]
    after = [True] * 4 + [True] * 5 + [False]
    found = measures.changed_rates(before, after)
    assert found.p == pytest.approx(14 / 64)
    assert (found.value, found.n) == (pytest.approx(0.4), 10)
    assert measures.changed_rates([True, False], [True, False]).p == 1


def test_a_difference_within_its_interval_is_no_change():
    """The same gain everywhere is one; gains and losses alike are none."""
    assert measures.changed_means([0.1, 0.5, 0.2], [0.2, 0.6, 0.3]).verdict == "up"
    down = measures.changed_means([0.5, 0.75], [0.25, 0.5])
    assert str(down) == "-0.250 (-0.250 to -0.250, n = 2): down"
    assert measures.changed_means([0.0, 1.0, 0.5], [1.0, 0.0, 0.5]).verdict == "no change"


def test_pooled_shares_are_paired_by_question():
    """1 of 3 before, 3 of 3 after."""
    found = measures.changed_pools([(1, 2), (0, 1)], [(2, 2), (1, 1)])
    assert found.value == pytest.approx(2 / 3)
    assert found.low <= 2 / 3 <= found.high


def test_anchors_stand_beside_their_measure_only():
    """The BM25 row and the aim of the tweets."""
    assert beside("retrieval-clef2020_checkthat_t2-dev", "all", "MAP@5") == "BM25 .701, reach .800"
    assert beside("retrieval-clef2020_checkthat_t2-dev", "all", "Recall@5") == ""


# ── probabilities ──


def test_the_refused_are_those_below_the_threshold_that_keeps_enough():
    """Of .9, .8, .6, .2 three quarters are kept from .6 on: .5 and .1 are below, .7 is not."""
    found = measures.refused([0.2, 0.9, 0.6, 0.8], [0.5, 0.7, 0.1], 0.75)
    assert (found.value, found.n) == (pytest.approx(2 / 3), 7)
    assert measures.refused([0.9, 0.8], [0.5], 1.0).value == 1  # from .8 on
    assert measures.refused([0.9, 0.8], [0.85], 0.5).value == 1  # from .9 on


def test_calibration_error_weighs_bins_by_their_questions():
    """.1 and .15 are in one bin, none true: .25 of distance; 1 is in the last, with .92: .08."""
    found = measures.calibration_error([0.1, 0.15, 1.0, 0.92], [False, False, True, True], 10)
    assert (found.value, found.n) == (pytest.approx((0.25 + 0.08) / 4), 4)
    assert found.low is not None and found.low <= found.value <= found.high
    # what is said too high and too low in one bin cancels out
    assert measures.calibration_error([0.5, 0.5], [True, False], 10).value == 0
    assert measures.calibration_error([0.5], [True], 10).value == 0.5


def test_an_exact_match_has_the_same_normal_form():
    """Articles and punctuation aside; a part is none."""
    assert text.exact("The U.S.", ["Paris", "US"])
    assert not text.exact("in the US", ["US"])
