"""Every class that a page names is one that a stylesheet knows."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "assets" / "styles"
# Given by what draws for us (CodeMirror, Pygments, sigma.js), or put together of several parts.
NAMED_ELSEWHERE = re.compile(r"(cm|hl|log|sigma|depth|side)-")


def rules() -> list[tuple[str, str]]:
    """Each selector of the stylesheets with its file, those within `@media` left out."""
    found = []
    for path in sorted(STYLES.glob("*.css")):
        css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        found += [
            (" ".join(one.split()), path.name) for one in re.findall(r"^([.\w][^{}]*){", css, re.M)
        ]
    return found


def classes() -> set[str]:
    css = "".join(path.read_text() for path in STYLES.glob("*.css"))
    css = re.sub(r"/\*.*?\*/|url\(\"[^\"]*\"\)", "", css, flags=re.S)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", css))


def test_no_style_without_a_page() -> None:
    files = [*(ROOT / "mosaic").rglob("*.py"), *(ROOT / "assets" / "ui").glob("*.js*")]
    texts = " ".join(
        text
        for path in files
        for found in re.findall(r'"([^"\n]*)"|`([^`]*)`|"""(.*?)"""', path.read_text(), re.S)
        for text in found
    )
    named = set(re.findall(r"[a-zA-Z][\w-]*", texts))
    assert not {one for one in classes() - named if not NAMED_ELSEWHERE.match(one)}


def test_nothing_is_styled_in_two_files() -> None:
    places: dict[str, set[str]] = {}
    for selector, file in rules():
        for one in re.split(r",(?![^(]*\))", selector):
            places.setdefault(one.strip(), set()).add(file)
    assert not {one: files for one, files in places.items() if len(files) > 1}


def test_no_class_without_a_style() -> None:
    known = classes()
    unknown = {
        f"{path.relative_to(ROOT)}:{node.value.lineno}: {name}"
        for path in (ROOT / "mosaic").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword) and node.arg == "class_name"
        for part in ast.walk(node.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
        for name in part.value.split()
        if name not in known
    }
    assert not unknown, "\n".join(sorted(unknown))


def test_every_stylesheet_is_loaded() -> None:
    from mosaic.shell.parts import STYLESHEETS

    there = {f"styles/{path.name}" for path in STYLES.glob("*.css")}
    assert set(STYLESHEETS) == there
