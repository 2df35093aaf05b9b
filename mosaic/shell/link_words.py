"""Words about how links stand."""

from datetime import datetime

from mosaic.shell.words import ago

# What deserves a look about links: its name, what it is, and what is said when there is none.
ALIKE = {
    "same": "The same title",
    "words": "The same words in the title",
    "letter": "A letter or a space apart in the title",
}
HEALTH = {
    "wanted": ("Wanted", "Pages that links wait for.", "No link waits for a page."),
    "ambiguous": (
        "Several meanings",
        "Names that several pages have. A click writes which of them a link means.",
        "Every name means one page.",
    ),
    "headings": (
        "Headings",
        "Links to headings that their page does not have.",
        "Every heading that is linked is there.",
    ),
    "files": (
        "Files",
        "Pictures and files that are not here.",
        "Every file that is linked is here.",
    ),
    "mentions": (
        "Unlinked",
        "Pages that others name and do not link to. A click makes a link of the words.",
        "Every page that is named is linked, as far as Mosaic has seen.",
    ),
    "alike": (
        "Alike",
        "Pages that nearly have the same title, or say nearly the same.",
        "No two pages are alike, as far as Mosaic has seen.",
    ),
    "orphans": (
        "On their own",
        "Pages that link to nothing and that nothing links to.",
        "Every page is linked with another one.",
    ),
}


def same_text(share: float) -> str:
    """Say how much of two texts is the same, of a share from 0 to 1."""
    much = f"About {min(99, round(100 * share))} % of the text is the same"
    return "The same text" if share == 1 else much


def looked_through(looked_at: datetime | None, going: bool) -> str:
    """Say when all pages were looked through."""
    if going:
        return "All pages are being looked through now."
    return f"All pages were looked through {ago(looked_at)}." if looked_at else ""
