"""What singular values tell: ranks and pseudo-inverses of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf.array.indexing import where_v2
from nbtf.array.shapes import expand_dims, shape
from nbtf.debugging.static_checks import assert_rank_at_least
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.factors import svd
from nbtf.math.casting import cast
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_max, reduce_sum


def _checked(a: Tensor, validate_args: bool) -> list[Any]:
    """Raises TypeError for a dtype that is not float, ValueError for vectors; else what checks the rank in a run."""
    if not a.dtype.is_floating:
        raise TypeError(f"Input `a` must have `float`-like `dtype` (saw {a.dtype.name}).")
    message = "Input `a` must have at least 2 dimensions"
    if a.dims is not None:
        if len(a.dims) < 2:
            raise ValueError(f"{message} (saw: {len(a.dims)}).")
        return []
    return [assert_rank_at_least(a, rank=2, message=message + ".")] if validate_args else []


def _epsilon(a: Tensor) -> float:
    return float(np.finfo(a.dtype.as_numpy_dtype).eps)


def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None) -> Any:
    """How many singular values of float matrices [..., M, N] are greater than `tol`: int32 [...].

    tol: None: the dtype's epsilon times the greater one of M and N times the greatest singular value.
    validate_args: the rank of `a` is checked in a run where it is not known.
    """
    with name_scope(name or "matrix_rank"):
        a = convert_to_tensor(a, name="a")
        assertions = _checked(a, validate_args)
        if assertions:
            with control_dependencies(assertions):
                a = raw.Identity(a)
        s = svd(a, compute_uv=False)
        if tol is None:
            extents = a.shape[-2:]
            if extents.is_fully_defined():
                largest: Any = np.max(extents.as_list())
            else:
                largest = reduce_max(shape(a)[-2:])
            tol = _epsilon(a) * cast(largest, a.dtype) * reduce_max(s, -1, keepdims=True)
        return reduce_sum(cast(s > tol, np.int32), -1)


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Any:
    """The Moore-Penrose pseudo-inverses of float matrices [..., M, N]: [..., N, M].

    rcond: singular values not greater than so much of the greatest count as zero; None: 10 times the greater one of M
    and N times the dtype's epsilon. validate_args: see `matrix_rank`.
    """
    with name_scope(name or "pinv"):
        a = convert_to_tensor(a, name="a")
        assertions = _checked(a, validate_args)
        if assertions:
            with control_dependencies(assertions):
                a = raw.Identity(a)
        dtype = a.dtype.as_numpy_dtype
        if rcond is None:
            rcond = 10.0 * _larger(a, -2, -1) * _epsilon(a)
        rcond = convert_to_tensor(rcond, dtype=dtype, name="rcond")
        s, u, v = svd(a, full_matrices=False, compute_uv=True)
        cutoff = rcond * reduce_max(s, axis=-1)
        s = where_v2(s > expand_dims(cutoff, -1), s, np.array(np.inf, dtype))
        return matmul(v / expand_dims(s, -2), u, adjoint_b=True)


def _larger(a: Tensor, first: int, second: int) -> Any:
    dims: list[Any] = [a.shape.as_list()[axis] if a.dims is not None else None for axis in (first, second)]
    if None not in dims:
        return float(max(dims))
    rows, columns = shape(a)[first], shape(a)[second]
    return cast(raw.Maximum(rows, columns), a.dtype)
