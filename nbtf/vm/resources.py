"""What a session owns: variables, and whatever else handles lead to. Keyed by container and name."""

from __future__ import annotations

import copy
import itertools
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import layout
from nbtf.compiler.folding import FoldedValues
from nbtf.dtypes import DType
from nbtf.errors import InvalidArgumentError
from nbtf.vm.strings import StringTable

DEFAULT_CONTAINER = "localhost"
REF_VARIABLE, RESOURCE_VARIABLE = "ref variable", "variable"


class Variable:
    """A variable's record, laid out as a slot, and the memory behind it. Unassigned while DATA is 0.

    declared: the shape of the first value, where one is asked for; None for any.
    """

    def __init__(self, container: str, name: str, dtype: DType, declared: tuple[int, ...] | None = None) -> None:
        self.container = container or DEFAULT_CONTAINER
        self.name = name
        self.dtype = dtype
        self.words = np.zeros(layout.SLOT_WORDS, np.int64)
        self.words[layout.ITEMSIZE] = dtype.itemsize
        self.words[layout.KIND] = layout.VARIABLE_KIND
        self.words[layout.DTYPE] = dtype.as_datatype_enum
        self._set_shape(declared)
        self._memory = np.empty(0, np.uint8)
        self._outgrown: list[np.ndarray[Any, Any]] = []  # runs may still look at it
        self._start = 0

    @property
    def handle(self) -> int:
        return int(self.words.ctypes.data)

    @property
    def is_initialized(self) -> bool:
        return bool(self.words[layout.DATA])

    @property
    def was_initialized(self) -> bool:
        """Whether it ever held a value; it may have been destroyed since."""
        return bool(self.words[layout.ROOM])

    @property
    def array(self) -> np.ndarray[Any, Any]:
        """A copy of what it holds, as it is stored: strings as handles."""
        storage = np.dtype(np.int64) if self.dtype.storage.hasobject else self.dtype.storage
        size = int(self.words[layout.SIZE] * self.words[layout.ITEMSIZE])
        return self._memory[self._start : self._start + size].view(storage).reshape(self.shape).copy()

    @property
    def shape(self) -> tuple[int, ...]:
        rank = int(self.words[layout.RANK])
        return tuple(int(d) for d in self.words[layout.DIMS : layout.DIMS + rank])

    def reserve(self, size: int) -> None:
        """Room for `size` bytes; the elements it held are kept, and their readers may still look at them.

        Room at least doubles: all that was outgrown is no more than what there is.
        """
        size = max(size, 2 * int(self.words[layout.CAPACITY]))
        memory = np.zeros(size + 64, np.uint8)
        start = -memory.ctypes.data % 64
        if self.is_initialized:
            kept = int(self.words[layout.SIZE] * self.words[layout.ITEMSIZE])
            memory[start : start + kept] = self._memory[self._start : self._start + kept]
            self.words[layout.DATA] = memory.ctypes.data + start
            self._outgrown.append(self._memory)
        self._memory, self._start = memory, start
        self.words[layout.ROOM] = memory.ctypes.data + start
        self.words[layout.CAPACITY] = size

    def fill_zeros(self, shape: tuple[int, ...]) -> None:
        """Makes it hold zeros of this shape."""
        size = int(np.prod(shape, dtype=np.int64))
        self.reserve(size * int(self.words[layout.ITEMSIZE]))
        self.words[layout.DATA] = self.words[layout.ROOM]
        self.words[layout.SIZE] = size
        self._set_shape(shape)

    def clear(self) -> None:
        self.words[layout.DATA] = 0
        self.words[layout.SIZE] = 0
        self._set_shape(None)

    def _set_shape(self, shape: tuple[int, ...] | None) -> None:
        self.words[layout.RANK] = layout.ANY_SHAPE if shape is None else len(shape)
        if shape:
            self.words[layout.DIMS : layout.DIMS + len(shape)] = shape


