"""What a recurrent network demands of the cell that it is given."""

from __future__ import annotations

from typing import Any


def assert_like_cell(name: str, cell: Any) -> None:
    """Raises TypeError unless `cell` has sizes, a state to start with, and can be called."""
    missing = [f"'{one}' property is missing" for one in ("output_size", "state_size") if not hasattr(cell, one)]
    if not hasattr(cell, "zero_state") and not hasattr(cell, "get_initial_state"):
        missing.append("either 'zero_state' or 'get_initial_state' method is required")
    if not callable(cell):
        missing.append("is not callable")
    if missing:
        raise TypeError(f"The argument {name!r} ({cell}) is not an RNNCell: {', '.join(missing)}.")
