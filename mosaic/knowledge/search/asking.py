"""What somebody asked for, taken apart."""

import re
from typing import Any

from mosaic.knowledge.search.letters import PAIRED, typed, wanted_pairs

_BEING_TYPED = re.compile(r"(?:^|(?<=\s))([^\W_]+)$")


def asked(q: str) -> dict[str, Any]:
    """Return the arguments of `app_find` for what was asked.

    All words; those before the last one and that one, which may still be typed; pairs of letters
    of unspaced scripts; the letters, for what is nearly alike.
    """
    words = PAIRED.sub(" ", q)
    last = None if words.count('"') % 2 else _BEING_TYPED.search(words)
    head = words[: last.start(1)] if last and not words[: last.start(1)].endswith("-") else words
    prefix = last[1] if last and head != words else ""
    return {
        "asked": words,
        "head": head,
        "prefix": prefix[:100],
        "pairs": wanted_pairs(q),
        "typed": typed(q)[:200],
        "alike": not set('"-') & set(q),
    }
