"""Names that no article has, and those that may have been meant."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.language.calendar import MONTHS, WEEKDAYS
from rag.language.words import names, plain, spelled, words
from rag.retrieval.guesses import did_you_mean
from rag.settings import Settings
from rag.types.help import Guess
from rag.types.questions import Ask
from tests.fakes import (
    OverlapReader,
    PlainClassifier,
    WordCountEncoder,
    article,
)

ARCHIVE = Path(__file__).parent.parent / "gold" / "archive"
QUESTIONS = [
    json.loads(line)["question"] for line in ARCHIVE.with_suffix(".jsonl").read_text().splitlines()
]
TEXTS = " ".join(path.read_text() for path in ARCHIVE.iterdir())
EDITED, SEED = 100, 0
# Names that nobody of the archive has.
INVENTED = """
    Almquist Ashgrove Belcastra Bracknor Castrevi Cordwell Delacourt Dunhallow Fennimar Gallard
    Grindale Halvorsten Harkin Hemsley Ingelow Kilbrae Korsavi Lamberg Lurmond Marchetti
    Mortavi Nystrom Okonwei Ormsby Ostrava Peverall Pirelund Prewitt Quenby Ravenholt
    Rosvall Saldana Sorvino Stravik Tarnbrook Thornquist Tindale Trevayne Ulsted Umberto
    Vandermeulen Vasquez Velmora Wexcombe Whitmarsh Winslade Xanthis Yarborough Yelverton Zandrick
""".split()


# ── what is a name here, what is near it ──


class Known:
    """An archive of these names."""

    def __init__(self, **near: str) -> None:
        self.near_ones = {word: spellings.split() for word, spellings in near.items()}
        self.asked: list[str] = []

    def knows(self, word):
        """Every word of four letters is known."""
        self.asked.append(word)
        return len(word) == 4

    def near(self, word):
        """What was given for the word."""
        return [(one.lower(), one) for one in self.near_ones.get(word, [])]


def guessed(question, *articles, **near):
    """Unknown names and guesses."""
    return did_you_mean(question, articles, Known(**near))


def test_a_guess_is_the_question_with_the_other_name():
    """At its place, as a whole word, its possessive kept."""
    unknown, guesses = guessed("Is Gennalo’s boss Genn or Gennalo?", gennalo="Genalo")
    assert unknown == ("Gennalo",)
    assert guesses == (Guess("Gennalo", "Genalo", "Is Genalo's boss Genn or Genalo?"),)


def test_two_names_are_offered_at_most_each_with_the_likeliest_of_the_others():
    """Whoever misspells two names asks with one click."""
    near = {"kennet": "Kenneth Bennet Kent", "gennalo": "Genalo"}
    _, guesses = guessed("Did Kennet Gennalo go?", **near)
    assert [(one.offered, one.question) for one in guesses] == [
        ("Kenneth", "Did Kenneth Genalo go?"),
        ("Bennet", "Did Bennet Genalo go?"),
        ("Genalo", "Did Kenneth Genalo go?"),
    ]


def test_a_name_that_is_near_none_is_unknown():
    """It gets no guess."""
    assert guessed("Who is Mars?") == ((), ())  # it is known
    assert guessed("Who is Lapland?") == (("Lapland",), ())


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("Did Korea win?", {"korea": "Korean"}),
        ("Did the Italian win?", {"italian": "Italy"}),
        ("Did the NATOS win?", {"natos": "Natal"}),  # an abbreviation
        ("Who won on Tuesday in August?", {"tuesday": "Thursday", "august": "Augusta"}),
        ("Who is Mars?", {"mars": "Marsh"}),  # known
        ("Who won the races?", {"races": "Raced"}),  # a word in small letters, and short
    ],
)
def test_what_is_no_mistake_is_not_corrected(question, near):
    """Another form of a name, an abbreviation, a name of the calendar, what an article has."""
    assert guessed(question, **near)[1] == ()


def test_what_the_nearest_articles_have_in_another_form_is_not_unknown():
    """Initials stand for a whole name."""
    told = article("The Department of Homeland Security of the Italians said so.")
    assert guessed("What did the DHS say in Italian to ERO?", told)[0] == ("ERO",)


def test_a_question_all_in_small_letters_may_misspell_a_name():
    """Only what is near a name is told; a word that no article has may be any word."""
    unknown, guesses = guessed("who is gennalo of the unicorns?", gennalo="Genalo")
    assert unknown == ("gennalo",)
    assert [one.question for one in guesses] == ["who is Genalo of the unicorns?"]


def test_a_question_of_many_names_is_looked_up_in_part():
    """Each takes time in a large archive."""
    told = [f"X{letter}yyyy" for letter in string.ascii_lowercase]
    known = Known()
    unknown, _ = did_you_mean(f"Are {' '.join(told)} here?", [], known)
    assert len(unknown) == len(known.asked) == 5


# ── how well it guesses ──


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine with small parts over the archive."""
    index = tmp_path_factory.mktemp("archive")
    parts = {
        "encoder": WordCountEncoder(),
        "reader": OverlapReader(),
        "classifier": PlainClassifier(),
    }
    made = Engine(Settings(seeds=ARCHIVE, index=index, threads=1), **parts)
    made.ingest()
    return made


