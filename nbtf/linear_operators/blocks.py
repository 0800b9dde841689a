"""Operators put together from blocks: along the diagonal, and in a lower triangle."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

from nbtf.array.filling import zeros
from nbtf.array.joining import concat, split
from nbtf.array.shapes import expand_dims, shape_of, squeeze
from nbtf.control_flow.grouping import group
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linear_operators import batches, hints
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.dense import LinearOperatorFullMatrix
from nbtf.linear_operators.rules import adjoints, cholesky_factors, inverses, products, solutions
from nbtf.linear_operators.wrapped import checked_operators
from nbtf.tensor_shape import Dimension, TensorShape


def _total(dims: Sequence[Dimension]) -> Dimension:
    return reduce(lambda a, b: a + b, dims)


class BlockOperator(LinearOperator):
    """What operators of blocks share: arguments may be lists of tensors, one a block, and then so are results."""

    def _row_operators(self) -> list[list[Any]]:
        """The operators that are there, row by row."""
        raise NotImplementedError

    def _diagonal(self) -> list[Any]:
        """The operators on the diagonal."""
        raise NotImplementedError

    def _block_dims(self, axis: int) -> list[Any]:
        """The sizes of the blocks of columns (-1) or rows (-2): ints where they are known, tensors elsewhere."""
        return [one._known_or_tensor(axis) for one in self._diagonal()]

    def _static_block_dims(self, axis: int) -> list[Dimension]:
        return [one._dimension(axis) for one in self._diagonal()]

    def _shape(self) -> TensorShape:
        every = [one for row in self._row_operators() for one in row]
        if any(one.shape.rank is None for one in every):
            return TensorShape(None)
        matrix = [_total(self._static_block_dims(-2)), _total(self._static_block_dims(-1))]
        return batches.joint_batch([one.shape for one in every]).concatenate(matrix)

    def _shape_tensor(self) -> Any:
        every = [one for row in self._row_operators() for one in row]
        rows = reduce(lambda a, b: a + b, [one.range_dimension_tensor() for one in self._diagonal()])
        columns = reduce(lambda a, b: a + b, [one.domain_dimension_tensor() for one in self._diagonal()])
        batch = batches.joint_batch_tensor([one.batch_shape_tensor() for one in every])
        return concat((batch, raw.Pack([rows, columns], name="stack")), 0)

    # ---- arguments that are lists ----

    def _is_blockwise(self, x: Any, own_axis: int, axis: int) -> bool:
        """Whether the argument is one tensor a block: a list of as many whose dims fit the blocks.

        Else it is a tensor, or what becomes one. Raises ValueError if it is a list of tensors that do not fit.
        """
        if not isinstance(x, (list, tuple)) or not x or not all(_rank(one) for one in x):
            return False
        sizes = [Dimension(_shape(one)[axis]) for one in x]
        own = self._static_block_dims(own_axis)
        if len(sizes) != len(own):
            _total(own).assert_is_compatible_with(_total(sizes))
            raise ValueError(f"{self.name} has {len(own)} blocks, but the argument is a list of {len(sizes)}.")
        for one, size in zip(own, sizes, strict=True):
            one.assert_is_compatible_with(size)
        return True

    def _converted(self, values: Sequence[Any], name: str) -> list[Any]:
        blocks = [convert_to_tensor(one, name=f"{name}_{i}") for i, one in enumerate(values)]
        for block in blocks:
            self._check_dtype(block)
        return blocks

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        """A x, of a tensor, an operator, or a list of tensors, one a block; then the result is such a list."""
        own_axis, axis = -2 if adjoint else -1, -1 if adjoint_arg else -2
        if isinstance(x, LinearOperator) or not self._is_blockwise(x, own_axis, axis):
            return super().matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg, name=name)
        with self._name_scope(name):
            return self._blocks_of_product(self._converted(x, "x"), adjoint, adjoint_arg)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """A x, of vectors or a list of vectors, one a block."""
        if not self._is_blockwise(x, -2 if adjoint else -1, -1):
            return super().matvec(x, adjoint=adjoint, name=name)
        with self._name_scope(name):
            columns = [expand_dims(block, axis=-1) for block in self._converted(x, "x")]
            return [squeeze(one, axis=-1) for one in self.matmul(columns, adjoint=adjoint)]

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, of a tensor, an operator, or a list of tensors, one a block."""
        own_axis, axis = -1 if adjoint else -2, -1 if adjoint_arg else -2
        if isinstance(rhs, LinearOperator) or not self._is_blockwise(rhs, own_axis, axis):
            return super().solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg, name=name)
        self._check_solvable()
        with self._name_scope(name):
            return self._blocks_of_solution(self._converted(rhs, "rhs"), adjoint, adjoint_arg)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, of vectors or a list of vectors, one a block."""
        if not self._is_blockwise(rhs, -1 if adjoint else -2, -1):
            return super().solvevec(rhs, adjoint=adjoint, name=name)
        with self._name_scope(name):
            columns = [expand_dims(block, axis=-1) for block in self._converted(rhs, "rhs")]
            return [squeeze(one, axis=-1) for one in self.solve(columns, adjoint=adjoint)]

    def _blocks_of_product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        raise NotImplementedError

    def _blocks_of_solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        raise NotImplementedError

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        blocks = split(x, self._block_dims(-2 if adjoint else -1), axis=-1 if adjoint_arg else -2)
        return concat(_with_equal_batches(self._blocks_of_product(blocks, adjoint, adjoint_arg)), axis=-2)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        blocks = split(rhs, self._block_dims(-1 if adjoint else -2), axis=-1 if adjoint_arg else -2)
        return concat(_with_equal_batches(self._blocks_of_solution(blocks, adjoint, adjoint_arg)), axis=-2)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return squeeze(self.matmul(x[..., None], adjoint=adjoint), axis=-1)

    # ---- numbers ----

    def _determinant(self) -> Any:
        return reduce(lambda a, b: a * b, [one.determinant() for one in self._diagonal()])

    def _log_abs_determinant(self) -> Any:
        return reduce(lambda a, b: a + b, [one.log_abs_determinant() for one in self._diagonal()])

    def _trace(self) -> Any:
        return reduce(lambda a, b: a + b, [one.trace() for one in self._diagonal()])

    def _vectors(self, vectors: Sequence[Any]) -> Any:
        columns = _with_equal_batches([one[..., None] for one in vectors])
        return squeeze(concat(columns, axis=-2), axis=-1)

    def _eigvals(self) -> Any:
        return self._vectors([one.eigvals() for one in self._diagonal()])

    def _dense_rows(self, rows: Sequence[Sequence[Any]]) -> Any:
        """A matrix of rows of dense blocks, filled up with zeros on the right."""
        total = self._known_or_tensor(-1)
        found, before = [], 0
        for blocks, width in zip(rows, self._block_dims(-1), strict=True):
            before = before + width
            batch = self.batch_shape
            known = batch.is_fully_defined()
            height = blocks[0].shape.as_list()[-2] if blocks[0].shape.rank is not None else None
            sizes = [shape_of(blocks[0])[-2] if height is None else height, total - before]
            if known and all(isinstance(size, int) for size in sizes):
                filling = zeros([*batch.as_list(), *sizes], self.dtype)
            else:
                filling = zeros(concat([self.batch_shape_tensor(), sizes], 0), self.dtype)
            found.append(concat(_with_equal_batches([*blocks, filling]), axis=-1))
        dense = concat(_with_equal_batches(found), axis=-2)
        dense.set_shape(self.shape)
        return dense


def _rank(value: Any) -> int | None:
    shape = getattr(value, "shape", None)
    rank = getattr(shape, "rank", None) if shape is not None else None
    return rank if rank is not None or shape is None or not isinstance(shape, tuple) else len(shape)


def _shape(value: Any) -> list[int | None]:
    return list(TensorShape(value.shape).as_list())


def _with_equal_batches(tensors: Sequence[Any]) -> list[Any]:
    return batches.broadcast_matrices(*tensors)


class LinearOperatorBlockDiag(BlockOperator):
    """Operators [..., Mi, Ni] along the diagonal: [..., M1 + M2 ..., N1 + N2 ...], with zeros elsewhere.

    A hint that all blocks have, the whole has. Raises ValueError if it is said not to have it.
    """

    _PARTS: ClassVar[dict[str, int | None]] = {"operators": None}

    def __init__(
        self,
        operators: Sequence[Any],
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
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
        given = {
            "is_non_singular": (is_non_singular, "non-singular"),
            "is_self_adjoint": (is_self_adjoint, "self-adjoint"),
            "is_positive_definite": (is_positive_definite, "positive definite"),
        }
        found: dict[str, Any] = {
            hint: hints.required(
                said,
                [getattr(one, hint) for one in self._operators],
                f"The direct sum of {words} operators is always {words}.",
            )
            for hint, (said, words) in given.items()
        }
        name = "_ds_".join(one.name for one in self._operators) if name is None else name
        with name_scope(name):
            super().__init__(
                dtype=self._operators[0].dtype, is_square=is_square, name=name, parameters=parameters, **found
            )

    @property
    def operators(self) -> list[Any]:
        """The blocks."""
        return self._operators

    def _row_operators(self) -> list[list[Any]]:
        return [[one] for one in self._operators]

    def _diagonal(self) -> list[Any]:
        return self._operators

    def _blocks_of_product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        pairs = zip(self._operators, blocks, strict=True)
        return [one.matmul(block, adjoint=adjoint, adjoint_arg=adjoint_arg) for one, block in pairs]

    def _blocks_of_solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        pairs = zip(self._operators, blocks, strict=True)
        return [one.solve(block, adjoint=adjoint, adjoint_arg=adjoint_arg) for one, block in pairs]

    def _check_square_blocks(self, what: str) -> None:
        if not all(one.is_square for one in self._operators):
            raise NotImplementedError(f"`{what}` not implemented for an operator whose blocks are not square.")

    def _diag_part(self) -> Any:
        self._check_square_blocks("diag_part")
        return self._vectors([one.diag_part() for one in self._operators])

    def _trace(self) -> Any:
        self._check_square_blocks("trace")
        return super()._trace()

    def _to_dense(self) -> Any:
        rows, before = [], 0
        for operator, width in zip(self._operators, self._block_dims(-1), strict=True):
            dense = operator.to_dense()
            height = operator._known_or_tensor(-2)
            if self.batch_shape.is_fully_defined() and isinstance(height, int) and isinstance(before, int):
                left = zeros([*self.batch_shape.as_list(), height, before], self.dtype)
            else:
                left = zeros(concat([self.batch_shape_tensor(), [height, before]], 0), self.dtype)
            rows.append([left, dense])
            before = before + width
        return self._dense_rows(rows)

    def _assert_non_singular(self) -> Any:
        return group(*[one.assert_non_singular() for one in self._operators])

    def _assert_self_adjoint(self) -> Any:
        return group(*[one.assert_self_adjoint() for one in self._operators])

    def _assert_positive_definite(self) -> Any:
        return group(*[one.assert_positive_definite() for one in self._operators])


class LinearOperatorBlockLowerTriangular(BlockOperator):
    """A lower triangle of operators: row i is a list of i + 1 operators that fit, the last of which is square.

    Raises ValueError for rows of other lengths or dims.
    """

    _PARTS: ClassVar[dict[str, int | None]] = {"operators": None}

    def __init__(
        self,
        operators: Sequence[Sequence[Any]],
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorBlockLowerTriangular",
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
        self._operators = [list(row) for row in operators]
        self._check_rows()
        is_non_singular = self._singularity(is_non_singular)
        if is_square is False:
            raise ValueError(
                "`LinearOperatorBlockLowerTriangular` must be square. Expected argument `is_square` to be True. "
                f"Received: {is_square}."
            )
        with name_scope(name):
            super().__init__(
                dtype=self._operators[0][0].dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
                parameters=parameters,
            )

    def _singularity(self, said: bool | None) -> bool | None:
        """Whether it is non-singular, which the blocks on the diagonal decide. Raises ValueError if it is said not to be so."""
        found = [one.is_non_singular for one in self._diagonal()]
        received = f"Expected argument `is_non_singular` to be True. Received: {said}."
        if all(found):
            if said is False:
                raise ValueError(
                    "A blockwise lower-triangular operator with non-singular operators on the main diagonal is always "
                    f"non-singular. {received}"
                )
            return True
        if False not in found:
            return None
        if said is True:
            raise ValueError(
                "A blockwise lower-triangular operator with a singular operator on the main diagonal is always singular. "
                + received
            )
        return False

    def _check_rows(self) -> None:
        dtype = self._operators[0][0].dtype
        for i, row in enumerate(self._operators):
            if len(row) != i + 1:
                raise ValueError(
                    f"Argument `operators[{i}]` must contain `{i + 1}` blocks. Received: {len(row)} blocks."
                )
            for one in row:
                if one.dtype != dtype:
                    raise TypeError(
                        f"Expected all operators to have the same dtype.  Found {[one.dtype for one in row]} in row {i} "
                        f"and {dtype} in row 0."
                    )
            if row[-1].is_square is False:
                raise ValueError(
                    "Matrices on the diagonal (the final elements of each row-partition in the `operators` list) must be "
                    f"square. Expected argument `operators[{i}][-1].is_square` to be True. Received: False."
                )
            for j, one in enumerate(row):
                self._check_fit(
                    i, j, one, "domain", one.domain_dimension, self._operators[j][j].domain_dimension, (j, j)
                )
                self._check_fit(i, j, one, "range", one.range_dimension, row[i].range_dimension, (i, i))

    @staticmethod
    def _check_fit(
        i: int, j: int, one: Any, role: str, found: Dimension, wanted: Dimension, place: tuple[int, int]
    ) -> None:
        if not found.is_compatible_with(wanted):
            raise ValueError(
                f"Argument `operators[{i}][{j}].{role}_dimension` ({found}) must be the same as "
                f"`operators[{place[0]}][{place[1]}].{role}_dimension` ({wanted})."
            )

    @property
    def operators(self) -> list[list[Any]]:
        """The rows of operators."""
        return self._operators

    def _row_operators(self) -> list[list[Any]]:
        return self._operators

    def _diagonal(self) -> list[Any]:
        return [row[-1] for row in self._operators]

    def _blocks_of_product(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        found = []
        for i, row in enumerate(self._operators):
            if adjoint:
                terms = [(later[i], blocks[k]) for k, later in enumerate(self._operators) if k >= i]
            else:
                terms = list(zip(row, blocks, strict=False))
            result = None
            for one, block in terms:
                term = one.matmul(block, adjoint=adjoint, adjoint_arg=adjoint_arg)
                result = term if result is None else result + term
            found.append(result)
        return found

    def _blocks_of_solution(self, blocks: list[Any], adjoint: bool, adjoint_arg: bool) -> list[Any]:
        blocks = [batches.adjoint_if(adjoint_arg, block) for block in blocks]
        count = len(blocks)
        found: dict[int, Any] = {}
        for i in range(count)[::-1] if adjoint else range(count):
            rhs = blocks[i]
            for j in range(i + 1, count)[::-1] if adjoint else range(i):
                one = self._operators[j][i] if adjoint else self._operators[i][j]
                rhs = rhs - one.matmul(found[j], adjoint=adjoint)
            found[i] = self._operators[i][i].solve(rhs, adjoint=adjoint)
        return [found[i] for i in range(count)]

    def _diag_part(self) -> Any:
        return self._vectors([one.diag_part() for one in self._diagonal()])

    def _to_dense(self) -> Any:
        return self._dense_rows([[one.to_dense() for one in row] for row in self._operators])

    def _assert_non_singular(self) -> Any:
        return group(*[one.assert_non_singular() for one in self._diagonal()])


@adjoints.of(LinearOperatorBlockDiag)
def _adjoint(operator: LinearOperatorBlockDiag) -> LinearOperator:
    blocks = [one.adjoint() for one in operator.operators]
    return LinearOperatorBlockDiag(blocks, **{**hints.of(operator), "is_square": True})


@inverses.of(LinearOperatorBlockDiag)
def _inverse(operator: LinearOperatorBlockDiag) -> LinearOperator:
    return LinearOperatorBlockDiag([one.inverse() for one in operator.operators], **hints.of(operator))


@cholesky_factors.of(LinearOperatorBlockDiag)
def _cholesky(operator: LinearOperatorBlockDiag) -> LinearOperator:
    return LinearOperatorBlockDiag(
        [one.cholesky() for one in operator.operators], is_non_singular=True, is_self_adjoint=None, is_square=True
    )


def _fit(left: LinearOperatorBlockDiag, right: LinearOperatorBlockDiag, axis: int) -> bool:
    """Whether the blocks of both are of the same sizes, as far as is known."""
    own = [one.value for one in left._static_block_dims(axis)]
    return None not in own and own == [one.value for one in right._static_block_dims(-2)]


@products.of(LinearOperatorBlockDiag, LinearOperatorBlockDiag)
def _product(left: LinearOperatorBlockDiag, right: LinearOperatorBlockDiag) -> Any:
    if not _fit(left, right, -1):
        return products.between(LinearOperator, LinearOperator)(left, right)
    pairs = zip(left.operators, right.operators, strict=True)
    return LinearOperatorBlockDiag([a.matmul(b) for a, b in pairs], **hints.of_product(left, right))


@solutions.of(LinearOperatorBlockDiag, LinearOperatorBlockDiag)
def _solution(left: LinearOperatorBlockDiag, right: LinearOperatorBlockDiag) -> Any:
    if not _fit(left, right, -2):
        return solutions.between(LinearOperator, LinearOperator)(left, right)
    pairs = zip(left.operators, right.operators, strict=True)
    return LinearOperatorBlockDiag([a.solve(b) for a, b in pairs], **hints.of_product(left, right))


@inverses.of(LinearOperatorBlockLowerTriangular)
def _inverse_of_triangle(operator: LinearOperatorBlockLowerTriangular) -> LinearOperator:
    """Row by row: -D^-1 times what the row's other blocks make of the rows above, and D^-1, the inverse diagonal block."""
    rows: list[list[LinearOperator]] = []
    for row in operator.operators:
        inverse = row[-1].inverse()
        rows.append([_minus(inverse, _left_of(row, rows, j)) for j in range(len(row) - 1)] + [inverse])
    return LinearOperatorBlockLowerTriangular(rows, **hints.of(operator))


def _left_of(row: Sequence[LinearOperator], rows: Sequence[Sequence[LinearOperator]], j: int) -> Any:
    terms = [row[k].matmul(rows[k][j]).to_dense() for k in range(j, len(row) - 1)]
    return reduce(lambda a, b: a + b, terms)


def _minus(inverse: LinearOperator, dense: Any) -> LinearOperator:
    return LinearOperatorFullMatrix(-inverse.matmul(dense))
