"""Rows of a tensor replaced or changed. TensorFlow does so within the tensor itself; here the result is another one."""

from nbtf.graph.registry import op
from nbtf.shapes import check, copy_dims, may_equal


def _rows(x, i, v, out):
    check(len(i) == 1, "i must be a vector. {}", i)
    check(len(x) == len(v) and len(x) > 0, "x and v shape doesn't match (ranks differ): {} vs. {}", x, v)
    for k in range(1, len(x)):
        check(may_equal(x[k], v[k]), "x and v shape doesn't match at index {} : {} vs. {}", k, x, v)
    check(may_equal(i[0], v[0]), "i and x shape doesn't match at index 0: {} vs. {}", i, v)
    copy_dims(x, out)


@op("InplaceUpdate")
class InplaceUpdate:
    """x [n, ...] with rows i [m], modulo n, replaced by those of v [m, ...]."""

    kernel = "inplace_update"
    moves = ("x", "v", "y")
    shape = _rows


@op("InplaceAdd")
class InplaceAdd:
    """x [n, ...] with v's rows [m, ...] added to rows i [m], modulo n."""

    kernel = "inplace_add"
    shape = _rows


@op("InplaceSub")
class InplaceSub:
    """x [n, ...] with v's rows [m, ...] subtracted from rows i [m], modulo n."""

    kernel = "inplace_sub"
    shape = _rows
