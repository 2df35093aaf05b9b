"""Vaults that are made to be imported."""

import io
import zipfile

from tests.bench.words import Words


def packed(pages: int, links: int = 3, words: int = 170) -> bytes:
    """Return a .zip of so many pages, each with so many words and links to others."""
    known, archive = Words(1), io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(pages):
            targets = (_target(number, n, pages) for n in range(links))
            text = " ".join([*known.take(words), *(f"[[Page {target}]]" for target in targets)])
            file.writestr(f"vault/Page {number}.md", f"# Page {number}\n\n{text}\n")
    return archive.getvalue()


def _target(number: int, n: int, pages: int) -> int:
    # One near by, one that very many link to, and others all over the place.
    return [(number + 1) % pages, number // 40 * 40, (number * 7 + n) % pages][min(n, 2)]
