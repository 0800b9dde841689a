"""Stacks: last in, first out; refusals beside those of the golden graph."""

from typing import Any

import numpy as np
import pytest
from ops.building import Building

from nbtf import dtypes
from nbtf.errors import OpError


def _stack(form: str, building: Building, most: int = -1) -> Any:
    given = {"max_size": building.fed(np.int32(most))} if form == "V2" else {}
    return building.op(f"Stack{form}", elem_type=dtypes.float32, stack_name="st", **given)


@pytest.mark.parametrize("form", ["V2", ""])
def test_last_in_first_out(form: str) -> None:
    building = Building()
    handle = _stack(form, building)
    values = [np.arange(n, dtype=np.float32) for n in (3, 0, 2)]
    last: list[Any] = []
    pushed = []
    for value in values:
        last = [building.op(f"StackPush{form}", handle=handle, elem=building.fed(value), after=last)]
        pushed += last
    popped = []
    for _ in values:
        last = [building.op(f"StackPop{form}", handle=handle, elem_type=dtypes.float32, after=last)]
        popped += last
    building.op(f"StackClose{form}", handle=handle, after=last)
    for result, value in zip(building.run(pushed + popped), values + values[::-1], strict=True):
        np.testing.assert_array_equal(result, value)


def test_refusals() -> None:
    building = Building()
    handle = _stack("V2", building, 1)
    push = building.op("StackPushV2", handle=handle, elem=building.fed(np.float32(1)))
    second = building.op("StackPushV2", handle=handle, elem=building.fed(np.float32(1)), after=[push])
    other = building.op("StackPushV2", handle=handle, elem=building.fed(np.int32(1)))
    empty = building.op("StackPopV2", handle=handle, elem_type=dtypes.float32)
    wrong = building.op("StackPopV2", handle=handle, elem_type=dtypes.int32, after=[push])
    close, elem = building.op("StackCloseV2", handle=handle), building.fed(np.float32(1))
    with building.graph.as_default(), building.graph.control_dependencies([close]):
        closed = building.op("StackPushV2", handle=handle, elem=elem)
    sized = building.op("StackV2", max_size=building.fed(np.array([2, 1], np.int32)), elem_type=dtypes.float32)
    for fetched, message in [
        (second, r"Stack\[st_\d+\] overflowed its max_size \(1\)"),
        (other, "Must have type 1 but got 3"),
        (empty, r"Stack\[st_\d+\] is empty when calling Pop\(\)."),
        (wrong, "Must have type 1 but got 3"),
        (closed, r"Stack\[st_\d+\] has already been closed."),
        (sized, r"Stack size must be a scalar, but had shape: \[2\]"),
    ]:
        with pytest.raises(OpError, match=message):
            building.run(fetched.op if fetched is sized else fetched)
