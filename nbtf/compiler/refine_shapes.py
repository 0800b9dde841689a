"""Static dims inside loops, of which a graph from a file knows little: what comes round a loop was not there when they
were inferred.

A loop variable is first taken to keep the dims that it starts with. Shape rules tell those of the body from that, and
what comes back either agrees or makes dims unknown, until nothing changes. Then every step holds for every iteration.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from nbtf.compiler.ir import Node, Shape, Value
from nbtf.compiler.known import elements_if_alive
from nbtf.compiler.schedule import ScheduleError, dependency_order
from nbtf.graph.shape_inference import Elements
from nbtf.graph.special_shapes import SPECIAL
from nbtf.shapes import HIDDEN, CheckFailed

_PASSING = frozenset(["Enter", "Exit", "NextIteration", "Switch"])
_MOST_ROUNDS = 20
_MOST_ELEMENTS = 1 << 10  # of a value that a shape rule reads


def refine_shapes(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The same nodes; values that a loop computes may know more of their dims."""
    if not any(node.op_type == "NextIteration" for node in nodes):
        return nodes
    try:
        dims = _Dims(nodes)
    except ScheduleError:
        return nodes  # it is told when the nodes are put into order
    if dims.settle():
        for value, shape in dims.found.items():
            value.shape = shape
    return nodes


class _Dims:
    """What is known so far; a value that no walk has come to yet is not among it."""

    def __init__(self, nodes: list[Node]) -> None:
        self.order = dependency_order(nodes)
        self.kept = _KeptElements(nodes)
        self.found: dict[Value, Shape] = {}

    def settle(self) -> bool:
        """Walks until nothing changes; False if it goes on for too long."""
        return any(not self._walk() for _ in range(_MOST_ROUNDS))

    def _walk(self) -> bool:
        changed = False
        for node in self.order:
            for value, dims in zip(node.outputs, self._outputs(node), strict=True):
                if isinstance(dims, _NotYet):
                    continue
                known = _both(dims, value.shape)
                if value not in self.found or self.found[value] != known:
                    self.found[value] = known
                    changed = True
        return changed

    def _outputs(self, node: Node) -> list[Shape | _NotYet]:
        static = [value.shape for value in node.outputs]
        if all(dims is not None and -1 not in dims for dims in static):
            return list(static)
        inputs = [self.found.get(value, _NOT_YET) for value in node.inputs]
        if node.op_type == "Merge":
            return [_either(inputs), ()]
        if any(isinstance(dims, _NotYet) for dims in inputs):
            return [_NOT_YET] * len(node.outputs)
        if node.op_type in _PASSING or (node.block is not None and node.block.alias is not None):
            return [inputs[0]] * len(node.outputs)
        if node.op_type in ("TensorArrayReadV3", "StackPopV2"):
            return [self.kept.element(node.inputs[0], self.found)]
        if node.op_type == "TensorArrayGatherV3":
            return [_with_first(inputs[1], self.kept.element(node.inputs[0], self.found))]
        return list(_by_rule(node, [dims for dims in inputs if not isinstance(dims, _NotYet)]))


class _NotYet:
    """In the place of dims that the walk has not come to."""


_NOT_YET = _NotYet()


def _either(several: Iterable[Shape | _NotYet]) -> Shape | _NotYet:
    """Dims of which nothing is said but what all agree on."""
    known = [dims for dims in several if not isinstance(dims, _NotYet)]
    if not known:
        return _NOT_YET
    first, *others = known
    for other in others:
        if first is None or other is None or len(first) != len(other):
            return None
        first = tuple(a if a == b else -1 for a, b in zip(first, other, strict=True))
    return first


def _both(one: Shape, two: Shape) -> Shape:
    """What two descriptions of the same value say together."""
    if one is None or two is None or len(one) != len(two):
        return two if one is None else one
    return tuple(b if a == -1 else a for a, b in zip(one, two, strict=True))


