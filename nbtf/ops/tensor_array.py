"""TensorArrays: lists of tensors, written once each, that a run owns; the code of each op is in kernels/tensor_array.py.

A flow is a float scalar that carries no value: it orders the ops on one TensorArray. The forms V1 and V2 have string
handles, and lead to the same records.
"""

import hashlib

from nbtf.errors import UnimplementedError
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.layout import CLEARS, DYNAMIC, IDENTICAL, MAX_RANK


def _call_of(gradient_name):
    """The gradient call that a tensor belongs to: each has its own arrays of gradients."""
    tokens = gradient_name.split("/")
    ends = [i for i, token in enumerate(tokens) if token.startswith("gradients")]
    if not ends:
        raise ValueError(f"Expected op/tensor name to start with gradients (excluding scope), got: {gradient_name}")
    return "/".join(tokens[: ends[-1] + 1])


def _gradient_array(op, dtype, flow, dy):
    """Handle and flow of the array of gradients."""
    handle = op.inputs[0]
    with terms.op_scope("TensorArrayGrad") as scope, op.graph.colocate_with(handle.op):
        own, _ = raw.TensorArrayGradV3(handle, flow, source=_call_of(dy.name), name=scope + "TensorArrayGradV3")
        with terms.after(own):
            return own, raw.Identity(flow, name="gradient_flow")


def _of_read(op, dy):
    _, index, flow = op.inputs
    own, own_flow = _gradient_array(op, op.attrs.dtype, flow, dy)
    return None, None, raw.TensorArrayWriteV3(own, index, dy, own_flow)


def _of_write(op, d_flow):
    index = op.inputs[1]
    own, own_flow = _gradient_array(op, op.attrs.T, d_flow, d_flow)
    return None, None, raw.TensorArrayReadV3(own, index, own_flow, dtype=op.attrs.T), d_flow


def _of_gather(op, dy):
    _, indices, flow = op.inputs
    own, own_flow = _gradient_array(op, op.attrs.dtype, flow, dy)
    return None, None, raw.TensorArrayScatterV3(own, indices, dy, own_flow)


def _of_scatter(op, d_flow):
    _, indices, _, _ = op.inputs
    own, own_flow = _gradient_array(op, op.attrs.T, d_flow, d_flow)
    return None, None, raw.TensorArrayGatherV3(own, indices, own_flow, dtype=op.attrs.T), d_flow


def _of_concat(op, dy, _):
    flow = op.inputs[1]
    own, own_flow = _gradient_array(op, op.attrs.dtype, flow, dy)
    return None, raw.TensorArraySplitV3(own, dy, op.outputs[1], own_flow)


def _of_split(op, d_flow):
    own, own_flow = _gradient_array(op, op.attrs.T, d_flow, d_flow)
    return None, raw.TensorArrayConcatV3(own, own_flow, dtype=op.attrs.T)[0], None, d_flow


HANDLE = (2,)  # what TensorFlow states of a handle, and files repeat; the value is one word here


def shape_words(shape, node):
    """A shape attribute: rank, or -1, and dims."""
    if shape.ndims is None:
        return [-1]
    if shape.ndims > MAX_RANK:
        message = (
            f"{node.op_type} '{node.name}': element shape of rank {shape.ndims}, above the highest rank, {MAX_RANK}"
        )
        raise UnimplementedError(None, node.origin, message)
    return [shape.ndims, *[-1 if dim is None else dim for dim in shape.as_list()]]


def _dtype(node):
    return node.attrs.dtype.as_datatype_enum


def _written_dtype(node):
    return [node.attrs.T.as_datatype_enum]


def _make_words(node):
    attrs = node.attrs
    flags = DYNAMIC * attrs.dynamic_size + CLEARS * attrs.clear_after_read
    flags += IDENTICAL * getattr(attrs, "identical_element_shapes", False)
    return [_dtype(node), flags, len(node.outputs) - 1, *shape_words(attrs.element_shape, node)]


@op("TensorArrayV3")
class TensorArrayV3:
    """A new TensorArray of `size` elements: size [] -> handle [], flow []."""

    instruction = "make_tensor_array"
    words = _make_words
    gradient = NOT_DIFFERENTIABLE

    def shape(size):
        return HANDLE, ()


@op("TensorArrayV2", "TensorArray")
class TensorArrayV2:
    """A new TensorArray of `size` elements: size [] -> handle []."""

    instruction = "make_tensor_array"
    words = _make_words
    gradient = NOT_DIFFERENTIABLE

    def shape(size):
        return HANDLE


def _gradient_words(node):
    """Which gradient, as a number, and whether dimensions are put in front."""
    source = hashlib.blake2b(node.attrs.source.encode(), digest_size=7).digest()
    return [int.from_bytes(source, "little"), int(node.op_type == "TensorArrayGradWithShape")]


