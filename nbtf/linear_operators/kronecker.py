"""Kronecker products of operators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape_of
from nbtf.control_flow.grouping import group
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import matrix_transpose
from nbtf.linear_operators import batches, hints
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.rules import adjoints, cholesky_factors, inverses
from nbtf.math.casting import cast, conj
from nbtf.tensor_shape import TensorShape


class LinearOperatorKronecker(LinearOperator):
    """The Kronecker product of operators [..., Mi, Ni]: [..., M1 M2 ..., N1 N2 ...], made of blocks of the last one.

    A hint that all factors have, the product has. Raises ValueError if it is said not to have it.
    """

    _PARTS: ClassVar[dict[str, int | None]] = {"operators": None}

    def __init__(
        self,
        operators: Sequence[Any],
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = {
            "operators": operators,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        if not operators:
            raise ValueError(f"Argument `operators` must be a list of >=1 operators. Received: {operators}.")
        self._operators = list(operators)
        if any(one.dtype != self._operators[0].dtype for one in self._operators):
            found = [str((one.name, one.dtype)) for one in self._operators]
            raise TypeError(
                "Expected every operation in argument `operators` to have the same dtype. "
                f"Received {str(found).replace(chr(39) * 2, chr(39))}."
            )
        given: dict[str, Any] = {
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
        }
        for hint, said in given.items():
            words = hint.removeprefix("is_").replace("_", "-")
            given[hint] = hints.required(
                said,
                [getattr(one, hint) for one in self._operators],
                f"The Kronecker product of {words} operators is always {words}. Expected argument `{hint}` to be True. "
                f"Received: {said}.",
            )
        name = "_x_".join(one.name for one in self._operators) if name is None else name
        with name_scope(name):
            super().__init__(
                dtype=self._operators[0].dtype, is_square=is_square, name=name, parameters=parameters, **given
            )

    @property
    def operators(self) -> list[Any]:
        """The factors."""
        return self._operators

    def _shape(self) -> TensorShape:
        if any(one.shape.rank is None for one in self._operators):
            return TensorShape(None)

        def product(sizes: list[int | None]) -> int | None:
            return None if None in sizes else reduce(lambda a, b: a * b, sizes)  # type: ignore[operator]

        rows = product([one.range_dimension.value for one in self._operators])
        columns = product([one.domain_dimension.value for one in self._operators])
        return batches.joint_batch([one.shape for one in self._operators]).concatenate([rows, columns])

    def _shape_tensor(self) -> Any:
        rows = reduce(lambda a, b: a * b, [one.range_dimension_tensor() for one in self._operators])
        columns = reduce(lambda a, b: a * b, [one.domain_dimension_tensor() for one in self._operators])
        batch = batches.joint_batch_tensor([one.batch_shape_tensor() for one in self._operators])
        return concat((batch, raw.Pack([rows, columns], name="stack")), 0)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._one_by_one(x, adjoint, adjoint_arg, solving=False)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        for operator in self._operators:
            if operator.is_square is False:
                raise NotImplementedError("Solve is not implemented for factors that are not square.")
        return self._one_by_one(rhs, adjoint, adjoint_arg, solving=True)

    def _one_by_one(self, x: Any, adjoint: bool, adjoint_arg: bool, solving: bool) -> Any:
        """The factors applied to one axis of x after the other.

        (A (x) B) vec(X) is vec(A X B^T): the columns of x are rows at first, the last factor is applied to the last part of
        each, and what it gives moves to the front; so after all factors the parts are in order again.
        """
        result = conj(x) if adjoint_arg else matrix_transpose(x)
        columns = _dim(result, -2)
        axis = -2 if adjoint != solving else -1
        for operator in self._operators[::-1]:
            result = reshape(result, _joined(_batch(result), [-1, operator._known_or_tensor(axis)]))
            method = operator.solve if solving else operator.matmul
            if self.dtype.is_complex:
                result = method(matrix_transpose(result), adjoint=adjoint)
            else:
                result = method(result, adjoint=adjoint, adjoint_arg=True)
        rows = self._known_or_tensor(-3 - axis)
        result = reshape(result, _joined(_batch(result), [rows, columns]))
        if self.shape.rank is not None and x.shape.rank is not None:
            columns = x.shape[-2 if adjoint_arg else -1]
            batch = batches.joint_batch([self.shape, x.shape])
            result.set_shape(batch.concatenate([self._dimension(-3 - axis), columns]))
        return result

    def _determinant(self) -> Any:
        total, found = self.domain_dimension_tensor(), 1.0
        for operator in self._operators:
            found *= operator.determinant() ** self._repeats(total, operator)
        return found

    def _log_abs_determinant(self) -> Any:
        total, found = self.domain_dimension_tensor(), 0.0
        for operator in self._operators:
            found += operator.log_abs_determinant() * self._repeats(total, operator)
        return found

    def _repeats(self, total: Any, operator: LinearOperator) -> Any:
        """How often each eigenvalue of a factor is in the product."""
        return cast(total / operator.domain_dimension_tensor(), self.dtype)

    def _trace(self) -> Any:
        return reduce(lambda a, b: a * b, [one.trace() for one in self._operators], 1.0)

    def _diag_part(self) -> Any:
        if any(one.is_square is not True for one in self._operators):
            return super()._diag_part()
        return self._vectors([one.diag_part() for one in self._operators])

    def _vectors(self, vectors: Sequence[Any]) -> Any:
        """All products of an element of each vector [..., Ni], [..., N1 N2 ...]."""
        found = vectors[0]
        for vector in vectors[1:]:
            table = found[..., :, None] * vector[..., None, :]
            found = reshape(table, concat((shape_of(table)[:-2], [-1]), 0))
        if self.shape.rank is not None:
            found.set_shape(self.batch_shape.concatenate([self.domain_dimension]))
        return found

    def _eigvals(self) -> Any:
        return self._vectors([one.eigvals() for one in self._operators])

    def _to_dense(self) -> Any:
        found = self._operators[0].to_dense()
        for operator in self._operators[1:]:
            table = found[..., :, None, :, None] * operator.to_dense()[..., None, :, None, :]
            dims = shape_of(table)
            rows, columns = dims[-4] * dims[-3], dims[-2] * dims[-1]
            found = reshape(table, concat((dims[:-4], [rows, columns]), 0))
        found.set_shape(self.shape)
        return found

    def _assert_non_singular(self) -> Any:
        if all(one.is_square for one in self._operators):
            return group(*[one.assert_non_singular() for one in self._operators])
        return super()._assert_non_singular()

    def _assert_self_adjoint(self) -> Any:
        if all(one.is_square for one in self._operators):
            return group(*[one.assert_self_adjoint() for one in self._operators])
        return super()._assert_self_adjoint()


def _batch(x: Any) -> Any:
    return x.shape[:-2].as_list() if x.shape[:-2].is_fully_defined() else shape_of(x)[:-2]


def _dim(x: Any, axis: int) -> Any:
    known = x.shape.as_list()[axis] if x.shape.rank is not None else None
    return shape_of(x)[axis] if known is None else known


def _joined(batch: Any, last: Sequence[Any]) -> Any:
    if isinstance(batch, list) and all(isinstance(one, int) for one in last):
        return [*batch, *last]
    return concat((batch if not isinstance(batch, list) else batches.dims_tensor(batch, "batch"), last), 0)


@adjoints.of(LinearOperatorKronecker)
def _adjoint(operator: LinearOperatorKronecker) -> LinearOperator:
    factors = [one.adjoint() for one in operator.operators]
    return LinearOperatorKronecker(factors, **{**hints.of(operator), "is_square": True})


@inverses.of(LinearOperatorKronecker)
def _inverse(operator: LinearOperatorKronecker) -> LinearOperator:
    return LinearOperatorKronecker([one.inverse() for one in operator.operators], **hints.of(operator))


@cholesky_factors.of(LinearOperatorKronecker)
def _cholesky(operator: LinearOperatorKronecker) -> LinearOperator:
    return LinearOperatorKronecker(
        [one.cholesky() for one in operator.operators], is_non_singular=True, is_self_adjoint=None, is_square=True
    )