def helped(engine, question):
    """What helps with a question."""
    return engine.answer(Ask(question, write=False)).help


def mistyped(word, chance):
    """A word with one edit: a letter more, less or another, or two exchanged."""
    at, letter = chance.randrange(len(word)), chance.choice(string.ascii_lowercase)
    swap = chance.randrange(len(word) - 1)
    return chance.choice(
        [
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at + 1 :],
            word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :],
        ]
    )


def edited(number, seed):
    """Questions of the archive in which a name of its articles has one edit, with that name."""
    chance, there = random.Random(seed), set(words(TEXTS)) - {*MONTHS, *WEEKDAYS}
    places = [(asked, word) for asked in QUESTIONS for word in sorted(names(asked) & there)]
    found = []
    while len(found) < number:
        asked, word = chance.choice(places)
        name = spelled(word, asked)
        wrong = mistyped(name.lower(), chance).capitalize()
        if wrong != name:
            found.append((plain(asked).replace(name, wrong, 1), name))
    return found


def test_the_right_name_is_offered(engine):
    """For at least 90 of 100 questions with one edit in a name; the question asked is the right one."""
    missed = []
    for asked, name in edited(EDITED, SEED):
        guesses = helped(engine, asked).did_you_mean
        if name not in [guess.offered for guess in guesses]:
            missed.append(asked)
    share = 1 - len(missed) / EDITED
    print(f"the right name offered: {share:.2f} of {EDITED}; not in: {missed}")
    assert share >= 0.9


def test_no_name_is_offered_for_one_that_is_absent(engine):
    """For at most 5 of 100: for all others it is said that no article has them."""
    assert len(INVENTED) == 50 and not {*map(str.lower, INVENTED)} & set(words(TEXTS))
    found = {name: helped(engine, f"What did {name} say about the storm?") for name in INVENTED}
    assert all(one.unknown == (name,) for name, one in found.items())
    offered = {name: one.did_you_mean[0].offered for name, one in found.items() if one.did_you_mean}
    print(f"offered for an absent name: {len(offered) / len(INVENTED):.2f} of 50; {offered}")
    assert len(offered) <= 0.05 * len(INVENTED)


def test_a_question_without_a_mistake_gets_no_guess(engine):
    """None of those about the archive, as they are and in small letters."""
    for asked in QUESTIONS:
        assert helped(engine, asked).did_you_mean == (), asked
    lowered = [one for one in QUESTIONS if helped(engine, one.lower()).did_you_mean]
    print(f"in small letters: {len(lowered)} of {len(QUESTIONS)}; {lowered}")
    assert len(lowered) <= 0.02 * len(QUESTIONS)
