"""The checker: what becomes of a network's logits, and plain cases with the real one."""

from __future__ import annotations

from math import e

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from rag.models.checker import MAX_TOKENS, StatementChecker
from rag.settings import ROOT

TOKENIZER = ROOT / "rag" / "models" / "weights" / "tokenizer.json"

# ── a network of two words ──


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A checker that adds up words: "yes" is 1 for supported, "no" 1 for contradicted, all else 0;
    a second output is not read.
    """
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    table = np.zeros((tokenizer.get_vocab_size(), 3), dtype=np.float32)
    table[tokenizer.token_to_id("yes"), 0] = table[tokenizer.token_to_id("no"), 1] = 1
    framed = np.zeros((tokenizer.get_vocab_size(), 4), dtype=np.float32)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
    verdict = helper.make_tensor_value_info("verdict", TensorProto.FLOAT, ["texts", 3])
    frame = helper.make_tensor_value_info("frame", TensorProto.FLOAT, ["texts", 4])
    given = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(framed, "framed"),
        numpy_helper.from_array(np.array([1]), "axis"),
    ]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["each"]),
        helper.make_node("ReduceSum", ["each", "axis"], ["verdict"], keepdims=0),
        helper.make_node("Gather", ["framed", "input_ids"], ["every"]),
        helper.make_node("ReduceSum", ["every", "axis"], ["frame"], keepdims=0),
    ]
    graph = helper.make_graph(nodes, "words", [ids], [verdict, frame], given)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = tmp_path_factory.mktemp("checker") / "words.onnx"
    onnx.save(model, str(path))
    return StatementChecker(path, TOKENIZER, threads=1)


def test_the_logits_become_probabilities(small):
    """Of three verdicts, the third of which is not told: e² / (e² + 1 + 1) and so on."""
    [one] = small.check("He said yes.", ["Yes, he did."])
    assert one.supported == pytest.approx(e**2 / (e**2 + 2))
    assert one.contradicted == pytest.approx(1 / (e**2 + 2))
    [one] = small.check("He left.", ["Yes and no."])
    assert one.supported == one.contradicted == pytest.approx(e / (2 * e + 1))
    [one] = small.check("He left.", [""])
    assert one.supported == one.contradicted == pytest.approx(1 / 3)


def test_judgements_come_in_the_order_of_the_texts(small):
    """Of any length and number: those of like length are read together."""
    count = 83
    texts = [f"{'no ' * (row % 2)}{'mill ' * (7 * row % count)}." for row in range(count)]
    said = [one.contradicted > 0.5 for one in small.check("He left.", texts)]
    assert said == [bool(row % 2) for row in range(count)]


def test_of_statement_and_text_the_longer_one_is_cut(small):
    """At its end, and it is no error."""
    many = "mill " * 2 * MAX_TOKENS
    for statement, text in [("He left.", f"Yes. {many} yes"), (f"Yes. {many} yes", "He left.")]:
        [one] = small.check(statement, [text])
        assert one.supported == pytest.approx(e / (e + 2))


def test_without_texts_there_is_nothing_to_judge(small):
    """And no error."""
    assert small.check("He left.", []) == []


# ── the real network ──

STATEMENT = "The council of Dovre rejected the bridge."
SAYS_SO = "Dovre's council voted the bridge down on Monday."
OTHERWISE = "The council of Dovre approved the bridge on Monday."
ELSEWHERE = "Storm warnings were lifted along the coast."


@pytest.mark.models
class TestTheRealNetwork:
    """Whatever it has learned."""

    def test_it_tells_support_from_contradiction_and_from_another_matter(self, checker):
        """Although the words in common say the opposite."""
        yes, no, other = checker.check(STATEMENT, [SAYS_SO, OTHERWISE, ELSEWHERE])
        assert yes.supported > 0.5 > max(no.supported, other.supported)
        assert no.contradicted > 0.5 > max(yes.contradicted, other.contradicted)

    @pytest.mark.parametrize(
        ("text", "true", "false"),
        [
            ("Acme bought Bolt on Friday.", "Bolt was bought by Acme.", "Bolt bought Acme."),
            ("Exports fell 5% in May.", "Exports declined 5% in May.", "Exports rose 5% in May."),
            (
                "Karl Dahl is accused of setting the warehouse on fire.",
                "Karl Dahl is accused of arson.",
                "Karl Dahl set the warehouse on fire.",
            ),
            (
                "The mayor may resign, two aides said.",
                "The mayor might step down, according to two aides.",
                "The mayor will resign, two aides said.",
            ),
        ],
        ids=["roles", "directions", "allegation", "modality"],
    )
    def test_the_same_in_other_words_is_likelier_than_another_thing_in_the_same(
        self, checker, text, true, false
    ):
        """Words in common do not decide."""
        [right], [wrong] = checker.check(true, [text]), checker.check(false, [text])
        assert right.supported > 0.5 > wrong.supported

    def test_both_probabilities_are_of_one_whole(self, checker):
        """The rest of 1 is that the text says nothing of it, even of no text or another language."""
        texts = [SAYS_SO, OTHERWISE, ELSEWHERE, "", "東京都知事は水曜日に予算案を発表した。"]
        for one in checker.check(STATEMENT, texts):
            assert min(one.supported, one.contradicted) >= 0
            assert one.supported + one.contradicted <= 1 + 1e-6

    def test_a_judgement_depends_on_nothing_that_is_read_beside_it(self, checker):
        """In any order, among longer texts, to the last bit."""
        texts = [SAYS_SO, OTHERWISE, ELSEWHERE, *(f"Ferry {row} left. " * row for row in range(9))]
        alone = [checker.check(STATEMENT, [text])[0].supported for text in texts]
        together = [one.supported for one in checker.check(STATEMENT, texts[::-1])][::-1]
        assert together == alone
