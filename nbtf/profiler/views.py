"""The ways in which a profile arranges operations: by scope, by data flow, by op type, by line of the program."""

from __future__ import annotations

import os
from collections.abc import Sequence

from nbtf.profiler.nodes import FLOW, MEASURES, ROOT, SCOPE, Facts, ProfileNode, Selection


def _by_name(facts: dict[str, Facts]) -> dict[str, ProfileNode]:
    return {name: ProfileNode(facts[name]) for name in sorted(facts, key=str.encode)}


def _started(roots: list[ProfileNode], selection: Selection) -> list[ProfileNode]:
    """The topmost nodes that the options start at."""
    if selection.starts_anywhere:
        return roots
    found, pending, seen = [], list(reversed(roots)), set[int]()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if selection.starts(node):
            found.append(node)
        else:
            pending += reversed(node.shown)
    return found


# ---- trees: scopes and lines -----------------------------------------------------------------------------------------


def by_scope(facts: dict[str, Facts], selection: Selection) -> ProfileNode:
    """Operations below the scopes of their names."""
    nodes = _by_name(facts)
    for name in list(nodes):
        while "/" in name:
            name = name.rpartition("/")[0]
            if name not in nodes:
                nodes[name] = ProfileNode(Facts(name, SCOPE))
    root = ProfileNode(Facts(ROOT, SCOPE))
    for name in sorted(nodes, key=str.encode):
        parent = nodes[name.rpartition("/")[0]] if "/" in name else root
        parent.children.append(nodes[name])
    return _tree(root, selection)


def by_line(facts: dict[str, Facts], selection: Selection) -> ProfileNode:
    """Operations below the lines of the program that made them."""
    root = ProfileNode(Facts(ROOT, SCOPE))
    lines: dict[str, ProfileNode] = {}
    for one in facts.values():
        parent = root
        for file, number, function in one.lines:
            name = f"{os.path.basename(file)}:{number}:{function}"
            key = f"{id(parent)} {name}"
            if key not in lines:
                lines[key] = ProfileNode(Facts(name, SCOPE))
                parent.children.append(lines[key])
            parent = lines[key]
        if parent is root:
            continue
        parent.facts.types |= one.types
        if selection.counts(one.types):
            for measure in MEASURES:
                parent.counts[measure] += one.counts[measure]
    return _tree(root, selection)


def _tree(root: ProfileNode, selection: Selection) -> ProfileNode:
    counted = _counted(root.children, selection)
    for child in counted:
        root.add(child)
    shown = _shown(_started(counted, selection), selection, 2)
    root.count_shown(selection.in_order(shown), selection.only_shown)
    return root


def _counted(roots: Sequence[ProfileNode], selection: Selection) -> list[ProfileNode]:
    """The nodes that count or have some that do below them, with their totals."""
    found = []
    for node in roots:
        node.shown = _counted(node.children, selection)
        node.is_counted = selection.counts(node.facts.types)
        if node.is_counted:
            node.add_self()
        for child in node.shown:
            node.add(child)
        if node.is_counted or node.shown:
            found.append(node)
    return found


def _shown(roots: Sequence[ProfileNode], selection: Selection, depth: int) -> list[ProfileNode]:
    """The nodes that are shown; those below one that is not take its place."""
    found = []
    for node in roots:
        shows = selection.shows(node, depth)
        below = [] if selection.ends(node, depth) else _shown(node.shown, selection, depth + 1)
        if not shows:
            found += below
            continue
        node.count_shown(selection.in_order(below), selection.only_shown)
        found.append(node)
    return found


# ---- data flow -------------------------------------------------------------------------------------------------------


def by_flow(facts: dict[str, Facts], selection: Selection) -> ProfileNode:
    """Operations above those that they read or wait for; each is shown once, where the search first comes to it."""
    nodes = _by_name(facts)
    read = set[str]()
    for node in nodes.values():
        node.children = [nodes[name] for name in node.facts.inputs if name in nodes]
        read.update(node.facts.inputs)
    root = ProfileNode(Facts(ROOT, FLOW))
    root.children = [node for name, node in nodes.items() if name not in read]
    counted = _flow_counted(root.children, selection)
    for child in counted:
        root.add(child)
    shown = _flow_shown(_started(counted, selection), selection)
    root.count_shown(selection.in_order(shown), selection.only_shown)
    return root


