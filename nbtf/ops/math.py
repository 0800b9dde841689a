"""Products of matrices."""

from math import prod

from nbtf import dtypes, shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, check, check_in_words, may_equal

_DOTS = "..."


class _EinsumGradient:
    """Gradients of z = einsum(x, y): an operand's is the einsum of dz and the other operand, labels exchanged."""

    def __init__(self, op):
        self.op = op
        operands, self.result = op.attrs.equation.split("->")
        self.operands = operands.split(",")
        if _DOTS in self.result and len(self.operands) == 2:
            self.operands = [text if _DOTS in text else text + _DOTS for text in self.operands]

    def of_one(self, dz):
        (labels,) = self.operands
        dims = terms.shape(self.op.inputs[0])
        summed = _missing(labels, self.result)
        if not summed:
            return raw.Einsum([dz], equation=f"{self.result}->{labels}")
        return _repeated(dz, self.result, labels, dims, summed)

    def of_two(self, dz):
        x, y = (terms.conj(one) for one in self.op.inputs)
        shapes = terms.shape(x), terms.shape(y)
        dx = self._by(dz, y, shapes[0], *self.operands)
        dy = self._by(dz, x, shapes[1], *self.operands[::-1])
        if _DOTS not in self.result:
            return dx, dy
        spans = [_span_of_dots(labels) for labels in self.operands]
        batches = [None if one.dims is None else one.dims[slice(*span)] for one, span in zip((x, y), spans)]
        if terms.fully_known(x.dims) and terms.fully_known(y.dims) and batches[0] == batches[1]:
            return dx, dy
        axes = raw.BroadcastGradientArgs(*[shape[slice(*span)] for shape, span in zip(shapes, spans)])
        dx, dy = (
            raw.Reshape(terms.reduce_sum(one, span[0] + own), shape)
            for one, span, own, shape in zip((dx, dy), spans, axes, shapes)
        )
        return dx, dy

    def _by(self, dz, other, dims, labels, other_labels):
        """The gradient by the operand of `labels`, not yet summed over repeated batch axes."""
        summed = _missing(labels, self.result + other_labels)
        left = "".join(label for label in labels if label not in summed)
        found = raw.Einsum([dz, other], equation=f"{self.result},{other_labels}->{left}")
        return _repeated(found, left, labels, dims, summed) if summed else found


def _missing(labels, others):
    """The labels, each once, that are not among the others."""
    return "".join(label for label in dict.fromkeys(labels) if label not in others + ".")


def _axis_of(labels, label):
    """The axis of a label: counted from the end behind the dots."""
    before, _, behind = labels.partition(_DOTS)
    return before.index(label) if label in before else behind.index(label) - len(behind)


def _span_of_dots(labels):
    start = labels.find(_DOTS)
    if start == -1:
        return 0, 0
    behind = len(labels) - start - len(_DOTS)
    return start, -behind or None


def _repeated(dz, result, labels, dims, summed):
    """The gradient of an einsum of one operand that sums over some labels: dz for each of the summands."""
    axes = [_axis_of(labels, label) for label in summed]
    lengths = terms.stack([dims[axis] for axis in axes])
    distinct = len(set(labels)) + len(set(result)) == len(labels) + len(result)
    if distinct and "".join(label for label in labels if label not in summed) == result:
        kept = terms.reduced_shape(dims, terms.constant(axes, dtypes.int32))
        return raw.BroadcastTo(raw.Reshape(dz, kept), dims)
    full = terms.concat([lengths, terms.shape(dz)], 0)
    kept = terms.concat([terms.ones(len(summed), dtypes.int32), terms.shape(dz)], 0)
    return raw.Einsum([raw.BroadcastTo(raw.Reshape(dz, kept), full)], equation=f"{summed}{result}->{labels}")


def _batch_matmul_gradient(op, dz):
    x, y = op.inputs
    adj_x, adj_y = op.attrs.adj_x, op.attrs.adj_y
    if not adj_x:
        if not adj_y:
            return terms.matmul(dz, y, adjoint_b=True), terms.matmul(x, dz, adjoint_a=True)
        return terms.matmul(dz, y), terms.matmul(dz, x, adjoint_a=True)
    if not adj_y:
        return terms.matmul(y, dz, adjoint_b=True), terms.matmul(x, dz)
    return terms.matmul(y, dz, adjoint_a=True, adjoint_b=True), terms.matmul(dz, x, adjoint_a=True, adjoint_b=True)


