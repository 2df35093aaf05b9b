"""Names of files that every system can keep, for pages and attachments of any name."""

import re
from unicodedata import normalize

IGNORED = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_LONGEST = 240  # bytes of a name; file systems take 255, with the ending and a number
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\/]')
_DEVICES = re.compile(r"(?i)^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)")


def is_ignored(name: str) -> bool:
    """Whether files and folders of this name are left out of an import."""
    return name.startswith(".") or name in IGNORED


def page_file(path: str) -> str:
    """Return the file for a page at `path`, without its ending; the path itself where it can be."""
    *folders, last = normalize("NFC", path).split("/")
    return "/".join([*(_folder(folder) for folder in folders), _part(last)])


def attachment_file(path: str) -> str:
    """Return the file for an attachment at `path`; the path itself where it can be."""
    *folders, last = normalize("NFC", path).split("/")
    return "/".join([*(_folder(folder) for folder in folders), _without_end(_part(last))])


def names(path: str, file: str) -> bool:
    """Whether a page at `path` has, or had to make do with, the `file` (without its ending)."""
    wanted = page_file(path)
    return wanted == file or re.fullmatch(re.escape(wanted) + r" [0-9]+", file) is not None


def _folder(part: str) -> str:
    name = _without_end(_part(part))
    return f"{name}-" if name.lower().endswith(".md") else name  # beside the file of a page


def _without_end(name: str) -> str:
    return name.rstrip(". ") or "-"


def _part(part: str) -> str:
    plain = _DEVICES.sub(lambda found: f"{found[0]}-", _FORBIDDEN.sub("-", part))
    plain = f"-{plain[1:]}" if plain.startswith(".") else plain
    plain = f"{plain}-" if plain in IGNORED else plain
    return plain.encode()[:_LONGEST].decode(errors="ignore") or "-"


class Taken:
    """The names that files in an archive have, without regard to case, as on most systems."""

    def __init__(self) -> None:
        self._files: set[str] = set()

    def take(self, file: str, ending: str = "") -> bool:
        """Take a name unless another file has it; return whether it was free."""
        key = (file + ending).casefold()
        is_free = key not in self._files
        self._files.add(key)
        return is_free

    def take_free(self, file: str, ending: str = "") -> str:
        """Take a name, with a number where another file has it; return it without its ending."""
        free, number = file, 2
        while not self.take(free, ending):
            free, number = f"{file} {number}", number + 1
        return free
