"""Variables: every dtype of every update, lifetimes, and sessions that share or do not share them."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf import dtypes, errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire import op_defs
from nbtf.wire.tensor import make_tensor_proto

VALUE, UPDATE = [3, 1, 7, 2, 5, 4], [2, 5, 1, 3]
UNTESTED = {"string", "resource", "variant", "qint8", "quint8", "qint16", "quint16", "qint32", "bool"}
ROWS = np.array([2, 0], np.int32)
COMBINE = {
    "Update": lambda old, new: new,
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": lambda old, new: old // new if old.dtype.kind in "iu" else old / new,
    "Min": np.minimum,
    "Max": np.maximum,
}


def _constant(value: Any, dtype: dtypes.DType | None = None) -> Any:
    array = np.asarray(value)
    dtype = dtype or dtypes.as_dtype(array.dtype)
    return apply_op("Const", value=make_tensor_proto(array, dtype), dtype=dtype)


class Held:
    """A variable of a graph of its own, ref or resource."""

    def __init__(self, value: Any, dtype: dtypes.DType, is_ref: bool) -> None:
        self.graph = Graph()
        self.dtype, self.is_ref = dtype, is_ref
        with self.graph.as_default():
            shape = list(np.shape(value))
            if is_ref:
                self.handle: Any = apply_op("VariableV2", shape=shape, dtype=dtype, name="v")
                self.initializer = apply_op("Assign", ref=self.handle, value=self.constant(value)).op
                self.read: Any = apply_op("Identity", input=self.handle)
            else:
                self.handle = apply_op("VarHandleOp", shape=shape, dtype=dtype, shared_name="v", name="v")
                self.initializer = apply_op("AssignVariableOp", resource=self.handle, value=self.constant(value))
                self.read = apply_op("ReadVariableOp", resource=self.handle, dtype=dtype)
        self.session = Session(graph=self.graph)

    def constant(self, value: Any) -> Any:
        """A constant of the variable's dtype, in its graph."""
        with self.graph.as_default():
            return _constant(np.asarray(value).astype(self.dtype.as_numpy_dtype), self.dtype)

    def after(self, op: str, **arguments: Any) -> np.ndarray:
        """What it holds once it was initialized and changed by one op; arrays become constants."""
        name = "ref" if self.is_ref or "ScatterNd" in op else "resource"
        with self.graph.as_default():
            given = {k: _constant(v) if isinstance(v, np.ndarray) else v for k, v in arguments.items()}
            made = apply_op(op, **{name: self.handle}, **given)
        self.session.run(self.initializer)
        self.session.run(getattr(made, "op", made))
        return np.asarray(self.session.run(self.read))


KERNELS = json.loads((Path(__file__).parent.parent / "golden" / "dtypes" / "kernels.json").read_text())


def _cases(*ops: str) -> list[Any]:
    """Ops that change refs with every dtype that TensorFlow has for them; those that change resources, by the same
    kernels, with one of each sort."""
    params = []
    for op in ops:
        (kernel,) = KERNELS[op]
        attr = "T" if "T" in kernel else "dtype"
        names = {dtypes.as_dtype(name).name for name in kernel[attr]} - UNTESTED
        allowed = op_defs.find(op).attrs[attr].allowed
        if allowed:
            names &= {dtype.name for dtype in allowed}
        if "VariableOp" in op or "Resource" in op:
            names &= {"float32", "bfloat16", "uint8", "complex64"}
        params += [pytest.param(op, name, id=f"{op}-{name}") for name in sorted(names)]
    return params


def _expected(values: Any, dtype: dtypes.DType) -> np.ndarray:
    return np.asarray(values).astype(dtype.as_numpy_dtype)


@pytest.mark.parametrize(("op", "name"), _cases("AssignAdd", "AssignSub", "AssignAddVariableOp", "AssignSubVariableOp"))
def test_updates_of_all_elements(op: str, name: str) -> None:
    dtype = dtypes.as_dtype(name)
    held = Held(VALUE, dtype, is_ref="VariableOp" not in op)
    result = held.after(op, value=held.constant([1] * 6))
    sign = 1 if "Add" in op else -1
    np.testing.assert_array_equal(result, _expected(np.add(VALUE, sign), dtype))


@pytest.mark.parametrize(
    ("op", "name"), _cases(*(f"{prefix}Scatter{kind}" for prefix in ("", "Resource") for kind in COMBINE))
)
def test_scatters_into_rows(op: str, name: str) -> None:
    dtype = dtypes.as_dtype(name)
    value, updates = np.reshape(VALUE, (3, 2)), np.reshape(UPDATE, (2, 2))
    held = Held(value, dtype, is_ref=not op.startswith("Resource"))
    result = held.after(op, indices=ROWS, updates=held.constant(updates))
    old = value.astype(np.float32 if dtype.is_floating else dtype.as_numpy_dtype)
    combine = COMBINE[op.removeprefix("Resource").removeprefix("Scatter")]
    old[ROWS] = combine(old[ROWS], updates.astype(old.dtype))
    np.testing.assert_allclose(result.astype(old.dtype), _expected(old, dtype).astype(old.dtype), rtol=1e-6)


