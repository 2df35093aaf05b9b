"""Finds the names of pages in a text, all of them in one pass over it."""

import re
from collections import defaultdict
from collections.abc import Iterable

from mosaic.knowledge.front_matter import split_front_matter
from mosaic.knowledge.names import fold
from mosaic.knowledge.search.letters import UNSPACED

_WORD = re.compile(r"\w+")
# Where no link can be put: code, links, what stands in brackets, addresses, HTML, tags.
_TAKEN = re.compile(
    r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|^~~~.*?^~~~|!?\[\[[^\[\]\n]*\]\]"
    r"|\[[^\[\]\n]*\](?:\([^()\n]*\))?|\bhttps?://\S+|<[^<>\n]*>|#[\w/-]+",
    re.MULTILINE | re.DOTALL,
)
_MOST_READ = 200_000  # characters of a page


def linkable(content: str) -> str:
    """Return the text of a page as far as its words can become links."""
    return _TAKEN.sub("\0", without_front_matter(content))


def without_front_matter(content: str) -> str:
    """Return what people read on a page, as far as it is looked through."""
    start = len(split_front_matter(content)[0])
    return content[start : start + _MOST_READ]


class Names:
    """Names of pages, each found by the first word in it, or the first letter without spaces."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        """Take names in small letters (`fold`), each with the number of its page."""
        self._words: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
        self._letters: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for name, page in names:
            letters, word = UNSPACED.search(name), _WORD.search(name)
            if letters:
                self._letters[letters[0][0]].append((name, letters.start(), page))
            elif word:
                self._words[word[0]].append((name, word.start(), page))

    def pages_in(self, text: str) -> set[int]:
        """Return the numbers of the pages that a text names, capitals aside."""
        small, found = fold(text), set()
        for word in _WORD.finditer(small):
            for name, before, page in self._words.get(word[0], ()):
                at = word.start() - before
                if at >= 0 and small.startswith(name, at) and _whole(small, at, at + len(name)):
                    found.add(page)
        for run in UNSPACED.finditer(small) if self._letters else ():
            for place, letter in enumerate(run[0], run.start()):
                for name, before, page in self._letters.get(letter, ()):
                    if place >= before and small.startswith(name, place - before):
                        found.add(page)
        return found


def _whole(text: str, start: int, end: int) -> bool:
    return not (_WORD.match(text, start - 1, start) or _WORD.match(text, end, end + 1))
