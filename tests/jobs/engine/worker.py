"""A worker as `mosaic worker` is one, which knows the job types of the tests too."""

import tests.jobs.engine.kinds  # noqa: F401
from mosaic.worker import run

if __name__ == "__main__":
    run(lambda: print("ready", flush=True), beside=True)
