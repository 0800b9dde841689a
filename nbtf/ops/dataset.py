"""Datasets: sources of elements and what changes their stream. Python computes these ops; functions of elements run
through the virtual machine.

A dataset is a variant; nothing happens until an iterator (iterator.py) asks for elements. Parallel ops give what their
plain siblings give, in the same order, and prefetching begins when an element is asked for.
"""

import itertools
import os

import numpy as np

from nbtf.errors import DataLossError, InvalidArgumentError, OpError, OutOfRangeError, UnimplementedError
from nbtf.graph.registry import op
from nbtf.ops.dataset_values import (
    INFINITE,
    UNKNOWN,
    Dataset,
    ElementFunction,
    Iteration,
    RandomWords,
    Shuffled,
    Shuffler,
    components_of,
    found_dataset,
    row,
    stored,
)
from nbtf.shapes import check


def _scalar():
    return ()


def makes_dataset(*op_types):
    """Decorator: make(call, *inputs) -> Dataset is the block of these op types."""

    def register(make):
        class Body:
            __doc__ = make.__doc__
            __module__ = make.__module__
            host = lambda call, *inputs: np.int64(make(call, *inputs).handle)
            stateful = True
            shape = _scalar

        op(*op_types)(Body)
        return make

    return register


def _times(cardinality, count):
    return cardinality if cardinality < 0 else cardinality * count


# ---- sources ---------------------------------------------------------------------------------------------------------


@makes_dataset("TensorDataset")
def _tensor(call, *components):
    """One element: the components."""
    element = components_of(call, 0, components)
    return Dataset(call, lambda iteration: iter([element]), 1)


@makes_dataset("TensorSliceDataset")
def _tensor_slices(call, *components):
    """The rows of the components, which have equally many."""
    arrays = components_of(call, 0, components)
    check(all(array.ndim for array in arrays), "Unbatching a tensor is only supported for rank >= 1")
    counts = [len(array) for array in arrays]
    check(len(set(counts)) == 1, "components have {} rows, which should be equally many", counts)
    return Dataset(
        call, lambda iteration: (tuple([row(array, i) for array in arrays]) for i in range(counts[0])), counts[0]
    )


@makes_dataset("RangeDataset")
def _range(call, start, stop, step):
    """Integers from start to stop, exclusive, by step."""
    check(step != 0, "step must be a non-zero integer.")
    numbers = range(int(start), int(stop), int(step))
    storage = call.attrs.output_types[0].storage
    return Dataset(call, lambda iteration: ((np.array(i, storage),) for i in numbers), len(numbers))


@makes_dataset("RandomDataset")
def _random(call, seed, seed2):
    """32-bit random words without end, as int64."""
    seeds = int(seed), int(seed2)
    return Dataset(call, lambda iteration: ((np.array(word, np.int64),) for word in RandomWords(*seeds)), INFINITE)


@makes_dataset("GeneratorDataset")
def _generator(call, *arguments):
    """What next_func makes of the state that init_func makes, until it is out of range; then finalize_func."""
    attrs = call.attrs
    first, second = len(attrs.Tinit_func_args), len(attrs.Tnext_func_args)
    captured = components_of(call, 0, arguments)
    functions = [
        ElementFunction(call, reference, own)
        for reference, own in (
            (attrs.init_func, captured[:first]),
            (attrs.next_func, captured[first : first + second]),
            (attrs.finalize_func, captured[first + second :]),
        )
    ]

    def elements(iteration):
        begin, advance, finish = (function.bound(iteration) for function in functions)
        state = begin()
        try:
            while True:
                yield advance(*state)
        except OutOfRangeError:
            finish(*state)

    return Dataset(call, elements)


# ---- functions of elements -------------------------------------------------------------------------------------------


class _Mapped:
    """An element that fails does not end the others."""

    def __init__(self, source, function):
        self._source, self._function = source, function

    def __iter__(self):
        return self

    def __next__(self):
        element = next(self._source)
        try:
            return self._function(*element)
        except OutOfRangeError as error:  # the end of something else
            raise InvalidArgumentError(None, error.op, f"Function invocation produced {error}") from error


def _mapped(call, handle, captured):
    source = found_dataset(call, handle)
    function = ElementFunction(call, call.attrs.f, components_of(call, 1, captured))
    return source, lambda iteration: _Mapped(source.iterate(iteration), function.bound(iteration))


