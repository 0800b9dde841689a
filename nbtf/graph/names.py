"""Names of nodes and scopes: which are valid, and how a taken one gets its number."""

from __future__ import annotations

import re
from typing import Final

_NODE_NAME: Final = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$")
_SCOPE_NAME: Final = re.compile(r"^[A-Za-z0-9_.\\/>-]*$")
_IMPORTED_NAME: Final = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_./>-]*\Z")


def check_node_name(name: str) -> None:
    if not _NODE_NAME.match(name):
        raise ValueError(f"'{name}' is not a valid node name: it has to match the pattern {_NODE_NAME.pattern}")


def check_scope_name(name: str, at_root: bool) -> None:
    """Raises ValueError for what cannot be part of a node's name, TypeError for what is no string."""
    pattern, kind = (_NODE_NAME, "root scope") if at_root else (_SCOPE_NAME, "scope")
    if not pattern.match(name):
        raise ValueError(
            f"'{name}' is not a valid {kind} name. A {kind} name has to match the following pattern: {pattern.pattern}"
        )


def is_importable(name: str) -> bool:
    """Whether a node of a file may have this name: it becomes part of other names, so nothing odd gets in."""
    return _IMPORTED_NAME.match(name) is not None


def scope_of(name: str) -> str:
    """A scope's name without the slash that marks it as absolute."""
    return name[:-1] if name.endswith("/") else name


class NameTable:
    """The names in use in one graph, compared without regard to case; a taken one gets `_1`, `_2` ..."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}  # lower-case name -> first number that may be free

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._next

    def mark(self, name: str) -> None:
        self._next.setdefault(name.lower(), 1)

    def discard(self, name: str) -> None:
        """Frees a name that an undone import took."""
        self._next.pop(name.lower(), None)

    def unique(self, name: str, mark_as_used: bool = True) -> str:
        key = name.lower()
        number = self._next.get(key)
        if number is None:
            if mark_as_used:
                self._next[key] = 1
            return name
        while f"{key}_{number}" in self._next:
            number += 1
        if mark_as_used:
            self._next[key] = number + 1
            self._next[f"{key}_{number}"] = 1
        return f"{name}_{number}"