class Resources:
    """The resources of one session."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        """That may work on one kernel."""
        self._lock = threading.RLock()  # making a resource may ask for its number
        self._by_name: dict[tuple[str, str, str], Any] = {}
        self._by_handle: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._removed: list[Any] = []
        self.strings = StringTable()
        self.folded = FoldedValues()
        self._kept: dict[tuple[str, str], np.ndarray[Any, Any]] = {}
        self._numbers = itertools.count(1)
        self._programs: dict[Any, Any] = {}
        self._root = self

    def find_or_make(self, kind: str, container: str, name: str, make: Any) -> Any:
        """The resource of that kind and name, made on first use. It must have a `handle`."""
        with self._lock:
            key = (kind, container, name)
            if key not in self._by_name:
                resource = make()
                self._by_name[key] = resource
                self._by_handle[resource.handle] = resource
            return self._by_name[key]

    def lend(self, resource: Any) -> None:
        """Makes its handle lead to a resource for as long as somebody else keeps it."""
        with self._lock:
            self._by_handle[resource.handle] = resource

    def with_fresh_streams(self) -> Resources:
        """The same resources, but for what nodes keep from run to run: their random streams begin anew."""
        made = copy.copy(self)
        made._kept = {}
        made._programs = {}
        return made

    def function(self, node: Any, reference: Any) -> Any:
        """A function of the library of `node`'s graph, ready to run with these resources; made on first use.

        reference: the NameAttrList by which an attribute of the node names it.
        """
        from nbtf.vm import recursion  # what it makes runs with resources

        key = ("function", node.name, reference.SerializeToString(deterministic=True))
        shared = self._root.find_program(key, lambda: recursion.LibraryFunction.load(node, reference, self._root))
        if self is self._root or not shared.executable.program.kept:
            return shared
        return self.find_program(key, lambda: shared.with_resources(self))

    def ref_variable(
        self, container: str, name: str, dtype: DType, declared: tuple[int, ...] | None = None
    ) -> Variable:
        """The ref variable of that name, unassigned when it is new. Raises InvalidArgumentError for another dtype."""
        found = self.find_or_make(REF_VARIABLE, container, name, lambda: Variable(container, name, dtype, declared))
        assert isinstance(found, Variable)
        if found.dtype != dtype:
            message = f"Variable '{name}' holds {found.dtype.name}, and is not shared as {dtype.name}"
            raise InvalidArgumentError(None, None, message)
        return found

    def resource_variable(self, container: str, name: str, dtype: DType) -> Variable:
        """The resource variable of that name, unassigned when it is new; readers check that it is of their dtype."""
        found = self.find_or_make(RESOURCE_VARIABLE, container, name, lambda: Variable(container, name, dtype))
        assert isinstance(found, Variable)
        return found

    def temporary(self, name: str, dtype: DType) -> Variable:
        """A variable without a key, for as long as the caller keeps it."""
        made = Variable("", name, dtype)
        self.lend(made)
        return made

    def missing(self, variable: Variable) -> str:
        """How TensorFlow says that a resource variable does not exist."""
        where = f"{variable.container}/{variable.name}"
        if self.has_container(variable.container):
            return f"Resource {where}/N10tensorflow3VarE does not exist."
        return f"Container {variable.container} does not exist. (Could not find resource: {where})"

    def has_container(self, name: str) -> bool:
        """Whether anything was ever made in that container: a resource variable is made when it is first assigned."""
        with self._lock:
            made = [*self._removed, *(r for (kind, *_), r in self._by_name.items() if kind != RESOURCE_VARIABLE)]
            made += [r for (kind, *_), r in self._by_name.items() if kind == RESOURCE_VARIABLE and r.was_initialized]
        return any(resource.container == name for resource in made)

    def find_program(self, key: Any, make: Callable[[], Any]) -> Any:
        """An executable of this session, made on first use."""
        if key not in self._programs:
            self._programs[key] = make()
        return self._programs[key]

    def cancel_waiting(self) -> None:
        """Gives up whatever waits for a resource, now and from now on: the session ends."""
        with self._lock:
            waited_for = [r for r in (*self._by_name.values(), *self._removed) if hasattr(r, "abandon")]
        for resource in waited_for:
            resource.abandon()

    def new_number(self) -> int:
        """A handle for a resource that only the host looks into: never the address of a record."""
        return next(self._numbers)

    def at(self, handle: int) -> Any:
        """The resource behind a handle, or None."""
        return self._by_handle.get(handle)

    def destroy(self, handle: int) -> str | None:
        """Forget a resource, or say why there is none. Memory lives as long as the session: runs may still look at it."""
        found = self.at(handle)
        if isinstance(found, Variable):
            if not found.is_initialized:
                return self.missing(found)
            found.clear()
            return None
        with self._lock:
            for key, resource in list(self._by_name.items()):
                if resource.handle == handle:
                    self._removed.append(self._by_name.pop(key))
                    return None
        return "The resource does not exist."

    def kept_words(self, node: str, parameter: str, count: int) -> np.ndarray[Any, Any]:
        """Words that a node keeps from run to run: random ones for a parameter named `entropy`, else zero at first."""
        with self._lock:
            if (node, parameter) not in self._kept:
                bits = os.urandom(8 * count) if parameter == "entropy" else bytes(8 * count)
                self._kept[node, parameter] = np.frombuffer(bytearray(bits), np.int64)
            return self._kept[node, parameter]
