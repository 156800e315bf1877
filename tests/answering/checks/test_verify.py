"""What the code holds against a statement."""

from dataclasses import replace

import pytest

from rag.answering.checks.verify import covered, problems, repeats
from rag.types import Evidence
from tests.fakes import article, evidence

QUOTE = (
    "Genalo will retire, and Marcos Charles will replace him, the agency said on Thursday;"
    " 3,000 arrests per day."
)


@pytest.mark.parametrize(
    "statement",
    [
        "Marcos Charles will replace Genalo.",
        "Genalo’s replacement is Charles, the agency said on Thursday.",
        "The agency makes 3000 arrests per day.",
        "It makes 3,000.0 arrests.",
    ],
)
def test_supported(statement):
    """A statement whose names, numbers and words stand in the cited words passes."""
    assert problems(statement, evidence(QUOTE)) == ()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("The agency makes 1,800 arrests per day.", "the number 1800 is not in the cited words"),
        ("The agency makes two arrests per day.", "the number 2 is not in the cited words"),
        ("The agency said Hammer will retire.", "the name “hammer” is not in the cited words"),
        ("The agency said so on Friday.", "the name “friday” is not in the cited words"),
        ("A museum opened beside the harbour.", "the cited words are about something else"),
    ],
)
def test_not_supported(statement, problem):
    """A number, a name or a matter that the cited words do not have is named."""
    assert problems(statement, evidence(QUOTE)) == (problem,)


def test_every_problem_is_named():
    """Numbers come first, then names, each sorted."""
    found = problems("In 1999, Kim and Ann paid 12.", evidence(QUOTE))
    assert [problem.split()[2] for problem in found] == ["12", "1999", "“ann”", "“kim”"]


def test_without_citation():
    """A statement that cites nothing has that problem alone."""
    assert problems("Genalo will retire.", []) == ("it cites nothing",)


def test_several_citations_count_together():
    """A statement may take its words from all that it cites."""
    statement = "Lee won 49.42 per cent."
    one, other = evidence("Lee won the vote.", "It was 49.42 per cent.")
    assert problems(statement, [one])
    assert problems(statement, [one, other]) == ()


def test_the_headline_counts():
    """The headline of a cited article is as good as its words."""
    assert problems("Lee won.", evidence("He won.", title="Lee takes office")) == ()


def test_the_article_may_complete_a_name():
    """The rest of a name may stand elsewhere in the article, but only beside the part quoted."""
    text = "Kenneth Genalo heads it. Robert Hammer left. Genalo will retire."
    (item,) = evidence("x")
    item = replace(item, article=article(text), start=text.index("Genalo will"), end=len(text))
    assert item.quote == "Genalo will retire."
    assert problems("Now Kenneth Genalo will retire.", [item]) == ()
    assert problems("Now Robert Genalo will retire.", [item])
    assert problems("Now Robert Hammer will retire.", [item])


def test_initials_stand_for_a_name():
    """ICE is Immigration and Customs Enforcement."""
    cited = evidence("Immigration and Customs Enforcement made arrests.")
    assert problems("The agency ICE made arrests.", cited) == ()
    assert problems("The agency FBI made arrests.", cited)


def test_the_question_tells_that_the_first_word_is_a_name():
    """An opener is no name by itself; where the question has it as a name, it is checked."""
    cited = evidence("The agency said he will retire.")
    assert problems("Hammer will retire.", cited) == ()
    assert problems("Hammer will retire.", cited, "Will Hammer retire?") == (
        "the name “hammer” is not in the cited words",
    )


def test_a_name_of_the_question_may_stand_elsewhere_in_the_article():
    """Unless the cited words have another in its place."""
    text = (
        "The Lindholm council met. Ilse Varga became director of the museum. Tom Brandt left Dovre."
    )
    museum = text.index("Ilse"), text.index(" Tom")
    who = "Who is director in Lindholm?"
    said = "Ilse Varga became director in Lindholm."
    assert problems(said, [Evidence(1, article(text), *museum, 0.9)], who) == ()
    text = text.replace("director of the museum", "director of Dovre")
    museum = text.index("Ilse"), text.index(" Tom")
    assert problems(said, [Evidence(1, article(text), *museum, 0.9)], who) == (
        "the name “lindholm” is not in the cited words",
    )


