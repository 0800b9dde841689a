"""The k largest or smallest elements of an axis, for which accelerators look approximately; here they are exact."""

import numpy as np

from nbtf import dtypes
from nbtf.errors import UnimplementedError
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, check


@op("ApproxTopK")
class ApproxTopK:
    """The k largest (or smallest) along an axis, the best first, and where they were: input -> values, indices.

    Exact: the attributes that say how many of the best may be missed change nothing.
    """

    def shape(input, k, reduction_dimension, recall_target, aggregate_to_topk, out):
        rank = len(input)
        check(rank >= 1, "Shape must be at least rank 1 but is rank {}", rank)
        axis = reduction_dimension
        check(
            -rank <= axis < rank,
            "Invalid reduction dimension: {}. Must be within the range of [{}, {}]",
            axis,
            -rank,
            rank - 1,
        )
        check(0 <= recall_target <= 1, "Invalid recall target: {}. Valid value range in : [0, 1.0].", recall_target)
        axis %= rank
        length = input[axis]
        check(length == UNKNOWN or length >= k, "input must have last dimension >= k = {} but was {}", k, length)
        for output in out:
            for i in range(rank):
                output.append(input[i] if i != axis else k if aggregate_to_topk else UNKNOWN)

    def lower(node, r):
        (x,) = node.inputs
        attrs = node.attrs
        axis = attrs.reduction_dimension
        if axis != -1 and x.shape is None:
            raise UnimplementedError(
                None, node.origin, f"ApproxTopK '{node.name}': axis {axis} of an input of unknown rank"
            )

        def turned(value):
            """With the axis last; turned again, as it was."""
            if axis == -1 or axis % len(value.shape) == len(value.shape) - 1:
                return value
            order = list(range(len(value.shape)))
            order[axis], order[-1] = order[-1], order[axis]
            perm = r.constant(np.asarray(order, np.int32))
            dims = tuple(value.shape[i] for i in order)
            return r.add("Transpose", [value, perm], [(value.dtype, dims)], T=value.dtype, Tperm=dtypes.int32)[0]

        def signed(value):
            return value if attrs.is_max_k else r.add("Neg", [value], [(value.dtype, value.shape)], T=value.dtype)[0]

        rows = signed(turned(x))
        dims = None if rows.shape is None else (*rows.shape[:-1], attrs.k)
        k = r.constant(np.asarray(attrs.k, np.int32))
        types = {"T": x.dtype, "Tk": dtypes.int32, "index_type": dtypes.int32}
        values, indices = r.add("TopKV2", [rows, k], [(x.dtype, dims), (dtypes.int32, dims)], **types)
        return [turned(signed(values)), turned(indices)]

    def gradient(op, dy, _):
        x, indices = op.inputs[0], op.outputs[1]
        dims, found = x.shape.as_list(), indices.shape.as_list()
        rank = len(dims)
        axis = op.attrs.reduction_dimension % rank
        parts = []
        for i in range(rank):
            if i == axis:
                parts.append(raw.Reshape(indices, [*found, 1]))
            else:
                along = raw.Range(0, found[i], 1, name="range")
                line = raw.Reshape(along, [found[j] if j == i else 1 for j in range(rank)] + [1])
                parts.append(raw.BroadcastTo(line, [*found, 1]))
        places = raw.Reshape(terms.concat(parts, rank), [int(np.prod(found)), rank])
        return raw.ScatterNd(places, raw.Reshape(dy, [int(np.prod(found))]), dims)
