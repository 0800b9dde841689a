"""What a recurrent cell multiplies its input by leaves the loop: one product for all steps instead of one for each.

A cell of dynamic_rnn multiplies [input, state] by weights. The input comes from a TensorArray that was filled before the
loop, so its share of the product is computed there, for all steps at once, and read step by step from a TensorArray of its
own; the product with the state remains in the loop. A step of a few rows takes as long as the reading of the weights that
it multiplies by, and those are fewer then. [x, h] W is x U + h V: in another order, so results differ in the last bits, by
no more than about 1e-6 of the largest sum of products.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf import dtypes
from nbtf.compiler.dead_code import sweep
from nbtf.compiler.folding import folded, is_fixed
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.known import elements_if_alive
from nbtf.compiler.purity import attributes
from nbtf.compiler.readers import Readers
from nbtf.compiler.rewriter import Rewriter
from nbtf.tensor_shape import TensorShape

LEAST_SHARE = 1 / 8  # of the weights: where the loop would be spared less, it is not worth the memory of all the steps


class _Source(NamedTuple):
    """Where the elements that `read` gives in a loop come from: rows that `scatter` put into `array` before it."""

    read: Node
    scatter: Node
    array: Node


class _Part(NamedTuple):
    """Columns [begin, end) of the left operand of a product. source: of what can leave the loop, None for the rest."""

    value: Value
    begin: int
    end: int
    source: _Source | None


def hoist_inputs(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with products of inputs and constant weights before the loops that read the inputs one by one."""
    readers = Readers(nodes, fetched)
    following: dict[Node, list[Node]] = {}  # new nodes, by the node behind which they are placed
    left: list[Node] = []
    emptied: list[_Source] = []
    for node in nodes:
        parts = _parts(node)
        outside = [(part, part.source) for part in parts if part.source is not None]
        inside = [part for part in parts if part.source is None]
        if not inside or sum(part.end - part.begin for part, _ in outside) < LEAST_SHARE * parts[-1].end:
            continue
        left += [node.inputs[0].node, *(source.read for _, source in outside)]
        emptied += [source for _, source in outside]
        shares = list[Value]()
        for part, source in outside:
            before, within = _multiplied_before(node, part, source)
            following.setdefault(source.scatter, []).extend(before)
            following.setdefault(source.read, []).extend(within)
            shares += within[-1].outputs
        _leave_in_the_loop(node, inside, shares, readers, following)
    result = [one for node in nodes for one in (node, *following.get(node, ()))]
    return _without_unread(result, fetched, left, emptied) if left else nodes


# ---- what can leave a loop -------------------------------------------------------------------------------------------


def _parts(node: Node) -> list[_Part]:
    """Of a product by constant weights; none for any other node."""
    if node.op_type != "MatMul" or node.attrs.transpose_a or not is_fixed(node.inputs[1]):
        return []
    left, weights = node.inputs
    values = [left]
    if left.node.op_type == "ConcatV2":
        axis = elements_if_alive(left.node.inputs[-1])
        if axis is None or int(axis) not in (1, -1):
            return []
        values = left.node.inputs[:-1]
    if any(value.shape is None or len(value.shape) != 2 or value.shape[1] <= 0 for value in values):
        return []
    ends = list(itertools.accumulate(value.shape[1] for value in values if value.shape))
    depth_axis = 1 if node.attrs.transpose_b else 0
    if weights.shape is None or len(weights.shape) != 2 or -1 in weights.shape or weights.shape[depth_axis] != ends[-1]:
        return []
    return [_Part(v, begin, end, _source(v)) for v, begin, end in zip(values, [0, *ends], ends, strict=False)]


def _source(value: Value) -> _Source | None:
    """Where an element of a TensorArray comes from that one scatter has filled before the loop; None for anything else."""
    read = value.node
    if read.op_type != "TensorArrayReadV3" or any(v.node.op_type != "Enter" for v in (read.inputs[0], read.inputs[2])):
        return None
    array, scatter = (read.inputs[i].node.inputs[0].node for i in (0, 2))
    if array.op_type != "TensorArrayV3" or scatter.op_type != "TensorArrayScatterV3":
        return None
    rows = scatter.inputs[2].shape
    fits = rows is not None and len(rows) == 3 and value.shape is not None and rows[2] == value.shape[1]
    return _Source(read, scatter, array) if fits and scatter.inputs[3] is array.outputs[1] else None


# ---- the new nodes ---------------------------------------------------------------------------------------------------


def _multiplied_before(product: Node, part: _Part, source: _Source) -> tuple[list[Node], list[Node]]:
    """The nodes that multiply all rows and put them into a new TensorArray; and those that read it, a step's row last."""
    made = Rewriter(source.scatter)
    rows, dtype = source.scatter.inputs[2], product.outputs[0].dtype
    assert rows.shape is not None and product.outputs[0].shape is not None
    columns = product.outputs[0].shape[1]
    depth = part.end - part.begin
    flat = made.add("Reshape", [rows, made.constant(_ints(-1, depth))], [(dtype, (-1, depth))], T=dtype)
    weights = _weights(product, [part])
    made.nodes.append(weights.node)
    transposed = {"transpose_a": False, "transpose_b": product.attrs.transpose_b}
    multiplied = made.add("MatMul", [*flat, weights], [(dtype, (-1, columns))], T=dtype, **transposed)
    shape = (*rows.shape[:2], columns)
    elements = made.add("Reshape", [*multiplied, _dims(made, rows, columns)], [(dtype, shape)], T=dtype)

    kept = source.array
    facts = attributes(kept) | {"element_shape": _with_columns(kept.attrs.element_shape, columns)}
    array, flow = made.add("TensorArrayV3", kept.inputs, [(out.dtype, out.shape) for out in kept.outputs], **facts)
    array.is_handle = kept.outputs[0].is_handle
    indices = source.scatter.inputs[1]
    filled = made.add("TensorArrayScatterV3", [array, indices, *elements, flow], [(flow.dtype, ())], T=dtype)

    within = list[Node]()
    for entered, value in zip((0, 2), (array, *filled), strict=True):
        enter = source.read.inputs[entered].node
        within.append(new_node("Enter", enter, [value], [(value.dtype, value.shape)], "/share", **attributes(enter)))
        within[-1].outputs[0].is_handle = value.is_handle
    handle, entered_flow = (node.outputs[0] for node in within)
    inputs = [handle, source.read.inputs[1], entered_flow]
    row = (source.read.outputs[0].shape or (-1,))[0]
    within.append(new_node("TensorArrayReadV3", product, inputs, [(dtype, (row, columns))], "/share", dtype=dtype))
    within[-1].controls = list(source.read.controls)
    return made.nodes, within


