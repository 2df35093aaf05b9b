"""The page about what Mosaic is made of fits the lock files, and every licence was looked at."""

import re

import pytest

from tests.dependencies import PAGE, Package, parts

PERMISSIVE = {
    *(
        "0BSD",
        "3-Clause BSD License",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
    ),
    *("Apache-2.0", "BlueOak-1.0.0", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense", "Zlib"),
}
PAGE_TEXT = PAGE.read_text()


@pytest.mark.parametrize(("heading", "packages"), parts().items(), ids=parts())
def test_the_page_names_what_is_locked(heading: str, packages: list[Package]) -> None:
    table = PAGE_TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\S+) \| (\d[^|]*) \| ([^|]+) \|", table, re.M)
    assert rows == [(one.name, one.version, one.licence) for one in packages], "make licences"


@pytest.mark.parametrize("packages", parts().values(), ids=parts())
def test_a_licence_that_asks_for_more_is_explained(packages: list[Package]) -> None:
    told = re.findall(r"`([^`]+)`", PAGE_TEXT.partition("## Licences\n")[2].partition("\n## ")[0])
    for package in packages:
        if not set(re.split(" OR | AND ", package.licence)) <= PERMISSIVE:
            explained = package.name.startswith(tuple(told))
            assert explained, f"{package.name} is under {package.licence}"