def _broadcast_matmul_gradient(op, dz):
    """As of BatchMatMul, then summed over the batch axes that were repeated."""
    x, y = op.inputs
    dx, dy = _batch_matmul_gradient(op, dz)
    batches = [None if one.dims is None else one.dims[:-2] for one in (x, y)]
    if batches == [(), ()] or (terms.fully_known(batches[0]) and batches[0] == batches[1]):
        return dx, dy
    shape_x, shape_y = terms.shape(x), terms.shape(y)
    axes_x, axes_y = raw.BroadcastGradientArgs(shape_x[:-2], shape_y[:-2])
    dx = raw.Reshape(terms.reduce_sum(dx, axes_x), shape_x)
    dy = raw.Reshape(terms.reduce_sum(dy, axes_y), shape_y)
    return dx, dy


def _sparse_product(x, y, transpose_x, sparse):
    if (sparse[x] or sparse[y]) and {x.dtype, y.dtype} <= {dtypes.float32, dtypes.bfloat16}:
        return raw.SparseMatMul(
            x, y, transpose_a=transpose_x, a_is_sparse=sparse[x], b_is_sparse=sparse[y], name="MatMul"
        )
    return terms.matmul(x, y, adjoint_a=transpose_x)


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

    ranks = {"a": 2, "b": 2}
    kernel = "matmul"
    workspace = {"panel": "T", "table": "int64"}
    each_thread = ("table",)
    workspace_size = product_panels

    def shape(a, b, transpose_a, transpose_b):
        check_in_words(
            len(a) == len(b),
            "Shape must be rank 2 but is rank {2}",
            "In[0] and In[1] has different ndims: {} vs. {}",
            a,
            b,
            len(a) if len(a) != 2 else len(b),
        )
        check_in_words(
            len(a) == 2, "Shape must be rank 2 but is rank {}", "In[0] and In[1] ndims must be == 2: {}", len(a)
        )
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

    def gradient(op, dz):
        a, b = (terms.conj(x) for x in op.inputs)
        if not op.attrs.transpose_a and not op.attrs.transpose_b:
            return raw.MatMul(dz, b, transpose_b=True), raw.MatMul(a, dz, transpose_a=True)
        if not op.attrs.transpose_a:
            return raw.MatMul(dz, b), raw.MatMul(dz, a, transpose_a=True)
        if not op.attrs.transpose_b:
            return raw.MatMul(b, dz, transpose_b=True), raw.MatMul(a, dz)
        return (
            raw.MatMul(b, dz, transpose_a=True, transpose_b=True),
            raw.MatMul(dz, a, transpose_a=True, transpose_b=True),
        )

    def flops(a, product, transpose_a):
        return 2 * prod(product) * a[0 if transpose_a else 1]


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

    def gradient(op, dz):
        a, b = op.inputs
        sparse = {a: op.attrs.a_is_sparse, b: op.attrs.b_is_sparse, dz: dz.op.type == "ReluGrad"}

        def product(x, y, like, transpose_a=False, transpose_b=False):
            if transpose_b:
                transposed = terms.transpose(y)
                sparse[transposed] = sparse[y]
                y = transposed
            return terms.cast(_sparse_product(x, y, transpose_a, sparse), like.dtype)

        if not op.attrs.transpose_a and not op.attrs.transpose_b:
            return product(dz, b, a, transpose_b=True), product(a, dz, b, transpose_a=True)
        if not op.attrs.transpose_a:
            return product(dz, b, a), product(dz, a, b, transpose_a=True)
        if not op.attrs.transpose_b:
            return product(b, dz, a, transpose_b=True), product(a, dz, b)
        return product(b, dz, a, True, True), product(dz, a, b, True, True)


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
    each_thread = ("panel", "table")
    workspace_size = _batch_panels
    gradient = _batch_matmul_gradient

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

    def flops(x, output, adj_x):
        return 2 * prod(output) * x[-2 if adj_x else -1]


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
    each_thread = ("panel", "table")
    workspace_size = _batch_panels
    shape = _broadcast_matmul
    gradient = _broadcast_matmul_gradient

    def flops(x, output, adj_x):
        return 2 * prod(output) * x[-2 if adj_x else -1]


@op("BatchMatMulV3")
class BatchMatMulV3:
    """BatchMatMulV2 whose operands may differ in type; products are summed in the type of the output."""

    kernel = "batch_matmul"
    workspace = {"panel": "Tb", "table": "int64"}
    each_thread = ("panel", "table")
    workspace_size = _batch_panels
    shape = _broadcast_matmul
    gradient = _broadcast_matmul_gradient

    def flops(x, output, adj_x):
        return 2 * prod(output) * x[-2 if adj_x else -1]


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

    def gradient(op, dz):
        parts = _EinsumGradient(op)
        return parts.of_one(dz) if len(op.inputs) == 1 else parts.of_two(dz)