def _dims(made: Rewriter, rows: Value, columns: int) -> Value:
    """[steps, batch, columns] of rows [steps, batch, ...], of which any dims may be known."""
    assert rows.shape is not None
    steps, batch, _ = rows.shape
    if max(steps, batch) > 0 and 0 not in (steps, batch):  # a Reshape finds out the other one
        return made.constant(_ints(*rows.shape[:2], columns))
    int32 = dtypes.int32
    (found,) = made.add("Shape", [rows], [(int32, (3,))], T=rows.dtype, out_type=int32)
    slices = [found, made.constant(_ints(0)), made.constant(_ints(2))]
    leading = made.add("Slice", slices, [(int32, (2,))], T=int32, Index=int32)
    pieces = [*leading, made.constant(_ints(columns)), made.constant(np.array(0, np.int32))]
    return made.add("ConcatV2", pieces, [(int32, (3,))], T=int32, Tidx=int32, N=2)[0]


def _ints(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, np.int32)


def _with_columns(shape: TensorShape, columns: int) -> TensorShape:
    """The shape of what elements of this shape are multiplied to."""
    return shape if shape.ndims is None else TensorShape([*shape.as_list()[:-1], columns])


def _weights(product: Node, parts: Sequence[_Part]) -> Value:
    """The part of the constant weights that these parts of the left operand are multiplied by."""
    weights = product.inputs[1]
    assert weights.shape is not None
    axis = 1 if product.attrs.transpose_b else 0
    made = Rewriter(weights.node)
    pieces = list[Value]()
    for part in parts:
        begin, size = [0, 0], list(weights.shape)
        begin[axis], size[axis] = part.begin, part.end - part.begin
        where = [made.constant(_ints(*begin)), made.constant(_ints(*size))]
        attrs = {"T": weights.dtype, "Index": dtypes.int32}
        pieces += made.add("Slice", [weights, *where], [(weights.dtype, tuple(size))], **attrs)
    return folded(_concatenated(made, pieces, axis))


def _concatenated(made: Rewriter, values: Sequence[Value], axis: int) -> Value:
    """Matrices along an axis."""
    if len(values) == 1:
        return values[0]
    shape = list(values[0].shape or ())
    shape[axis] = sum((value.shape or ())[axis] for value in values)
    dtype, inputs = values[0].dtype, [*values, made.constant(np.array(axis, np.int32))]
    return made.add("ConcatV2", inputs, [(dtype, tuple(shape))], T=dtype, Tidx=dtypes.int32, N=len(values))[0]


def _leave_in_the_loop(
    product: Node, parts: Sequence[_Part], shares: Sequence[Value], readers: Readers, following: dict[Node, list[Node]]
) -> None:
    """The product multiplies these parts; the shares, which must be of its dims, are added behind its bias."""
    made = Rewriter(product)
    left = _concatenated(made, [part.value for part in parts], 1)
    following.setdefault(product.inputs[0].node, []).extend(made.nodes)
    weights = _weights(product, parts)
    weights.node.controls = list(product.inputs[1].node.controls)
    following[product.inputs[0].node].append(weights.node)
    product.inputs = [left, weights]

    reader = readers.only(product.outputs[0])
    biased = reader is not None and reader.op_type == "BiasAdd" and reader.inputs[0] is product.outputs[0]
    last = reader if biased and reader is not None else product
    result, dtype = last.outputs[0], product.outputs[0].dtype
    last.outputs = []
    partial = last.add_output(dtype, result.shape)
    total = new_node("AddN", last, [partial, *shares], [], "/with_share", T=dtype, N=1 + len(shares))
    total.controls = list(last.controls)
    total.outputs = [result]
    result.node = total
    following.setdefault(last, []).append(total)


# ---- what nobody reads any more --------------------------------------------------------------------------------------


def _without_unread(
    nodes: list[Node], fetched: list[Value], left: list[Node], emptied: Sequence[_Source]
) -> list[Node]:
    """The nodes without those of the old way that nothing else needs: what they would refuse, the new ones refuse."""
    nodes = sweep(nodes, fetched, left, also=("TensorArrayReadV3", "Enter"))
    readers = Readers(nodes, fetched)
    unread = [
        source.scatter
        for source in emptied
        if not readers.is_seen(source.scatter.outputs[0])
        and {node for output in source.array.outputs for node in readers.of(output)} == {source.scatter}
    ]
    return sweep(nodes, fetched, unread, also=("TensorArrayScatterV3", "TensorArrayV3"))
