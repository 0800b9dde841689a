"""What a layer demands of its input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.dtypes import as_dtype
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import TensorShape, as_shape


class InputSpec:
    """Rank, dtype and dims that an input must have; None demands nothing.

    shape: of the whole input, None for any dim. axes: axis -> its length.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
    ) -> None:
        self.dtype = None if dtype is None else as_dtype(dtype).name
        static = as_shape(shape)
        self.shape = None if static.ndims is None else tuple(static.as_list())
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.name = name
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.axes = {int(axis): length for axis, length in (axes or {}).items()}
        rank = self.ndim if self.ndim is not None else max_ndim
        if self.axes and rank is not None and max(self.axes) >= rank:
            raise ValueError(f"Axis {max(self.axes)} is greater than the maximum allowed value: {rank - 1}")

    def __repr__(self) -> str:
        said = [
            f"{name}={value}"
            for name, value in (
                ("dtype", self.dtype),
                ("shape", self.shape),
                ("ndim", self.ndim),
                ("max_ndim", self.max_ndim),
                ("min_ndim", self.min_ndim),
                ("axes", self.axes),
            )
            if value
        ]
        return f"InputSpec({', '.join(said)})"


def check_inputs(specs: Any, inputs: list[Tensor], layer: str) -> None:
    """Raises ValueError for inputs that are not as the layer's `input_spec` demands."""
    if not specs:
        return
    specs = list(specs) if isinstance(specs, (list, tuple)) else [specs]
    if len(inputs) != len(specs):
        raise ValueError(
            f'Layer "{layer}" expects {len(specs)} input(s), but it received {len(inputs)} input tensors. '
            f"Inputs received: {inputs}"
        )
    for position, (tensor, spec) in enumerate(zip(inputs, specs, strict=True)):
        problem = None if spec is None else _problem(spec, tensor)
        if problem:
            raise ValueError(f'Input {position} of layer "{layer}" is incompatible with the layer: {problem}')


def _problem(spec: InputSpec, tensor: Tensor) -> str | None:
    shape: TensorShape = tensor.shape
    if spec.dtype is not None and tensor.dtype.name != spec.dtype:
        return f"expected dtype={spec.dtype}, found dtype={tensor.dtype}"
    rank = shape.ndims
    if rank is None:
        return None
    shown = tuple(shape.dims or ())
    if spec.ndim is not None and rank != spec.ndim:
        return f"expected ndim={spec.ndim}, found ndim={rank}. Full shape received: {shown}"
    if spec.max_ndim is not None and rank > spec.max_ndim:
        return f"expected max_ndim={spec.max_ndim}, found ndim={rank}"
    if spec.min_ndim is not None and rank < spec.min_ndim:
        return f"expected min_ndim={spec.min_ndim}, found ndim={rank}. Full shape received: {shown}"
    dims = shape.as_list()
    for axis, length in spec.axes.items():
        if length is not None and dims[axis] not in (length, None):
            return f"expected axis {axis} of input shape to have value {length}, but received input with shape {shown}"
    if spec.shape is not None and any(
        want is not None and dim is not None and want != dim for want, dim in zip(spec.shape, dims, strict=True)
    ):
        return f"expected shape={spec.shape}, found shape={shown}"
    return None
