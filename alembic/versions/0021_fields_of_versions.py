"""A version holds what a page had beside its text, such as tags, aliases and properties."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("ALTER TABLE entry_versions ADD COLUMN fields jsonb")
    op.execute(PRESENT)
    op.execute(SEEN)


# Of older versions it is not known any more.
PRESENT = """
UPDATE entry_versions v SET fields = jsonb_build_object(
    'summary', e.summary, 'status', e.status, 'visibility', e.visibility, 'aliases', e.aliases,
    'properties', e.properties, 'front_matter', e.front_matter,
    'tags', ARRAY(SELECT t.name FROM entry_tags g JOIN tags t ON t.id = g.tag_id
        WHERE g.entry_id = e.id ORDER BY lower(t.name)))
FROM entries e WHERE e.id = v.entry_id AND e.version = v.version;
"""

# Of a page with many versions the planner read every page of the workspace for an EXISTS. This it
# looks up by the key for each version.
SEEN = """
ALTER POLICY tenant ON entry_versions USING (
    workspace_id = app_workspace() AND (SELECT true FROM entries e WHERE e.id = entry_id));
"""
