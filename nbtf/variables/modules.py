"""tf.Module: an object that finds the variables and modules among its attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, Final

from nbtf.graph.scopes import name_scope
from nbtf.variables.variable import Variable

_IDENTIFIER: Final = re.compile(r"^[a-zA-Z_]([a-zA-Z0-9_])*$")
_WORD_STARTS: Final = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)(?<!_)[A-Z](?=[a-z]))")


class ModuleScope(AbstractContextManager[str]):
    """The name scope of a module: operations made inside have the prefix `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entered: list[AbstractContextManager[str]] = []

    def __enter__(self) -> str:
        self._entered.append(name_scope(self.name))
        return self._entered[-1].__enter__()

    def __exit__(self, *details: Any) -> bool | None:
        return self._entered.pop().__exit__(*details)


class Module:
    """A base for parts of models. Its variables are those of its attributes, and of lists, dicts and modules there.

    name: an identifier, by default the class's name in snake case; ValueError for others.
    """

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = _WORD_STARTS.sub(r"_\1", type(self).__name__).lower()
        elif not _IDENTIFIER.match(name):
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python identifiers "
                "(e.g. a valid class name)."
            )
        self._name = name
        with name_scope(name) as scope:
            self._scope_name = scope

    @property
    def name(self) -> str:
        """What the module was called when it was made, without the scopes around."""
        return self._name

    @property
    def name_scope(self) -> ModuleScope:
        """A context whose operations are named below the module, the same prefix each time."""
        return ModuleScope(self._scope_name)

    @property
    def variables(self) -> tuple[Any, ...]:
        """All variables: its own by the names of attributes, then those of submodules."""
        return tuple(one for one in self._found() if isinstance(one, Variable))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The variables that are trainable."""
        return tuple(one for one in self.variables if one.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Any, ...]:
        """The variables that are not trainable."""
        return tuple(one for one in self.variables if not one.trainable)

    @property
    def submodules(self) -> tuple[Module, ...]:
        """All modules among the attributes, and in those modules."""
        return tuple(one for one in self._found() if isinstance(one, Module))

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """A decorator of methods: what they make is named below the module."""

        @wraps(method)
        def inside(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return inside

    def _found(self) -> list[Any]:
        """The variables and modules of the attributes, each once; then those of the modules."""
        seen = {id(self)}
        found: list[Any] = []

        def walk(module: Module) -> None:
            inner = []
            for name in sorted(vars(module)):
                for leaf in _leaves(vars(module)[name]):
                    if id(leaf) not in seen:
                        seen.add(id(leaf))
                        found.append(leaf)
                        if isinstance(leaf, Module):
                            inner.append(leaf)
            for one in inner:
                walk(one)

        walk(self)
        return found


def _leaves(value: Any) -> Iterator[Any]:
    """The variables and modules in a structure of lists, tuples and dicts."""
    if isinstance(value, (Variable, Module)):
        yield value
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield from _leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
