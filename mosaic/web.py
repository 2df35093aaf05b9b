"""One of several processes that serve; run as a module by `mosaic up --web`.

Its argument is the descriptor of the socket at which the process that started it listens.
"""

import sys

from mosaic import serve
from mosaic.core import logs
from mosaic.core.config import settings

if __name__ == "__main__":
    logs.configure(settings())
    serve.serve_beside(int(sys.argv[1]))
