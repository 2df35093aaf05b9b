"""Text stands out from its ground in both themes: WCAG 2.2 AA, computed from the stylesheets.

4.5:1 for text (1.4.3), 3:1 for the edges of fields, icons and the focus ring (1.4.11).
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "assets" / "styles"
GROUNDS = ("ground", "surface", "sunken", "hover")
TEXT_ON = {
    "text": (*GROUNDS, "mark", "accent-soft"),
    "muted": GROUNDS,
    "on-fill": ("fill", "fill-hover"),
    "accent-text": ("ground", "surface", "sunken", "accent-soft"),
    "attention-text": ("ground", "surface", "attention-soft"),
    "stopped-text": ("ground", "surface", "stopped-soft"),
    "code-keyword": ("sunken",),
    "code-string": ("sunken",),
    "code-number": ("sunken",),
    "code-name": ("sunken",),
    "code-comment": ("sunken",),
    **{
        f"log-{name}": ("sunken", "hover")
        for name in ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
    },
}
EDGE_ON = {
    "field-line": ("ground", "surface"),
    "accent": GROUNDS,
    "stopped": ("ground", "surface"),
    **{f"chart-{name}": ("ground", "surface") for name in ("blue", "amber", "grey")},
}


def colours(theme: str) -> dict[str, str]:
    css = "".join((STYLES / name).read_text() for name in ("tokens.css", "code.css", "jobs.css"))
    found: dict[str, str] = {}
    for selector in (":root", ".dark") if theme == "dark" else (":root",):
        for block in re.findall(rf"^ *{re.escape(selector)} {{(.*?)^ *}}", css, re.M | re.S):
            found |= re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)
    return found


def contrast(one: str, other: str) -> float:
    """The ratio as WCAG defines it (relative luminance, sRGB)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_ON, 4.5), (EDGE_ON, 3.0)])
def test_contrast(theme: str, pairs: dict[str, tuple[str, ...]], least: float) -> None:
    seen = colours(theme)
    weak = {
        f"{ink} on {ground}": round(ratio, 2)
        for ink, grounds in pairs.items()
        for ground in grounds
        if (ratio := contrast(seen[ink], seen[ground])) < least
    }
    assert not weak


def test_every_colour_has_both_themes() -> None:
    tokens = (STYLES / "tokens.css").read_text()
    light, dark = (set(re.findall(r"--([\w-]+): #", part)) for part in tokens.split(".dark {"))
    assert light == dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_public_pages_have_the_same_colours(theme: str) -> None:
    own = {"accent": "accent-text", "soft": "accent-soft"}
    own |= {name: f"{name}-text" for name in ("attention", "stopped")}
    own |= {name: f"code-{name}" for name in ("keyword", "string", "number", "name")}
    css = (ROOT / "mosaic" / "plain_page.css").read_text()
    [part] = re.findall(
        r"^:root {(.*?)}" if theme == "light" else r"dark\) { :root {(.*?)}", css, re.M | re.S
    )
    there = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))
    assert there
    assert there == {name: colours(theme)[own.get(name, name)] for name in there}


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
