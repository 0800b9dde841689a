"""The example of an operation of one's own."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import raw


def my_fact() -> Any:
    """A string scalar that tells a fact."""
    return raw.Fact()
