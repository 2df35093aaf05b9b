"""What crosses the wire about renames."""

from mosaic.core.shapes import Line, Shape
from mosaic.knowledge.link_shapes import PageNamed
from mosaic.knowledge.shapes import EntryPublic, EntrySlug


class RenameRequest(Shape):
    """A new name. Without `slug` the address follows the title where it was made from it."""

    title: Line
    slug: EntrySlug | None = None
    rewrite_links: bool = True


class LinePair(Shape):
    """A line that changes; `number` counts from 1, and is 0 in the front matter."""

    number: int
    before: str
    after: str


class PageChange(Shape):
    """An entry whose links are written anew."""

    slug: str
    title: str
    lines: list[LinePair]


class RenamePlan(Shape):
    """What a rename does.

    `left` have links that stay as they are written, and go on leading to the page by its old
    name. `sameTitle` have the new title, too: links by it are ambiguous from then on.
    """

    title: str
    slug: str
    changes: list[PageChange]
    left: list[PageNamed]
    same_title: list[PageNamed]


class EntryRenamed(EntryPublic):
    """The renamed entry, with what was done. Its `version` takes the rename back."""

    changes: list[PageChange]
    left: list[PageNamed]
    same_title: list[PageNamed]


class UndoRequest(Shape):
    """`version` is the one that the rename made."""

    version: int


class RenameUndone(EntryPublic):
    """The entry with its old name. `left` were changed meanwhile and stay as they are."""

    undone: list[PageNamed]
    left: list[PageNamed]
