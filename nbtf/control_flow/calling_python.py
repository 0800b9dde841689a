"""py_func, numpy_function, py_function: nodes that call Python functions when the graph runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.graph import python_functions
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw


def py_func(
    func: Callable[..., Any], inp: Sequence[Any], Tout: Any, stateful: bool = True, name: str | None = None
) -> Any:
    """What func returns for the values of the tensors `inp`, numpy arrays (scalars: numpy scalars; strings: bytes).

    Tout: the dtype func returns, or a list of dtypes for a list of results; the shapes are unknown.
    stateful: func may return something else for the same inputs. The function is no part of the graph that is saved.
    Raises ValueError for a func that cannot be called.
    """
    _check_callable(func)
    return _node(raw.PyFunc if stateful else raw.PyFuncStateless, func, inp, Tout, name)


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """`py_func`."""
    return py_func(func, inp, Tout, stateful, name)  # type: ignore[arg-type]


def py_function(
    func: Callable[..., Any] | None = None, inp: Any = None, Tout: Any = None, name: str | None = None
) -> Any:
    """What func returns for the tensors `inp` once they have values: func may ask for them and compute with them.

    func gets tensors with a method `numpy()`, may use any function of this library on them, and is differentiable.
    Tout: as in `py_func`. Raises ValueError for a func that cannot be called.
    """
    from nbtf.control_flow.eager_functions import EagerFunction

    _check_callable(func)
    assert func is not None
    dtypes = list(Tout) if isinstance(Tout, (list, tuple)) else [Tout]
    return _node(raw.EagerPyFunc, EagerFunction(func, dtypes), inp, Tout, name)


def _check_callable(func: Any) -> None:
    if not callable(func):
        raise ValueError(f"Expected func to be callable. Received func={func} of type {type(func)}.")


def _node(make: Any, func: Callable[..., Any], inp: Sequence[Any], dtypes: Any, name: str | None) -> Any:
    several = isinstance(dtypes, (list, tuple))
    token = python_functions.register(func, get_default_graph())
    results = make(list(inp), token=token, Tout=list(dtypes) if several else [dtypes], name=name)
    return results if several else results[0]
