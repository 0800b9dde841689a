"""tf.contrib.framework: arguments of functions that a scope around their calls gives."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
Scope = dict[str, dict[str, Any]]
"""Key of a function -> the arguments that its calls get."""


class _Scopes(threading.local):
    """The scopes that this thread has entered; the innermost one, the last, has all that is in force."""

    def __init__(self) -> None:
        self.entered: list[Scope] = [{}]


_scopes = _Scopes()


def add_arg_scope(func: Function) -> Function:
    """A function like `func`, whose arguments arg_scope may give; what a call says itself comes first."""

    @functools.wraps(func)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        given = current_arg_scope().get(key)
        return func(*args, **({**given, **kwargs} if given else kwargs))

    key = f"{func.__module__}.{func.__qualname__} at {id(scoped):#x}"
    scoped._key_op = key  # type: ignore[attr-defined]
    return scoped  # type: ignore[return-value]


def has_arg_scope(func: Any) -> bool:
    """Whether arg_scope may give arguments of `func`."""
    return hasattr(func, "_key_op")


def arg_scope_func_key(func: Any) -> str:
    """What stands for a function in a scope."""
    key: str = getattr(func, "_key_op", str(func))
    return key


def arg_scoped_arguments(func: Any) -> tuple[str, ...]:
    """The names of those parameters that arg_scope may give: all that have a default.

    Raises ValueError for a function without @add_arg_scope.
    """
    _check_scoped(func)
    parameters = inspect.signature(func).parameters.values()
    return tuple(one.name for one in parameters if one.default is not inspect.Parameter.empty)


def current_arg_scope() -> Scope:
    """The arguments in force, by function; pass it to arg_scope to enter it again."""
    return _scopes.entered[-1]


@contextmanager
def arg_scope(list_ops_or_scope: Any, **kwargs: Any) -> Iterator[Scope]:
    """Calls of functions get arguments, unless they say themselves what they want:

        with arg_scope([layers.conv2d, layers.fully_connected], activation_fn=None) as scope:
            ...

    list_ops_or_scope: a list of functions made by add_arg_scope; or a scope that was entered before, which replaces the
    current one and goes without further arguments. Scopes inside of others add to what those give.

    Raises TypeError for what is neither, ValueError for other functions and for arguments beside a scope.
    """
    if isinstance(list_ops_or_scope, Mapping):
        if kwargs:
            raise ValueError(
                "When attempting to re-use a scope by supplying a dictionary, kwargs must be empty. "
                f"Received: {sorted(kwargs)}"
            )
        scope = dict(list_ops_or_scope)
    elif isinstance(list_ops_or_scope, (list, tuple)):
        scope = dict(current_arg_scope())
        for func in list_ops_or_scope:
            _check_scoped(func)
            key = arg_scope_func_key(func)
            scope[key] = {**scope.get(key, {}), **kwargs}
    else:
        raise TypeError(
            f"list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict). Received: {list_ops_or_scope!r}"
        )
    _scopes.entered.append(scope)
    try:
        yield scope
    finally:
        _scopes.entered.pop()


def _check_scoped(func: Any) -> None:
    if not has_arg_scope(func):
        name = (getattr(func, "__module__", None), getattr(func, "__name__", repr(func)))
        raise ValueError(f"{name} is not decorated with @add_arg_scope")
