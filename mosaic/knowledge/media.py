"""The types of attached files."""

# A list of our own: what a machine happens to know differs, and calls a page a page.
_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "txt": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "canvas": "application/json",
    "excalidraw": "application/json",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def media_type(name: str) -> str:
    """Return the media type of a file by its name; bytes for what is not on the list.

    A drawing in SVG can hold scripts: it may be shown as a picture, never opened as a page.
    """
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
