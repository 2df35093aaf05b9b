"""The part of a text that shows why it was found, as safe HTML with marks."""

import re
from collections.abc import Sequence
from html import escape

from mosaic.knowledge.search.letters import PAIRED, plain_letter

_AROUND = 90
_LONGEST = 260


def snippet(text: str, terms: Sequence[str]) -> str:
    """Return about 260 characters of `text` around the first words that begin with a term.

    `terms` are in plain letters (see `letters.typed`). Nothing of the text is markup in it: it is
    escaped, and only `<mark>` is added. Without a match it is the beginning.
    """
    plain = text.lower() if text.isascii() else text.translate(_PLAIN)
    wanted = _wanted(terms)
    found = wanted.search(plain) if wanted else None
    start = max(0, found.start() - _AROUND) if found else 0
    start = text.rfind(" ", max(0, start - 20), start + 1) + 1 if start else 0
    end = min(len(text), start + _LONGEST)
    marked, at = [], start
    for one in wanted.finditer(plain, start, end) if wanted else ():
        marked += [
            escape(text[at : one.start()]),
            "<mark>",
            escape(text[one.start() : one.end()]),
            "</mark>",
        ]
        at = one.end()
    marked.append(escape(text[at:end]))
    shown = " ".join("".join(marked).split())
    return f"{'…' * (start > 0)}{shown}{'…' * (end < len(text))}"


class _Plain(dict[int, str]):
    """Plain letters by their numbers, each of one letter, so that places stay what they are."""

    def __missing__(self, number: int) -> str:
        self[number] = plain_letter(chr(number))[:1] or " "
        return self[number]


_PLAIN = _Plain()


def _wanted(terms: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds words that begin with a term, and terms without spaces wherever."""
    unspaced = [re.escape(term) for term in terms if PAIRED.match(term)]
    words = [re.escape(term) for term in terms if not PAIRED.match(term)]
    whole = [rf"(?<![^\W_])(?:{'|'.join(words)})[^\W_]*"] if words else []
    return re.compile("|".join([*whole, *unspaced])) if terms else None
