"""An answer goes out with its pack; later each quotation is same, moved, changed or gone."""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rag.check import main
from rag.errors import LibraryError, UsageError
from rag.language.sentences import sentences
from rag.settings import ROOT, VERSION, Settings
from rag.show import pack as packs
from rag.show.files import FILES
from rag.show.pack import Pack
from rag.store.library import FILE, Library
from rag.stories.proof import packed, traced
from rag.types.answers import Answer
from rag.types.evidence import Evidence
from tests import fakes
from tests.doors import run
from tests.fakes import MUSEUM, QUESTION, STORM, ScriptedGenerator, WordCountEncoder, engine_of
from tests.fakes import settings as settings_of

ARCHIVE = ROOT / "tests" / "gold" / "archive"
ROUNDS = 3  # of one edit in each of 41 files
MAIL = """From: {0}@coastal.example
Subject: {1}
Date: Tue, 3 Jun 2025 09:00:00 +0000

{2}
"""


def answer_of(*items: Evidence) -> Answer:
    """An answer that shows these pieces of evidence."""
    numbered = tuple(replace(item, number=number) for number, item in enumerate(items, start=1))
    return Answer("Who?", "stopped", evidence=numbered, done=True)


def pack_of(settings: Settings, *paths: str, sentence: int = 0) -> Pack:
    """The pack of an answer that quotes this sentence of each of these articles."""
    with Library.open(settings.index) as library:
        known = {article.path: article for article in library.articles()}
    spans = {path: sentences(known[path].text)[sentence] for path in paths}
    found = [Evidence(1, known[path], *spans[path], 0.9) for path in paths]
    return packed(answer_of(*found), settings)


def fates(pack: Pack, settings: Settings) -> list[str]:
    """What became of the quotations."""
    return [one.fate for one in traced(pack, settings)]


def of(pack: Pack, settings: Settings):
    """What became of the only quotation."""
    [one] = traced(pack, settings)
    return one


@pytest.fixture
def engine(tmp_path):
    """An engine with small parts over two articles."""
    return engine_of(tmp_path)


@pytest.fixture
def settings(engine):
    """Its settings."""
    return engine.settings


def ingest(settings: Settings, **more) -> None:
    """Read the folder again."""
    fakes.ingest(settings, encoder=WordCountEncoder(), allow_shrink=True, **more)


