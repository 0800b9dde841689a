"""Tensors that a session keeps: what the programs of tests/programs/sessions do not show."""

from typing import Any

import numpy as np
import pytest

from nbtf import dtypes, errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.ops.session_tensor import DEVICE, tensor_store
from nbtf.session import Session
from nbtf.session_tensors import get_session_handle, get_session_tensor

X = np.array([[1, 2]], np.float32)


@pytest.fixture
def graph() -> Any:
    """x [?, 2] -> twice = 2x."""
    made = Graph()
    with made.as_default():
        x = apply_op("Placeholder", dtype="float32", shape=[None, 2], name="x")
        apply_op("Mul", x=x, y=np.float32(2), name="twice")
    return made


def test_a_tensor_is_kept_behind_a_resource(graph: Graph) -> None:
    with graph.as_default():
        handle = apply_op("GetSessionHandleV2", value=graph.get_tensor_by_name("twice:0"))
        holder, tensor = get_session_tensor(f"{handle.op.name};0;{DEVICE}", dtypes.float32)
    with Session(graph=graph) as session:
        session.run(handle.op, {"x:0": X})
        np.testing.assert_array_equal(
            session.run(tensor, {holder: f"{handle.op.name};0;{DEVICE}"}), session.run("twice:0", {"x:0": X})
        )


def test_a_session_forgets_tensors_that_nobody_refers_to(graph: Graph) -> None:
    with graph.as_default():
        handle = get_session_handle(graph.get_tensor_by_name("twice:0"))
    with Session(graph=graph) as session:
        kept = [session.run(handle, {"x:0": X}) for _ in range(9)]
        raw_handle = session.run(handle, {"x:0": X}).get_raw_handle()
        names = [one.handle for one in kept]
        last = session.run(handle, {"x:0": X})
        del kept
        store = tensor_store(session._resources)
        store.find(names[0])  # they go in groups of ten
        dead = last.handle
        del last
        for name in (*names, dead):
            with pytest.raises(errors.InvalidArgumentError, match="not in the session store"):
                store.find(name)
        store.find(raw_handle)
