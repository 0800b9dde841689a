"""Steps of optimizers: what each op of each form makes of a variable and its slots, and what it refuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ops.training_cases import OPTIMIZERS, ROWS, SLOTS, VAR, Case, cases

from nbtf import dtypes, errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire.tensor import make_tensor_proto

GOLDEN = Path(__file__).parent.parent / "golden" / "training" / "steps.npz"
TOLERANCE = {"float16": 2e-2, "bfloat16": 1e-1, "float32": 2e-5, "complex64": 2e-5, "float64": 1e-12}


class Step:
    """A case's op on variables of a graph of its own; `changed` inputs are placeholders of unknown shape."""

    def __init__(self, case: Case, changed: dict[str, Any] | None = None) -> None:
        self.case, self.changed = case, changed or {}
        self.graph, self.feeds, self.handles, self.initializers = Graph(), {}, {}, {}  # type: ignore[var-annotated]
        with self.graph.as_default():
            for name, value in zip(("var", *case.slots), (VAR, *SLOTS), strict=False):
                self._add_variable(name, self.changed.pop(name, value))
            given = {name: self._input(name, *case.scalar(name)) for name in case.scalars}
            given[case.gradient] = self._input(case.gradient, case.grad, case.dtype)
            if case.sparse:
                given["indices"] = self._input("indices", ROWS, "int32")
            self.op = apply_op(case.op, **self.handles, **given, **case.attrs)

    def _add_variable(self, name: str, value: Any) -> None:
        dtype = dtypes.as_dtype(self.case.dtype)
        if self.case.is_ref:
            ref = apply_op("VariableV2", shape=list(value.shape), dtype=dtype, name=name)
            self.initializers[name] = apply_op("Assign", ref=ref, value=self._constant(value, dtype)).op
        else:
            ref = apply_op("VarHandleOp", shape=None, dtype=dtype, shared_name=name, name=name)
            self.initializers[name] = apply_op("AssignVariableOp", resource=ref, value=self._constant(value, dtype))
        self.handles[name] = ref

    def _input(self, name: str, value: Any, dtype: str) -> Any:
        if name not in self.changed:
            return self._constant(value, dtypes.as_dtype(dtype))
        made = apply_op("Placeholder", dtype=dtypes.as_dtype(dtype))
        self.feeds[made] = self.changed[name]
        return made

    def _constant(self, value: Any, dtype: dtypes.DType) -> Any:
        array = np.asarray(value).astype(dtype.as_numpy_dtype)
        return apply_op("Const", value=make_tensor_proto(array, dtype), dtype=dtype)

    def run(self, uninitialized: str = "") -> dict[str, np.ndarray]:
        """What every variable holds afterwards."""
        with self.graph.as_default(), Session(graph=self.graph) as session:
            session.run([op for name, op in self.initializers.items() if name != uninitialized])
            session.run(getattr(self.op, "op", self.op), self.feeds)
            dtype = dtypes.as_dtype(self.case.dtype)
            read = (
                (lambda h: apply_op("Identity", input=h))
                if self.case.is_ref
                else (lambda h: apply_op("ReadVariableOp", resource=h, dtype=dtype))
            )
            return {name: np.asarray(session.run(read(handle))) for name, handle in self.handles.items()}


ALL = {case.key: case for case in cases()}


@pytest.mark.parametrize("key", ALL)
def test_step(key: str) -> None:
    case = ALL[key]
    with np.load(GOLDEN) as golden:
        for name, value in Step(case).run().items():
            wanted = golden[f"{key}-{name}"]
            found = value.astype(np.float32) if case.dtype == "bfloat16" else value
            assert found.dtype == wanted.dtype
            np.testing.assert_allclose(found, wanted, TOLERANCE[case.dtype], TOLERANCE[case.dtype] / 10, err_msg=name)


# ---- refusals --------------------------------------------------------------------------------------------------------

SLOT_WORDS = {"gradient_accumulator": "accum", "gradient_squared_accumulator": "accum"}
STRENGTHS = {"l1": "l1 regularization strength", "l2": "l2 regularization strength"}


