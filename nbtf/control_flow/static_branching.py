"""Branches that are chosen now where the predicate is known now: what layers do with `training`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.control_flow.branching import cond
from nbtf.graph.constant_value import constant_value
from nbtf.graph.tensor import Tensor


def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """What one of the functions returns: only that one is called where `pred` is known, else `cond` builds both.

    Raises TypeError for functions that cannot be called, and for a pred that is no tensor, bool, 0 or 1.
    """
    if not callable(true_fn):
        raise TypeError(f"Argument `true_fn` must be callable. Received {true_fn}")
    if not callable(false_fn):
        raise TypeError(f"Argument `false_fn` must be callable. Received {false_fn}")
    known = smart_constant_value(pred)
    if known is None:
        return cond(pred, true_fn=true_fn, false_fn=false_fn, name=name)
    return true_fn() if known else false_fn()


def smart_constant_value(pred: Any) -> Any:
    """The value of a predicate, None where only a run tells. Raises TypeError for what is no tensor, bool, 0 or 1."""
    if isinstance(pred, Tensor):
        return constant_value(pred)
    if isinstance(pred, bool):
        return pred
    if pred in (0, 1):
        return bool(pred)
    raise TypeError(
        "Argument `pred` must be a Tensor, or a Python bool, or 1 or 0. "
        f"Received: pred={pred} of type {type(pred).__name__}"
    )
