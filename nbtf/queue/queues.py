"""Queues: a session's queue and the operations that add to it and take from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from nbtf import dtypes as types
from nbtf import tensor_shape
from nbtf.dtypes import DType
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import device, init_scope, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.random.seeds import get_seed
from nbtf.tensor_shape import TensorShape

Names = Sequence[str] | None


class QueueBase:
    """A queue of elements, each a tuple of tensors: one a component, of that component's dtype and shape.

    What adds waits for room, what takes for elements. A component's shape may be left open where elements are taken one
    by one.
    """

    def __init__(self, dtypes: Sequence[DType], shapes: Sequence[Any], names: Names, queue_ref: Tensor) -> None:
        """shapes: one a component, or none. names: of the components; elements are then dictionaries."""
        self._dtypes = list(dtypes)
        if shapes and len(shapes) != len(dtypes):
            raise ValueError(
                "Queue shapes must have the same length as dtypes, received "
                f"len(shapes)={len(shapes)}, len(dtypes)={len(dtypes)}"
            )
        self._shapes = [TensorShape(s) for s in shapes] if shapes else [TensorShape(None) for _ in dtypes]
        if names is not None and len(names) != len(dtypes):
            raise ValueError(
                f"Queue names must have the same length as dtypes,received len(names)={len(names)},len {len(dtypes)}"
            )
        self._names = names
        self._queue_ref = queue_ref
        self._name = queue_ref.op.name.rpartition("/")[2]

    @staticmethod
    def from_list(index: Any, queues: Sequence[QueueBase]) -> QueueBase:
        """The queue at position `index` of a list of alike queues, known only when a session runs.

        Raises TypeError where `queues` is no list of queues, or they differ in dtypes or names.
        """
        if not queues or not isinstance(queues, list) or not all(isinstance(q, QueueBase) for q in queues):
            raise TypeError("A list of queues expected")
        first = queues[0]
        if any(q.dtypes != first.dtypes for q in queues):
            raise TypeError("Queues do not have matching component dtypes.")
        if any(q.names != first.names for q in queues):
            raise TypeError("Queues do not have matching component names.")
        shapes = [_common_shape(one) for one in zip(*(q.shapes for q in queues), strict=True)]
        refs = raw.RefSelect if queues[0].queue_ref.dtype._is_ref_dtype else _select_resource
        return QueueBase(first.dtypes, shapes, first.names, refs(index, [q.queue_ref for q in queues]))

    @property
    def queue_ref(self) -> Tensor:
        """The handle."""
        return self._queue_ref

    @property
    def name(self) -> str:
        return str(self._queue_ref.op.name)

    @property
    def dtypes(self) -> list[DType]:
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        return self._shapes

    @property
    def names(self) -> Names:
        return self._names

    # ---- adding ----

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """The operation that adds one element: a tensor, a list of them, or a dictionary where components have names."""
        with name_scope(name, f"{self._name}_enqueue", _tensors(vals)) as scope:
            components = self._checked(vals)
            for component, shape in zip(components, self._shapes, strict=False):
                component.get_shape().assert_is_compatible_with(shape)
            return self._raw("Enqueue")(self._queue_ref, components, name=scope)  # type: ignore[no-any-return]

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """The operation that adds the elements that lie along dim 0 of the components."""
        with name_scope(name, f"{self._name}_EnqueueMany", _tensors(vals)) as scope:
            components = self._checked(vals)
            count = tensor_shape.Dimension(None)
            for component, shape in zip(components, self._shapes, strict=False):
                own = component.get_shape().with_rank_at_least(1)
                count = count.merge_with(tensor_shape.dimension_at_index(own, 0))
                own[1:].assert_is_compatible_with(shape)
            return self._raw("EnqueueMany")(self._queue_ref, components, name=scope)  # type: ignore[no-any-return]

    def _checked(self, vals: Any) -> list[Any]:
        if isinstance(vals, Mapping):
            if not self._names:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(self._names) != sorted(vals):
                raise ValueError(
                    "Keys in dictionary to enqueue do not match names of Queue.  "
                    f"Dictionary: {sorted(vals)},Queue: {sorted(self._names)}"
                )
            vals = [vals[name] for name in self._names]
        elif self._names:
            raise ValueError("You must enqueue a dictionary in a Queue with names")
        elif not isinstance(vals, (list, tuple)):
            vals = [vals]
        return [
            convert_to_tensor(value, dtype=dtype, name=f"component_{i}")
            for i, (value, dtype) in enumerate(zip(vals, self._dtypes, strict=False))
        ]

    # ---- taking ----

    def dequeue(self, name: str | None = None) -> Any:
        """One element: a tensor, a list of them, or a dictionary where components have names.

        A run that asks for it raises OutOfRangeError where the queue is closed and empty.
        """
        taken = self._raw("Dequeue")(
            self._queue_ref, component_types=self._dtypes, name=name or f"{self._name}_Dequeue"
        )
        return self._element(taken, TensorShape([]))

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """`n` elements, stacked along a new dim 0. OutOfRangeError where the queue is closed and holds fewer."""
        taken = self._raw("DequeueMany")(
            self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueMany"
        )
        count = constant_value(taken[0].op.inputs[1])
        return self._element(taken, TensorShape([None if count is None else int(count)]))

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """As `dequeue_many`, but what is left, at least one, where the queue is closed."""
        taken = self._raw("DequeueUpTo")(
            self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueUpTo"
        )
        return self._element(taken, TensorShape([None]))

    def _element(self, tensors: Sequence[Tensor], rows: TensorShape) -> Any:
        for tensor, shape in zip(tensors, self._shapes, strict=True):
            tensor.set_shape(rows.concatenate(shape))
        if self._names:
            return dict(zip(self._names, tensors, strict=True))
        return tensors[0] if len(tensors) == 1 else list(tensors)

    # ---- the queue itself ----

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """The operation behind which nothing is added; with cancel_pending_enqueues, what waits for room fails."""
        return self._raw("Close")(  # type: ignore[no-any-return]
            self._queue_ref, cancel_pending_enqueues=cancel_pending_enqueues, name=name or f"{self._name}_Close"
        )

    def is_closed(self, name: str | None = None) -> Tensor:
        return self._raw("IsClosed")(self._queue_ref, name=name or f"{self._name}_Is_Closed")  # type: ignore[no-any-return]

    def size(self, name: str | None = None) -> Tensor:
        """How many elements there are: int32 []."""
        return self._raw("Size")(self._queue_ref, name=name or f"{self._name}_Size")  # type: ignore[no-any-return]

    def _raw(self, verb: str) -> Any:
        version = "V2" if self._queue_ref.dtype == types.resource else ""
        return getattr(raw, f"Queue{verb}{version}")


class FIFOQueue(QueueBase):
    """First in, first out."""

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        """capacity: elements; negative for no bound. shared_name: sessions' queues of one name are one."""
        component_types = _type_list(dtypes)
        component_shapes = _shape_list(shapes)
        component_names = _name_list(names, component_types)
        with init_scope(), device("CPU"):
            ref = raw.FIFOQueueV2(
                component_types=component_types,
                shapes=component_shapes,
                capacity=capacity,
                shared_name=shared_name,
                name=name,
            )
        super().__init__(component_types, component_shapes, component_names, ref)


