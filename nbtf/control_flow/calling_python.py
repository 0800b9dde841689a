"""py_func, numpy_function: nodes that call Python functions when the graph runs."""

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
    return call_node(raw.PyFunc if stateful else raw.PyFuncStateless, func, inp, Tout, name)


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """`py_func`."""
    return py_func(func, inp, Tout, stateful, name)  # type: ignore[arg-type]


def call_node(make: Any, func: Callable[..., Any], inp: Sequence[Any], dtypes: Any, name: str | None) -> Any:
    """The results of a node that calls `func`; make: the op's function. Raises ValueError where it cannot be called."""
    if not callable(func):
        raise ValueError(f"Expected func to be callable. Received func={func} of type {type(func)}.")
    several = isinstance(dtypes, (list, tuple))
    token = python_functions.register(func, get_default_graph())
    results = make(list(inp), token=token, Tout=list(dtypes) if several else [dtypes], name=name)
    return results if several else results[0]
