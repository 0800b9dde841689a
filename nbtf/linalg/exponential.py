"""The exponential of matrices: Pade approximants of a scaled matrix, squared again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.indexing import where_v2
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape, size
from nbtf.control_flow.branching import cond
from nbtf.control_flow.looping import while_loop
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.diagonals import eye
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_max, reduce_sum

_PADE = {
    3: (120.0, 60.0, 12.0),
    5: (30240.0, 15120.0, 3360.0, 420.0, 30.0),
    7: (17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0),
    9: (17643225600.0, 8821612800.0, 2075673600.0, 302702400.0, 30270240.0, 2162160.0, 110880.0, 3960.0, 90.0),
    13: (
        64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
        10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0,
    ),
}  # fmt: skip
"""Coefficients of the numerator, x^0 first, by degree; that of the highest power is 1."""
_Orders = tuple[tuple[int, ...], tuple[float, ...], float]
_SINGLE: _Orders = ((3, 5, 7), (4.258730016922831e-001, 1.880152677804762e000), 3.925724783138660)
_DOUBLE: _Orders = (
    (3, 5, 7, 9, 13),
    (1.495585217958292e-002, 2.539398330063230e-001, 9.504178996162932e-001, 2.097847961257068e000),
    5.371920351148152,
)
"""Degrees; norms up to which each but the last is exact enough; the norm that the last is good for."""


def expm(input: Any, name: str | None = None) -> Any:
    """The exponential of matrices [..., M, M]. Raises ValueError for other shapes and dtypes that are not float."""
    with name_scope(name, "matrix_exponential", [input]):
        matrices = convert_to_tensor(input, name="input")
        if matrices.dims is not None and len(matrices.dims) < 2:
            raise ValueError(f"Shape must be at least rank 2 but is rank {len(matrices.dims)}: {matrices}")
        if matrices.shape[-2:] == [0, 0]:
            return matrices
        if matrices.shape.is_fully_defined():
            batch: Any = list(matrices.dims or ())[:-2]
        else:
            batch = shape(matrices)[:-2]
        flat = reshape(matrices, concat(([-1], shape(matrices)[-2:]), axis=0))
        norm = reduce_max(reduce_sum(abs(flat), axis=size(shape(flat)) - 2), axis=-1)[..., None, None]
        odd, even, squarings = _approximants(flat, norm)

        finite = raw.IsFinite(reduce_max(norm, axis=_axes(norm)))
        nan = constant(np.nan, matrices.dtype)
        result = cond(finite, lambda: raw.MatrixSolve(-odd + even, odd + even), lambda: raw.Fill(shape(flat), nan))
        most = reduce_max(squarings, axis=_axes(squarings))

        def goes_on(i: Any, result: Any) -> Any:
            return cond(finite, lambda: raw.Less(i, most), lambda: constant(False))

        def square(i: Any, result: Any) -> Any:
            return i + 1, where_v2(raw.Less(i, squarings), matmul(result, result), result)

        _, result = while_loop(goes_on, square, [constant(0.0, most.dtype), result])
        if not matrices.shape.is_fully_defined():
            return reshape(result, concat((batch, shape(result)[-2:]), axis=0))
        return reshape(result, batch + list(result.shape[-2:].as_list()))


def _axes(x: Tensor) -> Any:
    return constant(list(range(len(x.shape))), dtypes.int32)


def _approximants(flat: Tensor, norm: Tensor) -> tuple[Any, Any, Any]:
    """Odd and even part of the numerator, and how often the quotient must be squared, of each matrix."""
    if flat.dtype in (dtypes.float16, dtypes.float32, dtypes.complex64):
        degrees, exact, greatest = _SINGLE
    elif flat.dtype in (dtypes.float64, dtypes.complex128):
        degrees, exact, greatest = _DOUBLE
    else:
        raise ValueError(f"tf.linalg.expm does not support matrices of type {flat.dtype}")

    def number(value: float) -> Tensor:
        return constant(value, norm.dtype)

    ratio = norm / number(greatest)
    squarings = raw.Maximum(raw.Floor(raw.Log(ratio) / raw.Log(number(2.0))), 0.0)
    parts = []
    for degree in degrees:
        if degree == degrees[-1]:
            scale: Any = raw.Pow(constant(2.0, norm.dtype), squarings)
            scale = scale if scale.dtype == flat.dtype else raw.Cast(scale, DstT=flat.dtype)
            parts.append(_pade(flat / scale, degree))
        else:
            parts.append(_pade(flat, degree))
    odd = _chosen(norm, exact, [part[0] for part in parts])
    even = _chosen(norm, exact, [part[1] for part in parts])
    return odd, even, squarings


def _chosen(norm: Tensor, bounds: Sequence[float], cases: Sequence[Any]) -> Any:
    """The first case whose bound the norm is below; else the last."""
    below = [raw.Less(norm, constant(bound, norm.dtype)) for bound in bounds]
    result = cases[-1]
    for condition, case in zip(reversed(below), reversed(cases[:-1]), strict=True):
        result = where_v2(condition, case, result)
    return result


def _pade(matrix: Tensor, degree: int) -> tuple[Any, Any]:
    """Odd and even part of the numerator of the approximant of this degree."""
    b = [constant(value, matrix.dtype) for value in _PADE[degree]]
    dims = shape(matrix)[-2]
    identity = eye(dims, batch_shape=shape(matrix)[:-2], dtype=matrix.dtype)
    square = matmul(matrix, matrix)
    powers = [identity, square]
    if degree == 13:
        return _pade_of_13(matrix, b, identity, square)
    for _ in range(degree // 2 - 1):
        powers.append(matmul(powers[-1], square))
    odd = powers[-1]
    for k in range(degree // 2 - 1, -1, -1):
        odd = odd + b[2 * k + 1] * powers[k]
    odd = matmul(matrix, odd)
    even = b[degree - 1] * powers[-1]
    for k in range(degree // 2 - 1, -1, -1):
        even = even + b[2 * k] * powers[k]
    return odd, even


def _pade_of_13(matrix: Tensor, b: list[Tensor], identity: Tensor, second: Tensor) -> tuple[Any, Any]:
    fourth = matmul(second, second)
    sixth = matmul(fourth, second)
    odd = matmul(sixth, sixth + b[11] * fourth + b[9] * second)
    odd = odd + b[7] * sixth + b[5] * fourth + b[3] * second + b[1] * identity
    odd = matmul(matrix, odd)
    even = b[12] * sixth + b[10] * fourth + b[8] * second
    even = matmul(sixth, even) + b[6] * sixth + b[4] * fourth + b[2] * second + b[0] * identity
    return odd, even
