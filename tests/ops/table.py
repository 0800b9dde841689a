"""Tables of op tests: a row is one op on one set of inputs; everything else follows from it.

Every row runs with its inputs as constants (static shapes known: what the shape rule says must agree with the result)
and as placeholders of unknown shape, in a dtype of each kind that TensorFlow's CPU has a kernel for (in every dtype with
NBTF_TEST_DTYPES=all), against a plain numpy reference. A bad row must be refused with the given words, while the graph is
built and, with shapes unknown, while it runs.
"""

import itertools
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf import dtypes
from nbtf.errors import OpError
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.graph.tensor import Tensor
from nbtf.session import Session
from nbtf.wire import op_defs
from nbtf.wire.tensor import make_tensor_proto

GOLDEN = Path(__file__).parent.parent / "golden"
TOLERANCE = {"bfloat16": 4e-2, "float16": 4e-3, "float32": 2e-5, "complex64": 2e-5}
NARROW = ("float16", "bfloat16")


@dataclass
class Row:
    """One op on one set of inputs.

    inputs: one array an input argument of the signature, a list of arrays for a list argument. attrs: attributes that
    do not follow from the inputs. expect: the outputs, or a numpy function of the inputs that returns them (a tuple for
    several). vary: the type attribute whose dtypes the row goes through; None for only the dtypes of the inputs.
    only: dtypes to go through instead of all that TensorFlow has. label: tells rows of one op apart.
    """

    op: str
    inputs: Sequence[Any]
    expect: Any
    attrs: dict[str, Any] = field(default_factory=dict)
    vary: str | None = "T"
    only: Sequence[str] = ()
    label: str = ""
    rtol: float | None = None
    atol: float | None = None


@dataclass
class Bad:
    """Inputs that the op must refuse, and words of the message (a regular expression)."""

    op: str
    inputs: Sequence[Any]
    message: str
    attrs: dict[str, Any] = field(default_factory=dict)
    at_build: bool = True
    """Whether known shapes and values already tell."""
    built: str = ""
    """Words of the message while the graph is built, where they are others."""


def forward_tests(rows: Sequence[Row]) -> Callable[..., None]:
    """A parametrized test: every row, dtype and form of its inputs."""
    cases = [(row, dtype) for row in rows for dtype in _dtypes_of(row)]

    @pytest.mark.parametrize(("row", "dtype"), cases, ids=[_case_id(row, dtype) for row, dtype in cases])
    def test(row: Row, dtype: str | None) -> None:
        inputs = [_cast(row, i, dtype) for i in range(len(row.inputs))]
        expected = _expected(row, inputs)
        for known in (True, False):
            _check(row, inputs, expected, dtype, known)

    return test


def refusal_tests(rows: Sequence[Bad]) -> Callable[..., None]:
    """A parametrized test: every bad row, while the graph is built and while it runs."""
    ids = [f"{row.op}-{i}" for i, row in enumerate(rows)]

    @pytest.mark.parametrize("row", rows, ids=ids)
    def test(row: Bad) -> None:
        if row.at_build:
            with pytest.raises((ValueError, TypeError), match=row.built or row.message):
                run_op(row.op, row.inputs, row.attrs, known=True)
        with pytest.raises(OpError, match=row.message):
            run_op(row.op, row.inputs, row.attrs, known=False)

    return test


def covered_ops(*tables: Sequence[Row]) -> set[str]:
    return {row.op for table in tables for row in table}


# ---- running one op --------------------------------------------------------------------------------------------------


def run_op(op: str, inputs: Sequence[Any], attrs: dict[str, Any], *, known: bool) -> tuple[list[Any], list[Tensor]]:
    """Values and tensors of the op's outputs, flat; inputs are constants (known) or fed placeholders of any shape."""
    definition = op_defs.find(op)
    assert definition is not None
    feeds: dict[Tensor, Any] = {}
    graph = Graph()
    with graph.as_default():
        arguments = {}
        for argument, value in zip(definition.inputs, inputs, strict=True):
            make = (lambda v: _constant(v)) if known else (lambda v: _placeholder(v, feeds))
            is_list = bool(argument.number_attr or argument.type_list_attr)
            arguments[argument.name] = [make(v) for v in value] if is_list else make(value)
        made = apply_op(op, **arguments, **attrs)
        tensors = _flat(made)
    with Session(graph=graph) as session:
        if not tensors:  # an op without outputs runs all the same
            session.run(made, feeds)
        return session.run(tensors, feeds), tensors


def _flat(made: Any) -> list[Tensor]:
    if isinstance(made, Tensor):
        return [made]
    return list(itertools.chain.from_iterable(_flat(item) for item in made)) if isinstance(made, list | tuple) else []


def _constant(value: Any) -> Any:
    array = np.asarray(value)
    return apply_op("Const", value=make_tensor_proto(array, _dtype_of(array)), dtype=_dtype_of(array))


def _placeholder(value: Any, feeds: dict[Tensor, Any]) -> Tensor:
    array = np.asarray(value)
    tensor: Tensor = apply_op("Placeholder", dtype=_dtype_of(array))
    feeds[tensor] = array
    return tensor


