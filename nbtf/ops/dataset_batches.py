"""Datasets of several elements put together: batches, padded ones, windows. Python computes these ops."""

import itertools

import numpy as np

from nbtf import dtypes
from nbtf.errors import DataLossError, InvalidArgumentError, UnimplementedError
from nbtf.ops.dataset_values import (
    Dataset,
    components_of,
    found_dataset,
    makes_dataset,
    row,
    sparse_component,
    stacked,
    stored,
)
from nbtf.shapes import check


class _Batched:
    """Elements put together by `size`."""

    def __init__(self, source, size, drop_remainder, stack):
        self._source, self._size, self._drop, self._stack = source, size, drop_remainder, stack

    def __iter__(self):
        return self

    def __next__(self):
        rows = list(itertools.islice(self._source, self._size))
        if not rows or (self._drop and len(rows) < self._size):
            raise StopIteration
        return tuple([self._stack(i, column) for i, column in enumerate(zip(*rows, strict=True))])


def _batch_count(cardinality, size, drop_remainder):
    if cardinality < 0:
        return cardinality
    return cardinality // size if drop_remainder else -(-cardinality // size)


def _stacked(call):
    def stack(position, column):
        first = column[0]
        if isinstance(first, Dataset):
            raise UnimplementedError(None, call.node.origin, "datasets as elements are not put into batches")
        for one in column:
            if one.size != first.size:
                message = "Cannot add tensor to the batch: number of elements does not match. "
                message += f"Shapes are: [tensor]: {_text(one.shape)}, [batch]: {_text(first.shape)}"
                raise InvalidArgumentError(None, call.node.origin, message)
        if any(one.shape != first.shape for one in column):
            column = [one.reshape(first.shape) for one in column]
        return stacked(column)

    return stack


def _text(shape):
    return f"[{','.join(map(str, shape))}]"


def batched(call, source, batch_size, drop_remainder):
    """The dataset of batches of batch_size elements."""
    check(batch_size > 0, "Batch size must be greater than zero.")
    size, drop = int(batch_size), bool(drop_remainder)
    return Dataset(
        call,
        lambda iteration: _Batched(source.iterate(iteration), size, drop, _stacked(call)),
        _batch_count(source.cardinality, size, drop),
    )


@makes_dataset("BatchDataset")
def _batch(call, source, batch_size):
    """Elements stacked along a new dim 0, batch_size at a time; the last batch may be smaller."""
    return batched(call, found_dataset(call, source), batch_size, False)


@makes_dataset("BatchDatasetV2")
def _batch_v2(call, source, batch_size, drop_remainder):
    """Elements stacked along a new dim 0, batch_size at a time; drop_remainder: no smaller batch at the end."""
    return batched(call, found_dataset(call, source), batch_size, drop_remainder)


@makes_dataset("ParallelBatchDataset")
def _parallel_batch(call, source, batch_size, num_parallel_calls, drop_remainder):
    """As BatchDatasetV2."""
    return batched(call, found_dataset(call, source), batch_size, drop_remainder)


class _SparseBatch:
    """Dense elements of several shapes as a sparse one: its three parts as variants."""

    def __init__(self, call, resources, row_shape, dtype):
        self._call, self._resources = call, resources
        self._row_shape, self._dtype = tuple(map(int, row_shape)), dtype

    def __call__(self, position, column):
        for one in column:
            wanted, origin = self._row_shape, self._call.node.origin
            if one.ndim != len(wanted):
                message = f"Input element had shape ({_text(one.shape)}) that is incompatible with the row shape "
                raise InvalidArgumentError(None, origin, f"{message}({_text(wanted)}).")
            if any(0 <= most < size for size, most in zip(one.shape, wanted, strict=True)):
                message = f"Input element had shape ({_text(one.shape)}) that is larger than the row shape "
                raise DataLossError(None, origin, f"{message}({_text(wanted)}).")
        largest = [max(sizes) for sizes in zip(*[one.shape for one in column], strict=True)]
        row = [most if dim < 0 else dim for dim, most in zip(self._row_shape, largest, strict=True)]
        places = [np.stack(np.unravel_index(np.arange(one.size), one.shape), 1) for one in column]
        numbers = np.repeat(np.arange(len(column)), [one.size for one in column])
        indices = np.concatenate([numbers[:, None], np.concatenate(places)], 1).astype(np.int64)
        values = np.concatenate([one.reshape(-1) for one in column])
        parts = [(indices, dtypes.int64), (values, self._dtype), (np.array([len(column), *row]), dtypes.int64)]
        return sparse_component(self._resources, parts)


@makes_dataset("DenseToSparseBatchDataset")
def _dense_to_sparse_batch(call, source, batch_size, row_shape):
    """batch_size elements at a time as one sparse tensor, with an axis before theirs; row_shape: -1 for the largest."""
    source, size = found_dataset(call, source), int(batch_size)
    check(size > 0, "Batch size must be greater than zero.")
    (dtype,) = source.dtypes

    def batches(iteration):
        return _Batched(
            source.iterate(iteration), size, False, _SparseBatch(call, iteration.resources, row_shape, dtype)
        )

    return Dataset(call, batches, _batch_count(source.cardinality, size, False))


