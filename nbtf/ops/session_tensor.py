"""Tensors that a session keeps between runs, under handles: strings as `node;number;device`. Python computes these."""

import itertools
import threading
from typing import Any

import numpy as np

from nbtf.errors import InternalError, InvalidArgumentError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op

DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"


class TensorStore:
    """The tensors of one session, by handle."""

    container = "localhost"

    def __init__(self, resources):
        self.handle = resources.new_number()
        self._arrays = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def keep(self, node, array):
        """The handle under which the array is found from now on."""
        with self._lock:
            handle = f"{node};{next(self._numbers)};{DEVICE}"
            self._arrays[handle] = array
        return handle

    def find(self, handle):
        """The array, or InvalidArgumentError."""
        array = self._arrays.get(handle)
        if array is None:
            message = f"The tensor with handle '{handle}' is not in the session store."
            raise InvalidArgumentError(None, None, message)
        return array

    def forget(self, handle):
        """Whether there was such a tensor."""
        return self._arrays.pop(handle, None) is not None


class KeptTensor:
    """What the resource handle of a kept tensor leads to."""

    container = "localhost"

    def __init__(self, number, array):
        self.handle = number
        self.array = array


def tensor_store(resources: Any) -> Any:
    """The store of a session's resources."""
    return resources.find_or_make("session tensors", "", "", lambda: TensorStore(resources))


def _keep(call, value):
    return np.array(tensor_store(call.resources).keep(call.node.name, value.copy()).encode(), object)


def _keep_resource(call, value):
    resources = call.resources
    kept = KeptTensor(resources.new_number(), value.copy())
    name = tensor_store(resources).keep(call.node.name, kept.array)
    return np.int64(resources.find_or_make("session tensor", "", name, lambda: kept).handle)


def _find(call, handle):
    array = tensor_store(call.resources).find(handle[()].decode())
    if array.dtype != call.attrs.dtype.storage:
        message = (
            f"Output 0 of type {array.dtype} does not match declared output type {call.attrs.dtype.name} for node "
            f"{call.node.name}"
        )
        raise InternalError(None, call.node.origin, message)
    return array


def _forget(call, handle):
    name = handle[()].decode()
    if not tensor_store(call.resources).forget(name):
        message = f"Failed to delete a tensor with handle '{name}' in the session store."
        raise InvalidArgumentError(None, call.node.origin, message)


@op("GetSessionHandle")
class GetSessionHandle:
    """Keeps a tensor in the session; its handle is a string."""

    host = _keep
    gradient = NOT_DIFFERENTIABLE

    def shape(value, out):
        pass


@op("GetSessionHandleV2")
class GetSessionHandleV2:
    """Keeps a tensor in the session; its handle is a resource."""

    host = _keep_resource
    gradient = NOT_DIFFERENTIABLE

    def shape(value, out):
        pass


@op("GetSessionTensor")
class GetSessionTensor:
    """The tensor that a session keeps under a handle; its shape is known when it runs."""

    host = _find
    gradient = NOT_DIFFERENTIABLE


@op("DeleteSessionTensor")
class DeleteSessionTensor:
    """Forgets the tensor that a session keeps under a handle."""

    host = _forget
    gradient = NOT_DIFFERENTIABLE
