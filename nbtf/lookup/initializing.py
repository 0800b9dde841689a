"""Filling lookup tables with what they hold at first."""

from __future__ import annotations

from nbtf.array.moving import no_op
from nbtf.control_flow.grouping import group
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.graph.operation import Operation


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """An operation that fills all tables of the default graph; one that does nothing where there are none."""
    initializers = get_collection(GraphKeys.TABLE_INITIALIZERS)
    if initializers:
        return group(*initializers, name=name)
    made: Operation = no_op(name=name)
    return made


def initialize_all_tables(name: str = "init_all_tables") -> Operation:
    """`tables_initializer`, under its old name."""
    return tables_initializer(name)
