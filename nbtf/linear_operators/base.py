"""LinearOperator: a batch of matrices that are known by what they do to vectors."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np

from nbtf import dtypes, logging
from nbtf.array.shapes import expand_dims, size, squeeze
from nbtf.composite_tensor import CompositeTensor
from nbtf.debugging.comparisons import assert_equal, assert_less, assert_positive
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.diagonals import adjoint as adjoint_of
from nbtf.linalg.diagonals import eye, matrix_diag_part
from nbtf.linalg.factors import self_adjoint_eigvals, svd
from nbtf.linear_operators import batches, functions, indexing
from nbtf.linear_operators.rules import adjoints, cholesky_factors, inverses, products, solutions
from nbtf.math.casting import cast
from nbtf.math.operands import abs as abs_of
from nbtf.math.reductions import reduce_max, reduce_min, reduce_sum
from nbtf.tensor_shape import Dimension, TensorShape
from nbtf.variables.modules import Module
from nbtf.variables.variable import Variable


class LinearOperator(Module, CompositeTensor, metaclass=ABCMeta):
    """Base of all operators [B1, ..., Bb, M, N], whose arguments are matrices [..., N, R] or vectors [..., N].

    A subclass says `_shape` and `_matmul`; whatever else it does not do better goes through the dense matrix.
    dtype: of the matrix. is_non_singular, is_self_adjoint, is_positive_definite, is_square: what is known of it, None
    where nothing is; they choose the ways to compute and are not checked. parameters: what the operator was made of.
    Raises ValueError for hints that contradict each other.
    """

    _IS_TENSOR: ClassVar[bool] = False
    _PARTS: ClassVar[dict[str, int | None]] = {}
    """The parameters that hold tensors -> the rank of one matrix's part; None of operators or lists of operators."""

    def __init__(
        self,
        dtype: Any,
        graph_parents: Sequence[Any] | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        for i, parent in enumerate(() if graph_parents is None else graph_parents):
            if not isinstance(parent, (Tensor, Variable)):
                raise ValueError(f"Graph parent item {i} is not a Tensor; {parent}.")
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        for hint, words in ((is_non_singular, "non-singular"), (is_self_adjoint, "self-adjoint")):
            if hint:
                if is_square is False:
                    raise ValueError(f"A {words} matrix is always square.")
                is_square = True
        self._dtype = None if dtype is None else dtypes.as_dtype(dtype).base_dtype
        self._graph_parents = list(graph_parents or ())
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._is_square = is_square
        self._name = name or type(self).__name__
        self._parameters = dict(parameters or {})

    # ---- what is known without running ----

    @property
    def dtype(self) -> Any:
        """The DType of the elements."""
        return self._dtype

    @property
    def name(self) -> str:
        """What names of operations start with."""
        return self._name

    @property
    def parameters(self) -> dict[str, Any]:
        """What the operator was made of: name of the parameter -> value."""
        return dict(self._parameters)

    @property
    def graph_parents(self) -> list[Any]:
        """The tensors that were given as such."""
        return self._graph_parents

    @property
    def is_non_singular(self) -> bool | None:
        """Whether it has an inverse, if known."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether it is its own adjoint, if known."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether x^H A x has a positive real part for all x but 0, if known."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether it has as many rows as columns, if known. Raises ValueError if it was said not to be and is."""
        rows, columns = self.range_dimension.value, self.domain_dimension.value
        if rows is None or columns is None or rows != columns:
            found = None if rows is None or columns is None else False
            return found if self._is_square is None else self._is_square
        if self._is_square is False:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return True

    @property
    def shape(self) -> TensorShape:
        """The static shape [B1, ..., Bb, M, N]."""
        return self._shape()

    @property
    def batch_shape(self) -> TensorShape:
        """The static shape [B1, ..., Bb]."""
        return self.shape[:-2]

    @property
    def tensor_rank(self) -> int | None:
        """The rank of the dense matrices, if known."""
        return self.shape.rank

    @property
    def domain_dimension(self) -> Dimension:
        """The number of columns, N."""
        return self._dimension(-1)

    @property
    def range_dimension(self) -> Dimension:
        """The number of rows, M."""
        return self._dimension(-2)

    def _dimension(self, axis: int) -> Dimension:
        dims = self.shape.dims
        return Dimension(None) if dims is None else dims[axis]

    # ---- shapes as tensors ----

    def shape_tensor(self, name: str = "shape_tensor") -> Any:
        """The shape as a vector of int32."""
        with self._name_scope(name):
            if self.shape.is_fully_defined():
                return batches.dims_tensor(self.shape.as_list(), "Const")
            return self._shape_tensor()

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Any:
        """The shape of the batch as a vector of int32."""
        with self._name_scope(name):
            return self._batch_shape_tensor()

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Any:
        """The rank of the dense matrices, an int32."""
        with self._name_scope(name):
            if self.tensor_rank is not None:
                return constant(self.tensor_rank, dtypes.int32)
            return size(self.shape_tensor())

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Any:
        """The number of columns, an int32."""
        with self._name_scope(name):
            return self._dimension_tensor(-1)

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Any:
        """The number of rows, an int32."""
        with self._name_scope(name):
            return self._dimension_tensor(-2)

    def _batch_shape_tensor(self) -> Any:
        if self.batch_shape.is_fully_defined():
            return batches.dims_tensor(self.batch_shape.as_list(), "batch_shape")
        return self.shape_tensor()[:-2]

    def _dimension_tensor(self, axis: int) -> Any:
        known = self._dimension(axis).value
        return self.shape_tensor()[axis] if known is None else constant(known, dtypes.int32)

    def _known_or_tensor(self, axis: int) -> Any:
        """A dim as an int, where it is known, or as a tensor."""
        known = self._dimension(axis).value
        return (
            (self.range_dimension_tensor if axis == -2 else self.domain_dimension_tensor)() if known is None else known
        )

    # ---- products and solutions ----

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        """A x, [..., M, R] of x [..., N, R]; of an operator another operator.

        adjoint: with A's adjoint; adjoint_arg: with that of x. Raises ValueError for dims that do not fit, TypeError for
        another dtype.
        """
        if isinstance(x, LinearOperator):
            return self._combined("x", x, adjoint, adjoint_arg, name, products)
        with self._name_scope(name):
            x = convert_to_tensor(x, name="x")
            self._check_dtype(x)
            self._check_columns(x, -2 if adjoint else -1, -1 if adjoint_arg else -2)
            return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def __matmul__(self, other: Any) -> Any:
        return self.matmul(other)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """A x, [..., M] of vectors x [..., N]. adjoint: with A's adjoint."""
        with self._name_scope(name):
            x = convert_to_tensor(x, name="x")
            self._check_dtype(x)
            self._check_columns(x, -2 if adjoint else -1, -1)
            return self._matvec(x, adjoint=adjoint)

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, [..., N, R]; of an operator another operator.

        adjoint: with A's adjoint; adjoint_arg: with that of rhs. Raises NotImplementedError if A is known to be singular or
        not square.
        """
        self._check_solvable()
        if isinstance(rhs, LinearOperator):
            return self._combined("rhs", rhs, adjoint, adjoint_arg, name, solutions)
        with self._name_scope(name):
            rhs = convert_to_tensor(rhs, name="rhs")
            self._check_dtype(rhs)
            self._check_columns(rhs, -1 if adjoint else -2, -1 if adjoint_arg else -2)
            return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, [..., N], of vectors rhs [..., M]. adjoint: with A's adjoint."""
        with self._name_scope(name):
            rhs = convert_to_tensor(rhs, name="rhs")
            self._check_dtype(rhs)
            self._check_columns(rhs, -1 if adjoint else -2, -1)
            return self._solvevec(rhs, adjoint=adjoint)

    def _combined(self, role: str, other: Any, adjoint: bool, adjoint_arg: bool, name: str, rules: Any) -> Any:
        left = self.adjoint() if adjoint else self
        right = other.adjoint() if adjoint_arg else other
        inner, outer = left._dimension(-1 if rules is products else -2).value, right.range_dimension.value
        if inner is not None and outer is not None and inner != outer:
            raise ValueError(
                f"Operators are incompatible. Expected `{role}` to have dimension {inner} but got {outer}."
            )
        with self._name_scope(name):
            return rules(left, right)

    @abstractmethod
    def _shape(self) -> TensorShape:
        """The static shape."""

    @abstractmethod
    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        """The product with a tensor that fits."""

    def _shape_tensor(self) -> Any:
        """The shape as a tensor, where it is not known."""
        raise NotImplementedError("_shape_tensor is not implemented.")

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return squeeze(self.matmul(expand_dims(x, axis=-1), adjoint=adjoint), axis=-1)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        self._warn_of_density("solve")
        rhs = batches.adjoint_if(adjoint_arg, rhs)
        if self._is_definite():
            return batches.solve_definite(self.to_dense(), rhs)
        return batches.solve_matrix(self.to_dense(), rhs, adjoint=adjoint)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return squeeze(self.solve(expand_dims(rhs, axis=-1), adjoint=adjoint), axis=-1)

    # ---- other operators ----

    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The operator of the conjugate transposed matrices; itself where it is self-adjoint."""
        if self.is_self_adjoint is True:
            return self
        with self._name_scope(name):
            found: LinearOperator = adjoints(self)
            return found

    @property
    def H(self) -> LinearOperator:  # noqa: N802 TensorFlow's name
        """The adjoint."""
        return self.adjoint()

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator of the inverse matrices. Raises ValueError if it is known to have none."""
        if self.is_square is False:
            raise ValueError("Cannot take the Inverse: This operator represents a non square matrix.")
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        with self._name_scope(name):
            found: LinearOperator = inverses(self)
            return found

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """L, lower triangular, with L L^H = A. Raises ValueError unless A is self-adjoint and positive definite."""
        if not self._is_definite():
            raise ValueError("Cannot take the Cholesky decomposition: Not a positive definite self adjoint matrix.")
        with self._name_scope(name):
            found: LinearOperator = cholesky_factors(self)
            return found

    def __getitem__(self, slices: Any) -> LinearOperator:
        """The operator of some matrices of the batch: slices are of the batch dims."""
        part: LinearOperator = indexing.part_of(self, slices)
        return part

    # ---- numbers ----

    def to_dense(self, name: str = "to_dense") -> Any:
        """The matrices, [B1, ..., Bb, M, N]."""
        with self._name_scope(name):
            return self._to_dense()

    def diag_part(self, name: str = "diag_part") -> Any:
        """The diagonals, [B1, ..., Bb, min(M, N)]."""
        with self._name_scope(name):
            return self._diag_part()

    def trace(self, name: str = "trace") -> Any:
        """The sums of the diagonals, [B1, ..., Bb]."""
        with self._name_scope(name):
            return self._trace()

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Any:
        """A + x, [..., M, N]."""
        with self._name_scope(name):
            x = convert_to_tensor(x, name="x")
            self._check_dtype(x)
            return self._add_to_tensor(x)

    def determinant(self, name: str = "det") -> Any:
        """The determinants, [B1, ..., Bb]. Raises NotImplementedError if it is known not to be square."""
        self._check_square("Determinant")
        with self._name_scope(name):
            return self._determinant()

    def log_abs_determinant(self, name: str = "log_abs_det") -> Any:
        """The logarithms of the determinants' moduli, [B1, ..., Bb]. Raises as `determinant` does."""
        self._check_square("Determinant")
        with self._name_scope(name):
            return self._log_abs_determinant()

    def eigvals(self, name: str = "eigvals") -> Any:
        """The eigenvalues, [B1, ..., Bb, N]. Raises NotImplementedError unless it is known to be self-adjoint."""
        if not self.is_self_adjoint:
            raise NotImplementedError("Only self-adjoint matrices are supported.")
        with self._name_scope(name):
            return self._eigvals()

    def cond(self, name: str = "cond") -> Any:
        """The ratios of the largest and the smallest singular value, [B1, ..., Bb]."""
        with self._name_scope(name):
            return self._cond()

    def _to_dense(self) -> Any:
        batch = self.batch_shape.as_list() if self.batch_shape.is_fully_defined() else self.batch_shape_tensor()
        return self.matmul(eye(self._known_or_tensor(-1), batch_shape=batch, dtype=self.dtype))

    def _diag_part(self) -> Any:
        return matrix_diag_part(self.to_dense())

    def _trace(self) -> Any:
        return reduce_sum(self.diag_part(), axis=-1)

    def _add_to_tensor(self, x: Any) -> Any:
        return self.to_dense() + x

    def _determinant(self) -> Any:
        self._warn_of_density("determinant")
        if self._is_definite():
            return raw.Exp(self.log_abs_determinant())
        return raw.MatrixDeterminant(self.to_dense())

    def _log_abs_determinant(self) -> Any:
        self._warn_of_density("determinant")
        if self._is_definite():
            diagonal = matrix_diag_part(raw.Cholesky(self.to_dense()))
            return 2 * reduce_sum(raw.Log(diagonal), [-1])
        return raw.LogMatrixDeterminant(self.to_dense())[1]

    def _eigvals(self) -> Any:
        return self_adjoint_eigvals(self.to_dense())

    def _cond(self) -> Any:
        if self.is_self_adjoint:
            values = abs_of(self._eigvals())
        else:
            values = svd(self.to_dense(), compute_uv=False)
        return reduce_max(values, axis=-1) / reduce_min(values, axis=-1)

    # ---- assertions ----

    def assert_non_singular(self, name: str = "assert_non_singular") -> Any:
        """An operation that fails where a matrix is singular, up to precision."""
        with self._name_scope(name):
            return self._assert_non_singular()

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Any:
        """An operation that fails where a matrix is not its own adjoint."""
        with self._name_scope(name):
            return self._assert_self_adjoint()

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Any:
        """An operation that fails where a matrix is not positive definite."""
        with self._name_scope(name):
            return self._assert_positive_definite()

    def _assert_non_singular(self) -> Any:
        if self.is_positive_definite is True:
            return self.assert_positive_definite()
        self._warn_of_density("assert_non_singular")
        return assert_less(self._cond(), self._largest_cond(), message="Singular matrix up to precision epsilon.")

    def _largest_cond(self) -> Any:
        """A matrix of a larger `cond` is taken for singular."""
        with name_scope("max_nonsingular_condition_number"):
            real = self.dtype.real_dtype
            dims = [cast(self.range_dimension_tensor(), real), cast(self.domain_dimension_tensor(), real)]
            return 1.0 / (reduce_max([100.0, *dims]) * float(np.finfo(real.as_numpy_dtype).eps))

    def _assert_self_adjoint(self) -> Any:
        self._warn_of_density("assert_self_adjoint")
        dense = self.to_dense()
        return assert_equal(dense, adjoint_of(dense), message="Matrix was not equal to its adjoint.")

    def _assert_positive_definite(self) -> Any:
        if not self.is_self_adjoint:
            raise NotImplementedError("assert_positive_definite is not implemented.")
        self._warn_of_density("assert_positive_definite")
        diagonal = matrix_diag_part(raw.Cholesky(self.to_dense()))
        return assert_positive(diagonal, message="Matrix was not positive definite.")

    def _answer(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """What a function of tf.linalg gives that was called with the operator."""
        return functions.ANSWERS[function](arguments)

    # ---- checks ----

    @contextmanager
    def _name_scope(self, name: str | None) -> Iterator[str]:
        with name_scope(f"{self.name}/{name}" if name else self.name) as scope:
            yield scope

    def _check_dtype(self, x: Any) -> None:
        if x.dtype.base_dtype != self.dtype:
            raise TypeError(f"Expected argument to have dtype {self.dtype}.  Found: {x.dtype} in tensor {x}")

    def _check_columns(self, x: Any, own_axis: int, axis: int) -> None:
        if x.shape.dims is not None:
            self._dimension(own_axis).assert_is_compatible_with(x.shape.dims[axis])

    def _check_square(self, what: str) -> None:
        if self.is_square is False:
            raise NotImplementedError(f"{what} not implemented for an operator that is expected to not be square.")

    def _check_solvable(self) -> None:
        if self.is_non_singular is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to be singular.")
        self._check_square("Exact solve")

    def _is_definite(self) -> bool:
        """Whether it is known to have a Cholesky factor."""
        return bool(self.is_self_adjoint and self.is_positive_definite)

    def _warn_of_density(self, what: str) -> None:
        logging.warn(f"Using (possibly slow) default implementation of {what}.  Requires conversion to a dense matrix.")

    # ---- parts, for structures of tensors ----

    def _components(self) -> Sequence[Any]:
        return indexing.tensors_of(self)

    def _with_components(self, components: Sequence[Any]) -> LinearOperator:
        made: LinearOperator = indexing.with_tensors(self, components)
        return made