class _Padding:
    """How the components of a batch are padded: to dims, -1 for the largest of the batch, with a value."""

    def __init__(self, call, shapes, values):
        self._call = call
        self._shapes = [tuple(map(int, shape)) for shape in shapes]
        self._values = values

    def __call__(self, position, column):
        dims, value = self._shapes[position], self._values[position]
        for one in column:
            if one.ndim != len(dims):
                message = "All elements in a batch must have the same rank as the padded shape for component "
                message += f"{position}: expected rank {len(dims)} but got element with rank {one.ndim}"
                raise InvalidArgumentError(None, self._call.node.origin, message)
        largest = [max(sizes) for sizes in zip(*[one.shape for one in column], strict=True)]
        wanted = [most if dim < 0 else dim for dim, most in zip(dims, largest, strict=True)]
        if any(most > dim for dim, most in zip(wanted, largest, strict=True)):
            message = "Attempted to pad to a smaller size than the input element."
            raise DataLossError(None, self._call.node.origin, message)
        batch = np.empty([len(column), *wanted], column[0].dtype)
        batch[...] = value
        for i, one in enumerate(column):
            batch[(i, *map(slice, one.shape))] = one[()]  # of a scalar the element: a list of objects would keep arrays
        return batch


def _padded(call, source, batch_size, shapes_and_values, drop_remainder):
    check(batch_size > 0, "Batch size must be greater than zero.")
    source, count = found_dataset(call, source), len(shapes_and_values) // 2
    values = components_of(call, 2, shapes_and_values)
    padding = _Padding(
        call, values[:count], [stored(one, dtype) for one, dtype in zip(values[count:], source.dtypes, strict=True)]
    )
    size, drop = int(batch_size), bool(drop_remainder)
    return Dataset(
        call,
        lambda iteration: _Batched(source.iterate(iteration), size, drop, padding),
        _batch_count(source.cardinality, size, drop),
    )


@makes_dataset("PaddedBatchDataset")
def _padded_batch(call, source, batch_size, *shapes_and_values):
    """Elements padded to padded_shapes (-1: the largest of the batch) with padding_values, then stacked."""
    return _padded(call, source, batch_size, shapes_and_values, False)


@makes_dataset("PaddedBatchDatasetV2")
def _padded_batch_v2(call, source, batch_size, *rest):
    """As PaddedBatchDataset; drop_remainder: no smaller batch at the end."""
    return _padded(call, source, batch_size, rest[:-1], rest[-1])


@makes_dataset("UnbatchDataset")
def _unbatch(call, source):
    """The rows of the elements' components, one element a row."""
    source = found_dataset(call, source)

    def rows(element):
        return (tuple([row(array, i) for array in element]) for i in range(len(element[0])))

    return Dataset(call, lambda iteration: itertools.chain.from_iterable(map(rows, source.iterate(iteration))))


@makes_dataset("RebatchDatasetV2")
def _rebatch(call, source, batch_sizes, drop_remainder):
    """Batches put together anew: batch_sizes [n] rows in turn."""
    source, sizes, drop = found_dataset(call, source), batch_sizes.reshape(-1).tolist(), bool(drop_remainder)
    check(bool(sizes) and all(size > 0 for size in sizes), "Batch sizes must be greater than zero, but are {}", sizes)

    def elements(iteration):
        rows = (
            tuple([row(array, i) for array in element])
            for element in source.iterate(iteration)
            for i in range(len(element[0]))
        )
        for size in itertools.cycle(sizes):
            taken = list(itertools.islice(rows, size))
            if not taken or (drop and len(taken) < size):
                return
            yield tuple(map(stacked, zip(*taken, strict=True)))

    return Dataset(call, elements)


class _Windows:
    """Stretches of `size` elements, every stride-th one, that begin `shift` elements after each other."""

    def __init__(self, source, size, shift, stride, drop_remainder):
        self._source, self._size, self._shift, self._stride, self._drop = source, size, shift, stride, drop_remainder
        self._buffer = []

    def __iter__(self):
        return self

    def __next__(self):
        span = (self._size - 1) * self._stride + 1
        buffer = self._buffer
        buffer += itertools.islice(self._source, max(span - len(buffer), 0))
        if not buffer or (self._drop and len(buffer) < span):
            raise StopIteration
        window = buffer[: span : self._stride]
        for _ in itertools.islice(self._source, max(self._shift - len(buffer), 0)):
            pass
        del buffer[: self._shift]
        return window


@makes_dataset("WindowDataset")
def _window(call, source, size, shift, stride, drop_remainder):
    """Windows of elements: each component is a dataset of `size` components, every stride-th, `shift` further on."""
    for name, value in (("size", size), ("shift", shift), ("stride", stride)):
        check(value > 0, "Window {} must be greater than zero.", name)
    source, span = found_dataset(call, source), (int(size) - 1) * int(stride) + 1
    numbers = int(size), int(shift), int(stride), bool(drop_remainder)

    def component(column, i):
        elements = [(one,) for one in column]
        return Dataset(call, lambda iteration: iter(elements), len(elements), [source.dtypes[i]], [source.shapes[i]])

    def element(window):
        return tuple([component(column, i) for i, column in enumerate(zip(*window, strict=True))])

    count = source.cardinality
    if count >= 0:
        count = max(0, -(-(count - span + 1) // int(shift))) if drop_remainder else -(-count // int(shift))
    return Dataset(call, lambda iteration: map(element, _Windows(source.iterate(iteration), *numbers)), count)


@makes_dataset("SlidingWindowDataset")
def _sliding_window(call, source, window_size, window_shift, window_stride):
    """Windows of window_size elements as batches, every stride-th element; the next one `shift` elements further on."""
    for name, value in (("size", window_size), ("shift", window_shift), ("stride", window_stride)):
        check(value > 0, "Window {} must be greater than zero.", name)
    source, stack, drop = found_dataset(call, source), _stacked(call), call.attrs.drop_remainder
    numbers = int(window_size), int(window_shift), int(window_stride), drop

    def batch(window):
        return tuple([stack(i, column) for i, column in enumerate(zip(*window, strict=True))])

    return Dataset(call, lambda iteration: map(batch, _Windows(source.iterate(iteration), *numbers)))
