"""Datasets as a session holds them, the functions that run over their elements, and the order that shuffling makes.

An element is a tuple, one component a tensor: an array (strings: an object array of bytes), or again a Dataset.
"""

import contextlib
import threading

import numpy as np

from nbtf import dtypes
from nbtf.errors import InvalidArgumentError, UnimplementedError
from nbtf.graph.registry import op
from nbtf.ops.philox import RandomWords

INFINITE, UNKNOWN = -1, -2
"""Cardinalities of datasets that never end, and of those that nobody can count beforehand."""


class Dataset:
    """What a dataset's variant leads to. It lives as long as a run, another dataset or an iterator needs it."""

    def __init__(self, call, iterate, cardinality=UNKNOWN, dtypes=None, shapes=None):
        """iterate: makes an iterator of elements for an Iteration. dtypes, shapes: of the components, by default as the
        attributes of the node say."""
        attrs = call.attrs
        self.handle = call.resources.new_number()
        self.iterate = iterate
        self.cardinality = cardinality
        self.dtypes = dtypes or getattr(attrs, "output_types", None) or attrs.Toutput_types
        self.shapes = shapes or attrs.output_shapes
        call.lend(self)


class Iteration:
    """What one iterator shares from its initialization on: functions with random streams of their own."""

    def __init__(self, resources):
        self.resources = resources.with_fresh_streams()


def found_dataset(call, handle):
    """The dataset behind a variant. Raises InvalidArgumentError for what is none."""
    found = call.resources.at(int(handle))
    if not isinstance(found, Dataset):
        raise InvalidArgumentError(None, call.node.origin, "the variant holds no dataset")
    return found


class HeldTensor:
    """A tensor that a variant leads to, as one of the three parts of a sparse tensor."""

    def __init__(self, resources, array, dtype):
        """Its handle leads to it as long as somebody keeps it."""
        self.handle = resources.new_number()
        self.array, self.dtype = array, dtype
        resources.lend(self)


class Variants(np.ndarray):
    """A component of variants that hold tensors: an object array of HeldTensors."""

    @staticmethod
    def behind(numbers, resources, node):
        """Those that variants lead to. Raises UnimplementedError for variants of other kinds."""
        found = np.empty(numbers.shape, object)
        for place, number in np.ndenumerate(numbers):
            found[place] = resources.at(int(number))
            if not isinstance(found[place], HeldTensor):
                message = (
                    f"{node.name}: of all variants only datasets and sparse tensors may be in a dataset's elements"
                )
                raise UnimplementedError(None, node.origin, message)
        return found.view(Variants)

    def numbers(self):
        return np.array([one.handle for one in self.flat], np.int64).reshape(self.shape)


def sparse_component(resources, parts):
    """A sparse tensor as a component: (array, dtype) of its indices, values and dense shape."""
    made = np.empty(3, object)
    made[:] = [HeldTensor(resources, array, dtype) for array, dtype in parts]
    return made.view(Variants)


def stacked(column):
    """Components of several elements, of one shape, along a new dim 0."""
    return np.stack(column).view(type(column[0]))


def kept_by(element):
    """What of an element's components a run must keep for its variants to lead to it."""
    for one in element:
        if isinstance(one, Dataset):
            yield one
        elif isinstance(one, Variants):
            yield from one.flat


def _variant_component(resources, node, value):
    found = resources.at(int(value)) if np.ndim(value) == 0 else None
    return found if isinstance(found, Dataset) else Variants.behind(np.asarray(value), resources, node)


def components_of(call, first, arrays):
    """Arrays that a node got, as components that outlive the run. first: the position of the first among the inputs."""
    inputs = call.node.inputs[first : first + len(arrays)]
    return tuple(
        _variant_component(call.resources, call.node, array) if value.dtype == dtypes.variant else array.copy()
        for value, array in zip(inputs, arrays, strict=True)
    )


def numbers_of(element):
    """An element's components as a run takes them: datasets and other variants by their handles."""
    return [_number_of(one) for one in element]


def _number_of(component):
    if isinstance(component, Dataset):
        return np.array(component.handle, np.int64)
    return component.numbers() if isinstance(component, Variants) else component


def row(array, index):
    """One row as an array, scalars included."""
    return array[index : index + 1].reshape(array.shape[1:])


# ---- blocks --------------------------------------------------------------------------------------------------------------


def scalar():
    """The shape rule of ops that make a dataset, or one number."""
    return ()


def makes_dataset(*op_types, shape=scalar):
    """Decorator: make(call, *inputs) -> Dataset is the block of these op types. shape: their rule, which may check inputs."""
    rule = shape

    def register(make):
        class Body:
            __doc__ = make.__doc__
            __module__ = make.__module__
            host = lambda call, *inputs: np.int64(make(call, *inputs).handle)
            stateful = True
            shape = rule

        op(*op_types)(Body)
        return make

    return register


# ---- functions of elements -------------------------------------------------------------------------------------------


