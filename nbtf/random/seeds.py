"""Seeds of random operations: the graph's and the operation's own make the pair that the operation gets.

Where the graph has a seed and the operation has none, the operation gets a number instead: TensorFlow 2.15 counts such
operations of the graph from 0, TensorFlow 1.15 takes how many operations the graph had. nbtf does the former;
`tf.compat.op_seeds("1.15")`, or the environment variable NBTF_OP_SEEDS=1.15, makes the numbers that a TensorFlow 1.15 program
drew.
"""

from __future__ import annotations

import os
import weakref
from typing import Any, Literal

from nbtf.graph import default_stacks
from nbtf.graph.graph import Graph

_DEFAULT_GRAPH_SEED = 87654321
_LARGEST = 2**31 - 1

Rule = Literal["2.15", "1.15"]
_RULES = ("2.15", "1.15")
_rule: list[str | None] = [None]
_requests: weakref.WeakKeyDictionary[Graph, int] = weakref.WeakKeyDictionary()  # graph -> numbers given out


def op_seeds(rule: Rule | None = None) -> str:
    """Sets which TensorFlow's numbers operations without a seed get, "2.15" or "1.15", and gives the one in force.

    None changes nothing. Raises ValueError for any other word.
    """
    if rule is not None:
        _rule[0] = _checked(rule)
    chosen = _rule[0]
    if chosen is None:
        chosen = _rule[0] = _checked(os.environ.get("NBTF_OP_SEEDS") or "2.15")
    return chosen


def _checked(rule: str) -> str:
    if rule not in _RULES:
        raise ValueError(f"The rule of op seeds is one of {_RULES}, not {rule!r}.")
    return rule


def set_random_seed(seed: int | None) -> None:
    """The graph-level seed of the default graph: random operations made from now on have repeatable streams."""
    default_stacks.get_default_graph().seed = seed


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """(seed, seed2) of an operation with the seed `op_seed`; (None, None) where neither it nor the graph has one."""
    graph = default_stacks.get_default_graph()
    if graph.seed is None and op_seed is None:
        return None, None
    if graph.seed is None:
        pair: tuple[Any, Any] = (_DEFAULT_GRAPH_SEED, op_seed)
    else:
        pair = (graph.seed, _next_seed(graph) if op_seed is None else op_seed)
    seeds = int(pair[0]) % _LARGEST, int(pair[1]) % _LARGEST
    return (0, _LARGEST) if seeds == (0, 0) else seeds  # two zeros would ask for a seed from outside


def _next_seed(graph: Graph) -> int:
    if op_seeds() == "1.15":
        return graph.version
    number = _requests.get(graph, 0)
    _requests[graph] = number + 1
    return number
