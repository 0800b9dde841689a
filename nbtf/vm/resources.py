"""What a session owns: variables, and whatever else handles lead to. Keyed by container and name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import layout
from nbtf.dtypes import DType


class Variable:
    """A variable's record, laid out as a slot, and the memory behind it. Unassigned while DATA is 0."""

    def __init__(self, name: str, dtype: DType, itemsize: int) -> None:
        self.name = name
        self.dtype = dtype
        self.words = np.zeros(layout.SLOT_WORDS, np.int64)
        self.words[layout.ITEMSIZE] = itemsize
        self.words[layout.KIND] = layout.VARIABLE_KIND
        self.memory = np.empty(0, np.uint8)
        self._start = 0

    @property
    def handle(self) -> int:
        return int(self.words.ctypes.data)

    @property
    def is_initialized(self) -> bool:
        return bool(self.words[layout.DATA])

    @property
    def shape(self) -> tuple[int, ...]:
        rank = int(self.words[layout.RANK])
        return tuple(int(d) for d in self.words[layout.DIMS : layout.DIMS + rank])

    def reserve(self, size: int) -> None:
        """Room for `size` bytes; the elements it held are kept, and their readers may still look at them."""
        memory = np.zeros(size + 64, np.uint8)
        start = -memory.ctypes.data % 64
        if self.is_initialized:
            kept = int(self.words[layout.SIZE] * self.words[layout.ITEMSIZE])
            memory[start : start + kept] = self.memory[self._start : self._start + kept]
            self.words[layout.DATA] = memory.ctypes.data + start
        self.memory, self._start = memory, start
        self.words[layout.ROOM] = memory.ctypes.data + start
        self.words[layout.CAPACITY] = size

    def clear(self) -> None:
        self.words[layout.DATA] = 0
        self.words[layout.SIZE] = 0
        self.words[layout.RANK] = 0


class Resources:
    """The resources of one session."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_name: dict[tuple[str, str, str], Any] = {}
        self._by_handle: dict[int, Any] = {}
        self._kept: dict[tuple[str, str], np.ndarray[Any, Any]] = {}
        self._numbers = 0
        self._programs: dict[Any, Any] = {}

    def find_or_make(self, kind: str, container: str, name: str, make: Any) -> Any:
        """The resource of that kind and name, made on first use. It must have a `handle`."""
        with self._lock:
            key = (kind, container, name)
            if key not in self._by_name:
                resource = make()
                self._by_name[key] = resource
                self._by_handle[resource.handle] = resource
            return self._by_name[key]

    def variable(self, container: str, name: str, dtype: DType) -> Variable:
        """The variable of that name, unassigned when it is new."""
        found = self.find_or_make("variable", container, name, lambda: Variable(name, dtype, dtype.itemsize))
        assert isinstance(found, Variable)
        return found

    def find_program(self, key: Any, make: Callable[[], Any]) -> Any:
        """An executable of this session, made on first use."""
        if key not in self._programs:
            self._programs[key] = make()
        return self._programs[key]

    def new_number(self) -> int:
        """A handle for a resource that only the host looks into: never the address of a record."""
        with self._lock:
            self._numbers += 1
            return self._numbers

    def at(self, handle: int) -> Any:
        """The resource behind a handle, or None."""
        return self._by_handle.get(handle)

    def remove(self, handle: int) -> bool:
        """Forget a resource; its memory lives as long as the session, for runs that still look at it."""
        with self._lock:
            for key, resource in list(self._by_name.items()):
                if resource.handle == handle:
                    del self._by_name[key]
                    return True
            return False

    def kept_words(self, node: str, parameter: str, count: int) -> np.ndarray[Any, Any]:
        """Words that a node keeps from run to run, zero at first."""
        with self._lock:
            return self._kept.setdefault((node, parameter), np.zeros(count, np.int64))
