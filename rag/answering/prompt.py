"""Question, evidence, the words found -> messages: few-shot, since a small model copies better than it
obeys.

The words that the reader found stand before the question; in the last example they do not answer.
Outlets are left out: told "(Reuters)", the model answers that Reuters did it. All but the last
message is constant, so its state in the model is kept. An excerpt is one line: no article can forge
the line's end. (Lines of random letters around excerpts gave the same facts, at greater length.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.types.answers import Short
from rag.types.evidence import Evidence
from rag.types.models import Message

NOT_FOUND = "Not in the articles."
"""What the model is to write when the excerpts do not answer."""

_SYSTEM = (
    "You answer questions from excerpts of news articles. Use only what the excerpts say."
    " Write one or two short sentences and put the number of the excerpt you used after each"
    f" sentence, like [2]. If the excerpts do not answer, write: {NOT_FOUND}"
)

_EXAMPLES = (
    (
        "[1] The ferry Aurora ran aground off Lindholm on Sunday, and 214 passengers were taken ashore by fishing"
        " boats. The operator said nobody was hurt.\n"
        "[2] The Aurora entered service in 2011 and carries up to 400 people.\n"
        "[3] Storm warnings were lifted on Monday morning.",
        (("214", 1),),
        "How many passengers were brought to land from the Aurora?",
        "214 passengers were taken ashore from the ferry Aurora by fishing boats. [1]",
    ),
    (
        "[1] Tenants of the old mill say they learned of the sale from the newspaper.\n"
        "[2] The council appointed Ilse Varga as director of the city museum on Tuesday. She succeeds Tom Brandt, who"
        " led the museum for nine years and will move to the state archive.",
        (("Ilse Varga", 2),),
        "Who follows Tom Brandt at the museum?",
        "Ilse Varga succeeds Tom Brandt as director of the city museum. [2]",
    ),
    (
        "[1] Orrin Steel said it would close its plant in Dovre by March, citing the price of power.\n"
        "[2] The union called the decision a shock for the valley.",
        (("the price of power", 1),),
        "How much did Orrin Steel pay its chief executive?",
        NOT_FOUND,
    ),
)

# What could be read as a turn of the chat or as a mark of ours; article text is data. A server's template is
# not known, so the shapes of tokens go, not a list of names: one word in pointed brackets, with bars or without
# (ChatML, GPT, Llama 3, Phi, Command, DeepSeek with wide bars, Gemma, Qwen's tools, thoughts, Llama 2's bytes),
# and in square ones what ends, what has two words, and the few single words that are tokens (Llama 2, Mistral).
# Capitals in square brackets are often an editor's: “[US] troops”.
_CONTROL = re.compile(
    r"[<＜][|｜][^|｜>＞]*[|｜][>＞]"
    r"|[<＜]{1,2}[/|｜]*\w[\w-]*[/|｜]*[>＞]{1,2}"
    r"|\[/[A-Z]\w*\]|\[[A-Z]+_[A-Z_]+\]|\[(?:INST|IMG|THINK|BOS|EOS)\]",
    re.IGNORECASE,
)
_MARK = re.compile(r"[\[［【]\s*(\d+(?:\s*,\s*\d+)*)\s*[\]］】]")
# Controls, soft hyphens, joiners, directions and tags: they hide a token, or words from the reader.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def messages(
    question: str, evidence: Sequence[Evidence], short: Sequence[Short] = ()
) -> list[Message]:
    """Build the chat for a question: rules, examples, the numbered evidence, the words found in it,
    the question.
    """
    excerpts = "\n".join(f"[{item.number}] {harmless(item.quote)}" for item in evidence)
    given = {item.number for item in evidence}
    found = [(harmless(one.text), one.evidence) for one in short if one.evidence in given]
    examples = [(_turn(told, words, asked), reply) for told, words, asked, reply in _EXAMPLES]
    return chat(_SYSTEM, examples, _turn(excerpts, found, harmless(question)))


def chat(rules: str, examples: Iterable[tuple[str, str]], last: str) -> list[Message]:
    """Return the messages of rules, example turns with their replies, and a last turn."""
    turns = [Message("system", rules)]
    for turn, reply in examples:
        turns += [Message("user", turn), Message("assistant", reply)]
    return [*turns, Message("user", last)]


def _turn(excerpts: str, found: Sequence[tuple[str, int]], question: str) -> str:
    words = "; ".join(f"“{text}” [{number}]" for text, number in found)
    hint = f"Words that may answer: {words}\n" if words else ""
    return f"{excerpts}\n{hint}Question: {question}"


def harmless(text: str) -> str:
    """Return a text on one line without unseen characters, control tokens and forged marks."""
    seen = _CONTROL.sub(" ", _UNSEEN.sub("", text))
    return " ".join(_MARK.sub(r"(\1)", seen).split())


def is_refusal(text: str) -> bool:
    """Return whether the model said that the excerpts do not answer."""
    return text.strip().lower().startswith(NOT_FOUND.lower().rstrip("."))