@pytest.mark.parametrize(
    ("statement", "source", "share"),
    [
        ("The mayor resigned", "The mayor resigns", 1.0),  # first five letters
        ("The mayor resigned", "The mayor stayed", 0.5),
        ("A museum opened", "The mayor stayed", 0.0),
        ("It is 5", "nothing", 1.0),  # no words to be covered
        ("They flee", "fleeing again", 1.0),  # a short word, and a form of it
        ("They are fleeing", "they flee", 1.0),
        (
            "The mayor resigned this week",
            "The mayor resigned on 2 May",
            1.0,
        ),  # when, in other words
    ],
)
def test_covered(statement, source, share):
    """The share counts content words by their first letters."""
    assert covered(statement, source) == share


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


def test_one_of_several_has_their_name():
    """The Aurora Awards give an Aurora Award; another name is still another."""
    cited = evidence("Ilse Varga won at the Aurora Awards on Sunday.")
    assert problems("Ilse Varga won an Aurora Award.", cited) == ()
    assert problems("Ilse Varga won a Boreal Award.", cited)


def test_a_way_that_is_cleared_is_not_blocked():
    """A court that blocks a ban does not clear its way."""
    cited = evidence("The high court on Wednesday blocked the ban on fishing.")
    assert problems("The high court cleared the way for the ban on fishing.", cited)


@pytest.mark.parametrize(
    ("statement", "right"),
    [
        ("Marcos Charles will replace Genalo.", True),
        ("Derek Gordon will replace Hammer at HSI.", True),
        ("Marcos Charles and Derek Gordon will replace Genalo and Hammer.", True),
        ("Marcos Charles will replace Hammer at HSI.", False),
        ("Gordon will replace Kenneth Genalo.", False),
    ],
)
def test_respectively_keeps_two_lists_apart(statement, right):
    """The first follows the first, and the second the second."""
    cited = evidence(
        "Officials Marcos Charles and Derek Gordon will replace Genalo and Hammer at ICE and HSI,"
        " respectively. Kenneth Genalo will retire."
    )
    found = problems(statement, cited)
    assert (found == ()) is right
    assert right or "the cited words do not" in found[0]


def test_numbers_are_kept_apart_by_respectively_too():
    """Spain has 10 percent, Italy 12."""
    cited = evidence("Prices rose by 10% and 12% in Spain and Italy, respectively.")
    assert problems("Prices rose by 12% in Italy.", cited) == ()
    assert problems("Prices rose by 12% in Spain.", cited)


def test_a_small_word_between_two_names_carries_no_name():
    """The article has "Secretary of State"; that does not make "Secretary of Labour" one."""
    item = evidence("Lee spoke of labour. The Secretary of State listened.")[0]
    cited = [replace(item, end=20)]
    assert problems("Lee is Secretary of Labour.", cited)


def test_a_name_of_the_question_that_opens_a_sentence_is_no_word_in_common():
    """ "Lee" is in the cited words anyway; what is said of him is not."""
    cited = evidence("US Secretary of State Marco Rubio congratulated Lee on his election win.")
    said = "Lee was a former US Secretary of State."
    assert problems(said, cited, "What was Lee's profession before he became president?")


def test_who_came_second_is_told_by_the_cited_words():
    """A winner did not come second."""
    asked = "Who came second in the election?"
    won = evidence("Lee Jae-myung won the election in South Korea.")
    assert problems("Lee Jae-myung came second in the election.", won, asked)
    second = evidence("Lee won the election in South Korea; the runner-up was Kim Moon-soo.")
    assert problems("Kim Moon-soo came second in the election.", second, asked) == ()