@pytest.mark.parametrize(
    ("op", "name"),
    _cases(*(f"{p}ScatterNd{k}" for p in ("", "Resource") for k in ("Update", "Add", "Sub", "Min", "Max"))),
)
def test_scatters_into_elements(op: str, name: str) -> None:
    dtype = dtypes.as_dtype(name)
    value, places = np.reshape(VALUE, (3, 2)), np.array([[2, 1], [0, 0]], np.int64)
    held = Held(value, dtype, is_ref=not op.startswith("Resource"))
    result = held.after(op, indices=places, updates=held.constant(UPDATE[:2]))
    old = value.astype(dtype.as_numpy_dtype)
    combine = COMBINE[op.removeprefix("Resource").removeprefix("ScatterNd")]
    old[[2, 0], [1, 0]] = combine(old[[2, 0], [1, 0]], np.array(UPDATE[:2]).astype(old.dtype))
    np.testing.assert_array_equal(result, old)


@pytest.mark.parametrize("shape", [[2], [], None])
def test_the_first_value_of_a_ref_variable_has_its_shape(shape: list[int] | None) -> None:
    with Graph().as_default():
        ref: Any = apply_op("VariableV2", shape=shape, dtype=dtypes.float32)
        fed: Any = apply_op("Placeholder", dtype=dtypes.float32)
        checked, free = (apply_op("Assign", ref=ref, value=fed, validate_shape=strict) for strict in (True, False))
        with Session() as session:
            words = rf"lhs shape= \[{2 if shape else ''}\] rhs shape= \[3\]"
            with pytest.raises(errors.InvalidArgumentError, match=words):
                session.run(checked, {fed: [1, 2, 3]})
            with pytest.raises(errors.FailedPreconditionError, match="uninitialized"):
                session.run(ref)
            assert session.run(checked, {fed: np.ones(shape or [])}).shape == tuple(shape or [])
            assert session.run(free, {fed: [1, 2, 3]}).tolist() == [1, 2, 3]
            assert session.run(checked, {fed: [4, 5, 6]}).tolist() == [4, 5, 6]


@pytest.mark.parametrize("name", ["string", "bool", "qint8", "complex128"])
@pytest.mark.parametrize("is_ref", [True, False])
def test_dtypes_without_arithmetic_are_held(name: str, is_ref: bool) -> None:
    dtype = dtypes.as_dtype(name)
    value = np.array([b"one", b""], object) if name == "string" else np.array([1, 0]).astype(dtype.as_numpy_dtype)
    held = Held(["a", "b"] if name == "string" else [0, 0], dtype, is_ref)
    with held.graph.as_default():
        given = _constant(value, dtype)
        if is_ref:
            made = apply_op("Assign", ref=held.handle, value=given)
        else:
            made = apply_op("AssignVariableOp", resource=held.handle, value=given)
    held.session.run(held.initializer)
    held.session.run(getattr(made, "op", made))
    assert np.asarray(held.session.run(held.read)).tolist() == value.tolist()


def test_division_by_zero_of_integers_is_refused() -> None:
    held = Held([1, 2], dtypes.int32, is_ref=True)
    with pytest.raises(errors.InvalidArgumentError, match="division by zero"):
        held.after("ScatterDiv", indices=ROWS[1:], updates=np.array([0], np.int32))
    assert held.session.run(held.read).tolist() == [1, 2]


def test_a_fetched_value_outlives_later_writes_and_growth() -> None:
    held = Held(np.arange(3.0), dtypes.float64, is_ref=True)
    with held.graph.as_default():
        fed: Any = apply_op("Placeholder", dtype=dtypes.float64)
        grow = apply_op("Assign", ref=held.handle, value=fed, validate_shape=False)
    held.session.run(held.initializer)
    first = held.session.run(held.read)
    for size in (5, 1000, 2, 100_000):
        assert held.session.run(grow, {fed: np.full(size, 7.0)}).shape == (size,)
    assert first.tolist() == [0, 1, 2]


def test_threads_update_one_variable() -> None:
    held = Held(np.zeros(4), dtypes.float64, is_ref=False)
    with held.graph.as_default():
        add = apply_op("AssignAddVariableOp", resource=held.handle, value=_constant(np.ones(4)))
    held.session.run(held.initializer)

    def work() -> None:
        for _ in range(50):
            held.session.run(add)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = held.session.run(held.read)
    assert (found > 0).all()
    assert (found <= 200).all()


def test_a_shared_ref_of_another_dtype_is_refused() -> None:
    graph = Graph()
    with graph.as_default():
        one = apply_op("VariableV2", shape=[], dtype=dtypes.float64, shared_name="s")
        other = apply_op("VariableV2", shape=[], dtype=dtypes.int8, shared_name="s")
        check = [apply_op("IsVariableInitialized", ref=ref) for ref in (one, other)]
    with Session(graph=graph) as session, pytest.raises(errors.InvalidArgumentError, match="'s' holds float64"):
        session.run(check)


@pytest.mark.parametrize("index", [0, 1])
def test_ref_select_passes_a_ref_on(index: int) -> None:
    graph = Graph()
    with graph.as_default():
        refs = [apply_op("VariableV2", shape=[], dtype=dtypes.float32, name=f"v{i}") for i in range(2)]
        init = [apply_op("Assign", ref=ref, value=_constant(np.float32(i))) for i, ref in enumerate(refs)]
        chosen = apply_op("RefSelect", index=_constant(np.int32(index)), inputs=refs)
        write = apply_op("AssignAdd", ref=apply_op("RefIdentity", input=chosen), value=_constant(np.float32(10)))
        reads = [apply_op("Identity", input=ref) for ref in refs]
    with Session(graph=graph) as session:
        session.run(init)
        assert session.run(write) == 10 + index
        assert session.run(reads) == [10 * (index == 0), 1 + 10 * (index == 1)]
