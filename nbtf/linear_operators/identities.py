"""Operators that need no matrix: identities, multiples of them, and zeros."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones, zeros, zeros_like
from nbtf.array.indexing import where_v2
from nbtf.array.joining import concat
from nbtf.array.moving import no_op
from nbtf.array.shapes import broadcast_static_shape, expand_dims, shape_of
from nbtf.control_flow.grouping import with_dependencies
from nbtf.debugging.comparisons import assert_equal, assert_non_negative, assert_positive
from nbtf.errors import InvalidArgumentError
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import eye, matrix_diag_part, matrix_set_diag
from nbtf.linear_operators import batches, hints
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.rules import adjoints, cholesky_factors, inverses
from nbtf.math.casting import cast, conj
from nbtf.math.complex_numbers import imag, real
from nbtf.math.operands import abs as abs_of
from nbtf.tensor_shape import TensorShape


def _dims(value: Any, name: str, converted_name: str, rank: int) -> tuple[Any, Any]:
    """A number of rows or a batch shape as an integer tensor, and what it is known to be.

    Raises TypeError for other dtypes, ValueError for another rank or negative numbers.
    """
    tensor = convert_to_tensor(value, name=converted_name)
    if not tensor.dtype.is_integer:
        raise TypeError(f"Argument {name} must be integer type.  Found: {tensor}")
    known = constant_value(tensor)
    if known is not None and known.ndim != rank:
        raise ValueError(f"Argument {name} must be a {rank}-D Tensor.  Found: {known}")
    if known is not None and np.any(known < 0):
        raise ValueError(f"Argument {name} must be non-negative.  Found:{'' if rank else ' '}{known}")
    return tensor, known


def _with_checks(tensor: Any, message: str) -> Any:
    return with_dependencies([assert_non_negative(tensor, message=message)], tensor)


class _Identity(LinearOperator):
    """What identities and their multiples share: num_rows alone tells their matrices' shape."""

    _num_rows: Any
    _num_rows_known: int | None
    _assert_proper_shapes: bool

    def _set_num_rows(self, num_rows: Any, assert_proper_shapes: bool) -> None:
        tensor, known = _dims(num_rows, "num_rows", "num_rows", 0)
        self._num_rows_known = None if known is None else int(known)
        self._assert_proper_shapes = assert_proper_shapes
        if assert_proper_shapes:
            tensor = _with_checks(tensor, "Argument num_rows must be non-negative.")
        self._num_rows = tensor

    def _checked(self, x: Any) -> Any:
        """The argument, after an assertion that it has as many rows, if that is wanted."""
        if not self._assert_proper_shapes:
            return x
        rows, columns = shape_of(x)[-2], self.domain_dimension_tensor()
        return with_dependencies([assert_equal(rows, columns, message="Incompatible matrices.")], x)

    def _rows(self) -> Any:
        return self._known_or_tensor(-1)


