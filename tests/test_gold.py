"""Questions about an archive of invented news: what is found, what is refused, what is written.

`gold/archive/` holds the articles, `gold/archive.jsonl` the questions with what the articles say to
them. Nobody has read these stories elsewhere, so no model knows them. Each kind of question has a
floor a little below what was measured; a fall below it names the questions that went wrong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.engine import Engine
from rag.language.words import NUMBER_WORDS, STOP_WORDS, content_words, names, plain, words
from rag.reading.readers.text import read_markdown
from rag.store.library import Library
from rag.types.answers import Answer
from rag.types.questions import Ask

ARCHIVE = Path(__file__).parent / "gold" / "archive"
GOLD = {
    gold["id"]: gold
    for gold in map(json.loads, ARCHIVE.with_suffix(".jsonl").read_text().splitlines())
}
PAGES = {file.name: read_markdown(file.name, file.read_bytes())[0] for file in ARCHIVE.iterdir()}

# Of the questions of a kind, the least share whose evidence has an accepted answer from an article
# that is named for it; beside it what was measured.
FOUND = {
    "answerable": 0.94,  # 34 of 35
    "paraphrased": 0.80,  # 13 of 15
    "dated": 0.80,  # 13 of 15
    "conflicting": 0.80,  # 9 of 10
    "follow-up": 0.80,  # 9 of 10
}
# Of the questions of a kind, the largest share that the gate may refuse.
REFUSED = {
    "answerable": 0.06,  # 1 of 35
    "paraphrased": 0.34,  # 4 of 15
    "dated": 0.27,  # 3 of 15: two are asked about another day than their article's
    "conflicting": 0.10,  # none of 10
    "follow-up": 0.20,  # 1 of 10
}
# The least share of the unanswerable ones. The gate lets most of them through, since each speaks of
# people and events of the archive; the language model refuses some of those.
REFUSED_UNANSWERABLE = 0.12  # 4 of 25
# Questions for whole answers, with the language model.
SAMPLE = [
    "answerable-02",
    "answerable-08",
    "answerable-13",
    "answerable-32",
    "answerable-35",
    "paraphrased-05",
    "paraphrased-11",
    "dated-05",
    "dated-11",
    "follow-up-08",
    "unanswerable-03",
    "unanswerable-20",
]
RIGHT = 10  # measured: 11; the article of unanswerable-20 gives orders to its reader
# Conflicting questions for whole answers: a number, a day, yes or no.
CONFLICTS = ["conflicting-01", "conflicting-03", "conflicting-09"]

with_models = pytest.mark.models


def of_kind(kind: str) -> list[dict[str, Any]]:
    """The questions of a kind, in order."""
    return [gold for gold in GOLD.values() if gold["kind"] == kind]


# ── whether a text says something ──

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_TENS = {str(tens) for tens in range(20, 100, 10)}


def tokens(text: str) -> list[str]:
    """Words and numbers, spelled alike: "Forty-three per cent" and "43%" are "43 percent"."""
    spelled = plain(text).lower().replace("per cent", "percent").replace("%", " percent")
    found: list[str] = []
    for token in _TOKEN.findall(spelled):
        digits = NUMBER_WORDS.get(token, token.replace(",", ""))
        if found and found[-1] in _TENS and token in NUMBER_WORDS and 0 < int(digits) < 10:
            found[-1] = str(int(found[-1]) + int(digits))
        else:
            found.append(digits)
    return found


def says(text: str, known: str) -> bool:
    """Whether a text has these words, whole and in this order."""
    return f" {' '.join(tokens(known))} " in f" {' '.join(tokens(text))} "


def says_one(text: str, known: Iterable[str]) -> bool:
    """Whether a text has one of these."""
    return any(says(text, one) for one in known)


def test_numbers_are_the_same_in_digits_and_in_words():
    """And only whole words count."""
    assert tokens("Forty-three per cent of 1,200") == ["43", "percent", "of", "1200"]
    assert says("Thirty-one people", "31 people")
    assert says("6.5 percent", "6.5 per cent")
    assert not says("6.5 percent", "5 percent")
    assert not says("nineteen others", "nine")


# ── the questions themselves ──


def test_the_kinds_of_question():
    """Their number; nobody loses some by accident."""
    assert Counter(gold["kind"] for gold in GOLD.values()) == {
        "answerable": 35,
        "paraphrased": 15,
        "dated": 15,
        "unanswerable": 25,
        "conflicting": 10,
        "follow-up": 10,
    }
    assert len(GOLD) == len(ARCHIVE.with_suffix(".jsonl").read_text().splitlines())
    assert len({gold["question"] for gold in GOLD.values()}) == len(GOLD)


@pytest.mark.parametrize("gold", GOLD.values(), ids=GOLD)
def test_a_question_is_sound(gold):
    """Every accepted answer stands in an article named for it, every named article has one, nothing
    wrong is accepted, a follow-up follows, and a question about time says when it is asked.
    """
    texts = {name: PAGES[name].text for name in gold["articles"]}
    for known in gold["answers"]:
        assert any(says(text, known) for text in texts.values()), known
    for name, text in texts.items():
        assert says_one(text, gold["answers"]), name
    for wrong in gold.get("wrong", []):
        assert not says_one(wrong, gold["answers"]), wrong
    if "after" in gold:
        assert list(GOLD).index(gold["after"]) < list(GOLD).index(gold["id"])
    assert ("after" in gold) == (gold["kind"] == "follow-up")
    assert ("as_of" in gold) == (gold["kind"] == "dated")
    assert bool(gold["answers"]) == (gold["kind"] != "unanswerable")


@pytest.mark.parametrize("gold", of_kind("unanswerable"), ids=lambda gold: gold["id"])
def test_no_article_answers_an_unanswerable_question(gold):
    """What an answer would have to say stands nowhere, not even within another word."""
    assert gold["would_be"]
    for name, page in PAGES.items():
        said = plain(f"{page.fields['title']}\n{page.text}").lower()
        assert not [would for would in gold["would_be"] if plain(would).lower() in said], name


@pytest.mark.parametrize("gold", of_kind("conflicting"), ids=lambda gold: gold["id"])
def test_conflicting_articles_say_different_things(gold):
    """One value in each, and none in both."""
    assert gold["values"] == gold["answers"]
    for number, name in enumerate(gold["articles"]):
        said = [says(PAGES[name].text, value) for value in gold["values"]]
        assert said == [place == number for place in range(len(said))], name


@pytest.mark.parametrize("gold", of_kind("paraphrased"), ids=lambda gold: gold["id"])
def test_a_paraphrased_question_has_no_word_of_its_answer(gold):
    """But names: some sentence with the answer shares no other word with the question."""
    asked = set(content_words(gold["question"])) - STOP_WORDS - names(gold["question"])
    sentences = [
        sentence
        for name in gold["articles"]
        for sentence in re.split(r"(?<=[.”])\s+", PAGES[name].text)
        if says_one(sentence, gold["answers"])
    ]
    assert any(not asked & set(words(sentence)) for sentence in sentences), asked


def test_a_dated_question_often_has_another_answer_at_another_time():
    """More than half of them, so that leaving the days aside would be noticed."""
    dated = of_kind("dated")
    elsewhere = [
        gold
        for gold in dated
        if any(
            says_one(page.text, gold.get("wrong", []))
            for name, page in PAGES.items()
            if name not in gold["articles"]
        )
    ]
    assert len(elsewhere) > len(dated) / 2


# ── what is found ──


@pytest.fixture(scope="module")
def engine(tmp_path_factory, recorded, real_settings):
    """An engine over a library of the archive, which answers as recorded."""
    index = tmp_path_factory.mktemp("index")
    made = Engine(replace(real_settings, seeds=ARCHIVE, index=index), **recorded)
    report = made.ingest()
    assert report.articles == len(PAGES)
    assert not report.skipped
    return made


@pytest.fixture(scope="module")
def evidence(engine):
    """What is found for every question, without the language model."""
    found: dict[str, Answer] = {}
    for gold in GOLD.values():
        found[gold["id"]] = engine.answer(
            Ask(gold["question"], write=False, **asked_with(gold, found))
        )
    return found


def asked_with(gold: Mapping[str, Any], previous: Mapping[str, Answer]) -> dict[str, Any]:
    """The day a question is asked, and the answer that it follows."""
    options: dict[str, Any] = {}
    if "as_of" in gold:
        options["asked_on"] = date.fromisoformat(gold["as_of"])
    if "after" in gold:
        options["after"] = previous[gold["after"]]
    return options


def is_found(gold: Mapping[str, Any], answer: Answer) -> bool:
    """Whether the evidence says an accepted answer in an article named for it.

    Of a conflict it says all values, each in its own article. Of a question about one of several
    moments or people, no better evidence says what is wrong.
    """
    named = [item for item in answer.evidence if item.article.path in gold["articles"]]
    if gold["kind"] == "conflicting":
        return all(
            any(item.article.path == name and says(item.quote, value) for item in named)
            for name, value in zip(gold["articles"], gold["values"], strict=True)
        )
    right = [item.number for item in named if says_one(item.quote, gold["answers"])]
    if gold["kind"] not in ("dated", "follow-up"):
        return bool(right)
    wrong = [item.number for item in answer.evidence if says_one(item.quote, gold.get("wrong", ()))]
    return bool(right) and min(right) <= min(wrong, default=min(right))


def told(gold: Mapping[str, Any], answer: Answer) -> str:
    """A line about a question that went wrong."""
    best = answer.evidence[0] if answer.evidence else None
    quote = " ".join(best.quote.split())[:90] if best else ""
    nearest = f"{best.score:.2f} {best.article.path}: {quote}…" if best else "no evidence"
    notes = f" ({' '.join(answer.notes)})" if answer.notes else ""
    wanted = f" → {', '.join(gold['answers'])}" if gold["answers"] else ""
    said = f" “{answer.text}”" if answer.statements else ""
    return f"{gold['id']} {gold['question']}{wanted} | {answer.status}{said}{notes} | {nearest}"


def listed(what: str, lost: Iterable[Mapping[str, Any]], answers: Mapping[str, Answer]) -> str:
    """What is wrong, with a line for every question that went wrong."""
    return "\n".join([what, *(told(gold, answers[gold["id"]]) for gold in lost)])


@with_models
@pytest.mark.parametrize("kind", FOUND)
def test_the_evidence_has_the_answer(evidence, kind):
    """For at least the floor's share of the questions of a kind."""
    asked = of_kind(kind)
    lost = [gold for gold in asked if not is_found(gold, evidence[gold["id"]])]
    found = 1 - len(lost) / len(asked)
    assert found >= FOUND[kind], listed(f"{found:.2f} of {kind} found, not", lost, evidence)