def _bad_inputs() -> Iterator[Any]:
    """Every input of every optimizer's dense and sparse step in a wrong shape, and the words for it."""
    for name, (slots, scalars, _) in OPTIMIZERS.items():
        for form in ("Apply", "SparseApply"):
            case = ALL.get(f"{form}{name}-plain0-float32")
            if case is None:
                continue
            for slot in slots:
                told = f"var and {SLOT_WORDS.get(slot, slot)} do not have the same shape\\[3,2\\] \\[3,1\\]"
                yield pytest.param(case, {slot: np.ones((3, 1))}, told, id=f"{case.op}-{slot}")
            for scalar in sorted(set(scalars) - {"sign_decay", "logbase"}):
                kind = "scalar"
                if case.sparse and "Ftrl" in name:
                    kind = r"non-\w+ scalar|lr is not a positive scalar \(or zero if multiply_linear_by_lr is set\)"
                elif name == "ProximalAdagrad":
                    kind = "positive scalar" if scalar == "lr" else "non-negative scalar"
                told = f"{'lr' if case.sparse and scalar == 'alpha' else STRENGTHS.get(scalar, scalar)} is not a {kind}"
                yield pytest.param(case, {scalar: [1]}, told if "|" not in kind else kind, id=f"{case.op}-{scalar}")
            if case.sparse:
                yield pytest.param(case, {"grad": np.ones((3, 1))}, "must match in dimension 1", id=f"{case.op}-grad")
            else:
                told = f"var and {case.gradient} do not have the same shape\\[3,2\\] \\[2\\]"
                yield pytest.param(case, {case.gradient: [1, 2]}, told, id=f"{case.op}-{case.gradient}")


@pytest.mark.parametrize(("case", "changed", "words"), list(_bad_inputs()))
def test_wrong_shapes_are_refused(case: Case, changed: dict[str, Any], words: str) -> None:
    with pytest.raises((ValueError, errors.InvalidArgumentError), match=words):
        Step(case, changed).run()


MOMENTUM = ALL["SparseApplyMomentum-plain0-float32"]
FTRL = ALL["SparseApplyFtrl-plain0-float32"]
PROXIMAL = ALL["ApplyProximalAdagrad-plain0-float32"]


@pytest.mark.parametrize(
    ("case", "changed", "words"),
    [
        (MOMENTUM, {"indices": [0, 3, 1]}, "Index 3 at offset 1 in indices is out of range"),
        (MOMENTUM, {"indices": [0, 1, -1]}, "Index -1 at offset 2 in indices is out of range"),
        (MOMENTUM, {"indices": [[0, 1, 2]]}, "indices must be one-dimensional"),
        (MOMENTUM, {"indices": [0]}, "grad must be the same size as indices in the first dimension."),
        (MOMENTUM, {"grad": [1, 2, 3]}, "var and grad must have the same rank"),
        (FTRL, {"lr": 0}, r"lr is not a positive scalar \(or zero if multiply_linear_by_lr is set\): \[\]"),
        (FTRL, {"l1": -1}, r"l1 regularization strength is not a non-negative scalar: \[\]"),
        (FTRL, {"l2": -1}, r"l2 regularization strength is not a non-negative scalar: \[\]"),
        (FTRL, {"lr_power": 1}, r"lr_power is not a non-positive scalar: \[\]"),
        (PROXIMAL, {"lr": 0}, r"lr is not a positive scalar: \[\]"),
        (PROXIMAL, {"l1": -1}, r"l1 regularization strength is not a non-negative scalar: \[\]"),
    ],
)
def test_bad_values_are_refused(case: Case, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(errors.InvalidArgumentError, match=words):
        Step(case, changed).run()


def test_no_rows_change_nothing() -> None:
    held = Step(MOMENTUM, {"indices": np.zeros(0, np.int32), "grad": np.zeros((0, 2))}).run()
    np.testing.assert_array_equal(held["var"], VAR.astype(np.float32))


@pytest.mark.parametrize("form", ["Apply", "ResourceApply"])
def test_uninitialized_slots_are_refused(form: str) -> None:
    step = Step(ALL[f"{form}Momentum-plain0-float32"])
    kind, words = (
        (errors.FailedPreconditionError, "Attempting to use uninitialized value accum")
        if form == "Apply"
        else (errors.InternalError, "Invalid variable reference.")
    )
    with pytest.raises(kind, match=words):
        step.run(uninitialized="accum")
