"""A step of a gated recurrent unit in one op, and its gradient.

    [r, u] = sigmoid([x, h_prev] w_ru + b_ru)      c = tanh([x, h_prev * r] w_c + b_c)      h = u * h_prev + (1 - u) * c

They are put together from products, which are where the time goes.
"""

import numpy as np

from nbtf import dtypes
from nbtf.graph.registry import op
from nbtf.shapes import check_rank


class _Terms:
    """Nodes of float32 matrices [B, n], by what they compute."""

    def __init__(self, node, rewriter):
        self._r = rewriter
        self._rows = node.outputs[0].shape[0] if node.outputs[0].shape else -1

    def _matrix(self, op_type, inputs, columns, **attrs):
        return self._r.add(op_type, inputs, [(dtypes.float32, (self._rows, columns))], T=dtypes.float32, **attrs)[0]

    def each(self, op_type, *inputs):
        return self._r.add(op_type, list(inputs), [(dtypes.float32, inputs[-1].shape)], T=dtypes.float32)[0]

    def _int(self, value):
        return self._r.constant(np.array(value, np.int32))

    def joined(self, a, b):
        both = [a.shape[1] if a.shape else -1, b.shape[1] if b.shape else -1]
        return self._matrix("ConcatV2", [a, b, self._int(1)], -1 if -1 in both else sum(both), N=2, Tidx=dtypes.int32)

    def halves(self, x, columns):
        half = (dtypes.float32, (self._rows, columns))
        return self._r.add("Split", [self._int(1), x], [half, half], num_split=2, T=dtypes.float32)

    def parts(self, x, left, right):
        """Columns of x: as many as `left` has, then as many as `right` has."""
        sizes = [[self._rows, one.shape[1] if one.shape else -1] for one in (left, right)]
        dims = [self._dims(one) for one in (left, right)]
        places = self._r.add("ConcatOffset", [self._int(1), *dims], [(dtypes.int32, (2,))] * 2, N=2)
        attrs = {"T": dtypes.float32, "Index": dtypes.int32}
        return [
            self._r.add("Slice", [x, place, self._dims(one)], [(dtypes.float32, tuple(size))], **attrs)[0]
            for place, one, size in zip(places, (left, right), sizes, strict=True)
        ]

    def _dims(self, x):
        return self._r.add("Shape", [x], [(dtypes.int32, (2,))], T=dtypes.float32, out_type=dtypes.int32)[0]

    def product(self, a, b, columns, transpose_b=False):
        return self._matrix("MatMul", [a, b], columns, transpose_a=False, transpose_b=transpose_b)

    def affine(self, x, w, b):
        columns = b.shape[0] if b.shape else -1
        return self._matrix("BiasAdd", [self.product(x, w, columns), b], columns, data_format="NHWC")

    def rest(self, x):
        """1 - x"""
        return self.each("Sub", self._r.constant(np.float32(1)), x)


def _step(node, rewriter):
    x, h_prev, w_ru, w_c, b_ru, b_c = node.inputs
    t = _Terms(node, rewriter)
    columns = node.outputs[0].shape[1] if node.outputs[0].shape else -1
    gates = t.each("Sigmoid", t.affine(t.joined(x, h_prev), w_ru, b_ru))
    r, u = t.halves(gates, columns)
    c = t.each("Tanh", t.affine(t.joined(x, t.each("Mul", h_prev, r)), w_c, b_c))
    h = t.each("AddV2", t.each("Mul", u, h_prev), t.each("Mul", t.rest(u), c))
    return [r, u, c, h]


def _check(x, h_prev, w_ru, w_c, b_ru, b_c):
    for matrix in (x, h_prev, w_ru, w_c):
        check_rank(matrix, 2)
    check_rank(b_ru, 1)
    check_rank(b_c, 1)


@op("GRUBlockCell")
class GRUBlockCell:
    """One step: x [B, I], h_prev [B, C], w_ru [I + C, 2 C], w_c [I + C, C], b_ru [2 C], b_c [C] -> r, u, c and h [B, C]."""

    lower = _step

    def shape(x, h_prev, w_ru, w_c, b_ru, b_c):
        _check(x, h_prev, w_ru, w_c, b_ru, b_c)
        one = (x[0], h_prev[1])
        return (one, one, one, one)


def _step_back(node, rewriter):
    x, h_prev, w_ru, w_c, _, _, r, u, c, d_h = node.inputs
    t = _Terms(node, rewriter)

    def slope_of_sigmoid(y, dy):
        return t.each("SigmoidGrad", y, dy)

    d_c_bar = t.each("TanhGrad", c, t.each("Mul", d_h, t.rest(u)))
    d_u_bar = slope_of_sigmoid(u, t.each("Mul", d_h, t.each("Sub", h_prev, c)))
    d_x_of_c, d_h_prev_r = t.parts(t.product(d_c_bar, w_c, -1, transpose_b=True), x, h_prev)
    d_r_bar = slope_of_sigmoid(r, t.each("Mul", d_h_prev_r, h_prev))
    d_gates = t.joined(d_r_bar, d_u_bar)
    d_x_of_gates, d_h_of_gates = t.parts(t.product(d_gates, w_ru, -1, transpose_b=True), x, h_prev)
    straight = t.each("AddV2", t.each("Mul", d_h_prev_r, r), t.each("Mul", d_h, u))
    return [t.each("AddV2", d_x_of_c, d_x_of_gates), t.each("AddV2", d_h_of_gates, straight), d_c_bar, d_gates]


@op("GRUBlockCellGrad")
class GRUBlockCellGrad:
    """What GRUBlockCell's gradient d_h [B, C] is for x, h_prev, and for what tanh and the sigmoids are taken of."""

    lower = _step_back

    def shape(x, h_prev, w_ru, w_c, b_ru, b_c, r, u, c, d_h):
        _check(x, h_prev, w_ru, w_c, b_ru, b_c)
        return ((x[0], x[1]), (x[0], h_prev[1]), (x[0], h_prev[1]), (x[0], w_ru[1]))
