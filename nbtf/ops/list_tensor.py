"""Between tensor lists and tensors: rows become elements, and elements become rows. element_shape is [r], or [] with -1."""

import numpy as np

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.ops.tensor_list import a_scalar, element_dtype


def _element_shape(tensor):
    return raw.Slice(terms.shape(tensor), [1], [-1])


def _of_concat(op, dy, _):
    shape = raw.TensorListElementShape(op.inputs[0], shape_type=dtypes.int32)
    parts = raw.TensorListSplit(dy, shape, op.outputs[1])
    return parts, *[None] * (len(op.inputs) - 1)


def _of_scatter(op, d_list):
    tensor, indices = op.inputs[:2]
    rows = raw.TensorListGather(d_list, indices, _element_shape(tensor), element_dtype=tensor.dtype)
    return rows, *[None] * (len(op.inputs) - 1)


@op("TensorListFromTensor")
class TensorListFromTensor:
    """A list of the rows of a tensor: tensor [n, ...], element_shape -> output_handle []."""

    instruction = "list_from_tensor"
    words = element_dtype
    shape = a_scalar

    def gradient(op, d_list):
        tensor = op.inputs[0]
        count = tensor.dims[0] if tensor.dims else -1
        shape = _element_shape(tensor)
        return raw.TensorListStack(d_list, shape, element_dtype=tensor.dtype, num_elements=count), None


@op("TensorListSplit")
class TensorListSplit:
    """A list of pieces of a tensor, the next lengths[i] rows each: tensor [sum, ...], element_shape, lengths [n] -> []."""

    instruction = "split_to_list"
    words = element_dtype
    shape = a_scalar

    def gradient(op, d_list):
        tensor, _, lengths = op.inputs
        shape = terms.concat([[-1], _element_shape(tensor)], 0)
        whole, _ = raw.TensorListConcatV2(d_list, shape, lengths, element_dtype=tensor.dtype)
        return whole, None, None


@op("TensorListScatter")
class TensorListScatter:
    """A list with row i at indices[i]: tensor [n, ...], indices [n], element_shape -> output_handle []."""

    instruction = "scatter_to_list"
    words = lambda node: [*element_dtype(node), 0]
    shape = a_scalar
    gradient = _of_scatter


@op("TensorListScatterV2")
class TensorListScatterV2:
    """The same with num_elements elements, or -1: as many as needed."""

    instruction = "scatter_to_list"
    words = lambda node: [*element_dtype(node), 1]
    shape = a_scalar
    gradient = _of_scatter


@op("TensorListScatterIntoExistingList")
class TensorListScatterIntoExistingList:
    """The list with row i at indices[i]: input_handle [], tensor [n, ...], indices [n] -> output_handle []."""

    instruction = "scatter_into_list"
    words = element_dtype
    shape = a_scalar

    def gradient(op, d_list):
        _, tensor, indices = op.inputs
        rows = raw.TensorListGather(d_list, indices, _element_shape(tensor), element_dtype=tensor.dtype)
        rest = raw.TensorListScatterIntoExistingList(d_list, terms.zeros_like(tensor), indices)
        return rest, rows, None


@op("TensorListStack")
class TensorListStack:
    """All n elements, stacked; zeros where one is not set: input_handle [], element_shape -> tensor [n, ...]."""

    instruction = "stack_list"
    words = lambda node: [*element_dtype(node), node.attrs.num_elements]

    def gradient(op, dy):
        known = constant_value(op.inputs[1])
        if known is not None and not known.size:
            known = constant([], dtypes.int32)
        return raw.TensorListFromTensor(dy, op.inputs[1] if known is None else known), None


@op("TensorListGather")
class TensorListGather:
    """Elements at the indices, stacked: input_handle [], indices [n], element_shape -> values [n, ...]."""

    instruction = "gather_list"
    words = element_dtype

    def gradient(op, dy):
        items, indices, _ = op.inputs
        shape = raw.TensorListElementShape(items, shape_type=dtypes.int32)
        empty = raw.TensorListReserve(shape, raw.TensorListLength(items), element_dtype=dy.dtype)
        return raw.TensorListScatterIntoExistingList(empty, dy, indices), None, None


@op("TensorListConcatV2")
class TensorListConcatV2:
    """All n elements, one after the other, and their lengths; leading_dims are those of elements that are not set.

    input_handle [], element_shape, leading_dims [n] or [0] -> tensor [sum, ...], lengths [n].
    """

    instruction = "concat_list"
    words = element_dtype
    gradient = _of_concat


def _with_shape_as_input(node, rewriter):
    shape = node.attrs.element_shape
    dims = -1 if shape.ndims is None else [-1 if dim is None else dim for dim in shape.as_list()]
    inputs = [node.inputs[0], rewriter.constant(np.array(dims, np.int64)), rewriter.constant(np.array([], np.int64))]
    outputs = [(value.dtype, value.shape) for value in node.outputs]
    attrs = {"element_dtype": node.attrs.element_dtype, "shape_type": dtypes.int64}
    return rewriter.add("TensorListConcatV2", inputs, outputs, **attrs)


@op("TensorListConcat")
class TensorListConcat:
    """As TensorListConcatV2, with the shape of the elements as an attribute: input_handle [] -> [sum, ...], [n]."""

    lower = _with_shape_as_input
    gradient = _of_concat