@makes_dataset("MapDataset")
def _map(call, source, *captured):
    """f of each element."""
    source, elements = _mapped(call, source, captured)
    return Dataset(call, elements, source.cardinality if call.attrs.preserve_cardinality else UNKNOWN)


@makes_dataset("ParallelMapDataset", "ParallelMapDatasetV2")
def _parallel_map(call, source, *captured_and_calls):
    """f of each element, in order."""
    return _map(call, source, *captured_and_calls[:-1])


@makes_dataset("MapAndBatchDataset")
def _map_and_batch(call, source, *rest):
    """f of each element, in batches."""
    *captured, batch_size, _, drop_remainder = rest
    source, elements = _mapped(call, source, captured)
    mapped = Dataset(call, elements, source.cardinality)
    return _batched(call, mapped, batch_size, drop_remainder)


def _predicate(call, captured):
    return ElementFunction(call, call.attrs.predicate, components_of(call, 1, captured))


def _holds(function):
    """The predicate as a bool of an element."""
    return lambda element: bool(function(*element)[0])


@makes_dataset("FilterDataset")
def _filter(call, source, *captured):
    """The elements for which the predicate is true."""
    source, predicate = found_dataset(call, source), _predicate(call, captured)
    return Dataset(call, lambda iteration: filter(_holds(predicate.bound(iteration)), source.iterate(iteration)))


@makes_dataset("TakeWhileDataset")
def _take_while(call, source, *captured):
    """The elements before the first one for which the predicate is false."""
    source, predicate = found_dataset(call, source), _predicate(call, captured)
    return Dataset(
        call, lambda iteration: itertools.takewhile(_holds(predicate.bound(iteration)), source.iterate(iteration))
    )


class _Interleaved:
    """Elements of the datasets that `function` makes, block_length of each of cycle_length datasets in turn."""

    def __init__(self, iteration, source, function, cycle_length, block_length):
        self._iteration, self._source, self._function = iteration, source, function
        self._open = [None] * cycle_length
        self._block_length = block_length
        self._at = self._taken = 0
        self._at_end = False

    def __iter__(self):
        return self

    def __next__(self):
        while not self._at_end or any(one is not None for one in self._open):
            if self._open[self._at] is None and not self._at_end:
                self._begin()
                continue
            if self._open[self._at] is not None:
                element = next(self._open[self._at], None)
                if element is not None:
                    self._taken += 1
                    if self._taken == self._block_length:
                        self._advance()
                    return element
                self._open[self._at] = None
            self._advance()
        raise StopIteration

    def _begin(self):
        try:
            element = next(self._source)
        except StopIteration:
            self._at_end = True
            return
        (inner,) = self._function(*element)
        self._open[self._at] = inner.iterate(self._iteration)

    def _advance(self):
        self._at = (self._at + 1) % len(self._open)
        self._taken = 0


def _interleaved(call, source, captured, cycle_length=1, block_length=1):
    cycle_length = int(cycle_length)
    check(cycle_length == -1 or cycle_length > 0, "`cycle_length` must be > 0")
    check(block_length > 0, "`block_length` must be > 0")
    if cycle_length == -1:
        cycle_length = len(os.sched_getaffinity(0))
    source = found_dataset(call, source)
    function = ElementFunction(call, call.attrs.f, components_of(call, 1, captured))
    return Dataset(
        call,
        lambda iteration: _Interleaved(
            iteration, source.iterate(iteration), function.bound(iteration), cycle_length, int(block_length)
        ),
    )


@makes_dataset("FlatMapDataset")
def _flat_map(call, source, *captured):
    """The elements of the datasets that f makes of the elements, one dataset after the other."""
    return _interleaved(call, source, captured)


@makes_dataset("InterleaveDataset")
def _interleave(call, source, *rest):
    """Blocks of elements from cycle_length of the datasets that f makes of the elements, in turn."""
    *captured, cycle_length, block_length = rest
    return _interleaved(call, source, captured, cycle_length, block_length)


@makes_dataset("ParallelInterleaveDatasetV2", "ParallelInterleaveDatasetV3")
def _parallel_interleave(call, source, *rest):
    """As InterleaveDataset."""
    *captured, cycle_length, block_length, _ = rest
    return _interleaved(call, source, captured, cycle_length, block_length)


@makes_dataset("ParallelInterleaveDatasetV4", "ParallelInterleaveDataset")
def _buffered_interleave(call, source, *rest):
    """As InterleaveDataset."""
    *captured, cycle_length, block_length, _, _, _ = rest
    return _interleaved(call, source, captured, cycle_length, block_length)


