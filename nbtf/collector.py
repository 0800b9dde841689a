"""Python's garbage collector, paused where much is made and nothing of it is garbage.

It looks at all new objects again and again as their number grows, and finds them all in use: a third of the time of an
import of a large graph, a tenth of that of importing modules.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No collection starts by itself inside, unless another thread that paused it is done before."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
