"""What the LU factors of matrices are good for: the matrices again, solutions, inverses."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.batched_gather import gather_nd
from nbtf.array.filling import ones
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import gather
from nbtf.array.joining import concat, split, stack
from nbtf.array.ordering import invert_permutation
from nbtf.array.shapes import broadcast_dynamic_shape, rank, reshape, shape
from nbtf.control_flow.functional import map_fn
from nbtf.debugging.comparisons import assert_equal
from nbtf.debugging.static_checks import assert_rank, assert_rank_at_least
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.diagonals import eye, matrix_set_diag
from nbtf.linalg.factors import matrix_triangular_solve
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_prod
from nbtf.shapes import UNKNOWN


def lu_reconstruct(lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None) -> Any:
    """The matrices [..., M, M] whose `lu` is lower_upper [..., M, M], perm [..., M].

    validate_args: shapes that are not known are checked in a run. Raises ValueError for ones that do not fit.
    """
    with name_scope(name or "lu_reconstruct"):
        lower_upper, perm = _converted(lower_upper, perm)
        lower_upper, perm = _after(_checks(lower_upper, perm, validate_args), lower_upper, perm)
        dims = shape(lower_upper)
        lower = matrix_set_diag(raw.MatrixBandPart(lower_upper, -1, 0), ones(dims[:-1], lower_upper.dtype))
        upper = raw.MatrixBandPart(lower_upper, 0, -1)
        x = matmul(lower, upper)
        if lower_upper.dims is None or len(lower_upper.dims) != 2:
            batch = reduce_prod(dims[:-2])
            size = dims[-1]
            x = reshape(x, [batch, size, size])
            order = map_fn(invert_permutation, reshape(perm, [batch, size]))
            x = reshape(gather_nd(x, stack([_rows(batch, size), order], axis=-1)), dims)
        else:
            x = gather(x, invert_permutation(perm))
        x.set_shape(lower_upper.shape)
        return x


def lu_matrix_inverse(lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None) -> Any:
    """The inverses [..., M, M] of the matrices whose `lu` is lower_upper, perm. Arguments: as of `lu_reconstruct`."""
    with name_scope(name or "lu_matrix_inverse"):
        lower_upper, perm = _converted(lower_upper, perm)
        lower_upper, perm = _after(_checks(lower_upper, perm, validate_args), lower_upper, perm)
        dims = shape(lower_upper)
        size, batch = dims[-1], dims[:-2]
        return lu_solve(lower_upper, perm, eye(size, batch_shape=batch, dtype=lower_upper.dtype))


def lu_solve(lower_upper: Any, perm: Any, rhs: Any, validate_args: bool = False, name: str | None = None) -> Any:
    """x [..., M, K] with A x = rhs [..., M, K], of the A whose `lu` is lower_upper, perm; batches broadcast.

    validate_args, errors: as of `lu_reconstruct`.
    """
    with name_scope(name or "lu_solve"):
        lower_upper, perm = _converted(lower_upper, perm)
        rhs = convert_to_tensor(rhs, preferred_dtype=lower_upper.dtype, name="rhs")
        checks = _checks(lower_upper, perm, validate_args) + _rhs_checks(lower_upper, rhs, validate_args)
        lower_upper, perm, rhs = _after(checks, lower_upper, perm, rhs)
        if perm.dims is not None and len(perm.dims) == 1 and rhs.dims is not None and len(rhs.dims) == 2:
            permuted = gather(rhs, perm, axis=-2)
        else:
            permuted = _permuted(rhs, perm)
        unit = raw.MatrixBandPart(lower_upper, -1, 0)
        unit = matrix_set_diag(unit, ones(shape(lower_upper)[:-1], lower_upper.dtype))
        inner = matrix_triangular_solve(unit, permuted)
        return matrix_triangular_solve(lower_upper, inner, lower=False)


def _permuted(rhs: Tensor, perm: Tensor) -> Any:
    """The rows of each matrix in the order that its permutation tells; batches broadcast."""
    dims = shape(rhs)
    batch = broadcast_dynamic_shape(dims[:-2], shape(perm)[:-1])
    rows, columns = dims[-2], dims[-1]
    whole = concat([batch, [rows, columns]], 0)
    flat = reshape(raw.BroadcastTo(rhs, whole), [-1, rows, columns])
    order = reshape(raw.BroadcastTo(perm, whole[:-1]), [-1, rows])
    indices = stack([_rows(reduce_prod(batch), rows), order], axis=-1)
    return reshape(gather_nd(flat, indices), whole)


def _rows(batch: Any, size: Any) -> Any:
    """[[0, 0 ...], [1, 1 ...] ...]: [batch, size]."""
    return raw.BroadcastTo(range_of(batch)[:, None], [batch, size])


def _converted(lower_upper: Any, perm: Any) -> tuple[Tensor, Tensor]:
    lower_upper = convert_to_tensor(lower_upper, preferred_dtype=dtypes.float32, name="lower_upper")
    return lower_upper, convert_to_tensor(perm, preferred_dtype=dtypes.int32, name="perm")


def _after(checks: list[Any], *tensors: Tensor) -> tuple[Tensor, ...]:
    if not checks:
        return tensors
    with control_dependencies(checks):
        return tuple(raw.Identity(tensor) for tensor in tensors)


def _checks(lower_upper: Tensor, perm: Tensor, validate_args: bool) -> list[Any]:
    """Of ranks and of square matrices: raises ValueError for what is known, gives operations for what is not."""
    checks = []
    message = "Input `lower_upper` must have at least 2 dimensions."
    if lower_upper.dims is not None and len(lower_upper.dims) < 2:
        raise ValueError(message)
    if validate_args:
        checks.append(assert_rank_at_least(lower_upper, rank=2, message=message))
    message = "`rank(lower_upper)` must equal `rank(perm) + 1`"
    if lower_upper.dims is not None and perm.dims is not None:
        if len(lower_upper.dims) != len(perm.dims) + 1:
            raise ValueError(message)
    elif validate_args:
        checks.append(assert_rank(lower_upper, rank=rank(perm) + 1, message=message))
    message = "`lower_upper` must be square."
    if lower_upper.shape[:-2].is_fully_defined() and lower_upper.shape[-2:].is_fully_defined():
        if lower_upper.shape[-2] != lower_upper.shape[-1]:
            raise ValueError(message)
    elif validate_args:
        rows, columns = split(shape(lower_upper)[-2:], 2)
        checks.append(assert_equal(rows, columns, message=message))
    return checks


def _rhs_checks(lower_upper: Tensor, rhs: Tensor, validate_args: bool) -> list[Any]:
    checks = []
    message = "Input `rhs` must have at least 2 dimensions."
    if rhs.dims is not None:
        if len(rhs.dims) < 2:
            raise ValueError(message)
    elif validate_args:
        checks.append(assert_rank_at_least(rhs, rank=2, message=message))
    message = "`lower_upper.shape[-1]` must equal `rhs.shape[-1]`."
    size = None if lower_upper.dims is None else lower_upper.dims[-1]
    rows = None if rhs.dims is None else rhs.dims[-2]
    if UNKNOWN not in (size, rows) and None not in (size, rows) and size != rows:
        raise ValueError(message)
    return checks
