"""Clause -> its verbs with their tense, by their form alone: no tagger, so a plain present is not seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Tense = Literal["past", "present", "perfect", "ahead", "open", "given up"]
"""What a verb says of its time: over; now; over by now; to come; it may be; it was once to come."""

_IRREGULAR = """
    arose ate beat became began bent bet bit bled blew bore bought broke brought built burnt burst came cast caught
    chose clung cost crept cut dealt drank drew drove dug fed fell felt fled flew forbade forgot fought found froze
    gave got grew held hit hung hurt kept knelt knew laid lay led left lent let lit lost made meant met overtook
    overthrew overturned paid put quit ran rang read reopened resold rode rose said sang sank sat saw sent set shook
    shot shrank shut slept slid sold spent split spoke spread sprang stole stood struck stuck swam swept swore swung
    taught thought threw told took tore underwent understood upheld went withdrew woke won wore wrote
""".split()
_PARTICIPLES = """
    arisen beaten begun bitten blown born borne broken chosen done drawn driven eaten fallen flown forgotten
    forbidden frozen given gone grown hidden known overthrown ridden risen run seen shaken shown shrunk sprung stolen
    stricken sung sunk sworn taken thrown torn withdrawn woken worn written
""".split()
_NO_PAST = """
    bed bleed breed creed exceed feed freed greed hundred indeed infrared kindred naked need proceed red sacred seed
    shed shred sled speed steed succeed unemployed weed wicked
""".split()
_PAST = rf"(?:{'|'.join(sorted(_IRREGULAR))}|(?!(?:{'|'.join(_NO_PAST)})\b)[a-z]{{2,}}ed)"
_OF_MAIN = rf"(?:{'|'.join(_PARTICIPLES)}|{_PAST})"  # alone, a participle is no verb of a clause: "a child born today"
_BETWEEN = r"(?:\s+(?:not|also|still|never|first|again|already|now|only|soon|then|be|been|being|[a-z]+ly))*"
_COMING = r"(?:due|scheduled|set|expected|planned|supposed|going|meant|hoping|poised|likely|to(?=\s+[a-z]))"
_WISH = r"(?:planned|hoped|expected|intended|wanted|meant)"
_FORMS: tuple[tuple[str, Tense], ...] = (
    (rf"(?:was|were|wasn['’]t|weren['’]t){_BETWEEN}\s+{_COMING}\b", "given up"),
    (rf"had{_BETWEEN}\s+(?:{_WISH}|{_COMING})\b", "given up"),
    (rf"(?:is|are|am){_BETWEEN}\s+{_COMING}\b", "ahead"),
    (r"(?:plans?|intends?|hopes?|aims?|expects?)\s+to\b", "ahead"),
    (r"(?:will|shall|won['’]t)|\w+['’]ll", "ahead"),
    (r"may|might|could|can|cannot|would|should|must|ought|couldn['’]t|wouldn['’]t", "open"),
    (r"has|have|hasn['’]t|haven['’]t", "perfect"),
    (r"is|are|am|isn['’]t|aren['’]t", "present"),
    (r"was|were|had|did|wasn['’]t|weren['’]t|hadn['’]t|didn['’]t", "past"),
    (_PAST, "past"),
)
_VERB = re.compile(
    "|".join(rf"(?P<f{n}>(?<![\w-])(?:{form})\b)" for n, (form, _) in enumerate(_FORMS))
)
_MAIN = re.compile(rf"(?:\s+to)?{_BETWEEN}\s+{_OF_MAIN}\b(?!-)")  # of an auxiliary
# Before one of these a form in -ed is an adjective: "the injured fishermen".
_OF_NOUNS = re.compile(
    r"(?:\b(?:the|an?|his|her|its|their|our|my|your|this|that|these|those|two|three|four|five|six|seven|eight"
    r"|nine|ten|many|several|some|no|of|and\s+the)|\d|['’]s)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with its auxiliaries; `start` and `end` are places in the text."""

    start: int
    end: int
    tense: Tense
    word: str  # its last one


def verbs(text: str) -> Iterator[Verb]:
    """Yield the verbs of a text in order."""
    at = 0
    while found := _VERB.search(text, at):
        number = int((found.lastgroup or "f0")[1:])
        at = end = found.end()
        if _FORMS[number][0] is _PAST:
            if _OF_NOUNS.search(text, max(0, found.start() - 12), found.start()):
                continue
        elif main := _MAIN.match(text, end):
            at = end = main.end()
        yield Verb(found.start(), end, _FORMS[number][1], text[:end].split()[-1].lower())
