"""A worker with everything that it may be asked to perform; run as a module, that of `mosaic up`.

`run()` performs runs until SIGINT or SIGTERM. With `beside`, also until stdin closes: then the
process beside which it works has gone, however it ended.
"""

import mosaic.job_types
import mosaic.metadata  # noqa: F401  (tables refer to those of other features)
from mosaic.core import logs
from mosaic.core.config import settings
from mosaic.jobs.engine.worker import run

__all__ = ["run"]

if __name__ == "__main__":
    logs.configure(settings())
    run(beside=True)
