"""Static shapes of ops whose outputs follow from an attribute, a variable's declaration, or the flow of control."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from nbtf import limits
from nbtf.graph import list_shapes
from nbtf.graph.constant_value import dims_from_value, partial_value
from nbtf.graph.shape_inference import apply_rule
from nbtf.graph.tensor import StaticDims, dims_text, merged_dims
from nbtf.shapes import HIDDEN, UNKNOWN, check, product

if TYPE_CHECKING:
    from nbtf.graph.operation import Operation
    from nbtf.graph.tensor import Tensor

SPECIAL: Final[dict[str, Callable[[Operation], None]]] = dict(list_shapes.RULES)


def _shapes_of(*op_types: str) -> Callable[[Callable[[Operation], None]], Callable[[Operation], None]]:
    def register(rule: Callable[[Operation], None]) -> Callable[[Operation], None]:
        for op_type in op_types:
            SPECIAL[op_type] = rule
        return rule

    return register


def checked_dims(proto: Any) -> StaticDims:
    """Dims of a TensorShapeProto from a file. Raises CheckFailed for sizes that no tensor has."""
    return None if proto.unknown_rank else _checked(tuple([dim.size for dim in proto.dim]))


def _checked(dims: tuple[int, ...]) -> tuple[int, ...]:
    known = limits.checked_product([dim for dim in dims if dim != UNKNOWN])
    if known is None or len(dims) > limits.MAX_RANK:  # the product of what is below zero is None, too
        text = dims_text(dims)
        check(len(dims) <= limits.MAX_RANK, "Shape {} has too many dimensions", text)
        below = min(dims, default=0) < UNKNOWN
        check(not below, "Shape {} has dimensions with values below -1 (where -1 means unknown)", text)
        check(False, "Shape {} is too large (more than 2**63 - 1 entries)", text)
    return dims


def _copy(op: Operation, output: int, source: int) -> None:
    op._outputs[output]._dims = op._inputs[source]._dims
    op._outputs[output].handle_data = op._inputs[source].handle_data


# ---- sources ---------------------------------------------------------------------------------------------------------


@_shapes_of("Const")
def _const(op: Operation) -> None:
    proto = op._node.attr["value"].tensor.tensor_shape
    if proto.unknown_rank:  # no tensor has it, and TensorFlow reads it as a scalar
        op._outputs[0]._dims = ()
        return
    dims = tuple([dim.size for dim in proto.dim])
    if min(dims, default=0) < 0:
        check(False, "Shape {} is not fully defined", dims_text(dims))
    op._outputs[0]._dims = _checked(dims)


@_shapes_of("Placeholder", "PlaceholderV2")
def _placeholder(op: Operation) -> None:
    proto = op._node.attr["shape"].shape
    # graphs from before producer 24 wrote "unknown" as a scalar
    old = op.type == "Placeholder" and not proto.dim and op.graph.graph_def_versions.producer < 24
    op._outputs[0]._dims = None if old else checked_dims(proto)


@_shapes_of("PlaceholderWithDefault")
def _placeholder_with_default(op: Operation) -> None:
    dims = checked_dims(op._node.attr["shape"].shape)
    _check_mergeable(op._inputs[0]._dims, dims)
    op._outputs[0]._dims = dims


@_shapes_of("Variable", "VariableV2", "TemporaryVariable")
def _variable(op: Operation) -> None:
    proto = op._node.attr["shape"].shape
    # Variable (V1) wrote "unknown" as a scalar too
    op._outputs[0]._dims = None if op.type == "Variable" and not proto.dim else checked_dims(proto)


@_shapes_of("Assign")
def _assign(op: Operation) -> None:
    ref, value = op._inputs[0]._dims, op._inputs[1]._dims
    op._outputs[0]._dims = _check_mergeable(ref, value) if op._node.attr["validate_shape"].b else value


@_shapes_of("AssignAdd", "AssignSub")
def _assign_in_place(op: Operation) -> None:
    op._outputs[0]._dims = _check_mergeable(op._inputs[0]._dims, op._inputs[1]._dims)


@_shapes_of("IsVariableInitialized", "VarIsInitializedOp")
def _is_initialized(op: Operation) -> None:
    op._outputs[0]._dims = ()


@_shapes_of("RestoreV2")
def _restore_v2(op: Operation) -> None:
    specs = op._inputs[2].op
    if specs.type != "Const":
        return
    for tensor, spec in zip(op._outputs, specs._node.attr["value"].tensor.string_val, strict=False):
        tensor._dims = _dims_of_slice(spec)


def _dims_of_slice(spec: bytes) -> StaticDims:
    """(3, 4) of "7 4 0,3:-": the first three rows of a [7, 4] tensor. None for a whole tensor: the file has its dims."""
    try:
        *whole, extents = spec.decode().split(" ")
        lengths = [text.partition(",")[2] for text in extents.split(":")]
        return tuple(int(length or dim) for dim, length in zip(whole, lengths, strict=True)) if whole else None
    except ValueError:
        return None  # the run says what is wrong with it


# ---- resources -------------------------------------------------------------------------------------------------------


@_shapes_of("VarHandleOp")
def _var_handle(op: Operation) -> None:
    op._outputs[0]._dims = ()
    op._outputs[0].handle_data = ((op.attrs.dtype, checked_dims(op._node.attr["shape"].shape)),)


@_shapes_of(
    "MutableHashTableV2",
    "MutableHashTableOfTensorsV2",
    "MutableDenseHashTableV2",
    "AnonymousMutableHashTable",
    "AnonymousMutableHashTableOfTensors",
    "AnonymousMutableDenseHashTable",
)
def _table(op: Operation) -> None:
    dims = checked_dims(op._node.attr["value_shape"].shape) if "value_shape" in op._node.attr else ()
    op._outputs[0]._dims = ()
    op._outputs[0].handle_data = ((op.attrs.key_dtype, ()), (op.attrs.value_dtype, dims))


@_shapes_of("LookupTableFindV2")
def _found(op: Operation) -> None:
    handle, keys = op._inputs[0].handle_data, op._inputs[1]._dims
    if handle is not None and len(handle) == 2 and keys is not None and handle[1][1] is not None:
        op._outputs[0]._dims = keys + handle[1][1]


def _variable_dims(op: Operation) -> StaticDims:
    """Static dims of the variable that the first input is a handle of."""
    handle = op._inputs[0].handle_data
    return handle[0][1] if handle else None


@_shapes_of("ReadVariableOp")
def _read_variable(op: Operation) -> None:
    handle = op._inputs[0].handle_data
    if handle:
        dtype, dims = handle[0]
        check(
            dtype == op.attrs.dtype,
            "Trying to read variable with wrong dtype. Expected {} got {}",
            op.attrs.dtype.name,
            dtype.name,
        )
        op._outputs[0]._dims = dims


@_shapes_of("VariableShape")
def _variable_shape(op: Operation) -> None:
    dims = _variable_dims(op)
    op._outputs[0]._dims = (UNKNOWN if dims is None else len(dims),)


@_shapes_of("ResourceGather")
def _resource_gather(op: Operation) -> None:
    dims, indices = _variable_dims(op), op._inputs[1]._dims
    batch = op.attrs.batch_dims
    if dims is not None and indices is not None:
        check(0 <= batch <= len(indices) and batch < len(dims), "batch_dims {} does not fit the inputs", batch)
        op._outputs[0]._dims = (*indices, *dims[batch + 1 :])


@_shapes_of("ResourceGatherNd")
def _resource_gather_nd(op: Operation) -> None:
    dims, indices = _variable_dims(op), op._inputs[1]._dims
    if dims is not None and indices is not None and indices and indices[-1] != UNKNOWN:
        check(indices[-1] <= len(dims), "indices.shape[-1] must be <= params.rank, but is {}", indices[-1])
        op._outputs[0]._dims = (*indices[:-1], *dims[indices[-1] :])


# ---- what only needs part of an unknown shape ------------------------------------------------------------------------


@_shapes_of("Shape", "ShapeN")
def _shape(op: Operation) -> None:
    for tensor, source in zip(op._outputs, op._inputs, strict=True):
        tensor._dims = (UNKNOWN if source._dims is None else len(source._dims),)


@_shapes_of("Rank", "Size", "LoopCond", "IsVariableInitialized", "VarIsInitializedOp")
def _scalar(op: Operation) -> None:
    op._outputs[0]._dims = ()


@_shapes_of("EnsureShape")
def _ensure_shape(op: Operation) -> None:
    op._outputs[0]._dims = _check_mergeable(op._inputs[0]._dims, checked_dims(op._node.attr["shape"].shape))


@_shapes_of("Fill")
def _fill(op: Operation) -> None:
    dims = op._inputs[0]._dims
    check(dims is None or len(dims) == 1, "Shape must be rank 1 but is rank {}", len(dims or ()))
    value = op._inputs[1]._dims
    check(not value, "Shape must be rank 0 but is rank {}", len(value or ()))
    wanted = dims_from_value(op._inputs[0])
    op._outputs[0]._dims = wanted


def _check_mergeable(a: StaticDims, b: StaticDims) -> StaticDims:
    try:
        return merged_dims(a, b)
    except ValueError as error:
        check(False, "{}", error)
        raise


@_shapes_of("Reshape")
def _reshape(op: Operation) -> None:
    if op._inputs[0]._dims is None:
        op._outputs[0]._dims = dims_from_value(op._inputs[1])
    else:
        apply_rule(op)


# ---- rules that need elements, where not even their number is known ---------------------------------------------------


def _after_the_rule(*op_types: str) -> Callable[[Callable[[Operation], None]], Callable[[Operation], None]]:
    """What is known of outputs of which the rule could not tell even the rank."""

    def register(fill: Callable[[Operation], None]) -> Callable[[Operation], None]:
        def infer(op: Operation) -> None:
            apply_rule(op)
            if op._outputs[0]._dims is None:
                fill(op)

        for op_type in op_types:
            SPECIAL[op_type] = infer
        return fill

    return register


def _known(tensor: Tensor) -> int:
    """The value of a scalar; UNKNOWN if it cannot be told."""
    value = partial_value(tensor)
    return UNKNOWN if value is None or value.size != 1 or int(value.item()) == HIDDEN else int(value.item())


@_shapes_of("SegmentSum", "SegmentMean", "SegmentMax", "SegmentMin", "SegmentProd")
@_shapes_of("SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN")
def _segments(op: Operation) -> None:
    """How many segments there are is told by a run, whatever the graph knows."""
    apply_rule(op)
    data = op._inputs[0]._dims
    op._outputs[0]._dims = (UNKNOWN, *data[1:]) if data else None


@_after_the_rule(
    "SparseSegmentSumWithNumSegments", "SparseSegmentMeanWithNumSegments", "SparseSegmentSqrtNWithNumSegments"
)
def _counted_segments(op: Operation) -> None:
    data, count = op._inputs[0]._dims, _known(op._inputs[3])
    if data:
        op._outputs[0]._dims = (count, *data[1:])


@_after_the_rule("Slice")
def _slice_of_unknown(op: Operation) -> None:
    op._outputs[0]._dims = dims_from_value(op._inputs[2])


@_after_the_rule("BroadcastTo")
def _broadcast_of_unknown(op: Operation) -> None:
    op._outputs[0]._dims = dims_from_value(op._inputs[1])


@_after_the_rule("ScatterNd")
def _scattered_unknown(op: Operation) -> None:
    op._outputs[0]._dims = dims_from_value(op._inputs[2])


@_after_the_rule("Pad", "PadV2", "MirrorPad")
def _padded_unknown(op: Operation) -> None:
    paddings = op._inputs[1]._dims
    if paddings and paddings[0] != UNKNOWN:
        op._outputs[0]._dims = (UNKNOWN,) * paddings[0]


@_after_the_rule("SparseMatMul", "SparseTensorDenseMatMul")
def _product_of_unknown(op: Operation) -> None:
    op._outputs[0]._dims = (UNKNOWN, UNKNOWN)


@_after_the_rule("SparseToDense")
def _dense_of_unknown(op: Operation) -> None:
    op._outputs[0]._dims = dims_from_value(op._inputs[1])


@_after_the_rule("Dilation2D")
def _dilation_of_unknown(op: Operation) -> None:
    image, window = op._inputs[0]._dims or (UNKNOWN,) * 4, op._inputs[1]._dims or (UNKNOWN,) * 3
    check(len(image) == 4, "Shape must be rank 4 but is rank {}", len(image))
    check(len(window) == 3, "Shape must be rank 3 but is rank {}", len(window))
    op._outputs[0]._dims = (image[0], UNKNOWN, UNKNOWN, window[2])


@_after_the_rule("Dilation2DBackpropInput", "Dilation2DBackpropFilter")
def _dilation_gradient_of_unknown(op: Operation) -> None:
    op._outputs[0]._dims = op._inputs[op.type == "Dilation2DBackpropFilter"]._dims


@_after_the_rule("FractionalMaxPool", "FractionalAvgPool", "FractionalMaxPoolGrad", "FractionalAvgPoolGrad")
def _fractional_pool_of_unknown(op: Operation) -> None:
    op._outputs[0]._dims = (UNKNOWN,) * 4
    for boundaries in op._outputs[1:]:
        boundaries._dims = (UNKNOWN,)


@_after_the_rule("L2Loss")
def _scalar_loss(op: Operation) -> None:
    op._outputs[0]._dims = ()


@_after_the_rule("SpaceToDepth", "DepthToSpace")
def _blocks(op: Operation) -> None:
    op._outputs[0]._dims = (UNKNOWN,) * (5 if op.attrs.data_format == "NCHW_VECT_C" else 4)


@_after_the_rule("Transpose", "ConjugateTranspose")
def _transpose(op: Operation) -> None:
    dims, perm = op._inputs[0]._dims, op._inputs[1]._dims
    if dims is not None:
        op._outputs[0]._dims = (UNKNOWN,) * len(dims)
    elif perm is not None and len(perm) == 1 and perm[0] != UNKNOWN:
        op._outputs[0]._dims = (UNKNOWN,) * perm[0]


@_after_the_rule("UnravelIndex")
def _unravel_index(op: Operation) -> None:
    indices, dims = op._inputs[0]._dims, op._inputs[1]._dims
    if indices is not None and dims is not None and len(dims) == 1:
        size = product(indices) if UNKNOWN not in indices else UNKNOWN
        op._outputs[0]._dims = (dims[0], size) if indices else dims


@_shapes_of("DynamicPartition")
def _dynamic_partition(op: Operation) -> None:
    """How long the parts are is told by a run, whatever the graph knows."""
    apply_rule(op)
    data, partitions = op._inputs[0]._dims, op._inputs[1]._dims
    if data is not None and partitions is not None:
        for tensor in op._outputs:
            tensor._dims = (UNKNOWN, *data[len(partitions) :])


@_after_the_rule("DynamicStitch", "ParallelDynamicStitch")
def _dynamic_stitch(op: Operation) -> None:
    count = len(op._inputs) // 2
    for indices, data in zip(op._inputs[:count], op._inputs[count:], strict=True):
        if indices._dims is not None and data._dims is not None:
            op._outputs[0]._dims = (UNKNOWN, *data._dims[len(indices._dims) :])
            return


def _sparse_outputs(op: Operation, rank: int) -> None:
    """indices, values and shape of a sparse tensor."""
    op._outputs[0]._dims = (UNKNOWN, rank)
    op._outputs[1]._dims = (UNKNOWN,)
    op._outputs[2]._dims = (rank,)


def _last_dim(dims: StaticDims) -> int:
    return UNKNOWN if not dims else dims[-1]


@_shapes_of("SetSize", "SparseReduceMaxSparse", "SparseReduceSumSparse")
def _unknown(op: Operation) -> None:
    """TensorFlow's graphs do not know them either."""


