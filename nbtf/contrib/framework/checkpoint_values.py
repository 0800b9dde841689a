"""tf.contrib.framework: variables that get their values from a checkpoint or from arrays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nbtf import logging
from nbtf.checkpoint.reader import NewCheckpointReader
from nbtf.contrib.framework.variable_lists import get_unique_variable, get_variable_full_name
from nbtf.control_flow.grouping import group
from nbtf.graph.feeding import placeholder
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.train.saver import Saver
from nbtf.wire.schema import SaverDef

Variables = Mapping[str, Any] | Sequence[Any]
"""By their names in the checkpoint; or a list of variables, which have the same names there."""


def _by_stored_name(var_list: Variables) -> dict[str, Any]:
    """Name in the checkpoint -> the variable, or the list of its parts."""
    if isinstance(var_list, Mapping):
        return dict(var_list)
    grouped: dict[str, Any] = {}
    for variable in var_list:
        name = get_variable_full_name(variable)
        if name in grouped:
            known = grouped[name]
            grouped[name] = [*known, variable] if isinstance(known, list) else [known, variable]
        else:
            grouped[name] = variable
    return grouped


def _fed(variable: Any, value: np.ndarray) -> tuple[Tensor, Operation]:
    """The placeholder from which an operation assigns to the variable."""
    feed = placeholder(variable.dtype.base_dtype, value.shape, name=f"placeholder/{variable.op.name}")
    return feed, variable.assign(feed)


def assign_from_checkpoint(
    model_path: str | os.PathLike[str], var_list: Variables, ignore_missing_vars: bool = False
) -> tuple[Any, dict[Tensor, np.ndarray]]:
    """(operation, what to feed it) that brings the values of a checkpoint into variables.

    var_list: the variables, by their names in the checkpoint or as a list; lists of the parts of one in place of a
    partitioned variable. Values take the shapes of variables with as many elements. ignore_missing_vars: variables that
    are not in the checkpoint keep their values.

    Raises ValueError for a variable that is missing there or has another number of elements.
    """
    assigned, feeds = [], {}
    with NewCheckpointReader(os.fspath(model_path)) as reader:
        for name, variables in _by_stored_name(var_list).items():
            if not reader.has_tensor(name):
                if not ignore_missing_vars:
                    raise ValueError(f"Checkpoint is missing variable [{name}]")
                logging.warning("Checkpoint is missing variable [%s]", name)
                continue
            stored = np.asarray(reader.get_tensor(name))
            for variable in variables if isinstance(variables, (list, tuple)) else [variables]:
                value = _fitting(stored, variable, name)
                feed, assign = _fed(variable, value)
                feeds[feed] = value
                assigned.append(assign)
    return group(*assigned), feeds


def _fitting(stored: np.ndarray, variable: Any, name: str) -> np.ndarray:
    """What a checkpoint has for a variable, in its shape."""
    part = variable._save_slice_info
    if part is not None:
        if stored.shape != tuple(part.full_shape):
            raise ValueError(
                f"Shape of {name} in the checkpoint, {stored.shape}, is not that of the whole variable, "
                f"{tuple(part.full_shape)}"
            )
        ranges = zip(part.var_offset, part.var_shape, strict=True)
        stored = stored[tuple(slice(offset, offset + length) for offset, length in ranges)]
    shape: Any = variable.get_shape()
    if stored.size != shape.num_elements():
        raise ValueError(
            f"Total size of new array must be unchanged for {name} lh_shape: [{stored.shape}], "
            f"rh_shape: [{tuple(shape.as_list())}]"
        )
    return stored.reshape(shape.as_list())


def assign_from_checkpoint_fn(
    model_path: str | os.PathLike[str],
    var_list: Variables,
    ignore_missing_vars: bool = False,
    reshape_variables: bool = False,
) -> Callable[[Any], Any] | None:
    """A function of a session that restores variables from a checkpoint; None if it has none of them.

    ignore_missing_vars: variables that are not in the checkpoint keep their values. reshape_variables: values take the
    shapes of variables with as many elements. Raises ValueError for no variables.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    path = os.fspath(model_path)
    variables: Any = var_list
    if ignore_missing_vars:
        with NewCheckpointReader(path) as reader:
            variables = {}
            for name, variable in _by_stored_name(var_list).items():
                if reader.has_tensor(name):
                    variables[name] = variable
                else:
                    logging.warning("Variable %s missing in checkpoint %s", name, path)
    if not variables:
        logging.warning("No Variables to restore")
        return None
    saver = Saver(variables, reshape=reshape_variables, write_version=SaverDef.V1)
    return lambda session: saver.restore(session, path)


def assign_from_values(var_names_to_values: Mapping[str, Any]) -> tuple[Any, dict[Tensor, Any]]:
    """(operation, what to feed it) that brings arrays into global variables, by the variables' full names.

    Raises ValueError for a variable that does not exist or has another number of elements.
    """
    assigned, feeds = [], {}
    for name, value in var_names_to_values.items():
        try:
            variable = get_unique_variable(name)
        except ValueError:
            raise ValueError(f"Variable {name} wasn't found") from None
        array = np.asarray(value)
        feed = placeholder(variable.dtype.base_dtype, variable.get_shape(), name=f"placeholder/{name}")
        feeds[feed] = array.reshape(variable.get_shape().as_list())
        assigned.append(variable.assign(feed))
    return group(*assigned), feeds


def assign_from_values_fn(var_names_to_values: Mapping[str, Any]) -> Callable[[Any], Any]:
    """A function of a session that brings arrays into global variables: see `assign_from_values`."""
    assign, feeds = assign_from_values(var_names_to_values)
    return lambda session: session.run(assign, feeds)