@makes_dataset("LegacyParallelInterleaveDatasetV2")
def _legacy_interleave(call, source, *rest):
    """As InterleaveDataset."""
    *captured, cycle_length, block_length, _, _ = rest
    return _interleaved(call, source, captured, cycle_length, block_length)


def _scanned(source, function, state, width):
    for element in source:
        results = function(*state, *element)
        state = results[:width]
        yield results[width:]


@makes_dataset("ScanDataset")
def _scan(call, source, *state_and_captured):
    """f(state, element) -> the next state and an element, from the first element on."""
    source, width = found_dataset(call, source), len(call.attrs.Tstate)
    values = components_of(call, 1, state_and_captured)
    function = ElementFunction(call, call.attrs.f, values[width:])
    return Dataset(
        call,
        lambda iteration: _scanned(source.iterate(iteration), function.bound(iteration), values[:width], width),
        source.cardinality if call.attrs.preserve_cardinality else UNKNOWN,
    )


@op("ReduceDataset")
class ReduceDataset:
    """The last state of f(state, element), from the first element to the last."""

    stateful = True

    def host(call, source, *state_and_captured):
        iteration, width = Iteration(call.resources), len(call.attrs.Tstate)
        values = components_of(call, 1, state_and_captured)
        function = ElementFunction(call, call.attrs.f, values[width:]).bound(iteration)
        state = values[:width]
        for element in found_dataset(call, source).iterate(iteration):
            state = function(*state, *element)
        return list(state)


@op("DatasetToSingleElement")
class DatasetToSingleElement:
    """The only element of a dataset."""

    stateful = True

    def host(call, source):
        elements = found_dataset(call, source).iterate(Iteration(call.resources))
        found = next(elements, None)
        check(found is not None, "Dataset was empty.")
        check(next(elements, None) is None, "Dataset had more than one element.")
        return list(found)


@op("DatasetCardinality")
class DatasetCardinality:
    """How many elements the dataset has: int64 []; -1 without end, -2 unknown."""

    host = lambda call, source: np.int64(found_dataset(call, source).cardinality)
    stateful = True
    shape = _scalar


class _Grouped:
    """Windows of elements with one key each, as soon as they are full, then what is left by key; reduced to datasets."""

    def __init__(self, iteration, source, key_of, size_of, reduce, window):
        self._iteration, self._source = iteration, source
        self._key_of, self._size_of, self._reduce, self._window = key_of, size_of, reduce, window
        self._groups = {}
        self._rest = None
        self._current = iter(())

    def __iter__(self):
        return self

    def __next__(self):
        while (element := next(self._current, None)) is None:
            key, group = self._next_group()
            (reduced,) = self._reduce(np.array(key, np.int64), self._window(group))
            self._current = reduced.iterate(self._iteration)
        return element

    def _next_group(self):
        if self._rest is None:
            for element in self._source:
                (key,) = self._key_of(*element)
                group = self._groups.setdefault(int(key), [])
                group.append(element)
                (size,) = self._size_of(key)
                check(size > 0, "Window size must be greater than zero, but got {}.", int(size))
                if len(group) >= size:
                    return int(key), self._groups.pop(int(key))
            self._rest = iter(sorted(self._groups.items()))
        return next(self._rest)


@makes_dataset("GroupByWindowDataset")
def _group_by_window(call, source, *captured):
    """The elements of reduce_func(key, window), for windows of window_size_func(key) elements with one key_func."""
    attrs, source = call.attrs, found_dataset(call, source)
    values = iter(components_of(call, 1, captured))
    functions = [
        ElementFunction(call, reference, tuple(itertools.islice(values, len(types))))
        for reference, types in (
            (attrs.key_func, attrs.Tkey_func_other_arguments),
            (attrs.reduce_func, attrs.Treduce_func_other_arguments),
            (attrs.window_size_func, attrs.Twindow_size_func_other_arguments),
        )
    ]

    def elements(iteration):
        key_of, reduce, size_of = (function.bound(iteration) for function in functions)
        return _Grouped(iteration, source.iterate(iteration), key_of, size_of, reduce, window)

    def window(group):
        return Dataset(call, lambda iteration: iter(group), len(group), source.dtypes, source.shapes)

    return Dataset(call, elements)


# ---- batches ---------------------------------------------------------------------------------------------------------


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
        return np.stack(column)

    return stack


def _text(shape):
    return f"[{','.join(map(str, shape))}]"


def _batched(call, source, batch_size, drop_remainder):
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
    return _batched(call, found_dataset(call, source), batch_size, False)


