"""Mutexes of the session: a run holds one from MutexLock to ConsumeMutexLock, and lets go of it when it fails."""

import threading

import numpy as np

from nbtf.errors import InternalError, InvalidArgumentError
from nbtf.graph.registry import op

POLL_SECONDS = 0.1  # how long a waiting run is deaf to Ctrl-C


class Mutex:
    """A lock that runs take, not threads: a thread may have several runs, one after the other."""

    def __init__(self, resources, node):
        self.handle = resources.new_number()
        self.container = node.attrs.container or "localhost"
        self.lock = threading.Lock()
        self.holder = None


class Ticket:
    """What a run that holds a mutex keeps; with the last reference to it the mutex is free."""

    def __init__(self, mutex, context):
        self.mutex = mutex
        mutex.holder = id(context)

    def release(self):
        mutex, self.mutex = self.mutex, None
        if mutex is not None:
            mutex.holder = None
            mutex.lock.release()

    __del__ = release


def _mutex(resources, node):
    name = node.attrs.shared_name or node.name
    return resources.find_or_make("mutex", node.attrs.container, name, lambda: Mutex(resources, node)).handle


def _lock(call, handle):
    mutex = call.resource(handle)
    if mutex.holder == id(call.context):
        message = f"MutexLock '{call.node.name}': the run holds this mutex already, and would wait for itself"
        raise InternalError(None, call.node.origin, message)
    while not mutex.lock.acquire(timeout=POLL_SECONDS):
        pass
    call.context.run_held.append(Ticket(mutex, call.context))
    return np.int64(mutex.handle)


def _unlock(call, handle):
    for held in call.context.run_held:
        if isinstance(held, Ticket) and held.mutex is not None and held.mutex.handle == int(handle):
            held.release()
            return
    raise InvalidArgumentError(
        None, call.node.origin, f"ConsumeMutexLock '{call.node.name}': the run holds no such lock"
    )


@op("MutexV2")
class MutexV2:
    """A handle to a mutex of the session, found by container and shared_name, or by the node's name."""

    resource = _mutex


@op("MutexLock")
class MutexLock:
    """Waits until the run holds the mutex. InternalError where it does already."""

    host = _lock

    def shape(mutex, out):
        pass


@op("ConsumeMutexLock")
class ConsumeMutexLock:
    """Lets go of the mutex that a MutexLock of this run took."""

    host = _unlock