def _by_rule(node: Node, inputs: list[Shape]) -> list[Shape]:
    """Dims by the shape rule of the operation that the node is; what is static anyway where there is none."""
    static = [value.shape for value in node.outputs]
    op = node.origin
    if op is None or op.type != node.op_type or op.type in SPECIAL or len(op._inputs) != len(node.inputs):
        return static
    rule = op.kind.shape_rule
    if rule is None or len(static) != len(op._outputs) or any(value.is_handle for value in node.inputs):
        return static
    try:
        found: list[Shape] = rule.apply(op, inputs, lambda at: _elements(node.inputs[at], inputs[at]))
    except (CheckFailed, IndexError, ZeroDivisionError):
        return static  # a run will say so, if it comes to it
    return found


def _elements(value: Value, dims: Shape) -> Elements:
    if dims is None or -1 in dims or math.prod(dims) > _MOST_ELEMENTS:
        return None
    elements = elements_if_alive(value)
    return (HIDDEN,) * math.prod(dims) if elements is None else tuple(elements.reshape(-1).tolist())


# ---- TensorArrays and stacks -----------------------------------------------------------------------------------------

_Keeper = Value | tuple["_Keeper", str]
"""What elements are kept in: the handle of a TensorArrayV3 or StackV2, or an array and the source whose gradients for it are
kept."""

_WRITTEN = {"TensorArrayWriteV3": 2, "TensorArrayScatterV3": 2, "StackPushV2": 1}
"""Op -> the input that holds what is written."""
_NOT_WRITING = frozenset(
    """
    TensorArrayReadV3 TensorArrayGatherV3 TensorArraySizeV3 TensorArrayCloseV3 TensorArrayGradV3 StackPopV2 StackCloseV2
    """.split()  # noqa: SIM905
)


class _KeptElements:
    """What is ever written into TensorArrays and stacks whose handle goes nowhere but to their own ops."""

    def __init__(self, nodes: list[Node]) -> None:
        self._written: dict[_Keeper, list[tuple[Node, Value]]] = {}
        self._escaped: set[_Keeper] = set()
        for node in nodes:
            for value in node.inputs:
                keeper = _keeper(value)
                if keeper is None or _passes_handle(node):
                    continue
                if node.op_type in _WRITTEN:
                    self._written.setdefault(keeper, []).append((node, node.inputs[_WRITTEN[node.op_type]]))
                elif node.op_type not in _NOT_WRITING:
                    self._escaped.add(keeper)

    def element(self, handle: Value, found: dict[Value, Shape]) -> Shape | _NotYet:
        keeper = _keeper(handle)
        return None if keeper is None else self._element_of(keeper, found)

    def _element_of(self, keeper: _Keeper, found: dict[Value, Shape]) -> Shape | _NotYet:
        if keeper in self._escaped:
            return None
        shapes: list[Shape | _NotYet] = [
            _without_first(found[v]) if node.op_type == "TensorArrayScatterV3" else found[v]
            for node, v in self._written.get(keeper, ())
            if v in found
        ]
        if isinstance(keeper, tuple):  # where no gradient was written, a read gives zeros like the array's elements
            return _either([*shapes, self._element_of(keeper[0], found)])
        dims = _either(shapes)
        return dims if isinstance(dims, _NotYet) else _both(dims, _declared(keeper.node))


def _declared(node: Node) -> Shape:
    """Dims of elements that the op which made an array or a stack asks for."""
    declared = getattr(node.attrs, "element_shape", None)
    if declared is None or declared.ndims is None:
        return None
    return tuple(-1 if d is None else d for d in declared.as_list())


def _keeper(value: Value) -> _Keeper | None:
    """What a handle leads to."""
    while value.index == 0 and _passes_handle(value.node):
        value = value.node.inputs[0]
    if value.index != 0:
        return None
    if value.node.op_type == "TensorArrayGradV3":
        array = _keeper(value.node.inputs[0])
        return None if array is None else (array, value.node.attrs.source)
    return value if value.node.op_type in ("TensorArrayV3", "StackV2") else None


def _passes_handle(node: Node) -> bool:
    return node.op_type in ("Enter", "Identity")


def _without_first(dims: Shape) -> Shape:
    return None if dims is None else dims[1:]


def _with_first(indices: Shape | _NotYet, element: Shape | _NotYet) -> Shape | _NotYet:
    """Dims of as many elements as there are indices."""
    if isinstance(element, _NotYet) or isinstance(indices, _NotYet):
        return _NOT_YET
    return None if element is None else ((indices or (-1,))[0], *element)
