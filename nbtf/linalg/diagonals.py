"""Diagonals of matrices, matrices from diagonals, and matrices turned around."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones, zeros
from nbtf.array.joining import concat
from nbtf.array.shapes import transpose
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.overloads import answered_by_arguments
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_sum

matrix_band_part = OpFunction("MatrixBandPart")
tensor_diag = OpFunction("Diag", "diag")
tensor_diag_part = OpFunction("DiagPart", "diag_part")


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Any:
    """Identity matrices: [*batch_shape, num_rows, num_columns], square if `num_columns` is None."""
    with name_scope(name, "eye", [num_rows, num_columns, batch_shape]):
        square = num_columns is None
        columns = num_rows if square else num_columns
        batch = [] if batch_shape is None else batch_shape
        if isinstance(num_rows, Tensor) or isinstance(columns, Tensor):
            length: Any = raw.Minimum(num_rows, columns)
        else:
            square = num_rows == columns
            length = int(np.minimum(num_rows, columns))
        if isinstance(batch, Tensor) or isinstance(length, Tensor):
            batch = convert_to_tensor(batch, dtypes.int32, "shape")
            diagonal_shape = concat((batch, [length]), 0)
            shape = None if square else concat((batch, [num_rows, columns]), 0)
        else:
            diagonal_shape, shape = [*batch, length], [*batch, num_rows, columns]
        diagonal = ones(diagonal_shape, dtype)
        return matrix_diag(diagonal) if square else matrix_set_diag(zeros(shape, dtype), diagonal)


def matrix_diag(
    diagonal: Any,
    name: str | None = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """Matrices with these diagonals: [..., n] -> [..., n, n].

    k: the diagonal, or the lowest and the highest: diagonal is [..., their number, longest length] then, the shorter
    ones padded as `align` says. num_rows, num_cols: where they do not follow (-1). padding_value: of other elements.
    """
    if dtypes.bool == getattr(diagonal, "dtype", None):
        padding_value = bool(padding_value)
    return raw.MatrixDiagV3(diagonal, k, num_rows, num_cols, padding_value, align=align, name=name)


@answered_by_arguments
def matrix_diag_part(
    input: Any, name: str | None = "diag_part", k: Any = 0, padding_value: Any = 0, align: str = "RIGHT_LEFT"
) -> Any:
    """The diagonals of matrices: [..., m, n] -> [..., length], see `matrix_diag`."""
    if dtypes.bool == getattr(input, "dtype", None):
        padding_value = bool(padding_value)
    return raw.MatrixDiagPartV3(input, k, padding_value, align=align, name=name)


def matrix_set_diag(
    input: Any, diagonal: Any, name: str | None = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT"
) -> Any:
    """The matrices with other diagonals, see `matrix_diag`."""
    return raw.MatrixSetDiagV3(input, diagonal, k, align=align, name=name)


@answered_by_arguments
def trace(x: Any, name: str | None = None) -> Any:
    """The sum of the diagonal: [..., m, n] -> [...]."""
    with name_scope(name, "Trace", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return reduce_sum(matrix_diag_part(x), [-1], name=scope)


def matrix_transpose(a: Any, name: str | None = "matrix_transpose", conjugate: bool = False) -> Any:
    """The last two dims exchanged; conjugate: of complex numbers. Raises ValueError for a rank below 2."""
    with name_scope(name, values=[a]):
        a = convert_to_tensor(a, name="a")
        if a.dims is None:
            rank = raw.Rank(a)
            perm: Any = concat((raw.Range(0, rank - 2, 1), [rank - 1, rank - 2]), 0)
            return transpose(a, perm, conjugate=conjugate)
        rank = len(a.dims)
        if rank < 2:
            raise ValueError(
                f"Argument `a` should be a (batch) matrix with rank >= 2.  Received `a` = {a} with shape: {a.shape}"
            )
        return transpose(a, [*range(rank - 2), rank - 1, rank - 2], conjugate=conjugate)


@answered_by_arguments
def adjoint(matrix: Any, name: str | None = None) -> Any:
    """The conjugate transpose of matrices."""
    with name_scope(name, "adjoint", [matrix]):
        return matrix_transpose(convert_to_tensor(matrix, name="matrix"), conjugate=True)
