"""Datasets: where elements come from, their order and number. Python computes these ops.

A dataset is a variant; nothing happens until an iterator (iterator.py) asks for elements. Parallel ops give what their
plain siblings give, in the same order, and prefetching begins when an element is asked for. What functions make of
elements is in dataset_functions.py, batches are in dataset_batches.py, files in dataset_files.py.
"""

import itertools

import numpy as np

from nbtf import dtypes
from nbtf.errors import FailedPreconditionError, OpError, OutOfRangeError
from nbtf.graph.registry import op
from nbtf.ops.dataset_values import (
    INFINITE,
    UNKNOWN,
    Dataset,
    ElementFunction,
    Shuffled,
    Shuffler,
    components_of,
    found_dataset,
    makes_dataset,
    row,
    scalar,
)
from nbtf.ops.philox import RandomWords
from nbtf.shapes import check


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


@makes_dataset("SparseTensorSliceDataset")
def _sparse_rows(call, indices, values, dense_shape):
    """The rows of a sparse tensor, each as indices, values and dense_shape."""
    check(indices.ndim == 2 and values.ndim == dense_shape.ndim == 1, "Input indices should be a matrix, and values and "
          "dense_shape vectors, but their shapes are {}, {} and {}", indices.shape, values.shape, dense_shape.shape)  # fmt: skip
    check(len(dense_shape) > 0 and indices.shape == (len(values), len(dense_shape)), "Indices of shape {} do not fit "
          "{} values and a dense shape of {} dims", indices.shape, len(values), len(dense_shape))  # fmt: skip
    in_order = (np.diff(indices[:, 0]) >= 0).all() and ((indices >= 0) & (indices < dense_shape)).all()
    check(in_order, "The rows of a sparse tensor must be in order, and its indices inside of its dense shape")
    count, indices, values, rest = int(dense_shape[0]), indices.copy(), values.copy(), dense_shape[1:].copy()
    ends = np.searchsorted(indices[:, 0], np.arange(count + 1))

    def rows(iteration):
        for start, end in itertools.pairwise(ends):
            yield indices[start:end, 1:].copy(), values[start:end], rest

    return Dataset(
        call, rows, count, [dtypes.int64, call.attrs.Tvalues, dtypes.int64], [[None, len(rest)], [None], [len(rest)]]
    )


@makes_dataset("ListDataset")
def _list(call, *tensors):
    """One element after the other, given by all their components."""
    components, width = components_of(call, 0, tensors), len(call.attrs.output_types)
    elements = [components[i : i + width] for i in range(0, len(components), width)]
    return Dataset(call, lambda iteration: iter(elements), len(elements))


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


@makes_dataset("RandomDatasetV2")
def _random_v2(call, seed, seed2, seed_generator):
    """As RandomDataset; rerandomize_each_iteration: others in each pass over a dataset that is repeated."""
    shuffler = Shuffler(int(seed), int(seed2), call.attrs.rerandomize_each_iteration)
    return Dataset(call, lambda iteration: ((np.array(word, np.int64),) for word in shuffler.words()), INFINITE)


@op("DummySeedGenerator")
class DummySeedGenerator:
    """A handle that leads nowhere: in a graph a dataset makes its seeds itself."""

    host = lambda call: np.int64(0)
    stateful = True
    shape = scalar


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


class _Counted:
    """As many elements as expected; another number is an error where it shows."""

    def __init__(self, source, expected, origin):
        self._source, self._expected, self._origin = source, expected, origin
        self._count = 0

    def __iter__(self):
        return self

    def __next__(self):
        element = next(self._source, None)
        if element is None:
            if self._count != self._expected:
                self._refuse("only")
            raise StopIteration
        self._count += 1
        if self._count > self._expected >= 0 or self._expected == UNKNOWN:
            self._refuse("at least")
        return element

    def _refuse(self, words):
        found = f"contained {words} {_number_of_elements(self._count)}."
        message = f"Input dataset was expected to contain {_number_of_elements(self._expected)} but {found}"
        raise FailedPreconditionError(None, self._origin, message)


def _number_of_elements(count):
    if count < 0:
        return "an infinite number of elements" if count == INFINITE else "an unknown number of elements"
    return f"{count} element{'' if count == 1 else 's'}"


@makes_dataset("AssertCardinalityDataset")
def _assert_cardinality(call, source, cardinality):
    """The elements as they are; there must be `cardinality` of them."""
    source, expected = found_dataset(call, source), int(cardinality)
    return Dataset(call, lambda iteration: _Counted(source.iterate(iteration), expected, call.node.origin), expected)


# ---- storage ---------------------------------------------------------------------------------------------------------


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
