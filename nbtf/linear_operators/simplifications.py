"""Products and solutions of diagonals, identities, zeros and triangles, which are of the same kinds again."""

from __future__ import annotations

from typing import Any

from nbtf.linear_operators import batches, hints
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.dense import LinearOperatorLowerTriangular as Triangle
from nbtf.linear_operators.diagonal import LinearOperatorDiag as Diag
from nbtf.linear_operators.identities import LinearOperatorIdentity as Identity
from nbtf.linear_operators.identities import LinearOperatorScaledIdentity as Scaled
from nbtf.linear_operators.identities import LinearOperatorZeros as Zeros
from nbtf.linear_operators.rules import products, solutions


@products.of(Diag, Diag)
def _(left: Diag, right: Diag) -> LinearOperator:
    return Diag(left.diag * right.diag, **hints.of_commuting_product(left, right))


@solutions.of(Diag, Diag)
def _(left: Diag, right: Diag) -> LinearOperator:
    return Diag(right.diag / left.diag, **hints.of_commuting_product(left, right))


@products.of(Diag, Scaled)
def _(left: Diag, right: Scaled) -> LinearOperator:
    return Diag(left.diag * right.multiplier[..., None], **hints.of_commuting_product(left, right))


@products.of(Scaled, Diag)
def _(left: Scaled, right: Diag) -> LinearOperator:
    return Diag(right.diag * left.multiplier[..., None], **hints.of_commuting_product(left, right))


@solutions.of(Diag, Scaled)
def _(left: Diag, right: Scaled) -> LinearOperator:
    return Diag(right.multiplier[..., None] / left.diag, **hints.of_commuting_product(left, right))


@solutions.of(Scaled, Diag)
def _(left: Scaled, right: Diag) -> LinearOperator:
    return Diag(right.diag / left.multiplier[..., None], **hints.of_commuting_product(left, right))


@products.of(Scaled, Scaled)
def _(left: Scaled, right: Scaled) -> LinearOperator:
    return Scaled(left._num_rows, left.multiplier * right.multiplier, **hints.of_commuting_product(left, right))


@solutions.of(Scaled, Scaled)
def _(left: Scaled, right: Scaled) -> LinearOperator:
    return Scaled(left._num_rows, right.multiplier / left.multiplier, **hints.of_commuting_product(left, right))


@products.of(Diag, Triangle)
def _(left: Diag, right: Triangle) -> LinearOperator:
    return Triangle(left.diag[..., None] * right.to_dense(), **hints.of_product(left, right))


@products.of(Triangle, Diag)
def _(left: Triangle, right: Diag) -> LinearOperator:
    return Triangle(left.to_dense() * right.diag[..., None, :], **hints.of_product(left, right))


@solutions.of(Diag, Triangle)
def _(left: Diag, right: Triangle) -> LinearOperator:
    return Triangle(right.to_dense() / left.diag[..., None], **hints.of_product(left, right))


@products.of(Identity, LinearOperator)
@solutions.of(Identity, LinearOperator)
@products.of(Identity, Identity)
@solutions.of(Identity, Identity)
def _(left: Identity, right: LinearOperator) -> LinearOperator:
    return right


@products.of(LinearOperator, Identity)
def _(left: LinearOperator, right: Identity) -> LinearOperator:
    return left


@solutions.of(LinearOperator, Identity)
def _(left: LinearOperator, right: Identity) -> LinearOperator:
    return left.inverse()


@products.of(LinearOperator, Zeros)
@products.of(Zeros, LinearOperator)
@products.of(Zeros, Zeros)
@products.of(Identity, Zeros)
@products.of(Zeros, Identity)
def _(left: LinearOperator, right: LinearOperator) -> Any:
    """Zeros again: those that are there, if both are square."""
    if left.is_square and right.is_square:
        return right if isinstance(right, Zeros) else left
    static = batches.joint_batch([left.shape, right.shape])
    return Zeros(
        left._known_or_tensor(-2),
        right._known_or_tensor(-1),
        batch_shape=static.as_list() if static.is_fully_defined() else None,
        dtype=left.dtype,
        is_self_adjoint=False,
        is_square=False,
    )
