"""How text is compared when it is looked for: small letters, no accents, pairs of letters."""

import re
import unicodedata
from functools import lru_cache

from text_unidecode import unidecode  # type: ignore[import-untyped]

# Scripts that are written without spaces: Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# Also signs and pictures, such as emoji, each of which says something by itself.
PAIRED = re.compile(
    f"{UNSPACED.pattern[:-2]}\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+"
)
_MOST_PAIRS = 50_000


def typed(text: str) -> str:
    """Return a name as somebody may type it: small letters, no accents on Latin ones."""
    return "".join(map(plain_letter, " ".join(text.split())))


@lru_cache(maxsize=10_000)
def plain_letter(letter: str) -> str:
    """Return one letter in its plain form, which is one letter too where it can be."""
    small = unicodedata.normalize("NFKC", letter).casefold()
    if small.isascii():
        return small
    base = unicodedata.normalize("NFD", small)[0]
    if base.isascii() or "\u0370" <= base <= "\u04ff":
        return base
    latin = unidecode(small) if "\u00c0" <= small <= "\u024f" else ""
    return latin or small


def pairs(text: str) -> list[str]:
    """Return the letters of unspaced scripts and the signs in a text, and each two in a row.

    Two letters are what a word mostly is there; one finds it wherever it stands.
    """
    found: dict[str, None] = {}
    for run in PAIRED.findall(text):
        for at, letter in enumerate(run):
            found[letter] = None
            found[run[at : at + 2]] = None
        if len(found) > _MOST_PAIRS:
            break
    return list(found)


def wanted_pairs(text: str) -> list[str]:
    """Return the pairs that a page holds which holds all of `text`; of one letter, that letter."""
    found: dict[str, None] = {}
    for run in PAIRED.findall(text):
        parts = [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        found |= dict.fromkeys(parts)
    return list(found)[:200]
