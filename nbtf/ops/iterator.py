"""Iterators: where a session stands in a dataset. Python computes these ops."""

import threading

import numpy as np
from google.protobuf.message import DecodeError

from nbtf.checkpoint.arrays import type_name
from nbtf.errors import FailedPreconditionError, InvalidArgumentError, OutOfRangeError
from nbtf.graph.registry import op
from nbtf.ops.dataset_values import Dataset, ElementFunction, Iteration, fits, found_dataset, is_held, numbers_of
from nbtf.tensor_shape import TensorShape
from nbtf.wire import schema

_TYPE_NAME = "N10tensorflow4data16IteratorResourceE"


class Iterator:
    """Elements of the dataset that it was last given."""

    def __init__(self, resources, node):
        attrs = node.attrs
        self.handle = resources.new_number()
        self.container = attrs.container or "localhost"
        self.name = attrs.shared_name or node.name
        self.dtypes, self.shapes = attrs.output_types, attrs.output_shapes
        self._node = node
        self._lock = threading.Lock()
        self._elements = None

    def begin(self, dataset, resources):
        """From here on the elements are those of `dataset`, from the first."""
        check_types(self._node, self.dtypes, dataset.dtypes)
        check_shapes(self._node, self.shapes, dataset.shapes)
        elements = dataset.iterate(Iteration(resources))
        with self._lock:
            self._elements = elements

    def begin_if_new(self, call):
        """A one-shot iterator makes its own dataset when the first element is asked for."""

    def next(self, call):
        """The next element. Raises OutOfRangeError behind the last one, FailedPreconditionError before `begin`."""
        self.begin_if_new(call)
        with self._lock:
            if self._elements is None:
                message = "GetNext() failed because the iterator has not been initialized. Ensure that you have run "
                message += "the initializer operation for this iterator before getting the next element."
                raise FailedPreconditionError(None, call.node.origin, message)
            element = next(self._elements, None)
        if element is None:
            raise OutOfRangeError(None, call.node.origin, "End of sequence")
        return element


class OneShotIterator(Iterator):
    """Makes its dataset by a function of the graph's library."""

    def __init__(self, resources, node):
        super().__init__(resources, node)
        self._beginning = threading.Lock()

    def begin_if_new(self, call):
        with self._beginning:
            if self._elements is None:
                factory = ElementFunction(_At(call, self._node), self._node.attrs.dataset_factory)
                (dataset,) = factory.bound(_Session(call.resources))()
                self.begin(dataset, call.resources)


class _At:
    """A call from another node."""

    def __init__(self, call, node):
        self.node = node


class _Session:
    def __init__(self, resources):
        self.resources = resources


def check_types(node, wanted, found):
    """Raises InvalidArgumentError where components are of other dtypes than somebody expects."""
    if len(wanted) != len(found):
        message = f"Number of components does not match: expected {len(wanted)} types but got {len(found)}."
        raise InvalidArgumentError(None, node.origin, message)
    for i, (want, have) in enumerate(zip(wanted, found, strict=True)):
        if want != have:
            message = f"Data type mismatch at component {i}: expected {type_name(want)} but got {type_name(have)}."
            raise InvalidArgumentError(None, node.origin, message)


def check_shapes(node, wanted, found):
    """Raises InvalidArgumentError where components cannot have the shapes that somebody expects."""
    for i, (want, have) in enumerate(zip(wanted, found, strict=True)):
        if not TensorShape(want).is_compatible_with(TensorShape(have)):
            message = f"Incompatible shapes at component {i}: expected {_text(want)} but got {_text(have)}."
            raise InvalidArgumentError(None, node.origin, message)


def _text(shape):
    dims = TensorShape(shape).dims
    return "<unknown>" if dims is None else f"[{','.join('?' if d.value is None else str(d.value) for d in dims)}]"


def _named(kind):
    def handle(resources, node):
        attrs = node.attrs
        name = attrs.shared_name or node.name
        return resources.find_or_make("iterator", attrs.container, name, lambda: kind(resources, node)).handle

    return handle


@op("Iterator", "IteratorV2")
class IteratorV2:
    """A handle to an iterator, found by container and shared_name, or by the node's name."""

    resource = _named(Iterator)


@op("OneShotIterator")
class OneShot:
    """A handle to an iterator over the dataset that dataset_factory() makes."""

    resource = _named(OneShotIterator)


def found_iterator(call, handle):
    """The iterator behind a handle. Raises InvalidArgumentError for what is none."""
    found = call.resource(handle)
    if not isinstance(found, Iterator):
        raise InvalidArgumentError(None, call.node.origin, "the handle leads to no iterator")
    return found


@op("MakeIterator")
class MakeIterator:
    """The iterator's next element is the first one of the dataset."""

    stateful = True

    def host(call, dataset, iterator):
        found_iterator(call, iterator).begin(found_dataset(call, dataset), call.resources)


@op("IteratorGetNext", "IteratorGetNextSync")
class IteratorGetNext:
    """The components of the next element. Raises OutOfRangeError where there is none."""

    stateful = True

    def host(call, iterator):
        element = found_iterator(call, iterator).next(call)
        check_types(call.node, call.attrs.output_types, found_iterator(call, iterator).dtypes)
        for i, (one, shape) in enumerate(zip(element, call.attrs.output_shapes, strict=True)):
            dims = None if isinstance(one, Dataset) else TensorShape(shape).dims
            if dims is not None and not fits(one.shape, [-1 if d.value is None else d.value for d in dims]):
                message = f"Incompatible shapes at component {i}: expected {_text(shape)} but got {_text(one.shape)}."
                raise InvalidArgumentError(None, call.node.origin, message)
        call.context.run_held.extend(one for one in element if is_held(one))
        return numbers_of(element)


@op("IteratorToStringHandle")
class IteratorToStringHandle:
    """The iterator's handle as a string [], for IteratorFromStringHandle in the same session."""

    stateful = True

    def host(call, resource_handle):
        found = found_iterator(call, resource_handle)
        proto = schema.ResourceHandleProto(
            device="/job:localhost/replica:0/task:0/device:CPU:0",
            container=found.container,
            name=found.name,
            hash_code=found.handle,
            maybe_type_name=_TYPE_NAME,
        )
        return np.array(proto.SerializeToString(), object)

    def shape():
        return ()


@op("IteratorFromStringHandle", "IteratorFromStringHandleV2")
class IteratorFromStringHandle:
    """The handle of the iterator that a string from IteratorToStringHandle names."""

    stateful = True

    def host(call, string_handle):
        try:
            proto = schema.ResourceHandleProto.FromString(string_handle[()])
        except DecodeError:
            message = "Could not parse string_handle as a valid ResourceHandle"
            raise InvalidArgumentError(None, call.node.origin, message) from None
        found = found_iterator(call, proto.hash_code)
        attrs = call.attrs
        if attrs.output_types:
            check_types(call.node, attrs.output_types, found.dtypes)
        if attrs.output_shapes:
            check_shapes(call.node, attrs.output_shapes, found.shapes)
        return np.int64(found.handle)

    def shape():
        return ()
