"""Iterators over datasets: where a session stands."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from nbtf import dtypes
from nbtf.data import structures
from nbtf.data.base import DatasetBase
from nbtf.data.optionals import Optional
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.random.seeds import get_seed
from nbtf.wire import schema

GLOBAL_ITERATORS = "iterators"  # the collection of their handles

_STATEFUL = (
    "A likely cause of this error is that the dataset for which you are calling `make_one_shot_iterator()` captures a "
    "stateful object, such as a `tf.Variable` or `tf.lookup.StaticHashTable`, which is not supported. Use "
    "`make_initializable_iterator()` instead."
)


class Iterator:
    """Gives a dataset's elements one after the other, a run of a session each."""

    def __init__(
        self,
        iterator_resource: Tensor,
        initializer: Operation | None,
        output_types: Any,
        output_shapes: Any,
        output_classes: Any,
    ) -> None:
        """iterator_resource: the handle. initializer: what a session runs before the first element, if anything."""
        self._iterator_resource = iterator_resource
        self._initializer = initializer
        self._element_spec = structures.spec_from_types(output_types, output_shapes, output_classes)
        self._string_handle: Tensor = raw.IteratorToStringHandle(iterator_resource)
        get_default_graph().add_to_collection(GLOBAL_ITERATORS, iterator_resource)

    @staticmethod
    def from_structure(
        output_types: Any, output_shapes: Any = None, shared_name: str | None = None, output_classes: Any = None
    ) -> Iterator:
        """An iterator for any dataset whose elements have these types and shapes: see `make_initializer`."""
        spec = structures.spec_from_types(output_types, output_shapes, output_classes)
        resource = raw.IteratorV2(
            container="",
            shared_name=shared_name or "",
            output_types=structures.flat_types(spec),
            output_shapes=structures.flat_shapes(spec),
        )
        return _iterator(resource, None, spec)

    @staticmethod
    def from_string_handle(
        string_handle: Any, output_types: Any, output_shapes: Any = None, output_classes: Any = None
    ) -> Iterator:
        """The iterator that a string, another iterator's `string_handle` in the same session, names in each run."""
        spec = structures.spec_from_types(output_types, output_shapes, output_classes)
        handle = convert_to_tensor(string_handle, dtypes.string)
        resource = raw.IteratorFromStringHandleV2(
            handle, output_types=structures.flat_types(spec), output_shapes=structures.flat_shapes(spec)
        )
        return _iterator(resource, None, spec)

    @property
    def initializer(self) -> Operation:
        """What sets the iterator before the first element. Raises ValueError where there is nothing to run."""
        if self._initializer is None:
            raise ValueError(
                "The iterator does not have an initializer. This means it was likely created using "
                "`tf.data.Dataset.make_one_shot_iterator()`. For an initializable iterator, use "
                "`tf.data.Dataset.make_initializable_iterator()` instead."
            )
        return self._initializer

    def make_initializer(self, dataset: DatasetBase, name: str | None = None) -> Operation:
        """The operation that sets this iterator before the first element of `dataset`.

        Raises TypeError for elements of other types, or shapes that do not fit.
        """
        mine, others = self._element_spec, dataset.element_spec
        if structures.output_types(mine) != structures.output_types(others):
            raise TypeError(
                f"Expected output types {self.output_types!r} but got dataset with output types "
                f"{structures.output_types(others)!r}."
            )
        if not structures.are_compatible(mine, others):
            raise TypeError(
                f"Expected output shapes compatible with {self.output_shapes!r} but got dataset with output shapes "
                f"{structures.output_shapes(others)!r}."
            )
        with get_default_graph().colocate_with(self._iterator_resource):
            made: Operation = raw.MakeIterator(
                dataset._variant_tensor, self._iterator_resource, name=name or "make_initializer"
            )
        return made

    def get_next(self, name: str | None = None) -> Any:
        """The next element: a structure of tensors. A run raises OutOfRangeError where there is none."""
        spec = self._element_spec
        with get_default_graph().colocate_with(self._iterator_resource):
            results = raw.IteratorGetNext(
                self._iterator_resource,
                output_types=structures.flat_types(spec),
                output_shapes=structures.flat_shapes(spec),
                name=name,
            )
            return structures.from_tensors(spec, results)

    def get_next_as_optional(self) -> Optional:
        """The next element as an Optional, which has no value where there is no element."""
        spec = self._element_spec
        with get_default_graph().colocate_with(self._iterator_resource):
            found = raw.IteratorGetNextAsOptional(
                self._iterator_resource,
                output_types=structures.flat_types(spec),
                output_shapes=structures.flat_shapes(spec),
            )
        return Optional(found, spec)

    def string_handle(self, name: str | None = None) -> Tensor:
        """A string [] that names this iterator for `from_string_handle`."""
        if name is None:
            return self._string_handle
        made: Tensor = raw.IteratorToStringHandle(self._iterator_resource, name=name)
        return made

    @property
    def element_spec(self) -> Any:
        """The specs of an element's components, in its structure."""
        return self._element_spec

    @property
    def output_types(self) -> Any:
        """The dtypes of an element's components, in its structure."""
        return structures.output_types(self._element_spec)

    @property
    def output_shapes(self) -> Any:
        """The static shapes of an element's components, in its structure."""
        return structures.output_shapes(self._element_spec)

    @property
    def output_classes(self) -> Any:
        """The classes of an element's components, in its structure."""
        return structures.output_classes(self._element_spec)