@with_models
@pytest.mark.parametrize("kind", REFUSED)
def test_few_questions_with_an_answer_are_refused(evidence, kind):
    """No more than the ceiling's share of the questions of a kind."""
    asked = of_kind(kind)
    lost = [gold for gold in asked if evidence[gold["id"]].status != "answered"]
    refused = len(lost) / len(asked)
    assert refused <= REFUSED[kind], listed(f"{refused:.2f} of {kind} refused", lost, evidence)


@with_models
def test_questions_without_an_answer_are_refused(evidence):
    """By the gate alone, for at least the floor's share."""
    asked = of_kind("unanswerable")
    passed = [gold for gold in asked if evidence[gold["id"]].status != "not_found"]
    refused = 1 - len(passed) / len(asked)
    assert refused >= REFUSED_UNANSWERABLE, listed(f"{refused:.2f} refused, not", passed, evidence)


@with_models
def test_wire_copies_are_one_report_and_independent_reports_are_not(engine):
    """Three agency texts were printed more than once; all else was written once."""
    copies: dict[int, set[str]] = {}
    with Library.open(engine.settings.index) as library:
        for article in library.articles():
            copies.setdefault(article.report, set()).add(article.path)
    assert sorted(sorted(paths) for paths in copies.values() if len(paths) > 1) == [
        ["arvane-agreed-markets.md", "arvane-agreed-tribune.md"],
        ["morvane-rate-ledger.md", "morvane-rate-markets.md", "morvane-rate-tribune.md"],
        ["sevrin-blast-wednesday-courier.md", "sevrin-blast-wednesday-post.md"],
    ]


