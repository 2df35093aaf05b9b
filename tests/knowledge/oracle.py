"""Reads a vault and resolves its links in the plainest way, sharing no code with the product.

Links are found by a scanner of lines and one regular expression, pages are looked up in
dictionaries in the order of the contract: title, slug, path, alias, title without regard to case.
"""

import posixpath
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*([-*+]|\d+[.)])\s")
_HTML = re.compile(r" {0,3}</?(details|summary|div|table|tr|td|ul|ol|li|p)\b")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SPOT = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # an escaped character
    r"|(?P<code>(?<!`)(`+)(?!`)(?:.|\n(?!\n))+?(?<!`)\2(?!`))"
    r"|(?P<query>query\[\[)"
    r"|(?P<wiki>!?\[\[(?P<inside>[^\n\[\]]+)\]\])"
    r"|\]\((?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s()<>]+))(?:\s+\"[^\"]*\")?\)"
)
_VALUE = re.compile(r"""[:\[,-] ?(["'])\[\[([^\[\]\n]+)\]\]\1 *(?=[\],}]|$)""", re.MULTILINE)
_BLOCK = re.compile(r"(?<=: )[|>]\n(?:  .*\n)*")
_POSITION = re.compile(r"@(\d+|[lL]\d+([cC]\d+)?)$")
_OUTSIDE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/#?]|$")


@dataclass
class Counts:
    """How many pages a vault has, and what becomes of the links on them."""

    pages: int = 0
    resolved: int = 0
    broken: int = 0
    ambiguous: int = 0
    to_files: int = 0
    to_the_same_page: int = 0

    @property
    def links(self) -> int:
        """All links."""
        return self.resolved + self.broken + self.ambiguous + self.to_files + self.to_the_same_page


@dataclass
class Vault:
    """What stands in a folder: text by page, files, and the names of pages."""

    bodies: dict[str, str] = field(default_factory=dict)
    fronts: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    names: list[dict[str, set[str]]] = field(
        default_factory=lambda: [defaultdict(set) for _ in range(5)]
    )


def read_vault(root: Path) -> Vault:
    """Read the Markdown files below `root`, and the names of the others."""
    vault, slugs = Vault(), Counter[str]()
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).as_posix()
        if not path.is_file() or inside.startswith("."):
            continue
        if path.suffix != ".md":
            vault.files |= {inside, path.name}
            continue
        page = inside.removesuffix(".md")
        front, vault.bodies[page] = _split(path.read_text("utf-8"))
        vault.fronts[page] = front
        title = _value(front, "title") or path.stem
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        slugs[slug] += 1
        slug = slug if slugs[slug] == 1 else f"{slug}-{slugs[slug]}"
        for step, keys in enumerate([[title], [slug], [page], _aliases(front), [title.lower()]]):
            for key in keys:
                vault.names[step][key].add(page)
    return vault


def _split(text: str) -> tuple[str, str]:
    found = re.match(r"---\n(.*?)^---\n?", text, re.DOTALL | re.MULTILINE)
    return (found[1], text[found.end() :]) if found else ("", text)


def _value(front: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(.*)$", front, re.MULTILINE)
    return found[1].strip().strip("\"'") if found else ""


def _aliases(front: str) -> list[str]:
    found = re.search(r"^aliases:[ \t]*(.*)\n((?:[ \t]*-[ \t].*\n)*)", front + "\n", re.MULTILINE)
    if not found:
        return []
    inline = found[1].strip("[] ").split(",") if found[1] else []
    listed = [line.strip()[1:] for line in found[2].splitlines()]
    return [name.strip().strip("\"'") for name in inline + listed if name.strip()]


def find_links(body: str) -> list[tuple[str, str]]:
    """Return ("wiki" or "markdown", target) for the links of a page, in order."""
    links = []
    for found in _SPOT.finditer(_COMMENT.sub("", _without_blocks_of_code(body))):
        if found["wiki"]:
            links.append(("wiki", _target(found["inside"])))
        address = found["angle"] or found["bare"]
        if address and not _OUTSIDE.match(address):
            links.append(("markdown", unquote(address.split("#")[0].split("?")[0])))
    return links


def find_links_in_values(front: str) -> list[tuple[str, str]]:
    """Return the links that values in front matter are."""
    if "{{" in front:
        return []  # a template, which YAML cannot read
    return [("wiki", _target(found[2])) for found in _VALUE.finditer(_BLOCK.sub("", front))]


def _target(inside: str) -> str:
    target = inside.replace("\\|", "|").split("|")[0].split("#")[0]
    target = _POSITION.sub("", target.strip().removeprefix("^"))
    return " ".join(target.removesuffix(".md").split())


def _without_blocks_of_code(body: str) -> str:
    """Leave out fenced and indented code, and blocks of HTML, which end at an empty line."""
    kept, fence, inside, listed, blank = [], "", "", False, True
    for line in body.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            closes = mark and mark[1].startswith(fence) and line.strip(" \t>") == mark[1]
            fence = "" if closes else fence
            continue
        if not line.strip():
            inside, blank = "code" if inside == "code" else "", True
            kept.append("")
            continue
        if mark and not (mark[1][0] == "`" and "`" in line[mark.end() :]):
            fence = mark[1]
            continue
        indented = line.startswith(("    ", "\t"))
        if indented and not listed and (blank or inside == "code"):
            inside = "code"
        elif _HTML.match(line) or inside == "html":
            inside = "html"
        else:
            inside = ""
            listed = bool(_ITEM.match(line)) or (listed and (indented or line[0] == " "))
            kept.append(line)
        blank = False
    return "\n".join(kept)


def count(root: Path) -> Counts:
    """Count pages, and links by what becomes of them."""
    vault = read_vault(root)
    counts = Counts(pages=len(vault.bodies))
    for page, body in vault.bodies.items():
        for kind, target in find_links(body) + find_links_in_values(vault.fronts[page]):
            outcome = _outcome(vault, page, kind, target)
            setattr(counts, outcome, getattr(counts, outcome) + 1)
    return counts


def _outcome(vault: Vault, page: str, kind: str, target: str) -> str:
    if not target:
        return "to_the_same_page"
    steps = vault.names
    if kind == "markdown":
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        target, steps = target.removesuffix(".md"), [vault.names[2]]
    for step, names in enumerate(steps):
        pages = names.get(target.lower() if step == 4 else target, ())
        if pages:
            return "resolved" if len(pages) == 1 else "ambiguous"
    is_file = target in vault.files or posixpath.basename(target) in vault.files
    return "to_files" if is_file else "broken"