class RandomShuffleQueue(QueueBase):
    """Gives its elements in random order; `min_after_dequeue` of them stay behind until it is closed."""

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        component_types = _type_list(dtypes)
        component_shapes = _shape_list(shapes)
        component_names = _name_list(names, component_types)
        seed1, seed2 = get_seed(seed)
        if seed1 is None and seed2 is None:
            seed1, seed2 = 0, 0
        elif seed is None and shared_name is not None:
            # processes that share the queue must not depend on how many ops each made before
            digest = hashlib.md5(f"{seed1}{shared_name}".encode()).hexdigest()
            seed2 = int(digest[:8], 16) & 0x7FFFFFFF
        with init_scope():
            ref = raw.RandomShuffleQueueV2(
                component_types=component_types,
                shapes=component_shapes,
                capacity=capacity,
                min_after_dequeue=min_after_dequeue,
                seed=seed1,
                seed2=seed2,
                shared_name=shared_name,
                name=name,
            )
        super().__init__(component_types, component_shapes, component_names, ref)


class PaddingFIFOQueue(QueueBase):
    """A FIFOQueue whose components may have unknown dims: what is taken at once is padded to the largest."""

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        component_types = _type_list(dtypes)
        component_shapes = _shape_list(shapes, open_dims=True)
        component_names = _name_list(names, component_types)
        if len(component_types) != len(component_shapes):
            raise ValueError(
                f"Shapes must be provided for all components, but received {len(component_types)} dtypes and "
                f"{len(component_shapes)} shapes."
            )
        with init_scope():
            ref = raw.PaddingFIFOQueueV2(
                component_types=component_types,
                shapes=component_shapes,
                capacity=capacity,
                shared_name=shared_name,
                name=name,
            )
        super().__init__(component_types, component_shapes, component_names, ref)


