"""Files that are handed over: safe names, nothing overwritten, a reason for every refusal."""

from __future__ import annotations

import io
import os
import random
import unicodedata
import zipfile

import pytest

from rag.errors import UsageError
from rag.types.files import Skipped
from rag.web.uploads import NAME_BYTES, add, safe_name
from tests.fakes import (
    WordCountEncoder,
    ingest,
    settings,
)
from tests.hostile import HOSTILE, PAGES, pdf

LIMIT = 1_000_000
STORM = b"Storm in the harbour\n\nA storm came to the harbour. Three boats sank."
FERRY = b"Ferry is late\n\nThe ferry left late. The mayor was on board."
NAMES = {
    "news.txt": "news.txt",
    "News 2.TXT": "News 2.TXT",
    "新聞 記事.html": "新聞 記事.html",
    "क्षेत्र.txt": "क्षेत्र.txt",
    "e\u0301te\u0301.txt": "été.txt",
    "../../etc/passwd.txt": "passwd.txt",
    "/etc/motd.txt": "motd.txt",
    "C:\\fakepath\\news.txt": "news.txt",
    "a/../../b.txt": "b.txt",
    "..": "article",
    "": "article",
    ".txt": "article.txt",
    "a\0b.txt": "ab.txt",
    "new\nline.txt": "new line.txt",
    "esc\x1b[31mred.txt": "esc-31mred.txt",
    "<img src=x onerror=alert(1)>.txt": "img src-x onerror-alert(1).txt",
    "a\u202etxt.exe": "atxt.exe",
    "zero\u200bwidth.txt": "zerowidth.txt",
    ".hidden.txt": "hidden.txt",
    "-rf.txt": "rf.txt",
    " . -.txt": "article.txt",
    "a.txt. -": "a.txt",
    "a:b|c?.txt": "a-b-c.txt",
    "CON.txt": "article-CON.txt",
    "nul.old.txt": "article-nul.old.txt",
    "com¹.txt": "article-com¹.txt",
    "console.txt": "console.txt",
    "\udcff.txt": "article.txt",
    "x" * 255: "x" * 120,
    "é" * 120 + ".html": "é" * 57 + ".html",
    "a." + "y" * 250: "a." + "y" * 118,
}


@pytest.fixture
def dropped(tmp_path):
    """Puts bytes into a file that was handed over under a name."""
    numbers = iter(range(1_000))

    def put(name, data=STORM):
        path = tmp_path / "uploads" / str(next(numbers))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path, name

    return put


@pytest.fixture
def seeds(tmp_path):
    """The folder; not made yet."""
    return tmp_path / "seeds"


def names(folder):
    """Sorted names of what lies in a folder."""
    return sorted(one.name for one in folder.iterdir())


def refused(paths, seeds, limit=LIMIT):
    """The one reason why nothing was added."""
    added, skipped = add(paths, seeds, limit)
    assert added == ()
    (item,) = skipped
    return item.reason


@pytest.mark.parametrize("given", NAMES, ids=ascii)
def test_a_name_is_made_safe(given):
    """Letters of any script stay; separators, controls and what hides or misleads goes."""
    assert safe_name(given) == NAMES[given]


def test_every_name_is_safe(tmp_path):
    """Names drawn from everything there is: short, visible, in the folder itself, kept on disk."""
    chance = random.Random(0)
    alphabet = "a.-/\\ \0\n\u202e<>:|?*é新\u0301\ud800con…\u200d" + chr(0x10FFFF)
    for _ in range(2_000):
        name = safe_name("".join(chance.choices(alphabet, k=chance.randrange(200))))
        assert 0 < len(name.encode()) <= NAME_BYTES
        assert name[0] not in ".- " and name[-1] not in ".- "
        assert not any(unicodedata.category(character)[0] == "C" for character in name)
        assert (tmp_path / name).parent == tmp_path
        assert safe_name(name) == name


def test_a_file_is_added_byte_for_byte(dropped, seeds):
    """The folder is made; nothing else lies in it afterwards, and the mode is that of a new file."""
    assert add([dropped("../Storm.txt")], seeds, LIMIT) == (("Storm.txt",), ())
    assert (seeds / "Storm.txt").read_bytes() == STORM
    assert names(seeds) == ["Storm.txt"]
    (seeds / "own.txt").touch()
    assert (seeds / "Storm.txt").stat().st_mode == (seeds / "own.txt").stat().st_mode


