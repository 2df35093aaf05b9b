"""Alembic's environment: `mosaic migrate` hands over an open connection."""

from alembic import context
from mosaic.metadata import metadata

with_connection = context.config.attributes["connection"]
context.configure(connection=with_connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
