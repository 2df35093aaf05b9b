"""Nothing that people read pushes or blames: the table of words that are ruled out.

What counts as read by people: a string literal with a space in it or one that begins like a word
("Draft"), other than docstrings, arguments of a logger, of exceptions for programmers and of
comparisons, and what stands in backticks. A single word in small letters or in capitals ("failed",
"FAILED") is a value on the wire, for `mosaic/shell/words.py` to turn into words. A line that ends
in `# not read by people: reason` is left out.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULED_OUT = re.compile(
    r"\b(overdue|urgent|critical|deadlines?|required|must do|you need to|errors?|fail(s|ed|ure)?"
    r"|invalid|due(?! to\b))\b",
    re.IGNORECASE,
)
LIKE_WORDS = re.compile(r"\s|^[A-Z][a-z]")
IN_CODE = re.compile(r"`[^`]*`")
LEFT_OUT = "# not read by people:"
FOR_PROGRAMMERS = {"RuntimeError", "TypeError", "AssertionError", "NotImplementedError"}
COMPARES = {"removeprefix", "removesuffix", "startswith", "endswith"}
GUIDES = ("docs/1-getting-started", "docs/2-guide")


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of every literal in Python that people may read."""
    tree, lines = ast.parse(source), source.splitlines()
    skipped = {id(node) for node in _skipped(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            marked = LEFT_OUT in lines[node.end_lineno - 1]
            if id(node) not in skipped and not marked and LIKE_WORDS.search(node.value):
                yield node.lineno, IN_CODE.sub("", node.value)


def _skipped(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            yield body[0].value
        if isinstance(node, ast.Call) and _is_for_programmers(node.func):
            yield from ast.walk(node)


def _is_for_programmers(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        owner = called.value.id if isinstance(called.value, ast.Name) else ""
        return owner in {"logger", "log", "re"} or called.attr in COMPARES
    return isinstance(called, ast.Name) and called.id in FOR_PROGRAMMERS


def script_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of quoted strings and of text between tags in JSX."""
    for number, line in enumerate(source.splitlines(), 1):
        code = line.split("//")[0] if "://" not in line else line
        for found in re.finditer(r"\"([^\"]*)\"|'([^']*)'|`([^`]*)`|>([^<>{}]+)<", code):
            text = next(part for part in found.groups() if part is not None)
            if LIKE_WORDS.search(text):
                yield number, text


def guide_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of a Markdown page, without what is code."""
    without_blocks = re.sub(
        r"^```.*?^```", lambda m: "\n" * m[0].count("\n"), source, flags=re.M | re.S
    )
    for number, line in enumerate(without_blocks.splitlines(), 1):
        yield number, IN_CODE.sub("", line)


def _sources() -> Iterator[tuple[Path, Iterator[tuple[int, str]]]]:
    for path in sorted((ROOT / "mosaic").rglob("*.py")):
        yield path, python_texts(path.read_text())
    for path in sorted([*(ROOT / "mosaic").rglob("*.jsx"), *(ROOT / "assets").rglob("*.js")]):
        if not path.is_symlink():
            yield path, script_texts(path.read_text())
    for folder in GUIDES:
        for path in sorted((ROOT / folder).rglob("*.md")):
            yield path, guide_texts(path.read_text())


def test_no_text_pushes_or_blames() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {hit[0]!r} in {text.strip()[:80]!r}"
        for path, texts in _sources()
        for line, text in texts
        if (hit := RULED_OUT.search(text))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ('label = "Overdue"', True),
        ('label = f"{n} tasks are due today"', True),
        ('raise Invalid("The name is required.")', True),
        ('title = "An Error came up"', True),
        ('status = "FAILED"', False),
        ('key = "failed"', False),
        ('"""What is due."""\nx = "Planned for"', False),
        ('def f():\n    """Errors."""\n', False),
        ('logger.warning("the job failed")', False),
        ('raise RuntimeError("error of ours")', False),
        ('x = "That is due to the move"', False),
        ('x = "Invalid Date"  # not read by people: compared with what browsers say', False),
    ],
)
def test_what_counts_as_read_by_people(source: str, caught: bool) -> None:
    assert any(RULED_OUT.search(text) for _, text in python_texts(source)) is caught


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("<p>Something failed</p>", True),
        ('const words = "This field is required";', True),
        ('<p aria-label="Deadline">', True),
        ("// an error of the browser", False),
        ('if (state === "failed") return;', False),
    ],
)
def test_scripts_are_read_too(source: str, caught: bool) -> None:
    assert any(RULED_OUT.search(text) for _, text in script_texts(source)) is caught


def test_code_in_a_guide_is_no_text() -> None:
    page = "Run `mosaic doctor --failed`.\n```\nerror: no such file\n```\nAll is well."
    assert not any(RULED_OUT.search(text) for _, text in guide_texts(page))
    assert any(RULED_OUT.search(text) for _, text in guide_texts("A name is required."))
