"""Ops that TensorFlow's tools put together: what optimize_for_inference and Grappler write into graphs.

They are taken apart again; the compiler puts together what it wants to.
"""

from nbtf import dtypes
from nbtf.errors import InvalidArgumentError, UnimplementedError
from nbtf.graph.registry import op
from nbtf.ops.conv import conv2d_dims, depthwise_dims
from nbtf.ops.normalization import normalized_channels
from nbtf.ops.string_arrays import utf8
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, check_rank, copy_dims, equal_dims, may_equal

_ONE_STEP = (1, 1, 1, 1)

# ---- behind a product ------------------------------------------------------------------------------------------------

_FUNCTIONS = ("Relu", "Relu6", "Elu", "LeakyRelu", "Tanh", "Sigmoid")


class _Chain:
    """What is computed of a value, an op after the other; `arguments` are the further inputs, which the ops take in turn."""

    def __init__(self, node, rewriter, value, arguments):
        self._node, self._rewriter = node, rewriter
        self.value = value
        self._arguments = list(arguments)

    def _add(self, op_type, *others, **attrs):
        dtype, shape = self.value.dtype, self.value.shape
        self.value = self._rewriter.add(op_type, [self.value, *others], [(dtype, shape)], T=dtype, **attrs)[0]

    def _next(self, count, op_type):
        if count > len(self._arguments):
            message = f"Fused {self._node.op_type} must have {count} further arguments for {op_type}."
            raise InvalidArgumentError(None, self._node.origin, message)
        taken, self._arguments = self._arguments[:count], self._arguments[count:]
        for argument in taken:
            if argument.dtype != self.value.dtype:
                message = f"{op_type} of {self.value.dtype.name} got an argument of {argument.dtype.name}"
                raise InvalidArgumentError(None, self._node.origin, message)
        return taken

    def then(self, op_type, all_ops):
        """Raises UnimplementedError where TensorFlow has no such fusion."""
        attrs = self._node.attrs
        layout = getattr(attrs, "data_format", "NHWC")
        if op_type == "BiasAdd":
            self._add("BiasAdd", *self._next(1, op_type), data_format=layout)
        elif op_type == "Add":
            self._add("AddV2", *self._next(1, op_type))
        elif op_type == "LeakyRelu":
            self._add("LeakyRelu", alpha=attrs.leakyrelu_alpha)
        elif op_type in _FUNCTIONS:
            self._add(op_type)
        elif op_type == "FusedBatchNorm" and self.value.dtype == dtypes.float32:
            self._normalize(self._next(4, op_type), attrs.epsilon, layout)
        else:
            message = f"Fusion is not implemented: [{','.join(all_ops)}]"
            raise UnimplementedError(None, self._node.origin, message)

    def _normalize(self, statistics, epsilon, layout):
        outputs = [(dtypes.float32, self.value.shape), *[(dtypes.float32, (UNKNOWN,))] * 4]
        attrs = {"epsilon": epsilon, "data_format": layout, "is_training": False}
        inputs = [self.value, *statistics]
        self.value = self._rewriter.add("FusedBatchNorm", inputs, outputs, T=dtypes.float32, **attrs)[0]


def _lower_product(op_type, *attr_names):
    """Lowering to an op of two inputs and what `fused_ops` names behind it."""

    def lower(node, rewriter):
        fused = [utf8(name).decode() for name in node.attrs.fused_ops]
        if not fused:
            raise InvalidArgumentError(None, node.origin, f"Fused {op_type} must have at least one fused op.")
        made, attrs = node.outputs[0], {name: getattr(node.attrs, name) for name in attr_names}
        (value,) = rewriter.add(op_type, node.inputs[:2], [(made.dtype, made.shape)], T=made.dtype, **attrs)
        chain = _Chain(node, rewriter, value, node.inputs[2 : 2 + node.attrs.num_args])
        for name in fused:
            chain.then(name, fused)
        return [chain.value]

    return lower


@op("_FusedConv2D")
class FusedConv2D:
    """Conv2D, then what fused_ops names, such as BiasAdd and Relu; args are what those take."""

    lower = _lower_product("Conv2D", "strides", "padding", "explicit_paddings", "data_format", "dilations")

    def shape(input, filter, strides, padding, explicit_paddings, data_format, dilations):
        return conv2d_dims(input, filter, strides, padding, explicit_paddings, data_format, dilations)


@op("_FusedDepthwiseConv2dNative")
class FusedDepthwiseConv2dNative:
    """DepthwiseConv2dNative, then what fused_ops names; args are what those take."""

    lower = _lower_product("DepthwiseConv2dNative", "strides", "padding", "data_format", "dilations")

    def shape(input, filter, strides, padding, data_format, dilations):
        return depthwise_dims(input, filter, strides, padding, (), data_format, dilations)


