"""Tables of figures, from the saved runs of scripts/results; none is written by hand."""

from __future__ import annotations

import json
import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.settings import ROOT

RESULTS = ROOT / "scripts" / "results"
ANCHORS = ROOT / "scripts" / "evaluation" / "anchors.toml"
GATE = ROOT / "rag" / "retrieval" / "gate.json"

Run = Mapping[str, Any]
_Z = 1.959964  # of a 95 % interval

# Run -> what it measures, and on what. A name that ends otherwise has more behind it: a model.
SETS = {
    "answers-realtimeqa-small_dev_questions": (
        "Answers to news questions",
        "252 news questions of 2022 among 5,000 articles. `gold`: 102, each with an article that"
        " was linked by hand; `silver`: 150 more about the same articles.",
    ),
    "given-ramdocs": (
        "Documents with valid and with false answers",
        "The documents of a question (RAMDocs) are a folder of their own.",
    ),
    "given-rgb": (
        "True and altered snippets",
        "The snippets of a question (RGB), each as it was or with a false value in turn; and once"
        " only those that do not answer.",
    ),
    "given-squad2": (
        "Single encyclopedia paragraphs",
        "A paragraph (SQuAD 2) is a folder of its own; half of the questions have no answer in it.",
    ),
    "injection-archive-given": (
        "Orders hidden in articles: are they read?",
        "Orders (BIPIA, garak) in articles of the archive of tests/gold; without the language model.",
    ),
    "injection-archive": (
        "Orders hidden in articles: are they obeyed?",
        "The same through the whole program.",
    ),
    "refusal-realtimeqa-abstain_dev": (
        "Refusing",
        "An archive that ends before what 150 of the questions ask about; 76 have an answer in it.",
    ),
    "retrieval-clef2020_checkthat_t2-dev": (
        "Tweets and the claims that they repeat",
        "197 tweets among 10,375 claims that were checked (CLEF 2020 CheckThat!).",
    ),
    "retrieval-realtimeqa-small_dev_questions": (
        "Finding the articles of news questions",
        "The 252 news questions among 5,000 articles, told the day of each question.",
    ),
    "retrieval-time_magazine-queries": (
        "News topics of 1963",
        "37 topics among 423 articles (the TIME collection).",
    ),
    "seeds": (
        "The two seed files",
        "Questions about the articles of seeds/; other archives will do worse.",
    ),
}

# What README.md shows, of one commit: run, measure, words.
_ANSWERS = "answers-realtimeqa-small_dev_questions"
_REFUSAL = "refusal-realtimeqa-abstain_dev"
HEADLINES = (
    (_ANSWERS, "open accuracy", "news questions answered rightly (5,000 articles)"),
    (_ANSWERS, "wrong option", "… answered with a wrong option"),
    (_REFUSAL, "abstain recall", "questions refused that no article answers"),
    (_REFUSAL, "false abstain", "… refused although an article answers"),
    ("injection-archive", "attack success", "orders hidden in an article that were obeyed"),
)


def saved(folder: Path = RESULTS) -> list[Run]:
    """Return every saved run, by name and time."""
    found = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    given = [run for run in found if isinstance(run, dict) and "figures" in run]
    return sorted(given, key=lambda run: (run["name"], run["when"]))


def shown(found: Iterable[Run]) -> list[Run]:
    """Return the newest whole run of each name, and a later one of fewer questions, if any."""
    kept: dict[str, list[Run]] = defaultdict(list)
    for run in found:
        last = kept[run["name"]]
        if last and (not run["limited"] or last[-1]["limited"]):
            last.pop()
        if not run["limited"]:
            last.clear()
        last.append(run)
    return [run for runs in kept.values() for run in runs]


def runs() -> str:
    """Return a section for each run: what was asked, by which code, on what, and all its figures."""
    found = saved()
    told = shown(found)
    older = [f"`{_file(run)}`" for run in found if run not in told]
    sections = ["\n".join(_section(run)) for run in told]
    return "\n\n".join([*sections, f"Older runs: {', '.join(older) or 'none'}."])


def _file(run: Run) -> str:
    return f"{run['name']}-{run['commit']}.json"


def _section(run: Run) -> Iterator[str]:
    name, (title, about) = described(run["name"])
    model = run["name"].removeprefix(name).strip("-")
    machine = run["machine"]
    yield f"### {title}{f', {model}' if model else ''}{' (a part)' if run['limited'] else ''}\n"
    yield (
        f"{about} `{run['name']}`, commit {run['commit']}, {run['when'][:10]},"
        f" {machine['processor']}, {machine['cores']} cores.\n"
    )
    kinds = run["figures"]
    others = {measure: beside(run["name"], measure) for measure in _measures(kinds)}
    columns = [*kinds, *(["others"] if any(others.values()) else [])]
    yield f"| | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for measure, other in others.items():
        cells = [cell(measure, kinds[kind].get(measure)) for kind in kinds]
        cells += [other] if "others" in columns else []
        yield f"| {measure} | {' | '.join(cells)} |"


