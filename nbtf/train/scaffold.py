"""Scaffold: the operations that start a training graph, and what saves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.joining import concat
from nbtf.array.moving import no_op
from nbtf.control_flow.grouping import group
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import constant
from nbtf.graph.scopes import device, name_scope
from nbtf.lookup.initializing import tables_initializer
from nbtf.summary import summaries
from nbtf.train.saver import Saver
from nbtf.variables.initialization import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
)


class Scaffold:
    """What a monitored session needs of a graph. What is not given is made, or found in a collection, by `finalize`.

    init_op, init_feed_dict, init_fn: give variables their first values, where there is no checkpoint. ready_op: names of
    what is not initialized, strings [n]. ready_for_local_init_op: as ready_op, of what local_init_op needs.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Any = None,
        init_fn: Callable[[Scaffold, Any], Any] | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Any = None,
        copy_from_scaffold: Scaffold | None = None,
        local_init_feed_dict: Any = None,
    ) -> None:
        other = copy_from_scaffold
        if other is not None and not isinstance(other, Scaffold):
            raise TypeError("copy_from_scaffold is not a Scaffold instance.")

        def chosen(name: str, given: Any) -> Any:
            return given if given is not None or other is None else getattr(other, name)

        self._init_op = chosen("init_op", init_op)
        self._init_feed_dict = chosen("init_feed_dict", init_feed_dict)
        self._user_init_fn: Callable[[Scaffold, Any], Any] | None = (
            init_fn if init_fn is not None or other is None else other._user_init_fn
        )
        self._ready_op = chosen("ready_op", ready_op)
        self._ready_for_local_init_op = chosen("ready_for_local_init_op", ready_for_local_init_op)
        self._local_init_op = chosen("local_init_op", local_init_op)
        self._local_init_feed_dict = chosen("local_init_feed_dict", local_init_feed_dict)
        self._summary_op = chosen("summary_op", summary_op)
        self._saver = chosen("saver", saver)

    def finalize(self) -> Scaffold:
        """Makes what is missing, and makes the graph unchangeable."""
        if self._init_op is None:
            self._init_op = _kept("init_op", GraphKeys.INIT_OP, _default_init_op)
        if self._ready_op is None:
            self._ready_op = _kept("ready_op", GraphKeys.READY_OP, _default_ready_op)
        if self._ready_for_local_init_op is None:
            self._ready_for_local_init_op = _kept(
                "ready_for_local_init_op", GraphKeys.READY_FOR_LOCAL_INIT_OP, _default_ready_for_local_init_op
            )
        if self._local_init_op is None:
            self._local_init_op = _kept("local_init_op", GraphKeys.LOCAL_INIT_OP, Scaffold.default_local_init_op)
        if self._summary_op is None:
            self._summary_op = _kept("summary_op", GraphKeys.SUMMARY_OP, summaries.merge_all)
        if self._saver is None:
            self._saver = saver_of_graph()
        self._saver.build()
        default_stacks.get_default_graph().finalize()
        return self

    @property
    def init_fn(self) -> Callable[[Any], Any] | None:
        """The function of a session that initializes further, or None."""
        function = self._user_init_fn
        return None if function is None else lambda session: function(self, session)

    @property
    def init_op(self) -> Any:
        return self._init_op

    @property
    def init_feed_dict(self) -> Any:
        return self._init_feed_dict

    @property
    def ready_op(self) -> Any:
        return self._ready_op

    @property
    def ready_for_local_init_op(self) -> Any:
        return self._ready_for_local_init_op

    @property
    def local_init_op(self) -> Any:
        return self._local_init_op

    @property
    def local_init_feed_dict(self) -> Any:
        return self._local_init_feed_dict

    @property
    def summary_op(self) -> Any:
        return self._summary_op

    @property
    def saver(self) -> Any:
        return self._saver

    @staticmethod
    def get_or_default(arg_name: str, collection_key: str, default_constructor: Callable[[], Any]) -> Any:
        """The only element of a collection; where it is empty, a new one, which joins it.

        Raises RuntimeError where there are several.
        """
        return _kept(arg_name, collection_key, default_constructor)

    @staticmethod
    def default_local_init_op() -> Any:
        """Initializes local variables and tables."""
        return group(local_variables_initializer(), tables_initializer(), no_op(name="init"))


def _kept(name: str, key: str, make: Callable[[], Any]) -> Any:
    graph = default_stacks.get_default_graph()
    elements = graph.get_collection(key)
    if len(elements) > 1:
        raise RuntimeError(
            f'More than one item in the collection "{key}". Please indicate which one to use by passing it to the '
            f"tf.Scaffold constructor as:  tf.Scaffold({name}=item to use)"
        )
    if elements:
        return elements[0]
    made = make()
    if made is not None:
        graph.add_to_collection(key, made)
    return made


def saver_of_graph() -> Saver:
    """The graph's saver; a new one, of all variables, where it has none. RuntimeError where it has several."""
    graph = default_stacks.get_default_graph()
    savers = graph.get_collection(GraphKeys.SAVERS)
    if len(savers) > 1:
        raise RuntimeError(
            f"More than one item in collection {GraphKeys.SAVERS}. Please indicate which one to use by passing it to "
            "the constructor."
        )
    if savers:
        return savers[0]  # type: ignore[no-any-return]
    saver = Saver(sharded=True, allow_empty=True)
    graph.add_to_collection(GraphKeys.SAVERS, saver)
    return saver


def _default_init_op() -> Any:
    graph = default_stacks.get_default_graph()
    return group(global_variables_initializer(), no_op(name="init"), graph.get_collection("saved_model_initializers"))


def _no_resources() -> Any:
    """Names of the resources that are not initialized: there are none of their own."""
    with name_scope("report_uninitialized_resources"), device("/cpu:0"):
        return constant([], dtype=dtypes.string)


def _default_ready_op() -> Any:
    return concat([report_uninitialized_variables(), _no_resources()], 0)


def _default_ready_for_local_init_op() -> Any:
    return concat([report_uninitialized_variables(global_variables()), _no_resources()], 0)
