"""Operators that a vector or three make: reflections, permutations, Toeplitz and tridiagonal matrices."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros_like
from nbtf.array.indexing import gather
from nbtf.array.joining import concat, pad
from nbtf.array.moving import no_op
from nbtf.array.ordering import argsort
from nbtf.array.rearranging import reverse, roll
from nbtf.array.shapes import shape_of
from nbtf.control_flow.grouping import group
from nbtf.debugging.comparisons import assert_equal
from nbtf.errors import InvalidArgumentError
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import matrix_diag, matrix_diag_part, matrix_set_diag
from nbtf.linalg.tridiagonal import tridiagonal_matmul, tridiagonal_solve
from nbtf.linear_operators import batches
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.circulant import LinearOperatorCirculant, as_complex
from nbtf.linear_operators.moduli import assert_real
from nbtf.linear_operators.rules import inverses
from nbtf.math.casting import cast, conj
from nbtf.math.operands import matmul
from nbtf.nn.normalizing import l2_normalize
from nbtf.tensor_shape import TensorShape


def _check_vectors(name: str, value: Any) -> None:
    if value.shape.rank == 0:
        raise ValueError(f"Argument {name} must have at least 1 dimension.  Found: {value}")


class LinearOperatorHouseholder(LinearOperator):
    """The reflection I - 2 v v^H, v the normalized reflection_axis [B1, ..., Bb, N]."""

    _PARTS: ClassVar[dict[str, int | None]] = {"reflection_axis": 1}

    def __init__(
        self,
        reflection_axis: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorHouseholder",
    ) -> None:
        parameters = {
            "reflection_axis": reflection_axis,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        with name_scope(name, values=[reflection_axis]):
            self._reflection_axis = batches.as_operand(reflection_axis, "reflection_axis")
            _check_vectors("reflection_axis", self._reflection_axis)
            if is_self_adjoint is False:
                raise ValueError("A Householder operator is always self adjoint.")
            if is_positive_definite is True:
                raise ValueError("A Householder operator is always non-positive definite.")
            if is_square is False:
                raise ValueError("A Householder operator is always square.")
            super().__init__(
                dtype=self._reflection_axis.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=True,
                is_positive_definite=False,
                is_square=True,
                name=name,
                parameters=parameters,
            )

    @property
    def reflection_axis(self) -> Any:
        """The normal of the mirror."""
        return self._reflection_axis

    def _shape(self) -> TensorShape:
        return batches.square_shape(self._reflection_axis)

    def _shape_tensor(self) -> Any:
        return batches.square_shape_tensor(self._reflection_axis)

    def _normal(self) -> Any:
        return l2_normalize(self._reflection_axis, axis=-1)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = batches.adjoint_if(adjoint_arg, x)
        column = self._normal()[..., None]
        shadow = matmul(column, x, adjoint_a=True)
        return x - 2.0 * column * shadow

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint, adjoint_arg)

    def _trace(self) -> Any:
        size = cast(self._known_or_tensor(-1), self.dtype) - 2
        return size * batches.filled(1, self, [])

    def _determinant(self) -> Any:
        return -batches.filled(1, self, [])

    def _log_abs_determinant(self) -> Any:
        return batches.filled(0, self, [])

    def _diag_part(self) -> Any:
        normal = self._normal()
        return 1.0 - 2 * normal * conj(normal)

    def _to_dense(self) -> Any:
        column = self._normal()[..., None]
        matrix = -2 * matmul(column, column, adjoint_b=True)
        return matrix_set_diag(matrix, 1.0 + matrix_diag_part(matrix))

    def _eigvals(self) -> Any:
        size = self._known_or_tensor(-1)
        return concat([-batches.filled(1, self, [1]), batches.filled(1, self, [size - 1])], axis=-1)

    def _cond(self) -> Any:
        return batches.filled(1, self, [])

    def _assert_non_singular(self) -> Any:
        return no_op("assert_non_singular")

    def _assert_self_adjoint(self) -> Any:
        return no_op("assert_self_adjoint")

    def _assert_positive_definite(self) -> Any:
        raise InvalidArgumentError(None, None, "Householder operators are always non-positive definite.")


@inverses.of(LinearOperatorHouseholder)
def _inverse(operator: LinearOperatorHouseholder) -> LinearOperator:
    return operator


class LinearOperatorPermutation(LinearOperator):
    """The permutation of rows whose row i is row perm[i] of the argument: perm [B1, ..., Bb, N] of integers.

    Raises ValueError if perm is known and no permutation of 0 ... N - 1.
    """

    _PARTS: ClassVar[dict[str, int | None]] = {"perm": 1}

    def __init__(
        self,
        perm: Any,
        dtype: Any = dtypes.float32,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorPermutation",
    ) -> None:
        parameters = {
            "perm": perm,
            "dtype": dtype,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        with name_scope(name, values=[perm]):
            self._perm = batches.as_operand(perm, "perm")
            self._check_permutation()
            for hint, said in (("is_non_singular", is_non_singular), ("is_square", is_square)):
                words = hint.removeprefix("is_").replace("_", "-")
                if said is False:
                    raise ValueError(
                        f"A Permutation operator is always {words}. Expected argument `{hint}` to be True. "
                        f"Received: {said}."
                    )
            super().__init__(
                dtype=dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
                parameters=parameters,
            )

    def _check_permutation(self) -> None:
        perm = self._perm
        if perm.shape.rank == 0:
            raise ValueError(f"Argument `perm` must have at least 1 dimension. Received: {perm}.")
        if not perm.dtype.is_integer:
            raise TypeError(f"Argument `perm` must be integer dtype. Received: {perm}.")
        known = constant_value(perm) if hasattr(perm, "op") else None
        if known is not None and np.any(np.sort(known, axis=-1) != np.arange(known.shape[-1])):
            raise ValueError(f"Argument `perm` must be a vector of unique integers from 0 to {known.shape[-1] - 1}.")

    @property
    def perm(self) -> Any:
        """Where each row comes from."""
        return self._perm

    def _shape(self) -> TensorShape:
        return batches.square_shape(self._perm)

    def _shape_tensor(self) -> Any:
        return batches.square_shape_tensor(self._perm)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        perm = convert_to_tensor(self._perm)
        if adjoint and not self.is_self_adjoint:
            perm = argsort(perm, axis=-1)
        x = batches.adjoint_if(adjoint_arg, x)
        if perm.shape.rank == 1:
            return gather(x, perm, axis=-2)
        indices, rows = batches.broadcast_matrices(perm[..., None], x)
        dims, sizes = shape_of(indices), shape_of(rows)
        flat = gather(
            raw.Reshape(rows, concat(([-1], sizes[-2:]), 0)),
            raw.Reshape(indices, concat(([-1], dims[-2:-1]), 0)),
            axis=1,
            batch_dims=1,
        )
        result = raw.Reshape(flat, sizes)
        result.set_shape(rows.shape)
        return result

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _log_abs_determinant(self) -> Any:
        return batches.filled(0, self, [])

    def _to_dense(self) -> Any:
        columns = range_of(self._known_or_tensor(-1), dtype=self._perm.dtype.base_dtype)
        return cast(raw.Equal(columns, self._perm[..., None], name="Equal"), self.dtype)

    def _diag_part(self) -> Any:
        columns = range_of(self._known_or_tensor(-1), dtype=self._perm.dtype.base_dtype)
        return cast(raw.Equal(columns, self._perm, name="Equal"), self.dtype)

    def _cond(self) -> Any:
        return batches.filled(1, self, [])

    def _assert_non_singular(self) -> Any:
        return no_op("assert_non_singular")


class LinearOperatorToeplitz(LinearOperator):
    """The Toeplitz matrix of a first column and a first row, col and row [B1, ..., Bb, N]; col[0] is on the diagonal.

    Products are convolutions, by way of a circulant matrix of twice the size.
    """

    _PARTS: ClassVar[dict[str, int | None]] = {"col": 1, "row": 1}

    def __init__(
        self,
        col: Any,
        row: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorToeplitz",
    ) -> None:
        parameters = {
            "col": col,
            "row": row,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        with name_scope(name, values=[row, col]):
            self._row = batches.as_operand(row, "row")
            self._col = batches.as_operand(col, "col")
            _check_vectors("row", self._row)
            _check_vectors("col", self._col)
            if is_square is False:
                raise ValueError("Only square Toeplitz operators currently supported.")
            sizes = [one.shape.as_list()[-1] for one in (self._row, self._col) if one.shape.rank is not None]
            if len(sizes) == 2 and None not in sizes and sizes[0] != sizes[1]:
                raise ValueError("Expected square matrix, got row and col with mismatched dimensions.")
            super().__init__(
                dtype=self._row.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
                parameters=parameters,
            )

    @property
    def col(self) -> Any:
        """The first column."""
        return self._col

    @property
    def row(self) -> Any:
        """The first row; its first element does not count."""
        return self._row

    def _shape(self) -> TensorShape:
        if self._row.shape.rank is None or self._col.shape.rank is None:
            return TensorShape(None)
        size = self._row.shape[-1:]
        batch = batches.joint_batch([one.shape.concatenate(size) for one in (self._row, self._col)])
        return batch.concatenate(size).concatenate(size)

    def _shape_tensor(self) -> Any:
        rows, columns = shape_of(self._row), shape_of(self._col)
        batch = batches.joint_batch_tensor([rows[:-1], columns[:-1]])
        return concat((batch, rows[-1:], rows[-1:]), 0)

    def _wide(self) -> tuple[Any, Any]:
        """The row and the column with equal batch dims."""
        row, col = batches.broadcast_matrices(
            convert_to_tensor(self._row)[..., None], convert_to_tensor(self._col)[..., None]
        )
        return row[..., 0], col[..., 0]

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        row, col = self._wide()
        if adjoint:
            row, col = conj(col), conj(row)
        x = batches.adjoint_if(adjoint_arg, x)
        around = concat([col, zeros_like(col[..., :1]), reverse(row[..., 1:], axis=[-1])], axis=-1)
        first = concat([row[..., :1] if adjoint else col[..., :1], around[..., 1:]], axis=-1)
        spectrum = raw.FFT(as_complex(first))
        size = self._known_or_tensor(-1)
        rank = x.shape.rank
        if rank is None:
            filling = zeros_like(x)
            padded = concat([x, filling], axis=-2)
        else:
            padded = pad(x, [[0, 0]] * (rank - 2) + [[0, size], [0, 0]])
        product = LinearOperatorCirculant(spectrum, input_output_dtype=self.dtype).matmul(padded)
        return product[..., :size, :]

    def _assert_self_adjoint(self) -> Any:
        message = "row and col are not the same, and so this operator is not self-adjoint."
        return assert_equal(self._row, self._col, message=message)

    def _diag_part(self) -> Any:
        return self._col[..., :1] * batches.filled(1, self, [self._known_or_tensor(-1)])

    def _trace(self) -> Any:
        element = self._col[..., 0] * batches.filled(1, self, [])
        return cast(self._known_or_tensor(-1), self.dtype) * element

    def _to_dense(self) -> Any:
        row, col = self._wide()
        size = self._known_or_tensor(-1)
        elements = concat([reverse(row[..., 1:], axis=[-1]), col], axis=-1)
        places = range_of(size)[:, None] - range_of(size)[None, :] + (size - 1)
        dense = gather(elements, places, axis=-1)
        dense.set_shape(self.shape)
        return dense


_FORMATS: Final = ("compact", "matrix", "sequence")


class LinearOperatorTridiag(LinearOperator):
    """The tridiagonal matrix of its diagonals.

    diagonals_format: "compact", [B1, ..., Bb, 3, N]: superdiagonal, diagonal, subdiagonal, of which the last element of the
    first and the first element of the last do not count; "sequence", a list of these three [B1, ..., Bb, N]; or "matrix",
    the whole matrix. Raises ValueError for others.
    """

    def __init__(
        self,
        diagonals: Any,
        diagonals_format: str = "compact",
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorTridiag",
    ) -> None:
        parameters = {
            "diagonals": diagonals,
            "diagonals_format": diagonals_format,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
            "is_square": is_square,
            "name": name,
        }
        if diagonals_format not in _FORMATS:
            raise ValueError(
                "Argument `diagonals_format` must be one of compact, matrix, or sequence. "
                f"Received : {diagonals_format}."
            )
        with name_scope(name):
            self._diagonals_format = diagonals_format
            if diagonals_format == "sequence":
                self._diagonals: Any = [batches.as_operand(one, "diagonal") for one in diagonals]
                if len(self._diagonals) != 3:
                    raise ValueError(f"Three diagonals make a tridiagonal operator. Received: {len(self._diagonals)}.")
                dtype = self._diagonals[0].dtype
            else:
                self._diagonals = batches.as_operand(diagonals, "diagonals")
                dtype = self._diagonals.dtype
            self._PARTS = {"diagonals": 1 if diagonals_format == "sequence" else 2}  # type: ignore[misc]
            super().__init__(
                dtype=dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
                parameters=parameters,
            )

    @property
    def diagonals(self) -> Any:
        """The diagonals, in the operator's format."""
        return self._diagonals

    @property
    def diagonals_format(self) -> str:
        """How the diagonals are given."""
        return self._diagonals_format

    def _shape(self) -> TensorShape:
        if self._diagonals_format == "matrix":
            return TensorShape(self._diagonals.shape)
        if self._diagonals_format == "compact":
            shape = self._diagonals.shape
            return TensorShape(None) if shape.rank is None else shape[:-2].concatenate([shape[-1], shape[-1]])
        shapes = [one.shape for one in self._diagonals]
        if any(shape.rank is None for shape in shapes):
            return TensorShape(None)
        size = shapes[1][-1:]
        return batches.joint_batch([shape.concatenate(size) for shape in shapes]).concatenate(size).concatenate(size)

    def _shape_tensor(self) -> Any:
        if self._diagonals_format == "matrix":
            return shape_of(self._diagonals)
        if self._diagonals_format == "compact":
            dims = shape_of(self._diagonals)
            return concat((dims[:-2], [dims[-1], dims[-1]]), 0)
        shapes = [shape_of(one) for one in self._diagonals]
        batch = batches.joint_batch_tensor([one[:-1] for one in shapes])
        return concat((batch, shapes[1][-1:], shapes[1][-1:]), 0)

    def _three(self, adjoint: bool = False) -> list[Any]:
        """Superdiagonal, diagonal and subdiagonal, [..., N] each; those of the adjoint."""
        if self._diagonals_format == "sequence":
            above, middle, below = self._diagonals
        else:
            compact = self._diagonals
            if self._diagonals_format == "matrix":
                compact = matrix_diag_part(compact, k=(-1, 1), align="LEFT_RIGHT")
            above, middle, below = compact[..., 0, :], compact[..., 1, :], compact[..., 2, :]
        if adjoint:
            above, middle, below = conj(roll(below, -1, axis=-1)), conj(middle), conj(roll(above, 1, axis=-1))
        return [above, middle, below]

    def _compact(self, adjoint: bool = False) -> Any:
        rows = [one[..., None, :] for one in self._three(adjoint)]
        return concat(batches.broadcast_matrices(*rows), axis=-2)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = batches.adjoint_if(adjoint_arg, x)
        compact, x = batches.broadcast_matrices(self._compact(adjoint), x)
        return tridiagonal_matmul(compact, x, diagonals_format="compact")

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = batches.adjoint_if(adjoint_arg, rhs)
        compact, rhs = batches.broadcast_matrices(self._compact(adjoint), rhs)
        return tridiagonal_solve(compact, rhs, diagonals_format="compact", partial_pivoting=True)

    def _diag_part(self) -> Any:
        if self._diagonals_format == "matrix":
            return matrix_diag_part(self._diagonals)
        return self._diagonals[1] if self._diagonals_format == "sequence" else self._diagonals[..., 1, :]

    def _to_dense(self) -> Any:
        if self._diagonals_format == "matrix":
            return self._diagonals
        return matrix_diag(self._compact(), k=(-1, 1), align="LEFT_RIGHT")

    def _assert_self_adjoint(self) -> Any:
        above, middle, below = self._three()
        is_real = assert_real(middle, "This tridiagonal operator contained non-zero imaginary values on the diagonal.")
        symmetric = assert_equal(
            conj(above)[..., :-1],
            roll(below, -1, axis=-1)[..., :-1],
            message="This tridiagonal operator has non-conjugate subdiagonal and superdiagonal.",
        )
        return group(is_real, symmetric)
