"""The frames of while loops, checked as TensorFlow does before it runs a graph: part of what is run, and no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from nbtf.compiler.ir import Node
from nbtf.errors import InvalidArgumentError
from nbtf.graph.verifier import type_text

_ENTERS = frozenset({"Enter", "RefEnter"})
_EXITS = frozenset({"Exit", "RefExit"})
_MERGES = frozenset({"Merge", "RefMerge"})


class _Frame:
    """A loop, or what is outside of all. One object a frame: they may nest deeper than a comparison could recurse."""

    def __init__(self, name: str, parent: _Frame | None) -> None:
        self.name = name
        self.parent = parent


def check_frames(nodes: Sequence[Node]) -> None:
    """All inputs of a node lie in one frame, an Enter names its frame, an Exit lies in a loop, a Merge has one type.

    The walk is breadth first from what has no inputs, as TensorFlow's is, so that of several faults the same one is
    named. Raises InvalidArgumentError.
    """
    for node in nodes:
        if node.op_type in _MERGES:
            _check_merge(node)
    known = _Frames()
    readers: dict[Node, dict[Node, None]] = {node: {} for node in nodes}
    waiting = deque[Node]()
    frames: dict[Node, _Frame] = {}
    found_from: dict[Node, Node] = {}
    for node in nodes:
        sources = [source for source in (*[v.node for v in node.inputs], *node.controls) if source in readers]
        for source in sources:
            readers[source][node] = None
        if not sources:
            frames[node] = known.inside(node, known.root)
            waiting.append(node)
    while waiting:
        source = waiting.popleft()
        frame = _after(source, frames[source])
        for node in readers[source]:
            if node not in frames:
                frames[node], found_from[node] = known.inside(node, frame), source
                waiting.append(node)
            elif _around(node, frames[node]) != frame:
                raise InvalidArgumentError(
                    None,
                    node.origin,
                    f"{_shown(node)} has inputs from different frames. The input {_shown(source)} is in frame "
                    f"'{frame.name}'. The input {_shown(found_from[node])} is in frame "
                    f"'{_around(node, frames[node]).name}'.",
                )


def _check_merge(node: Node) -> None:
    """What comes round a loop was not there when the Merge was made: it may be of any type."""
    wanted = node.outputs[0].dtype
    for i, value in enumerate(node.inputs):
        if value.dtype != wanted:
            name = value.node.name
            message = f"Input {i} of node {node.name} was passed {type_text(value.dtype)} from {name}:{value.index}"
            raise InvalidArgumentError(None, node.origin, f"{message} incompatible with expected {type_text(wanted)}.")


class _Frames:
    """One object a frame: Enters of one name in one frame share it."""

    def __init__(self) -> None:
        self.root = _Frame("", None)
        self._known: dict[tuple[_Frame, str], _Frame] = {}

    def inside(self, node: Node, around: _Frame) -> _Frame:
        """The frame that a node belongs to when its inputs lie in `around`."""
        if node.op_type not in _ENTERS:
            return around
        name = str(node.attrs.frame_name)
        if not name:
            raise InvalidArgumentError(None, node.origin, f"The Enter {_shown(node)} must have a frame name.")
        return self._known.setdefault((around, name), _Frame(name, around))


def _around(node: Node, own: _Frame) -> _Frame:
    """The frame of a node's inputs."""
    if node.op_type in _ENTERS:
        assert own.parent is not None
        return own.parent
    return own


def _after(node: Node, own: _Frame) -> _Frame:
    """The frame of a node's outputs."""
    if node.op_type not in _EXITS:
        return own
    if own.parent is None:
        raise InvalidArgumentError(
            None, node.origin, f"{_shown(node)}: Invalid {node.op_type} op: Cannot find a corresponding Enter op."
        )
    return own.parent


def _shown(node: Node) -> str:
    return f"{{{{node {node.name}}}}}"
