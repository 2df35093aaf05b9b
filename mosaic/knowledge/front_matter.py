"""The YAML between `---` lines at the top of a Markdown file."""

import re

_FRONT = re.compile(r"---[ \t]*\r?\n((?:(?!---)[^\n]*\n)*)---[ \t]*(?:\r?\n|\Z)")
_NAMED_VALUE = re.compile(r"[\"'$\w][^:\n]*:(?:\s|$)")


def split_front_matter(text: str) -> tuple[str, str]:
    """Cut a text into its front matter, with the `---` lines, and the rest.

    The two together are the text again. The first is empty when there is none: two rules with a
    paragraph between them are no front matter.
    """
    found = _FRONT.match(text) if text.startswith("---") else None
    if found is None:
        return "", text
    lines = [line for line in found[1].splitlines() if line.strip() and line[0] != "#"]
    if lines and not _NAMED_VALUE.match(lines[0]):
        return "", text
    return found[0], text[found.end() :]