# ── the archive of the tests, edited ──


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Settings of the archive, and the pack of an answer that quotes a sentence of each of its articles."""
    folder = tmp_path_factory.mktemp("archive")
    settings = settings_of(folder)
    shutil.copytree(ARCHIVE, settings.seeds, dirs_exist_ok=True)
    ingest(settings)
    chance = random.Random(18)
    with Library.open(settings.index) as library:
        articles = list(library.articles())
    spans = [chance.choice(sentences(one.text)) for one in articles]
    items = [Evidence(1, one, *span, 0.9) for one, span in zip(articles, spans, strict=True)]
    return settings, packed(answer_of(*items), settings)


def in_bytes(quote: str, data: bytes) -> tuple[int, int]:
    """Where a quotation is in the bytes of its file, whose lines are broken elsewhere."""
    [found] = re.finditer(rb"\s+".join(re.escape(word.encode()) for word in quote.split()), data)
    return found.span()


@pytest.mark.slow
@pytest.mark.parametrize("read_again", [False, True])
def test_every_edit_of_one_byte_is_found_and_none_is_imagined(archive, read_again):
    """123 edits: inside a quotation its words are changed, outside they are there and the edit is told;
    whether the library has read the files again or not.
    """
    kept, pack = archive
    settings = kept
    chance, inside = random.Random(19 + read_again), 0
    whole = {path.name: path.read_bytes() for path in settings.seeds.iterdir()}
    assert {(one.fate, one.notes) for one in traced(pack, settings)} == {("same", ())}
    for number in range(ROUNDS):
        edits = {}
        for one in pack.quotations:
            data, span = whole[one.path], in_bytes(one.quote, whole[one.path])
            place = chance.randrange(*span) if number == 0 else chance.randrange(len(data))
            while data[place] in b" \n\t":  # other spaces are the same words
                place += 1 if place < len(data) - 1 else -1
            edited = data[:place] + (b"y" if data[place] == ord("x") else b"x") + data[place + 1 :]
            (settings.seeds / one.path).write_bytes(edited)
            edits[one.path] = span[0] <= place < span[1], place
        if read_again:
            ingest(settings)
        for one in traced(pack, settings):
            is_inside, place = edits[one.quotation.path]
            told = (one.quotation.path, place, one.fate, one.notes)
            assert (one.fate in ("changed", "gone")) == is_inside, told
            assert one.notes or one.there, told
            inside += is_inside
        for name, data in whole.items():
            (settings.seeds / name).write_bytes(data)
    assert ROUNDS * len(pack.quotations) == 123 and 41 <= inside < 123
    ingest(settings)


@pytest.mark.slow
@pytest.mark.parametrize("read_again", [False, True])
def test_moved_and_renamed_files_are_followed(archive, read_again):
    """Every file in another folder under another name, half of them with another line before the text."""
    settings, pack = archive
    moved = settings.seeds / "old" / "papers"
    moved.mkdir(parents=True)
    for number, path in enumerate(sorted(settings.seeds.glob("*.md"))):
        path.rename(moved / f"{number}.md")
    if read_again:
        ingest(settings)
    found = list(traced(pack, settings))
    for number, one in enumerate(sorted(found, key=lambda two: two.quotation.path)):
        assert one.fate == "moved", one
        assert f"old/papers/{number}.md, article 1" in one.notes[0]
    for number, one in enumerate(sorted(pack.quotations, key=lambda two: two.path)):
        (moved / f"{number}.md").rename(settings.seeds / one.path)
    shutil.rmtree(settings.seeds / "old")
    ingest(settings)


# ── one by one ──


def test_what_is_as_it_was_is_the_same(settings):
    """By the library; by the file alone; by the library alone."""
    pack = pack_of(settings, "storm.txt", "museum.txt", sentence=1)
    assert fates(pack, settings) == ["same", "same"]
    assert fates(pack, replace(settings, index=settings.index / "none")) == ["same", "same"]
    told = []
    [one, two] = traced(pack, replace(settings, seeds=settings.seeds / "none"), told.append)
    assert (one.fate, two.fate) == ("same", "same")
    assert "No folder" in told[0] and "last ingest" in told[0]


def test_without_folder_and_library_there_is_nothing_to_check_against(tmp_path, settings):
    """The sentence names both, and the variables."""
    pack = pack_of(settings, "storm.txt")
    nowhere = Settings(seeds=tmp_path / "a", index=tmp_path / "b")
    with pytest.raises(UsageError, match="CLIPPINGS_SEEDS and CLIPPINGS_INDEX"):
        fates(pack, nowhere)


def test_a_damaged_library_is_left_aside_aloud_where_there_are_files(settings):
    """And an error where there are none."""
    pack = pack_of(settings, "storm.txt")
    (settings.index / FILE).write_bytes(b"no library" * 1000)
    told = []
    assert [one.fate for one in traced(pack, settings, told.append)] == ["same"]
    assert told and told[0].startswith("Only the files are read: ")
    with pytest.raises(LibraryError):
        fates(pack, replace(settings, seeds=settings.seeds / "none"))


def test_an_altered_record_of_the_library_is_not_believed(settings):
    """The file is read instead."""
    import sqlite3
    from contextlib import closing

    pack = pack_of(settings, "storm.txt")
    with closing(sqlite3.connect(settings.index / FILE)) as db, db:
        db.execute("UPDATE articles SET text = replace(text, 'sank', 'raised')")
    assert fates(pack, settings) == ["same"]


def test_words_that_stand_elsewhere_in_the_article_are_moved(settings):
    """With where they are now."""
    pack = pack_of(settings, "storm.txt", sentence=1)
    (settings.seeds / "storm.txt").write_text(f"Rain fell on the town all day. {STORM}")
    one = of(pack, settings)
    assert one.fate == "moved" and one.notes[0].startswith(
        "Now in storm.txt, article 1, characters 8"
    )


def test_other_line_ends_are_the_same_words(settings):
    """Moved, and it is said."""
    with Library.open(settings.index) as library:
        [storm] = [one for one in library.articles() if one.path == "storm.txt"]
    pack = packed(answer_of(Evidence(1, storm, 0, len(STORM), 0.9)), settings)
    (settings.seeds / "storm.txt").write_text(STORM.replace("Monday. ", "Monday.\n\n"))
    one = of(pack, settings)
    assert one.fate == "moved" and "other spaces or line ends" in one.notes[0]


def test_changed_words_are_told_with_what_is_there_now(settings):
    """The nearest stretch of the article, with its marks."""
    pack = pack_of(settings, "storm.txt")
    (settings.seeds / "storm.txt").write_text(STORM.replace("Monday.", "Sunday!"))
    one = of(pack, settings)
    assert (one.fate, one.there) == ("changed", "The storm sank a ferry in the harbour on Sunday!")


def test_a_copy_does_not_hide_that_the_quoted_article_has_changed(settings):
    """It is changed; where the words are all the same is a note."""
    (settings.seeds / "copy.txt").write_text(STORM)
    ingest(settings)
    with Library.open(settings.index) as library:
        [storm] = [one for one in library.articles() if one.path == "storm.txt"]
        item = Evidence(1, storm, 0, 48, 0.9, also=library.copies(storm))
    pack = packed(answer_of(item), settings)
    assert pack.quotations[0].also == ("copy.txt",)
    (settings.seeds / "storm.txt").write_text(STORM.replace("ferry", "boat"))
    one = of(pack, settings)
    assert one.fate == "changed" and "The same words are in copy.txt." in one.notes
    (settings.seeds / "storm.txt").unlink()
    assert of(pack, settings).fate == "moved"


def test_a_removed_file_is_gone(settings):
    """With the reason, also where the library still has it."""
    pack = pack_of(settings, "storm.txt")
    (settings.seeds / "storm.txt").unlink()
    one = of(pack, settings)
    assert (one.fate, one.notes) == ("gone", ("storm.txt: it is not in the folder any more.",))
    ingest(settings)
    assert fates(pack, settings) == ["gone"]


def test_a_text_without_a_headline_is_followed_to_another_name(settings):
    """Though it is called like its file: by its text, whether the library has read it or not."""
    pack = pack_of(settings, "storm.txt")
    (settings.seeds / "storm.txt").rename(settings.seeds / "harbour.txt")
    for _ in range(2):
        one = of(pack, settings)
        assert one.fate == "moved" and one.notes[0].startswith("Now in harbour.txt")
        ingest(settings)


def test_another_article_under_the_old_name_is_not_the_quoted_one(settings):
    """Gone; and moved where the quoted one has got another name."""
    pack = pack_of(settings, "storm.txt")
    (settings.seeds / "storm.txt").write_text("Prices of wheat fell again in Lima last week.")
    one = of(pack, settings)
    assert (one.fate, one.notes) == ("gone", ("storm.txt: its article is not in it any more.",))
    (settings.seeds / "new.txt").write_text(STORM)
    assert of(pack, settings).notes[0].startswith("Now in new.txt")


def test_a_file_that_cannot_be_read_any_more_is_gone(settings):
    """With what its reader says."""
    pack = pack_of(settings, "storm.txt")
    (settings.seeds / "storm.txt").write_bytes(bytes(range(256)) * 9)
    one = of(pack, settings)
    assert one.fate == "gone" and "not a text" in one.notes[0]


def test_another_headline_or_day_is_a_note(tmp_path):
    """The words are the same, and who said so when is another now."""
    front = "---\ntitle: {0}\noutlet: Post\nauthor: Ada Holm\ndate: 2025-06-0{1}\n---\n\n{2}\n"
    settings = settings_of(tmp_path)
    (settings.seeds / "a.md").write_text(front.format("Storm", 3, STORM))
    ingest(settings)
    pack = pack_of(settings, "a.md")
    (settings.seeds / "a.md").write_text(front.format("Storms", 4, STORM))
    one = of(pack, settings)
    assert one.fate == "same"
    assert one.notes == (
        "Its headline was “Storm”, is “Storms”.",
        "Its date was “2025-06-03”, is “2025-06-04”.",
    )


def test_an_article_of_a_mailbox_is_followed(tmp_path):
    """To another place in its file, and out of it."""
    settings = settings_of(tmp_path)
    mails = [
        MAIL.format(name, name.title(), text)
        for name, text in [("storm", STORM), ("museum", MUSEUM)]
    ]
    box = "".join(f"From a@b Tue Jun  3 09:00:00 2025\n{mail}\n" for mail in mails)
    (settings.seeds / "box.mbox").write_text(box)
    ingest(settings)
    with Library.open(settings.index) as library:
        second = list(library.articles())[1]
    pack = packed(answer_of(Evidence(1, second, 0, 36, 0.9)), settings)
    assert fates(pack, settings) == ["same"]
    turned = "".join(f"From a@b Tue Jun  3 09:00:00 2025\n{mail}\n" for mail in reversed(mails))
    (settings.seeds / "box.mbox").write_text(turned)
    one = of(pack, settings)
    assert one.fate == "moved" and "article 1," in one.notes[0]
    (settings.seeds / "box.mbox").write_text(turned.partition("\nFrom a@b")[2])
    (settings.seeds / "one.eml").write_text(mails[1])
    one = of(pack, settings)
    assert one.fate == "moved" and "one.eml" in one.notes[0]


def test_a_forged_quotation_is_not_found(settings):
    """However right its checksums: the article does not have it."""
    pack = pack_of(settings, "storm.txt")
    [one] = pack.quotations
    forged = replace(one, quote=one.quote.replace("ferry", "fleet"))
    found = of(replace(pack, quotations=(forged,)), settings)
    assert (
        found.fate == "changed" and "has the bytes it had: the pack was altered" in found.notes[-1]
    )


OUTSIDE = [
    "../secret.txt",
    "/etc/passwd",
    "a\0b",
    "x" * 5000,
    "",
    "..",
    "seeds/../../x",
    "C:\\x",
    "?" * 300,
]


def test_a_path_out_of_the_folder_leads_nowhere(settings):
    """Nothing outside is read; the quotation is found where it is, or gone."""
    (settings.seeds.parent / "secret.txt").write_text("root:x:0:0 is a secret.")
    pack = pack_of(settings, "storm.txt")
    at = [replace(pack.quotations[0], path=path, file=path, file_sha256=None) for path in OUTSIDE]
    assert set(fates(replace(pack, quotations=tuple(at)), settings)) == {"moved"}
    nameless = [
        replace(one, article="", title="", text_sha256="", quote="root:x:0:0") for one in at
    ]
    assert set(fates(replace(pack, quotations=tuple(nameless)), settings)) == {"gone"}


# ── the engine's packs, and the command ──


def test_an_answer_of_the_engine_has_all_of_it(engine, settings):
    """Sums of file and text, the state of the library, what was left out and why."""
    made = engine.pack(engine.answer(QUESTION))
    [one] = made.quotations
    with Library.open(settings.index) as library:
        assert (one.file, one.file_sha256) == ("storm.txt", library.files()["storm.txt"][0])
        assert made.index and made.index.generation == library.generation == 1
        assert made.index.encoder == WordCountEncoder.fingerprint
    assert STORM[one.start : one.end] == one.quote
    assert made.program == VERSION and made.gate and made.gate.threshold == 0.3
    writer = ScriptedGenerator("The storm sank a ferry. [1] Nine boats burned in Lima. [1]")
    told = engine_of(Path(settings.seeds).parent, writer).answer(QUESTION)
    assert [left.text for left in told.rejected] == ["Nine boats burned in Lima."]
    assert engine.pack(told).rejected == told.rejected


def test_models_have_the_sums_of_their_files(settings, tmp_path):
    """Those of the catalogue, and a file of one's own; a stand-in has only its name."""
    own = tmp_path / "mine.gguf"
    own.write_bytes(b"GGUF and more")
    answer = Answer(
        "Who?",
        "answered",
        models={"reader": "clippings-reader", "language model": "mine", "encoder": "small"},
    )
    made = packed(answer, replace(settings, model=str(own), models=tmp_path / "models")).models
    assert len(made["reader"].files["clippings-reader/reader.onnx"]) == 64
    assert list(made["language model"].files) == ["mine.gguf"]
    assert made["encoder"].files == {}


