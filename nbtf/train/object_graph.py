"""The graph of Python objects that a checkpoint describes: TrackableObjectGraph, and the keys that come from it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from nbtf.train.saveable import SaveableObject
from nbtf.train.tracking import children, saved_attributes
from nbtf.variables.variable import Variable
from nbtf.wire import schema

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
_ATTRIBUTES, _SLOTS = ".ATTRIBUTES", ".OPTIMIZER_SLOT"


class Described(NamedTuple):
    """A graph of objects: the message, the objects in the order of its nodes, and what makes the saveable of each key."""

    proto: Any
    objects: list[Any]
    saveables: list[tuple[str, Callable[[str], SaveableObject]]]


class _Walk:
    """All objects below a root, breadth first, and the path by which each was found first."""

    def __init__(self, root: Any, children_of: Callable[[Any], dict[str, Any]] = children) -> None:
        self.objects: list[Any] = [root]
        self.ids = {id(root): 0}
        self.paths = [""]
        self.children: list[dict[str, Any]] = []
        waiting = deque([0])
        while waiting:
            number = waiting.popleft()
            found = children_of(self.objects[number])
            self.children.append(found)
            for name, child in found.items():
                if id(child) not in self.ids:
                    path = f"{self.paths[number]}/{_escaped(name)}".removeprefix("/")
                    waiting.append(self.add(child, path))

    def add(self, found: Any, path: str) -> int:
        number = self.ids[id(found)] = len(self.objects)
        self.objects.append(found)
        self.paths.append(path)
        return number


def objects_below(root: Any) -> list[Any]:
    """The root and all that it leads to, slots of optimizers last."""
    walk = _Walk(root)
    _add_slots(walk)
    return walk.objects


def described(root: Any, children_of: Callable[[Any], dict[str, Any]] = children) -> Described:
    """The graph of objects below a root. Raises NotImplementedError where a slot is also part of another object.

    children_of: what tells the parts of an object, by name.
    """
    walk = _Walk(root, children_of)
    slots = _add_slots(walk)
    proto = schema.TrackableObjectGraph()
    saveables = []
    for number, one in enumerate(walk.objects):
        node = proto.nodes.add()
        for name, child in (walk.children[number] if number < len(walk.children) else {}).items():
            node.children.add(node_id=walk.ids[id(child)], local_name=name)
        for variable, name, slot in slots.get(number, ()):
            node.slot_variables.add(original_variable_node_id=variable, slot_name=name, slot_variable_node_id=slot)
        for attribute, make in saved_attributes(one).items():
            key = f"{walk.paths[number]}/{_ATTRIBUTES}/{_escaped(attribute)}".removeprefix("/")
            node.attributes.add(name=attribute, full_name=_full_name(one), checkpoint_key=key)
            saveables.append((key, make))
    _mark_what_has_values(proto)
    return Described(proto, walk.objects, saveables)


def _add_slots(walk: _Walk) -> dict[int, list[tuple[int, str, int]]]:
    """Adds the slots of optimizers; by the optimizer's number (variable, slot's name, slot)."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    objects = list(enumerate(walk.objects))
    for number, optimizer in objects:
        if not is_optimizer(optimizer):
            continue
        for name in optimizer.get_slot_names():
            for variable_number, variable in objects:
                slot = optimizer.get_slot(variable, name) if isinstance(variable, Variable) else None
                if slot is None:
                    continue
                if id(slot) in walk.ids:
                    raise NotImplementedError(
                        f"The slot {name!r} of {variable.name}, {slot.name}, is also reached as a part of another object."
                    )
                path = f"{walk.paths[variable_number]}/{_SLOTS}/{walk.paths[number]}/{_escaped(name)}"
                found.setdefault(number, []).append((variable_number, name, walk.add(slot, path)))
    return found


def is_optimizer(value: Any) -> bool:
    """Whether it keeps slots for variables."""
    return hasattr(value, "get_slot_names") and hasattr(value, "get_slot")


def _mark_what_has_values(proto: Any) -> None:
    """Says of each node whether it or any node below it has something saved."""
    parents: dict[int, list[int]] = {}
    for number, node in enumerate(proto.nodes):
        for child in node.children:
            parents.setdefault(child.node_id, []).append(number)
    waiting = [number for number, node in enumerate(proto.nodes) if node.attributes or node.slot_variables]
    marked = set(waiting)
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in marked:
                marked.add(parent)
                waiting.append(parent)
    for number, node in enumerate(proto.nodes):
        node.has_checkpoint_values.value = number in marked


def _escaped(name: str) -> str:
    """A name as part of a path: "/" is ".S", and a "." is doubled."""
    return name.replace(".", "..").replace("/", ".S")


def _full_name(value: Any) -> str:
    """The name that a variable has in a checkpoint of names."""
    if not isinstance(value, Variable):
        return ""
    info = value._save_slice_info
    return str(value.op.name if info is None else info.full_name)


def node_names(proto: Any) -> dict[int, str]:
    """How messages name the nodes: "(root).layer.kernel"."""
    names = {0: "(root)"}
    waiting = deque([0])
    while waiting:
        number = waiting.popleft()
        for child in proto.nodes[number].children:
            if child.node_id not in names:
                names[child.node_id] = f"{names[number]}.{child.local_name}"
                waiting.append(child.node_id)
    for number, node in enumerate(proto.nodes):
        for slot in node.slot_variables:
            names[slot.slot_variable_node_id] = (
                f"{names.get(number)}'s state '{slot.slot_name}' for {names.get(slot.original_variable_node_id)}"
            )
    return names