@op("_FusedMatMul")
class FusedMatMul:
    """MatMul, then what fused_ops names; args are what those take."""

    lower = _lower_product("MatMul", "transpose_a", "transpose_b")

    def shape(a, b, transpose_a, transpose_b):
        check_rank(a, 2)
        check_rank(b, 2)
        equal_dims(a[0] if transpose_a else a[1], b[1] if transpose_b else b[0])
        return (a[1] if transpose_a else a[0], b[0] if transpose_b else b[1])


# ---- normalization ---------------------------------------------------------------------------------------------------


def _lower_normalization(node, rewriter):
    attrs, count = node.attrs, node.attrs.num_side_inputs
    names = ("U", "epsilon", "exponential_avg_factor", "data_format", "is_training")
    outputs = [(output.dtype, output.shape) for output in node.outputs]
    kept = {name: getattr(attrs, name) for name in names}
    made = rewriter.add("FusedBatchNormV3", node.inputs[:5], outputs, T=attrs.T, **kept)
    chain = _Chain(node, rewriter, made[0], node.inputs[5 : 5 + count])
    function = utf8(attrs.activation_mode).decode()
    for name in ["Add"] * count + [function] * (function != "Identity"):
        chain.then(name, [function])
    return [chain.value, *made[1:]]


@op("_FusedBatchNormEx")
class FusedBatchNormEx:
    """FusedBatchNormV3, then the side input added, if there is one, then the function activation_mode."""

    lower = _lower_normalization

    def shape(x, scale, offset, mean, variance, data_format, is_training, exponential_avg_factor, out):
        check_rank(x, 4)
        channels = normalized_channels(
            x, scale, offset, mean, variance, data_format, is_training, exponential_avg_factor
        )
        copy_dims(x, out[0])
        for i in range(1, 5):
            out[i].append(channels)


# ---- before a convolution --------------------------------------------------------------------------------------------


def _padded(input, paddings, paddings_dims):
    check_rank(input, 4)
    check(len(paddings_dims) == 2, "Shape must be rank 2 but is rank {}", len(paddings_dims))
    fits = may_equal(paddings_dims[0], 4) and may_equal(paddings_dims[1], 2)
    check(fits, "Shape must be rank {} but is rank 4", paddings_dims[0])
    dims = [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
    for i in range(4):
        before, after = paddings[2 * i], paddings[2 * i + 1]
        known = before != HIDDEN and after != HIDDEN
        check(not known or (before >= 0 and after >= 0), "Paddings must be non-negative")
        if known and input[i] != UNKNOWN:
            dims[i] = before + input[i] + after
    return dims


def _lower_padded(node, rewriter):
    *resizing, paddings, filter = node.inputs
    value, made = resizing[0], node.outputs[0]
    batch, _, _, channels = value.shape or (UNKNOWN,) * 4
    unknown = (batch, UNKNOWN, UNKNOWN, channels)
    if len(resizing) == 2:
        resized = {"align_corners": node.attrs.resize_align_corners, "half_pixel_centers": False}
        (value,) = rewriter.add("ResizeBilinear", resizing, [(dtypes.float32, unknown)], T=made.dtype, **resized)
        if made.dtype != dtypes.float32:
            (value,) = rewriter.add("Cast", [value], [(made.dtype, unknown)], SrcT=dtypes.float32, DstT=made.dtype)
    kinds = {"T": made.dtype, "Tpaddings": dtypes.int32}
    (value,) = rewriter.add("MirrorPad", [value, paddings], [(made.dtype, unknown)], mode=node.attrs.mode, **kinds)
    attrs = {"strides": node.attrs.strides, "padding": node.attrs.padding, "data_format": "NHWC"}
    return rewriter.add("Conv2D", [value, filter], [(made.dtype, made.shape)], T=made.dtype, **attrs)


@op("FusedPadConv2D")
class FusedPadConv2D:
    """Conv2D of input [N, H, W, C] that is mirrored into paddings [4, 2] first, as by MirrorPad.

    Of a batch, TensorFlow's kernel has only the first image right.
    """

    lower = _lower_padded

    def shape(input, paddings: Value, filter, paddings_dims, strides, padding):
        return conv2d_dims(_padded(input, paddings, paddings_dims), filter, strides, padding, (), 0, _ONE_STEP)


@op("FusedResizeAndPadConv2D")
class FusedResizeAndPadConv2D:
    """FusedPadConv2D of images that are resized first, as by ResizeBilinear: size [2]."""

    lower = _lower_padded

    def shape(input, size: Value, paddings: Value, filter, size_dims, paddings_dims, strides, padding):
        check_rank(input, 4)
        check(len(size_dims) == 1 and may_equal(size_dims[0], 2), "shape_t must have two elements{}", size_dims)
        resized = [input[0], max(size[0], UNKNOWN), max(size[1], UNKNOWN), input[3]]
        return conv2d_dims(_padded(resized, paddings, paddings_dims), filter, strides, padding, (), 0, _ONE_STEP)