@_shapes_of("SparseReduceMax", "SparseReduceSum")
def _sparse_reduction(op: Operation) -> None:
    """Known where the whole shape is."""
    value = partial_value(op._inputs[2])
    if value is not None and not (value == HIDDEN).any():
        apply_rule(op)


@_shapes_of("SparseSparseMaximum", "SparseSparseMinimum")
def _sparse_extremes(op: Operation) -> None:
    op._outputs[0]._dims = (UNKNOWN, UNKNOWN)
    op._outputs[1]._dims = (UNKNOWN,)


@_after_the_rule("SparseFillEmptyRows")
def _filled_rows(op: Operation) -> None:
    indices = op._inputs[0]._dims
    op._outputs[0]._dims = (UNKNOWN, _last_dim(indices))
    for output in op._outputs[1:]:
        output._dims = (UNKNOWN,)
    if indices:
        op._outputs[3]._dims = (indices[0],)


@_after_the_rule("Unique", "UniqueWithCounts")
def _distinct(op: Operation) -> None:
    """Vectors, but for the places, which have the shape of the input."""
    for i in range(0, len(op._outputs), 2):
        op._outputs[i]._dims = (UNKNOWN,)


@_after_the_rule("SparseCross", "SparseCrossV2", "SparseCrossHashed")
def _sparse_cross(op: Operation) -> None:
    _sparse_outputs(op, 2)


