"""Optimizers of ready-made estimators: by name, made by a function, or as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.train.adam import AdamOptimizer
from nbtf.train.adaptive import AdagradOptimizer, FtrlOptimizer, RMSPropOptimizer
from nbtf.train.descent import GradientDescentOptimizer
from nbtf.train.optimizer import Optimizer

_BY_NAME: dict[str, Callable[..., Optimizer]] = {
    "Adagrad": AdagradOptimizer,
    "Adam": AdamOptimizer,
    "Ftrl": FtrlOptimizer,
    "RMSProp": RMSPropOptimizer,
    "SGD": GradientDescentOptimizer,
}


def optimizer_of(given: Any, learning_rate: float) -> Optimizer:
    """given: a name, an Optimizer, or a function of no arguments that makes one. learning_rate: for a name.

    Raises ValueError for another name or another type.
    """
    if isinstance(given, str):
        if given not in _BY_NAME:
            raise ValueError(f"Unsupported optimizer name: {given}. Supported names are: {tuple(sorted(_BY_NAME))}")
        return _BY_NAME[given](learning_rate=learning_rate)
    made = given() if callable(given) else given
    if not isinstance(made, Optimizer):
        raise ValueError(f"The given object is not an Optimizer instance. Given: {made}")
    return made
