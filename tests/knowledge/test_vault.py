"""Folders and files of a vault: what becomes of each."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mosaic.knowledge.exchange import vault
from mosaic.knowledge.front_matter import split_front_matter
from tests.conftest import SHARED

Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write files below a folder, from names and contents; return the folder."""

    def write(**files: str | bytes) -> Path:
        return _write(tmp_path / "vault", files)

    return write


def _write(root: Path, files: dict[str, str | bytes]) -> Path:
    root.mkdir(exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def _page(root: Path) -> vault.Page:
    [page] = vault.read(root)
    assert isinstance(page, vault.Page), page
    return page


def _skipped(root: Path) -> dict[str, str]:
    return {i.path: i.reason for i in vault.read(root) if isinstance(i, vault.Skipped)}


def _tea(put: Put, front: str, body: str = "Body") -> vault.Page:
    return _page(put(**{"Tea.md": f"---\n{front}\n---\n{body}"}))


def test_a_page_has_what_its_front_matter_says(put: Put) -> None:
    page = _tea(
        put,
        "title: Green Tea\naliases: [Sencha, 'Matcha, fine']\ntags: drinks, '#hot'\n"
        "description: A leaf.\ncreated: 2024-05-06\nupdated: 2024-05-07T10:00:00+02:00\n"
        "status: DRAFT\nvisibility: PRIVATE\nprice: 12.5",
        "Best with #Water.",
    )
    assert (page.title, page.path, page.file) == ("Green Tea", "Tea", "Tea.md")
    assert page.aliases == ["Sencha", "Matcha, fine"]
    assert [tag.strip("'") for tag in page.tags][:1] == ["drinks"]
    assert "Water" in page.tags
    assert page.summary == "A leaf."
    assert page.created == datetime(2024, 5, 6, tzinfo=UTC)
    assert page.updated == datetime(2024, 5, 7, 8, tzinfo=UTC)
    assert (page.status, page.visibility) == ("DRAFT", "PRIVATE")
    assert page.properties["price"] == 12.5
    assert (page.content, page.note) == ("Best with #Water.", "")


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("tags: a, b", ["a", "b"]),
        ("tags: a b", ["a", "b"]),
        ("tags: [a, '#b', A/c]", ["a", "b", "A/c"]),
        ("tags:\n- a\n- 5\n-", ["a", "5"]),
        ("tag: a", ["a"]),
        ("tags:", []),
        ("tags: {a: b}", []),
    ],
)
def test_tags_are_read_as_they_are_written(put: Put, written: str, tags: list[str]) -> None:
    assert _tea(put, written).tags == tags


def test_tags_in_the_text_count_outside_code_only(put: Put) -> None:
    body = (
        "#one, #two/three (#four) a#no [x](#no) [[Page#no]] #5 #日本\n"
        "# Heading\n`#no` <!-- #no -->\n```\n#no\n```\n<span>#five</span>"
    )
    assert _page(put(**{"A.md": body})).tags == ["one", "two/three", "four", "日本", "five"]


def test_status_words_of_other_programs_stay_properties(put: Put) -> None:
    page = _tea(put, "status: draft\nvisibility: everyone")
    assert (page.status, page.visibility) == (None, None)
    assert page.properties == {"status": "draft", "visibility": "everyone"}


def test_values_stay_as_they_are_written(put: Put) -> None:
    """YAML 1.1 would make 750, True, 7 and dates of these."""
    page = _tea(put, "a: 12:30\nb: yes\nc: 007\nd: 2024-13-45\ne: 2024-01-02\nf: 1e5\n1: .inf")
    assert page.properties == {
        "a": "12:30",
        "b": "yes",
        "c": "007",
        "d": "2024-13-45",
        "e": "2024-01-02",
        "f": "1e5",
        "1": ".inf",
    }


