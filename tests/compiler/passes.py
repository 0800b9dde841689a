"""A graph run with all passes and without one of them: what it gives, and which ops ran."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire import schema


class Ran(NamedTuple):
    """values: of the fetches. ops: op types of the instructions, in order. folded: what the session keeps."""

    values: list[Any]
    ops: list[str]
    folded: list[np.ndarray[Any, Any]]


def without(*passes: str) -> Any:
    """A ConfigProto that switches passes off by name."""
    config = schema.ConfigProto()
    for name in passes:
        config.graph_options.rewrite_options.custom_optimizers.add(name=name).parameter_map["enable"].b = False
    return config


def run(build: Callable[[], tuple[list[Any], dict[Any, Any]]], *off: str) -> Ran:
    """build: in a new graph, fetches and feeds."""
    with Graph().as_default():
        fetches, feeds = build()
        with Session(config=without(*off)) as session:
            values = session.run(fetches, feeds)
            (executable,) = session._executables.values()
            folded = list(session._resources.folded.arrays.values())
    program = executable.program
    return Ran(values, [i.node.op_type for i in program.instructions if i.node is not None], folded)
