"""What the code holds against a statement: vetoes by the letter, then what the checker says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.checks.verify import (
    CONTRADICTED,
    SUPPORTED,
    judge,
    repeats,
    vetoes,
)
from rag.types.evidence import Evidence
from rag.types.models import Class, Support
from tests.fakes import (
    OverlapChecker,
    OverlapJudges,
    PlainClassifier,
    ScriptedChecker,
    article,
    evidence,
)

QUOTE = (
    "Genalo will retire, and Marcos Charles will replace him, the agency said on Thursday;"
    " 3,000 arrests per day."
)


# ── numbers and names ──


@pytest.mark.parametrize(
    "statement",
    [
        "Marcos Charles will replace Genalo.",
        "Genalo’s replacement is Charles, the agency said on Thursday.",
        "The agency makes 3000 arrests per day.",
        "It makes 3,000.0 arrests.",
    ],
)
def test_numbers_and_names_of_the_cited_words_are_no_problem(statement):
    """In any spelling."""
    assert vetoes(statement, evidence(QUOTE)) == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("The agency makes 1,800 arrests per day.", "the number 1800 is not in the cited words"),
        ("The agency makes two arrests per day.", "the number 2 is not in the cited words"),
        ("The agency said Hammer will retire.", "the name “hammer” is not in the cited words"),
        ("The agency said so on Friday.", "the name “friday” is not in the cited words"),
    ],
)
def test_a_number_or_name_that_the_cited_words_lack_is_named(statement, problem):
    """So that people see what is wrong."""
    assert vetoes(statement, evidence(QUOTE)) == [problem]


def test_every_veto_is_named():
    """Numbers come first, then names, each sorted, then quotations."""
    found = vetoes("In 1999, Kim and Ann paid “more” for 12.", evidence(QUOTE))
    assert [problem.split()[2] for problem in found] == ["12", "1999", "“ann”", "“kim”", "“more”"]


def test_numbers_and_names_of_several_citations_count_together():
    """A statement may take them from all that it cites."""
    statement = "Lee won 49.42 per cent."
    one, other = evidence("Lee won the vote.", "It was 49.42 per cent.")
    assert vetoes(statement, [one])
    assert vetoes(statement, [one, other]) == []


def test_the_headline_counts():
    """The headline of a cited article is as good as its words."""
    assert vetoes("Now Lee won.", evidence("He won.", title="Lee takes office")) == []


def test_the_article_may_complete_a_name():
    """The rest of a name may stand elsewhere in the article, but only beside the part quoted."""
    text = "Kenneth Genalo heads it. Robert Hammer left. Genalo will retire."
    (item,) = evidence("x")
    item = replace(item, article=article(text), start=text.index("Genalo will"), end=len(text))
    assert item.quote == "Genalo will retire."
    assert vetoes("Now Kenneth Genalo will retire.", [item]) == []
    assert vetoes("Now Robert Genalo will retire.", [item])
    assert vetoes("Now Robert Hammer will retire.", [item])


def test_initials_stand_for_a_name():
    """ICE is Immigration and Customs Enforcement."""
    cited = evidence("Immigration and Customs Enforcement made arrests.")
    assert vetoes("The agency ICE made arrests.", cited) == []
    assert vetoes("The agency FBI made arrests.", cited)


def test_one_of_several_has_their_name():
    """The Aurora Awards give an Aurora Award; another name is still another."""
    cited = evidence("Ilse Varga won at the Aurora Awards on Sunday.")
    assert vetoes("Ilse Varga won an Aurora Award.", cited) == []
    assert vetoes("Ilse Varga won a Boreal Award.", cited)


def test_a_small_word_between_two_names_carries_no_name():
    """The article has "Secretary of State"; that does not make "Secretary of Labour" one."""
    item = evidence("Lee spoke of labour. The Secretary of State listened.")[0]
    assert vetoes("Lee is Secretary of Labour.", [replace(item, end=20)])


# ── names of the question ──


def test_the_question_tells_that_the_first_word_is_a_name():
    """An opener is no name by itself; where the question has it as a name, it is checked."""
    cited = evidence("The agency said he will retire.")
    assert vetoes("Hammer will retire.", cited) == []
    assert vetoes("Hammer will retire.", cited, "Will Hammer retire?") == [
        "the name “hammer” is not in the cited words",
    ]


def test_a_name_of_the_question_may_stand_elsewhere_in_the_article():
    """Unless the cited words have another in its place."""
    text = (
        "The Lindholm council met. Ilse Varga became director of the museum. Tom Brandt left Dovre."
    )
    museum = text.index("Ilse"), text.index(" Tom")
    who = "Who is director in Lindholm?"
    said = "Ilse Varga became director in Lindholm."
    assert vetoes(said, [Evidence(1, article(text), *museum, 0.9)], who) == []
    text = text.replace("director of the museum", "director of Dovre")
    museum = text.index("Ilse"), text.index(" Tom")
    assert vetoes(said, [Evidence(1, article(text), *museum, 0.9)], who) == [
        "the name “lindholm” is not in the cited words",
    ]


# ── quotations ──

REBUILD = "She said: “We will rebuild the mill, and we’ll all stay.”"


@pytest.mark.parametrize(
    "statement",
    [
        'She said "we will rebuild the mill".',
        "She said “we will rebuild the mill”.",
        "She said 'we will rebuild the mill'.",
        "She said ‘We will rebuild the mill,’ and left.",
        "“We will rebuild”, she said.",
        "She said ‘we’ll all stay’.",  # an apostrophe inside single marks
        "The mill's owner said 'we'll all stay'.",  # and outside them
        "The dockers' and the owners' talks ended with “we’ll all stay”.",
        "The dockers' owner didn't say more than 'we will rebuild'.",
        "In the '90s she left the dockers' union.",
        "She said “we will … stay”.",  # dropped words, marked
        "She said 'we will ... stay'.",
        "She said “we will […] all stay”.",
        "She said “[they] will rebuild the mill”.",
    ],
)
def test_words_in_quotation_marks_are_those_of_the_article(statement):
    """In double, single or curly marks; typography, case and marked gaps make no difference."""
    assert vetoes(statement, evidence(f"{REBUILD} The '90s were hard.", title="x")) == []


@pytest.mark.parametrize(
    ("statement", "quoted"),
    [
        ('She said "we shall rebuild the mill".', "we shall rebuild the mill"),
        ("She said “we rebuild the mill”.", "we rebuild the mill"),  # dropped, not marked
        ("She said ‘rebuild we will’.", "rebuild we will"),
        ("She said 'we'll all leave'.", "we'll all leave"),
        ("She said 'we'll all stay' and 'we'll all leave'.", "we'll all leave"),
        ("The dockers' owner said 'we will not rebuild'.", "we will not rebuild"),
        ("She said “we will … leave”.", "we will … leave"),
        ("She said “we [will not] rebuild it”.", "we [will not] rebuild it"),
    ],
)
def test_other_words_in_quotation_marks_are_named(statement, quoted):
    """One word changed, dropped, moved or added is enough; whole words count."""
    [problem] = vetoes(statement, evidence(REBUILD))
    assert problem == f"the words “{quoted.replace('…', '...')}” are not in the cited words"


def test_a_quotation_is_of_one_text_or_headline():
    """Not of the end of one and the beginning of another."""
    cited = evidence("They met a dark.", "Day broke.", title="A bright day")
    assert vetoes("It was “a bright day”.", cited) == []
    assert vetoes("It was “a dark day”.", cited)


def test_lists_that_are_paired_are_not_paired_otherwise():
    """A letter of another kind: at which place of its list each stands."""
    told = "Holm and Brandt led Dovre and Kalla, respectively."
    assert vetoes("Holm led Dovre.", evidence(told)) == []
    assert vetoes("Holm led Kalla.", evidence(told)) == [
        f"the cited words pair otherwise: “{told}”"
    ]


# ── the checker ──

CITED = "The court blocked the ban."


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (Support(SUPPORTED, 0.4), ()),
        (Support(SUPPORTED - 0.01, CONTRADICTED), ("the cited words say otherwise",)),
        (
            Support(SUPPORTED - 0.01, CONTRADICTED - 0.01),
            ("the cited words do not say so",),
        ),
        (Support(), ("the cited words do not say so",)),
    ],
)
def test_what_the_letters_do_not_show_the_checker_decides(said, found):
    """It supports, contradicts, or says nothing of it."""
    checker = ScriptedChecker({CITED: said})
    judged = judge(
        "The way of the ban is clear.", evidence(CITED), "", OverlapJudges(checker=checker)
    )
    assert judged.problems == found
    assert judged.is_contradicted is (said.contradicted >= CONTRADICTED)


@pytest.mark.parametrize(
    ("own", "likeliest", "sooner", "problems"),
    [
        ("fact", "alleged", 0.9, ("the cited words only allege it",)),
        ("fact", "alleged", 0.7, ()),
        ("alleged", "alleged", 0.9, ()),
        ("fact", "said", 0.9, ()),
    ],
)
def test_what_is_only_alleged_is_no_fact(own, likeliest, sooner, problems):
    """If the sentence that supports it most is an accusation, and says sooner that it is alleged."""
    statement, sentence, other = "Dahl burned the mill.", "Dahl burned it, they say.", "He fled."
    frames = {statement: own, sentence: likeliest, other: "alleged"}

    class Alleging(ScriptedChecker):
        def check(self, statement, texts):
            alleged = statement.startswith("It is alleged")
            return [Support(sooner)] if alleged else super().check(statement, texts)

    both = f"{sentence} {other}"
    judges = OverlapJudges(
        checker=Alleging({both: Support(0.9), sentence: Support(0.8), other: Support(0.1)}),
        classifier=PlainClassifier({text: Class(frame) for text, frame in frames.items()}),
    )
    assert judge(statement, evidence(both), "", judges).problems == problems


def test_a_wrong_letter_is_a_veto():
    """It is exact, whatever a network says."""
    checker = ScriptedChecker({CITED: Support(1.0, 0.0)})
    judged = judge("The court blocked 3 bans.", evidence(CITED), "", OverlapJudges(checker=checker))
    assert judged.problems == ("the number 3 is not in the cited words",)


def test_what_cites_nothing_is_not_judged():
    """There is nothing to compare it with."""
    checker = ScriptedChecker({})
    judged = judge("The court blocked the ban.", [], "", OverlapJudges(checker=checker))
    assert (judged.problems, judged.is_contradicted) == (("it cites nothing",), False)
    assert checker.asked == []


def test_the_cited_words_are_judged_together():
    """As one text, in the order of the marks."""
    checker = OverlapChecker()
    one, other = evidence("The ferry sank.", "It had left Dovre.")
    assert judge(
        "The ferry that left Dovre sank.", [other], "", OverlapJudges(checker=checker)
    ).problems
    assert not judge(
        "The ferry that left Dovre sank.", [one, other], "", OverlapJudges(checker=checker)
    ).problems
    scripted = ScriptedChecker({})
    judge("The ferry sank.", [other, one], "", OverlapJudges(checker=scripted))
    assert scripted.asked == [("The ferry sank.", ["It had left Dovre. The ferry sank."])]


@pytest.mark.parametrize(
    ("statement", "claim"),
    [
        ("Three.", "How many boats did Ilse Varga sell? Three."),
        ("Ilse Varga.", "How many boats did Ilse Varga sell? Ilse Varga."),
        ("She sold three.", "She sold three."),
    ],
)
def test_a_bare_name_or_number_claims_what_was_asked(statement, claim):
    """Alone it says nothing that a text could support."""
    checker = ScriptedChecker({})
    judge(
        statement,
        evidence(CITED),
        "How many boats did Ilse Varga sell?",
        OverlapJudges(checker=checker),
    )
    assert [said for said, _ in checker.asked] == [claim]


# ── what only repeats the question ──


@pytest.mark.parametrize(
    ("question", "statement", "same"),
    [
        ("What did the council of the valley close?", "The council of the valley close it.", True),
        ("What did the council of the valley close?", "They close its pool.", False),
        ("Did the council close the pool?", "The council close the pool.", False),
        ("Did the council close or sell the pool?", "The council close the pool.", False),
    ],
)
def test_a_statement_that_repeats_its_question(question, statement, same):
    """It has no other word; to a question that asks yes or no, or offers a choice, that answers."""
    assert repeats(question, statement) is same