def test_an_answer_outlives_its_library(engine, settings):
    """The pack is made all the same; what nobody knows any more is left open."""
    answer = engine.answer(QUESTION)
    (settings.index / FILE).unlink()
    made = engine.pack(answer)
    assert (made.index, made.quotations[0].file_sha256) == (None, None)
    assert fates(made, settings) == ["same"]


def test_the_same_question_gives_the_same_bytes(tmp_path):
    """Asked of two libraries of the same folder, on the same day, for every kind of file."""
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        engine = engine_of(tmp_path / name)
        answer = engine.answer(QUESTION)
        pack = engine.pack(answer)
        made.append({kind: write(answer, pack) for kind, write in FILES.items()})
    assert made[0] == made[1]
    assert made[0].keys() == {"md", "html", "json", "csl.json", "bib"}


@pytest.fixture
def written(engine, tmp_path):
    """Write an answer to a file of this name."""

    def write(name):
        answer = engine.answer(QUESTION)
        path = tmp_path / name
        path.write_text(FILES[name.rpartition(".")[2]](answer, engine.pack(answer)), newline="")
        return path

    return write


def checked(path, settings, *options, **changes):
    """Run the command on a pack; it may ask no model."""
    places = {"seeds": settings.seeds, "index": settings.index, **changes}
    return run(main, *options, str(path), engine=forbidden, **places)


