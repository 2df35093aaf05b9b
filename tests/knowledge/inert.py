"""Reads HTML with another parser than the one that made it, and finds what could act."""

from html.parser import HTMLParser

TAGS = """
    a abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2
    h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small span
    strong sub summary sup table tbody td tfoot th thead tr u ul var
"""
ATTRIBUTES = """
    align alt aria-label checked class colspan data-callout data-language data-link data-wrap
    disabled height href id loading open referrerpolicy rel rowspan scope src start title type width
"""
SCHEMES = ("http://", "https://", "mailto:", "tel:", "/", "#")
VOID = {"br", "hr", "img", "input"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[tuple[str, ...]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append(("start", tag, *(f"{name}={value or ''}" for name, value in attrs)))
        assert tag in TAGS.split(), f"<{tag}>"
        for name, value in attrs:
            assert name in ATTRIBUTES.split(), f"{name} of <{tag}>"
            if name in {"href", "src"}:
                assert (value or "").lower().startswith(SCHEMES), value
        if tag == "input":
            given = dict(attrs)
            assert given.get("type") == "checkbox"
            assert "disabled" in given
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("end", tag))
        assert self.open, f"</{tag}> closes what is around the page"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.events.append(("text", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def read_inert(html: str) -> list[tuple[str, ...]]:
    """Return the events of reading `html`; fail on anything that acts or leaves the page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open, f"not closed: {reader.open}"
    return reader.events