class _Visit:
    """A node on the way of a depth-first search, whose inputs may be thousands deep."""

    def __init__(self, node: ProfileNode | None, pending: Sequence[ProfileNode]) -> None:
        self.node = node
        self.pending = iter(pending)
        self.found: list[ProfileNode] = []


def _flow_counted(roots: Sequence[ProfileNode], selection: Selection) -> list[ProfileNode]:
    """The nodes that count, each below the first one found that reads it, with their totals."""
    seen, path = set[str](), [_Visit(None, roots)]
    while True:
        visit = path[-1]
        child = next(visit.pending, None)
        if child is not None:
            if child.name not in seen:
                seen.add(child.name)
                path.append(_Visit(child, child.children))
            continue
        path.pop()
        node = visit.node
        if node is None:
            return visit.found
        node.is_counted = selection.counts(node.facts.types)
        if not node.is_counted:
            path[-1].found += visit.found
            continue
        node.shown = visit.found
        node.add_self()
        for below in visit.found:
            node.add(below)
        path[-1].found.append(node)


def _flow_shown(roots: Sequence[ProfileNode], selection: Selection) -> list[ProfileNode]:
    """As _shown."""
    seen, path = set[str](), [_Visit(None, roots)]
    while True:
        visit = path[-1]
        child = next(visit.pending, None)
        depth = len(path) + 1
        if child is not None:
            if child.name not in seen:
                seen.add(child.name)
                path.append(_Visit(child, [] if selection.ends(child, depth) else child.shown))
            continue
        path.pop()
        node = visit.node
        if node is None:
            return visit.found
        if not selection.shows(node, depth - 1):
            path[-1].found += visit.found
            continue
        node.count_shown(selection.in_order(visit.found), selection.only_shown)
        path[-1].found.append(node)


# ---- op types --------------------------------------------------------------------------------------------------------


class TypeNode(ProfileNode):
    """All operations of one type that count."""

    def __init__(self, op_type: str) -> None:
        super().__init__(Facts(op_type, op_type))
        self.members: list[ProfileNode] = []

    def take(self, member: ProfileNode) -> None:
        self.members.append(member)
        member.add_self()
        self.facts.types |= member.facts.types
        for device in member.facts.devices:
            if device not in self.facts.devices:
                self.facts.devices.append(device)
        for measure in MEASURES:
            self.counts[measure] += member.counts[measure]


def by_type(facts: dict[str, Facts], selection: Selection) -> ProfileNode:
    """Op types one below the other: each one's totals are its own and those of all below it."""
    types: dict[str, TypeNode] = {}
    for node in _by_name(facts).values():
        if selection.counts(node.facts.types):
            types.setdefault(node.facts.op_type, TypeNode(node.facts.op_type)).take(node)
    for one in types.values():
        one.is_counted = True
        one.add_self()
    nodes = selection.in_order([types[name] for name in sorted(types, key=str.encode)])
    if not selection.starts_anywhere:
        first = next((i for i, node in enumerate(nodes) if selection.starts(node)), len(nodes))
        nodes = nodes[first:]
    root = ProfileNode(Facts(ROOT, SCOPE))
    _chain(root, nodes)
    shown = []
    for depth, node in enumerate(nodes):
        if selection.ends(node, depth):
            break
        if selection.shows(node, depth):
            shown.append(node)
    if selection.only_shown:
        _chain(root, shown)
    for above, below in zip([root, *shown], shown, strict=False):
        above.shown = [below]
    return root


def _chain(root: ProfileNode, nodes: Sequence[ProfileNode]) -> None:
    """Totals of each node: its own and those of the nodes behind it."""
    below: ProfileNode | None = None
    for node in [*reversed(nodes), root]:
        node.reset()
        if node is not root:
            node.add_self()
        if below is not None:
            node.add(below)
        below = node
