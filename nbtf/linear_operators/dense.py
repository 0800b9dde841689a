"""Operators of matrices that are there: whole ones, and lower triangles."""

from __future__ import annotations

from typing import Any, ClassVar

from nbtf import dtypes
from nbtf.array.shapes import shape_of
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import matrix_diag_part
from nbtf.linalg.factors import matrix_triangular_solve
from nbtf.linear_operators import batches
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.moduli import assert_no_zeros
from nbtf.math.operands import abs as abs_of
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_prod, reduce_sum
from nbtf.tensor_shape import TensorShape

_ALLOWED = (dtypes.float16, dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128)


class LinearOperatorFullMatrix(LinearOperator):
    """The operator of a matrix [B1, ..., Bb, M, N] of float16, 32, 64 or complex numbers."""

    _PARTS: ClassVar[dict[str, int | None]] = {"matrix": 2}

    def __init__(
        self,
        matrix: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorFullMatrix",
    ) -> None:
        parameters = {
            "matrix": matrix,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        with name_scope(name, values=[matrix]):
            self._matrix = batches.as_operand(matrix, "matrix")
            if self._matrix.shape.rank is not None and self._matrix.shape.rank < 2:
                raise ValueError(f"Argument `matrix` must have at least 2 dimensions. Received: {self._matrix}.")
            if self._matrix.dtype.base_dtype not in _ALLOWED:
                raise TypeError(
                    f"Argument `matrix` must have dtype in {list(_ALLOWED)}. Received: {self._matrix.dtype}."
                )
            super().__init__(
                dtype=self._matrix.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
                parameters=parameters,
            )

    @property
    def matrix(self) -> Any:
        """The matrix."""
        return self._matrix

    def _shape(self) -> TensorShape:
        return TensorShape(self._matrix.shape)

    def _shape_tensor(self) -> Any:
        return shape_of(self._matrix)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self) -> Any:
        return self._matrix


class LinearOperatorLowerTriangular(LinearOperator):
    """The operator of the lower triangle of a matrix [B1, ..., Bb, N, N]; what is above the diagonal does not count."""

    _PARTS: ClassVar[dict[str, int | None]] = {"tril": 2}

    def __init__(
        self,
        tril: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowerTriangular",
    ) -> None:
        parameters = {
            "tril": tril,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        with name_scope(name, values=[tril]):
            self._tril = batches.as_operand(tril, "tril")
            if self._tril.shape.rank is not None and self._tril.shape.rank < 2:
                raise ValueError(f"Argument tril must have at least 2 dimensions.  Found: {self._tril}")
            super().__init__(
                dtype=self._tril.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
                parameters=parameters,
            )

    @property
    def tril(self) -> Any:
        """The matrix whose lower triangle counts."""
        return self._tril

    def _shape(self) -> TensorShape:
        return TensorShape(self._tril.shape)

    def _shape_tensor(self) -> Any:
        return shape_of(self._tril)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return matmul(self._triangle(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = batches.adjoint_if(adjoint_arg, rhs)
        return matrix_triangular_solve(self._triangle(), rhs, lower=True, adjoint=adjoint)

    def _determinant(self) -> Any:
        return reduce_prod(matrix_diag_part(self._tril), axis=[-1])

    def _log_abs_determinant(self) -> Any:
        return reduce_sum(raw.Log(abs_of(matrix_diag_part(self._tril))), axis=[-1])

    def _to_dense(self) -> Any:
        return self._triangle()

    def _eigvals(self) -> Any:
        return matrix_diag_part(self._tril)

    def _assert_non_singular(self) -> Any:
        return assert_no_zeros(matrix_diag_part(self._tril), "Singular operator:  Diagonal contained zero values.")

    def _triangle(self) -> Any:
        return raw.MatrixBandPart(self._tril, -1, 0)
