"""How pages are named: slugs for addresses, keys by which links find pages, heading anchors."""

import posixpath
import re
import unicodedata
from hashlib import blake2s

from slugify import slugify as _slugify
from text_unidecode import unidecode  # type: ignore[import-untyped]

_MAX_SLUG = 120
_MAX_ANCHOR = 80
_LATIN = re.compile("[\u00a0-\u024f]+")
_ACCENTED = re.compile("([A-Za-z])[\u0300-\u036f]+")
_DROPPED = [("'", ""), ("’", "")]
_SPACES = re.compile(r"[ \t\r\n]+")
_NOT_WORDS = re.compile(r"[\W_]+")


def slugify(title: str) -> str:
    """Return the slug of a title: lower case, at most 120 characters, never empty.

    Latin letters lose their accents ("Über uns" is "uber-uns"), other scripts stay as they are
    ("日本語" is "日本語"). A title without a letter or digit gets a slug made from its hash.
    """
    whole = unicodedata.normalize("NFKC", title).lower()
    latin = _LATIN.sub(lambda run: unidecode(run[0]), whole)
    plain = _ACCENTED.sub(r"\1", latin)
    slug = _slugify(
        plain,
        allow_unicode=True,
        entities=False,
        decimal=False,
        hexadecimal=False,
        max_length=_MAX_SLUG,
        word_boundary=True,
        replacements=_DROPPED,
    )
    return slug or f"page-{blake2s(title.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"


def link_key(target: str) -> str:
    """Return what a link and a name are compared by: NFC, one space between words, no `.md`.

    Other spaces than the plain one belong to a name: macOS puts them into names of screenshots.
    """
    key = _SPACES.sub(" ", unicodedata.normalize("NFC", target)).strip(" ")
    return key[:-3].rstrip() if key[-3:].lower() == ".md" else key


def fold(key: str) -> str:
    """Return a key without regard to case."""
    return unicodedata.normalize("NFC", key.casefold())


def path_key(path: str) -> str:
    """Return a path as links name it: from the root, `/` between parts, no `.` or `..`, no `.md`.

    Empty when the path leads out of the root.
    """
    parts: list[str] = []
    for part in map(str.strip, link_key(path).split("/")):
        if part == ".." and not parts:
            return ""
        if part == "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def relative(page: str | None, target: str) -> str:
    """Return the path that `target` means when written on the page at path `page`."""
    return path_key(posixpath.join(posixpath.dirname(page or ""), target))


def ordinal(number: int) -> str:
    """Return a number as English counts days: "1st", "22nd", "13th"."""
    last = 0 if number % 100 in {11, 12, 13} else number % 10
    return f"{number}{ ({1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th')) }"


def heading_anchor(heading: str) -> str:
    """Return the anchor of a heading, the same for its text and for a link that names it.

    The prefix keeps what people write apart from the ids of the application.
    """
    words = _NOT_WORDS.sub("-", fold(heading))[:_MAX_ANCHOR].strip("-")
    return f"h-{words or 'section'}"
