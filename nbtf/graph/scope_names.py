"""Names of nodes as they move between graphs: a scope goes before them on import and comes off on export."""

from __future__ import annotations

import re


def prepend_name_scope(name: str, import_scope: str | None) -> str:
    """ "a/b" in scope "s" is "s/a/b"; the marks of control inputs and of colocation stay in front."""
    if not import_scope:
        return name
    scope = import_scope.removesuffix("/")
    return re.sub(r"^((?:\^|loc:@)?)(.*)$", lambda found: f"{found[1]}{scope}/{found[2]}", name)


def strip_name_scope(name: str, export_scope: str | None) -> str:
    """The inverse of `prepend_name_scope`; names outside of the scope stay as they are."""
    if not export_scope:
        return name
    scope = export_scope.removesuffix("/")
    return re.sub(rf"^((?:\^|loc:@)?){re.escape(scope)}/(.*)$", r"\1\2", name)
