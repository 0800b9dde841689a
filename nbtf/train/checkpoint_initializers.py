"""Variables whose initial values come from a checkpoint."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbtf import logging
from nbtf.checkpoint.reader import load_checkpoint
from nbtf.checkpoint.state import latest_checkpoint
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import device
from nbtf.graph.tensor import Tensor
from nbtf.train.saveable import by_name, saveables_of
from nbtf.train.vocabularies import initialize_remapped
from nbtf.variables.store import variable_store
from nbtf.variables.variable import Variable

Path = str | os.PathLike[str]


def init_from_checkpoint(ckpt_dir_or_file: Path, assignment_map: Mapping[str, Any]) -> None:
    """Changes the initializers of variables: they read a checkpoint, of a prefix or the latest of a folder.

    assignment_map: name in the checkpoint -> variable, list of the parts of one, or name of one; or "scope/" in the
    checkpoint -> "other/" of the graph's: all variables under it; "/" is the root.
    Raises ValueError for what is not in the checkpoint, or has another shape there.
    """
    path = os.fspath(ckpt_dir_or_file)
    prefix = latest_checkpoint(path) if os.path.isdir(path) else path
    with load_checkpoint(path) as reader:
        shapes = reader.get_variable_to_shape_map()
    for name, target in sorted(assignment_map.items(), key=lambda item: item[0]):
        variable = _variable(target)
        if variable is not None:
            if name not in shapes:
                raise ValueError(f"Tensor {name} is not found in {path} checkpoint {shapes}")
            if isinstance(variable, Variable) and not variable.shape.is_compatible_with(shapes[name]):
                raise ValueError(
                    f"Shape of variable {variable.name} ({variable.shape}) doesn't match with shape of tensor {name} "
                    f"({shapes[name]}) from checkpoint reader."
                )
            _initialize_from(prefix, name, variable)
            continue
        for inside, found in _variables_under(target, name):
            stored = _stored_name(inside, target, name)
            if stored not in shapes:
                raise ValueError(
                    f"Tensor {stored} ({inside.removeprefix('/')} in {name}) is not found in {path} checkpoint"
                )
            _initialize_from(prefix, stored, found)


def _variable(target: Any) -> Any:
    """The variable or the parts that an assignment names; None for a scope."""
    if isinstance(target, Variable):
        return target
    if isinstance(target, (list, tuple)) and all(isinstance(part, Variable) for part in target):
        return target
    return _by_name(target)


def _by_name(name: str) -> Any:
    """A variable of the graph's store; the parts of a partitioned one."""
    known = variable_store()._variables
    if name in known:
        return known[name]
    parts: list[Any] = []
    while f"{name}/part_{len(parts)}" in known:
        parts.append(known[f"{name}/part_{len(parts)}"])
    return parts or None


def _variables_under(target: str, name: str) -> Iterator[tuple[str, Any]]:
    """(name behind the scope, variable or parts) of all variables of a scope, by name."""
    scope = target.rpartition("/")[0]
    if not name.endswith("/"):
        raise ValueError(
            f"Assignment map with scope only name {scope} should map to scope only {name}. Should be 'scope/': "
            "'other_scope/'."
        )
    inside = {full.partition("/part_")[0] for full in variable_store()._variables}
    for full in sorted(one for one in inside if not scope or one.startswith(f"{scope}/")):
        yield full[len(scope) :], _by_name(full)


def _stored_name(inside: str, target: str, name: str) -> str:
    behind = inside if target == "/" else inside[1:]
    return (behind if name == "/" else name + behind).removesuffix("/")


def _initialize_from(prefix: str | None, name: str, variable: Any) -> None:
    for part in variable if isinstance(variable, (list, tuple)) else [variable]:
        info = part._save_slice_info if isinstance(variable, (list, tuple)) else None
        _set_initializer(prefix, name, "" if info is None else info.spec, part)
        logging.debug("Initialize variable %s from checkpoint %s with %s", part.name, prefix, name)


