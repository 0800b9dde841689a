"""Who reads and awaits what, for passes that put several nodes together."""

from __future__ import annotations

from collections.abc import Sequence

from nbtf.compiler.ir import Node, Value


class Readers:
    """The readers of every value as the nodes stand now."""

    def __init__(self, nodes: Sequence[Node], fetched: Sequence[Value]) -> None:
        self._readers: dict[Value, list[Node]] = {}
        self._awaited: set[Node] = set()
        self._fetched = set(fetched)
        for node in nodes:
            for value in node.inputs:
                self._readers.setdefault(value, []).append(node)
            self._awaited.update(node.controls)

    def of(self, value: Value) -> list[Node]:
        """Those who read it, as often as they do."""
        return self._readers.get(value, [])

    def is_free(self, node: Node) -> bool:
        """Whether nothing waits for the node, and nobody sees an output but the first."""
        return node not in self._awaited and not any(map(self.is_seen, node.outputs[1:]))

    def is_fetched(self, value: Value) -> bool:
        return value in self._fetched

    def is_seen(self, value: Value) -> bool:
        return value in self._fetched or bool(self.of(value))

    def only(self, value: Value) -> Node | None:
        """The one node that learns of the value, which it reads once; None if there are others, or none."""
        readers = self.of(value)
        alone = len(readers) == 1 and value not in self._fetched and self.is_free(value.node)
        return readers[0] if alone else None