class PriorityQueue(QueueBase):
    """Elements begin with an int64 scalar; the least comes first."""

    def __init__(
        self,
        capacity: int,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        """types, shapes: of the components behind the priority."""
        component_types = _type_list(types)
        component_shapes = _shape_list(shapes)
        with init_scope():
            ref = raw.PriorityQueueV2(
                component_types=component_types,
                shapes=component_shapes,
                capacity=capacity,
                shared_name=shared_name,
                name=name,
            )
        all_types = [_INT64, *component_types]
        all_shapes = [TensorShape([]), *component_shapes] if component_shapes else []
        super().__init__(all_types, all_shapes, _name_list(names, all_types), ref)


_INT64 = types.int64


def _select_resource(index: Any, handles: Sequence[Tensor]) -> Tensor:
    """One of several resource handles, by position."""
    return raw.GatherV2(raw.Pack(handles, name="selected_queue"), index, 0)  # type: ignore[no-any-return]


def _common_shape(shapes: Sequence[TensorShape]) -> TensorShape:
    """Dims that all of them have; the others unknown."""
    first, *others = shapes
    if any(s.ndims != first.ndims for s in others) or first.ndims is None:
        return TensorShape(None)
    return TensorShape(
        [d if all(d == e for e in rest) else None for d, *rest in zip(*(s.as_list() for s in shapes), strict=True)]
    )


def _tensors(vals: Any) -> list[Any]:
    """What decides which graph an operation belongs to."""
    return list(vals.values() if isinstance(vals, Mapping) else vals if isinstance(vals, (list, tuple)) else [vals])


def _type_list(dtypes: Any) -> list[DType]:
    if not isinstance(dtypes, (list, tuple)):
        return [types.as_dtype(dtypes)]
    return [types.as_dtype(dtype) for dtype in dtypes]


def _shape_list(shapes: Any, open_dims: bool = False) -> list[TensorShape]:
    """Shapes of components, from shapes or, of a single component, its dims."""
    if shapes is None:
        if open_dims:
            raise ValueError("When providing partial shapes, a list of shapes must be provided.")
        return []
    if isinstance(shapes, TensorShape):
        shapes = [shapes]
    if not isinstance(shapes, (list, tuple)):
        raise TypeError(f"shapes must be a TensorShape or a list or tuple of TensorShapes, got {type(shapes)}.")
    if all(dim is None or isinstance(dim, int) for dim in shapes):
        shapes = [shapes]
    made = [tensor_shape.as_shape(shape) for shape in shapes]
    if not open_dims and any(not shape.is_fully_defined() for shape in made):
        raise ValueError(f"All shapes must be fully defined: {made}")
    if any(shape.ndims is None for shape in made):
        raise ValueError(f"All shapes must have a defined rank: {made}")
    return made


def _name_list(names: Any, dtypes: Sequence[DType]) -> Names:
    if names is None:
        return None
    found: list[str] = list(names) if isinstance(names, (list, tuple)) else [names]
    if len(found) != len(dtypes):
        raise ValueError(
            "List of names must have the same length as the list of dtypes, received "
            f"len(names)={len(found)},len(dtypes)={len(dtypes)}"
        )
    return found
