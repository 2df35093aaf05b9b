"""Every feature's tables, for Alembic."""

from sqlmodel import SQLModel

import mosaic.accounts.events.models
import mosaic.accounts.models
import mosaic.accounts.oidc.models
import mosaic.accounts.second_factor.models
import mosaic.activity.models
import mosaic.jobs.models
import mosaic.jobs.report_models
import mosaic.knowledge.graph.models
import mosaic.knowledge.health.models
import mosaic.knowledge.models
import mosaic.knowledge.search.models
import mosaic.projects.baseline_models
import mosaic.projects.exchange.template_models
import mosaic.projects.models
import mosaic.tasks.around_models
import mosaic.tasks.models
import mosaic.workspaces.models  # noqa: F401

metadata = SQLModel.metadata
