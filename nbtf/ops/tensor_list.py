"""Tensor lists: variants that hold tensors of one dtype. A list is a value: each op makes a new one and changes none."""

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op


def element_dtype(node):
    """Attribute block of an instruction that only needs the dtype of the elements."""
    return [node.attrs.element_dtype.as_datatype_enum]


def a_scalar():
    """The shape rule of ops whose only output is a scalar."""
    return ()


@op("EmptyTensorList")
class EmptyTensorList:
    """A list without elements: element_shape [r] or [], max_num_elements [] -> handle []."""

    instruction = "empty_list"
    words = element_dtype
    shape = a_scalar


@op("TensorListReserve")
class TensorListReserve:
    """A list of elements that are not set: element_shape [r] or [], num_elements [] -> handle []."""

    instruction = "reserve_list"
    words = element_dtype
    shape = a_scalar


@op("TensorListPushBack")
class TensorListPushBack:
    """The list with one more element at its end: input_handle [], tensor [...] -> output_handle []."""

    instruction = "push_back"
    words = element_dtype
    shape = a_scalar

    def gradient(op, d_list):
        shape = terms.shape(op.inputs[1])
        return list(raw.TensorListPopBack(d_list, shape, element_dtype=op.attrs.element_dtype))


@op("TensorListPopBack")
class TensorListPopBack:
    """The list without its last element, and that element, without a copy: [], [r] or [] -> [], tensor [...]."""

    instruction = "pop_back"
    words = element_dtype
    lends = ("tensor",)

    def gradient(op, d_list, d_item):
        if d_list is None:
            shape = raw.TensorListElementShape(op.outputs[0], shape_type=dtypes.int32)
            d_list = raw.EmptyTensorList(shape, -1, element_dtype=d_item.dtype)
        if d_item is None:
            d_item = terms.zeros_like(op.outputs[1])
        return raw.TensorListPushBack(d_list, d_item), None


@op("TensorListGetItem")
class TensorListGetItem:
    """The element at `index`, without a copy; zeros where it is not set: [], [], [r] or [] -> item [...]."""

    instruction = "get_item"
    words = element_dtype
    lends = ("item",)

    def gradient(op, d_item):
        items, index, _ = op.inputs
        count = raw.TensorListLength(items)
        shape = raw.TensorListElementShape(items, shape_type=dtypes.int32)
        empty = raw.TensorListReserve(shape, count, element_dtype=d_item.dtype)
        return raw.TensorListSetItem(empty, index, d_item), None, None


@op("TensorListSetItem")
class TensorListSetItem:
    """The list with another element at `index`: input_handle [], index [], item [...] -> output_handle []."""

    instruction = "set_item"
    words = lambda node: [*element_dtype(node), int(node.attrs.resize_if_index_out_of_bounds)]
    shape = a_scalar

    def gradient(op, d_list):
        items, index, item = op.inputs
        rest = raw.TensorListSetItem(d_list, index, terms.zeros_like(item))
        own = raw.TensorListGetItem(d_list, index, terms.shape(item), element_dtype=item.dtype)
        if op.attrs.resize_if_index_out_of_bounds:
            rest = raw.TensorListResize(rest, raw.TensorListLength(items))
        return rest, None, own


@op("TensorListLength")
class TensorListLength:
    """Number of elements: input_handle [] -> length []."""

    instruction = "list_length"
    shape = a_scalar
    gradient = NOT_DIFFERENTIABLE


@op("TensorListElementShape")
class TensorListElementShape:
    """What is known of the elements' shape: input_handle [] -> element_shape [r], or [] with a -1."""

    instruction = "list_element_shape"
    gradient = NOT_DIFFERENTIABLE


@op("TensorListResize")
class TensorListResize:
    """The first `size` elements; those beyond the end are not set: input_handle [], size [] -> output_handle []."""

    instruction = "resize_list"
    shape = a_scalar

    def gradient(op, d_list):
        return raw.TensorListResize(d_list, raw.TensorListLength(op.inputs[0])), None


@op("TensorListPushBackBatch")
class TensorListPushBackBatch:
    """List i with one more element, row i: input_handles [n], tensor [n, ...] -> output_handles [n]."""

    instruction = "push_back_batch"
    words = element_dtype
    gradient = NOT_DIFFERENTIABLE

    def shape(input_handles, out):
        for i in range(len(input_handles)):
            out.append(input_handles[i])


@op("TensorListConcatLists")
class TensorListConcatLists:
    """The elements of one list, then those of another: input_a [...], input_b [...] -> output [...]."""

    instruction = "concat_lists"
    words = element_dtype
    gradient = NOT_DIFFERENTIABLE

    def shape(input_a, out):
        for i in range(len(input_a)):
            out.append(input_a[i])
