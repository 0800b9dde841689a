"""What the compiler prepares for other kernels, where it is no constant: see nbtf/ops/folding.py."""

from nbtf.kernels.gemm import pack_matrix, pack_transposed
from nbtf.kernels.jit import kernel
from nbtf.kernels.simd import address_of, item_bytes
from nbtf.kernels.team import portion
from nbtf.kernels.tile import LINE


def packing_work(panels):
    return len(panels)


@kernel(work=packing_work)
def pack_matrix_op(b, panels, transposed, groups, b_dims, panels_dims, part, parts):
    """A part of the panels of every group."""
    dtype, depth = panels.dtype, panels_dims[1]
    item, line = item_bytes(dtype), panels_dims[2]
    columns = b_dims[0] if transposed else b_dims[len(b_dims) - 1]
    share, each = columns // groups, panels_dims[0] // groups
    begin, end = portion(each, 1, part, parts)
    for group in range(groups):
        first, count = group * share + begin * line, min(end * line, share) - begin * line
        target = address_of(panels) + (group * each + begin) * depth * LINE
        if count <= 0:
            continue
        if transposed:
            source = address_of(b) + first * depth * item
            pack_transposed(source, depth * item, depth, count, target, depth * LINE, dtype)
        else:
            pack_matrix(address_of(b) + first * item, columns * item, depth, count, target, dtype)
