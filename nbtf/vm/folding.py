"""Values that a program wants folded: computed from constants before its first run, and kept with the session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from nbtf.compiler.emit import constant_array
from nbtf.compiler.folding import Copies, FoldingError, copied, nodes_of
from nbtf.compiler.ir import Node, Value, constant, is_constant
from nbtf.compiler.program import Program
from nbtf.errors import OpError
from nbtf.native.aligned import Allocate, Shelf, aligned_empty
from nbtf.shapes import CheckFailed
from nbtf.vm.context import static_bytes
from nbtf.vm.resources import Resources

_FOLDED_AT_ONCE = 1 << 22  # bytes

Array = np.ndarray[Any, Any]
Compute = Callable[[list[Value], Resources, Allocate], list[Array]]
"""What computes values by a program."""


def fold(program: Program, resources: Resources, compute: Compute) -> list[Array]:
    """What the program's values folded from constants are, computed unless another program of the session did.

    Raises FoldingError.
    """
    store = resources.folded
    values = [value for _, value in program.folded]
    all_keys = store.keys_of(values)
    missing = {key: value for key, value in zip(all_keys, values, strict=True) if key not in store.arrays}
    shelf = Shelf(map(static_bytes, missing.values()))
    for keys in _portions(missing):
        try:
            results = _Portion(resources, compute).arrays([missing[key] for key in keys], shelf.empty)
        except (OpError, CheckFailed) as error:
            raise FoldingError from error
        for key, value in zip(keys, results, strict=True):
            store.arrays[key] = _on_a_line(np.asarray(value), shelf.empty)
    return [store.arrays[key] for key in all_keys]


def _portions(missing: Mapping[int, Value]) -> Iterable[list[int]]:
    """Keys of values that are folded together: what is computed lies in memory twice until it is kept."""
    portion, size = list[int](), 0
    for key, value in missing.items():
        need = static_bytes(value)
        if portion and size + need > _FOLDED_AT_ONCE:
            yield portion
            portion, size = [], 0
        portion.append(key)
        size += need
    if portion:
        yield portion


class _Portion:
    """Values that are folded together: what blocks have a `fold` for by that, the rest by a program, which costs more."""

    def __init__(self, resources: Resources, compute: Compute) -> None:
        self._resources = resources
        self._compute = compute
        self._known: dict[Node, list[Array]] = {}
        """Outputs of nodes, by `fold`."""

    def arrays(self, values: Sequence[Value], allocate: Allocate) -> list[Array]:
        wanted = {value.node for value in values}
        nodes = nodes_of(values)
        readers = Counter(source for node in nodes for source in {value.node for value in node.inputs})
        for node in nodes:
            if node.block is not None and node.block.fold is not None:
                memory = allocate if node in wanted else aligned_empty
                results = node.block.fold(node.attrs, memory, *self._operands(node.inputs, aligned_empty))
                self._known[node] = list(results) if isinstance(results, tuple) else [results]
                self._forget({value.node for value in node.inputs} - wanted, readers)
        return self._operands(values, allocate)

    def _forget(self, read: Iterable[Node], readers: Counter[Node]) -> None:
        """Of nodes that one more reader has read, those without another: the next results lie where theirs did."""
        for node in read:
            readers[node] -= 1
            if not readers[node]:
                self._known.pop(node, None)

    def _operands(self, values: Sequence[Value], allocate: Allocate) -> list[Array]:
        """Each value: as a constant says, as it was computed before, or by a program that computes all others."""
        found = {value: array for value in values if (array := self._at_hand(value)) is not None}
        rest = [value for value in dict.fromkeys(values) if value not in found]
        if rest:
            found.update(zip(rest, self._by_a_program(rest, allocate), strict=True))
        return [found[value] for value in values]

    def _by_a_program(self, values: list[Value], allocate: Allocate) -> list[Array]:
        known = {
            node: [constant(array, node, dtype=v.dtype) for array, v in zip(arrays, node.outputs, strict=True)]
            for node, arrays in self._known.items()
        }
        copies: Copies = dict(known)
        try:
            wanted = [copied(value, copies) for value in values] if known else values
            return self._compute(wanted, self._resources, allocate)
        finally:
            for constants in known.values():
                for value in constants:  # it and its node know each other, so they would keep the array for long
                    del value.node.attrs.array

    def _at_hand(self, value: Value) -> Array | None:
        if value.node in self._known:
            return self._known[value.node][value.index]
        return constant_array(value.node) if is_constant(value) else None


def _on_a_line(array: Array, allocate: Allocate) -> Array:
    """The array, or a copy, that begins at a cache line."""
    if array.ctypes.data % 64 == 0:
        return array
    aligned = allocate(array.shape, array.dtype)
    aligned[...] = array
    return aligned
