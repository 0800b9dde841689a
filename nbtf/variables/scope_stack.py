"""VariableScope: what get_variable does in a scope by default; one current scope a graph and thread."""

from __future__ import annotations

import enum
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nbtf import dtypes
from nbtf.dtypes import DType
from nbtf.graph import conversion, default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.graph import Graph
from nbtf.graph.scopes import name_scope
from nbtf.variables.policies import VariableAggregation, VariableSynchronization

if TYPE_CHECKING:
    from nbtf.variables.store import VariableStore

_SCOPES = ("__varscope",)  # a collection that no file has


class _ReuseMode(enum.Enum):
    """AUTO_REUSE: make a variable where there is none, share it where there is."""

    AUTO_REUSE = 1


AUTO_REUSE = _ReuseMode.AUTO_REUSE


class VariableScope:
    """The prefix of variables' names and the defaults of their properties: see `variable_scope`."""

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        custom_getter: Callable[..., Any] | None = None,
        name_scope: str = "",
        dtype: Any = dtypes.float32,
        use_resource: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
    ) -> None:
        self._name = name
        self._initializer = initializer
        self._regularizer = regularizer
        self._reuse = reuse
        self._caching_device = caching_device
        self._partitioner = partitioner
        self._custom_getter = custom_getter
        self._name_scope = name_scope
        self._dtype = dtype
        self._use_resource = use_resource
        self._constraint = constraint

    @property
    def name(self) -> str:
        return self._name

    @property
    def original_name_scope(self) -> str:
        """The name scope, with its slash, in which this variable scope was first opened."""
        return self._name_scope

    @property
    def reuse(self) -> Any:
        """False or None: variables are new. True: they exist. AUTO_REUSE: either."""
        return self._reuse

    @property
    def initializer(self) -> Any:
        return self._initializer

    @property
    def dtype(self) -> DType:
        dtype: DType = self._dtype
        return dtype

    @property
    def use_resource(self) -> bool | None:
        return self._use_resource

    @property
    def regularizer(self) -> Callable[[Any], Any] | None:
        return self._regularizer

    @property
    def caching_device(self) -> Any:
        return self._caching_device

    @property
    def partitioner(self) -> Callable[..., Any] | None:
        return self._partitioner

    @property
    def custom_getter(self) -> Callable[..., Any] | None:
        return self._custom_getter

    @property
    def constraint(self) -> Callable[[Any], Any] | None:
        return self._constraint

    def reuse_variables(self) -> None:
        """From now on variables of this scope exist already."""
        self._reuse = True

    def set_initializer(self, initializer: Any) -> None:
        self._initializer = initializer

    def set_dtype(self, dtype: Any) -> None:
        self._dtype = dtype

    def set_use_resource(self, use_resource: bool | None) -> None:
        self._use_resource = use_resource

    def set_regularizer(self, regularizer: Callable[[Any], Any] | None) -> None:
        self._regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        self._caching_device = caching_device

    def set_partitioner(self, partitioner: Callable[..., Any] | None) -> None:
        self._partitioner = partitioner

    def set_custom_getter(self, custom_getter: Callable[..., Any] | None) -> None:
        self._custom_getter = custom_getter

    def get_collection(self, name: Any) -> list[Any]:
        """Those members of a collection whose name is in this scope."""
        scope = f"{self._name}/" if self._name else None
        return default_stacks.get_default_graph().get_collection(name, scope)

    def trainable_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_variable(
        self,
        var_store: VariableStore,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        custom_getter: Callable[..., Any] | None = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
    ) -> Any:
        """The variable `name` of this scope, from `var_store`; see `get_variable` for the parameters."""
        # variables are named by variable scopes alone
        with name_scope(None):
            if dtype is not None and initializer is not None and not callable(initializer):
                given = conversion.convert_to_tensor(initializer).dtype.base_dtype
                if given != dtypes.as_dtype(dtype):
                    raise ValueError(
                        f"Initializer type '{given}' and explicit dtype '{dtypes.as_dtype(dtype)}' don't match."
                    )
            return var_store.get_variable(
                f"{self._name}/{name}" if self._name else name,
                shape=shape,
                dtype=self._dtype if dtype is None else dtype,
                initializer=self._initializer if initializer is None else initializer,
                regularizer=self._regularizer if regularizer is None else regularizer,
                reuse=self._reuse if reuse is None else reuse,
                trainable=trainable,
                collections=collections,
                caching_device=self._caching_device if caching_device is None else caching_device,
                partitioner=self._partitioner if partitioner is None else partitioner,
                validate_shape=validate_shape,
                use_resource=self._use_resource if use_resource is None else use_resource,
                custom_getter=self._custom_getter if custom_getter is None else custom_getter,
                constraint=self._constraint if constraint is None else constraint,
                synchronization=synchronization,
                aggregation=aggregation,
            )


class ScopeStack(threading.local):
    """The current scope of this thread in one graph, and how often each scope was opened by its name."""

    def __init__(self) -> None:
        self.current_scope = VariableScope(False)
        self._opened: dict[str, int] = {}

    def open(self, name: str) -> None:
        self._opened[name] = self._opened.get(name, 0) + 1

    def close_subscopes(self, name: str | None) -> None:
        """Forgets how often scopes inside of `name` were opened; of None: all scopes."""
        for opened in self._opened:
            if name is None or opened.startswith(f"{name}/"):
                self._opened[opened] = 0

    def counts(self) -> dict[str, int]:
        return dict(self._opened)

    def restore_counts(self, counts: dict[str, int]) -> None:
        self._opened = counts

    def unique_name(self, prefix: str) -> str:
        """`prefix`, numbered if the current scope has opened a scope of that name."""
        outer = self.current_scope.name
        name = f"{outer}/{prefix}" if outer else prefix
        if not self._opened.get(name):
            return prefix
        number = 1
        while self._opened.get(f"{name}_{number}"):
            number += 1
        return f"{prefix}_{number}"


def scope_stack(graph: Graph | None = None) -> ScopeStack:
    """The stack of a graph, the default one if none is given."""
    kept = (graph or default_stacks.get_default_graph()).get_collection_ref(_SCOPES)
    if not kept:
        kept.append(ScopeStack())
    found: ScopeStack = kept[0]
    return found


def get_variable_scope() -> VariableScope:
    """The current variable scope of the default graph."""
    return scope_stack().current_scope


def chained_getters(custom_getter: Any, outer: Any) -> Any:
    """The custom getter of an inner scope, which gets the outer scope's as its getter."""
    if outer is None:
        return custom_getter

    def chained(getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return custom_getter(functools.partial(outer, getter), *args, **kwargs)

    return chained


@contextmanager
def resource_variables_inside() -> Iterator[None]:
    """Variables made inside are resource variables where nothing else is said: functions take no others."""
    scope = get_variable_scope()
    before = scope.use_resource
    scope.set_use_resource(True)
    try:
        yield
    finally:
        scope.set_use_resource(before)
