"""Arguments that TensorFlow renamed and still takes under their old names: `keep_dims` for `keepdims`."""

from __future__ import annotations

from typing import Any


def renamed(name: str, value: Any, old_name: str, old_value: Any) -> Any:
    """The argument, whichever way it was given. Raises ValueError if it was given both ways."""
    if old_value is None:
        return value
    if value is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{name}'.")
    return old_value
