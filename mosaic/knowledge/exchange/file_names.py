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
    return "/".join([*(_part(folder).rstrip(". ") or "-" for folder in folders), _part(last)])


def attachment_file(path: str) -> str:
    """Return the file for an attachment at `path`; the path itself where it can be."""
    parts = [_part(part).rstrip(". ") or "-" for part in normalize("NFC", path).split("/")]
    return "/".join(parts)


def names(path: str, file: str) -> bool:
    """Whether a page at `path` has, or had to make do with, the `file` (without its ending)."""
    wanted = page_file(path)
    return wanted == file or re.fullmatch(re.escape(wanted) + r" [0-9]+", file) is not None


def _part(part: str) -> str:
    plain = _DEVICES.sub(lambda found: f"{found[0]}-", _FORBIDDEN.sub("-", part))
    plain = f"-{plain[1:]}" if plain.startswith(".") else plain
    plain = f"{plain}-" if plain in IGNORED else plain
    return plain.encode()[:_LONGEST].decode(errors="ignore") or "-"


class Taken:
    """The names that files in an archive have, without regard to case, as on most systems."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def take(self, file: str, ending: str = "") -> bool:
        """Take a name unless another file has it; return whether it was free."""
        key = (file + ending).casefold()
        folders = [key[: found.start()] for found in re.finditer("/", key)]
        if key in self._files or key in self._folders or not self._files.isdisjoint(folders):
            return False
        self._files.add(key)
        self._folders.update(folders)
        return True

    def take_free(self, file: str, ending: str = "") -> str:
        """Take a name, with a number where another file has it; return it without its ending."""
        free, number = file, 2
        while not self.take(free, ending):
            free, number = f"{file} {number}", number + 1
        return free
