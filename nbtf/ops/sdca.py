"""Stochastic dual coordinate ascent for linear models: fingerprints of feature names, and shrinking of weights."""

import numpy as np

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_hash import fingerprint128
from nbtf.shapes import check_rank


def _fingerprints(call, input):
    found = np.empty((len(input), 2), np.int64)
    for i, text in enumerate(input):
        found[i] = np.array(fingerprint128(text), np.uint64).view(np.int64)
    return found


@op("SdcaFprint")
class SdcaFprint:
    """FarmHash's 128-bit fingerprints, the low words first: input [n] -> int64 [n, 2]."""

    host = _fingerprints
    checked = True
    gradient = NOT_DIFFERENTIABLE

    def shape(input):
        check_rank(input, 1)
        return (input[0], 2)


@op("SdcaShrinkL1")
class SdcaShrinkL1:
    """Each weight by l1 / l2 nearer to 0, or 0: weights, float32 variables of any shapes."""

    gradient = NOT_DIFFERENTIABLE

    def lower(node, r):
        # a step of proximal descent whose gradient is zero
        l1, l2 = np.float32(node.attrs.l1), np.float32(node.attrs.l2)
        with np.errstate(divide="ignore", invalid="ignore"):
            threshold = r.constant(np.divide(l1, l2, dtype=np.float32))
        one, none = r.constant(np.float32(1)), r.constant(np.float32(0))
        for weights in node.inputs:
            dtype, form = weights.dtype, [(weights.dtype, weights.shape)]
            (value,) = r.add("_ReadRef", [weights], form)
            (zeros,) = r.add("ZerosLike", [value], form, T=dtype)
            r.add("ResourceApplyProximalGradientDescent", [weights, one, threshold, none, zeros], [], T=dtype,
                  use_locking=False)  # fmt: skip
        return []
