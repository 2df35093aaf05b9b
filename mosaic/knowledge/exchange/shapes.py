"""What crosses the wire about imports."""

from mosaic.core.shapes import Shape
from mosaic.jobs.report import Outcome
from mosaic.jobs.report_shapes import ImportStanding
from mosaic.knowledge.link_shapes import LinkCounts


class ImportLinePublic(Shape):
    """What became of one file; `slug` is the page that it is."""

    path: str
    outcome: Outcome
    reason: str
    slug: str | None = None


class ImportPublic(ImportStanding):
    """An import that runs or ran, with how many files had which outcome.

    `kind` is what the files are from: markdown, obsidian, silverbullet, logseq or mosaic.
    `links` counts, once it is completed, the links on the pages that were in it.
    """

    links: LinkCounts | None
    report: list[ImportLinePublic]
