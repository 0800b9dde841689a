"""TensorArrays: lists of tensors, written once each, that a run owns; the code of each op is in kernels/tensor_array.py.

A flow is a float scalar that carries no value: it orders the ops on one TensorArray. The forms V1 and V2 have string
handles, and lead to the same records.
"""

from nbtf.errors import UnimplementedError
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.layout import CLEARS, DYNAMIC, IDENTICAL, MAX_RANK
from nbtf.native.digest import blake2b
from nbtf.shapes import check

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


# ---- gradients: each TensorArray has another one for the gradients of its elements -----------------------------------


def _gradient_array(handle, flow, source):
    """Handle and flow of the TensorArray of the gradients of another, in the computation that tensor `source` is of."""
    graph = get_default_graph()
    with graph.name_scope("TensorArrayGrad"), graph.colocate_with(handle):
        made, _ = raw.TensorArrayGradV3(handle, flow, source=_computation(source.name))
        with graph.control_dependencies([made]):
            return made, raw.Identity(flow, name="gradient_flow")


def _computation(name):
    """The name scope of the call of tf.gradients that made this tensor: each call has gradients of its own."""
    parts = name.split("/")
    found = [i for i, part in enumerate(parts) if part.startswith("gradients")]
    if not found:
        raise ValueError(
            f"Expected op/tensor name to start with gradients (excluding scope), got: {name}. This means that a "
            "tf.gradients op with this op in its dependency path has a custom name that does not start with "
            "'gradients'. Please make sure all calls to tf.gradients that have non-empty `name` arguments use names "
            "that start with 'gradients'."
        )
    return "/".join(parts[: found[-1] + 1])


def _after_writes(op, dflow):
    """The gradient of a flow, once the write itself is done: gradients of elements are read behind it."""
    graph = get_default_graph()
    written = raw.Identity(op.outputs[0], name="flow_out")
    with graph.control_dependencies([written]):
        return raw.Identity(dflow, name="write_barrier")


def _scope(name):
    return get_default_graph().name_scope(name)


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
        check(len(size) == 0, "Shape must be rank 0 but is rank {}", len(size))
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
    source = blake2b(node.attrs.source.encode(), digest_size=7).digest()
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

    def shape(handle):
        return ()

    def gradient(op, dflow):
        handle, index, _, _ = op.inputs
        dflow = _after_writes(op, dflow)
        gradients, flow = _gradient_array(handle, dflow, dflow)
        return None, None, raw.TensorArrayReadV3(gradients, index, flow, dtype=op.get_attr("T")), dflow


@op("TensorArrayScatterV3", "TensorArrayScatterV2", "TensorArrayScatter")
class TensorArrayScatter:
    """Element indices[i] becomes value[i]: handle [], indices [n], value [n, ...], flow_in [] -> flow_out []."""

    instruction = "scatter_tensor_array"
    words = lambda node: [*_written_dtype(node), 1]
    forwards = ("flow_out", "flow_in")

    def shape(handle):
        return ()

    def gradient(op, dflow):
        handle, indices, _, _ = op.inputs
        dflow = _after_writes(op, dflow)
        gradients, flow = _gradient_array(handle, dflow, dflow)
        return None, None, raw.TensorArrayGatherV3(gradients, indices, flow, dtype=op.get_attr("T")), dflow


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

    def shape(handle):
        return ()

    def gradient(op, dflow):
        dflow = _after_writes(op, dflow)
        gradients, flow = _gradient_array(op.inputs[0], dflow, dflow)
        return None, raw.TensorArrayConcatV3(gradients, flow, dtype=op.get_attr("T"))[0], None, dflow


@op("TensorArrayReadV3", "TensorArrayReadV2", "TensorArrayRead")
class TensorArrayRead:
    """Element `index`, without a copy: handle [], index [], flow_in [] -> value [...].

    One that nobody wrote is zeros, where the shape of the elements is known.
    """

    instruction = "read_tensor_array"
    words = lambda node: [_dtype(node)]
    lends = ("value",)

    def gradient(op, dvalue):
        handle, index, flow = op.inputs
        gradients, flow = _gradient_array(handle, flow, dvalue)
        with _scope("TensorArrayWrite"):
            return None, None, raw.TensorArrayWriteV3(gradients, index, dvalue, flow)


@op("TensorArrayGatherV3", "TensorArrayGatherV2", "TensorArrayGather")
class TensorArrayGather:
    """Elements at the indices, stacked: handle [], indices [n], flow_in [] -> value [n, ...]."""

    instruction = "gather_tensor_array"
    words = lambda node: [_dtype(node), 1, *shape_words(node.attrs.element_shape, node)]

    def gradient(op, dvalue):
        handle, indices, flow = op.inputs
        gradients, flow = _gradient_array(handle, flow, dvalue)
        with _scope("TensorArrayScatter"):
            return None, None, raw.TensorArrayScatterV3(gradients, indices, dvalue, flow)


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

    def gradient(op, dvalue, _):
        handle, flow = op.inputs
        gradients, flow = _gradient_array(handle, flow, dvalue)
        with _scope("TensorArraySplit"):
            return None, raw.TensorArraySplitV3(gradients, dvalue, op.outputs[1], flow)


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
