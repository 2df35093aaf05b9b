"""Words that look like a language, drawn as often as words are: the n-th as 1/n (Zipf)."""

from collections.abc import Iterator

import numpy as np

_COMMON = """the of and to a in is it that for on with as are this by be from or an at not was have
which you we can will one all but has more when page time work team new people day way project year
note plan first meeting question answer change part place week list number system idea group case
point company problem hand service home water room report story result month night body level side
door paper history power book office market letter house song season recipe garden library winter
summer spring autumn machine science energy model table bread coffee river mountain harbour bridge
station train ship island forest field village city language music theatre painting photograph film
camera radio computer network database server backup keyboard window screen colour light shadow
morning evening holiday journey ticket budget invoice contract customer supplier delivery order
design draft review release test feature bug issue decision reason goal habit health running sleep
doctor medicine child school teacher lesson course exam degree research paper library experiment
sample theory proof measure weight length speed force heat pressure wind rain snow cloud star moon
planet orbit rocket signal wave sound voice word sentence chapter verse poem author reader press
"""
_STARTS = "b br c ch d dr f fl g gr h j k kl l m n p pl qu r s sh sk st t th tr v w z"
_MIDDLES = "a e i o u ai au ea ee ie oa oo ou"
_ENDS = "l m n nd nt r rd rk rn s sh sk st t th x ng ck p"
VOCABULARY = 30_000
COMMONEST, MIDDLING, RARE = "page", 400, 12_000  # a word, and ranks of words


class Words:
    """A vocabulary and a stream of words from it, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        known = dict.fromkeys(_COMMON.split())
        while len(known) < VOCABULARY:
            known.setdefault(self._invented())
        self.known = list(known)
        heights = 1 / np.arange(1, VOCABULARY + 1)
        self._steps = np.cumsum(heights / heights.sum())
        self._stream = self._drawn()

    def take(self, number: int) -> list[str]:
        """Return the next words of the stream."""
        return [next(self._stream) for _ in range(number)]

    def telling(self, number: int) -> list[str]:
        """Return words that a title is made of: any but the commonest, each as often."""
        ranks = self._random.integers(50, 6_000, number)
        return [self.known[rank] for rank in ranks]

    def _drawn(self) -> Iterator[str]:
        while True:
            ranks = np.searchsorted(self._steps, self._random.random(100_000))
            yield from (self.known[min(rank, VOCABULARY - 1)] for rank in ranks)

    def _invented(self) -> str:
        syllables = [
            self._one(_STARTS) + self._one(_MIDDLES) for _ in range(self._random.integers(1, 4))
        ]
        return "".join(syllables) + self._one(_ENDS)

    def _one(self, parts: str) -> str:
        each = parts.split()
        return each[self._random.integers(len(each))]
