"""Batches of examples: threads of a queue runner add them to a queue, and a step takes several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf import dtypes, tensor_shape
from nbtf.array.moving import no_op
from nbtf.array.rearranging import dynamic_partition
from nbtf.control_flow.branching import cond
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import convert_to_tensor_or_indexed_slices
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.math.casting import cast
from nbtf.math.operands import maximum
from nbtf.queue.queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from nbtf.summary import summaries
from nbtf.tensor_shape import TensorShape
from nbtf.train.producers import add_fullness_summary
from nbtf.train.queue_runner import QueueRunner, add_queue_runner

# ---- batches in order ------------------------------------------------------------------------------------------------


def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of the examples that `tensors` give run after run: the same list or dictionary, with a new dim 0.

    tensors: of one example, or, with enqueue_many, of several along dim 0. capacity: examples in the queue between.
    dynamic_pad: pads open dims to the largest of the batch. allow_smaller_final_batch: the last may be smaller.
    """
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    return _batched([tensors], True, batch_size, num_threads, _in_order(capacity, dynamic_pad), "batch", *facts)


def maybe_batch(
    tensors: Any,
    keep_input: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `batch`, of the examples for which keep_input is true: bool [], or, with enqueue_many, one an example."""
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    return _batched([tensors], keep_input, batch_size, num_threads, _in_order(capacity, dynamic_pad), "batch", *facts)


def batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `batch`, with a thread for each of several lists of tensors, which fill one queue."""
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    return _batched(tensors_list, True, batch_size, None, _in_order(capacity, dynamic_pad), "batch_join", *facts)


def maybe_batch_join(
    tensors_list: Sequence[Any],
    keep_input: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `batch_join`, of the examples for which keep_input is true."""
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    return _batched(tensors_list, keep_input, batch_size, None, _in_order(capacity, dynamic_pad), "batch_join", *facts)


# ---- batches in random order -----------------------------------------------------------------------------------------


def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `batch`, of examples in random order; min_after_dequeue stay in the queue, for good mixing."""
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    kind = _Shuffled(capacity, min_after_dequeue, seed)
    return _batched([tensors], True, batch_size, num_threads, kind, "shuffle_batch", *facts)


def maybe_shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `shuffle_batch`, of the examples for which keep_input is true."""
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    kind = _Shuffled(capacity, min_after_dequeue, seed)
    return _batched([tensors], keep_input, batch_size, num_threads, kind, "shuffle_batch", *facts)


def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `shuffle_batch`, with a thread for each of several lists of tensors."""
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    kind = _Shuffled(capacity, min_after_dequeue, seed)
    return _batched(tensors_list, True, batch_size, None, kind, "shuffle_batch_join", *facts)


def maybe_shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `shuffle_batch_join`, of the examples for which keep_input is true."""
    facts = (enqueue_many, shapes, allow_smaller_final_batch, shared_name, name)
    kind = _Shuffled(capacity, min_after_dequeue, seed)
    return _batched(tensors_list, keep_input, batch_size, None, kind, "shuffle_batch_join", *facts)


# ---- kinds of queues -------------------------------------------------------------------------------------------------


class _InOrder:
    """Makes the queue between, and the summary that says how full it is."""

    def __init__(self, queue_class: Any, capacity: int) -> None:
        self._class, self._capacity = queue_class, capacity

    def queue(self, **facts: Any) -> QueueBase:
        return self._class(self._capacity, **facts)  # type: ignore[no-any-return]

    def summarize(self, queue: QueueBase) -> None:
        add_fullness_summary(f"fraction_of_{self._capacity}_full", queue.size(), self._capacity)


def _in_order(capacity: int, dynamic_pad: bool) -> _InOrder:
    return _InOrder(PaddingFIFOQueue if dynamic_pad else FIFOQueue, capacity)


class _Shuffled:
    def __init__(self, capacity: int, least: int, seed: int | None) -> None:
        self._capacity, self._least, self._seed = capacity, least, seed

    def queue(self, **facts: Any) -> QueueBase:
        return RandomShuffleQueue(self._capacity, self._least, seed=self._seed, **facts)

    def summarize(self, queue: QueueBase) -> None:
        room = self._capacity - self._least
        above = cast(maximum(0, queue.size() - self._least), dtypes.float32) * (1.0 / room)
        summaries.scalar(f"fraction_over_{self._least}_of_{room}_full", above)


# ---- what all of them do ---------------------------------------------------------------------------------------------


def _batched(
    examples: Sequence[Any],
    keep_input: Any,
    batch_size: Any,
    num_threads: int | None,
    kind: Any,
    default_name: str,
    enqueue_many: bool,
    shapes: Any,
    smaller: bool,
    shared_name: str | None,
    name: str | None,
) -> Any:
    """num_threads: so many add the only one of `examples`; None: one thread for each of them."""
    lists = [_tensor_list(example) for example in examples]
    with name_scope(name, default_name, [*(t for one in lists for t in one), keep_input]) as scope:
        lists = [_checked(one, default_name) for one in lists]
        keep = _checked_keep(keep_input, enqueue_many)
        types = _common_types(lists)
        queue = kind.queue(dtypes=types, shapes=_element_shapes(lists, shapes, enqueue_many), shared_name=shared_name)
        if num_threads is None:
            operations = [_enqueue(queue, one, enqueue_many, keep) for one in lists]
        else:
            operations = [_enqueue(queue, lists[0], enqueue_many, keep)] * num_threads
        add_queue_runner(QueueRunner(queue, operations))
        kind.summarize(queue)
        take = queue.dequeue_up_to if smaller else queue.dequeue_many
        return _in_the_form_of(examples[0], take(batch_size, name=scope))


def _tensor_list(tensors: Any) -> list[Any]:
    return [tensors[key] for key in sorted(tensors, key=str)] if isinstance(tensors, Mapping) else list(tensors)


def _in_the_form_of(tensors: Any, taken: Any) -> Any:
    if isinstance(tensors, Mapping):
        values = taken if isinstance(taken, list) else [taken]
        return dict(zip(sorted(tensors, key=str), values, strict=True))
    return taken


def _checked(tensors: Sequence[Any], what: str) -> list[Any]:
    if any(isinstance(tensor, SparseTensor) for tensor in tensors):
        raise TypeError(f"{what}() takes no SparseTensor: serialize it first, with tf.serialize_sparse")
    if not tensors:
        raise ValueError(f"Expected at least one tensor in {what}().")
    return [convert_to_tensor_or_indexed_slices(tensor) for tensor in tensors]


def _checked_keep(keep_input: Any, enqueue_many: bool) -> Any:
    keep = convert_to_tensor(keep_input)
    rank = keep.shape.ndims
    if rank is None:
        raise ValueError("`keep_input` dimensions must be known at graph construction.")
    if not enqueue_many and rank == 1:
        raise ValueError("`keep_input` cannot be a vector when `enqueue_many=False`.")
    if rank > 1:
        raise ValueError("`keep_input` must be 0 or 1 dimensions.")
    return keep


def _common_types(lists: Sequence[Sequence[Any]]) -> list[Any]:
    first, *others = [[tensor.dtype.base_dtype for tensor in one] for one in lists]
    for other in others:
        if other != first:
            texts = [", ".join(dtype.name for dtype in types) for types in (first, other)]
            raise TypeError(f"Expected types to be consistent: {texts[0]} vs. {texts[1]}.")
    return first


def _element_shapes(lists: Sequence[Sequence[Any]], shapes: Any, enqueue_many: bool) -> Any:
    """Shapes of one example's components: as given, else what all lists agree on."""
    if shapes is not None:
        return shapes
    if any(len(one) != len(lists[0]) for one in lists):
        raise ValueError(f"Expected lists of one length, but they have {[len(one) for one in lists]} tensors.")
    return [_merged([tensor.get_shape() for tensor in column], enqueue_many) for column in zip(*lists, strict=True)]


def _merged(shapes: Sequence[TensorShape], enqueue_many: bool) -> list[int | None] | None:
    if enqueue_many:
        shapes = [shape.with_rank_at_least(1)[1:] for shape in shapes]
    merged = shapes[0]
    for shape in shapes[1:]:
        merged = _most_specific(merged, shape)
    return None if merged.ndims is None else merged.as_list()


def _most_specific(one: TensorShape, other: TensorShape) -> TensorShape:
    if one.ndims is None or other.ndims is None or one.ndims != other.ndims:
        return TensorShape(None)
    pairs = zip(one.as_list(), other.as_list(), strict=True)
    return tensor_shape.TensorShape([d if d == e else None for d, e in pairs])


def _enqueue(queue: QueueBase, tensors: Sequence[Any], enqueue_many: bool, keep: Any) -> Any:
    add = queue.enqueue_many if enqueue_many else queue.enqueue
    if keep.shape.ndims == 1:
        kept = cast(keep, dtypes.int32)
        return add([dynamic_partition(tensor, kept, num_partitions=2)[1] for tensor in tensors])
    known = constant_value(keep)
    if known is not None:
        return add(tensors) if known else no_op()
    return cond(keep, lambda: add(tensors), no_op)