@_after_the_rule("DenseCountSparseOutput")
def _dense_count(op: Operation) -> None:
    values = op._inputs[0]._dims
    _sparse_outputs(op, UNKNOWN if values is None else len(values))


@_after_the_rule("SparseCountSparseOutput")
def _sparse_count(op: Operation) -> None:
    _sparse_outputs(op, _last_dim(op._inputs[2]._dims))


@_after_the_rule("DenseToDenseSetOperation", "DenseToSparseSetOperation")
def _dense_set(op: Operation) -> None:
    dims = op._inputs[0]._dims
    _sparse_outputs(op, UNKNOWN if dims is None else len(dims))


@_after_the_rule("SparseToSparseSetOperation")
def _sparse_set(op: Operation) -> None:
    _sparse_outputs(op, _last_dim(op._inputs[0]._dims))


@_after_the_rule("SerializeSparse")
def _serialize(op: Operation) -> None:
    op._outputs[0]._dims = (3,)


@_after_the_rule("SerializeManySparse")
def _serialize_many(op: Operation) -> None:
    op._outputs[0]._dims = (UNKNOWN, 3)


@_after_the_rule("DeserializeManySparse")
def _deserialize(op: Operation) -> None:
    _sparse_outputs(op, UNKNOWN)


@_shapes_of("RFFT", "RFFT2D", "RFFT3D", "IRFFT", "IRFFT2D", "IRFFT3D")
def _real_fourier(op: Operation) -> None:
    """The transformed dims are known only where all lengths are."""
    apply_rule(op)
    dims, lengths = op._outputs[0]._dims, partial_value(op._inputs[1])
    if dims is not None and (lengths is None or (lengths == HIDDEN).any()):
        count = {"2": 2, "3": 3}.get(op.type[-2], 1)
        op._outputs[0]._dims = (*dims[:-count], *(UNKNOWN,) * count)


