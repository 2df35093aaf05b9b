"""What Mosaic is made of, under which licences: `make licences` writes the page about it.

Names and versions come from the lock files, licences from what is installed and from npm's lock.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from itertools import chain
from typing import NamedTuple

from mosaic.core.config import ROOT

PAGE = ROOT / "docs" / "3-architecture" / "dependencies.md"
_COLUMNS = ("name", "version", "licence", "named by Mosaic", "what it is")
_PINNED = re.compile(r"^([\w.-]+)==([^ ;\\]+)", re.M)
# Packages for other systems, and one that leaves the field empty: looked up by hand.
_KNOWN = {
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "httpx2-jsfetch": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "xmlhttprequest-ssl": "MIT",
}
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic-1.0",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


class Package(NamedTuple):
    """A row of the page; `version` are several where Python's version decides."""

    name: str
    version: str
    licence: str
    named: bool
    what: str = ""


def parts() -> dict[str, list[Package]]:
    """Return the packages by the heading that they stand under."""
    runs, traces, dev = (locked(f"requirements{one}.txt") for one in ("", "-traces", "-dev"))
    return {
        "Python": _python(runs),
        "Python, for traces": _python(_without(traces, runs)),
        "In the browser": _npm(dev=False),
        "To build what the browser loads": _npm(dev=True),
        "For tests": _python(_without(dev, traces)),
    }


def locked(lock: str) -> dict[str, list[str]]:
    """Return the versions that a lock file names, by package."""
    found: dict[str, list[str]] = {}
    for name, version in _PINNED.findall((ROOT / lock).read_text()):
        found.setdefault(name, []).append(version)
    return found


def _without(some: dict[str, list[str]], others: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: versions for name, versions in some.items() if name not in others}


def _python(found: dict[str, list[str]]) -> list[Package]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    named = {re.split(r"[^\w.-]", one)[0] for one in wanted}
    return [_package(name, found[name], name in named) for name in sorted(found)]


def _package(name: str, versions: list[str], named: bool) -> Package:
    version, licence = ", ".join(versions), _KNOWN.get(name, "")
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return Package(name, version, licence, named, "on other systems or versions of Python")
    return Package(name, version, licence or _licence(told), named, told["Summary"] or "")


def _licence(told: PackageMetadata) -> str:
    if expression := told["License-Expression"]:
        return str(expression)
    classifiers = [one.rsplit(" :: ", 1)[1] for one in told.get_all("Classifier") or []]
    found = " OR ".join(_CLASSIFIERS[one] for one in classifiers if one in _CLASSIFIERS)
    return found or str(told["License"] or "")


def _npm(dev: bool) -> list[Package]:
    packages = json.loads((ROOT / "reflex.lock" / "package-lock.json").read_text())["packages"]
    named = packages[""]["dependencies"] | packages[""]["devDependencies"]
    found = []
    for place, about in packages.items():
        name = place.rpartition("node_modules/")[2]
        if name and about.get("dev", False) is dev:
            licence = about.get("license") or _KNOWN.get(name, "")
            found.append(Package(name, about["version"], licence, name in named))
    return sorted(set(found))


def main() -> None:
    """Write the tables into the page, each in the place of the one under its heading."""
    page = PAGE.read_text()
    for heading, packages in parts().items():
        place = re.compile(rf"(?<=## {heading}\n\n)(\|.*?\n)+")
        assert place.search(page), f"{PAGE} has no table under the heading {heading}"
        table = "".join(f"| {' | '.join(row)} |\n" for row in _rows(packages))
        page = place.sub(lambda _, table=table: table, page)
    PAGE.write_text(page)


def _rows(packages: list[Package]) -> Iterator[tuple[str, ...]]:
    yield from (_COLUMNS, ("---",) * len(_COLUMNS))
    for one in packages:
        what = one.what.rstrip(".").replace("|", "\\|")
        yield one.name, one.version, one.licence, "yes" if one.named else "", what


if __name__ == "__main__":
    main()
