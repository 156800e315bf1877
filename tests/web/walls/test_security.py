"""What SECURITY.md says is so."""

import ast
import re

import pytest

from rag.settings import ROOT, Settings
from rag.web.walls.allowed import BODY, UPLOADED
from rag.web.walls.login import TRIES

TEXT = (ROOT / "SECURITY.md").read_text()
SOURCES = [ROOT / "app.py", *(ROOT / "rag").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]
PINNED = (ROOT / "requirements.txt").read_text()


def test_its_numbers_are_those_of_the_code():
    """Limits are told as they are."""
    assert f"{BODY // 1000} KB" in TEXT and f"{UPLOADED // 10**6} MB" in TEXT
    assert f"each of them {Settings().file_bytes // 10**6} MB" in TEXT
    assert TRIES == 10 and "ten wrong tries" in TEXT


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:rag|tests)/[\w./]+)`", TEXT))))
def test_its_files_exist(name):
    """Every file that it names."""
    assert (ROOT / name).is_file()


def test_the_accepted_package_is_the_pinned_one():
    """An accepted risk is looked at again when its package changes."""
    accepted = re.findall(r"\*\*([a-z-]+) ([\d.]+)\*\*", TEXT)
    assert accepted
    for name, version in accepted:
        assert f"{name}=={version}\n" in PINNED


def test_no_cache_of_the_model_library_is_used():
    """The package with the open CVE is neither imported nor asked for by its caller's names."""
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not names & {"diskcache", "LlamaDiskCache", "LlamaCache", "set_cache"}, path
