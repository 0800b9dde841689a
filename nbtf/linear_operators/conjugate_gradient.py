"""Conjugate gradients: systems solved by what an operator does to vectors, step by step."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtf import dtypes
from nbtf.array.filling import zeros
from nbtf.array.indexing import newaxis
from nbtf.array.joining import concat
from nbtf.array.shapes import broadcast_dynamic_shape, broadcast_to, expand_dims, shape, squeeze
from nbtf.control_flow.looping import while_loop
from nbtf.graph.conversion import constant
from nbtf.graph.scopes import name_scope
from nbtf.linalg.norms import norm
from nbtf.linalg.products import matvec
from nbtf.math.operands import logical_and
from nbtf.math.reductions import reduce_any


class CGState(NamedTuple):
    """Where the search is after i steps: a solution, its residual, the next direction and the residual's square."""

    i: Any
    x: Any
    r: Any
    p: Any
    gamma: Any


def conjugate_gradient(
    operator: Any,
    rhs: Any,
    preconditioner: Any = None,
    x: Any = None,
    tol: Any = 1e-5,
    max_iter: Any = 20,
    name: str = "conjugate_gradient",
) -> CGState:
    """Solves operator x = rhs [..., N], for a LinearOperator that is self-adjoint and positive definite.

    preconditioner: an operator near the inverse. x: where the search begins (None: 0). It ends after max_iter steps, or
    where the residuals' norms are at most `tol` times those of rhs. Raises ValueError for another operator.
    """
    if not (operator.is_self_adjoint and operator.is_positive_definite):
        raise ValueError("Expected a self-adjoint, positive definite operator.")

    def goes_on(i: Any, state: CGState) -> Any:
        return logical_and(i < max_iter, reduce_any(norm(state.r, axis=-1) > tol))

    def step(i: Any, state: CGState) -> Any:
        z = _applied(operator, state.p)
        alpha = state.gamma / _dot(state.p, z)
        x = state.x + alpha[..., newaxis] * state.p
        r = state.r - alpha[..., newaxis] * z
        q = r if preconditioner is None else preconditioner.matvec(r)
        gamma = _dot(r, q)
        beta = gamma / state.gamma
        p = q + beta[..., newaxis] * state.p
        return i + 1, CGState(i + 1, x, r, p, gamma)

    with name_scope(name):
        batch = broadcast_dynamic_shape(shape(rhs)[:-1], operator.batch_shape_tensor())
        if preconditioner is not None:
            batch = broadcast_dynamic_shape(batch, preconditioner.batch_shape_tensor())
        dims = concat([batch, [shape(rhs)[-1]]], axis=-1)
        r0 = broadcast_to(rhs, dims)
        tol *= norm(r0, axis=-1)
        if x is None:
            x = zeros(dims, dtype=rhs.dtype.base_dtype)
        else:
            r0 = rhs - _applied(operator, x)
        p0 = r0 if preconditioner is None else _applied(preconditioner, r0)
        gamma0 = _dot(r0, p0)
        i = constant(0, dtype=dtypes.int32)
        _, state = while_loop(goes_on, step, [i, CGState(i, x, r0, p0, gamma0)])
        return CGState(*state)


def _applied(operator: Any, x: Any) -> Any:
    """As matvec does it, with an operator in place of the matrix."""
    with name_scope("MatVec"):
        return squeeze(operator.matmul(expand_dims(x, axis=-1), name=None), axis=-1)


def _dot(x: Any, y: Any) -> Any:
    return squeeze(matvec(x[..., newaxis], y, adjoint_a=True), axis=-1)