@_after_the_rule("ParallelConcat")
def _parallel_concat(op: Operation) -> None:
    op._outputs[0]._dims = checked_dims(op._node.attr["shape"].shape)


@_shapes_of("SobolSample")
def _sobol_sample(op: Operation) -> None:
    op._outputs[0]._dims = (_known(op._inputs[1]), _known(op._inputs[0]))


@_shapes_of("Einsum")
def _einsum(op: Operation) -> None:
    """The equation tells ranks that the inputs do not."""
    if all(tensor._dims is not None for tensor in op._inputs):
        apply_rule(op)
        return
    terms, arrow, result = str(op.attrs.equation).partition("->")
    inputs = terms.split(",")
    if not arrow or not set(result) <= set(terms) or not len(inputs) == len(op._inputs) <= 2:
        return  # a run says what is wrong
    dims = [
        (UNKNOWN,) * len(term) if tensor._dims is None and "..." not in term else tensor._dims
        for tensor, term in zip(op._inputs, inputs, strict=True)
    ]
    if None not in dims and op.kind.shape_rule is not None:
        (op._outputs[0]._dims,) = op.kind.shape_rule.apply(op, dims, lambda i: None)
    elif "..." not in result:
        op._outputs[0]._dims = (UNKNOWN,) * len(result)


