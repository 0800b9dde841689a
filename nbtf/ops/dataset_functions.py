"""Datasets made by functions of elements, which run through the virtual machine as programs of their own."""

import itertools
import os

import numpy as np

from nbtf.errors import InvalidArgumentError, OutOfRangeError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.dataset_batches import batched
from nbtf.ops.dataset_values import (
    UNKNOWN,
    Dataset,
    ElementFunction,
    Iteration,
    components_of,
    found_dataset,
    makes_dataset,
    scalar,
)
from nbtf.shapes import check


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
    return batched(call, mapped, batch_size, drop_remainder)


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


@makes_dataset("ParallelInterleaveDatasetV4")
def _buffered_interleave(call, source, *rest):
    """As InterleaveDataset."""
    *captured, cycle_length, block_length, _, _, _ = rest
    return _interleaved(call, source, captured, cycle_length, block_length)


class _InTurns:
    """Blocks of elements of the datasets that `function` makes, in turn; one that has ended is replaced by the next,
    whose turn comes after those of the others. A dataset that fails does not end the others."""

    def __init__(self, iteration, source, function, cycle_length, block_length):
        self._iteration, self._source, self._function = iteration, source, function
        self._places = None
        self._cycle_length, self._block_length = cycle_length, block_length
        self._at = self._taken = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self._places is None:
            self._places = [self._next_place() for _ in range(self._cycle_length)]
        looked_at = 0
        while looked_at < self._cycle_length:
            place = self._places[self._at]
            element = next(place, None)
            if element is not None:
                self._taken += 1
                if self._taken == self._block_length:
                    self._advance()
                return element
            if place is not _NOTHING:
                self._places[self._at] = self._next_place()
            if self._places[self._at] is _NOTHING:
                self._at = (self._at + 1) % self._cycle_length
                looked_at += 1
            else:
                self._advance()
                looked_at = 0
        raise StopIteration

    def _advance(self):
        self._at = (self._at + 1) % self._cycle_length
        self._taken = 0

    def _next_place(self):
        """The elements of the next dataset, which is made when the first one is asked for."""
        element = next(self._source, None)
        return _NOTHING if element is None else itertools.chain.from_iterable(map(self._elements, [element]))

    def _elements(self, element):
        (inner,) = self._function(*element)
        return inner.iterate(self._iteration)


_NOTHING = iter(())


def _in_turns(call, source, captured, cycle_length, block_length, buffer_output_elements, prefetch_input_elements):
    for name, number in (
        ("cycle_length", cycle_length),
        ("block_length", block_length),
        ("buffer_output_elements", buffer_output_elements),
    ):
        check(number > 0, "`{}` must be > 0", name)
    check(prefetch_input_elements >= 0, "`prefetch_input_elements` must be >= 0")
    source = found_dataset(call, source)
    function = ElementFunction(call, call.attrs.f, components_of(call, 1, captured))
    lengths = int(cycle_length), int(block_length)
    return Dataset(
        call,
        lambda iteration: _InTurns(iteration, source.iterate(iteration), function.bound(iteration), *lengths),
    )


@makes_dataset("ParallelInterleaveDataset")
def _first_parallel_interleave(call, source, *rest):
    """As LegacyParallelInterleaveDatasetV2, with an input that allows any order."""
    *captured, cycle_length, block_length, _, buffer_output_elements, prefetch_input_elements = rest
    buffers = buffer_output_elements, prefetch_input_elements
    return _in_turns(call, source, captured, cycle_length, block_length, *buffers)


@makes_dataset("LegacyParallelInterleaveDatasetV2")
def _legacy_interleave(call, source, *rest):
    """Blocks of elements from cycle_length of the datasets that f makes, in turn; those that follow wait for their turn."""
    return _in_turns(call, source, rest[:-4], *rest[-4:])


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

    gradient = NOT_DIFFERENTIABLE
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
    shape = scalar


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


def _functions(call, captured, *names):
    """The functions that attributes name, each with its own of the tensors that all of them captured."""
    values = iter(components_of(call, 1, captured))
    counts = [len(getattr(call.attrs, f"T{name}_other_arguments")) for name in names]
    return [
        ElementFunction(call, getattr(call.attrs, name), tuple(itertools.islice(values, count)))
        for name, count in zip(names, counts, strict=True)
    ]


@makes_dataset("GroupByWindowDataset")
def _group_by_window(call, source, *captured):
    """The elements of reduce_func(key, window), for windows of window_size_func(key) elements with one key_func."""
    source = found_dataset(call, source)
    functions = _functions(call, captured, "key_func", "reduce_func", "window_size_func")

    def elements(iteration):
        key_of, reduce, size_of = (function.bound(iteration) for function in functions)
        return _Grouped(iteration, source.iterate(iteration), key_of, size_of, reduce, window)

    def window(group):
        return Dataset(call, lambda iteration: iter(group), len(group), source.dtypes, source.shapes)

    return Dataset(call, elements)


class _Reduced:
    """What becomes of the elements with one key each, from the lowest key to the highest."""

    def __init__(self, source, key_of, begin, reduce, finish):
        self._source, self._key_of, self._begin, self._reduce, self._finish = source, key_of, begin, reduce, finish
        self._states = {}
        self._rest = None

    def __iter__(self):
        return self

    def __next__(self):
        if self._rest is None:
            for element in self._source:
                self._add(element)
            self._rest = iter(sorted(self._states))
        return self._finish(*self._states.pop(next(self._rest)))

    def _add(self, element):
        (key,) = self._key_of(*element)
        state = self._states.get(int(key))
        self._states[int(key)] = self._reduce(*(self._begin(key) if state is None else state), *element)


@makes_dataset("GroupByReducerDataset", "ExperimentalGroupByReducerDataset")
def _group_by_reducer(call, source, *captured):
    """finalize_func of the last state of the elements with one key_func: init_func(key), then reduce_func(state, element)."""
    source = found_dataset(call, source)
    functions = _functions(call, captured, "key_func", "init_func", "reduce_func", "finalize_func")
    return Dataset(
        call,
        lambda iteration: _Reduced(source.iterate(iteration), *[function.bound(iteration) for function in functions]),
    )
