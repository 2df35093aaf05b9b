"""Lines of the log as pages show them."""

from dataclasses import dataclass

from mosaic.activity.models import ActivityPublic
from mosaic.shell import words


@dataclass
class LogLine:
    """Who did what to which thing, when. `href` is empty where there is nothing to open."""

    who: str
    did: str
    thing: str
    title: str
    href: str
    when: str
    day: str


def log_line(workspace: str, line: ActivityPublic) -> LogLine:
    """Put a line of the log into words."""
    slug = line.details.get("slug")
    opens = line.entity_type == "entry" and slug and line.action != "DELETED"
    return LogLine(
        who=line.user_name or "Somebody who has left",
        did=words.action(line.action),
        thing=words.thing(line.entity_type),
        title=line.entity_title,
        href=f"/w/{workspace}/knowledge/{slug}" if opens else "",
        when=words.ago(line.created_at),
        day=f"{line.created_at:%A}, {line.created_at.day} {line.created_at:%B %Y}",
    )
