"""tf.compat.v1: the names of `nbtf` itself, for programs that say `import tensorflow.compat.v1 as tf`."""

from typing import Any

import nbtf
from nbtf import VERSION as VERSION
from nbtf import __version__ as __version__


def __getattr__(name: str) -> Any:
    if name.startswith("_") or name not in dir(nbtf):
        raise AttributeError(f"module 'nbtf.compat.v1' has no attribute {name!r}")
    return getattr(nbtf, name)


def __dir__() -> list[str]:
    return dir(nbtf)
