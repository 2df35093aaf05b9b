"""Imports every feature's job types, for whoever starts runs and whoever performs them."""

import mosaic.jobs.ai
import mosaic.jobs.command
import mosaic.knowledge.exchange.importing
import mosaic.knowledge.graph.arranging
import mosaic.knowledge.health.looking
import mosaic.knowledge.search.deriving
import mosaic.knowledge.search.embedding
import mosaic.projects.exchange.importing  # noqa: F401  (a type declares itself)