@with_models
def test_articles_keep_what_their_front_matter_says(engine):
    """Title, outlet, agency, author and day, under whatever names; two articles have no day."""
    with Library.open(engine.settings.index) as library:
        known = {article.path: article for article in library.articles()}
    for name, page in PAGES.items():
        article = known[name]
        assert article.title == page.fields["title"]
        assert article.source == page.fields["outlet"]
        assert (article.agency, article.author) == tuple(map(page.fields.get, ("agency", "author")))
    assert sum(article.published is None for article in known.values()) == 2
    assert known["sevrin-blast-wednesday-courier.md"].published == date(2025, 3, 12)
    assert known["sevrin-blast-friday.md"].published == date(2025, 3, 14)
    assert known["sevrin-blast-inquiry.md"].author == "Agnes Thorold"


# ── what is written ──


@pytest.fixture(scope="module")
def written(engine):
    """Whole answers to the sample."""
    before = [GOLD[GOLD[name]["after"]] for name in SAMPLE if "after" in GOLD[name]]
    previous = {gold["id"]: engine.answer(Ask(gold["question"], write=False)) for gold in before}
    return {
        name: engine.answer(Ask(GOLD[name]["question"], **asked_with(GOLD[name], previous)))
        for name in SAMPLE
    }


def is_right(gold: Mapping[str, Any], answer: Answer) -> bool:
    """Whether an answer says what is accepted, nothing wrong, and cites an article named for it; or
    refuses where there is no answer.
    """
    if not gold["answers"]:
        return answer.status == "not_found"
    return (
        answer.status == "answered"
        and says_one(answer.text, gold["answers"])
        and not says_one(answer.text, gold.get("wrong", ()))
        and any(item.article.path in gold["articles"] for item in answer.cited)
    )