@pytest.mark.parametrize(
    "front",
    [
        "created: {{date}}",
        "title: a: b",
        "a: 'b",
        "a: !!python/object/apply:os.system [ls]",
        "a: &a [*a]",
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "\n".join(f"{n}: &{n} [{','.join(['*' + p] * 9)}]" for p, n in pairwise("abcdefg")),
        "a: " + "[" * 50_000,
        "? [a]\n: b",
    ],
    ids=lambda front: front[:20],
)
def test_front_matter_that_cannot_be_read_is_kept_and_told(put: Put, front: str) -> None:
    page = _tea(put, f"x: y\n{front}")
    assert page.note
    assert (page.title, page.properties) == ("Tea", {})
    assert page.front_matter + page.content == f"---\nx: y\n{front}\n---\nBody"


def test_merges_of_merges_do_not_fill_the_memory(put: Put) -> None:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 20)}]}}" for n in range(1, 12)]
    assert _tea(put, "\n".join(lines)).content == "Body"


@pytest.mark.parametrize(
    "text",
    ["---\nnot yaml\n---\nx", "---\n\n---", "--- \nx", "---\na: b\nno end", "***\na: b\n***\n"],
)
def test_rules_are_no_front_matter(text: str) -> None:
    front, rest = split_front_matter(text)
    assert front + rest == text
    assert not front or not front.replace("-", "").strip()


def test_properties_are_json_that_a_database_holds(put: Put) -> None:
    page = _tea(put, 'a: "\\0x\\ud800"\nb: !!binary aGk=\nc: !!set {x}\nd: 99999999999999999999')
    stored = json.dumps(page.properties, allow_nan=False)
    assert "\\u0000" not in stored
    stored.encode()
    json.loads(stored)["a"].encode()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfT\xc3\xa9a", "Téa"),
        ("Téa".encode("utf-16"), "Téa"),
        ("Téa".encode("utf-16-le"), "Téa"),
        ("Téa".encode("utf-16-be"), "Téa"),
        ("Téa".encode("utf-32"), "Téa"),
        ("Téa".encode("latin-1"), "Téa"),
        (b"T\xe9a \x93quoted\x94", "Téa “quoted”"),
        (b"a\r\nb\rc\n", "a\nb\rc\n"),
        (b"T\x00ea", "Tea"),
        (b"", ""),
        ("\N{TEACUP WITHOUT HANDLE}".encode(), "\N{TEACUP WITHOUT HANDLE}"),
    ],
)
def test_text_is_read_however_it_is_encoded(put: Put, data: bytes, text: str) -> None:
    page = _page(put(**{"Tea.md": data}))
    assert page.content == text
    assert bool(page.note) == (data[1:2] in (b"\xe9", b"\x00") and b"\x00a" not in data)


def test_what_is_no_text_is_skipped(put: Put) -> None:
    png = bytes(range(256)) * 50
    assert _skipped(put(**{"Photo.md": png, "Other.md": b"\x89PNG" + png})) == {
        "Other.md": "This file holds no text.",
        "Photo.md": "This file holds no text.",
    }


def test_files_are_taken_by_what_they_are(put: Put) -> None:
    root = put(
        **{
            "A.md": "a",
            "b/C.MD": "c",
            "b/D.markdown": "d",
            "b/i.PNG": b"png",
            "page.html": "<script>",
            "draw.svg": "<svg>",
            "x.base": "y",
            ".obsidian/app.json": "{}",
            ".git/HEAD": "x",
            ".DS_Store": "x",
            "__MACOSX/A.md": "x",
            "Thumbs.db": "x",
            ".hidden.md": "x",
        }
    )
    items = list(vault.read(root))
    assert vault.look(root).files == len(items) == 7
    assert {i.path for i in items if isinstance(i, vault.Page)} == {"A", "b/C", "b/D"}
    kinds = {i.path: i.media_type for i in items if isinstance(i, vault.Attachment)}
    assert kinds == {
        "b/i.PNG": "image/png",
        "draw.svg": "image/svg+xml",
        "page.html": "application/octet-stream",
        "x.base": "application/octet-stream",
    }


