"""tf.nn: the largest or the mean element of windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.dtypes import int64
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.nn.arguments import channel_axis, explicit_padding, listed, per_axis, strides_and_rates
from nbtf.nn.space_batches import with_space_to_batch

# Regions of random sizes: (output, row_pooling_sequence, col_pooling_sequence).
fractional_avg_pool = OpFunction("FractionalAvgPool")
fractional_max_pool = OpFunction("FractionalMaxPool")


# ---- one function an op ----------------------------------------------------------------------------------------------


def avg_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Any:
    """The mean of windows: [N, H, W, C] -> [N, H', W', C]. ksize, strides: an int, two, or four."""
    with name_scope(name, "AvgPool", [value]) as scope:
        value = renamed("input", input, "value", value)
        return _avg_pool_2d(value, ksize, strides, padding, data_format, scope)


def _avg_pool_2d(value: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None, name: str | None) -> Any:
    data_format = data_format or "NHWC"
    channels = channel_axis(data_format, 2)
    window = per_axis(ksize, 2, channels, "ksize")
    steps = per_axis(strides, 2, channels, "strides")
    return raw.AvgPool(value, window, steps, padding, data_format, name=name)


def avg_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NWC", name: str | None = None
) -> Any:
    """The mean of windows: [N, W, C] -> [N, W', C]. ksize, strides: an int, or three."""
    with name_scope(name, "AvgPool1D", [input]) as scope:
        return _pool_1d(raw.AvgPool, input, ksize, strides, padding, data_format, scope)


def avg_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NDHWC", name: str | None = None
) -> Any:
    """The mean of windows: [N, D, H, W, C] -> [N, D', H', W', C]. ksize, strides: an int, three, or five."""
    return _pool_3d(raw.AvgPool3D, input, ksize, strides, padding, data_format, name)


def max_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Any:
    """The largest element of windows: [N, H, W, C] -> [N, H', W', C]. ksize, strides: an int, two, or four.

    padding: "SAME", "VALID" or four pairs of numbers. Raises ValueError for an empty window.
    """
    value = renamed("input", input, "value", value)
    with name_scope(name, "MaxPool", [value]) as scope:
        window = per_axis(ksize, 2, channel_axis(data_format, 2), "ksize")
        if 0 in window:
            raise ValueError(f"`ksize` cannot be zero. Received: ksize={window}")
        return _max_pool_2d(value, window, strides, padding, data_format, scope)


def max_pool2d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NHWC", name: str | None = None
) -> Any:
    """`max_pool` under TensorFlow 2's name."""
    with name_scope(name, "MaxPool2d", [input]) as scope:
        return _max_pool_2d(input, ksize, strides, padding, data_format, scope)


def _max_pool_2d(value: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None, name: str | None) -> Any:
    data_format = data_format or "NHWC"
    channels = channel_axis(data_format, 2)
    window = per_axis(ksize, 2, channels, "ksize")
    steps = per_axis(strides, 2, channels, "strides")
    method, explicit_paddings = _explicit(padding, 4, data_format)
    return raw.MaxPool(
        value, window, steps, method, explicit_paddings=explicit_paddings, data_format=data_format, name=name
    )


def _explicit(padding: Any, length: int, data_format: str) -> tuple[Any, list[int]]:
    if isinstance(padding, (list, tuple)) and data_format == "NCHW_VECT_C":
        raise ValueError("`data_format='NCHW_VECT_C'` is not supported with explicit padding.")
    return explicit_padding(padding, length)


def max_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NWC", name: str | None = None
) -> Any:
    """The largest element of windows: [N, W, C] -> [N, W', C]. ksize, strides: an int, or three."""
    with name_scope(name, "MaxPool1d", [input]) as scope:
        if isinstance(padding, (list, tuple)):
            explicit_padding(padding, 3)
            padding = list(padding)
            padding.insert(channel_axis(data_format, 1) - 1 if data_format == "NWC" else 2, [0, 0])
        return _pool_1d(raw.MaxPool, input, ksize, strides, padding, data_format, scope)


def max_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NDHWC", name: str | None = None
) -> Any:
    """The largest element of windows: [N, D, H, W, C] -> [N, D', H', W', C]. ksize, strides: an int, three or five."""
    return _pool_3d(raw.MaxPool3D, input, ksize, strides, padding, data_format, name)


def _pool_1d(
    op: OpFunction, input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None, name: str | None
) -> Any:
    """A pool of images of height 1."""
    data_format = data_format or "NWC"
    channels = channel_axis(data_format, 1)
    window = [1, *per_axis(ksize, 1, channels, "ksize")]
    steps = [1, *per_axis(strides, 1, channels, "strides")]
    height = 1 if data_format == "NWC" else 2
    image = raw.ExpandDims(input, height)
    image_format = "NHWC" if data_format == "NWC" else "NCHW"
    attrs: dict[str, Any] = {"padding": padding}
    if op is raw.MaxPool:
        attrs["padding"], attrs["explicit_paddings"] = explicit_padding(padding)
    result = op(image, window, steps, data_format=image_format, name=name, **attrs)
    return raw.Squeeze(result, squeeze_dims=[height])


def _pool_3d(
    op: OpFunction, input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None, name: str | None
) -> Any:
    with name_scope(name, op.op_type, [input]) as scope:
        data_format = data_format or "NDHWC"
        channels = channel_axis(data_format, 3)
        window = per_axis(ksize, 3, channels, "ksize")
        steps = per_axis(strides, 3, channels, "strides")
        return op(input, window, steps, padding, data_format, name=scope)


