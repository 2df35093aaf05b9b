r"""Wiki links as a rule of markdown-it.

| written | means |
|---|---|
| `[[Title]]` `[[slug]]` `[[folder/Page]]` | a page, by whatever names it |
| `[[Page\|text]]` | the same with other words; in a table the bar is written `\|` |
| `[[Page#Heading]]` `[[#Heading]]` | a place on a page, on this page |
| `![[image.png]]` `![[image.png\|300]]` | a picture, 300 pixels wide |
| `![[Page]]` `![[Page#Heading]]` | a page or a part of it, shown here |
| `[[task:12]]` | the task with this number |

From SilverBullet: `[[^Page]]` is `[[Page]]`, a position as in `[[Page@123]]` and `[[Page@L12c4]]`
is dropped, and `query[[…]]`, which is a program, is no link. Neither is anything with a line break,
without a name, with brackets in its name, or that takes half of a code span. A `$` belongs to the
name.
"""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

LINK = re.compile(r"(!?)\[\[((?:(?!\[\[|\]\])[^\n]){1,1000})\]\]")
_TASK = re.compile(r"task:([1-9][0-9]{0,8})", re.ASCII | re.IGNORECASE)
_POSITION = re.compile(r"@(?:\d+|[Ll]\d+(?:[Cc]\d+)?)$")


@dataclass(frozen=True)
class WikiLink:
    """What stands between the brackets, in its parts; `target` is empty for this page."""

    target: str
    heading: str | None
    text: str | None
    embed: bool

    @property
    def label(self) -> str:
        """The words to show when nothing better is known."""
        text = image_size(self.text)[0] if self.embed else self.text
        return text or (f"{self.target}#{self.heading}" if self.heading else self.target)


def read(inside: str, embed: bool = False) -> WikiLink | None:
    """Take apart what stands between `[[` and `]]`; None when that is no link."""
    body, _, text = inside.replace("\\|", "|").partition("|")
    page, _, heading = body.partition("#")
    target = _POSITION.sub("", page.strip().removeprefix("^")).strip()
    heading = heading.strip()
    if not (target or heading) or any(bracket in target for bracket in "[]"):
        return None
    return WikiLink(target, heading or None, text.strip() or None, embed)


def task_number(target: str) -> int | None:
    """Return the number of the task that a target names; None for what names no task."""
    found = _TASK.fullmatch(target)
    return int(found[1]) if found else None


def can_say(name: str) -> bool:
    """Tell whether a wiki link by a name says that name of a page and nothing else."""
    plain = read(name) == WikiLink(name, None, None, embed=False) and task_number(name) is None
    return plain and not any(mark in name for mark in "`\n\r\\") and not name.startswith("!")


def target_of(inside: str) -> tuple[int, int]:
    """Return where the target stands in what is between the brackets of a link."""
    page = re.split(r"\\?\||#", inside, maxsplit=1)[0]
    target = _POSITION.sub("", page.strip().removeprefix("^")).strip()
    start = page.index(target, len(page) - len(page.lstrip()))
    return start, start + len(target)


def image_size(text: str | None) -> tuple[str, int | None]:
    """Read what stands after the bar of an embedded picture: its description and its width.

    `300` and `300x200` are a width, `A cat|300` is both, `x200` is no width; at most 4 digits.
    """
    alt, _, size = (text or "").rpartition("|")
    found = re.fullmatch(r"([0-9]{1,4})?(?:x[0-9]{1,4})?", size.strip())
    if found is None or not size.strip():
        return (text or "").strip(), None
    return alt.strip(), int(found[1]) if found[1] else None


def wikilinks_plugin(md: MarkdownIt) -> None:
    """Add wiki links to a parser: tokens of type `wikilink` with a `WikiLink` in `meta["link"]`."""
    md.inline.ruler.before("link", "wikilink", _wikilink)


def _wikilink(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(("[[", "![["), state.pos):
        return False
    found = LINK.match(state.src, state.pos, state.posMax)
    if found is None or found[2].count("`") % 2 or state.src.endswith("query", 0, state.pos):
        return False
    link = read(found[2], embed=bool(found[1]))
    if link is None:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content, token.markup = link.label, f"{found[1]}[["
        token.meta = {"link": link}
    state.pos = found.end()
    return True
