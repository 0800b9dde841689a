"""How the Python objects in collections become messages and come back: variables, savers, queue runners, contexts."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

from nbtf.graph.collections import GraphKeys
from nbtf.wire import schema


class CollectionProto(NamedTuple):
    """What a collection's items are in a MetaGraphDef."""

    message: Any
    to_proto: Callable[..., Any]
    """to_proto(item, export_scope=...) -> message, None for an item that is outside of the scope."""
    from_proto: Callable[..., Any]
    """from_proto(message, import_scope=...) -> item."""


class _Maker(NamedTuple):
    """Where the class is made whose `to_proto` and `from_proto` serve: imported when it is needed."""

    message: str
    module: str
    name: str


_VARIABLE = _Maker("VariableDef", "nbtf.variables.variable", "Variable")
_MAKERS = {
    GraphKeys.GLOBAL_VARIABLES: _VARIABLE,
    GraphKeys.TRAINABLE_VARIABLES: _VARIABLE,
    GraphKeys.MOVING_AVERAGE_VARIABLES: _VARIABLE,
    GraphKeys.LOCAL_VARIABLES: _VARIABLE,
    GraphKeys.MODEL_VARIABLES: _VARIABLE,
    GraphKeys.METRIC_VARIABLES: _VARIABLE,
    GraphKeys.GLOBAL_STEP: _VARIABLE,
    GraphKeys.COND_CONTEXT: _Maker("CondContextDef", "nbtf.graph.control_flow_context", "CondContext"),
    GraphKeys.WHILE_CONTEXT: _Maker("WhileContextDef", "nbtf.graph.while_context", "WhileContext"),
    GraphKeys.SAVERS: _Maker("SaverDef", "nbtf.train.saver", "Saver"),
    GraphKeys.QUEUE_RUNNERS: _Maker("QueueRunnerDef", "nbtf.train.queue_runner", "QueueRunner"),
}
VARIABLE_COLLECTIONS = frozenset(
    [
        GraphKeys.GLOBAL_VARIABLES,
        GraphKeys.LOCAL_VARIABLES,
        GraphKeys.METRIC_VARIABLES,
        GraphKeys.MODEL_VARIABLES,
        GraphKeys.TRAINABLE_VARIABLES,
        GraphKeys.MOVING_AVERAGE_VARIABLES,
        GraphKeys.CONCATENATED_VARIABLES,
        GraphKeys.TRAINABLE_RESOURCE_VARIABLES,
    ]
)
_registered: dict[str, CollectionProto] = {}


def register_proto_function(collection_name: str, proto_type: Any, to_proto: Any, from_proto: Any) -> None:
    """Says how the items of a collection are written and read. Raises KeyError where that is known already."""
    if collection_name in _registered or collection_name in _MAKERS:
        raise KeyError(f"Registering two proto functions with name '{collection_name}'!")
    _registered[collection_name] = CollectionProto(proto_type, to_proto, from_proto)


def describes_objects(collection_name: str) -> bool:
    """Whether the items of a collection are Python objects over the graph, and not values of their own."""
    return collection_name in _registered or collection_name in _MAKERS or collection_name in VARIABLE_COLLECTIONS


def find(collection_name: Any) -> CollectionProto | None:
    """How the items of a collection are written; None where they are plain values or nodes."""
    if collection_name not in _registered and collection_name in _MAKERS:
        maker = _MAKERS[collection_name]
        kind = getattr(importlib.import_module(maker.module), maker.name)
        message = getattr(schema, maker.message)
        _registered[collection_name] = CollectionProto(message, _to_proto, kind.from_proto)
    return _registered.get(collection_name)


def _to_proto(item: Any, export_scope: str | None = None) -> Any:
    return item.to_proto(export_scope=export_scope)
