"""The part of a text that shows why it was found, as safe HTML with marks."""

import re
from collections.abc import Sequence
from html import escape

from mosaic.knowledge.search.letters import UNSPACED, plain_letter

_WORD = re.compile(r"[^\W_]+")
_AROUND = 90
_LONGEST = 260


def snippet(text: str, terms: Sequence[str]) -> str:
    """Return about 260 characters of `text` around the first words that begin with a term.

    `terms` are in plain letters (see `letters.typed`). Nothing of the text is markup in it: it is
    escaped, and only `<mark>` is added. Without a match it is the beginning.
    """
    plain = "".join(
        letter if len(letter) == 1 else letter[:1] or " " for letter in map(plain_letter, text)
    )
    places = _places(plain, terms)
    start = max(0, places[0][0] - _AROUND) if places else 0
    start = text.rfind(" ", max(0, start - 20), start + 1) + 1 if start else 0
    end = min(len(text), start + _LONGEST)
    marked, at = [], start
    for first, last in places:
        if first >= at and last <= end:
            marked += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
            at = last
    marked.append(escape(text[at:end]))
    shown = " ".join("".join(marked).split())
    return f"{'…' * (start > 0)}{shown}{'…' * (end < len(text))}"


def _places(plain: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Return where words begin with a term; in scripts without spaces, where a term stands."""
    words = [term for term in terms if not UNSPACED.match(term)]
    found = [
        (one.start(), one.end())
        for one in _WORD.finditer(plain)
        if any(one[0].startswith(term) for term in words)
    ]
    for term in terms:
        if UNSPACED.match(term):
            found += [(one.start(), one.end()) for one in re.finditer(re.escape(term), plain)]
    return sorted(found)
