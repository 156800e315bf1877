"""Files fetched from a server that does everything wrong, one thing at a time."""

from __future__ import annotations

import json
import random
import resource
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag.errors import ModelError, UsageError
from rag.models import fetch as fetching
from rag.models.fetch import Part, Patience, Wanted, fetch, known
from tests.models.site import Site, serving

DATA = b"GGUF" + random.Random(0).randbytes(3_000_000)
SIZE = len(DATA)
NAME = "small.gguf"


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of DATA."""
    with serving(Site(DATA)) as found:
        yield found


class Waits:
    """A clock that nobody waits for; remembers the waits and what was told."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.told: list[str] = []
        self.patience = Patience((1.0, 2.0), self.slept.append, self.told.append)


@pytest.fixture
def waits() -> Waits:
    """Two tries after a cut."""
    return Waits()


def wanted(site: Site, **changes) -> Wanted:
    """The file, with its true sha256 and size unless the test has others."""
    return replace(Wanted(f"{site.url}/{NAME}", NAME, SIZE, site.sha256), **changes)


def test_a_file_comes_whole(site, tmp_path, waits):
    """Its bytes, its sha256, its progress, and nothing left beside it."""
    told = []
    place, sha256 = fetch(
        wanted(site), tmp_path / "models", lambda *step: told.append(step), waits.patience
    )
    assert place.read_bytes() == DATA and sha256 == site.sha256
    assert {one.name for one in place.parent.iterdir()} - {".fetching.lock"} == {NAME}
    assert (NAME, SIZE, SIZE) in told and (f"checking {NAME}", SIZE, SIZE) in told
    assert not waits.slept


def test_cuts_are_gone_on_from(site, tmp_path, waits):
    """Each new try asks for the rest alone; with progress there is no last try."""
    site.cuts = [1_000_000, 500_000, 1, 700_000]
    place, _ = fetch(wanted(site), tmp_path, patience=waits.patience)
    assert place.read_bytes() == DATA
    assert [asked[1:] for asked in site.asked] == [
        ("", ""),
        ("bytes=1000000-", '"one"'),
        ("bytes=1500000-", '"one"'),
        ("bytes=1500001-", '"one"'),
        ("bytes=2200001-", '"one"'),
    ]
    assert waits.slept == [1.0] * 4
    assert waits.told[0] == "the connection was cut after 1 of 3 MB; again in 1 s"


def test_what_came_is_kept_when_the_tries_are_used_up(site, tmp_path, waits):
    """The message says how much; the next call goes on there."""
    site.cuts = [1_000_000, 0, 0, 0]
    with pytest.raises(
        ModelError, match=r"small\.gguf could not be fetched.*1 MB are kept.*goes on"
    ):
        fetch(wanted(site), tmp_path, patience=waits.patience)
    assert waits.slept == [1.0, 2.0]
    assert not (tmp_path / NAME).exists()
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert site.asked[-1][1] == "bytes=1000000-"
    assert (tmp_path / NAME).read_bytes() == DATA


def test_an_interruption_keeps_what_came(site, tmp_path, waits):
    """Ctrl-C while the bytes come."""

    def interrupt(_, done, total):
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(wanted(site), tmp_path, interrupt, waits.patience)
    assert SIZE // 2 < Part.of(NAME, tmp_path).size() < SIZE
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert (tmp_path / NAME).read_bytes() == DATA


def test_a_server_without_ranges_begins_anew(site, tmp_path, waits):
    """What came is not doubled."""
    site.ranges, site.cuts = False, [1_000_000]
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert (tmp_path / NAME).read_bytes() == DATA


def test_a_server_without_ranges_that_always_cuts_is_given_up(site, tmp_path, waits):
    """The same bytes again are no progress."""
    site.ranges, site.cuts = False, [1_000_000] * 9
    with pytest.raises(ModelError, match="could not be fetched"):
        fetch(wanted(site), tmp_path, patience=waits.patience)
    assert len(site.asked) == 3


def test_a_file_that_changed_meanwhile_is_fetched_anew(site, tmp_path, waits):
    """Another ETag: If-Range brings the whole file, and none of the old bytes stay."""
    old = Site(bytes(reversed(DATA[4:])), cuts=[1_000_000])
    site.cuts = [1_000_000]
    with pytest.raises(ModelError):
        fetch(wanted(site, sha256=""), tmp_path, patience=replace(waits.patience, pauses=()))
    site.data, site.etag = DATA[:4] + old.data, '"two"'
    place, sha256 = fetch(wanted(site, sha256=""), tmp_path, patience=waits.patience)
    assert site.asked[-1][1:] == ("bytes=1000000-", '"one"')
    assert place.read_bytes() == site.data and sha256 == site.sha256


