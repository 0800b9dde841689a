"""PyFunc: Python functions of arrays, called between two stretches of the loop."""

import traceback

import numpy as np

from nbtf import errors
from nbtf.checkpoint.arrays import type_name
from nbtf.dtypes import as_dtype
from nbtf.graph import python_functions
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op

_ERRORS = (
    ((ValueError, TypeError), errors.InvalidArgumentError),
    ((StopIteration,), errors.OutOfRangeError),
    ((MemoryError,), errors.ResourceExhaustedError),
    ((NotImplementedError,), errors.UnimplementedError),
)
"""What the exceptions of a Python function become; any other becomes an UnknownError."""


def _failed(call, error):
    kind = next((kind for classes, kind in _ERRORS if isinstance(error, classes)), errors.UnknownError)
    lines = traceback.format_exception(error)
    return kind(None, call.node.origin, f"{type(error).__name__}: {error}\n{''.join(lines)}")


def _as_array(value):
    """A returned value as an array; text as bytes."""
    array = np.asarray(value, order="C")
    if array.dtype.kind == "U":
        return np.array([text.encode() for text in array.reshape(-1).tolist()], object).reshape(array.shape)
    return array.astype(object) if array.dtype.kind == "S" else array


def _checked(call, results):
    """What the function returned as arrays of the dtypes that the node states."""
    wanted = call.attrs.Tout
    values = list(results) if isinstance(results, (tuple, list)) else [] if results is None else [results]
    token = call.attrs.token
    if len(values) != len(wanted):
        message = f"{token} returns {len(values)} values, but expects to see {len(wanted)} values."
        raise errors.InvalidArgumentError(None, call.node.origin, message)
    try:
        arrays = [_as_array(value) for value in values]
        dtypes = [as_dtype("string" if array.dtype == object else array.dtype) for array in arrays]
    except (TypeError, ValueError) as error:
        raise _failed(call, error) from error
    for i, (found, dtype) in enumerate(zip(dtypes, wanted, strict=True)):
        if found != dtype:
            message = f"{i}-th value returned by {token} is {type_name(found)}, but expects {type_name(dtype)}"
            raise errors.InvalidArgumentError(None, call.node.origin, message)
    return arrays


def _call(call, *inputs):
    function = python_functions.find(call.attrs.token)
    if function is None:
        message = f"ValueError: callback {call.attrs.token} is not found"
        raise errors.InvalidArgumentError(None, call.node.origin, message)
    arrays = [array.copy()[()] for array in inputs]  # the function may keep or change what it gets
    try:
        results = function(*arrays)
    except errors.OpError:
        raise
    except Exception as error:
        raise _failed(call, error) from error
    return _checked(call, results)


@op("PyFunc", "PyFuncStateless")
class PyFunc:
    """What the Python function `token` returns for the inputs as arrays: scalars as numpy scalars, strings as bytes."""

    host = _call
    gradient = NOT_DIFFERENTIABLE


def _eager_gradient(op, *dys):
    """The function behind the node knows how to build its gradient."""
    return python_functions.find(op.get_attr("token").decode()).gradient(op, dys)


@op("EagerPyFunc")
class EagerPyFunc:
    """What the Python function `token` returns for the inputs as tensors that have their values already."""

    host = _call
    gradient = _eager_gradient
