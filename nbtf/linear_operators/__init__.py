"""tf.linalg.LinearOperator*: matrices known by what they do. One import makes all classes and their rules."""

from nbtf.linear_operators import simplifications
from nbtf.linear_operators.base import LinearOperator
from nbtf.linear_operators.blocks import LinearOperatorBlockDiag, LinearOperatorBlockLowerTriangular
from nbtf.linear_operators.circulant import (
    LinearOperatorCirculant,
    LinearOperatorCirculant2D,
    LinearOperatorCirculant3D,
)
from nbtf.linear_operators.dense import LinearOperatorFullMatrix, LinearOperatorLowerTriangular
from nbtf.linear_operators.diagonal import LinearOperatorDiag
from nbtf.linear_operators.identities import (
    LinearOperatorIdentity,
    LinearOperatorScaledIdentity,
    LinearOperatorZeros,
)
from nbtf.linear_operators.kronecker import LinearOperatorKronecker
from nbtf.linear_operators.low_rank_update import LinearOperatorLowRankUpdate
from nbtf.linear_operators.structured import (
    LinearOperatorHouseholder,
    LinearOperatorPermutation,
    LinearOperatorToeplitz,
    LinearOperatorTridiag,
)
from nbtf.linear_operators.wrapped import (
    LinearOperatorAdjoint,
    LinearOperatorComposition,
    LinearOperatorInversion,
)

__all__ = [
    "LinearOperator",
    "LinearOperatorAdjoint",
    "LinearOperatorBlockDiag",
    "LinearOperatorBlockLowerTriangular",
    "LinearOperatorCirculant",
    "LinearOperatorCirculant2D",
    "LinearOperatorCirculant3D",
    "LinearOperatorComposition",
    "LinearOperatorDiag",
    "LinearOperatorFullMatrix",
    "LinearOperatorHouseholder",
    "LinearOperatorIdentity",
    "LinearOperatorInversion",
    "LinearOperatorKronecker",
    "LinearOperatorLowRankUpdate",
    "LinearOperatorLowerTriangular",
    "LinearOperatorPermutation",
    "LinearOperatorScaledIdentity",
    "LinearOperatorToeplitz",
    "LinearOperatorTridiag",
    "LinearOperatorZeros",
    "simplifications",
]
