"""The pages for people: what is generated is as the code and the saved runs say, what they name exists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import fields

import pytest

from rag import errors
from rag.settings import ROOT
from rag.shell.terminal import INTERRUPTED
from rag.show.news import SORTS, news_json
from rag.types.files import IngestReport
from rag.types.kept import News, Told
from scripts import docs

PAGES = {str(path.relative_to(ROOT)): path.read_text() for path in docs.pages()}
TEXT = "\n".join(PAGES.values())
COMMAND = re.compile(r"python (-m (?:rag|scripts)(?:\.\w+)*|scripts/\w+\.py|app\.py)")
BUILT = {"index/library.sqlite", "index/passages.faiss"}
pages = pytest.mark.parametrize("page", PAGES)


def test_the_readme_can_be_read_in_one_go():
    """At most 130 lines."""
    assert len(PAGES["README.md"].splitlines()) <= 130


@pages
def test_generated_parts_of_a_page_are_up_to_date(page):
    """Options, exit codes, the tree and every table; `make docs` writes them."""
    assert docs.filled(ROOT / page) == PAGES[page]


def test_every_generated_part_has_a_place():
    """None is written for no page, and none is left empty."""
    assert set(docs.PARTS) == set(re.findall(r"<!-- generated: ([\w ]+) -->\n\S", TEXT))


def test_every_exit_code_is_documented():
    """Those of answers, of errors and of an interruption."""
    codes = {0, 3, 4, 7, INTERRUPTED}
    codes |= {one.exit_code for one in vars(errors).values() if hasattr(one, "exit_code")}
    codes.discard(errors.ClippingsError.exit_code)
    documented = {int(code) for code in re.findall(r"\| (\d+) \|", PAGES["docs/shell.md"])}
    assert codes <= documented


def test_every_field_of_an_ingest_is_documented():
    """Of the report, and of the news of standing questions."""
    told = Told("3,000", "It will cut 3,000 jobs.", "Tribune", "Jobs", "a", 0, 23)
    news = news_json(News("How many?", "answered", now=told))
    report = [one.name for one in fields(IngestReport)]
    named = {*report, "news", *news, *news["now"], *SORTS}
    assert not [one for one in named if f"`{one}`" not in PAGES["docs/programs.md"]]


def test_every_setting_is_documented():
    """The environment variables, where the shell is explained."""
    named = set(re.findall(r"# (CLIPPINGS_[A-Z_]+)", (ROOT / "rag/settings.py").read_text()))
    assert named and all(f"`{name}`" in PAGES["docs/shell.md"] for name in named)


def test_every_wing_and_top_module_is_in_the_architecture():
    """A new one is named by `make docs`."""
    named = set(re.findall(r"[`*]{1,3}(?:rag/)?([\w]+)(?:/|\.py)`", PAGES["docs/architecture.md"]))
    there = {path.stem for path in (ROOT / "rag").glob("[!_]*.py")}
    there |= {path.parent.name for path in (ROOT / "rag").glob("*/__init__.py")}
    assert there <= named


def test_every_model_is_in_the_notice_of_set_up():
    """The language models that can be chosen."""
    from rag.models.catalogue import CATALOGUE

    chosen = {one.name for one in CATALOGUE.values() if one.files[0].name.endswith(".gguf")}
    assert chosen == set(
        re.findall(r"^\| `([\w.-]+)` \| [\d.]+ GB", PAGES["docs/install.md"], re.M)
    )


@pages
def test_links_of_a_page_lead_somewhere(page):
    """To files of the project, pictures among them."""
    for link in re.findall(r"\]\(([^)#\s]+)", PAGES[page]):
        assert link.startswith("http") or ((ROOT / page).parent / link).exists(), link


@pages
def test_paths_that_a_page_names_exist(page):
    """Every file and folder."""
    named = re.findall(r"`((?:rag|scripts|tests|docs|seeds|index)/[\w./-]*)`", PAGES[page])
    for path in set(named) - BUILT:
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", TEXT, re.M)))
)
def test_make_targets_of_the_pages_exist(target):
    """A command of a page is a command of the Makefile."""
    assert re.search(rf"^{''.join(target)}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted(set(COMMAND.findall(TEXT)) - {"-m rag.ask"}))
def test_commands_of_the_pages_exist(command):
    """Each answers `--help`."""
    found = subprocess.run(
        [sys.executable, *command.split(), "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0


def test_tests_are_told_by_their_tiers():
    """Every tier has a line in CONTRIBUTING.md."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for marker in project["tool"]["pytest"]["ini_options"]["markers"]:
        assert marker.split(":")[0] in PAGES["CONTRIBUTING.md"], marker
