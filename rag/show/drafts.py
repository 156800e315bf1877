"""A checked draft in words: its verdicts, what the articles have instead, its lines in the shell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from rag.show.harmless import harmless
from rag.show.html import counted
from rag.show.shell import quote
from rag.types.drafts import Checked, CheckedDraft, Finding

LABELS: Mapping[Finding, str] = {
    "supported": "supported",
    "only alleged": "only alleged",
    "quotation altered": "quotation altered",
    "contradicted": "contradicted",
    "not found": "not in the archive",
}
"""Verdict -> its words for people."""
_WIDTH = max(map(len, LABELS.values()))


def instead(one: Checked) -> str:
    """Return what the article has instead: its true quotation, value or sentence; else nothing."""
    if not one.beside:
        return ""
    told = f"In the article: “{one.beside}”"
    return f"“{one.values[0]}” here, “{one.values[1]}” there. {told}" if one.values else told


def summary(draft: CheckedDraft) -> str:
    """Return how many sentences have each verdict: "3 sentences: 2 supported, 1 contradicted"."""
    counts = Counter(one.verdict for one in draft.sentences)
    told = ", ".join(f"{counts[name]} {words}" for name, words in LABELS.items() if counts[name])
    left = f"{draft.unchecked} not checked" if draft.unchecked else ""
    number = len(draft.sentences) + draft.unchecked
    return f"{counted(number, 'sentence')}: {', '.join(filter(None, (told, left)))}"


def lines(draft: CheckedDraft) -> Iterator[str]:
    """Yield a line for each sentence, with its verdict and [n]; then the evidence by number."""
    for one in draft.sentences:
        marks = "".join(f"[{number}]" for number in one.citations)
        yield harmless(f"{LABELS[one.verdict]:{_WIDTH}}  {one.text} {marks}".rstrip())
        if told := instead(one):
            yield harmless(f"{'':{_WIDTH}}  {told}")
    for item in draft.evidence:
        yield f"\n{quote(item)}"