def test_without_etag_and_sha256_nothing_proves_a_part(site, tmp_path, waits):
    """So it is fetched anew; with the sha256 alone the rest is enough."""
    for sha256, asked in (("", ""), (site.sha256, "bytes=1000000-")):
        site.etag, site.cuts = "", [1_000_000]
        place, _ = fetch(wanted(site, sha256=sha256), tmp_path, patience=waits.patience)
        assert site.asked[-1][1] == asked
        assert place.read_bytes() == DATA
        place.unlink()


def test_a_wrong_byte_leaves_no_file(site, tmp_path, waits):
    """Neither it nor its part: the next call begins anew, and is right."""
    site.wrong = [2_000_000]
    with pytest.raises(
        ModelError, match=r"wrong bytes and was removed.*Run the same command again"
    ):
        fetch(wanted(site), tmp_path, patience=waits.patience)
    assert {one.name for one in tmp_path.iterdir()} == {".fetching.lock"}
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert (tmp_path / NAME).read_bytes() == DATA


def test_a_part_with_foreign_notes_or_none_is_no_part(site, tmp_path, waits):
    """Whatever lies there is written over."""
    part = Part.of(NAME, tmp_path)
    forged = json.dumps({"url": f"{site.url}/{NAME}", "etag": '"a\r\nHost: b"', "sha256": ""})
    for notes in ('{"url": "x", "etag": "y", "sha256": "z"}', forged, "{", "[]", "3", ""):
        part.path.write_bytes(b"GGUF something else")
        part.notes.write_text(notes)
        place, _ = fetch(wanted(site), tmp_path, patience=waits.patience)
        assert place.read_bytes() == DATA


def test_a_part_that_is_longer_than_the_file(site, tmp_path, waits):
    """The server has no such range (416): it is fetched anew."""
    part = Part.of(NAME, tmp_path)
    part.path.write_bytes(DATA + b"more")
    part.note(wanted(site), '"one"')
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert (tmp_path / NAME).read_bytes() == DATA


def test_a_whole_part_is_only_checked(site, tmp_path, waits):
    """A stop during the check costs no byte."""
    part = Part.of(NAME, tmp_path)
    part.path.write_bytes(DATA)
    part.note(wanted(site), '"one"')
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert site.asked == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(site, tmp_path, waits, status):
    """After the pause, or the longer one that it asks for."""
    site.statuses, site.retry_after = [status, status], "7"
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert waits.slept == [7.0, 7.0]
    assert f"answers {status}" in waits.told[0]


def test_a_server_may_not_ask_for_hours(site, tmp_path, waits):
    """A minute at most."""
    site.statuses, site.retry_after = [503], "99999"
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert waits.slept == [60.0]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, r"does not have small\.gguf \(404\)"),
        (403, r"logged in.*Fetch it with a browser, then: get \./small\.gguf"),
        (401, "logged in"),
        (418, "answers 418"),
    ],
)
def test_a_refusal_is_told_at_once(site, tmp_path, waits, status, said):
    """Without another try."""
    site.statuses = [status]
    with pytest.raises(ModelError, match=said):
        fetch(wanted(site), tmp_path, patience=waits.patience)
    assert len(site.asked) == 1 and not waits.slept


def test_another_size_is_another_file(site, tmp_path, waits):
    """It is not even begun."""
    with pytest.raises(ModelError, match=f"offers {SIZE} bytes as small.gguf, not 5"):
        fetch(wanted(site, size=5), tmp_path, patience=waits.patience)
    assert not Part.of(NAME, tmp_path).path.exists()


@pytest.mark.parametrize("length", [SIZE + 10, SIZE - 10])
def test_a_server_that_lies_about_the_size(site, tmp_path, waits, length):
    """Longer than it is: a cut, again and again; shorter: the wrong bytes. Neither becomes a file."""
    site.length = length
    with pytest.raises(ModelError, match=r"could not be fetched|wrong bytes"):
        fetch(wanted(site, size=0), tmp_path, patience=waits.patience)
    assert not (tmp_path / NAME).exists()


def test_a_page_is_no_model(site, tmp_path, waits):
    """What does not begin like a GGUF file ends at its first bytes."""
    site.data = b"<html>Please log in</html>"
    with pytest.raises(ModelError, match="is no GGUF file; perhaps it is a page"):
        fetch(wanted(site, size=0, sha256=""), tmp_path, patience=waits.patience)
    assert not Part.of(NAME, tmp_path).path.exists() or not Part.of(NAME, tmp_path).size()


def test_redirects_within_this_computer_are_followed(site, tmp_path, waits):
    """As those of https to https are."""
    url = f"{site.url}/moved/{NAME}"
    fetch(wanted(site, url=url), tmp_path, patience=waits.patience)
    assert (tmp_path / NAME).read_bytes() == DATA


