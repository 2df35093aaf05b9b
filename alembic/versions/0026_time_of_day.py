"""Tasks may have a time of the day for which they are planned."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute(TIME)


TIME = """
-- What clocks show there, as `due_date` is what calendars do: no time zone.
ALTER TABLE tasks ADD COLUMN due_time time(0);
ALTER TABLE tasks ADD CONSTRAINT tasks_time_of_a_day
    CHECK (due_time IS NULL OR due_date IS NOT NULL);
"""
