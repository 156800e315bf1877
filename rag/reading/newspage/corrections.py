"""The notice in an article that corrects it: "Correction:", "An earlier version of this article …".

Such notices open a paragraph, or stand as a sentence at the beginning or the end of the text; news about
corrections ("the market's correction", "an earlier version of the bill") does not read like them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.sentences import sentences

# paragraphs at the beginning and the end, where a sentence without a label counts
FIRST, LAST = 2, 3
LONGEST = 900  # characters of a notice that are kept

_ITSELF = (
    r"(?:article|story|report|post|piece|column|obituary|review|headline|caption|item|page|blog|version|interview"
    r"|transcript|newsletter|dispatch|profile|feature|account|graphic|map|chart)"
)
_DAY = r"(?:[\s,(]*(?:\w+day,? )?(?:\d{1,2}\.? \w+|\w+\.? \d{1,2})(?:,? \d{4})?[\s,)]*)?"
_OPEN = r"[^\w“”\"‘]*_*"  # a quotation is somebody else's notice
_BARE_DAY = re.compile(r"(?:\w+day,? )?(?:\d{1,2}\.? \w+|\w+\.? \d{1,2})(?:,? \d{4})?[.:]?")
# A label says what follows; after these two words it needs no more.
_LABEL = re.compile(
    rf"{_OPEN}(?:corrections?(?: (?:and|&) clarifications?)?|corrected|erratum|retraction){_DAY}"
    r"(?: (?:appended|made|notice|added))?\s*(?::|[-–—]+\s|$)",
    re.IGNORECASE,
)
# These introduce other remarks, too.
_REMARK = re.compile(
    rf"{_OPEN}(?:clarifications?|editor(?:['’]s|s['’]|ial)?['’]? ?note|note(?: to readers| from the editors?)?|update"
    rf"|for the record|amend(?:ed|ment)){_DAY}\s*(?::|[-–—]+\s|$)",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:correct(?:s|ed|ing|ion)?|incorrect(?:ly)?|misstat\w+|misspell\w+|misspelt|misidentif\w+|misattribut\w+"
    r"|mischaracteri\w+|misquot\w+|mislabel\w+|wrong(?:ly)?|erroneous(?:ly)?|in error|an error|errors|typo|inaccura\w+"
    r"|mistaken(?:ly)?|retract\w*|clarif\w+|(?:earlier|previous|original) (?:version|headline)|was amended|been amended"
    r"|we regret|we apologi[sz]e)\b",
    re.IGNORECASE,
)
# What a notice says of its own article, without a label.
_NOTICE = re.compile(
    rf"{_OPEN}(?:"
    rf"(?:in )?(?:an?|the) (?:earlier|previous|original|prior) (?:online )?version of (?:this|the|our) {_ITSELF}\b"
    rf"(?! (?:of|from|by)\b)"
    rf"|an? version of this {_ITSELF} [^.]{{0,60}}\b(?:incorrectly|erroneously|wrongly|misstated"
    rf"|misspelled|misidentified)"
    rf"|an? (?:earlier|previous) {_ITSELF} (?:incorrectly|erroneously|wrongly|misstated|misspelled|misidentified)"
    rf"|this (?:\w+ \d+ )?{_ITSELF} (?:has been|was) (?:corrected\b|amended on \w+ \w+"
    rf"|(?:updated|amended|changed|edited|revised)[^.]{{0,40}} to (?:correct|fix|clarify|remove|rectify|amend)\b"
    rf"|(?:updated|amended|changed|edited|revised) to reflect (?:the correct|that)\b)"
    rf"|this {_ITSELF} (?:originally|previously|initially|first) (?:said|stated|gave|reported|named|listed|misstated"
    rf"|misspelled|misidentified|identified|referred|included|contained|described|claimed|attributed|quoted)\b"
    rf"|this {_ITSELF} (?:incorrectly|erroneously|wrongly|mistakenly|misstated|misspelled"
    rf"|misidentified|corrects)\b"
    rf"|(?:because of|due to|owing to) an? (?:\w+ )?(?:error|mistake)\b[^.]*\b(?:{_ITSELF}|we|version)\b"
    rf"|(?:this )?(?:version |story )?(?:corrects|refiles to (?:fix|correct|add))\b[^.]*\b(?:paragraph|para|headline"
    rf"|name|spelling|day|date|figure|typo|byline|title|to say|to show|in)\b"
    rf"|we (?:regret|apologi[sz]e for) (?:the|this|any|an) (?:error|mistake)"
    rf"|in (?:a|an|its|our) (?:story|article|report) [^.]{{1,120}} (?:reported erroneously|erroneously reported"
    rf"|incorrectly|misstated|misspelled|misidentified|wrongly)"
    rf")",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:CORRECTED\b|CORRECTION\b|Corrected:|Correction: .+ (?:story|stories|article)$|Retraction: )"
)
_QUESTION = re.compile(r"\W*(?:what|why|how|when|where|who)\b", re.IGNORECASE)


def correction(title: str, text: str) -> str | None:
    """Return the notice that corrects an article, on one line; of several all; None where there is none."""
    paragraphs = [" ".join(one.split()) for one in text.split("\n") if one.strip()]
    found = list(dict.fromkeys(_notices(paragraphs)))
    if not found and _TITLE.match(title):
        found = [title]
    return " ".join(found)[:LONGEST] or None


def _notices(paragraphs: list[str]) -> Iterator[str]:
    """Yield the notices in the order of the text; a label alone goes with the paragraph after it."""
    many, taken = len(paragraphs), -1
    for place, paragraph in enumerate(paragraphs):
        if place == taken:
            continue
        if label := _LABEL.match(paragraph) or _REMARK.match(paragraph):
            told, whole = paragraph[label.end() :].strip(), paragraph
            if place + 1 < many and (not told or _BARE_DAY.fullmatch(told)):
                told, taken = paragraphs[place + 1], place + 1
                whole = f"{paragraph} {told}"
            ends = told.rstrip(" )”\"'*").endswith(".")
            sure = label.re is _LABEL and ends and not _QUESTION.match(told)
            if sure or _WRONG.search(told):
                yield whole
        elif (place < FIRST or place >= many - LAST) and (notice := _from_sentence(paragraph)):
            yield notice


def _from_sentence(paragraph: str) -> str:
    """Return a paragraph from the sentence on that is a notice; empty where none is."""
    for start, _ in sentences(paragraph):
        if _NOTICE.match(paragraph[start:]):
            return paragraph[start:]
    return ""