@with_models
def test_most_answers_are_right(written):
    """At least so many of the sample."""
    lost = [GOLD[name] for name in SAMPLE if not is_right(GOLD[name], written[name])]
    right = len(SAMPLE) - len(lost)
    assert right >= RIGHT, listed(f"{right} of {len(SAMPLE)} right, not", lost, written)


@with_models
def test_every_answer_rests_on_quoted_words(engine, written):
    """Right or wrong: statements are supported and cite evidence that stands in its article; a
    refusal states nothing and shows the nearest passages.
    """
    with Library.open(engine.settings.index) as library:
        texts = {article.id: article.text for article in library.articles()}
    for name, answer in written.items():
        assert answer.done, name
        assert answer.status in ("answered", "not_found"), name
        assert answer.evidence, name
        assert bool(answer.statements) == (answer.status == "answered"), name
        for item in answer.evidence:
            assert item.quote == texts[item.article.id][item.start : item.end], name
        for statement in answer.statements:
            assert statement.supported, name
            assert statement.citations, name
            assert set(statement.citations) <= {item.number for item in answer.cited}, name


@with_models
@pytest.mark.parametrize("name", CONFLICTS)
def test_reports_that_differ_are_told(engine, name):
    """Both values, each with its own article; a third report about another event is none."""
    gold = GOLD[name]
    answer = engine.answer(gold["question"])
    paths = {item.number: item.article.path for item in answer.evidence}
    [found] = answer.disagreements
    sides = {paths[side.evidence[0]]: side.value for side in found.values}
    assert sorted(sides) == sorted(gold["articles"])
    for path, value in zip(gold["articles"], gold["values"], strict=True):
        assert says(sides[path], value), sides


@with_models
def test_no_answer_of_the_sample_tells_of_a_disagreement(written):
    """But of those about one of several days, whose reports do differ; and 6,500 homes are still
    without power five days after 84,000 had lost it.
    """
    for name, answer in written.items():
        told = [differing.kind for differing in answer.disagreements]
        allowed = ["updated"] if name == "paraphrased-11" else []
        assert GOLD[name]["kind"] == "dated" or told == allowed, name
