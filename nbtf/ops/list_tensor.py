"""Between tensor lists and tensors: rows become elements, and elements become rows. element_shape is [r], or [] with -1."""

import numpy as np

from nbtf import dtypes
from nbtf.graph.registry import op
from nbtf.ops.tensor_list import a_scalar, element_dtype


@op("TensorListFromTensor")
class TensorListFromTensor:
    """A list of the rows of a tensor: tensor [n, ...], element_shape -> output_handle []."""

    instruction = "list_from_tensor"
    words = element_dtype
    shape = a_scalar


@op("TensorListSplit")
class TensorListSplit:
    """A list of pieces of a tensor, the next lengths[i] rows each: tensor [sum, ...], element_shape, lengths [n] -> []."""

    instruction = "split_to_list"
    words = element_dtype
    shape = a_scalar


@op("TensorListScatter")
class TensorListScatter:
    """A list with row i at indices[i]: tensor [n, ...], indices [n], element_shape -> output_handle []."""

    instruction = "scatter_to_list"
    words = lambda node: [*element_dtype(node), 0]
    shape = a_scalar


@op("TensorListScatterV2")
class TensorListScatterV2:
    """The same with num_elements elements, or -1: as many as needed."""

    instruction = "scatter_to_list"
    words = lambda node: [*element_dtype(node), 1]
    shape = a_scalar


@op("TensorListScatterIntoExistingList")
class TensorListScatterIntoExistingList:
    """The list with row i at indices[i]: input_handle [], tensor [n, ...], indices [n] -> output_handle []."""

    instruction = "scatter_into_list"
    words = element_dtype
    shape = a_scalar


@op("TensorListStack")
class TensorListStack:
    """All n elements, stacked; zeros where one is not set: input_handle [], element_shape -> tensor [n, ...]."""

    instruction = "stack_list"
    words = lambda node: [*element_dtype(node), node.attrs.num_elements]


@op("TensorListGather")
class TensorListGather:
    """Elements at the indices, stacked: input_handle [], indices [n], element_shape -> values [n, ...]."""

    instruction = "gather_list"
    words = element_dtype


@op("TensorListConcatV2")
class TensorListConcatV2:
    """All n elements, one after the other, and their lengths; leading_dims are those of elements that are not set.

    input_handle [], element_shape, leading_dims [n] or [0] -> tensor [sum, ...], lengths [n].
    """

    instruction = "concat_list"
    words = element_dtype


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
