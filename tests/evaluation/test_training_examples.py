"""Questions of collections become windows that answer, and near ones that do not."""

from __future__ import annotations

import json
import lzma

import pytest

from scripts.evaluation.train.examples import SQUAD, UNREAD_SQUAD, examples, read_squad

TEXT = (
    "The ferry Aurora sank off Dovre. Its captain, Ada Holm, was saved by a trawler. The council met"
    " on Monday. It will pay 300 kroner to each passenger. The mayor thanked the crew of the trawler."
)
QUESTION = "Who was saved by a trawler?"


def collection(folder, *rows):
    """A folder with one collection of these rows."""
    folder.mkdir()
    with lzma.open(folder / "A_news.jsonl.xz", "wt") as file:
        for row in rows:
            print(json.dumps(row), file=file)
    return folder


def asked(question=QUESTION, answers=("Ada Holm",), start=None, text=TEXT):
    """A row of a collection."""
    place = text.find(answers[0]) if answers and start is None else -1
    return {"question": question, "context": text, "answers": list(answers), "start": place}


def made(folder, *rows, most=1_000):
    """The examples of these rows."""
    return examples(collection(folder, *rows), folder / "none", {"news": most})


def test_an_answered_question_has_a_window_with_the_answer_and_one_without(tmp_path):
    """The answer is marked by its place; a window that does not answer has none of its words."""
    found = made(tmp_path / "one", asked())
    answered = [one for one in found if one.answered]
    missed = [one for one in found if not one.answered and one.question == QUESTION]
    assert [one.text[one.start : one.end] for one in answered] == ["Ada Holm"]
    assert missed
    assert not any("Ada Holm" in one.text for one in missed)
    assert all(one.text in TEXT for one in found)


def test_a_question_that_is_not_answered_has_only_windows_that_do_not(tmp_path):
    """The likest first: that a trawler saved somebody is near, that the council met is not."""
    found = made(tmp_path / "one", asked("Which trawler saved the captain Ada Holm?", ()))
    assert found
    assert not any(one.answered for one in found)
    assert "trawler" in found[0].text


def test_an_answer_that_no_window_holds_teaches_nothing(tmp_path):
    """It would be learned as missed, although the text has it."""
    assert made(tmp_path / "one", asked(answers=("a lighthouse",), start=-1)) == []


def test_a_name_exchanged_makes_a_question_that_is_not_answered(tmp_path):
    """Of many, some are asked again so."""
    text = "Ada Holm saved the crew. Tom Brandt left Dovre. Nobody was hurt."
    rows = [
        asked(f"In {year}, whom did Holm save?", ("the crew",), text=text)
        for year in range(1900, 1999)
    ]
    swapped = [one for one in made(tmp_path / "one", *rows) if "Holm" not in one.question]
    assert swapped
    assert not any(one.answered for one in swapped)
    assert {word for one in swapped for word in one.question.split()} >= {"Brandt"}


def test_the_examples_are_the_same_every_time_and_at_most_so_many(tmp_path):
    """A checkpoint is of one order."""
    rows = [asked(f"{QUESTION[:-1]} in {year}?") for year in range(1950, 1990)]
    folder = collection(tmp_path / "many", *rows)
    once, again = (examples(folder, tmp_path, {"news": 30}) for _ in range(2))
    assert once == again
    assert len(once) == 30
    assert len(set(once)) == 30


@pytest.mark.parametrize("unread", [True, False])
def test_every_fourth_article_of_squad_is_kept_for_measuring(tmp_path, unread):
    """By title; its questions are on one side alone."""
    articles = [
        {
            "title": f"{place:02}",
            "paragraphs": [
                {
                    "context": TEXT,
                    "qas": [
                        {
                            "question": f" {place}? ",
                            "is_impossible": False,
                            "answers": [{"text": "Dovre"}] * 2,
                        },
                        {"question": f"Not {place}?", "is_impossible": True, "answers": []},
                    ],
                }
            ],
        }
        for place in range(2 * UNREAD_SQUAD)
    ]
    path = tmp_path / f"{SQUAD}.json"
    path.write_text(json.dumps({"data": articles[::-1]}))
    found = list(read_squad(path, unread))
    kept = {f"{place:02}" for place in (UNREAD_SQUAD - 1, 2 * UNREAD_SQUAD - 1)}
    every = {f"{place:02}" for place in range(2 * UNREAD_SQUAD)}
    assert {one.document for one in found} == (kept if unread else every - kept)
    assert [one.answers for one in found[:2]] == [("Dovre",), ()]
    assert found[0].question == f"{int(found[0].document)}?"
