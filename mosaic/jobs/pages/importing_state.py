"""What the states of pages of imports share."""

from dataclasses import dataclass


@dataclass
class Part:
    """Lines of the report that can be shown alone."""

    name: str
    href: str
    shown: bool
