"""Products of matrices."""

from nbtf.graph.registry import op
from nbtf.shapes import check, may_equal


@op("MatMul")
class MatMul:
    """a [M, K] (or [K, M] transposed), b [K, N] -> [M, N]."""

    kernel = "matmul"

    def shape(a, b, transpose_a, transpose_b):
        check(len(a) == 2 and len(b) == 2, "In[0] and In[1] must be matrices, ranks are {} and {}", len(a), len(b))
        depth_a = a[0] if transpose_a else a[1]
        depth_b = b[1] if transpose_b else b[0]
        check(may_equal(depth_a, depth_b), "Matrix size-incompatible: In[0]: {}, In[1]: {}", a, b)
        return (a[1] if transpose_a else a[0], b[0] if transpose_b else b[1])
