"""L + U D V^H, an operator with an update of low rank, solved by way of a small matrix (Woodbury)."""

from __future__ import annotations

from typing import Any, ClassVar

from nbtf.array.joining import concat
from nbtf.array.shapes import broadcast_static_shape, expand_dims, shape_of
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import matrix_diag_part
from nbtf.linalg.factors import cholesky_solve
from nbtf.linear_operators import batches
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.diagonal import LinearOperatorDiag
from nbtf.linear_operators.identities import LinearOperatorIdentity
from nbtf.math.casting import cast, conj
from nbtf.math.operands import abs as abs_of
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_sum
from nbtf.tensor_shape import TensorShape


class LinearOperatorLowRankUpdate(LinearOperator):
    """A = L + U D V^H: L an operator [..., M, N], U [..., M, K], D a diagonal [..., K], V [..., N, K].

    diag_update: D, the identity if None; v: U if None. is_diag_update_positive: whether D is known to be positive, which
    with a positive definite L and V = U makes A positive definite.
    Raises ValueError for hints that contradict what follows, and for dims that do not fit.
    """

    _PARTS: ClassVar[dict[str, int | None]] = {"base_operator": None, "u": 2, "diag_update": 1, "v": 2}

    def __init__(
        self,
        base_operator: Any,
        u: Any,
        diag_update: Any = None,
        v: Any = None,
        is_diag_update_positive: bool | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowRankUpdate",
    ) -> None:
        parameters = {
            "base_operator": base_operator,
            "u": u,
            "diag_update": diag_update,
            "v": v,
            "is_diag_update_positive": is_diag_update_positive,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        dtype = base_operator.dtype
        if diag_update is None:
            if is_diag_update_positive is False:
                raise ValueError(
                    "Default diagonal is the identity, which is positive.  However, user set "
                    "'is_diag_update_positive' to False."
                )
            is_diag_update_positive = True
        symmetric = (
            v is None
            and base_operator.is_self_adjoint
            and (not base_operator.dtype.is_complex or is_diag_update_positive)
        )
        if symmetric:
            if is_self_adjoint is False:
                raise ValueError(
                    "A = L + UDU^H, with L self-adjoint and D real diagonal.  Since UDU^H is self-adjoint, this must be "
                    "a self-adjoint operator."
                )
            is_self_adjoint = True
            if base_operator.is_positive_definite and is_diag_update_positive:
                if is_positive_definite is False:
                    raise ValueError("Arguments imply this is self-adjoint positive-definite operator.")
                is_positive_definite = True
        with name_scope(name):
            self._u = batches.as_operand(u, "u")
            self._v = self._u if v is None else batches.as_operand(v, "v")
            self._diag_update = None if diag_update is None else batches.as_operand(diag_update, "diag_update")
            self._base_operator = base_operator
            self._is_diag_update_positive = is_diag_update_positive
            super().__init__(
                dtype=dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
                parameters=parameters,
            )
            self._check_shapes()
            self._diag_operator = self._made_diagonal(dtype)

    def _made_diagonal(self, dtype: Any) -> LinearOperator:
        if self._diag_update is not None:
            return LinearOperatorDiag(self._diag_update, is_positive_definite=self._is_diag_update_positive)
        rank = self._u.shape.as_list()[-1] if self._u.shape.rank else None
        return LinearOperatorIdentity(shape_of(self._u)[-1] if rank is None else rank, dtype=dtype)

    def _check_shapes(self) -> None:
        columns = []
        for matrix, own in (
            (self._u, self._base_operator.range_dimension),
            (self._v, self._base_operator.domain_dimension),
        ):
            if matrix.shape.rank is not None:
                own.assert_is_compatible_with(matrix.shape.dims[-2])
                columns.append(matrix.shape.dims[-1])
        if self._diag_update is not None and self._diag_update.shape.rank is not None:
            columns.append(self._diag_update.shape.dims[-1])
        if self._diag_update is not None or self._v is self._u:
            for one in columns[1:]:
                columns[0].assert_is_compatible_with(one)

    @property
    def base_operator(self) -> Any:
        """L."""
        return self._base_operator

    @property
    def u(self) -> Any:
        """U."""
        return self._u

    @property
    def v(self) -> Any:
        """V."""
        return self._v

    @property
    def diag_update(self) -> Any:
        """The diagonal of D, or None."""
        return self._diag_update

    @property
    def diag_operator(self) -> Any:
        """D as an operator."""
        return self._diag_operator

    @property
    def is_diag_update_positive(self) -> bool | None:
        """Whether D is known to be positive."""
        return self._is_diag_update_positive

    def _shape(self) -> TensorShape:
        base = self._base_operator.shape
        if base.rank is None or self._u.shape.rank is None or self._v.shape.rank is None:
            return TensorShape(None)
        batch = broadcast_static_shape(
            base[:-2], self._diag_operator.batch_shape if self._has_diagonal() else base[:-2]
        )
        batch = broadcast_static_shape(batch, broadcast_static_shape(self._u.shape[:-2], self._v.shape[:-2]))
        return batch.concatenate(base[-2:])

    def _has_diagonal(self) -> bool:
        return hasattr(self, "_diag_operator")

    def _shape_tensor(self) -> Any:
        shapes = [self._base_operator.batch_shape_tensor(), self._diag_operator.batch_shape_tensor()]
        shapes += [shape_of(self._u)[:-2], shape_of(self._v)[:-2]]
        return concat([batches.joint_batch_tensor(shapes), self._base_operator.shape_tensor()[-2:]], 0)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        first, last = (self._u, self._v) if adjoint else (self._v, self._u)
        base = self._base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(first, x, adjoint_a=True, adjoint_b=adjoint_arg)
        if self._diag_update is not None:
            inner = self._diag_operator.matmul(inner, adjoint=adjoint)
        return base + matmul(last, inner)

    def _capacitance(self) -> Any:
        """The small matrix D^-1 + V^H L^-1 U."""
        solved = self._base_operator.solve(self._u)
        inner = matmul(self._v, solved, adjoint_a=True)
        return self._diag_operator.inverse().add_to_tensor(inner)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        base = self._base_operator
        first, last = (self._u, self._v) if adjoint else (self._v, self._u)
        capacitance = self._capacitance()
        solved = base.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(first, solved, adjoint_a=True)
        if self._definite_capacitance():
            inner = cholesky_solve(raw.Cholesky(capacitance), inner)
        else:
            inner = batches.solve_matrix(capacitance, inner, adjoint=adjoint)
        return solved - base.solve(matmul(last, inner), adjoint=adjoint)

    def _definite_capacitance(self) -> bool:
        """Whether the small matrix is known to have a Cholesky factor."""
        return bool(
            self._is_diag_update_positive
            and self._base_operator._is_definite()
            and self._v is self._u
            and self.is_positive_definite
            and self.is_self_adjoint
        )

    def _determinant(self) -> Any:
        if self.is_positive_definite:
            return raw.Exp(self.log_abs_determinant())
        capacitance = raw.MatrixDeterminant(self._capacitance())
        diagonal, base = self._diag_operator.determinant(), self._base_operator.determinant()
        return capacitance * diagonal * base

    def _log_abs_determinant(self) -> Any:
        diagonal = self._diag_operator.log_abs_determinant()
        base = self._base_operator.log_abs_determinant()
        capacitance = self._capacitance()
        if self._definite_capacitance():
            inner = 2.0 * reduce_sum(raw.Log(matrix_diag_part(raw.Cholesky(capacitance))), axis=[-1])
        else:
            inner = raw.Log(abs_of(raw.MatrixDeterminant(capacitance)))
        if self.dtype.is_complex:
            inner = cast(inner, self.dtype)
        return inner + diagonal + base

    def _assert_self_adjoint(self) -> Any:
        if self._v is self._u and not self.dtype.is_complex:
            return self._base_operator.assert_self_adjoint()
        return super()._assert_self_adjoint()

    def _diag_part(self) -> Any:
        product = self._u * conj(self._v)
        if self._diag_update is not None:
            product *= expand_dims(self._diag_update, axis=-2)
        return reduce_sum(product, axis=-1) + self._base_operator.diag_part()
