"""Archives that somebody made with bad intent, or with an old program."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosaic.knowledge.exchange import archive, vault

Zip = dict[str | zipfile.ZipInfo, bytes]
GOOD: Zip = {"A.md": b"# A\n[[B]]", "folder/B.md": b"# B"}
FILE, LINK, PIPE = 0o100644, 0o120777, 0o010644


def _zip(path: Path, files: Zip, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def _info(name: str, mode: int = FILE, **values: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    for field, value in values.items():
        setattr(info, field, value)
    return info


def _refused(path: Path) -> str:
    """Read an archive to its end; return why it was refused, which is before anything came."""
    items = vault.read(path)
    with pytest.raises(vault.Refused) as refused:
        next(items)
    return str(refused.value)


def _pages(path: Path) -> dict[str, str]:
    items = list(vault.read(path))
    assert vault.look(path).files == len(items)
    return {item.path: item.content for item in items if isinstance(item, vault.Page)}


def test_an_archive_is_a_vault(tmp_path: Path) -> None:
    assert _pages(_zip(tmp_path / "v.zip", GOOD)) == {"A": "# A\n[[B]]", "folder/B": "# B"}


@pytest.mark.parametrize(
    "name",
    [
        "../x.md",
        "a/../../x.md",
        "/etc/x.md",
        "C:/x.md",
        "c:x.md",
        "..\\x.md",
        "a\\b.md",
        "\\\\server\\x.md",
        "x.md\x00.png",
        "..",
        "",
        ".git/../x.md",
        "../",
    ],
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = _zip(tmp_path / "v.zip", {**GOOD, _info(name): b"x"})
    assert repr(name.split("\x00")[0])[1:-1] in _refused(path)
    with pytest.raises(vault.Refused):
        vault.look(path)


@pytest.mark.parametrize(
    "info",
    [
        _info("x.md", LINK),
        _info("folder/x", LINK),
        _info(".hidden", LINK),
        _info("x.md", PIPE),
        _info("x.md", 0o060644),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, info: zipfile.ZipInfo) -> None:
    assert info.filename in _refused(_zip(tmp_path / "v.zip", {**GOOD, info: b"/etc/passwd"}))


@pytest.mark.parametrize("names", [("A.md", "A.md"), ("Te\u0301.md", "T\u00e9.md")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    path = _zip(tmp_path / "v.zip", {_info(names[0]): b"1", _info(names[1]): b"2"})
    assert "twice" in _refused(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(tmp_path: Path, compression: int) -> None:
    assert "A.md" in _refused(_zip(tmp_path / "v.zip", GOOD, compression))


def test_bombs_are_refused(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "v.zip", {**GOOD, "bomb.bin": bytes(20_000_000)})
    assert "bomb.bin" in _refused(bomb)


def test_many_small_bombs_are_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "v.zip", {f"{n}.bin": b"x" for n in range(50)}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    for at in _places(raw, b"PK\x01\x02"):
        struct.pack_into("<LL", raw, at + 20, 24_000_000, 24_000_000)
    path.write_bytes(raw)
    assert "1 GB" in _refused(path)


def _places(raw: bytes | bytearray, mark: bytes) -> list[int]:
    places, at = [], raw.find(mark)
    while at >= 0:
        places.append(at)
        at = raw.find(mark, at + 1)
    return places


@pytest.mark.parametrize("claimed", [10, 900_000])
def test_a_size_that_is_a_lie_is_refused(tmp_path: Path, claimed: int) -> None:
    path = _zip(tmp_path / "v.zip", {**GOOD, "Liar.md": b"words " * 100_000})
    raw = bytearray(path.read_bytes())
    struct.pack_into("<L", raw, _places(raw, b"PK\x01\x02")[2] + 24, claimed)
    path.write_bytes(raw)
    assert "Liar.md" in _refused(path)


def test_what_is_damaged_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "v.zip", {**GOOD, "Noise.md": os.urandom(1000).hex().encode()})
    raw = bytearray(path.read_bytes())
    at = _places(raw, b"Noise.md")[0] + 100
    raw[at : at + 10] = bytes(10)
    path.write_bytes(raw)
    assert "Noise.md" in _refused(path)


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_what_is_locked_is_refused(tmp_path: Path, flag: int) -> None:
    path = _zip(tmp_path / "v.zip", GOOD)
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        struct.pack_into("<H", raw, _places(raw, mark)[0] + offset, flag)
    path.write_bytes(raw)
    assert "encrypted" in _refused(path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    files: Zip = {f"{n}.md": b"x" for n in range(4)}
    assert "more than 3 files" in _refused(_zip(tmp_path / "v.zip", files))


@pytest.mark.parametrize("in_zip64", [False, True])
def test_an_endless_list_of_files_is_not_read(tmp_path: Path, in_zip64: bool) -> None:
    path = _zip(tmp_path / "v.zip", GOOD)
    raw = bytearray(path.read_bytes())
    end = _places(raw, b"PK\x05\x06")[0]
    size = struct.pack("<L", 0xFFFFFFFF if in_zip64 else 500_000_000)
    raw[end + 12 : end + 16] = size
    if in_zip64:
        record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 9, 9, 10**10, 0)
        raw[end:end] = record + b"PK\x06\x07" + struct.pack("<LQL", 0, end, 1)
    path.write_bytes(raw)
    assert "more than 100,000 files" in _refused(path)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"no zip at all" * 100])
def test_what_is_no_archive_is_refused_or_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "v.zip"
    path.write_bytes(data)
    if data.endswith(bytes(18)):
        assert list(vault.read(path)) == []
    else:
        assert "v.zip" in _refused(path)


def test_large_files_in_it_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "v.zip"
    _zip(path, {**GOOD, "Large.md": b"x" * 2_000_001}, zipfile.ZIP_STORED)
    skipped = [item for item in vault.read(path) if isinstance(item, vault.Skipped)]
    assert [item.path for item in skipped] == ["Large.md"]


@pytest.mark.parametrize("name", ["Gr\u00fc\u00dfe", "\u65e5\u672c", "\U0001f375", "caf\u00e9"])
def test_names_in_utf8_are_read_with_and_without_the_mark(tmp_path: Path, name: str) -> None:
    path = _zip(tmp_path / "v.zip", {f"{name}.md": b"x"})
    raw = bytearray(path.read_bytes())
    assert _pages(path) == {name: "x"}
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        struct.pack_into("<H", raw, _places(raw, mark)[0] + offset, 0)
    path.write_bytes(raw)
    assert _pages(path) == {name: "x"}


def test_names_of_old_programs_are_read(tmp_path: Path) -> None:
    path = _zip(tmp_path / "v.zip", {"caf@.md": b"x"})
    path.write_bytes(path.read_bytes().replace(b"caf@", b"caf\x82"))
    assert _pages(path) == {"caf\u00e9": "x"}


@pytest.mark.parametrize(
    ("name", "files", "pages"),
    [
        ("Notes.zip", ["Notes/A.md", "Notes/b/C.md", "__MACOSX/Notes/A.md"], {"A", "b/C"}),
        ("x.zip", ["Notes/.obsidian/app.json", "Notes/A.md"], {"A"}),
        ("x.zip", ["Notes/A.md"], {"Notes/A"}),
        ("Notes.zip", ["Notes/A.md", "B.md"], {"Notes/A", "B"}),
    ],
)
def test_the_folder_that_was_packed_is_taken_off(
    tmp_path: Path, name: str, files: list[str], pages: set[str]
) -> None:
    assert _pages(_zip(tmp_path / name, dict.fromkeys(files, b"x"))).keys() == pages


def test_attachments_are_read_when_asked_for(tmp_path: Path) -> None:
    path = _zip(tmp_path / "v.zip", {"a.png": b"1", "b.png": b"2"})
    for item in vault.read(path):
        assert isinstance(item, vault.Attachment)
        assert item.data == {"a.png": b"1", "b.png": b"2"}[item.path]


def _sample() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in ("A.md", "folder/B.md", "i.png"):
            made.writestr(name, f"{name} " * 20)
    return buffer.getvalue()


SAMPLE = _sample()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=6))
def test_a_broken_archive_is_refused_or_read(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    """Whatever byte is wrong, nothing but Refused comes out, or the files as they were."""
    raw = bytearray(SAMPLE)
    for at, byte in changes:
        raw[at] = byte
    path = tmp_path / "v.zip"
    path.write_bytes(raw)
    try:
        sizes = {len(i.data) for i in vault.read(path) if isinstance(i, vault.Attachment)}
    except vault.Refused:
        return
    assert sizes <= {len(f"{name} ") * 20 for name in ("A.md", "folder/B.md", "i.png")}