@makes_dataset("BatchDatasetV2")
def _batch_v2(call, source, batch_size, drop_remainder):
    """Elements stacked along a new dim 0, batch_size at a time; drop_remainder: no smaller batch at the end."""
    return _batched(call, found_dataset(call, source), batch_size, drop_remainder)


@makes_dataset("ParallelBatchDataset")
def _parallel_batch(call, source, batch_size, num_parallel_calls, drop_remainder):
    """As BatchDatasetV2."""
    return _batched(call, found_dataset(call, source), batch_size, drop_remainder)


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
        for target, one in zip(batch, column, strict=True) if dims else ():
            target[tuple(map(slice, one.shape))] = one
        if not dims:
            batch[...] = column
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
            yield tuple(map(np.stack, zip(*taken, strict=True)))

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


# ---- order and number ------------------------------------------------------------------------------------------------


@makes_dataset("ShuffleDataset")
def _shuffle(call, source, buffer_size, seed, seed2):
    """The elements in random order, each drawn from the next buffer_size ones; -1: from all."""
    check(buffer_size > 0 or buffer_size == -1, "buffer_size must be greater than zero or UNKNOWN_CARDINALITY")
    source, size = found_dataset(call, source), int(buffer_size)
    shuffler = Shuffler(int(seed), int(seed2), call.attrs.reshuffle_each_iteration)
    return Dataset(
        call,
        lambda iteration: Shuffled(lambda: source.iterate(iteration), size, shuffler),
        source.cardinality,
    )


@makes_dataset("ShuffleAndRepeatDataset")
def _shuffle_and_repeat(call, source, buffer_size, seed, seed2, count):
    """`count` passes over the elements (-1: endless), each in random order; a pass may begin while one ends."""
    check(buffer_size > 0 or buffer_size == -1, "buffer_size must be greater than zero or UNKNOWN_CARDINALITY")
    check(count > 0 or count == -1, "count must be greater than zero or equal to -1.")
    source, size, count = found_dataset(call, source), int(buffer_size), int(count)
    shuffler = Shuffler(int(seed), int(seed2), call.attrs.reshuffle_each_iteration)
    return Dataset(
        call,
        lambda iteration: Shuffled(lambda: source.iterate(iteration), size, shuffler, count),
        _repeated(source.cardinality, count),
    )


def _repeated(cardinality, count):
    if count < 0:
        return INFINITE if cardinality else 0
    return 0 if count == 0 else _times(cardinality, count)


class _Repeated:
    """An endless repetition ends where a pass has no element."""

    def __init__(self, begin_pass, count):
        self._begin_pass, self._left = begin_pass, count
        self._source = None

    def __iter__(self):
        return self

    def __next__(self):
        while self._left:
            begins = self._source is None
            if begins:
                self._source = self._begin_pass()
            element = next(self._source, None)
            if element is not None:
                return element
            self._source = None
            self._left -= 1
            if begins and self._left < 0:
                break
        raise StopIteration


@makes_dataset("RepeatDataset")
def _repeat(call, source, count):
    """The elements `count` times; endlessly for -1."""
    source, count = found_dataset(call, source), int(count)
    return Dataset(
        call,
        lambda iteration: _Repeated(lambda: source.iterate(iteration), count),
        _repeated(source.cardinality, count),
    )


@makes_dataset("TakeDataset")
def _take(call, source, count):
    """The first `count` elements; all for -1."""
    source, count = found_dataset(call, source), int(count)
    if count < 0:
        return Dataset(call, source.iterate, source.cardinality)
    known = source.cardinality
    taken = min(known, count) if known >= 0 else count if known == INFINITE or not count else UNKNOWN
    return Dataset(call, lambda iteration: itertools.islice(source.iterate(iteration), count), taken)


@makes_dataset("SkipDataset")
def _skip(call, source, count):
    """All but the first `count` elements; none for -1."""
    source, count = found_dataset(call, source), int(count)
    if count < 0:
        return Dataset(call, lambda iteration: iter(()), 0)
    left = max(source.cardinality - count, 0) if source.cardinality >= 0 else source.cardinality
    return Dataset(call, lambda iteration: itertools.islice(source.iterate(iteration), count, None), left)