@pytest.mark.parametrize(
    "place", ["http://elsewhere.example/a.gguf", "file:///etc/passwd", "ftp://a.example/b", "//["]
)
def test_redirects_to_anything_but_https_are_refused(site, tmp_path, waits, place):
    """And told; nothing is asked there."""
    site.moved = place
    with pytest.raises(ModelError, match=r"which is not https\. Nothing was fetched"):
        fetch(wanted(site, url=f"{site.url}/moved/{NAME}"), tmp_path, patience=waits.patience)
    assert len(site.asked) == 1


def test_a_circle_of_redirects_ends(site, tmp_path, waits):
    """After a few."""
    site.moved = f"/moved/{NAME}"
    with pytest.raises(ModelError, match="from one address to the next"):
        fetch(wanted(site, url=f"{site.url}/moved/{NAME}"), tmp_path, patience=waits.patience)
    assert len(site.asked) == fetching.HOPS


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/a.gguf", "ftp://example.org/a.gguf", "file:///a.gguf", "a.gguf", ""),
        *(
            "https://",
            "https://[",
            "https://a:b@c.org/x.gguf",
            "https://c.org:x/a",
            "https://c.org/a b",
        ),
        *("http://127.0.0.1.example.org/a", "https://c.org/\n"),
    ],
)
def test_only_https_is_asked(url, tmp_path):
    """Any other address is refused before anything is sent."""
    with pytest.raises(
        UsageError, match=r"cannot be asked\. Give an address that begins with https://"
    ):
        fetch(Wanted(url, NAME), tmp_path)


def test_this_computer_is_known_by_its_address():
    """Names and addresses of the loopback, and no others."""
    assert all(map(fetching.is_here, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(fetching.is_here, ("10.0.0.1", "0.0.0.0", "localhost.example", "")))


def test_nobody_listens(tmp_path, waits):
    """The reason, and that the same command goes on later."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/{NAME}"
    with pytest.raises(ModelError, match=r"cannot be reached \(.*refused\).*goes on later"):
        fetch(Wanted(url, NAME), tmp_path, patience=waits.patience)
    assert waits.slept == [1.0, 2.0]


def test_what_the_server_knows_is_asked_for(site, waits):
    """Size and sha256 come with the first redirect, as Hugging Face tells them, without the bytes."""
    bare = Wanted(f"{site.url}/moved/{NAME}", NAME)
    assert known(bare, waits.patience) == replace(bare, size=SIZE, sha256=site.sha256)
    assert [method for method, *_ in site.asked] == ["HEAD"]
    site.linked = False
    assert known(bare, waits.patience) == replace(bare, size=SIZE)
    site.head = False
    assert known(bare, waits.patience) == bare


def test_another_sha256_than_the_known_one_is_refused_before_a_byte(site, waits):
    """Both are told."""
    bare = Wanted(f"{site.url}/moved/{NAME}", NAME, sha256="0" * 64)
    with pytest.raises(ModelError, match=f"has another small.gguf: its sha256 is {site.sha256}"):
        known(bare, waits.patience)


def test_too_little_room_is_told_before_a_byte_is_written(site, tmp_path, waits):
    """Both amounts, and what to do."""
    site.length = 10**17
    with pytest.raises(ModelError, match=r"No room in .* GB free.*CLIPPINGS_MODELS"):
        fetch(wanted(site, size=0), tmp_path, patience=waits.patience)
    assert Part.of(NAME, tmp_path).size() == 0


def test_a_full_disk_keeps_what_came(site, tmp_path, waits):
    """A limit of file sizes stands for it: the system refuses the write, half-way."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(
            ModelError, match=r"cannot be written: File too large.*kept.*CLIPPINGS_MODELS"
        ):
            fetch(wanted(site), tmp_path, patience=waits.patience)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    fetch(wanted(site), tmp_path, patience=waits.patience)
    assert site.asked[-1][1].startswith("bytes=")
    assert (tmp_path / NAME).read_bytes() == DATA


def test_a_folder_that_is_none(site, tmp_path, waits):
    """A file in its place is told."""
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(ModelError, match=r"models cannot be written: .*CLIPPINGS_MODELS"):
        fetch(wanted(site), tmp_path / "models", patience=waits.patience)


def test_two_at_once_do_not_mix(site, tmp_path, waits):
    """The second is told to wait."""
    from filelock import FileLock

    with (
        FileLock(tmp_path / ".fetching.lock"),
        pytest.raises(ModelError, match="Another `get` is at work"),
    ):
        fetch(wanted(site), tmp_path, patience=waits.patience)
