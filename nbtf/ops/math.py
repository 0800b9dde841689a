"""Products, reductions and what finds extremes."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.shapes import Value, check, may_equal


@op("MatMul")
class MatMul:
    """a [M, K] (or [K, M] transposed), b [K, N] -> [M, N]."""

    kernel = "matmul"

    def shape(a, b, transpose_a, transpose_b):
        check(len(a) == 2 and len(b) == 2, "In[0] and In[1] must be matrices, ranks are {} and {}", len(a), len(b))
        depth_a = a[0] if transpose_a else a[1]
        depth_b = b[1] if transpose_b else b[0]
        check(
            may_equal(depth_a, depth_b),
            "Matrix size-incompatible: In[0]: [{},{}], In[1]: [{},{}]",
            a[0],
            a[1],
            b[0],
            b[1],
        )
        return (a[1] if transpose_a else a[0], b[0] if transpose_b else b[1])


@op("Mean")
class Mean:
    """Mean over the axes given by a tensor."""

    kernel = "mean"

    def shape(input, reduction_indices: Value, keep_dims, out):
        shapes.reduced(input, reduction_indices, keep_dims, out)


@op("Sum")
class Sum:
    """Sum over the axes given by a tensor."""

    kernel = "sum"

    def shape(input, reduction_indices: Value, keep_dims, out):
        shapes.reduced(input, reduction_indices, keep_dims, out)


@op("ArgMax")
class ArgMax:
    """Index of the first maximum along one axis."""

    kernel = "argmax"

    def shape(input, dimension: Value, out):
        check(len(dimension) == 1, "dim must be a scalar, but received tensor of {} elements", len(dimension))
        check(
            dimension[0] == shapes.HIDDEN or -len(input) <= dimension[0] < len(input),
            "Expected dimension in the range [-{}, {}), but got {}",
            len(input),
            len(input),
            dimension[0],
        )
        shapes.reduced(input, dimension, False, out)