class LinearOperatorIdentity(_Identity):
    """The identity [*batch_shape, N, N], N = num_rows, of float32 by default.

    num_rows: an int or scalar tensor; batch_shape: ints, or a vector. assert_proper_shapes: operations that check shapes
    while they run, where they are not known before.
    """

    def __init__(
        self,
        num_rows: Any,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = True,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = True,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorIdentity",
    ) -> None:
        parameters = {
            "num_rows": num_rows,
            "batch_shape": batch_shape,
            "dtype": dtype,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "assert_proper_shapes": assert_proper_shapes,
            "name": name,
        }
        with name_scope(name):
            dtype = dtypes.as_dtype(dtypes.float32 if dtype is None else dtype)
            for hint, words in (
                (is_self_adjoint, "self adjoint"),
                (is_square, "square"),
                (is_non_singular, "non-singular"),
                (is_positive_definite, "positive-definite"),
            ):
                if hint is False:
                    raise ValueError(f"An identity operator is always {words}.")
            super().__init__(
                dtype=dtype,
                is_non_singular=True,
                is_self_adjoint=True,
                is_positive_definite=True,
                is_square=True,
                name=name,
                parameters=parameters,
            )
            self._set_num_rows(num_rows, assert_proper_shapes)
            self._batch_arg, self._batch_known = None, None
            if batch_shape is not None:
                self._batch_arg, self._batch_known = _dims(batch_shape, "batch_shape", "batch_shape_arg", 1)
                if assert_proper_shapes:
                    self._batch_arg = _with_checks(self._batch_arg, "Argument batch_shape must be non-negative.")

    def _shape(self) -> TensorShape:
        matrix = [self._num_rows_known] * 2
        if self._batch_arg is None:
            return TensorShape(matrix)
        if self._batch_known is not None:
            return TensorShape([*self._batch_known.tolist(), *matrix])
        return TensorShape(None)

    def _shape_tensor(self) -> Any:
        matrix = raw.Pack([self._num_rows, self._num_rows], axis=0, name="stack")
        return matrix if self._batch_arg is None else concat((self._batch_arg, matrix), 0)

    def _spread(self, x: Any) -> Any:
        """The argument with the batch dims of the operator."""
        if self._batch_arg is None:
            return x
        static = self.batch_shape
        known = x.shape.is_fully_defined() and static.is_fully_defined()
        if known and broadcast_static_shape(x.shape[:-2], static).as_list() == x.shape[:-2].as_list():
            return x
        return x + batches.filled(0, self, [1, 1])

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._spread(self._checked(batches.adjoint_if(adjoint_arg, x)))

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """I + mat, [..., N, N]."""
        with self._name_scope(name):
            mat = convert_to_tensor(mat, name="mat")
            self._check_dtype(mat)
            return matrix_set_diag(mat, 1 + matrix_diag_part(mat))

    def _determinant(self) -> Any:
        return ones(self.batch_shape_tensor(), self.dtype)

    def _log_abs_determinant(self) -> Any:
        return zeros(self.batch_shape_tensor(), self.dtype)

    def _trace(self) -> Any:
        found = batches.filled(1, self, [])
        rows = self._num_rows_known
        return (cast(self.domain_dimension_tensor(), self.dtype) if rows is None else rows) * found

    def _diag_part(self) -> Any:
        return batches.filled(1, self, [self._rows()])

    def _eigvals(self) -> Any:
        return self._diag_part()

    def _cond(self) -> Any:
        return ones(self.batch_shape_tensor(), self.dtype)

    def _to_dense(self) -> Any:
        static = self.batch_shape
        return eye(
            self._rows(),
            batch_shape=static.as_list() if static.is_fully_defined() else self.batch_shape_tensor(),
            dtype=self.dtype,
        )

    def _assert_non_singular(self) -> Any:
        return no_op("assert_non_singular")

    def _assert_self_adjoint(self) -> Any:
        return no_op("assert_self_adjoint")

    def _assert_positive_definite(self) -> Any:
        return no_op("assert_positive_definite")

    def _with_batch(self, items: list[Any]) -> LinearOperator:
        """The operator of a part of the batch, which is a matter of its shape."""
        part = batches.filled(1, self, [])[tuple(items)]
        batch = part.shape.as_list() if part.shape.is_fully_defined() else shape_of(part)
        return LinearOperatorIdentity(**{**self.parameters, "batch_shape": batch})


