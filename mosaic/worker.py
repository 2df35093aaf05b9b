"""A worker with everything that it may be asked to perform; run as a module, that of `mosaic up`.

`run()` performs runs until SIGINT or SIGTERM. With `beside`, also until stdin closes: then the
process beside which it works has gone, however it ended.
"""

import logging
import sys

import mosaic.job_types
import mosaic.metadata  # noqa: F401  (tables refer to those of other features)
from mosaic.core import logs
from mosaic.core.config import settings
from mosaic.core.errors import Unavailable
from mosaic.core.postgres_binaries import PostgresUnavailable
from mosaic.jobs.engine.worker import run

__all__ = ["run"]

if __name__ == "__main__":
    logs.configure(settings())
    try:
        run(beside=True)
    except (Unavailable, PostgresUnavailable) as problem:
        logging.getLogger("mosaic.worker").warning(problem)
        sys.exit(1)
