"""Restoring the objects of a checkpoint: which Python object is which of the checkpoint's, now or when it is made."""

from __future__ import annotations

from collections import deque
from typing import Any

from nbtf import logging
from nbtf.graph.operation import Operation
from nbtf.graph.scopes import init_scope
from nbtf.train.object_graph import is_optimizer
from nbtf.train.object_saver import ObjectSaver
from nbtf.train.saveable import SaveableObject
from nbtf.train.tracking import children, saved_attributes


class Restoration:
    """One call of `restore`. `bind` may be called again and again: it finds what was added to the objects since."""

    def __init__(self, saver: ObjectSaver, root: Any, prefix: str, proto: Any, place: str | None) -> None:
        """proto: the TrackableObjectGraph of the checkpoint."""
        self.prefix, self.proto = prefix, proto
        self.bound: dict[int, Any] = {0: root}
        """Number of a node -> the Python object that it is."""
        self.unused: dict[int, list[str]] = {}
        """Attributes of nodes that their objects do not have."""
        self.operations: list[Operation] = []
        self._saver, self._place = saver, place
        self._visited: set[int] = set()
        self._slots: dict[int, list[tuple[int, int, str]]] = {}
        for optimizer, node in enumerate(proto.nodes):
            for slot in node.slot_variables:
                found = (optimizer, slot.slot_variable_node_id, slot.slot_name)
                self._slots.setdefault(slot.original_variable_node_id, []).append(found)

    def bind(self) -> None:
        """Adds what restores objects that were not there before."""
        waiting: list[SaveableObject] = []
        with init_scope():
            queue = deque([0])
            seen = {0}
            while queue:
                number = queue.popleft()
                self._visit(number, waiting)
                for child in self._bound_children(number):
                    if child not in seen:
                        seen.add(child)
                        queue.append(child)
                self._restore_slots(number)
            if waiting:
                self.operations += self._saver.add_restores(waiting, self._place)

    def _visit(self, number: int, waiting: list[SaveableObject]) -> None:
        """Collects what is to be read for a node, once."""
        if number in self._visited:
            return
        self._visited.add(number)
        value = self.bound[number]
        known = saved_attributes(value)
        for attribute in self.proto.nodes[number].attributes:
            key = attribute.checkpoint_key
            owner, restore = self._saver.restores.get(key, (None, None))
            if attribute.name not in known:
                self.unused.setdefault(number, []).append(attribute.name)
            elif restore is not None and owner is value:
                self.operations.append(restore)
            else:
                waiting.append(known[attribute.name](key))

    def _bound_children(self, number: int) -> list[int]:
        """The children of a node that Python objects have, too."""
        local = children(self.bound[number])
        found = []
        for child in self.proto.nodes[number].children:
            if child.local_name not in local:
                continue
            value = local[child.local_name]
            if self.bound.setdefault(child.node_id, value) is not value:
                logging.warning(
                    "Inconsistent references when loading the checkpoint into this object graph. For example, in the "
                    "saved checkpoint object, %s and %s were one object, but are two now: only the first is restored.",
                    self.bound[child.node_id],
                    value,
                )
                continue
            found.append(child.node_id)
        return found

    def _restore_slots(self, number: int) -> None:
        """Restores the slots that belong to a variable or an optimizer, as far as both are there."""
        mine = [(number, *slot) for slot in self._slots.get(number, ())]
        if is_optimizer(self.bound[number]):
            others = [(v, *slot) for v, slots in self._slots.items() for slot in slots if slot[0] == number != v]
            mine += [slot for slot in others if slot[0] in self._visited]
        for variable, optimizer, slot_number, name in mine:
            keeper, primary = self.bound.get(optimizer), self.bound.get(variable)
            if slot_number in self.bound or primary is None or keeper is None or not is_optimizer(keeper):
                continue
            slot = keeper.get_slot(primary, name)
            if slot is not None:
                self.bound[slot_number] = slot
                waiting: list[SaveableObject] = []
                self._visit(slot_number, waiting)
                if waiting:
                    self.operations += self._saver.add_restores(waiting, self._place)
