"""Find names of days in a text: "last week", "June 5, 2022", "two months ago", "Q3 2022".

A rule is a pattern, the reader of its finds, and the leads that it needs: "in 2022" is a time,
"2022" a number. Every pattern may begin with a lead and a part: "since | early | 2022".
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from rag.language.calendar import MONTH, MONTH_SHORT, WEEKDAY, Days, portion, whole
from rag.language.words import NUMBER_WORDS
from rag.when import readings
from rag.when.readings import CAPITAL, NTH, SMALL_MONTHS, Mark, Reader, group


class Rule(NamedTuple):
    """How to find and read one kind of name; `leads` are the words it needs before it, if any."""

    pattern: re.Pattern[str]
    reader: Reader
    leads: frozenset[str]

    def read(self, mark: Mark, as_of: date) -> Days:
        """Return the days that a mark of this rule names, or the part of them that is meant."""
        span, part = self.reader(mark, as_of), group(mark, "part").removeprefix("the ")
        if span.first == span.last:  # "late on Friday" is that day
            return whole("week", span.first) if part.startswith("week") else span
        return next((portion(span, *PARTS[key]) for key in PARTS if part.startswith(key)), span)

    def is_time(self, mark: Mark) -> bool:
        """Return whether the words around a mark are enough to take it for a time."""
        leads, lead = self.leads, group(mark, "lead")
        sure = group(mark, "which") or (group(mark, "day") and group(mark, "year"))
        if mark.groupdict().get("month") in SMALL_MONTHS and not sure:
            leads = leads or _DATED
        if not leads or mark["part"]:
            return True
        return lead in leads and not (lead in _OF_PEOPLE and CAPITAL.match(mark.string, mark.end()))

    def floats(self, mark: Mark) -> bool:
        """Return whether a mark leaves open which of the recurring days it means."""
        stated = group(mark, "year") or group(mark, "week")
        return not stated and self.reader in (*readings.YEARLY, readings.read_weekday)

    def yearly(self, mark: Mark) -> bool:
        """Return whether a mark leaves only the year open: "June 3", but not "last June"."""
        return self.floats(mark) and self.reader in readings.YEARLY and not group(mark, "which")


# ── pieces of patterns ──

_MONTH = rf"(?P<month>{MONTH}|{MONTH_SHORT})\b(?!-a-)\.?"
_WEEKDAY = rf"(?P<weekday>{WEEKDAY}|mon|tues?|wed|thu|thurs?|fri)\b"  # no "sun"
_DAYTIME = r"\s+(?:morning|afternoon|evening|night)\b"
_SMALL = "|".join(word for word, value in NUMBER_WORDS.items() if value in map(str, range(1, 21)))
_COUNT = rf"(?:(?:a\s+)?(?:couple(?:\s+of)?|few)|several|\d{{1,3}}|{_SMALL}|an?)"
_COUNTED = (
    rf"(?<![\d.,-])(?P<count>{_COUNT})\s+(?P<unit>hour|day|week|fortnight|month|year|decade)s?\b"
)
_YYYY = r"(?:1[89]|20)\d\d"
_SHORT_YEAR = r"(?:last|this|next)\s+year\b"
_YEAR = rf"(?P<year>{_YYYY}(?!\w|[.,:/]\d|-\w)|{_SHORT_YEAR}|{_COUNT}\s+years?\s+ago\b)"
_OF_YEAR, _NO_YEAR = rf",?\s+(?:of\s+)?{_YEAR}", rf"(?!,?\s+(?:\d|(?:of\s+)?{_SHORT_YEAR}))"
_WITHIN = rf"(?:of\s+)?(?P<week>(?:last|this)\s+week|{_COUNT}\s+weeks?\s+ago)\b"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![.,:/]\d)"
_DAY_2 = _DAY.replace("day", "day2")
_TO_DAY = rf"(?:(?:\s*[-–—]\s*|\s+(?:to|until|till|through)\s+)(?:the\s+)?{_DAY_2})?"
_AND_DAY = rf"\s+and\s+(?:the\s+)?{_DAY_2}"
_NO_COUNT = r"""(?!\s*%|\s+(?:hundred|thousand|million|billion|per\s?cent|people|men|women|children
|votes|seats|others)\b)"""
_NO_EVENT = r"""(?!\s+(?:presidential|general|midterms?|elections?|primary|primaries|world|cup
|olympics?|games|season|budget|census|campaign|finals?)\b)"""
_MAYBE_YEAR = rf"(?:{_OF_YEAR})?{_NO_COUNT}"
_THE, _WHICH = r"(?P<the>the\s+)?", r"(?P<which>this\s+past|this|last|past)\s+"
_DATED_DAY = rf"{_THE}(?:{_WEEKDAY},?\s+(?:the\s+)?)?"
_NTH_DAY = rf"(?:the\s+(?=\d+[a-z]))?{_DATED_DAY}{_DAY}"
_UNIT = r"(?P<unit>hour|day|week|month|quarter|year|decade)"
_WHOLE = r"(?!\s+(?:of|and\s+a\s+half)\b)"  # "the last week of June" is not last week
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)\b"
_NAMED_SEASON = r"(?!\s+(?:of\b|olympic|games\b|(?-i:[A-Z])))"
_SEASON_YEAR = _YEAR.replace("<year>", rf"<year>{_YYYY}[-–/]\d\d(?:\d\d)?\b|")
_YEARS = rf"(?<![\d/.-])(?P<year>{_YYYY})[-–—/](?P<to>(?:1[89]|20)?\d\d)\b(?![-/]?\d)"
_ISO = r"(?<![\d/.-])(?P<year>\d{4})(?P<sep>[/-])(?P<number>\d\d)(?P=sep)(?P<day>\d\d)(?![\d/-])"
_NUMERIC = (
    r"(?<![\d/.-])(?P<one>\d\d?)(?P<sep>[/.-])(?P<two>\d\d?)(?P=sep)(?P<year>\d{4})(?![\d/-])"
)
_NAME = r"""(?P<name>(?:the\s+)?day\s+before\s+yesterday|yesterday|today(?!['’]s\s+(?:world|society))
|tonight|this\s+(?:morning|afternoon|evening)|last\s+(?:night|evening))\b"""

# The part of a span that words before it mean, in twelfths: the vague ones are thirds.
PARTS = {
    "early": (0, 4), "start": (0, 4), "beginning": (0, 4), "mid": (4, 8), "late": (8, 12), "end": (8, 12),
    "first half": (0, 6), "second half": (6, 12), "first quarter": (0, 3), "second quarter": (3, 6),
    "third quarter": (6, 9), "fourth quarter": (9, 12), "last quarter": (9, 12),
}  # fmt: skip
_PART = rf"""(?:the\s+)?(?:(?:early|mid|late)(?:\s+(?:in|on))?[\s-]+(?:the\s+)?
|(?:start|beginning|middle|end|(?:first|second)[\s-]half|(?:{"|".join(NTH)}|last)[\s-]quarter)\s+of\s+
|week(?:end)?\s+(?:of|beginning|starting)\s+)"""

# The words before a name: what bounds the time, and what only says that a time follows.
BOUNDS = frozenset(["since", "from", "between", "after", "following", "until", "till", "up to"])
BOUNDS |= {"before", "prior to", "by", "as of"}
_IN = BOUNDS | {"in", "during", "throughout"}
_IN |= {f"{amount} of" for amount in ("most", "much", "days", "weeks", "months")}
_ON = BOUNDS | {"on"}
_OVER = frozenset(["in", "during", "throughout", "over", "since"])
_DATED = _IN | _ON
_LEAD = "|".join(sorted(_DATED | _OVER | {"at", "within"})).replace(" ", r"\s+")
# Between these and a capital a bare name is a person's or a prize's: "by August Wilson".
_OF_PEOPLE = frozenset(["by", "from", "after", "before", "until", "following", "between"])


# ── rules ──


def _rule(name: str, reader: Reader, leads: frozenset[str] = frozenset()) -> Rule:
    pattern = rf"(?:\b(?P<lead>{_LEAD})\s+)?(?P<core>(?:\b(?P<part>{_PART}))?\b{name})"
    return Rule(re.compile(pattern, re.IGNORECASE | re.ASCII | re.VERBOSE), reader, leads)


_BETWEEN = frozenset(["between"])
# fmt: off
RULES = [
    _rule(_ISO, readings.read_iso),
    _rule(_NUMERIC, readings.read_numeric),
    _rule(rf"{_DATED_DAY}{_MONTH}\s+(?:the\s+)?{_DAY}{_TO_DAY}{_MAYBE_YEAR}", readings.read_date),
    _rule(rf"{_DATED_DAY}{_MONTH}\s+(?:the\s+)?{_DAY}{_AND_DAY}{_MAYBE_YEAR}", readings.read_date, _BETWEEN),
    _rule(rf"{_NTH_DAY}{_TO_DAY}\s+(?:of\s+)?{_MONTH}{_MAYBE_YEAR}", readings.read_date),
    _rule(rf"{_NTH_DAY}{_AND_DAY}\s+(?:of\s+)?{_MONTH}{_MAYBE_YEAR}", readings.read_date, _BETWEEN),
    _rule(rf"{_THE}{_MONTH}{_OF_YEAR}", readings.read_month),
    _rule(rf"{_THE}{_WHICH}{_MONTH}{_NO_YEAR}", readings.read_month),
    _rule(rf"{_MONTH}{_NO_YEAR}", readings.read_month, _IN),
    _rule(rf"{_THE}{_WHICH}{_WEEKDAY}(?:{_DAYTIME})?{_WHOLE}", readings.read_weekday),
    _rule(rf"{_THE}{_WEEKDAY}(?:{_DAYTIME})?\s+{_WITHIN}", readings.read_weekday),
    _rule(rf"{_THE}{_WEEKDAY}(?:{_DAYTIME}|(?=['’]s\b))", readings.read_weekday),
    _rule(rf"{_WEEKDAY}(?!\s+the\s+\d)", readings.read_weekday, _ON),
    _rule(_NAME, readings.read_today),
    _rule(rf"{_COUNTED}\s+ago\b", readings.read_ago),
    _rule(rf"(?:the\s+|these\s+)?(?:last|past)\s+{_COUNTED}{_WHOLE}", readings.read_rolling),
    _rule(rf"{_THE}{_WHICH}{_UNIT}\b{_WHOLE}", readings.read_unit),
    _rule(r"(?P<which>the)\s+(?P<unit>week|month|year)\b", readings.read_unit),
    _rule(rf"(?:earlier|so\s+far)\s+(?:this|in\s+the)\s+{_UNIT}\b", readings.read_to_date),
    _rule(rf"(?:this\s+|the\s+)?{_UNIT}(?:\s+so\s+far|[\s-]to[\s-]date)\b", readings.read_to_date),
    _rule(rf"{_THE}{_WHICH}weekend\b{_WHOLE}", readings.read_weekend),
    _rule(rf"the\s+weekend\b{_WHOLE}", readings.read_weekend, _OVER | _ON | {"at"}),
    _rule(rf"(?:the\s+)?(?P<quarter>q[1-4]|h[12]){_OF_YEAR}", readings.read_quarter),
    _rule(rf"(?:the\s+)?(?P<quarter>{'|'.join(NTH)})[\s-]quarter{_OF_YEAR}", readings.read_quarter),
    _rule(r"(?P<quarter>q[1-4])\b", readings.read_quarter, _IN),
    _rule(rf"(?:the\s+)?{_SEASON},?\s+(?:of\s+)?{_SEASON_YEAR}", readings.read_season),
    _rule(rf"{_WHICH}{_SEASON}{_WHOLE}", readings.read_season),
    _rule(rf"(?:the\s+)?{_SEASON}{_NAMED_SEASON}", readings.read_season, _OVER),
    _rule(r"(?:the\s+)?(?P<year>(?:19|20)\d0s)\b(?!-)", readings.read_years, _IN),
    _rule(_YEARS, readings.read_years),
    _rule(rf"(?:the\s+year\s+)?(?P<year>{_YYYY})(?!\w|[.,:/]\d|-\w){_NO_COUNT}{_NO_EVENT}",
          readings.read_years, _IN),
]
# fmt: on

# What only sounds like a time, and quoted words.
_HIDDEN = re.compile(
    rf"""  "[^"]*" | “[^“”]*” | «[^«»]*» | ‘(?:[^‘’]|’(?=\w))*’ | (?<!\w)'(?:[^']|(?<=\w)'(?=\w))*'(?!\w)
    | \b(?:black|good|super|bloody|cyber|ash|maundy|palm|easter|holy|shrove|whit|fat|giving)\s+(?:{WEEKDAY})\b
    | \b(?-i:Mail|Independent|Scotland|Wales)\s+on\s+Sunday\b
    | \bSunday\s+(?:times|telegraph|mirror|mail|express|post|world|herald|independent|league|school)\b
    | \b(?:{WEEKDAY})\s+(?:night\s+(?:live|football|lights|fever)|evening\s+post|the\s+13th)\b
    | \b(?-i:[A-Z]\w*\s+Today)\b | \btoday\s+(?:show|programme)\b | \btonight\s+show\b
    | \blast\s+week\s+tonight\b | \bmay\s+day\b | \bmarch\s+madness\b | \b(?:fourth|4th)\s+of\s+july\b(?!,?\s+\d)
    | \b(?:(?:{MONTH}|{MONTH_SHORT})\.?\s+\d\d?(?:st|nd|rd|th)?|\d\d?(?:st|nd|rd|th)?\s+(?:{MONTH}|{MONTH_SHORT}))\b
      (?:,?\s+\d{{4}},?)?\s+(?:(?:capitol|terror(?:ist)?|house|select)\s+)*(?:committee|panel|commission|hearing|riot|attack
      |insurrection|massacre|crackdown|bombing|coup|defendant)
    | \b(?:q[1-4]|h[12]|(?:first|second|third|fourth|last|this)[\s-]quarter(?:['’]s)?)(?:\s+(?:of\s+)?\d{{4}})?
      \s+(?:earnings|results?|profits?|sales|revenues?|figures|numbers|gdp|growth|loss(?:es)?|report)\b
    | \b(?:{MONTH}|{MONTH_SHORT})(?:\s+\d{{4}})?\s+(?:jobs|payrolls?|(?:un)?employment|inflation|cpi|gdp|retail)\b
    | \b(?:born|founded|established|built)\s+(?:in|on)\s+(?:[\w.]+,?\s+){{0,3}}\d{{4}}\b
    | \b(?:next|upcoming|coming)\s+(?!year)\w+(?:\s+\d\d?\b)? | \blater\s+(?:this|today)(?:\s+\w+)?
    | \brest\s+of\s+(?:this|the)\s+\w+ | \b(?:did|does|do|will|can|could|would|to)\s+this\s+fall\b """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


def without_names(text: str) -> str:
    """Return a text with plain spaces, and with dots for what only sounds like a time."""
    return _HIDDEN.sub(lambda mark: "·" * len(mark[0]), re.sub(r"\s", " ", text))


def marks(text: str) -> list[tuple[Mark, Rule]]:
    """Return the marks of a text in order, each with its rule; of overlapping ones the earlier, then the
    longer. One that lacks its lead never hides another.
    """
    found = [
        (not rule.is_time(mark), mark.start(), -mark.end(), place, mark, rule)
        for place, rule in enumerate(RULES)
        for mark in rule.pattern.finditer(text)
    ]
    taken, kept = bytearray(len(text)), []
    for _, start, _, _, mark, rule in sorted(found, key=lambda one: one[:4]):
        if not any(taken[start : mark.end()]):
            taken[start : mark.end()] = b"x" * len(mark[0])
            kept.append((mark, rule))
    return sorted(kept, key=lambda one: one[0].start())