def _dtype_of(array: np.ndarray) -> dtypes.DType:
    return dtypes.string if array.dtype.kind in "OSU" else dtypes.as_dtype(array.dtype)


# ---- one case --------------------------------------------------------------------------------------------------------


def _check(row: Row, inputs: list[Any], expected: list[Any], dtype: str | None, known: bool) -> None:
    attrs = dict(row.attrs)
    results, tensors = run_op(row.op, inputs, attrs, known=known)
    assert len(results) == len(expected), f"{len(results)} outputs, expected {len(expected)}"
    for result, tensor, wanted in zip(results, tensors, expected, strict=True):
        if wanted is None:
            continue
        array = np.asarray(result)
        assert tensor.shape.is_compatible_with(array.shape), f"static shape {tensor.shape}, result {array.shape}"
        _compare(array, np.asarray(wanted), row, dtype)


def _compare(result: np.ndarray, wanted: np.ndarray, row: Row, dtype: str | None) -> None:
    assert result.shape == wanted.shape, f"shape {result.shape}, expected {wanted.shape}"
    if result.dtype.kind in "OSU":
        assert result.tolist() == wanted.tolist()
        return
    if result.dtype.name == "bfloat16":
        result = result.astype(np.float32)
    name = dtype if dtype in NARROW else result.dtype.name
    tolerance = TOLERANCE.get(name or "", 1e-10)
    rtol = max(row.rtol or 0, tolerance)
    atol = max(row.atol if row.atol is not None else 0, tolerance)
    if result.dtype.kind in "iub":
        np.testing.assert_array_equal(result, wanted)
    else:
        np.testing.assert_allclose(result, wanted, rtol=rtol, atol=atol)


def _expected(row: Row, inputs: list[Any]) -> list[Any]:
    if not callable(row.expect):
        return list(row.expect) if isinstance(row.expect, tuple) else [row.expect]
    wide = [[_wide(a) for a in v] if isinstance(v, list) else _wide(v) for v in inputs]
    with np.errstate(all="ignore"):
        result = row.expect(*wide)
    return list(result) if isinstance(result, tuple) else [result]


def _wide(value: Any) -> np.ndarray:
    """What the reference computes with: numpy knows little of 16-bit floats."""
    array = np.asarray(value)
    return array.astype(np.float32) if array.dtype.name in NARROW else array


def _cast(row: Row, position: int, dtype: str | None) -> Any:
    value = row.inputs[position]
    definition = op_defs.find(row.op)
    assert definition is not None
    argument = definition.inputs[position]
    varies = dtype is not None and argument.type_attr == row.vary
    if isinstance(value, list):
        return [_as(a, dtype if varies else None) for a in value]
    return _as(value, dtype if varies else None)


def _as(value: Any, dtype: str | None) -> np.ndarray:
    array = np.asarray(value)
    if dtype is None or dtypes.as_dtype(dtype) == dtypes.string:
        return array
    target = dtypes.as_dtype(dtype).storage
    if target.kind == "u":
        array = np.abs(array)
    return array.astype(target)


def _dtypes_of(row: Row) -> list[str | None]:
    """The dtypes a row goes through: TensorFlow's for its CPU kernels, less those numpy cannot stand for."""
    if row.vary is None:
        return [None]
    if row.only:
        return list(row.only)
    found: set[str] = set()
    for kernel in _cpu_kernels().get(row.op, []):
        names = kernel.get(row.vary, [])
        found.update(ANY if names == "*" else (dtypes.as_dtype(name).name for name in names))
    definition = op_defs.find(row.op)
    assert definition is not None
    allowed = {dtype.name for dtype in definition.attrs[row.vary].allowed} if row.vary in definition.attrs else set()
    found = {name for name in found if name not in UNTESTED and (not allowed or name in allowed)}
    return sorted(found if EVERY_DTYPE else _representatives(found)) or [None]


def _representatives(dtypes_found: set[str]) -> set[str]:
    """One dtype of each kind that kernels tell apart: those that differ in width alone share their code's text."""
    kept = set()
    for alike in ALIKE:
        kept |= set([name for name in alike if name in dtypes_found][:1])
    return kept


EVERY_DTYPE = os.environ.get("NBTF_TEST_DTYPES") == "all"
ALIKE = (
    ("float32",), ("float64",), ("float16", "bfloat16"), ("int32", "int16", "int8"), ("int64",),
    ("uint8", "uint16", "uint32", "uint64"), ("bool",), ("complex64", "complex128"),
)  # fmt: skip
"""Dtypes of one kind: a row goes through the first of each that TensorFlow has; NBTF_TEST_DTYPES=all through all."""
ANY = ("float32", "float16", "int32", "int64", "uint8", "bool", "complex128")  # one of each item size
UNTESTED = {"string", "resource", "variant", "qint8", "quint8", "qint16", "quint16", "qint32"}


@cache
def _cpu_kernels() -> Any:
    return json.loads((GOLDEN / "dtypes" / "kernels.json").read_text())


def _case_id(row: Row, dtype: str | None) -> str:
    return "-".join(part for part in (row.op, row.label, dtype) if part)
