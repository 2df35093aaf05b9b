"""The YAML between `---` lines at the top of a Markdown file."""

import re

_FRONT = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)?---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LOOKS_LIKE_YAML = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:[\"'$\w][^:\n]*:(?:\s|$)|\Z)")


def split_front_matter(text: str) -> tuple[str, str]:
    """Cut a text into its front matter, with the `---` lines, and the rest.

    The two together are the text again. The first is empty when there is none: two rules with a
    paragraph between them are no front matter.
    """
    found = _FRONT.match(text)
    if found is None or not _LOOKS_LIKE_YAML.match(found[1] or ""):
        return "", text
    return found[0], text[found.end() :]