def forbidden(*_):
    """An engine that nobody may build."""
    raise AssertionError


@pytest.mark.parametrize("name", ["a.html", "a.json"])
def test_the_command_tells_each_quotation_with_its_mark(written, settings, name):
    """0 where all hold, and 4 where one does not; whatever the file is called."""
    path = written(name).rename(settings.seeds.parent / "a.draft")
    found = checked(path, settings)
    assert found.code == 0, found.err
    first, line = found.out.splitlines()
    assert first.startswith(QUESTION) and f"by Clippings {VERSION}" in first
    assert line == f"same     [1] “{STORM}” (storm.txt)"
    assert found.err == "1 quotation: 1 same\n"
    (settings.seeds / "storm.txt").write_text(STORM.replace("mayor", "major"))
    found = checked(path, settings, "--quiet")
    assert (found.code, found.err) == (4, "")
    assert found.out.splitlines()[1:3] == [
        f"changed  [1] “{STORM}” (storm.txt)",
        f"         Now: “{STORM.replace('mayor', 'major')}”",
    ]


def test_an_altered_pack_ends_with_4(written, settings):
    """Though its quotations hold."""
    path = written("a.html")
    path.write_text(path.read_text().replace("The storm sank a ferry.", "The storm sank a fleet."))
    found = checked(path, settings)
    assert found.code == 4
    assert "The pack was altered: what it shows" in found.out and "same     [1]" in found.out


