"""A process that works beside another one, and knows when that has gone."""

import os
import threading
from collections.abc import Callable

_STDIN = 0


def when_alone(then: Callable[[], None]) -> None:
    """Call `then`, in a thread, once stdin closes: whoever started this process holds its other
    end, and has gone then, however it ended.
    """
    threading.Thread(target=_wait, args=(then,), name="alone", daemon=True).start()


def _wait(then: Callable[[], None]) -> None:
    # Read without a buffer, whose lock a thread would hold while the interpreter ends.
    while os.read(_STDIN, 1024):
        pass
    then()
