"""Pages that are made to take long. Run as a program, reads them and tells what that took."""

import json
import resource
import sys
import time

_MUCH = 500_000


def _fill(unit: str, size: int = _MUCH) -> str:
    return unit * (size // len(unit))


def _paragraphs(unit: str, marks: int) -> str:
    """As much of a unit as is still read, in paragraphs."""
    return "\n\n".join([_fill(unit, 400 * len(unit) // marks)] * 240)


PAGES = {
    "brackets": _fill("["),
    "brackets that are read": _paragraphs("[", 2),
    "stars": _fill("*"),
    "stars and letters": _fill("*a "),
    "nested emphasis": _paragraphs("***a", 3),
    "embeds": _fill("![["),
    "embeds that are read": _paragraphs("![", 4),
    "wiki links": _fill("[[a|"),
    "links": _paragraphs("[a](b) ", 3),
    "pictures in links": _paragraphs("[![a](b)](c) ", 8),
    "footnotes in footnotes": _paragraphs("^[a", 5),
    "one footnote": "[^a]: x\n\n" + _paragraphs("[^a] ", 4),
    "long references": f"[a]: /{'x' * 3900}\n\n" + _paragraphs("[a] ", 3),
    "addresses": _paragraphs("http://a/( ", 2),
    "ampersands": _fill("&"),
    "ampersands in attributes": f'![{_fill("&")}](/x "{_fill("&")}")',
    "tags": _paragraphs("<a ", 1),
    "comments": _fill("<!--"),
    "raw formatting": _fill("<b>", 60_000) + "\n\n" + _fill("a\n\n", 100_000),
    "raw blocks": _fill("<div>\n\n"),
    "raw scripts": "<div>\n" + _fill("<script></script"),
    "quotations": ">" * 200 + "\n" + _fill("> a\n"),
    "deep quotations": _fill(">" * 40 + " a\n"),
    "quotations in lists": _fill("> - " * 12 + "a\n"),
    "lists": _fill("- a\n"),
    "deep lists": "".join("  " * (n % 18) + "- a\n" for n in range(45_000)),
    "tasks": _fill("- [ ] a\n"),
    "a long table": "|a|b|\n|-|-|\n" + _fill("|x|y|\n"),
    "a wide table": "|a" * 100_000 + "|\n" + "|-" * 100_000 + "|\n" + "|a" * 100_000,
    "a table of empty cells": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + _fill("|a\n"),
    "headings": _fill("# a\n"),
    "lines": _fill("a\n"),
    "backticks": "".join("`" * n + " " for n in range(1400)),
    "everything": _fill("- [ ] *a* [[b]] `c` <b>d</b> http://e.f\n"),
    "front matter": "---\n" + _fill("a: [\n"),
    "code": "".join(
        f"```{name}\n{_fill(unit, 5900)}\n```\n"
        for name, unit in [
            ("javascript", '\\"\n'),
            ("css", '\\"\n'),
            ("ruby", "<<A\n"),
            ("python", "  (\n"),
            ("java", "a "),
            ("csharp", "a\n"),
            ("terraform", "a-"),
            ("make", "$(a\n"),
        ]
    ),
}


def _main() -> None:
    from mosaic.knowledge.render.markdown import fill, parse

    fill(parse("# Warm\n```python\nx = 1\n```").html, {})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = {}
    for name, page in PAGES.items():
        start = time.process_time()
        fill(parse(page).html, {})
        seconds[name] = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump([seconds, (peak - before) / 1024], sys.stdout)


if __name__ == "__main__":
    _main()
