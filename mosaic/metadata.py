"""Every feature's tables, for Alembic."""

from sqlmodel import SQLModel

import mosaic.accounts.models
import mosaic.activity.models
import mosaic.jobs.models
import mosaic.knowledge.graph.models
import mosaic.knowledge.models
import mosaic.knowledge.search.models
import mosaic.workspaces.models  # noqa: F401

metadata = SQLModel.metadata
