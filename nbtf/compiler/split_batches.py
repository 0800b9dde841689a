"""The part of a net whose tensors are large runs for a few images of a batch at a time, so that they stay in a cache.

From one value on, all ops that treat each image by itself make up a region. Its first ops, as many as pay, become one node
whose instructions run in a loop: what they hand on to each other is written and read in a cache rather than in memory,
while constants are read anew each time round, and what others read is copied. A batch that needs no splitting runs
through without a copy. The results are the same, image by image.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace

from nbtf.compiler.batch_rules import batch_inputs
from nbtf.compiler.folding import is_fixed
from nbtf.compiler.ir import Node, Shape, Value
from nbtf.compiler.purity import leads_elsewhere
from nbtf.compiler.readers import Readers
from nbtf.compiler.schedule import ScheduleError, dependency_order
from nbtf.graph import registry

BATCH_LOOP = "_BatchLoop"
_CACHE_BYTES = 1 << 20  # of a second-level cache: what an op reads and writes of so many images at a time


class _Region:
    """Ops that treat each image of `source` by itself, producers first."""

    def __init__(self, source: Value) -> None:
        self.source = source
        self.nodes: list[Node] = []


def split_batches(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with the first of each region as one node where that pays."""
    try:
        ordered = dependency_order(nodes)
    except ScheduleError:
        return nodes  # it is told when the nodes are put into order
    readers = Readers(nodes, fetched)
    loops: dict[Node, Node] = {}  # the last node of each -> the loop
    absorbed: set[Node] = set()
    for region in _regions(ordered, readers):
        members = region.nodes[: _best_end(region, readers)]
        if members and _may_be_many(region.source, members):
            absorbed.update(members)
            loops[members[-1]] = _loop(region.source, members, readers)
    result: list[Node] = []
    for node in nodes:
        if node in loops:
            result.append(loops[node])
        elif node not in absorbed:
            result.append(node)
    return result


# ---- what belongs together -------------------------------------------------------------------------------------------


def _regions(ordered: list[Node], readers: Readers) -> list[_Region]:
    of_value: dict[Value, _Region] = {}
    of_source: dict[Value, _Region] = {}
    for node in ordered:
        values = _values_of_batch(node, readers)
        if not values:
            continue
        source = values[0]
        region = of_value.get(source) or of_source.setdefault(source, _Region(source))
        if all(value is region.source or of_value.get(value) is region for value in values):
            region.nodes.append(node)
            of_value[node.outputs[0]] = region
    return list(of_source.values())


def _values_of_batch(node: Node, readers: Readers) -> list[Value]:
    """The inputs along whose first dimension the node may be split; none where it may not."""
    values = batch_inputs(node)
    if not values or node.controls or not readers.is_free(node) or leads_elsewhere(node.outputs[0]):
        return []
    if not all(_may_be_split(value.shape) for value in (*values, node.outputs[0])):
        return []
    others = [value for value in node.inputs if value not in values]
    return values if all(is_fixed(value) and not value.node.controls for value in others) else []


def _may_be_split(shape: Shape) -> bool:
    """Whether there may be several images, of known size."""
    return shape is not None and len(shape) > 1 and shape[0] not in (0, 1) and min(shape[1:]) > 0


# ---- what pays -------------------------------------------------------------------------------------------------------


def _best_end(region: _Region, readers: Readers) -> int:
    """How many of the region's nodes the loop takes for most bytes an image to be saved; 0 where it saves none."""
    places = {node: i for i, node in enumerate(region.nodes)}
    ending: dict[int, int] = {}  # place -> bytes of values that nobody behind it reads
    saved, most, best = 0, 0, 0
    for i, node in enumerate(region.nodes):
        value = node.outputs[0]
        size = _bytes_of_image(value)
        saved -= sum(_fixed_bytes(node)) + 2 * size  # as if it were read outside, and copied
        last = max((places.get(reader, len(places)) for reader in readers.of(value)), default=i)
        if not readers.is_fetched(value) and last < len(places):
            ending[last] = ending.get(last, 0) + size
        saved += 4 * ending.get(i, 0)  # no copy, and neither written to memory nor read from it
        if saved > most and i > 0:
            most, best = saved, i + 1
    return best


def _bytes_of_image(value: Value) -> int:
    assert value.shape is not None
    return math.prod(value.shape[1:]) * value.dtype.itemsize


def _fixed_bytes(node: Node) -> Iterator[int]:
    for value in node.inputs:
        if is_fixed(value) and value.shape is not None and -1 not in value.shape:
            yield math.prod(value.shape) * value.dtype.itemsize


def _may_be_many(source: Value, members: list[Node]) -> bool:
    """Whether a batch may be larger than what goes through at a time."""
    assert source.shape is not None
    return source.shape[0] == -1 or source.shape[0] > _images_at_once(members)


# ---- the loop --------------------------------------------------------------------------------------------------------


def _loop(source: Value, members: list[Node], readers: Readers) -> Node:
    """A node whose outputs are the members' values that others read; `at_once` images go through it at a time."""
    inside = set(members)
    seen = [
        node.outputs[0]
        for node in members
        if readers.is_fetched(node.outputs[0]) or not inside.issuperset(readers.of(node.outputs[0]))
    ]
    constants = dict.fromkeys(v for node in members for v in node.inputs if v.node not in inside and v is not source)
    attrs = SimpleNamespace(nodes=members, at_once=_images_at_once(members))
    last = members[-1]
    node = Node(BATCH_LOOP, f"{last.name}/batch", last.index, attrs, last.origin, registry.find(BATCH_LOOP))
    node.inputs = [source, *constants]
    node.outputs = seen
    for member in members:
        value = member.outputs[0]
        if value not in seen:
            assert value.shape is not None
            value.shape = (attrs.at_once, *value.shape[1:])  # no more, so its memory can be planned
    for index, value in enumerate(seen):
        value.node, value.index = node, index
    return node


def _images_at_once(members: list[Node]) -> int:
    """As many as fit a cache where they take most room."""
    most = max(
        sum(_bytes_of_image(value) for value in (*(batch_inputs(node) or ()), node.outputs[0])) for node in members
    )
    return max(_CACHE_BYTES // most, 1)
