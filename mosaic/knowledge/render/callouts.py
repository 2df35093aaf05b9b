"""Callouts of Obsidian and GitHub: a quotation that begins with `[!note] Title`."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_HEAD = re.compile(r"\[!([A-Za-z][\w-]{0,30})\][+-]?[ \t]*", re.ASCII)
_BREAKS = {"softbreak", "hardbreak"}


def callouts_plugin(md: MarkdownIt) -> None:
    """Turn such quotations into `<div class="callout" data-callout="note">` with a title."""
    md.core.ruler.after("inline", "callouts", _callouts)


def _callouts(state: StateCore) -> None:
    tokens: list[Token] = []
    opened: list[bool] = []
    for at, token in enumerate(state.tokens):
        tokens.append(token)
        if token.type == "blockquote_open":
            title = _take_title(token, state.tokens[at + 1 : at + 4])
            opened.append(bool(title))
            tokens += title
        elif token.type == "blockquote_close" and opened.pop():
            token.tag = "div"
    state.tokens = tokens


def _take_title(quote: Token, paragraph: list[Token]) -> list[Token]:
    """Move the first line of a callout out of its first paragraph; return it as tokens."""
    children = paragraph[1].children if len(paragraph) > 2 else None
    found = _HEAD.match(children[0].content) if children and children[0].type == "text" else None
    if not children or not found:
        return []
    kind = found[1].lower()
    quote.tag, quote.attrs = "div", {"class": "callout", "data-callout": kind}
    children[0].content = children[0].content[found.end() :]
    end = next((n for n, child in enumerate(children) if child.type in _BREAKS), len(children))
    title, paragraph[1].children = children[:end], children[end + 1 :]
    paragraph[0].hidden = paragraph[2].hidden = not paragraph[1].children
    if not any(child.content.strip() or child.type != "text" for child in title):
        title = [Token("text", "", 0, content=kind.capitalize())]
    return [
        Token("paragraph_open", "p", 1, {"class": "callout-title"}, block=True),
        Token("inline", "", 0, children=title),
        Token("paragraph_close", "p", -1, block=True),
    ]
