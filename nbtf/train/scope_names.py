"""Names with a name scope in front, and without it: of nodes, control inputs and colocation groups."""

from __future__ import annotations

import re
from typing import Any


def strip_name_scope(name: str, scope: str | None) -> str:
    """ "a" of "scope/a", also of "^scope/a" and "loc:@scope/a"; other names stay as they are."""
    if not scope:
        return name
    return re.sub(rf"([\^]|loc:@|^){re.escape(scope.removesuffix('/'))}[\/]+(.*)", r"\1\2", name, count=1)


def prepend_name_scope(name: Any, scope: str | None) -> Any:
    """ "scope/a" of "a", also of "^a" and "loc:@a"; what is no text stays as it is."""
    if not scope or not isinstance(name, str):
        return name
    match = re.match(r"(\^|loc:@|)(.*)", name, re.DOTALL)
    assert match is not None
    return f"{match[1]}{scope.removesuffix('/')}/{match[2]}"