def test_json_tells_the_same(written, settings):
    """As one object."""
    found = json.loads(checked(written("a.json"), settings, "--json").out)
    assert (found["question"], found["program"], found["altered"]) == (QUESTION, VERSION, [])
    [one] = found["quotations"]
    assert (one["fate"], one["number"], one["quote"]) == ("same", 1, STORM)


def test_a_pack_of_which_nothing_can_be_made_ends_with_2(written, settings):
    """In one line."""
    path = written("a.json")
    path.write_text(path.read_text()[:-40])
    found = checked(path, settings)
    assert (found.code, found.out, len(found.err.splitlines())) == (2, "", 1)
    assert "cannot be checked: it is a pack, but its facts cannot be read" in found.err


def test_markup_and_controls_in_a_pack_do_nothing_to_the_terminal(written, settings):
    """No sequence of it comes out."""
    path = written("a.json")
    whole = json.loads(path.read_text())
    whole["proof"]["question"] = "\x1b]0;x\x07<script>\x1b[31m"
    whole["proof"]["quotations"][0].update(path="\x1b[2J\u202e.txt", title="\x1b[31m")
    path.write_text(json.dumps(whole))
    found = checked(path, settings)
    assert found.code == 4 and "\x1b" not in found.out and "\u202e" not in found.out


def test_an_answer_without_quotations_is_checked_too(engine, settings, tmp_path):
    """There is nothing to find, and nothing amiss."""
    answer = Answer("How many?", "answered", done=True)
    path = tmp_path / "a.json"
    path.write_text(FILES["json"](answer, engine.pack(answer)))
    found = checked(path, settings)
    assert (found.code, found.err) == (0, "0 quotations\n")
    assert packs.found(path.read_bytes())
