"""Until when graphs must be readable by older versions: TensorFlow's rule for what new graphs may hold."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

_horizon = [datetime.date(2023, 10, 10)]
"""The last one is in force: graphs may hold what TensorFlow knew before this day."""


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether graphs may hold what TensorFlow knows since this day."""
    return _horizon[-1] > datetime.date(year, month, day)


@contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """Inside, the horizon is this day."""
    _horizon.append(datetime.date(year, month, day))
    try:
        yield
    finally:
        _horizon.pop()
