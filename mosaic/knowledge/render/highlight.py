"""Colours for code: spans with classes, by Pygments."""

import re
from functools import cache

from markdown_it.common.utils import escapeHtml
from markdown_it.utils import EnvType
from pygments import highlight as _highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

from mosaic.knowledge.render.sanitize import HIGHLIGHT_PREFIX

# Characters of code that one page may have coloured; what follows is shown in one colour.
_MAX_PAGE = 40_000
# Languages people write in notes. A list, because some of the 500 others can be made to hang.
_NAMES = (
    "bash sh shell zsh console c cpp c++ css dart diff docker dockerfile elixir erlang fish "
    "go graphql haskell html http ini javascript js json jsx julia kotlin latex less lua make "
    "makefile matlab nginx nix objc ocaml perl php postgresql powershell ps1 properties "
    "protobuf py python python3 pycon r rb ruby rs rust scala scss sql swift tex toml ts tsx "
    "typescript vim xml yaml yml zig"
)
_LANGUAGES = frozenset(_NAMES.split())
# Long blocks, long lines and many empty lines: lexers go over these again and again.
_SLOW = re.compile(r"[^\n]{400}|\n(?:[ \t]*\n){10}|\A[\s\S]{6000}")
# The lexers of these hang on a few thousand words in a row; C++ looks much the same.
_STAND_INS = {"java": "cpp", "csharp": "cpp", "cs": "cpp"}
_FORMATTER = HtmlFormatter[str](nowrap=True, classprefix=HIGHLIGHT_PREFIX)


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


def highlight(code: str, language: str, env: EnvType) -> str:
    """Return code as HTML. `env` counts what has been coloured on the page."""
    language = _STAND_INS.get(language.lower(), language.lower())
    spent = env.get("coloured", 0) + len(code)
    if language not in _LANGUAGES or spent > _MAX_PAGE or _SLOW.search(code):
        return escapeHtml(code)
    env["coloured"] = spent
    return _highlight(code, _lexer(language), _FORMATTER)


def stylesheet(style: str, selector: str) -> str:
    """Return the CSS rules of a Pygments style for code inside `selector`."""
    formatter = HtmlFormatter[str](style=style, classprefix=HIGHLIGHT_PREFIX)
    return str(formatter.get_style_defs(selector))  # type: ignore[no-untyped-call]