class ElementFunction:
    """A function of the graph's library, and what it captured."""

    def __init__(self, call, reference, captured=()):
        self._node = call.node
        self._reference = reference
        self._captured = tuple(captured)

    def bound(self, iteration):
        """As a function of components that gives an element."""
        return _Bound(iteration.resources.function(self._node, self._reference), self._captured, self._node, iteration)


class _Bound:
    def __init__(self, function, captured, node, iteration):
        self._function, self._captured, self._node, self._iteration = function, captured, node, iteration
        gives_datasets = dtypes.variant in function.output_dtypes
        # a dataset that a run made is kept by nobody else once the next run of the same program begins
        self._lock = function.lock if gives_datasets else contextlib.nullcontext()

    def __call__(self, *components):
        components = (*components, *self._captured)
        self._check(components)
        with self._lock:
            results = self._function.executable.run(numbers_of(components))
            return tuple(map(self._component, results, self._function.output_dtypes))

    def _check(self, components):
        shapes = self._function.input_shapes
        if len(components) != len(shapes):
            message = f"{self._node.name} has {len(components)} arguments for a function of {len(shapes)}"
            raise InvalidArgumentError(None, self._node.origin, message)
        for i, (one, dims) in enumerate(zip(components, shapes, strict=True)):
            if dims is not None and not isinstance(one, Dataset) and not fits(one.shape, dims):
                message = f"argument {i} of {self._node.name}'s function has shape {one.shape}, not {dims}"
                raise InvalidArgumentError(None, self._node.origin, message)

    def _component(self, value, dtype):
        if dtype == dtypes.variant:
            return _variant_component(self._iteration.resources, self._node, value)
        return stored(value, dtype)


def stored(value, dtype):
    """A value as elements have it: an array as it lies in memory."""
    if dtype == dtypes.string:
        return value if isinstance(value, np.ndarray) else np.array(value, object)
    array = np.asarray(value)
    storage = np.dtype(np.int64) if dtype == dtypes.resource else dtype.storage
    return array if array.dtype == storage else array.view(storage)


def fits(shape, dims):
    """Whether an actual shape is what static dims say."""
    return len(shape) == len(dims) and all(want in (-1, have) for have, want in zip(shape, dims, strict=True))


# ---- random order ----------------------------------------------------------------------------------------------------


class Shuffler:
    """Seeds for one shuffled pass after the other: each its own, or all the same."""

    def __init__(self, seed, seed2, reshuffle):
        first = RandomWords(seed, seed2)
        self._seeds = first._seeds
        self._words = first if reshuffle else None
        self._lock = threading.Lock()

    def words(self):
        """The random words of the next pass."""
        if self._words is None:
            return RandomWords(*self._seeds)
        with self._lock:
            return RandomWords(next(self._words), next(self._words))


class Shuffled:
    """The elements of `count` passes over a dataset (-1: endless), in random order: each is drawn from a buffer of
    `size`, a pass before the next one, with random words of its own. Bit by bit TensorFlow's order."""

    MOST_PASSES_IN_BUFFER = 3

    def __init__(self, begin_pass, size, shuffler, count=1):
        self._begin_pass, self._size, self._shuffler, self._count = begin_pass, size, shuffler, count
        self._words = shuffler.words()
        self._source = None
        self._passes = 0
        self._buffer = []
        self._slices = []  # [start, end) of each pass, positions modulo the buffer's size
        self._held = 0
        self._produced = False

    def __iter__(self):
        return self

    def __next__(self):
        self._fill()
        if not self._held:
            raise StopIteration
        while self._slices[0][0] == self._slices[0][1]:
            self._slices.pop(0)
            self._words = self._shuffler.words()
        first = self._slices[0]
        buffer, room = self._buffer, len(self._buffer)
        chosen = (first[0] + next(self._words) % (first[1] - first[0])) % room
        element = buffer[chosen]
        buffer[chosen], buffer[first[0] % room] = buffer[first[0] % room], None
        first[0] += 1
        self._held -= 1
        return element

    def _is_room(self):
        if self._source is None and 0 <= self._count <= self._passes:
            return False
        if len(self._slices) > self.MOST_PASSES_IN_BUFFER and self._held:
            return False
        return self._size < 0 or self._held < self._size

    def _fill(self):
        while self._is_room():
            if self._source is None:
                self._source = self._begin_pass()
                self._passes += 1
                end = self._slices[-1][1] if self._slices else 0
                self._slices.append([end, end])
            try:
                element = next(self._source)
            except StopIteration:
                self._source = None
                if not self._produced and self._count < 0:
                    return
                continue
            self._produced = True
            self._add(element)

    def _add(self, element):
        last = self._slices[-1]
        if len(self._buffer) < self._size or (self._size < 0 and self._held == len(self._buffer)):
            self._buffer.append(element)
        else:
            self._buffer[last[1] % len(self._buffer)] = element
        self._held += 1
        last[1] += 1
