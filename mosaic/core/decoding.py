"""Text from the bytes of a file that does not say how it is written."""

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}
# What stands in pictures and programs, not in text.
_STRANGE = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\f\v\x1b"]


class Unreadable(Exception):
    """A single file that cannot be taken; the message says why."""


def decode(data: bytes) -> tuple[str, str]:
    """Decode a file; return its text and a remark when something had to be changed.

    Raises Unreadable for what is no text.
    """
    note = ""
    encoding = encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252" if encoding.startswith("utf-8") else encoding
        text, note = data.decode(encoding, "replace"), "Some of it was not UTF-8."
    is_clean = encoding.startswith("utf-8") and not note and "\x00" not in text
    if not is_clean and not holds_text(text):
        raise Unreadable("This file holds no text.")
    if "\x00" in text:
        text, note = text.replace("\x00", ""), f"{note} NUL characters were left out.".strip()
    return text.replace("\r\n", "\n"), note


def encoding_of(data: bytes) -> str:
    """Return how text is written by how it begins: UTF-8, or what its mark says."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return encoding
    # UTF-16 without its mark: in most languages every second byte is zero.
    if data.count(0) > len(data) // 4:
        return "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    return "utf-8"


def holds_text(text: str) -> bool:
    """Whether what was decoded is text, and not a picture or a program."""
    return 20 * sum(map(text.count, _STRANGE)) <= len(text) + 200
