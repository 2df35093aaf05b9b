"""The Markdown that Mosaic reads: CommonMark with what wikis add to it, bounded in time.

Costs are counted, not timed, so that a page looks the same on every machine. What goes past a
limit is shown as it was written.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline

from mosaic.knowledge.render.callouts import callouts_plugin
from mosaic.knowledge.render.rendering import PageRenderer
from mosaic.knowledge.render.wikilinks import wikilinks_plugin

MAX_BLOCKS = 40_000
_MAX_NESTING = 40
_MAX_WORK = 2_000_000_000
_MARK_COST = 20_000
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$", re.IGNORECASE)
_ADDRESS = re.compile(r"://[^\s<>\"`|\\^\[\]{}]{1,1000}")
_NOT_LAST = ".,:;!?'*_~"
_LEAD = re.compile(r"[ \t>*+\-\d.)]+")
_CONTAINER = re.compile(r">|[*+-](?=\s)|[.)](?=\s)")
# What may begin something in a paragraph, as often as it costs; and what only stops the reader.
_MARKS = ["&", "*", "<", "==", *["!["] * 2, *["["] * 2, "\\", "]", *["^["] * 3, "_", "`", "~"]
_MARKS += ["://"] * 2
_STOPS = "\n!#$%+-:=>@{}"


def make_parser() -> MarkdownIt:
    """Build the parser; costly, and safe to share between threads."""
    options = {
        "maxNesting": _MAX_NESTING,
        "html": True,
        "tasklists": True,
        "xhtmlOut": False,
    }
    md = MarkdownIt("commonmark", options, renderer_cls=PageRenderer)
    md.block.ruler.enable(["table"])
    md.inline.ruler.enable(["strikethrough"])
    md.inline.ruler2.enable(["strikethrough"])
    md.use(footnote_plugin).use(deflist_plugin).use(callouts_plugin).use(wikilinks_plugin)
    md.inline.ruler.at("footnote_inline", _footnote_inline)
    md.inline.ruler.before("emphasis", "mark", _mark)
    md.inline.ruler.after("newline", "address", _address)
    md.core.ruler.at("inline", _inline)
    return md


def split_long(content: str) -> tuple[str, str]:
    """Cut a page that has too many lines, items and cells: what to parse, and the rest.

    The parser reads a line again for each quotation around it, so deep ones cost more.
    """
    left, position, depth = MAX_BLOCKS, 0, 0
    for line in content.splitlines(keepends=True):
        lead = _LEAD.match(line)
        containers = _CONTAINER.findall(lead[0]) if lead else []
        depth = max(depth, containers.count(">")) if line.strip() else 0
        left -= (1 + line.count("|") + len(containers)) * max(1, min(depth, _MAX_NESTING) // 4)
        if left < 0:
            return content[:position], content[position:]
        position += len(line)
    return content, ""


def _inline(state: StateCore) -> None:
    left = _MAX_WORK
    for token in state.tokens:
        if token.type != "inline":
            continue
        count = token.content.count
        marks = sum(map(count, _MARKS)) + sum(map(count, _STOPS)) // 8
        left -= marks * (_MARK_COST + len(token.content))
        if left > 0:
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        else:
            token.children = [Token("text", "", 0, content=token.content)]


def _footnote_inline(state: StateInline, silent: bool) -> bool:
    # A footnote in a footnote is parsed again at each level, which no nesting limit counts.
    if state.src[state.pos] != "^" or state.env.get("in_footnote"):
        return False
    state.env["in_footnote"] = True
    try:
        return footnote_inline(state, silent)
    finally:
        state.env["in_footnote"] = False


def _mark(state: StateInline, silent: bool) -> bool:
    start = state.pos + 2
    if not state.src.startswith("==", state.pos) or state.src[start : start + 1] in {"", " ", "="}:
        return False
    end = state.src.find("==", start, state.posMax)
    if end <= start or state.src[end - 1] == " ":
        return False
    if not silent:
        maximum, state.pos, state.posMax = state.posMax, start, end
        state.push("mark_open", "mark", 1)
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1)
        state.posMax = maximum
    state.pos = end + 2
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """Make a link of a web address in plain text."""
    if not state.src.startswith("://", state.pos) or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.pending[-9:])
    rest = _ADDRESS.match(state.src, state.pos, state.posMax)
    if scheme is None or rest is None:
        return False
    end = rest[0].rstrip(_NOT_LAST)
    while end.endswith(")") and end.count(")") > end.count("("):
        end = end[:-1].rstrip(_NOT_LAST)
    if len(end) <= len("://"):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(scheme[1] + end)}
        state.push("text", "", 0).content = scheme[1] + end
        state.push("link_close", "a", -1)
    state.pos += len(end)
    return True