def test_one_markdown_file_is_a_vault(put: Put) -> None:
    root = put(**{"Tea.md": "Green"})
    page = _page(root / "Tea.md")
    assert (page.path, page.content) == ("Tea", "Green")
    assert vault.look(root / "Tea.md").files == 1


def test_large_files_are_skipped_and_named(put: Put) -> None:
    large = {"Large.md": b"x" * 2_000_001, "large.bin": b"x" * 25_000_001, "Fits.md": b"y"}
    assert _skipped(put(**large)) == {
        "Large.md": "This file is larger than 2 MB.",
        "large.bin": "This file is larger than 25 MB.",
    }


def test_two_files_for_one_page_are_told(put: Put) -> None:
    root = put(**{"Tea.md": "1", "Tea.markdown": "2", "Te\u0301.md": "3", "T\u00e9.md": "4"})
    assert len(_skipped(root)) == 2
    assert len({i.path for i in vault.read(root) if isinstance(i, vault.Page)}) == 2


def test_too_many_files_are_refused(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "MOST_FILES", 2)
    root = put(**{f"{n}.md": "x" for n in range(3)})
    with pytest.raises(vault.Refused, match="more than 2 files"):
        list(vault.read(root))


def test_a_file_that_grows_or_goes_is_told(put: Put) -> None:
    root = put(**{"a.bin": "x", "b.bin": "x"})
    grows, goes = vault.read(root)
    assert isinstance(grows, vault.Attachment)
    assert isinstance(goes, vault.Attachment)
    (root / "a.bin").write_bytes(b"x" * 25_000_001)
    (root / "b.bin").unlink()
    with pytest.raises(vault.Unreadable, match="larger than 25 MB"):
        grows.load()
    with pytest.raises(vault.Unreadable, match="cannot be read"):
        goes.load()


def test_links_lead_nowhere(put: Put, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key.md").write_text("secret")
    root = put(**{"A.md": "a"})
    (root / "link.md").symlink_to(tmp_path / "secret/key.md")
    (root / "folder").symlink_to(tmp_path / "secret")
    (root / "gone.md").symlink_to("nowhere")
    os.mkfifo(root / "pipe.md")
    items = {i.path: i for i in vault.read(root)}
    assert isinstance(items.pop("A"), vault.Page)
    assert items.keys() == {"link.md", "folder", "gone.md", "pipe.md"}
    assert all(isinstance(item, vault.Skipped) for item in items.values())


def test_odd_names_are_kept_or_told(put: Put) -> None:
    root = put(
        **{
            "Screenshot 10.00\u202fAM.md": "1",
            "👩\u200d🚀.md": "2",
            "a\\b.md": "3",
            "line\nbreak.md": "4",
            " spaces .md": "5",
            "/".join(["deep" * 30] * 5) + "/x.md": "6",
        }
    )
    os.rename(root / "a\\b.md", os.fsencode(root) + b"/\xff\xfe.md")
    taken = {i.path for i in vault.read(root) if isinstance(i, vault.Page)}
    assert taken == {"Screenshot 10.00\u202fAM", "👩\u200d🚀", " spaces "}
    reasons = _skipped(root)
    assert len(reasons) == 3
    assert all(path.encode() and reason for path, reason in reasons.items())


CORPORA = ["silverbullet-docs", "obsidian-tasks-docs", "kepano-vault"]


@pytest.mark.parametrize("name", CORPORA)
def test_real_vaults_are_read_whole(name: str) -> None:
    root = SHARED / "corpora" / name
    if not root.exists():
        pytest.skip("../shared/corpora is not here")
    items = list(vault.read(root))
    files = [path for path in root.rglob("*") if path.is_file()]
    assert vault.look(root).files == len(items) == len(files)
    for item in items:
        assert not isinstance(item, vault.Skipped), item
        if isinstance(item, vault.Attachment):
            assert item.data == (root / item.path).read_bytes()
        else:
            raw = (root / item.file).read_text("utf-8")
            assert item.front_matter + item.content == raw
            _is_json(item.properties)


def _is_json(value: Any) -> None:
    assert json.loads(json.dumps(value, allow_nan=False)) == value
