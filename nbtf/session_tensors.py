"""tf.get_session_handle and its like: tensors that stay in a session between runs."""

from __future__ import annotations

import weakref
from typing import Any

from nbtf import dtypes
from nbtf.dtypes import DType
from nbtf.graph.device import canonical_device
from nbtf.graph.feeding import placeholder
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, device
from nbtf.graph.tensor import Tensor

_readers: weakref.WeakKeyDictionary[Graph, dict[Any, Any]] = weakref.WeakKeyDictionary()
"""Of each graph, what reads and deletes by handle, made when it was first needed."""


def get_session_handle(data: Tensor, name: str | None = None) -> Tensor:
    """Keeps the tensor in the session at each run; fetched, the result is a TensorHandle.

    The object has `eval()`, `delete()` and `get_raw_handle()`, and may be fed for a tensor of its dtype.
    Raises TypeError for what is not a Tensor.
    """
    if not isinstance(data, Tensor):
        raise TypeError("`data` must be of type Tensor.")
    with colocate_with(data):
        made: Tensor = raw.GetSessionHandle(data, name=name)
        return made


def get_session_tensor(handle: Any, dtype: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(placeholder of a handle, the tensor of that handle).

    handle: any handle of the same device as those that will be fed: a string or a TensorHandle.
    """
    with device(_device_of(handle)):
        holder = placeholder(dtypes.string)
        tensor: Tensor = raw.GetSessionTensor(holder, dtype, name=name)
    return holder, tensor


def delete_session_tensor(handle: Any, name: str | None = None) -> tuple[Tensor, Operation]:
    """(placeholder of a handle, the operation that makes the session forget that tensor). handle: see above."""
    with device(_device_of(handle)):
        holder = placeholder(dtypes.string)
        deletion: Operation = raw.DeleteSessionTensor(holder, name=name)
    return holder, deletion


def reader(graph: Graph, handle: str, dtype: DType) -> tuple[Tensor, Tensor]:
    """What get_session_tensor gives, made once for the handles of one node and device."""
    name, _, place = handle.split(";")
    made = _readers.setdefault(graph, {})
    if (name, place) not in made:
        with graph.as_default():
            made[name, place] = get_session_tensor(handle, dtype)
    found: tuple[Tensor, Tensor] = made[name, place]
    return found


def deleter(graph: Graph, handle: str) -> tuple[Tensor, Operation]:
    """What delete_session_tensor gives, made once for the handles of one device."""
    place = _device_of(handle)
    made = _readers.setdefault(graph, {})
    if place not in made:
        with graph.as_default():
            made[place] = delete_session_tensor(handle)
    found: tuple[Tensor, Operation] = made[place]
    return found


def _device_of(handle: Any) -> str:
    return canonical_device(str(handle).rpartition(";")[2])