class LinearOperatorScaledIdentity(_Identity):
    """multiplier [B1, ..., Bb] times the identity [N, N], N = num_rows: an int or scalar tensor.

    assert_proper_shapes: operations that check shapes while they run.
    """

    _PARTS: ClassVar[dict[str, int | None]] = {"multiplier": 0}

    def __init__(
        self,
        num_rows: Any,
        multiplier: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ) -> None:
        parameters = {
            "num_rows": num_rows,
            "multiplier": multiplier,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "assert_proper_shapes": assert_proper_shapes,
            "name": name,
        }
        with name_scope(name, values=[multiplier, num_rows]):
            self._multiplier = batches.as_operand(multiplier, "multiplier")
            if not self._multiplier.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real diagonal operator is always self adjoint.")
                is_self_adjoint = True
            if not is_square:
                raise ValueError("A ScaledIdentity operator is always square.")
            super().__init__(
                dtype=self._multiplier.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
                parameters=parameters,
            )
            self._set_num_rows(num_rows, assert_proper_shapes)
            self._rows_as_factor = cast(self._num_rows, self.dtype)
            self._rows_as_real = cast(self._num_rows, self.dtype.real_dtype)

    @property
    def multiplier(self) -> Any:
        """What the identities are multiplied by."""
        return self._multiplier

    def _shape(self) -> TensorShape:
        return TensorShape(self._multiplier.shape).concatenate([self._num_rows_known] * 2)

    def _shape_tensor(self) -> Any:
        matrix = raw.Pack([self._num_rows, self._num_rows], axis=0, name="stack")
        return concat((shape_of(self._multiplier), matrix), 0)

    def _matrix_factor(self, adjoint: bool) -> Any:
        factor = expand_dims(expand_dims(self._multiplier, -1), -1)
        return conj(factor) if adjoint else factor

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = batches.adjoint_if(adjoint_arg, x)
        return self._checked(x) * self._matrix_factor(adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = batches.adjoint_if(adjoint_arg, rhs)
        return self._checked(rhs) / self._matrix_factor(adjoint)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """multiplier I + mat, [..., N, N]."""
        with self._name_scope(name):
            factor = expand_dims(self._multiplier, -1)
            mat = convert_to_tensor(mat, name="mat")
            self._check_dtype(mat)
            return matrix_set_diag(mat, factor + matrix_diag_part(mat))

    def _determinant(self) -> Any:
        return raw.Pow(self._multiplier, self._rows_as_factor, name="pow")

    def _log_abs_determinant(self) -> Any:
        return self._rows_as_real * raw.Log(abs_of(self._multiplier))

    def _trace(self) -> Any:
        rows = self._num_rows_known
        number = cast(self.domain_dimension_tensor(), self.dtype) if rows is None else rows
        found = batches.filled(1, self, [])
        return self._multiplier * number * found

    def _diag_part(self) -> Any:
        return batches.filled(1, self, [self._rows()]) * self._multiplier[..., None]

    def _eigvals(self) -> Any:
        return self._diag_part()

    def _cond(self) -> Any:
        zero = raw.Equal(self._multiplier, 0, name="Equal")
        return where_v2(zero, cast(float("nan"), self.dtype), cast(1.0, self.dtype))

    def _assert_non_singular(self) -> Any:
        return assert_positive(abs_of(self._multiplier), message="LinearOperator was singular")

    def _assert_self_adjoint(self) -> Any:
        part = imag(self._multiplier)
        return assert_equal(zeros_like(part), part, message="LinearOperator was not self-adjoint")

    def _assert_positive_definite(self) -> Any:
        return assert_positive(real(self._multiplier), message="LinearOperator was not positive definite.")


class LinearOperatorZeros(LinearOperator):
    """The zero matrix [*batch_shape, num_rows, num_columns], square if num_columns is None, of float32 by default.

    assert_proper_shapes: operations that check shapes while they run.
    """

    def __init__(
        self,
        num_rows: Any,
        num_columns: Any = None,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = False,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = False,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorZeros",
    ) -> None:
        parameters = {
            "num_rows": num_rows,
            "num_columns": num_columns,
            "batch_shape": batch_shape,
            "dtype": dtype,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "assert_proper_shapes": assert_proper_shapes,
            "name": name,
        }
        with name_scope(name):
            dtype = dtypes.as_dtype(dtypes.float32 if dtype is None else dtype)
            if is_self_adjoint is False and is_square:
                raise ValueError("A zero operator is always self adjoint.")
            if is_non_singular:
                raise ValueError("A zero operator is always singular.")
            if is_positive_definite:
                raise ValueError("A zero operator is always not positive-definite.")
            super().__init__(
                dtype=dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
                parameters=parameters,
            )
            self._rows_arg, rows = _dims(num_rows, "num_rows", "num_rows", 0)
            columns_given = num_rows if num_columns is None else num_columns
            self._columns_arg, columns = _dims(columns_given, "num_columns", "num_columns", 0)
            self._matrix_known = [None if one is None else int(one) for one in (rows, columns)]
            if is_square and None not in self._matrix_known and rows != columns:
                raise ValueError(
                    "LinearOperatorZeros initialized as is_square=True, but got "
                    f"num_rows({rows}) != num_columns({columns})"
                )
            self._batch_arg, self._batch_known = None, None
            if batch_shape is not None:
                self._batch_arg, self._batch_known = _dims(batch_shape, "batch_shape", "batch_shape_arg", 1)
            if assert_proper_shapes:
                self._rows_arg = _with_checks(self._rows_arg, "Argument num_rows must be non-negative.")
                self._columns_arg = _with_checks(self._columns_arg, "Argument num_columns must be non-negative.")

    def _shape(self) -> TensorShape:
        if self._batch_arg is None:
            return TensorShape(self._matrix_known)
        if self._batch_known is not None:
            return TensorShape([*self._batch_known.tolist(), *self._matrix_known])
        return TensorShape(None)

    def _shape_tensor(self) -> Any:
        matrix = raw.Pack([self._rows_arg, self._columns_arg], axis=0, name="stack")
        return matrix if self._batch_arg is None else concat((self._batch_arg, matrix), 0)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = batches.adjoint_if(adjoint_arg, x)
        rows = self._known_or_tensor(-1 if adjoint else -2)
        static, own = x.shape, self.batch_shape
        if static.is_fully_defined() and own.is_fully_defined() and isinstance(rows, int):
            batch = broadcast_static_shape(static[:-2], own).as_list()
            return zeros(batches.dims_tensor([*batch, rows, static.as_list()[-1]], "Shape"), self.dtype)
        dims = shape_of(x)
        batch = raw.BroadcastArgs(dims[:-2], self.batch_shape_tensor())
        return zeros(concat([batch, [rows, dims[-1]]], 0), self.dtype)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """mat, with the batch dims of the operator where it has none."""
        return mat

    def _determinant(self) -> Any:
        return batches.filled(0, self, [])

    def _trace(self) -> Any:
        return batches.filled(0, self, [])

    def _diag_part(self) -> Any:
        rows, columns = self._known_or_tensor(-2), self._known_or_tensor(-1)
        known = isinstance(rows, int) and isinstance(columns, int)
        return batches.filled(0, self, [min(rows, columns) if known else raw.Minimum(rows, columns)])

    def _eigvals(self) -> Any:
        return batches.filled(0, self, [self._known_or_tensor(-1)])

    def _assert_non_singular(self) -> Any:
        raise InvalidArgumentError(None, None, "Zero operators are always non-invertible.")

    def _assert_self_adjoint(self) -> Any:
        return no_op("assert_self_adjoint")

    def _assert_positive_definite(self) -> Any:
        raise InvalidArgumentError(None, None, "Zero operators are always non-positive definite.")

    def _with_batch(self, items: list[Any]) -> LinearOperator:
        """The operator of a part of the batch, which is a matter of its shape."""
        part = batches.filled(0, self, [])[tuple(items)]
        batch = part.shape.as_list() if part.shape.is_fully_defined() else shape_of(part)
        return LinearOperatorZeros(**{**self.parameters, "batch_shape": batch})


@adjoints.of(LinearOperatorIdentity)
@inverses.of(LinearOperatorIdentity)
def _itself(operator: LinearOperator) -> LinearOperator:
    return operator


@cholesky_factors.of(LinearOperatorIdentity)
def _identity_factor(operator: LinearOperatorIdentity) -> LinearOperator:
    static = operator.batch_shape
    known = static.is_fully_defined()
    return LinearOperatorIdentity(
        operator._num_rows,
        batch_shape=np.array(static.as_list(), np.int32) if known else operator.batch_shape_tensor(),
        dtype=operator.dtype,
    )


def _scaled(operator: LinearOperatorScaledIdentity, multiplier: Any, **known: Any) -> LinearOperator:
    return LinearOperatorScaledIdentity(operator._num_rows, multiplier, **{**hints.of(operator), **known})


@adjoints.of(LinearOperatorScaledIdentity)
def _scaled_adjoint(operator: LinearOperatorScaledIdentity) -> LinearOperator:
    return _scaled(operator, conj(operator.multiplier))


@inverses.of(LinearOperatorScaledIdentity)
def _scaled_inverse(operator: LinearOperatorScaledIdentity) -> LinearOperator:
    return _scaled(operator, 1.0 / operator.multiplier)


@cholesky_factors.of(LinearOperatorScaledIdentity)
def _scaled_factor(operator: LinearOperatorScaledIdentity) -> LinearOperator:
    return _scaled(
        operator, raw.Sqrt(operator.multiplier), is_non_singular=True, is_self_adjoint=True, is_positive_definite=True
    )
