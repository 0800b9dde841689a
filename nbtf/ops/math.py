"""Products of matrices."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, check, check_in_words, may_equal

# ---- two matrices ----------------------------------------------------------------------------------------------------


_FEW = 24  # rows that do not pay for packing the other matrix


def _panel_sizes(rows, depth, columns, transposed):
    """Elements of the workspaces `panel` and `table` of a product: see nbtf/kernels/gemm.py.

    The second matrix is packed into panels of at most 16 columns if it is transposed or met by many rows, else only the
    columns that fill no panel.
    """
    padded = (columns + 15) // 16 * 16 if transposed or rows >= _FEW else 16
    return (depth * padded, 2 * min(rows, 640))


def product_panels(a, b, transpose_a, transpose_b):
    """Workspaces of a product of two matrices."""
    rows = a[1] if transpose_a else a[0]
    depth = b[1] if transpose_b else b[0]
    return _panel_sizes(rows, depth, b[0] if transpose_b else b[1], transpose_b)


@op("MatMul")
class MatMul:
    """a [M, K] (or [K, M] transposed) times b [K, N] (or [N, K] transposed) -> product [M, N]."""

    kernel = "matmul"
    workspace = {"panel": "T", "table": "int64"}
    workspace_size = product_panels

    def shape(a, b, transpose_a, transpose_b):
        check(len(a) == len(b), "In[0] and In[1] has different ndims: {} vs. {}", a, b)
        check(len(a) == 2, "In[0] and In[1] ndims must be == 2: {}", len(a))
        depth_a = a[0] if transpose_a else a[1]
        depth_b = b[1] if transpose_b else b[0]
        check_in_words(
            may_equal(depth_a, depth_b),
            "Dimensions must be equal, but are {0} and {1}",
            "Matrix size-incompatible: In[0]: {2}, In[1]: {3}",
            depth_a,
            depth_b,
            a,
            b,
        )
        return (a[1] if transpose_a else a[0], b[0] if transpose_b else b[1])


@op("SparseMatMul")
class SparseMatMul:
    """MatMul of float32 and bfloat16 matrices into float32; that they hold many zeros is only a hint."""

    kernel = "sparse_matmul"
    workspace = {"panel": "float32", "table": "int64"}
    workspace_size = product_panels

    def shape(a, b, transpose_a, transpose_b):
        check(len(a) == 2, "a is not a matrix")
        check(len(b) == 2, "b is not a matrix")
        depth_a = a[0] if transpose_a else a[1]
        depth_b = b[1] if transpose_b else b[0]
        check(may_equal(depth_a, depth_b), "Matrix size incompatible: a: {}, b: {}", a, b)
        return (a[1] if transpose_a else a[0], b[0] if transpose_b else b[1])


# ---- batches of matrices ---------------------------------------------------------------------------------------------


def _batch_panels(x, y, adj_x, adj_y):
    rows = x[len(x) - 1] if adj_x else x[len(x) - 2]
    depth, columns = y[len(y) - 2], y[len(y) - 1]
    if adj_y:
        depth, columns = columns, depth
    return _panel_sizes(rows, depth, columns, adj_y)


@op("BatchMatMul")
class BatchMatMul:
    """x [..., M, K] times y [..., K, N] -> [..., M, N], batch axes equal; adj_x, adj_y transpose and conjugate."""

    kernel = "batch_matmul"
    workspace = {"panel": "T", "table": "int64"}
    workspace_size = _batch_panels

    def shape(x, y, adj_x, adj_y, out):
        rank = len(x)
        check(rank == len(y), "In[0] and In[1] has different ndims: {} vs. {}", x, y)
        check(rank >= 2, "In[0] and In[1] ndims must be >= 2: {}", rank)
        for i in range(rank - 2):
            check(may_equal(x[i], y[i]), "In[0].dim({}) and In[1].dim({}) must be the same: {} vs {}", i, i, x, y)
            out.append(shapes.merged(x[i], y[i]))
        depth_x = x[rank - 2] if adj_x else x[rank - 1]
        depth_y = y[rank - 1] if adj_y else y[rank - 2]
        check(may_equal(depth_x, depth_y), "Matrix size-incompatible: In[0]: {}, In[1]: {}", x, y)
        out.append(x[rank - 1] if adj_x else x[rank - 2])
        out.append(y[rank - 2] if adj_y else y[rank - 1])


def _broadcast_matmul(x, y, adj_x, adj_y, out):
    check(len(x) >= 2, "In[0] ndims must be >= 2: {}", len(x))
    check(len(y) >= 2, "In[1] ndims must be >= 2: {}", len(y))
    rank = max(len(x), len(y))
    for i in range(rank - 2):
        a, b = shapes.aligned_dim(x, i, rank), shapes.aligned_dim(y, i, rank)
        check(
            may_equal(a, b) or a == 1 or b == 1,
            "In[0] and In[1] must have compatible batch dimensions: {} vs. {}",
            x,
            y,
        )
        out.append(shapes.broadcast_dim(a, b))
    depth_x = x[len(x) - 2] if adj_x else x[len(x) - 1]
    depth_y = y[len(y) - 1] if adj_y else y[len(y) - 2]
    check(may_equal(depth_x, depth_y), "Matrix size-incompatible: In[0]: {}, In[1]: {}", x, y)
    out.append(x[len(x) - 1] if adj_x else x[len(x) - 2])
    out.append(y[len(y) - 2] if adj_y else y[len(y) - 1])


@op("BatchMatMulV2")
class BatchMatMulV2:
    """BatchMatMul whose batch axes broadcast."""

    kernel = "batch_matmul"
    workspace = {"panel": "T", "table": "int64"}
    workspace_size = _batch_panels
    shape = _broadcast_matmul


@op("BatchMatMulV3")
class BatchMatMulV3:
    """BatchMatMulV2 whose operands may differ in type; products are summed in the type of the output."""

    kernel = "batch_matmul"
    workspace = {"panel": "Tb", "table": "int64"}
    workspace_size = _batch_panels
    shape = _broadcast_matmul


# ---- Einsum ----------------------------------------------------------------------------------------------------------


@op("Einsum")
class Einsum:
    """Sum of products over the labels that the output lacks: "ij,jk->ik"; one or two inputs, "..." broadcasts.

    A label named twice in one operand runs along its diagonal.
    """

    kernel = "einsum"
    workspace = {"x_panel": "T", "y_panel": "T", "z_panel": "T", "plan": "int64"}

    def shape(inputs, equation, out):
        shapes.einsum_check(equation, len(inputs))
        start, wide = 0, 0
        for k in range(len(inputs)):
            rank, stop = len(inputs[k]), shapes.einsum_stop(equation, start)
            named = shapes.einsum_letters(equation, start, stop)
            has_dots = shapes.einsum_has_dots(equation, start, stop)
            check(rank == named or has_dots, "Shape must be rank {} but is rank {}", named, rank)
            check(rank >= named, "Shape must be at least rank {} but is rank {}", named, rank)
            wide = max(wide, rank - named)
            start = stop + 1
        start += 1
        stop = len(equation)
        check(
            wide == 0 or shapes.einsum_has_dots(equation, start, stop),
            "Shape must be at most rank 0 but is rank {}",
            wide,
        )
        rank = shapes.einsum_letters(equation, start, stop)
        if shapes.einsum_has_dots(equation, start, stop):
            rank += wide
        check(rank <= shapes.MAX_RANK, "Einsum: rank {} of the output is larger than {}", rank, shapes.MAX_RANK)
        for axis in range(rank):
            out.append(shapes.einsum_dim(inputs, equation, shapes.einsum_label(equation, start, stop, rank, axis)))
        # labels that the output lacks must agree as well
        start = 0
        for k in range(len(inputs)):
            stop = shapes.einsum_stop(equation, start)
            for axis in range(len(inputs[k])):
                label = shapes.einsum_label(equation, start, stop, len(inputs[k]), axis)
                shapes.einsum_dim(inputs, equation, label)
            start = stop + 1

    def workspace_size(inputs, equation):
        x = shapes.product(inputs[0])
        y = shapes.product(inputs[1]) if len(inputs) > 1 else 1
        size, start = 1, 0
        for k in range(len(inputs)):
            start = shapes.einsum_stop(equation, start) + 1
        stop = len(equation)
        wide = 0
        first = 0
        for k in range(len(inputs)):
            end = shapes.einsum_stop(equation, first)
            wide = max(wide, len(inputs[k]) - shapes.einsum_letters(equation, first, end))
            first = end + 1
        start += 1
        rank = shapes.einsum_letters(equation, start, stop) + wide
        for axis in range(rank):
            label = shapes.einsum_label(equation, start, stop, rank, axis)
            if label != UNKNOWN:
                size *= shapes.einsum_dim(inputs, equation, label)
        return (x, y, size, 1 + 16 * 8 + 8 + 8)