@makes_dataset("ShardDataset")
def _shard(call, source, num_shards, index):
    """Every num_shards-th element, from number `index` on."""
    check(num_shards >= 1, "Number of shards must be greater than zero (currently num_shards = {}).", int(num_shards))
    check(
        0 <= index < num_shards,
        "Index must be between 0 and {} (currently index = {}).",
        int(num_shards) - 1,
        int(index),
    )
    source, step, first = found_dataset(call, source), int(num_shards), int(index)
    count = source.cardinality
    count = -(-max(count - first, 0) // step) if count >= 0 else count
    return Dataset(call, lambda iteration: itertools.islice(source.iterate(iteration), first, None, step), count)


@makes_dataset("ConcatenateDataset")
def _concatenate(call, source, other):
    """The elements of one dataset, then those of another."""
    parts = [found_dataset(call, source), found_dataset(call, other)]
    counts = [part.cardinality for part in parts]
    total = INFINITE if INFINITE in counts else UNKNOWN if UNKNOWN in counts else sum(counts)
    return Dataset(
        call, lambda iteration: itertools.chain.from_iterable(part.iterate(iteration) for part in parts), total
    )


@makes_dataset("ZipDataset")
def _zip(call, *sources):
    """Elements of all datasets side by side, as far as all have any."""
    sources = [found_dataset(call, source) for source in sources]
    counts = [source.cardinality for source in sources]
    finite = [count for count in counts if count != INFINITE]
    count = INFINITE if not finite else UNKNOWN if UNKNOWN in finite else min(finite)

    def elements(iteration):
        columns = zip(*[source.iterate(iteration) for source in sources], strict=False)
        return (tuple(itertools.chain.from_iterable(parts)) for parts in columns)

    return Dataset(call, elements, count)


@makes_dataset("DirectedInterleaveDataset")
def _directed_interleave(call, selector, *sources):
    """An element of the dataset that the selector's next element numbers, again and again."""
    selector, sources = found_dataset(call, selector), [found_dataset(call, source) for source in sources]
    stop = call.attrs.stop_on_empty_dataset if hasattr(call.attrs, "stop_on_empty_dataset") else False

    def elements(iteration):
        left = [source.iterate(iteration) for source in sources]
        for (number,) in selector.iterate(iteration):
            check(0 <= number < len(left), "Selector index out of range: {} >= {}", int(number), len(left))
            if left[int(number)] is None:
                continue
            element = next(left[int(number)], None)
            if element is not None:
                yield element
                continue
            left[int(number)] = None
            if stop or not any(left):
                return

    return Dataset(call, elements)


def _key(array):
    return tuple(array.reshape(-1).tolist())


@makes_dataset("UniqueDataset")
def _unique(call, source):
    """Each element, which has one component, the first time it comes."""
    source = found_dataset(call, source)

    def elements(iteration):
        seen = set()
        for element in source.iterate(iteration):
            if (key := _key(element[0])) not in seen:
                seen.add(key)
                yield element

    return Dataset(call, elements)


class _Undisturbed:
    def __init__(self, source):
        self._source = source

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            try:
                return next(self._source)
            except OpError:
                continue


@makes_dataset("IgnoreErrorsDataset")
def _ignore_errors(call, source):
    """The elements that can be computed."""
    source = found_dataset(call, source)
    return Dataset(call, lambda iteration: _Undisturbed(source.iterate(iteration)))


# ---- storage ---------------------------------------------------------------------------------------------------------


class _Cache:
    """The elements of a first whole pass."""

    def __init__(self, source):
        self._source = source
        self._elements = None

    def iterate(self, iteration):
        return self._filling(iteration) if self._elements is None else iter(self._elements)

    def _filling(self, iteration):
        seen = []
        for element in self._source.iterate(iteration):
            seen.append(element)
            yield element
        self._elements = seen


@makes_dataset("CacheDataset")
def _cache(call, source, filename):
    """The elements; from the second pass on those that the first one saw, kept in memory."""
    if filename[()]:
        raise UnimplementedError(None, call.node.origin, "a dataset is cached in memory only, not in a file")
    source = found_dataset(call, source)
    return Dataset(call, _Cache(source).iterate, source.cardinality)


@makes_dataset(
    "FinalizeDataset",
    "MaxIntraOpParallelismDataset",
    "ModelDataset",
    "NonSerializableDataset",
    "OptimizeDataset",
    "OptimizeDatasetV2",
    "OptionsDataset",
    "PrefetchDataset",
    "PrivateThreadPoolDataset",
    "RewriteDataset",
)
def _same(call, source, *options):
    """The elements as they are: what the op says of how to compute them changes none."""
    source = found_dataset(call, source)
    return Dataset(call, source.iterate, source.cardinality)
