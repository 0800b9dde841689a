"""tf.variable_scope and tf.get_variable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType
from typing import Any

from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.lookup import graph_of
from nbtf.graph.scopes import name_scope
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.scope_stack import VariableScope, chained_getters, get_variable_scope, scope_stack
from nbtf.variables.store import variable_store


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
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
    """The variable `<current variable scope>/name`: a new one, or the one of that name where the scope reuses.

    initializer: an initializer object or class, a function of shape, dtype and partition_info, or a value; the
    scope's if None, else glorot_uniform for floats and zeros for integers, bool and string. dtype: the scope's,
    float32 by default. regularizer: a function of the variable, whose result joins REGULARIZATION_LOSSES.
    partitioner: a function of shape and dtype that gives the number of parts in each dim; a PartitionedVariable is
    made. custom_getter: a function that is called with the true getter and all of these. See tf.Variable for the rest.

    Raises ValueError for a name that is taken and not shared, or shared and missing; for a shape or dtype that is not
    the existing variable's; and without a shape where nothing tells it.
    """
    return get_variable_scope().get_variable(
        variable_store(),
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def get_local_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = False,
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
    """As `get_variable`, but in LOCAL_VARIABLES and not trainable: checkpoints leave it out."""
    return get_variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=False,
        collections=[*(collections or ()), GraphKeys.LOCAL_VARIABLES],
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


class variable_scope:  # noqa: N801, TensorFlow has a class where a function would do
    """A scope of variables' names, and of operations' names with it:

        with tf.variable_scope("layer", reuse=tf.AUTO_REUSE) as scope:
            w = tf.get_variable("w", [3])     # "layer/w"

    name_or_scope: a name inside the current scope, or a VariableScope to enter again. default_name: used, numbered
    if taken, where name_or_scope is None. values: tensors whose graph becomes the default one. The others are what
    get_variable does by default inside; custom getters of nested scopes chain. reuse: True, AUTO_REUSE, or None or
    False to inherit. auxiliary_name_scope: whether operations' names get the scope.

    Raises TypeError without a name, ValueError where reuse=True has no name.
    """

    def __init__(
        self,
        name_or_scope: Any,
        default_name: str | None = None,
        values: Sequence[Any] | None = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        custom_getter: Callable[..., Any] | None = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if not isinstance(auxiliary_name_scope, bool):
            raise TypeError(f"The auxiliary_name_scope must be `True` or `False`, while get {auxiliary_name_scope}")
        self._name_or_scope = name_or_scope
        self._default_name = default_name
        self._values = list(values or ())
        self._reuse = reuse if reuse else None  # False inherits as None does
        self._auxiliary_name_scope = auxiliary_name_scope
        self._properties = {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "custom_getter": custom_getter,
            "dtype": dtype,
            "use_resource": use_resource,
            "constraint": constraint,
        }
        if self._default_name is None and not isinstance(name_or_scope, (VariableScope, str)):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
        self._entered: list[ExitStack] = []

    def __enter__(self) -> VariableScope:
        with ExitStack() as stack:
            if self._values:
                stack.enter_context(graph_of(self._values).as_default())
            scope = self._enter(stack)
            self._entered.append(stack.pop_all())
        return scope

    def _enter(self, stack: ExitStack) -> VariableScope:
        if self._name_or_scope is None:
            if self._reuse:
                raise ValueError("reuse=True cannot be used without a name_or_scope")
            assert self._default_name is not None
            names = self._enter_names(stack, self._default_name)
            name = scope_stack().unique_name(self._default_name)
            return stack.enter_context(self._variables_of(name, names))
        if isinstance(self._name_or_scope, str):
            names = self._enter_names(stack, self._name_or_scope)
            return stack.enter_context(self._variables_of(self._name_or_scope, names))
        self._enter_names(stack, self._name_or_scope.name.rpartition("/")[2])
        names = self._name_or_scope.original_name_scope
        return stack.enter_context(self._variables_of(self._name_or_scope, names))

    def _enter_names(self, stack: ExitStack, name: str) -> str:
        """Opens a name scope, if one is wanted; gives the current one."""
        if self._auxiliary_name_scope and name:
            return stack.enter_context(name_scope(name))
        current = default_stacks.get_default_graph().get_name_scope()
        return f"{current}/" if current and not self._auxiliary_name_scope else ""

    def _variables_of(self, name_or_scope: Any, names: str) -> AbstractContextManager[VariableScope]:
        return variables_scope(name_or_scope, names, self._reuse, self._properties)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered.pop().__exit__(kind, error, trace)


@contextmanager
def variables_scope(name_or_scope: Any, names: str, reuse: Any, properties: dict[str, Any]) -> Iterator[VariableScope]:
    """Makes a variable scope the current one, without a name scope."""
    stack = scope_stack()
    outer = stack.current_scope
    entering = isinstance(name_or_scope, VariableScope)
    if entering:
        base, name = name_or_scope, name_or_scope.name
        reuse = base.reuse if reuse is None else reuse
        counts = stack.counts()
    else:
        base, name = outer, f"{outer.name}/{name_or_scope}" if outer.name else name_or_scope
        reuse = reuse or outer.reuse
    scope = _derived(base, name, names, reuse, properties)
    stack.open(name)
    stack.current_scope = scope
    try:
        yield scope
    finally:
        stack.close_subscopes(name)
        if entering:
            stack.restore_counts(counts)
        stack.current_scope = outer


def _derived(base: VariableScope, name: str, names: str, reuse: Any, properties: dict[str, Any]) -> VariableScope:
    scope = VariableScope(
        reuse,
        name,
        base.initializer,
        base.regularizer,
        base.caching_device,
        base.partitioner,
        base.custom_getter,
        names,
        base.dtype,
        base.use_resource,
        base.constraint,
    )
    for fact, value in properties.items():
        if value is not None:
            value = chained_getters(value, base.custom_getter) if fact == "custom_getter" else value
            setattr(scope, f"_{fact}", value)
    return scope


@contextmanager
def variable_op_scope(
    values: Sequence[Any],
    name_or_scope: Any,
    default_name: str | None = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    caching_device: Any = None,
    partitioner: Callable[..., Any] | None = None,
    custom_getter: Callable[..., Any] | None = None,
    reuse: Any = None,
    dtype: Any = None,
    use_resource: bool | None = None,
    constraint: Callable[[Any], Any] | None = None,
) -> Iterator[VariableScope]:
    """`variable_scope` as it was spelled before it took `values`."""
    with variable_scope(
        name_or_scope,
        default_name=default_name,
        values=values,
        initializer=initializer,
        regularizer=regularizer,
        caching_device=caching_device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        reuse=reuse,
        dtype=dtype,
        use_resource=use_resource,
        constraint=constraint,
    ) as scope:
        yield scope


def no_regularizer(_: Any) -> None:
    """A regularizer that regularizes nothing, in place of an outer scope's."""
