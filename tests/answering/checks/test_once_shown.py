"""Sentences that were shown as supported before there was a checker, and were wrong.

Each stands beside the words that it cited. An accusation, a possibility or somebody's words, told as
a fact or given to another, is what a newsroom is sued for. Beside each is one that keeps to the words.
"""

from __future__ import annotations

import pytest

from rag.answering.checks.speakers import speaker
from rag.answering.checks.verify import judge
from tests.fakes import OverlapJudges, ScriptedReader, evidence

LAWSUIT = (
    "Mayor Ras Baraka, a Democrat who is now running for New Jersey governor, alleges in the lawsuit"
    " that he was wrongly arrested for trespassing without cause and maliciously prosecuted following"
    " a tense confrontation at a privately run immigration detention centre in Newark on May 9."
)
GUARD = (
    "Baraka's lawsuit, filed in the US District Court in New Jersey, alleges a guard invited Baraka"
    " onto the property and he agreed to leave after he was threatened with arrest."
)
SUED = (
    "The mayor of Newark, New Jersey, who was arrested by US immigration agents at a detention centre"
    " last month, sued two law enforcement officials on Tuesday (June 3), alleging the arrest was part"
    " of a politically motivated move by President Donald Trump's administration."
)
REPLACED = (
    "Career ICE officials Marcos Charles and Derek Gordon will replace Genalo and Hammer at ICE and"
    " HSI, respectively."
)
SUBMISSIVE = (
    "Mr Lee has previously taken a harder line towards the country than Yoon, including saying that"
    " the ex-president was 'submissive' to Japan, according to Yonhap news agency."
)
STRAINED = (
    "Spats over territory and a bitter dispute over Japan's use of forced labour during its"
    " decades-long 20th-century occupation of the Korean peninsula have long strained ties between the"
    " two neighbours. 'There are various public opinions inside South Korea' towards Japan, Mr Ishiba"
    " said."
)
SAFE = "“The bridge is safe,” said Mira Voss. Jon Lie, the mayor, did not answer questions."
ARSON = "Karl Dahl is accused of setting the warehouse on fire."
PAIRS = [  # the words cited, what was wrong, what keeps to the words
    (REPLACED, "Robert Hammer replaces Kenneth Genalo.", "Marcos Charles will replace Genalo."),
    (
        REPLACED,
        "Marcos Charles and Derek Gordon will replace Genalo at ICE.",
        "Derek Gordon will replace Hammer at HSI.",
    ),
    (
        LAWSUIT,
        "Ras Baraka was arrested for trespassing without cause and maliciously prosecuted.",
        "Baraka alleges that he was maliciously prosecuted.",
    ),
    (
        LAWSUIT,
        "Baraka was maliciously prosecuted.",
        "Baraka alleges that he was wrongly arrested.",
    ),
    (
        SUED,
        "The arrest was part of a politically motivated move.",
        "The mayor of Newark sued two officials.",
    ),
    (
        GUARD,
        "His lawsuit demands that the guard invited Baraka onto the property.",
        "His lawsuit alleges that a guard invited Baraka onto the property.",
    ),
    (
        SUBMISSIVE,
        "Lee says Japan is submissive to South Korea.",
        "Lee said that Yoon was submissive to Japan.",
    ),
    (
        STRAINED,
        "Ishiba says Japan has a bitter dispute over forced labour.",
        "Ishiba said that there are various public opinions in South Korea.",
    ),
    (
        SUED,
        "Mayor Ras Baraka was arrested on June 3.",
        "The mayor of Newark sued two law enforcement officials on June 3.",
    ),
    (ARSON, "Karl Dahl set the warehouse on fire.", "Karl Dahl is accused of arson."),
    ("The mayor may resign.", "The mayor will resign.", "The mayor could resign."),
    (
        "The mill is expected to close by May.",
        "The mill closed by May.",
        "The mill is likely to close by May.",
    ),
    (SAFE, "“The bridge is safe,” Jon Lie said.", "“The bridge is safe,” Mira Voss said."),
    (
        "The mayor spoke of 'a bad year' for the port.",
        "The mayor spoke of 'a lost decade' for the port.",
        "The mayor spoke of 'a bad year'.",
    ),
    (
        "Prosecutors dropped the case 10 days after his arrest.",
        "Prosecutors pursued the case 10 days after his arrest.",
        "The case was dropped 10 days after his arrest.",
    ),
]

MISSED = {  # what the checker still takes for right, and what it refuses although it is
    "Ishiba says Japan has a bitter dispute over forced labour.",
    "His lawsuit alleges that a guard invited Baraka onto the property.",
}


def cases(side):
    """The words cited, with the wrong sentence or the right one beside them; those missed are marked."""
    missed = pytest.mark.xfail(reason="the checker does not understand it", strict=True)
    return [
        pytest.param(pair[0], pair[side], id=pair[side], marks=[missed] * (pair[side] in MISSED))
        for pair in PAIRS
    ]


@pytest.mark.models
@pytest.mark.parametrize(("cited", "wrong"), cases(1))
def test_a_sentence_that_says_more_than_its_words_does_not_pass(cited, wrong, judges):
    """It is replaced by the words themselves."""
    assert judge(wrong, evidence(cited), "", judges).problems


@pytest.mark.models
@pytest.mark.parametrize(("cited", "right"), cases(2))
def test_a_sentence_that_keeps_to_its_words_passes(cited, right, judges):
    """Otherwise nothing written would be shown."""
    assert judge(right, evidence(cited), "", judges).problems == ()


COUNTED = (
    "With 100 per cent of the ballots counted, Lee won 49.42 per cent of the nearly 35 million votes"
    " cast while conservative rival Kim Moon-soo took 41.15 per cent in the polls, according to"
    " National Election Commission data."
)
BOARD = (
    "Turnout was 58 percent, the electoral board told reporters, and Mr Renwick led by 1,140 votes."
)


@pytest.mark.parametrize(
    ("statement", "cited", "found", "told"),
    [
        ("49.42 per cent of the nearly 35 million votes cast.", COUNTED, "Lee", ""),
        ("Turnout was 58 percent.", BOARD, "Mr Renwick", ""),
        ("Turnout was 58 percent.", BOARD, "the electoral board", "the electoral board"),
    ],
)
def test_nobody_is_told_to_have_said_what_was_said_of_them(statement, cited, found, told, judges):
    """However sure the reader takes them for the speaker: a speaker says something in these words."""
    sure = OverlapJudges(ScriptedReader(found), judges.checker)
    assert speaker(statement, evidence(cited), "", sure) == told
