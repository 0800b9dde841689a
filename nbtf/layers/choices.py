"""Two ways to go, of which a bool or a tensor of one says which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.control_flow.branching import cond
from nbtf.graph.constant_value import constant_value
from nbtf.graph.tensor import Tensor


def known(condition: Any) -> bool | None:
    """The value of a bool or of a constant tensor; None if only a run can tell.

    Raises TypeError for what is neither.
    """
    if isinstance(condition, Tensor):
        value = constant_value(condition)
        return None if value is None else bool(value)
    if hasattr(condition, "value") and hasattr(condition, "op"):  # a variable
        return None
    if isinstance(condition, (bool, int)) and condition in (0, 1):
        return bool(condition)
    raise TypeError(f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Received: {type(condition)}")


def choose(condition: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """What `true_fn` or `false_fn` makes: only one is called if `condition` is known, else both, in a tf.cond."""
    value = known(condition)
    if value is None:
        return cond(condition, true_fn=true_fn, false_fn=false_fn)
    return true_fn() if value else false_fn()