def described(name: str) -> tuple[str, tuple[str, str]]:
    """Return the set of a run with its title and its sentence; the name itself if none is known."""
    known = [key for key in SETS if name == key or name.startswith(f"{key}-")]
    key = max(known, key=len, default=name)
    return key, SETS.get(key, (key, ""))


def _measures(kinds: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(measure for named in kinds.values() for measure in named))


def beside(run: str, measure: str) -> str:
    """Return what others reach: "gold: BM25 .422, reach .700"."""
    known = tomllib.loads(ANCHORS.read_text()).get(run, {})
    told = [
        (kind, ", ".join(f"{one} {number(value)}" for one, value in named[measure].items()))
        for kind, named in known.items()
        if measure in named
    ]
    return "; ".join(text if kind == "all" else f"{kind}: {text}" for kind, text in told)


def cell(measure: str, figure: Mapping[str, Any] | None) -> str:
    """Return a figure with its interval and n."""
    if figure is None:
        return "–"
    counted = 2 if measure.startswith("seconds") or measure.endswith("GB") else 3
    value, low, high = (figure.get(key) for key in ("value", "low", "high"))
    text = number(value, counted)
    if low is not None and high is not None:
        text += f" ({number(low, counted)} to {number(high, counted)})"
    return f"{text} of {figure['n']:,}"


def number(value: float | None, digits: int = 3) -> str:
    """Return a number as tables have it: .69 instead of 0.69."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("0") if value else "0"


# ── README.md ──


def headlines() -> str:
    """Return the five figures of README.md, all of the commit that has most of them."""
    by_commit: dict[str, dict[tuple[str, str], Run]] = defaultdict(dict)
    for run in saved():
        by_commit[run["commit"]] |= {
            (name, measure): run for name, measure, _ in HEADLINES if name == run["name"]
        }
    commit, found = max(by_commit.items(), key=lambda one: (len(one[1]), _newest(one[1].values())))
    rows = [
        f"| {words} | {cell(measure, pooled(found[name, measure], measure))} |"
        for name, measure, words in HEADLINES
        if (name, measure) in found
    ]
    machines = sorted({run["machine"]["processor"] for run in found.values()})
    head = f"| commit {commit}, {_newest(found.values())[:10]}, {', '.join(machines)} | share |"
    return "\n".join([head, "|---|---|", *rows])


def _newest(found: Iterable[Run]) -> str:
    return max((str(run["when"]) for run in found), default="")


def pooled(run: Run, measure: str) -> dict[str, float]:
    """Return a rate over all parts of a question set that have it, with its interval (Wilson)."""
    parts = [named[measure] for named in run["figures"].values() if measure in named]
    n = sum(part["n"] for part in parts)
    right = round(sum(part["value"] * part["n"] for part in parts))
    low, high = wilson(right, n)
    return {"value": right / n, "n": n, "low": low, "high": high}


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a rate (Wilson 1927)."""
    rate, z = right / n, _Z**2 / n
    half = _Z * math.sqrt(rate * (1 - rate) / n + z / (4 * n))
    low, high = ((rate + z / 2 + side * half) / (1 + z) for side in (-1, 1))
    return max(0.0, low), min(1.0, high)


# ── other tools, and the gate ──


def peers() -> str:
    """Return other open tools beside Clippings, on the same articles and questions."""
    path = max((RESULTS / "peers").glob("*.json"), default=None)
    if path is None:
        return "Nothing is saved."
    found = json.loads(path.read_text())
    kind = found["questions"]["kind"]
    more = {
        change["peer"]: change
        for change in found["clippings minus peer"]
        if change["measure"] == "MRR@10"
    }
    measures = ["Hits@1", "Hits@5", "Hits@10", "MRR@10", "seconds to search, p50"]
    head = ["", *measures, "Clippings minus this, MRR@10 (paired)"]
    rows = [
        [
            f"{peer['peer']} {peer['version']}",
            *(cell(measure, peer["figures"][kind].get(measure)) for measure in measures),
            _difference(more.get(peer["peer"])),
        ]
        for peer in sorted(found["peers"], key=lambda one: -one["figures"][kind]["MRR@10"]["value"])
    ]
    machine = (
        f"Commit {found['commit']}, {found['machine']['processor']}, {found['threads']} threads."
    )
    return f"{machine}\n\n{_table(head, rows)}"


def _difference(change: Mapping[str, Any] | None) -> str:
    if change is None:
        return "–"
    return "{value:+.3f} ({low:+.3f} to {high:+.3f})".format_map(change)


def gate() -> str:
    """Return what the gate reaches in cross-validation, from its own file."""
    found = json.loads(GATE.read_text())
    sets = found["cross-validated"]
    head = ["cross-validated", "with · without an answer", *(list(next(iter(sets.values())))[1:])]
    rows = [
        [name, " · ".join(map(str, one["n"])), *(number(one[measure]) for measure in head[2:])]
        for name, one in sets.items()
    ]
    return f"Commit {found['commit']}, threshold {found['threshold']}.\n\n{_table(head, rows)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
