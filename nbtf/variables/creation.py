"""tf.Variable(...): the creators in force, outermost last, and the default one at the end."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

from nbtf.graph import default_stacks
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.ref_variable import RefVariable
from nbtf.variables.resource_variable import ResourceVariable
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.variable import Variable

_CREATORS = ("__variable_creators",)  # a collection that no file has
_use_resource = [False]


def create_variable(
    initial_value: Any = None,
    trainable: bool | None = None,
    collections: Any = None,
    validate_shape: bool = True,
    caching_device: Any = None,
    name: str | None = None,
    variable_def: Any = None,
    dtype: Any = None,
    expected_shape: Any = None,
    import_scope: str | None = None,
    constraint: Callable[[Any], Any] | None = None,
    use_resource: bool | None = None,
    synchronization: VariableSynchronization = VariableSynchronization.AUTO,
    aggregation: VariableAggregation = VariableAggregation.NONE,
    shape: Any = None,
) -> Any:
    """`tf.Variable(...)`: a new variable of the default graph, its read, and the operation that initializes it.

    initial_value: anything that converts to a tensor, or a function without parameters that makes one. Its shape is
    the variable's, unless validate_shape is false: then that is unknown and may change. trainable: whether it joins
    the trainable variables, on by default. collections: what else it joins, [GLOBAL_VARIABLES] by default.
    caching_device: where its read lives. dtype: what initial_value is converted to. shape: a more general shape.
    constraint: a function from value to value that optimizers apply after updates. use_resource: a resource variable
    instead of a ref. variable_def, import_scope: see `Variable.from_proto`. expected_shape has no effect.

    Raises ValueError without an initial value, for one of an unknown shape, and for policies that exclude each other.
    """
    kwargs: dict[str, Any] = dict(locals())

    def default(**given: Any) -> Any:
        return default_variable_creator(None, **given)

    creators = default_stacks.get_default_graph().get_collection(_CREATORS)
    return functools.reduce(_chained, creators, default)(**kwargs)


def _chained(inner: Callable[..., Any], creator: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **kwargs: creator(inner, **kwargs)


def default_variable_creator(next_creator: Any = None, **kwargs: Any) -> Variable:
    """The creator that makes the variable itself. next_creator: None; there is none after it."""
    assert next_creator is None
    variable_def = kwargs.get("variable_def")
    if variable_def is not None:
        kind = ResourceVariable if variable_def.is_resource else RefVariable
        return kind(variable_def=variable_def, import_scope=kwargs.get("import_scope"))
    use_resource = kwargs.pop("use_resource", None)
    if use_resource is None:
        use_resource = get_variable_scope().use_resource
    if use_resource is None:
        use_resource = resource_variables_enabled()
    return (ResourceVariable if use_resource else RefVariable)(**kwargs)


@contextlib.contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """Variables made inside come from variable_creator(next_creator, **kwargs); an inner scope's creator goes first.

    kwargs: the parameters of tf.Variable. The creator may change them, call next_creator(**kwargs) or not, and
    returns the variable.
    """
    creators = default_stacks.get_default_graph().get_collection_ref(_CREATORS)
    outer = list(creators)
    creators.append(variable_creator)
    try:
        yield
    finally:
        creators[:] = outer


def enable_resource_variables() -> None:
    """From now on new variables are resource variables where nothing else is said."""
    _use_resource[0] = True


def disable_resource_variables() -> None:
    """From now on new variables are ref variables where nothing else is said: the default."""
    _use_resource[0] = False


def resource_variables_enabled() -> bool:
    """Whether new variables are resource variables where nothing else is said."""
    return _use_resource[0]
