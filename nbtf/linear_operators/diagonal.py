"""The operator of a diagonal."""

from __future__ import annotations

from typing import Any, ClassVar

from nbtf.array.shapes import expand_dims
from nbtf.debugging.comparisons import assert_positive
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import matrix_diag, matrix_diag_part, matrix_set_diag
from nbtf.linear_operators import batches, hints
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.moduli import assert_no_zeros, assert_real
from nbtf.linear_operators.rules import adjoints, cholesky_factors, inverses
from nbtf.math.casting import conj
from nbtf.math.operands import abs as abs_of
from nbtf.math.reductions import reduce_max, reduce_min, reduce_prod, reduce_sum
from nbtf.tensor_shape import TensorShape


class LinearOperatorDiag(LinearOperator):
    """The operator of the diagonal matrix with the diagonal diag [B1, ..., Bb, N]."""

    _PARTS: ClassVar[dict[str, int | None]] = {"diag": 1}

    def __init__(
        self,
        diag: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorDiag",
    ) -> None:
        parameters = {
            "diag": diag,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        with name_scope(name, values=[diag]):
            self._diag = batches.as_operand(diag, "diag")
            if self._diag.shape.rank == 0:
                raise ValueError(f"Argument diag must have at least 1 dimension.  Found: {self._diag}")
            if not self._diag.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real diagonal operator is always self adjoint.")
                is_self_adjoint = True
            if is_square is False:
                raise ValueError("Only square diagonal operators currently supported.")
            super().__init__(
                dtype=self._diag.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
                parameters=parameters,
            )

    @property
    def diag(self) -> Any:
        """The diagonal."""
        return self._diag

    def _shape(self) -> TensorShape:
        return batches.square_shape(self._diag)

    def _shape_tensor(self) -> Any:
        return batches.square_shape_tensor(self._diag)

    def _term(self, adjoint: bool) -> Any:
        return conj(self._diag) if adjoint else self._diag

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        diagonal = self._term(adjoint)
        x = batches.adjoint_if(adjoint_arg, x)
        return expand_dims(diagonal, -1) * x

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return self._term(adjoint) * x

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        diagonal = self._term(adjoint)
        rhs = batches.adjoint_if(adjoint_arg, rhs)
        return rhs * expand_dims(1.0 / diagonal, -1)

    def _determinant(self) -> Any:
        return reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self) -> Any:
        found = reduce_sum(raw.Log(abs_of(self._diag)), axis=[-1])
        return raw.Cast(found, self.dtype) if self.dtype.is_complex else found

    def _to_dense(self) -> Any:
        return matrix_diag(self._diag)

    def _diag_part(self) -> Any:
        return self._diag

    def _add_to_tensor(self, x: Any) -> Any:
        return matrix_set_diag(x, self._diag + matrix_diag_part(x))

    def _eigvals(self) -> Any:
        return convert_to_tensor(self._diag)

    def _cond(self) -> Any:
        moduli = abs_of(self._diag)
        return reduce_max(moduli, axis=-1) / reduce_min(moduli, axis=-1)

    def _assert_non_singular(self) -> Any:
        return assert_no_zeros(self._diag, "Singular operator:  Diagonal contained zero values.")

    def _assert_self_adjoint(self) -> Any:
        return assert_real(
            self._diag, "This diagonal operator contained non-zero imaginary values.  Thus it was not self-adjoint."
        )

    def _assert_positive_definite(self) -> Any:
        if self.dtype.is_complex:
            message = (
                "Diagonal operator had diagonal entries with non-positive real part, thus was not positive definite."
            )
        else:
            message = "Real diagonal operator had non-positive diagonal entries, thus was not positive definite."
        return assert_positive(raw.Real(self._diag) if self.dtype.is_complex else self._diag, message=message)


@adjoints.of(LinearOperatorDiag)
def _adjoint(operator: LinearOperatorDiag) -> LinearOperator:
    return LinearOperatorDiag(conj(operator.diag), **hints.of(operator))


@inverses.of(LinearOperatorDiag)
def _inverse(operator: LinearOperatorDiag) -> LinearOperator:
    return LinearOperatorDiag(1.0 / operator.diag, **hints.of(operator))


@cholesky_factors.of(LinearOperatorDiag)
def _cholesky(operator: LinearOperatorDiag) -> LinearOperator:
    return LinearOperatorDiag(
        raw.Sqrt(operator.diag), is_non_singular=True, is_self_adjoint=True, is_positive_definite=True, is_square=True
    )
