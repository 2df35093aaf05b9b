"""Turns the tokens of a page into HTML, with placeholders for links between pages."""

from collections.abc import Sequence

from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from mosaic.knowledge.render.highlight import highlight
from mosaic.knowledge.render.reading import MAX_TITLE, words

_MAX_LANGUAGE = 40


class PageRenderer(RendererHTML):
    """Renders tokens; `env["raw"]` is the page's `RawHtml`, `env["mark"]` marks placeholders."""

    def renderInline(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        """Render a paragraph and close what raw HTML left open in it."""
        return f"{super().renderInline(tokens, options, env)}{env['raw'].end()}"

    def list_item_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render an item of a list; of a task list, with a box that only shows."""
        if "checked" not in tokens[idx].meta:
            return self.renderToken(tokens, idx, options, env)
        label, checked = ("Done", " checked") if tokens[idx].meta["checked"] else ("Not done", "")
        return f'<li class="task"><input type="checkbox" disabled aria-label="{label}"{checked}> '

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a code block with its language and colours."""
        token = tokens[idx]
        language = (unescapeAll(token.info).split() or [""])[0][:_MAX_LANGUAGE]
        named = f' data-language="{escapeHtml(language)}"' if language else ""
        return f"<pre><code{named}>{highlight(token.content, language, env)}</code></pre>\n"

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render one tag written by hand."""
        tag: str = env["raw"].tag(tokens[idx].content)
        return tag

    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render a block of HTML written by hand."""
        block: str = env["raw"].block(tokens[idx].content)
        return block

    def wikilink(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render the placeholder of a wiki link: a link, or a picture for what is shown here."""
        token = tokens[idx]
        place = f"{env['mark']}{token.meta.get('ordinal')}"
        label = escapeHtml(token.content)
        if "!" in token.markup:
            return f'<img src="{place}" alt="{label}">'
        return f'<a href="{place}">{label}</a>'

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render the start of a link; of one between pages, the start of its placeholder."""
        ordinal = tokens[idx].meta.get("ordinal")
        if ordinal is not None:
            tokens[idx].attrs = {"href": f"{env['mark']}{ordinal}w"}
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Render a picture, or the placeholder of one that is a file beside the pages."""
        token = tokens[idx]
        if "ordinal" in token.meta:
            token.attrs = {"src": f"{env['mark']}{token.meta['ordinal']}"}
        token.attrs["alt"] = words(token)[:MAX_TITLE]
        return self.renderToken(tokens, idx, options, env)

    def table_cell(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render the start of a cell, aligned without a style attribute."""
        token = tokens[idx]
        align = str(token.attrs.get("style", "")).removeprefix("text-align:")
        return f'<{token.tag} align="{align}">' if align else f"<{token.tag}>"

    td_open = th_open = table_cell