def _set_initializer(prefix: str | None, name: str, spec: str, variable: Variable) -> None:
    with device(variable.device), device("/cpu:0"):
        (restored,) = raw.RestoreV2(prefix, [name], [spec], [variable.dtype.base_dtype], name="checkpoint_initializer")
        ((key, saved),) = by_name([variable]).items()
        (saveable,) = saveables_of(saved, key)
    assign = saveable.restore([restored], None)
    restored.set_shape(variable.shape)
    variable._initializer_op = assign.op if isinstance(assign, Tensor) else assign
    variable._initial_value = restored


# ---- warm starts -----------------------------------------------------------------------------------------------------


def warm_start(
    ckpt_to_initialize_from: Path,
    vars_to_warm_start: str | Sequence[Any] | None = ".*",
    var_name_to_vocab_info: Mapping[str, Any] | None = None,
    var_name_to_prev_var_name: Mapping[str, str] | None = None,
) -> None:
    """Changes the initializers of variables of the default graph: they read a checkpoint.

    vars_to_warm_start: a pattern of names of trainable variables; a list of patterns of global variables, or of
    variables. var_name_to_vocab_info: name of a variable -> tf.train.VocabInfo, whose rows or columns come in a new
    order. var_name_to_prev_var_name: name of a variable -> its name in the checkpoint, where that differs.
    Raises ValueError for what is not in the checkpoint, or names no variable.
    """
    logging.info("Warm-starting from: %s", ckpt_to_initialize_from)
    groups = _grouped(vars_to_warm_start)
    renamed, vocabularies = dict(var_name_to_prev_var_name or {}), dict(var_name_to_vocab_info or {})
    path = os.fspath(ckpt_to_initialize_from)
    prefix = latest_checkpoint(path) if os.path.isdir(path) else path
    assignments = {}
    for name, variables in sorted(groups.items()):
        if name in vocabularies:
            initialize_remapped(variables, vocabularies[name], str(prefix), renamed.get(name, name))
        elif vars_to_warm_start:
            assignments[renamed.get(name, name)] = variables[0] if len(variables) == 1 else variables
    init_from_checkpoint(ckpt_to_initialize_from, assignments)
    _refuse_unused("var_name_to_prev_var_name", renamed, groups)
    _refuse_unused("var_name_to_vocab_info", vocabularies, groups)


def _refuse_unused(argument: str, named: Mapping[str, Any], groups: Mapping[str, Any]) -> None:
    unused = set(named) - set(groups)
    if unused:
        raise ValueError(
            f"You provided the following variables in {argument} that were not used: {unused}.  Perhaps you misspelled "
            f"them?  Here is the list of viable variable names: {groups.keys()}"
        )


def _grouped(vars_to_warm_start: Any) -> dict[str, list[Any]]:
    """Name in a checkpoint -> the variable, or the parts of it."""
    if vars_to_warm_start is None or isinstance(vars_to_warm_start, str):
        logging.info("Warm-starting variables only in TRAINABLE_VARIABLES.")
        found = get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=vars_to_warm_start)
    elif not isinstance(vars_to_warm_start, list):
        raise ValueError(f"`vars_to_warm_start must be a `list` or `str`.  Given type is {type(vars_to_warm_start)}")
    elif all(isinstance(one, str) for one in vars_to_warm_start):
        found = [v for scope in vars_to_warm_start for v in get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope)]
    elif all(isinstance(one, (Variable, list)) for one in vars_to_warm_start):
        found = vars_to_warm_start
    else:
        raise ValueError(
            "If `vars_to_warm_start` is a list, it must be all `Variable` or all `str`.  Given types are "
            f"{[type(one) for one in vars_to_warm_start]}"
        )
    groups: dict[str, list[Any]] = {}
    for one in found:
        parts = one if isinstance(one, list) else [one]
        (name,) = by_name(parts)
        groups.setdefault(name, []).extend(part for part in parts if part not in groups.get(name, []))
    return groups
