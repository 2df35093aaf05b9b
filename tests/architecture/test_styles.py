"""Every class that a page names is one that a stylesheet knows."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_class_without_a_style() -> None:
    css = "".join(path.read_text() for path in (ROOT / "assets" / "styles").glob("*.css"))
    known = set(re.findall(r"\.([a-z][a-z-]*)", css))
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

    there = {f"styles/{path.name}" for path in (ROOT / "assets" / "styles").glob("*.css")}
    assert set(STYLESHEETS) == there