# ---- flow of control -------------------------------------------------------------------------------------------------


@_shapes_of("Identity", "RefIdentity", "Exit", "RefExit", "NextIteration", "RefNextIteration", "RefEnter")
def _unchanged(op: Operation) -> None:
    _copy(op, 0, 0)


@_shapes_of("IdentityN")
def _identity_n(op: Operation) -> None:
    for i in range(len(op._outputs)):
        _copy(op, i, i)


@_shapes_of("Enter")
def _enter(op: Operation) -> None:
    """What enters as a loop variable may have another shape in a later iteration."""
    _copy(op, 0, 0)
    if not op._node.attr["is_constant"].b:
        op._outputs[0]._dims = None


@_shapes_of("Switch", "RefSwitch")
def _switch(op: Operation) -> None:
    predicate = op._inputs[1]._dims
    check(not predicate, "Shape must be rank 0 but is rank {}", len(predicate or ()))
    _copy(op, 0, 0)
    _copy(op, 1, 0)


@_shapes_of("Merge", "RefMerge")
def _merge(op: Operation) -> None:
    """Any input may be the live one: what they do not agree on is unknown."""
    dims = op._inputs[0]._dims
    for tensor in op._inputs[1:]:
        other = tensor._dims
        if dims is None or other is None or len(other) != len(dims):
            dims = None
            break
        dims = tuple([a if a == b else UNKNOWN for a, b in zip(dims, other, strict=True)])
    op._outputs[0]._dims = dims
    op._outputs[0].handle_data = op._inputs[0].handle_data
    op._outputs[1]._dims = ()


# ---- function calls --------------------------------------------------------------------------------------------------


@_shapes_of("IteratorGetNext", "IteratorGetNextSync", "DatasetToSingleElement", "ReduceDataset")
@_shapes_of("If", "StatelessIf", "Case", "StatelessCase")
def _from_output_shapes(op: Operation) -> None:
    shapes = op._node.attr["output_shapes"].list.shape
    if not shapes:
        return
    check(
        len(shapes) == len(op._outputs),
        "`output_shapes` must be the same length as num outputs ({} vs. {})",
        len(shapes),
        len(op._outputs),
    )
    for tensor, proto in zip(op._outputs, shapes, strict=True):
        tensor._dims = checked_dims(proto)


@_shapes_of("While", "StatelessWhile")
def _loop_variables(op: Operation) -> None:
    """A handle that goes round refers to what it referred to before."""
    _from_output_shapes(op)
    for tensor, start in zip(op._outputs, op._inputs, strict=True):
        tensor.handle_data = start.handle_data
