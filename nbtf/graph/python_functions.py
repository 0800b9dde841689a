"""Python functions that graphs call: PyFunc nodes name them by tokens, and the graph keeps them alive."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbtf.graph.graph import Graph


class PythonFunction:
    """A function behind a token. Called with arrays, it gives what the function returns."""

    __slots__ = ("__weakref__", "call", "token")

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call
        self.token = f"pyfunc_{next(_numbers)}"


_numbers = itertools.count()
_functions: weakref.WeakValueDictionary[str, PythonFunction] = weakref.WeakValueDictionary()


def register(call: Callable[..., Any], graph: Graph) -> str:
    """The token by which nodes of `graph` name the function; it lives as long as the graph."""
    function = PythonFunction(call)
    _functions[function.token] = function
    graph._py_funcs_used_in_graph.append(function)
    return function.token


def find(token: str) -> Callable[..., Any] | None:
    """The function behind a token; None where its graph is gone, or was made by another process."""
    function = _functions.get(token)
    return None if function is None else function.call
