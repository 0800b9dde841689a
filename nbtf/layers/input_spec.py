"""InputSpec: what a layer demands of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf import nest
from nbtf.dtypes import as_dtype
from nbtf.tensor_shape import as_shape


class InputSpec:
    """dtype, shape (None: any extent), exact, highest and lowest rank, and extents of single axes of one input."""

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
        known = None if shape is None else as_shape(shape)
        if known is not None and known.ndims is None:
            known = None
        self.dtype = None if dtype is None else as_dtype(dtype).name
        self.shape = None if known is None else tuple(known.as_list())
        self.ndim = ndim if known is None else known.ndims
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.name = name
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.axes = {int(axis): extent for axis, extent in (axes or {}).items()}
        highest = self.ndim or self.max_ndim
        if self.axes and highest is not None and max(self.axes) > highest - 1:
            raise ValueError(f"Axis {max(self.axes)} is greater than the maximum allowed value: {highest - 1}")

    def __repr__(self) -> str:
        facts = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        told = [f"{fact}={getattr(self, fact)}" for fact in facts if getattr(self, fact)]
        return f"InputSpec({', '.join(told)})"


def check_inputs(spec: Any, inputs: Any, layer: str) -> None:
    """Raises ValueError where an input is not what the layer's InputSpec, or list of them, demands."""
    if not spec:
        return
    specs = nest.flatten(spec)
    tensors = nest.flatten(inputs)
    if len(tensors) != len(specs):
        raise ValueError(
            f'Layer "{layer}" expects {len(specs)} input(s), but it received {len(tensors)} input tensors. '
            f"Inputs received: {inputs}"
        )
    for index, (one, wanted) in enumerate(zip(tensors, specs, strict=True)):
        if wanted is not None and getattr(one, "shape", None) is not None:
            _check_input(wanted, one, f'Input {index} of layer "{layer}" is incompatible with the layer: ')


def _check_input(spec: InputSpec, tensor: Any, words: str) -> None:
    known = as_shape(tensor.shape)
    if known.ndims is None:
        if spec.ndim is not None or spec.min_ndim is not None or spec.max_ndim is not None:
            raise ValueError(f"{words}its rank is undefined, but the layer requires a defined rank.")
        return
    dims, full = known.as_list(), tuple(known.as_list())
    if spec.ndim is not None and len(dims) != spec.ndim:
        raise ValueError(f"{words}expected ndim={spec.ndim}, found ndim={len(dims)}. Full shape received: {full}")
    if spec.max_ndim is not None and len(dims) > spec.max_ndim:
        raise ValueError(f"{words}expected max_ndim={spec.max_ndim}, found ndim={len(dims)}")
    if spec.min_ndim is not None and len(dims) < spec.min_ndim:
        raise ValueError(
            f"{words}expected min_ndim={spec.min_ndim}, found ndim={len(dims)}. Full shape received: {full}"
        )
    if spec.dtype is not None and tensor.dtype.name != spec.dtype:
        raise ValueError(f"{words}expected dtype={spec.dtype}, found dtype={tensor.dtype}")
    for axis, extent in spec.axes.items():
        if extent is not None and dims[axis] not in (extent, None):
            raise ValueError(
                f"{words}expected axis {axis} of input shape to have value {extent}, but received input with shape {full}"
            )
    if spec.shape is not None and any(
        a is not None and b is not None and a != b for a, b in zip(spec.shape, dims, strict=True)
    ):
        raise ValueError(f"{words}expected shape={spec.shape}, found shape={full}")
