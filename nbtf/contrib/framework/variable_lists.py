"""tf.contrib.framework: which variables there are, by scope, name and purpose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from nbtf.graph.collections import GraphKeys, get_collection


def get_variables(
    scope: Any = None, suffix: str | None = None, collection: str = GraphKeys.GLOBAL_VARIABLES
) -> list[Any]:
    """The variables of a collection whose names start with `scope`, a regular expression or a variable scope.

    suffix: what their names end with, before the number of the output.
    """
    start = getattr(scope, "name", scope)
    if suffix is not None:
        ending = suffix if ":" in suffix else f"{suffix}:"
        start = f"{start or ''}.*{ending}"
    return get_collection(collection, start)


def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` of those that optimizers change."""
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` of those that inference needs."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` of those that checkpoints leave out."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    """The global variables whose names end with `suffix`."""
    return get_variables(scope, suffix)


def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    """The global variables of that name in any scope; with `scope`, in that scope or in none."""
    return get_variables(scope, f"/{given_name}:|^{given_name}:")


def get_unique_variable(var_op_name: str) -> Any:
    """The global variable whose full name, without the number of the output, is `var_op_name`.

    Raises ValueError where none has that name.
    """
    candidates = get_variables(scope=var_op_name)
    if not candidates:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    for candidate in candidates:
        if candidate.op.name == var_op_name:
            return candidate
    raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")


def get_variables_to_restore(include: Sequence[str] | None = None, exclude: Sequence[str] | None = None) -> list[Any]:
    """The global variables of the scopes in `include` (None: of all) that are in none of the scopes in `exclude`.

    Raises TypeError for what is no list.
    """
    found: list[Any] = []
    if include is None:
        found = get_variables()
    else:
        _check_list(include, "include")
        for scope in include:
            found += get_variables(scope)
    excluded: set[int] = set()
    if exclude is not None:
        _check_list(exclude, "exclude")
        excluded = {id(one) for scope in exclude for one in get_variables(scope)}
    return [one for one in found if id(one) not in excluded]


def _check_list(scopes: Any, name: str) -> None:
    if not isinstance(scopes, (list, tuple)):
        raise TypeError(f"{name} is provided but is not a list or a tuple.")


def filter_variables(
    var_list: Iterable[Any],
    include_patterns: Sequence[str] | None = None,
    exclude_patterns: Sequence[str] | None = None,
    reg_search: bool = True,
) -> list[Any]:
    """The variables whose names match one of the regular expressions to include (None: any name), and none to exclude.

    reg_search: matches may be anywhere in the names; else at their start.
    """
    found = re.search if reg_search else re.match
    included = list(var_list)
    if include_patterns is not None:
        included = [one for one in included if any(found(pattern, one.name) for pattern in include_patterns)]
    return [one for one in included if not any(found(pattern, one.name) for pattern in exclude_patterns or ())]


def get_variable_full_name(var: Any) -> str:
    """The name of a variable in checkpoints: that of the whole for a part of a partitioned one."""
    part = var._save_slice_info
    name: str = var.op.name if part is None else part.full_name
    return name