@op("TensorArrayGradV3", "TensorArrayGradWithShape")
class TensorArrayGradV3:
    """The TensorArray for gradients `source` of another, made at the first call: what is written to one index is added.

    handle [], flow_in [] -> grad_handle [], flow_out []. With shape_to_prepend [n], its elements have n more dimensions
    in front. The other one no longer grows.
    """

    instruction = "make_gradient_array"
    words = _gradient_words
    forwards = ("flow_out", "flow_in")
    gradient = NOT_DIFFERENTIABLE

    def shape(handle):
        return HANDLE, ()


@op("TensorArrayGradV2", "TensorArrayGrad")
class TensorArrayGradV2:
    """As TensorArrayGradV3: handle [], flow_in [] -> grad_handle []."""

    instruction = "make_gradient_array"
    words = _gradient_words
    gradient = NOT_DIFFERENTIABLE

    def shape(handle):
        return HANDLE


@op("TensorArrayWriteV3", "TensorArrayWriteV2", "TensorArrayWrite")
class TensorArrayWrite:
    """Element `index` becomes value: handle [], index [], value [...], flow_in [] -> flow_out []."""

    instruction = "write_tensor_array"
    words = _written_dtype
    forwards = ("flow_out", "flow_in")
    gradient = _of_write

    def shape(handle):
        return ()


@op("TensorArrayScatterV3", "TensorArrayScatterV2", "TensorArrayScatter")
class TensorArrayScatter:
    """Element indices[i] becomes value[i]: handle [], indices [n], value [n, ...], flow_in [] -> flow_out []."""

    instruction = "scatter_tensor_array"
    words = lambda node: [*_written_dtype(node), 1]
    forwards = ("flow_out", "flow_in")
    gradient = _of_scatter

    def shape(handle):
        return ()


@op("TensorArrayUnpack")
class TensorArrayUnpack:
    """Element i becomes value[i]: handle [], value [n, ...], flow_in [] -> flow_out []."""

    instruction = "scatter_tensor_array"
    words = lambda node: [*_written_dtype(node), 0]
    forwards = ("flow_out", "flow_in")

    def shape(handle):
        return ()


@op("TensorArraySplitV3", "TensorArraySplitV2", "TensorArraySplit")
class TensorArraySplit:
    """Element i becomes the next lengths[i] rows: handle [], value [sum, ...], lengths [n], flow_in [] -> flow_out []."""

    instruction = "split_tensor_array"
    words = _written_dtype
    forwards = ("flow_out", "flow_in")
    gradient = _of_split

    def shape(handle):
        return ()


@op("TensorArrayReadV3", "TensorArrayReadV2", "TensorArrayRead")
class TensorArrayRead:
    """Element `index`, without a copy: handle [], index [], flow_in [] -> value [...].

    One that nobody wrote is zeros, where the shape of the elements is known.
    """

    instruction = "read_tensor_array"
    words = lambda node: [_dtype(node)]
    lends = ("value",)
    gradient = _of_read


@op("TensorArrayGatherV3", "TensorArrayGatherV2", "TensorArrayGather")
class TensorArrayGather:
    """Elements at the indices, stacked: handle [], indices [n], flow_in [] -> value [n, ...]."""

    instruction = "gather_tensor_array"
    words = lambda node: [_dtype(node), 1, *shape_words(node.attrs.element_shape, node)]
    gradient = _of_gather


@op("TensorArrayPack")
class TensorArrayPack:
    """All n elements, stacked: handle [], flow_in [] -> value [n, ...]."""

    instruction = "gather_tensor_array"
    words = lambda node: [_dtype(node), 0, *shape_words(node.attrs.element_shape, node)]


@op("TensorArrayConcatV3", "TensorArrayConcatV2", "TensorArrayConcat")
class TensorArrayConcat:
    """All n elements, one after the other: handle [], flow_in [] -> value [sum, ...], lengths [n]."""

    instruction = "concat_tensor_array"
    words = lambda node: [_dtype(node), *shape_words(node.attrs.element_shape_except0, node)]
    gradient = _of_concat


@op("TensorArraySizeV3", "TensorArraySizeV2", "TensorArraySize")
class TensorArraySize:
    """Number of elements: handle [], flow_in [] -> size []."""

    instruction = "size_of_tensor_array"
    gradient = NOT_DIFFERENTIABLE

    def shape(handle):
        return ()


@op("TensorArrayCloseV3", "TensorArrayCloseV2", "TensorArrayClose")
class TensorArrayClose:
    """No op may use the TensorArray any more: handle []."""

    instruction = "close_tensor_array"
    gradient = NOT_DIFFERENTIABLE