class NumpyIterator:
    """Elements as arrays, without a session: what TensorFlow has in eager mode only."""

    def __init__(self, dataset: Any) -> None:
        raise RuntimeError("`tf.data.Dataset.as_numpy_iterator()` is only supported in eager mode.")


def _iterator(resource: Tensor, initializer: Operation | None, spec: Any) -> Iterator:
    types, shapes = structures.output_types(spec), structures.output_shapes(spec)
    return Iterator(resource, initializer, types, shapes, structures.output_classes(spec))


def make_initializable_iterator(dataset: DatasetBase, shared_name: str | None = None) -> Iterator:
    """An iterator that `initializer` sets before the first element, as often as it is run.

    shared_name: other iterators of this name share its state. Raises ValueError for a dataset of another graph.
    """
    spec = dataset.element_spec
    graph = _graph_of(dataset)
    with graph.colocate_with(dataset._variant_tensor):
        resource = raw.IteratorV2(
            container="",
            shared_name=shared_name or "",
            output_types=structures.flat_types(spec),
            output_shapes=structures.flat_shapes(spec),
        )
        initializer = raw.MakeIterator(dataset._variant_tensor, resource)
        return _iterator(resource, initializer, spec)


def make_one_shot_iterator(dataset: DatasetBase) -> Iterator:
    """An iterator that begins by itself and goes through the dataset once in a session.

    Raises ValueError where the dataset depends on a placeholder, a variable or a table.
    """
    spec = dataset.element_spec
    graph = _graph_of(dataset)
    seed, op_seed = get_seed(None)
    factory = _Factory(graph)
    if seed is not None and op_seed is not None:
        factory.seed = (seed + 87654321 * op_seed) % (2**63 - 1)
    name = factory.built(dataset._variant_tensor)
    with graph.colocate_with(dataset._variant_tensor):
        resource = raw.OneShotIterator(
            dataset_factory=schema.NameAttrList(name=name),
            output_types=structures.flat_types(spec),
            output_shapes=structures.flat_shapes(spec),
        )
        return _iterator(resource, None, spec)


def _graph_of(dataset: DatasetBase) -> Any:
    graph = get_default_graph()
    if dataset._variant_tensor.graph is not graph:
        raise ValueError(
            f"The graph {graph} of the iterator is different from the graph {dataset._variant_tensor.graph} the dataset: "
            f"{dataset._variant_tensor} was created in."
        )
    return graph


class _Factory(FuncGraph):
    """The function that makes a dataset anew: copies of all operations behind it."""

    def __init__(self, graph: Any) -> None:
        super().__init__("_make_dataset", graph)
        self._copies: dict[Operation, Operation] = {}

    def built(self, variant: Tensor) -> str:
        """The name of the finished function in the library."""
        for op in _behind(variant.op):
            self._copy(op)
        self.outputs = [self._copied(variant)]
        self.define()
        function = self._functions.pop(self.name)
        digest = hashlib.sha256(function.SerializeToString(deterministic=True)).digest()
        name = f"_make_dataset_{base64.b64encode(digest, b'AZ').decode()[:11]}"
        function.signature.name = name
        function.signature.is_stateful = True
        function.attr["_disable_call_shape_inference"].b = True
        self._functions[name] = function
        return name

    def _copied(self, tensor: Tensor) -> Tensor:
        return self._copies[tensor.op].outputs[tensor.value_index]

    def _copy(self, op: Operation) -> None:
        if op.type.startswith("Placeholder"):
            raise ValueError(f"Cannot capture a placeholder (name:{op.name}, type:{op.type}) by value.")
        if op.definition is not None and op.definition.is_stateful and not op.type.endswith(_DATASET_SUFFIXES):
            raise ValueError(f"Cannot capture a stateful node (name:{op.name}, type:{op.type}) by value.: {_STATEFUL}")
        with self.control_dependencies([self._copies[one] for one in op.control_inputs]):
            self._copies[op] = self.create_op(
                op.type, [self._copied(tensor) for tensor in op.inputs], name=f"{op.name}/", attrs=dict(op._node.attr)
            )


_DATASET_SUFFIXES = ("Dataset", "DatasetV2", "DatasetV3", "DatasetV4", "Assert", "MatchingFiles")


def _behind(last: Operation) -> list[Operation]:
    """All operations that one depends on, and itself, in the order in which they were made."""
    found, pending = {last}, [last]
    while pending:
        op = pending.pop()
        for other in (*(tensor.op for tensor in op.inputs), *op.control_inputs):
            if other not in found:
                found.add(other)
                pending.append(other)
    return sorted(found, key=lambda op: op.index)
