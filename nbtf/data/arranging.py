"""Transformations of the order, number and size of elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.control_flow.type_specs import SparseTensorSpec
from nbtf.data import structures
from nbtf.data.base import AUTOTUNE, DatasetBase, int64, metadata, seed_tensors
from nbtf.data.sources import LARGEST, Sources, whole_everywhere
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.tensor_shape import TensorShape, as_shape

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset


class Arranging(DatasetBase):
    """The methods that take no functions."""

    def shuffle(
        self,
        buffer_size: Any,
        seed: int | None = None,
        reshuffle_each_iteration: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of the elements in random order: each is drawn from the next buffer_size ones.

        reshuffle_each_iteration: whether each pass has an order of its own, as it has by default.
        """
        size = int64(buffer_size, "buffer_size")
        again = True if reshuffle_each_iteration is None else reshuffle_each_iteration
        return self._derived(raw.ShuffleDataset, size, *seed_tensors(seed), reshuffle_each_iteration=again, name=name)

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """A dataset of the elements `count` times; endlessly for None or -1."""
        return self._derived(raw.RepeatDataset, int64(-1 if count is None else count, "count"), name=name)

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """A dataset of the first `count` elements, at most; -1: of all."""
        return self._derived(raw.TakeDataset, int64(count, "count"), name=name)

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """A dataset of all but the first `count` elements; -1: of none."""
        return self._derived(raw.SkipDataset, int64(count, "count"), name=name)

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """A dataset of every num_shards-th element, from number `index` on. A run fails for an index out of range."""
        return self._derived(raw.ShardDataset, int64(num_shards, "num_shards"), int64(index, "index"), name=name)

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Dataset:
        """The same elements; buffer_size says how many may be computed before they are asked for, None that it is found."""
        size = int64(AUTOTUNE if buffer_size is None else buffer_size, "buffer_size")
        with self._variant_tensor.graph.colocate_with(self._variant_tensor):
            return self._derived(raw.PrefetchDataset, size, name=name)

    def cache(self, filename: Any = "", name: str | None = None) -> Dataset:
        """The same elements; from the second pass on they are those that the first one made.

        They are kept in memory, or with a filename in a checkpoint of this prefix, which stays.
        """
        return self._derived(raw.CacheDataset, convert_to_tensor(filename, dtypes.string, name="filename"), name=name)

    def concatenate(self, dataset: Dataset, name: str | None = None) -> Dataset:
        """A dataset of these elements, then those of another one of the same types. Raises TypeError for others."""
        mine, other = self._element_spec, dataset.element_spec
        if structures.kinds_of(mine) != structures.kinds_of(other):
            raise TypeError(f"Incompatible dataset elements:\n  {mine} vs.   {other}")
        spec = structures.most_general(mine, other)
        return self._derived(raw.ConcatenateDataset, dataset._variant_tensor, spec=spec, name=name)

    def enumerate(self, start: Any = 0, name: str | None = None) -> Dataset:
        """A dataset of pairs: a number, int64 [], from `start` on, and the element."""
        numbers = whole_everywhere(Sources.range(start, LARGEST, name=name))
        return Sources.zip((numbers, self), name=name)

    def batch(
        self,
        batch_size: Any,
        drop_remainder: Any = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of batch_size elements at a time, stacked along a new dim 0; the last batch may be smaller.

        drop_remainder: it is left out. num_parallel_calls, deterministic: change nothing here.
        """
        size = int64(batch_size, "batch_size")
        drop = convert_to_tensor(drop_remainder, dtypes.bool, name="drop_remainder")
        spec = structures.in_batches(self._element_spec, structures.static_size(size, drop))
        if num_parallel_calls is None:
            return self._derived(raw.BatchDatasetV2, size, drop, spec=spec, name=name)
        calls = int64(num_parallel_calls, "num_parallel_calls")
        order = "default" if deterministic is None else "true" if deterministic else "false"
        return self._derived(raw.ParallelBatchDataset, size, calls, drop, spec=spec, name=name, deterministic=order)

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: Any = False,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of batches of elements that are padded first.

        padded_shapes: a structure of shapes like the elements; an unknown dim stands for the largest of the batch. By
        default the static shapes. padding_values: a structure of scalars; by default 0 or "".
        Raises ValueError for shapes of another rank, and for elements of unknown rank without padded_shapes.
        """
        spec = self._element_spec
        components = structures.flatten(spec)
        for one in components:
            if not isinstance(one, TensorSpec):
                raise TypeError(
                    "`padded_batch` is only supported for datasets that produce tensor elements but type spec of elements "
                    f"in the input dataset is not a subclass of TensorSpec: `{one}`."
                )
        if padded_shapes is None:
            if any(one.shape.dims is None for one in components):
                raise ValueError("You must provide `padded_shapes` because component has unknown rank.")
            shapes = [one.shape for one in components]
        else:
            shapes = structures._shapes_for(spec, padded_shapes)
        values = _padding_values(spec, padding_values)
        size = int64(batch_size, "batch_size")
        padded = [_padded_shape(shape, one) for shape, one in zip(shapes, components, strict=True)]
        tensors = [convert_padding(value, one) for value, one in zip(values, components, strict=True)]
        drop = convert_to_tensor(drop_remainder, dtypes.bool, name="drop_remainder")
        rows = TensorShape([structures.static_size(size, drop)])
        batch_spec = structures.pack(
            spec,
            [
                TensorSpec(rows.concatenate(static), one.dtype)
                for (_, static), one in zip(padded, components, strict=True)
            ],
        )
        return self._derived(
            raw.PaddedBatchDatasetV2,
            size,
            [tensor for tensor, _ in padded],
            tensors,
            drop,
            spec=batch_spec,
            name=name,
        )

    def sparse_batch(self, batch_size: Any, row_shape: Any, name: str | None = None) -> Dataset:
        """A dataset of batch_size elements at a time as one SparseTensor, with an axis for them before theirs.

        row_shape: of every element in the batch; an unknown dim stands for the largest. Raises TypeError for elements of
        several components. A run raises DataLossError for elements that are larger.
        """
        spec = self._element_spec
        if not isinstance(spec, TensorSpec):
            raise TypeError(
                "`dense_to_sparse_batch` requires an input dataset whose elements have a single component, but the given "
                f"dataset has the following component types: {structures.output_types(spec)}."
            )
        shape = as_shape(row_shape)
        dims = convert_to_tensor([-1 if dim is None else dim for dim in shape.as_list()], dtypes.int64)
        batch = SparseTensorSpec(TensorShape([None]).concatenate(shape), spec.dtype)
        return self._derived(raw.DenseToSparseBatchDataset, batch_size, dims, spec=batch, name=name)._as_v2()

    def unbatch(self, name: str | None = None) -> Dataset:
        """A dataset of the rows of the elements' components, one element a row."""

        rows = structures.without_rows(self._element_spec)
        return self._normalized()._derived(raw.UnbatchDataset, spec=rows, name=name)

    def _normalized(self) -> Dataset:
        """The same elements by way of a map, which makes sparse tensors variants whose rows follow."""

        def normalize(*args: Any) -> Any:
            element = args[0] if len(args) == 1 else args
            return structures.pack(element, structures.rows_of(element))

        made: Dataset = self.map(normalize)  # type: ignore[attr-defined]
        return made

    def rebatch(self, batch_size: Any, drop_remainder: Any = False, name: str | None = None) -> Dataset:
        """A dataset of batches put together anew; batch_size: of all, or a list of sizes in turn."""
        sizes = int64(batch_size, "batch_sizes")
        drop = convert_to_tensor(drop_remainder, dtypes.bool, name="drop_remainder")
        known = structures.static_size(sizes, drop) if sizes.shape.dims == [] else None
        rest = structures.without_rows(self._element_spec)
        return (
            self._normalized()
            ._derived(
                raw.RebatchDatasetV2, batch_size, drop_remainder, spec=structures.in_batches(rest, known), name=name
            )
            ._as_v2()
        )

    def window(
        self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: Any = False, name: str | None = None
    ) -> Dataset:
        """A dataset of datasets: `size` elements each, every stride-th, the next window `shift` (by default `size`)
        elements further on. A structure of components becomes a structure of datasets."""
        numbers = int64(size, "size"), int64(size if shift is None else shift, "shift"), int64(stride, "stride")
        drop = convert_to_tensor(drop_remainder, dtypes.bool, name="drop_remainder")
        spec = structures.map_components(structures.DatasetSpec, self._element_spec)
        return self._derived(raw.WindowDataset, *numbers, drop, spec=spec, name=name)

    def unique(self, name: str | None = None) -> Dataset:
        """A dataset of each element, of one int32, int64 or string component, the first time it comes."""
        return self._derived(raw.UniqueDataset, name=name)._as_v2()

    def ignore_errors(self, log_warning: bool = False, name: str | None = None) -> Dataset:
        """A dataset of the elements that can be computed."""
        return self._derived(raw.IgnoreErrorsDataset, log_warning=log_warning, name=name)._as_v2()

    def cardinality(self) -> Tensor:
        """How many elements the dataset has, int64 []: -1 without end, -2 where only counting would tell."""
        count: Tensor = raw.DatasetCardinality(self._variant_tensor)
        return count

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element of the dataset. A run fails where there is none, or another one."""
        spec = self._element_spec
        results = raw.DatasetToSingleElement(
            self._variant_tensor,
            output_types=structures.flat_types(spec),
            output_shapes=structures.flat_shapes(spec),
            metadata=metadata(name),
        )
        return structures.from_tensors(spec, results)


def _padded_shape(shape: Any, component: TensorSpec) -> tuple[Tensor, TensorShape]:
    """A padded shape as int64 [rank], -1 for unknown, and as a static shape."""
    if isinstance(shape, Tensor):
        known = constant_value(shape)
        static = TensorShape([None] * (shape.shape.as_list()[0] or 0)) if known is None else _static(known)
        return shape, static
    static = as_shape(shape) if isinstance(shape, TensorShape) else _static(shape)
    if not isinstance(shape, TensorShape) and any(isinstance(dim, Tensor) for dim in shape):
        return convert_to_tensor([-1 if dim is None else dim for dim in shape], dtypes.int64), static
    if component.shape.dims is not None and static.ndims != component.shape.ndims:
        raise ValueError(
            f"The padded shape {static} is not compatible with the shape {component.shape} of the corresponding input "
            "component."
        )
    dims = [-1 if dim is None else dim for dim in static.as_list()]
    return convert_to_tensor(dims, dtypes.int64), static


def _static(dims: Any) -> TensorShape:
    """Known as far as the dims are; some may be tensors."""
    values = [None if isinstance(dim, Tensor) else getattr(dim, "value", dim) for dim in dims]
    return TensorShape([None if value in (None, -1) else int(value) for value in values])


def _padding_values(spec: Any, values: Any) -> list[Any]:
    components = structures.flatten(spec)
    if values is None:
        return [None] * len(components)
    if structures._is_container(values):
        return structures.parts_up_to(spec, values)
    return [values] * len(components)


def convert_padding(value: Any, component: TensorSpec) -> Tensor:
    """A padding value as a scalar of the component's dtype. Raises TypeError and ValueError for others."""
    if value is None:
        value = "" if component.dtype == dtypes.string else np.zeros([], component.dtype.as_numpy_dtype)
    tensor = convert_to_tensor(value, name="padding_value")
    if tensor.shape.dims:
        raise ValueError(f"Padding value should be a scalar, but is not: {value}")
    if tensor.dtype.base_dtype != component.dtype:
        raise TypeError(
            f"Invalid `padding_values`. `padding_values` values type {tensor.dtype.base_dtype!r} does not match type "
            f"{component.dtype!r} of the corresponding input component."
        )
    return tensor
