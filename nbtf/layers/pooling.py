"""tf.layers: the largest or the mean element of windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.shapes import expand_dims, squeeze, transpose
from nbtf.layers.arguments import ints, op_data_format, order_of_channels, padding_method, window_output
from nbtf.layers.base import Layer
from nbtf.layers.input_spec import InputSpec
from nbtf.nn.pooling import avg_pool, avg_pool3d, max_pool, max_pool3d
from nbtf.tensor_shape import TensorShape, as_shape


class PoolingLayer(Layer):
    """What pools over `rank` spatial axes share. pool_size, strides: an int, or one for each spatial axis.

    Raises ValueError for other sizes and for inputs of another rank.
    """

    rank: int
    pool: Callable[..., Any]

    def __init__(
        self, pool_size: Any, strides: Any, padding: str, data_format: str, name: str | None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = ints(pool_size, self.rank, "pool_size")
        self.strides = ints(strides, self.rank, "strides", allow_zero=True)
        self.padding = padding_method(padding)
        self.data_format = order_of_channels(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        if self.rank == 2 and self.data_format == "channels_first":
            window, steps = (1, 1, *self.pool_size), (1, 1, *self.strides)
            return self.pool(inputs, window, steps, self.padding.upper(), op_data_format(self.data_format, 4))
        if self.rank == 1:
            beside = 2 if self.data_format == "channels_last" else 3
            return squeeze(self._pooled(expand_dims(inputs, beside), (*self.pool_size, 1), (*self.strides, 1)), beside)
        return self._pooled(inputs, self.pool_size, self.strides)

    def _pooled(self, inputs: Any, window: tuple[int, ...], steps: tuple[int, ...]) -> Any:
        """The pool of inputs whose channels come last; they are moved there if they do not."""
        first = self.data_format == "channels_first"
        rank = len(window) + 2
        if first:
            inputs = transpose(inputs, (0, *range(2, rank), 1))
        outputs = self.pool(inputs, (1, *window, 1), (1, *steps, 1), self.padding.upper())
        return transpose(outputs, (0, rank - 1, *range(1, rank - 1))) if first else outputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        dims = as_shape(input_shape).as_list()
        first = 1 if self.data_format == "channels_last" else 2
        for i in range(self.rank):
            dims[first + i] = window_output(dims[first + i], self.pool_size[i], self.padding, self.strides[i])
        return TensorShape(dims)


class AveragePooling1D(PoolingLayer):
    """The mean of windows of lines: [N, W, C] -> [N, W', C]."""

    rank = 1
    pool = staticmethod(avg_pool)

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class AveragePooling2D(PoolingLayer):
    """The mean of windows of images: [N, H, W, C] -> [N, H', W', C]."""

    rank = 2
    pool = staticmethod(avg_pool)

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class AveragePooling3D(PoolingLayer):
    """The mean of windows of volumes: [N, D, H, W, C] -> [N, D', H', W', C]."""

    rank = 3
    pool = staticmethod(avg_pool3d)

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class MaxPooling1D(PoolingLayer):
    """The largest element of windows of lines: [N, W, C] -> [N, W', C]."""

    rank = 1
    pool = staticmethod(max_pool)

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class MaxPooling2D(PoolingLayer):
    """The largest element of windows of images: [N, H, W, C] -> [N, H', W', C]."""

    rank = 2
    pool = staticmethod(max_pool)

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class MaxPooling3D(PoolingLayer):
    """The largest element of windows of volumes: [N, D, H, W, C] -> [N, D', H', W', C]."""

    rank = 3
    pool = staticmethod(max_pool3d)

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


# ---- functions -------------------------------------------------------------------------------------------------------


def average_pooling1d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Any:
    """The output of a new `AveragePooling1D` layer."""
    return AveragePooling1D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling2d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Any:
    """The output of a new `AveragePooling2D` layer."""
    return AveragePooling2D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling3d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Any:
    """The output of a new `AveragePooling3D` layer."""
    return AveragePooling3D(pool_size, strides, padding, data_format, name)(inputs)


def max_pooling1d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Any:
    """The output of a new `MaxPooling1D` layer."""
    return MaxPooling1D(pool_size, strides, padding, data_format, name)(inputs)


def max_pooling2d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Any:
    """The output of a new `MaxPooling2D` layer."""
    return MaxPooling2D(pool_size, strides, padding, data_format, name)(inputs)


def max_pooling3d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Any:
    """The output of a new `MaxPooling3D` layer."""
    return MaxPooling3D(pool_size, strides, padding, data_format, name)(inputs)
