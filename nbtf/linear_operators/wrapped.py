"""Adjoints, inverses and products of operators, which do what they do with the operators they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from nbtf.array.joining import concat
from nbtf.control_flow.grouping import group
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import adjoint as adjoint_of
from nbtf.linear_operators import batches, hints
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.dense import LinearOperatorLowerTriangular
from nbtf.linear_operators.rules import adjoints, cholesky_factors, inverses, products, solutions
from nbtf.math.casting import conj
from nbtf.tensor_shape import TensorShape


def _agreeing(operator: LinearOperator, given: dict[str, bool | None], what: str) -> dict[str, Any]:
    """The hints of an operator made of another one that has the same. Raises ValueError where they differ."""
    found = {}
    for hint, said in given.items():
        own = getattr(operator, hint)
        if said is not None and own is not None and bool(said) != bool(own):
            words = hint.removeprefix("is_").replace("_", "-")
            raise ValueError(f"An operator is {words} if and only if its {what} is {words}.")
        found[hint] = own if said is None else said
    return found


class LinearOperatorAdjoint(LinearOperator):
    """The adjoint of an operator."""

    _PARTS: ClassVar[dict[str, int | None]] = {"operator": None}

    def __init__(
        self,
        operator: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = {
            "operator": operator,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        self._operator = operator
        given = {
            "is_square": is_square,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
        }
        found = _agreeing(operator, given, "adjoint")
        name = f"{operator.name}_adjoint" if name is None else name
        with name_scope(name):
            super().__init__(dtype=operator.dtype, name=name, parameters=parameters, **found)

    @property
    def operator(self) -> Any:
        """The operator whose adjoint it is."""
        return self._operator

    def _shape(self) -> TensorShape:
        shape = self._operator.shape
        return TensorShape(None) if shape.rank is None else shape[:-2].concatenate([shape[-1], shape[-2]])

    def _shape_tensor(self) -> Any:
        dims = self._operator.shape_tensor()
        return concat([dims[:-2], [dims[-1], dims[-2]]], axis=-1)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return self._operator.matvec(x, adjoint=not adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return self._operator.solvevec(rhs, adjoint=not adjoint)

    def _conjugated(self, x: Any) -> Any:
        return conj(x) if self.dtype.is_complex else x

    def _determinant(self) -> Any:
        return self._conjugated(self._operator.determinant())

    def _log_abs_determinant(self) -> Any:
        return self._operator.log_abs_determinant()

    def _trace(self) -> Any:
        return self._conjugated(self._operator.trace())

    def _to_dense(self) -> Any:
        return adjoint_of(self._operator.to_dense())

    def _eigvals(self) -> Any:
        return self._conjugated(self._operator.eigvals())

    def _cond(self) -> Any:
        return self._operator.cond()

    def _assert_non_singular(self) -> Any:
        return self._operator.assert_non_singular()

    def _assert_self_adjoint(self) -> Any:
        return self._operator.assert_self_adjoint()

    def _assert_positive_definite(self) -> Any:
        return self._operator.assert_positive_definite()


class LinearOperatorInversion(LinearOperator):
    """The inverse of an operator: its product is the other's solution."""

    _PARTS: ClassVar[dict[str, int | None]] = {"operator": None}

    def __init__(
        self,
        operator: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = {
            "operator": operator,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        self._operator = operator
        for hint, said in (("is_square", is_square), ("is_non_singular", is_non_singular)):
            if getattr(operator, hint) is False or said is False:
                raise ValueError(
                    f"Argument `{hint}` or argument `operator` must have supplied hint `{hint}` equal to `True` or "
                    f"`None`. Found `operator.{hint}`: {getattr(operator, hint)}, `{hint}`: {said}."
                )
        given = {"is_self_adjoint": is_self_adjoint, "is_positive_definite": is_positive_definite}
        found = _agreeing(operator, given, "inverse")
        singular: dict[str, Any] = {
            hint: getattr(operator, hint) if said is None else said
            for hint, said in (("is_square", is_square), ("is_non_singular", is_non_singular))
        }
        name = f"{operator.name}_inv" if name is None else name
        with name_scope(name):
            super().__init__(dtype=operator.dtype, name=name, parameters=parameters, **found, **singular)

    @property
    def operator(self) -> Any:
        """The operator whose inverse it is."""
        return self._operator

    def _shape(self) -> TensorShape:
        shape: TensorShape = self._operator.shape
        return shape

    def _shape_tensor(self) -> Any:
        return self._operator.shape_tensor()

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Any:
        return 1.0 / self._operator.determinant()

    def _log_abs_determinant(self) -> Any:
        return -1.0 * self._operator.log_abs_determinant()

    def _eigvals(self) -> Any:
        return 1.0 / self._operator.eigvals()

    def _cond(self) -> Any:
        return self._operator.cond()

    def _assert_non_singular(self) -> Any:
        return self._operator.assert_non_singular()

    def _assert_self_adjoint(self) -> Any:
        return self._operator.assert_self_adjoint()

    def _assert_positive_definite(self) -> Any:
        return self._operator.assert_positive_definite()


class LinearOperatorComposition(LinearOperator):
    """The product of operators that fit each other, the last one first applied: (A o B) x = A (B x)."""

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
        self._operators = checked_operators(operators)
        is_non_singular = hints.required(
            is_non_singular,
            [one.is_non_singular for one in self._operators],
            "The composition of non-singular operators is always non-singular.",
        )
        if _is_square_of_half(self._operators):
            if is_self_adjoint is False:
                raise ValueError(
                    "The composition was determined to be self-adjoint but user provided incorrect `False` hint."
                )
            is_self_adjoint = True
            if is_non_singular:
                if is_positive_definite is False:
                    raise ValueError(
                        "The composition was determined to be non-singular and have the form A @ A.H, hence it must be "
                        "positive-definite. The user provided an incorrect `False` hint."
                    )
                is_positive_definite = True
        name = "_o_".join(one.name for one in self._operators) if name is None else name
        with name_scope(name):
            super().__init__(
                dtype=self._operators[0].dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
                parameters=parameters,
            )

    @property
    def operators(self) -> list[Any]:
        """The factors, in the order of the product."""
        return self._operators

    def _shape(self) -> TensorShape:
        for left, right in zip(self._operators, self._operators[1:], strict=False):
            left.domain_dimension.assert_is_compatible_with(right.range_dimension)
        if any(one.shape.rank is None for one in self._operators):
            return TensorShape(None)
        matrix = [self._operators[0].range_dimension, self._operators[-1].domain_dimension]
        return batches.joint_batch([one.shape for one in self._operators]).concatenate(matrix)

    def _shape_tensor(self) -> Any:
        matrix = raw.Pack(
            [self._operators[0].range_dimension_tensor(), self._operators[-1].domain_dimension_tensor()], name="stack"
        )
        batch = batches.joint_batch_tensor([one.batch_shape_tensor() for one in self._operators])
        return concat((batch, matrix), 0)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        ordered = self._operators if adjoint else self._operators[::-1]
        result = ordered[0].matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in ordered[1:]:
            result = operator.matmul(result, adjoint=adjoint)
        return result

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        ordered = self._operators[::-1] if adjoint else self._operators
        solution = ordered[0].solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in ordered[1:]:
            solution = operator.solve(solution, adjoint=adjoint)
        return solution

    def _determinant(self) -> Any:
        result = self._operators[0].determinant()
        for operator in self._operators[1:]:
            result *= operator.determinant()
        return result

    def _log_abs_determinant(self) -> Any:
        result = self._operators[0].log_abs_determinant()
        for operator in self._operators[1:]:
            result += operator.log_abs_determinant()
        return result

    def _assert_non_singular(self) -> Any:
        if all(one.is_square for one in self._operators):
            return group(*[one.assert_non_singular() for one in self._operators])
        return super()._assert_non_singular()


def _is_square_of_half(operators: Sequence[Any]) -> bool:
    """Whether the product is B B^H: each factor is the adjoint of the one in its place from the end."""
    half = len(operators) // 2
    pairs = zip(operators[:half], operators[::-1], strict=False)
    return len(operators) % 2 == 0 and all(_is_adjoint(a, b) for a, b in pairs)


def _is_adjoint(a: Any, b: Any) -> bool:
    """Whether one operator is known to be the adjoint of the other."""
    if isinstance(a, LinearOperatorAdjoint) and a.operator is b:
        return True
    if isinstance(b, LinearOperatorAdjoint) and b.operator is a:
        return True
    return a is b and bool(a.is_self_adjoint)


def checked_operators(operators: Sequence[Any]) -> list[Any]:
    """The operators as a list. Raises ValueError if there are none, TypeError if their dtypes differ."""
    if not isinstance(operators, (list, tuple)):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(operators)}')
    if not operators:
        raise ValueError(f"Expected a non-empty list of operators. Found: {operators}")
    if any(one.dtype != operators[0].dtype for one in operators):
        names = "   ".join(str((one.name, one.dtype)) for one in operators)
        raise TypeError(f"Expected all operators to have the same dtype.  Found {names}")
    return list(operators)


@adjoints.of(LinearOperator)
def _adjoint(operator: LinearOperator) -> LinearOperator:
    return LinearOperatorAdjoint(operator, **hints.of(operator))


@adjoints.of(LinearOperatorAdjoint)
def _adjoint_of_adjoint(operator: LinearOperatorAdjoint) -> LinearOperator:
    found: LinearOperator = operator.operator
    return found


@inverses.of(LinearOperator)
def _inverse(operator: LinearOperator) -> LinearOperator:
    return LinearOperatorInversion(operator, **hints.of(operator))


@inverses.of(LinearOperatorInversion)
def _inverse_of_inverse(operator: LinearOperatorInversion) -> LinearOperator:
    found: LinearOperator = operator.operator
    return found


@cholesky_factors.of(LinearOperator)
def _cholesky(operator: LinearOperator) -> LinearOperator:
    return _dense_factor(operator)


def _dense_factor(operator: LinearOperator) -> LinearOperator:
    factor = raw.Cholesky(operator.to_dense())
    return LinearOperatorLowerTriangular(factor, is_non_singular=True, is_self_adjoint=False, is_square=True)


@cholesky_factors.of(LinearOperatorComposition)
def _cholesky_of_product(operator: LinearOperatorComposition) -> LinearOperator:
    """L, if the operator is L L^H for a triangle L, whose diagonal is made positive."""
    left = operator.operators[0]
    if len(operator.operators) != 2 or not isinstance(left, LinearOperatorLowerTriangular):
        return _dense_factor(operator)
    if not _is_square_of_half(operator.operators):
        return _dense_factor(operator)
    signs = raw.Sign(left.diag_part())
    return LinearOperatorLowerTriangular(
        left.to_dense() * conj(signs)[..., None, :], is_non_singular=True, is_square=True
    )


def _factors(operator: LinearOperator) -> list[Any]:
    return operator.operators if isinstance(operator, LinearOperatorComposition) else [operator]


@products.of(LinearOperator, LinearOperator)
def _product(left: LinearOperator, right: LinearOperator) -> LinearOperator:
    return LinearOperatorComposition([*_factors(left), *_factors(right)], **hints.of_product(left, right))


@solutions.of(LinearOperator, LinearOperator)
def _solution(left: LinearOperator, right: LinearOperator) -> LinearOperator:
    return LinearOperatorComposition([_inverse(left), right], **hints.of_product(left, right))


@solutions.of(LinearOperatorInversion, LinearOperator)
def _solution_of_inverse(left: LinearOperatorInversion, right: LinearOperator) -> Any:
    return left.operator.matmul(right)
