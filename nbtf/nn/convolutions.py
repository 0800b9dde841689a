"""tf.nn: convolutions of one to three spatial axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.nn.arguments import channel_axis, explicit_padding, per_axis, rank_of, strides_and_rates
from nbtf.nn.space_batches import with_space_to_batch
from nbtf.tensor_shape import TensorShape

# ---- public functions ------------------------------------------------------------------------------------------------


def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    input: Any = None,
    dilations: Any = None,
) -> Any:
    """Cross-correlation of [..., W, C] with filters [w, C, K] -> [..., W', K]: conv2d with a height of 1.

    stride, dilations: an int, or one for each of three axes. padding: "SAME" or "VALID". Raises ValueError for an
    unknown data format.
    """
    value = renamed("input", input, "value", value)
    with name_scope(name, "conv1d", [value, filters]) as scope:
        if data_format in (None, "NHWC", "NWC"):
            data_format, height, channels = "NHWC", -3, 2
        elif data_format in ("NCW", "NCHW"):
            data_format, height, channels = "NCHW", -2, 1
        else:
            raise ValueError(f"`data_format` must be 'NWC' or 'NCW'. Received: data_format={data_format}")
        strides = [1, *per_axis(stride, 1, channels, "stride")]
        rates = [1, *per_axis(dilations, 1, channels, "dilations")]
        image = raw.ExpandDims(value, height)
        window = raw.ExpandDims(filters, 0)
        on_gpu = True if use_cudnn_on_gpu is None else use_cudnn_on_gpu
        apply = partial(
            raw.Conv2D,
            filter=window,
            strides=strides,
            padding=padding,
            use_cudnn_on_gpu=on_gpu,
            data_format=data_format,
            dilations=rates,
        )
        return raw.Squeeze(on_one_batch_axis(apply, image, 3, scope), squeeze_dims=[height])


def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Any:
    """Cross-correlation of [..., H, W, C] with filters [h, w, C, K] -> [..., H', W', K].

    strides, dilations: an int, one for H and W, or one for each of four axes. padding: "SAME", "VALID" or four pairs
    of numbers. Raises ValueError for arguments of other lengths.
    """
    filter = renamed("filters", filters, "filter", filter)
    padding, explicit_paddings = explicit_padding(padding)
    data_format = data_format or "NHWC"
    channels = channel_axis(data_format, 2)
    apply = partial(
        raw.Conv2D,
        filter=filter,
        strides=per_axis(strides, 2, channels, "strides"),
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit_paddings,
        data_format=data_format,
        dilations=per_axis(dilations, 2, channels, "dilations"),
    )
    return on_one_batch_axis(apply, input, 3, name)


def conv3d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Any:
    """Cross-correlation of [N, D, H, W, C] with filters [d, h, w, C, K] -> [N, D', H', W', K]."""
    filter = renamed("filters", filters, "filter", filter)
    return raw.Conv3D(input, filter, strides, padding, data_format, dilations, name=name)


def convolution(
    input: Any,
    filter: Any = None,
    padding: Any = None,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """Cross-correlation over one to three spatial axes, as many as `filter` has; dilation moves space into the batch.

    input: [..., spatial axes, C]. Raises ValueError where the number of axes cannot be told, for channels that do not
    fit, and for strides together with dilation.
    """
    filter = renamed("filters", filters, "filter", filter)
    dilation_rate = renamed("dilations", dilations, "dilation_rate", dilation_rate)
    return convolve(input, filter, strides, padding, data_format, dilation_rate, name)


def atrous_conv2d(value: Any, filters: Any, rate: int, padding: Any, name: str | None = None) -> Any:
    """`conv2d` with rate - 1 holes between the elements of the filter: [N, H, W, C] -> [N, H', W', K]."""
    return convolve(value, filters, None, padding, None, [rate, rate], name)


# ---- backward convolutions -------------------------------------------------------------------------------------------


def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Any:
    """The gradient of conv2d with respect to its filter, of shape `filter_sizes`."""
    padding, explicit_paddings = explicit_padding(padding)
    return raw.Conv2DBackpropFilter(
        input,
        filter_sizes,
        out_backprop,
        strides,
        padding,
        use_cudnn_on_gpu,
        explicit_paddings,
        data_format,
        dilations,
        name=name,
    )


def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Any:
    """The gradient of conv2d with respect to its input, of shape `input_sizes`."""
    filter = renamed("filters", filters, "filter", filter)
    padding, explicit_paddings = explicit_padding(padding)
    return raw.Conv2DBackpropInput(
        input_sizes,
        filter,
        out_backprop,
        strides,
        padding,
        use_cudnn_on_gpu,
        explicit_paddings,
        data_format,
        dilations,
        name=name,
    )


conv3d_backprop_filter = OpFunction("Conv3DBackpropFilterV2", "conv3d_backprop_filter")
conv = OpFunction("Conv")
conv2d_backprop_filter_v2 = OpFunction("Conv2DBackpropFilterV2", "conv2d_backprop_filter_v2")
conv2d_backprop_input_v2 = OpFunction("Conv2DBackpropInputV2", "conv2d_backprop_input_v2")


# ---- any number of spatial axes --------------------------------------------------------------------------------------


def convolve(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """`convolution` with the parameters of tf.nn.convolution of TensorFlow 2, which the layers call."""
    filters = _as_tensor(filters, "filters")
    input = _as_tensor(input, "input")
    spatial = _spatial_rank(input, filters)
    with name_scope(name, "convolution", [input, filters]) as scope:
        channels = channel_axis(data_format, spatial)
        strides = per_axis(strides, spatial, channels, "strides")
        dilations = per_axis(dilations, spatial, channels, "dilations")
        rates = dilations[2:] if channels == 1 else dilations[1:-1]
        if all(rate == 1 for rate in rates):
            return _undilated(input, filters, strides, padding, data_format, scope)
        steps = strides[2:] if channels == 1 else strides[1:-1]
        return _dilated(input, filters, steps, padding, data_format, rates, scope)


def _as_tensor(value: Any, name: str) -> Any:
    if isinstance(value, Tensor) or hasattr(value, "_as_graph_element"):
        return value
    with name_scope(None, "convolution_internal", [value]):
        return convert_to_tensor(value, name=name)


def _spatial_rank(input: Any, filters: Any) -> int:
    input_shape, filter_shape = input.shape, filters.shape
    rank: int | None = input_shape.ndims if filter_shape.ndims is None else filter_shape.ndims
    if rank is None:
        raise ValueError(
            "When `num_spatial_dims` is not set, one of `input.shape.rank` or `filters.shape.rank` must be known. "
            f"Received: input.shape={input_shape} of rank {input_shape.ndims} and "
            f"filters.shape={filter_shape} of rank {filter_shape.ndims}"
        )
    if not 1 <= rank - 2 <= 3:
        raise ValueError(f"`num_spatial_dims` must be 1, 2, or 3. Received: num_spatial_dims={rank - 2}.")
    return rank - 2


def _undilated(
    input: Any, filters: Any, strides: Sequence[int], padding: Any, data_format: str | None, name: str | None
) -> Any:
    spatial = len(strides) - 2
    if spatial == 1:
        return conv1d(input, filters, strides, padding, data_format=data_format, name=name)
    function, default = (raw.Conv2D, "NHWC") if spatial == 2 else (raw.Conv3D, "NDHWC")
    apply = partial(
        function,
        filter=filters,
        strides=strides,
        padding=padding,
        data_format=data_format or default,
        dilations=[1] * (spatial + 2),
    )
    return on_one_batch_axis(apply, input, spatial + 1, name)


def _dilated(
    input: Any,
    filters: Any,
    strides: Sequence[int],
    padding: Any,
    data_format: str | None,
    rates: Sequence[int],
    name: str | None,
) -> Any:
    strides, rates = strides_and_rates(len(rates), strides, rates)
    channels_first = channel_axis(data_format, len(rates)) == 1
    rank = input.shape.ndims
    first = 1 if rank is None else rank - len(rates) - (0 if channels_first else 1)
    _check_channels(input.shape, filters.shape, first - 1 if channels_first else first + len(rates))
    steps = [1, 1, *strides] if channels_first else [1, *strides, 1]
    return with_space_to_batch(
        input,
        rates,
        padding,
        lambda batches, _, method: _undilated(batches, filters, steps, method, data_format, name),
        filters.shape,
        range(first, first + len(rates)),
        data_format,
    )


def _check_channels(input_shape: TensorShape, filter_shape: TensorShape, axis: int) -> None:
    if input_shape.ndims is None or filter_shape.ndims is None:
        return
    channels, expected = input_shape.as_list()[axis], filter_shape.as_list()[-2]
    if channels is not None and expected is not None and channels % expected:
        raise ValueError(
            "The number of input channels is not divisible by the corresponding number of output filters. "
            f"Received: input.shape={input_shape} with {channels} channels and "
            f"filters.shape={filter_shape} with {expected} output filters."
        )


def on_one_batch_axis(apply: Callable[..., Any], input: Any, inner_rank: int, name: str | None) -> Any:
    """`apply` to `input`, where the axes before the last `inner_rank` are made one if they are more."""
    rank = rank_of(input)
    if rank is None or rank <= inner_rank + 1:
        return apply(input, name=name)
    with name_scope(name, "squeeze_batch_dims", [input]):
        tensor = convert_to_tensor(input, name="input")
        inner: Any = tensor.shape[-inner_rank:]
        inner = inner.as_list() if inner.is_fully_defined() else shape(tensor)[-inner_rank:]
        batch: Any = tensor.shape[:-inner_rank]
        batch = batch.as_list() if batch.is_fully_defined() else shape(tensor)[:-inner_rank]
        flat = [-1, *inner] if isinstance(inner, list) else concat([[-1], inner], -1)
        result = apply(reshape(tensor, flat))
        result_inner: Any = result.shape[-inner_rank:]
        rest = result_inner.as_list() if result_inner.is_fully_defined() else shape(result)[-inner_rank:]
        output = reshape(result, concat([batch, rest], -1))
        output.set_shape(tensor.shape[:-inner_rank].concatenate(result_inner))
        return output
