"""Functions of tensors that a value of another kind may answer itself: tf.linalg.solve(operator, rhs)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from itertools import chain
from typing import Any


def answered_by_arguments(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function; but if an argument has a method `_answer`, that is called: _answer(name of the function, arguments).

    arguments: parameter -> value.
    """
    name = function.__name__

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for value in chain(args, kwargs.values()):
            if hasattr(value, "_answer"):
                bound = inspect.signature(function).bind(*args, **kwargs)
                bound.apply_defaults()
                return value._answer(name, bound.arguments)
        return function(*args, **kwargs)

    return call
