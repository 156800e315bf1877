"""What was typed as a question -> the question, on one line, or why it cannot be asked."""

from __future__ import annotations

from rag.errors import UsageError


def usable(question: str, limit: int) -> str:
    """Return the question on one line; raise UsageError if it is empty or too long."""
    sound = question.encode("utf-8", "replace").decode()  # bytes of an argument that are no UTF-8
    plain = " ".join(sound.replace("\0", " ").split())
    if not any(character.isalnum() for character in plain):
        raise UsageError(
            "The question is empty. Ask something, for example: Who will replace Kenneth Genalo?"
        )
    if len(plain) > limit:
        raise UsageError(
            f"The question has {len(plain):,} characters; at most {limit:,} can be read. Shorten it."
        )
    return plain
