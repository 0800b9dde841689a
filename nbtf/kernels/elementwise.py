"""Scalar rules of the elementwise ops, each written once for one element."""

from nbtf.kernels.jit import scalar_rule


@scalar_rule
def add(x, y):
    return x + y
