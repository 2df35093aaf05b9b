"""The title of a page, said once."""

import re
from html import unescape

_FIRST_HEADING = re.compile(r"\s*<h1[^>]*>(.*?)</h1>", re.DOTALL)


def without_title(html: str, title: str) -> str:
    """Leave out a first heading that only repeats the title, which stands above the page."""
    found = _FIRST_HEADING.match(html)
    repeats = found and unescape(re.sub(r"<[^>]*>", "", found[1])).strip() == title.strip()
    return html[found.end() :] if found and repeats else html
