"""A worker that imports in parts of its own size, which a test can kill."""

import sys

from mosaic.knowledge.exchange import importing
from mosaic.projects.exchange import importing as projects
from mosaic.worker import run

if __name__ == "__main__":
    importing.BATCH = projects.BATCH = int(sys.argv[1])
    run(lambda: print("ready", flush=True), beside=True)
