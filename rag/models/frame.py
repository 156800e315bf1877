"""Messages -> the pieces that a model reads: the words of its chat format, and texts that stay texts.

A file brings its format as a template, which is code of a stranger and is rendered in a sandbox by
whoever makes a `Frame`. The template never sees a text: a random mark stands for each, and the text
takes the mark's place afterwards. So only what the template itself wrote can become special tokens,
whatever an article says; and a template cannot change a text.

It is asked not to let the model think aloud (Qwen3, SmolLM3); where a thought is begun all the same, it
is closed before the model can go on with it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.errors import ModelError
from rag.types.models import Message

Chat = Sequence[dict[str, str]]
Render = Callable[[Chat], str]
"""Messages with `role` and `content` -> what the template makes of them; raises whatever it likes."""

_SAMPLE = (
    Message("system", "S"),
    Message("user", "U"),
    Message("assistant", "A"),
    Message("user", "Q"),
)
_CLOSED = "\n</think>\n\n"  # as Qwen3's own template says that nothing is to be thought


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a prompt; only where it is the format's may marks in it become special tokens."""

    text: str
    special: bool


class Frame(Protocol):
    """A chat format."""

    def pieces(self, messages: Sequence[Message]) -> list[Piece]:
        """Return the whole prompt, up to where the model begins to write."""

    def constant(self, messages: Sequence[Message]) -> list[Piece]:
        """Return what stays the same whatever the last message says: a beginning of `pieces`."""


class ChatML:
    """The format of Qwen2 and SmolLM2, and of files that have no template."""

    def pieces(self, messages: Sequence[Message]) -> list[Piece]:
        """Return the whole prompt."""
        reply = [Piece("<|im_start|>", True), Piece("assistant\n", False)]
        return self._said(messages) + reply

    def constant(self, messages: Sequence[Message]) -> list[Piece]:
        """Return all messages but the last."""
        return self._said(messages[:-1])

    def _said(self, messages: Sequence[Message]) -> list[Piece]:
        return [
            piece
            for message in messages
            for piece in (
                Piece("<|im_start|>", True),
                Piece(f"{message.role}\n{message.text}", False),
                Piece("<|im_end|>", True),
                Piece("\n", False),
            )
        ]


class Template:
    """The format that a file's own template tells; `begin` comes first where the template forgets it."""

    def __init__(self, render: Render, name: str, begin: str = "") -> None:
        self._render, self._name, self._begin = render, name, begin

    def pieces(self, messages: Sequence[Message]) -> list[Piece]:
        """Return the whole prompt. Raises ModelError where the template loses a message."""
        return [piece for piece, _ in self._placed(messages)]

    def constant(self, messages: Sequence[Message]) -> list[Piece]:
        """Return what comes before the last message's text."""
        pieces = []
        for piece, place in self._placed(messages):
            if place == len(messages) - 1:
                break
            pieces.append(piece)
        return pieces

    def _placed(self, messages: Sequence[Message]) -> list[tuple[Piece, int]]:
        """Return the pieces, each with the number of the message that it is the text of, or -1."""
        marks = [secrets.token_hex(16) for _ in messages]
        try:
            prompt = self._rendered([message.role for message in messages], marks)
        except Exception as error:  # a template may fail in any way
            why = str(error) or type(error).__name__
            raise ModelError(
                f"The chat template of {self._name} cannot be used: {why[:300]}. Take another model."
            ) from error
        placed: list[tuple[Piece, int]] = []
        for part in re.split(f"({'|'.join(marks)})", prompt) if marks else [prompt]:
            if part in marks:
                place = marks.index(part)
                placed.append((Piece(messages[place].text, False), place))
            elif part:
                placed.append((Piece(part, True), -1))
        if self._begin and not prompt.startswith(self._begin):
            placed.insert(0, (Piece(self._begin, True), -1))
        if _thinks(placed):
            placed.append((Piece(_CLOSED, True), -1))
        return placed

    def _rendered(self, roles: Sequence[str], marks: Sequence[str]) -> str:
        """Render marks, as they are or, where the template takes no system role, within the first turn."""
        chat = [{"role": role, "content": mark} for role, mark in zip(roles, marks, strict=True)]
        problem = "it loses a message"
        try:
            prompt = self._render(chat)
            if all(mark in prompt for mark in marks):
                return prompt
        except Exception as error:
            problem = str(error)
        if len(chat) > 1 and roles[0] == "system":
            first = {"role": roles[1], "content": f"{marks[0]}\n\n{marks[1]}"}
            prompt = self._render([first, *chat[2:]])
            if all(mark in prompt for mark in marks):
                return prompt
        raise ValueError(problem)


def frame(render: Render | None, name: str, begin: str = "") -> Frame:
    """Return the format of a file: of its template, if it has one that says something else than ChatML."""
    if render is None:
        return ChatML()
    found = Template(render, name, begin)
    try:
        said = "".join(piece.text for piece in found.pieces(_SAMPLE))
    except ModelError:
        return found  # its error is told when something is asked
    same = said == "".join(piece.text for piece in ChatML().pieces(_SAMPLE))
    return ChatML() if same else found


def _thinks(placed: Sequence[tuple[Piece, int]]) -> bool:
    """Whether the prompt ends within a thought."""
    end = placed[-1][0] if placed else Piece("", False)
    return end.special and end.text.rfind("<think>") > end.text.rfind("</think>")
