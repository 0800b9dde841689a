"""Producers: queues that a thread of a queue runner fills with file names, numbers or rows, epoch by epoch."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes, tensor_shape
from nbtf.array import filling
from nbtf.array.indexing import gather
from nbtf.array.moving import identity
from nbtf.array.shapes import shape as shape_of
from nbtf.array.shapes import size
from nbtf.control_flow.assertion import assert_v1
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.indexed_slices import convert_to_tensor_or_indexed_slices
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.queue.queues import FIFOQueue
from nbtf.random.sampling import random_shuffle
from nbtf.summary import summaries
from nbtf.train.queue_runner import QueueRunner, add_queue_runner
from nbtf.variables.creation import create_variable


def match_filenames_once(pattern: Any, name: str | None = None) -> Any:
    """A local variable with the files that match a pattern, or several, when it is initialized."""
    with name_scope(name, "matching_filenames", [pattern]) as scope:
        return create_variable(
            name=scope,
            initial_value=raw.MatchingFiles(pattern),
            trainable=False,
            validate_shape=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )


def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Any:
    """The tensor, num_epochs times; after that it raises OutOfRangeError. None: without end.

    Counts in a local variable "epochs", which must be initialized.
    """
    if num_epochs is None:
        return tensor
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be > 0 not {num_epochs}.")
    with name_scope(name, "limit_epochs", [tensor]) as scope:
        epochs = create_variable(
            constant(0, dtype=dtypes.int64), name="epochs", trainable=False, collections=[GraphKeys.LOCAL_VARIABLES]
        )
        with control_dependencies([epochs.count_up_to(num_epochs)]):
            return identity(tensor, name=scope)


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> FIFOQueue:
    """A queue of the rows of a tensor, again and again, or num_epochs times; shuffled anew every time."""
    with name_scope(name, "input_producer", [input_tensor]):
        rows = convert_to_tensor(input_tensor, name="input_tensor")
        of_element = rows.shape[1:].merge_with(tensor_shape.as_shape(element_shape))
        if not of_element.is_fully_defined():
            raise ValueError(
                "Either `input_tensor` must have a fully defined shape or `element_shape` must be specified"
            )
        if shuffle:
            rows = random_shuffle(rows, seed=seed)
        rows = limit_epochs(rows, num_epochs)
        queue = FIFOQueue(
            capacity,
            dtypes=[rows.dtype.base_dtype],
            shapes=[of_element],
            shared_name=shared_name,
            name=name or "fifo_queue",
        )
        add_queue_runner(QueueRunner(queue, [queue.enqueue_many([rows])], cancel_op=cancel_op))
        if summary_name is not None:
            add_fullness_summary(summary_name, queue.size(), capacity)
        return queue


def add_fullness_summary(summary_name: str, elements: Any, capacity: int) -> None:
    """A summary of which part of its capacity a queue holds."""
    summaries.scalar(summary_name, cast(elements, dtypes.float32) * (1.0 / capacity))


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> FIFOQueue:
    """A queue of strings, mostly file names. Raises ValueError for an empty list; a run refuses an empty tensor."""
    message = "string_input_producer requires a non-null input tensor"
    if not isinstance(string_tensor, Tensor) and not string_tensor:
        raise ValueError(message)
    with name_scope(name, "input_producer", [string_tensor]) as scope:
        strings = convert_to_tensor(string_tensor, dtype=dtypes.string)
        with control_dependencies([assert_v1(size(strings) > 0, [message])]):
            strings = identity(strings)
        return input_producer(
            strings,
            element_shape=[],
            num_epochs=num_epochs,
            shuffle=shuffle,
            seed=seed,
            capacity=capacity,
            shared_name=shared_name,
            summary_name=f"fraction_of_{capacity}_full",
            name=scope,
            cancel_op=cancel_op,
        )


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> FIFOQueue:
    """A queue of the integers from 0 to limit - 1."""
    with name_scope(name, "input_producer", [limit]) as scope:
        return input_producer(
            filling.range(limit),
            element_shape=[],
            num_epochs=num_epochs,
            shuffle=shuffle,
            seed=seed,
            capacity=capacity,
            shared_name=shared_name,
            summary_name=f"fraction_of_{capacity}_full",
            name=scope,
        )


def slice_input_producer(
    tensor_list: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """One row of each tensor, the same of all. Raises ValueError where there is no tensor."""
    with name_scope(name, "input_producer", tensor_list):
        tensors = [convert_to_tensor_or_indexed_slices(tensor) for tensor in tensor_list]
        if not tensors:
            raise ValueError("Expected at least one tensor in slice_input_producer().")
        rows = shape_of(tensors[0])[0]
        queue = range_input_producer(
            rows, num_epochs=num_epochs, shuffle=shuffle, seed=seed, capacity=capacity, shared_name=shared_name
        )
        index = queue.dequeue()
        return [gather(tensor, index) for tensor in tensors]