@pytest.mark.parametrize(
    "page",
    sorted(page for page in PAGES.iterdir() if page.name != "expected.json"),
    ids=lambda page: page.name,
)
def test_whatever_an_ingest_reads_is_taken(page, dropped, seeds):
    """Every kind of page."""
    added, _ = add([dropped(page.name, page.read_bytes())], seeds, LIMIT)
    assert added == (page.name,)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("photo.png", b"\x89PNG", ".png is not read; give text, web pages, PDF"),
        ("run.exe", b"MZ", ".exe is not read"),
        ("page", STORM, "a file without a suffix is not read"),
        ("news.txt", b"", "empty"),
        ("news.txt", b" \n", "empty"),
        ("news.txt", b"\x7fELF" + bytes(range(256)) * 40, "not a text: binary data"),
        ("news.txt", b"PK\3\4" + b"x" * 100, "its content is not that of a .txt file"),
        ("news.md", pdf(["A storm."]), "its content is not that of a .md file"),
        ("news.pdf", STORM, "its content is not that of a .pdf file"),
        ("news.docx", b"\xd0\xcf\x11\xe0" + bytes(99), "its content is not that of a .docx file"),
        ("news.zip", STORM, "its content is not that of a .zip file"),
        ("news.json", b"{" * 100, "JSON"),
        ("news.txt", b"x" * (LIMIT + 1), "larger than 1 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(name, data, reason, dropped, seeds):
    """And nothing is left in the folder."""
    assert reason in refused([dropped(name, data)], seeds)
    assert names(seeds) == []


def test_the_limit_itself_fits(dropped, seeds):
    """One byte less than too much."""
    assert add([dropped("a.txt", b"word " * 20)], seeds, 100)[0] == ("a.txt",)


def test_the_same_bytes_are_already_there(dropped, seeds):
    """Whatever their name, and wherever in the folder they lie."""
    (seeds / "old").mkdir(parents=True)
    (seeds / "old" / "storm.txt").write_bytes(STORM)
    assert refused([dropped("new.txt")], seeds) == "already there (old/storm.txt)"
    assert names(seeds) == ["old"]


def test_two_of_a_kind_in_one_drop_are_one(dropped, seeds):
    """The second is named with the first."""
    added, skipped = add([dropped("a.txt"), dropped("b.txt")], seeds, LIMIT)
    assert added == ("a.txt",)
    assert skipped == (Skipped("b.txt", "already there (a.txt)"),)


def test_other_bytes_under_the_same_name_stand_beside(dropped, seeds):
    """The first file is not touched; the third gets the next number."""
    other = [dropped("news.txt", STORM + b" " * n) for n in range(3)]
    assert add(other, seeds, LIMIT)[0] == ("news.txt", "news-2.txt", "news-3.txt")
    assert (seeds / "news.txt").read_bytes() == STORM


def test_a_number_fits_behind_the_longest_name(dropped, seeds):
    """The name is cut for it."""
    long = "é" * 100 + ".txt"
    added, _ = add([dropped(long), dropped(long, FERRY)], seeds, LIMIT)
    assert added == ("é" * 58 + ".txt", "é" * 57 + "-2.txt")
    assert len(added[1].encode()) <= NAME_BYTES


@pytest.mark.parametrize("there", ["link", "dangling", "folder"])
def test_a_name_that_something_else_has_is_left_alone(there, dropped, seeds, tmp_path):
    """A link is not written through, a folder not replaced."""
    outside = tmp_path / "outside.txt"
    seeds.mkdir()
    if there == "folder":
        (seeds / "news.txt").mkdir()
    else:
        (seeds / "news.txt").symlink_to(outside)
    if there == "link":
        outside.write_bytes(FERRY)
    assert add([dropped("news.txt")], seeds, LIMIT)[0] == ("news-2.txt",)
    assert not outside.exists() or outside.read_bytes() == FERRY


def test_a_link_that_is_handed_over_is_not_followed(dropped, seeds, tmp_path):
    """Nor a pipe read."""
    secret, _ = dropped("secret.txt")
    (tmp_path / "link").symlink_to(secret)
    os.mkfifo(tmp_path / "pipe")
    assert refused([(tmp_path / "link", "a.txt")], seeds) == "a link; give the file itself"
    assert refused([(tmp_path / "pipe", "a.txt")], seeds) == "not a regular file"
    assert "No such file" in refused([(tmp_path / "gone", "a.txt")], seeds)


def test_one_bad_file_does_not_stop_the_others(dropped, seeds):
    """Each has its own outcome, in order."""
    given = [dropped("a.txt"), dropped("b.exe"), dropped("c.txt", FERRY)]
    added, skipped = add(given, seeds, LIMIT)
    assert added == ("a.txt", "c.txt")
    assert [item.path for item in skipped] == ["b.exe"]


def test_a_failure_while_writing_leaves_nothing(dropped, tmp_path):
    """Told as such, and the name is free again: here its path is too long for the temporary file."""
    longest = os.pathconf(tmp_path, "PC_PATH_MAX") - 1
    deep, name = tmp_path, "n.txt"
    while len(str(deep)) < longest - 200:
        deep /= "d" * 100
    deep /= "n" * (longest - len(str(deep / "seeds" / name)) - 5)
    assert longest - 10 < len(str(deep / "seeds" / name)) <= longest
    reason = refused([dropped(name)], deep / "seeds")
    assert reason == "cannot be written: File name too long"
    assert names(deep / "seeds") == []


def test_a_folder_that_cannot_be_made_is_told(dropped, tmp_path):
    """With its path."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="seeds cannot be made: Not a directory"):
        add([dropped("a.txt")], tmp_path / "file" / "seeds", LIMIT)


@pytest.mark.slow
def test_hostile_files_get_in_nowhere_else(dropped, seeds, tmp_path):
    """None of them raises; what is taken lies in the folder itself, under a visible name."""
    chance = random.Random(1)
    cheap = [make for make in HOSTILE if make.__name__ not in ("_heavy_pdf", "_scanned")]
    given = [make(chance) for make in cheap for _ in range(3)]
    before = names(tmp_path)
    added, skipped = add([dropped(*one) for one in given], seeds, 20_000_000)
    assert len(added) + len(skipped) == len(given)
    assert names(seeds) == sorted(added)
    assert sorted({*names(tmp_path)} - {"uploads", "seeds"}) == before


def test_what_was_added_is_found_by_the_next_ingest(dropped, tmp_path):
    """A zip file with its pages, too."""
    given = settings(tmp_path)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ferry.txt", FERRY)
    add([dropped("storm.txt"), dropped("more.zip", packed.getvalue())], given.seeds, LIMIT)
    assert ingest(given, encoder=WordCountEncoder()).new == 2
