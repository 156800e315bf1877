"""The story of somebody's draft: its sentences, each beside what the articles say nearest to it -> verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.answering.verdicts import verdict
from rag.protocols import Progress, Stop
from rag.reading import drafts
from rag.retrieval import claims
from rag.stories import hits
from rag.stories.clock import Clock
from rag.stories.opened import Opened
from rag.types.drafts import Checked, CheckedDraft, Claim


def check(text: str, opened: Opened, progress: Progress, stop: Stop) -> Iterator[CheckedDraft]:
    """Yield a draft as its sentences are checked, one by one, until it is `done` or stopped."""
    found = drafts.claims(text, opened.settings.draft_characters)
    draft = CheckedDraft(unchecked=len(found))
    for place, claim in enumerate(found):
        if stop.is_set():
            break
        progress("checking", place, len(found))
        draft = draft.grown(_checked(claim, opened))
        yield draft
    progress("checking", len(draft.sentences), len(found))
    yield replace(draft, done=True)


def _checked(claim: Claim, opened: Opened) -> Checked:
    """Compare a claim with the windows nearest to it; what is cited comes with its copies."""
    with opened.generation() as library:
        searched = hits.searched(claims.query(claim), library, opened, Clock())
        read = searched.hits[: opened.settings.evidence_passages]
        near = claims.nearest(claim, read, opened.models.reader)
        one = verdict(claim, near, opened.models)
        copies = library.articles.copies
        cited = (replace(item, also=copies(item.article)) for item in one.evidence)
        return replace(one, evidence=tuple(cited))
