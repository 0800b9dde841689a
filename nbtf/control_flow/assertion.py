"""Assert: an operation that fails where a condition does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.moving import no_op
from nbtf.control_flow.branching import cond
from nbtf.dtypes import int32, string
from nbtf.graph import scopes
from nbtf.graph.conversion import convert_n_to_tensor, convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw


def assert_v1(condition: Any, data: Sequence[Any], summarize: int | None = None, name: str | None = None) -> Operation:
    """An operation that raises InvalidArgumentError with the values of `data` where `condition`, a bool scalar, is false.

    summarize (3): so many elements of each tensor are told. Whatever depends on the condition must wait for it.
    """
    with scopes.name_scope(name, "Assert", [condition, data]):
        tensors = convert_n_to_tensor(data)
        if all(tensor.dtype in (string, int32) for tensor in tensors):
            made: Operation = raw.Assert(condition, data, summarize=summarize, name="Assert")
            return made
        condition = convert_to_tensor(condition, name="Condition")
        guarded = cond(
            condition,
            no_op,
            lambda: raw.Assert(condition, data, summarize=summarize, name="Assert"),
            name="AssertGuard",
        )
        operation: Operation = guarded.op
        return operation