def avg_pool_v2(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = None, name: str | None = None
) -> Any:
    """avg_pool1d, avg_pool or avg_pool3d, by the rank of `input`."""
    return _by_rank((avg_pool1d, avg_pool, avg_pool3d), input, ksize, strides, padding, data_format, name)


def max_pool_v2(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = None, name: str | None = None
) -> Any:
    """max_pool1d, max_pool2d or max_pool3d, by the rank of `input`."""
    return _by_rank((max_pool1d, max_pool2d, max_pool3d), input, ksize, strides, padding, data_format, name)


def _by_rank(
    functions: Sequence[Callable[..., Any]],
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    name: str | None,
) -> Any:
    shape = input.shape if hasattr(input, "shape") else convert_to_tensor(input).shape
    rank = len(shape)
    if not 3 <= rank <= 5:
        raise ValueError(f"`input.shape.rank` must be 3, 4 or 5. Received: input.shape={shape} of rank {rank}.")
    default = ("NWC", "NHWC", "NDHWC")[rank - 3]
    return functions[rank - 3](input, ksize, strides, padding, data_format or default, name)


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    Targmax: Any = None,  # noqa: N803, TensorFlow's name
    name: str | None = None,
    output_dtype: Any = None,
    include_batch_in_index: bool = False,
) -> Any:
    """(output, argmax) of max_pool: argmax is the position in the flattened image, or in the whole batch.

    Raises ValueError for a data format other than "NHWC".
    """
    if data_format != "NHWC":
        raise ValueError(
            f"`data_format` values other than 'NHWC' are not supported. Received: data_format={data_format}"
        )
    index_dtype = renamed("output_dtype", output_dtype, "Targmax", Targmax)
    return raw.MaxPoolWithArgmax(
        input, ksize, strides, padding, int64 if index_dtype is None else index_dtype, include_batch_in_index, name=name
    )


# ---- any number of spatial axes --------------------------------------------------------------------------------------


def pool(
    input: Any,
    window_shape: Sequence[int],
    pooling_type: str,
    padding: Any,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Any:
    """Pools over one to three spatial axes, as many as `window_shape` has. pooling_type: "MAX" or "AVG".

    Raises ValueError for strides larger than the window, and for dilation together with strides or "SAME".
    """
    dilation_rate = renamed("dilations", dilations, "dilation_rate", dilation_rate)
    with name_scope(name, f"{pooling_type.lower()}_pool", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        spatial = len(window_shape)
        if not 1 <= spatial <= 3:
            raise ValueError(
                f"`len(window_shape)` must be 1, 2, or 3. Received: window_shape={window_shape} of length {spatial}"
            )
        input.shape.with_rank(spatial + 2)
        steps, rates = strides_and_rates(spatial, strides, dilation_rate)
        _check_window(window_shape, steps, rates, padding)
        op = _POOLS.get((pooling_type, spatial))
        if op is None:
            raise ValueError(f"{spatial}-D {pooling_type} pooling is not supported.")
        channels_first = channel_axis(data_format, spatial) == 1
        first = 2 if channels_first else 1
        return with_space_to_batch(
            input,
            rates,
            padding,
            _on_images(op, list(window_shape), steps, channels_first, data_format, scope),
            window_shape,
            range(first, first + spatial),
        )


_POOLS = {
    ("MAX", 1): raw.MaxPool,
    ("MAX", 2): raw.MaxPool,
    ("MAX", 3): raw.MaxPool3D,
    ("AVG", 1): raw.AvgPool,
    ("AVG", 2): raw.AvgPool,
    ("AVG", 3): raw.AvgPool3D,
}


def _check_window(window: Sequence[int], strides: Sequence[int], rates: Sequence[int], padding: Any) -> None:
    if padding == "SAME" and any(rate > 1 for rate in rates):
        raise ValueError(
            "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1. "
            f"Received: padding={padding} and dilation_rate={listed(rates)}"
        )
    if any(stride > length for stride, length in zip(strides, window, strict=True)):
        raise ValueError(
            "`strides` > `window_shape` not supported due to inconsistency between CPU and GPU implementations. "
            f"Received: strides={listed(strides)} and window_shape={list(window)}"
        )


def _on_images(
    op: OpFunction,
    window: list[int],
    strides: list[int],
    channels_first: bool,
    data_format: str | None,
    name: str | None,
) -> Callable[[Any, int, Any], Any]:
    """The pool as `with_space_to_batch` calls it."""
    if len(window) == 1:
        window, strides = [1, *window], [1, *strides]
        data_format = "NCHW" if channels_first else "NHWC"
        row: int | None = 2 if channels_first else 1
    else:
        data_format = data_format or ("NHWC" if len(window) == 2 else "NDHWC")
        row = None
    window = [1, 1, *window] if channels_first else [1, *window, 1]
    strides = [1, 1, *strides] if channels_first else [1, *strides, 1]

    def apply(images: Any, _: int, padding: Any) -> Any:
        if row is None:
            return op(images, window, strides, padding, data_format=data_format, name=name)
        result = op(raw.ExpandDims(images, row), window, strides, padding, data_format=data_format, name=name)
        return raw.Squeeze(result, squeeze_dims=[row])

    return apply
