"""Differences: whatever the texts are, one and the difference give the other."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic.knowledge.diffing import Difference, compare, words
from tests.answers import problem
from tests.knowledge.wiki import ENTRIES, change, write
from tests.world import World

_LINES = st.lists(st.sampled_from(["a", "b", "c d", "c e", "", "日本語", "日本人", "x\ry"]))
TEXTS = st.one_of(_LINES.map("\n".join), st.text(max_size=60))


def _sides(found: Difference) -> tuple[list[str], list[str]]:
    lines = [line for hunk in found.hunks for line in hunk.lines]
    return [x.old for x in lines if x.old is not None], [x.new for x in lines if x.new is not None]


@given(TEXTS, TEXTS)
def test_hunks_hold_what_changed(old: str, new: str) -> None:
    found = compare(old, new)
    before, after = old.split("\n"), new.split("\n")
    gone = before[:]
    # From the end, so that places before stay what they are.
    for hunk in reversed(found.hunks):
        was = [line.old for line in hunk.lines if line.old is not None]
        now = [line.new for line in hunk.lines if line.new is not None]
        start = hunk.old_start - 1
        assert gone[start : start + len(was)] == was
        gone[start : start + len(was)] = now
    assert gone == after
    assert (found.hunks == []) == (old == new)
    assert found.added - found.removed == len(after) - len(before)


@given(TEXTS, TEXTS)
def test_words_join_to_the_lines(old: str, new: str) -> None:
    parts = words(old, new)
    assert "".join(part.text for part in parts if part.op != "insert") == old
    assert "".join(part.text for part in parts if part.op != "delete") == new


@pytest.mark.skipif(not shutil.which("patch"), reason="patch is not installed here")
@pytest.mark.parametrize(
    ("old", "new"),
    [("a\nb\n", "a\nc\n"), ("a\nb", "a\nb\n"), ("", "a"), ("a\n" * 9, "a\n" * 5), ("é\n", "日\n")],
)
def test_patch_takes_it(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "text").write_text(old)
    (tmp_path / "difference").write_text(compare(old, new).unified)
    subprocess.run(["patch", "-s", "text", "difference"], cwd=tmp_path, check=True)
    assert (tmp_path / "text").read_text() == new


def test_letters_are_compared_where_words_are_not_apart() -> None:
    parts = words("日本語です", "日本人です")
    assert [(part.op, part.text) for part in parts] == [
        ("equal", "日本"),
        ("delete", "語"),
        ("insert", "人"),
        ("equal", "です"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 500_000, "b c " * 500_000),
        ("a\nb\n" * 50_000, "b\nc\n" * 50_000),
        ("\n".join(map(str, range(50_000))), "\n".join(map(str, range(50_000, 0, -1)))),
    ],
    ids=["one line", "alike lines", "turned round"],
)
def test_long_texts_are_compared(old: str, new: str) -> None:
    found = compare(old, new)
    assert _sides(found) == (old.split("\n"), new.split("\n")) or found.hunks


async def test_versions_are_compared(world: World) -> None:
    await write(world.mia, "Garden", "one\ntwo words\nthree")
    await change(world.mia, "garden", title="Gardens", content="one\ntwo letters\nthree\nfour")
    answer = await world.gil.http.get(f"{ENTRIES}/garden/versions/1/diff/2")
    found = answer.json()
    assert (found["from"], found["to"], found["added"], found["removed"]) == (1, 2, 2, 1)
    assert found["title"] == {"old": "Garden", "new": "Gardens"}
    assert "\n-two words\n-three\n\\ No newline at end of file\n+two letters" in found["unified"]
    [hunk] = found["hunks"]
    assert [line["op"] for line in hunk["lines"]] == ["equal", "replace", "equal", "insert"]
    assert hunk["lines"][1]["words"] == [
        {"op": "equal", "text": "two "},
        {"op": "delete", "text": "words"},
        {"op": "insert", "text": "letters"},
    ]
    back = (await world.gil.http.get(f"{ENTRIES}/garden/versions/2/diff/1")).json()
    assert (back["added"], back["removed"]) == (1, 2)
    same = (await world.gil.http.get(f"{ENTRIES}/garden/versions/2/diff/2")).json()
    assert (same["unified"], same["hunks"]) == ("", [])


async def test_what_is_not_there_is_not_compared(world: World) -> None:
    await write(world.mia, "Garden", "one")
    for place in ("garden/versions/1/diff/2", "garden/versions/0/diff/1", "none/versions/1/diff/1"):
        problem(await world.mia.http.get(f"{ENTRIES}/{place}"), 404)
    problem(await world.bo.http.get(f"{ENTRIES}/garden/versions/1/diff/1"), 404)
    problem(await world.mia.http.get(f"{ENTRIES}/garden/versions/x/diff/1"), 422)
    await write(world.ana, "Hers", "secret", status="DRAFT")
    problem(await world.mia.http.get(f"{ENTRIES}/hers/versions/1/diff/1"), 404)
