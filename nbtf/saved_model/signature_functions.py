"""Signatures of objects that are saved: functions that take keyword arguments and return a dict of tensors."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from nbtf import nest
from nbtf.eager.concrete_functions import CallableFunction
from nbtf.eager.tracing import Function
from nbtf.saved_model.object_view import functions_of
from nbtf.saved_model.restored_objects import SignatureMap
from nbtf.saved_model.signature_constants import DEFAULT_SERVING_SIGNATURE_DEF_KEY

_DEFAULT = "_default_save_signature"


def signature_map(root: Any, signatures: Any) -> SignatureMap:
    """The functions of the signatures, by name. None: the root's only function that can be one, if there is one only.

    Raises ValueError for what is no function with known arguments, and for results that are no tensors.
    """
    if signatures is None:
        signatures = _only_function(root)
        if signatures is None:
            return SignatureMap()
    if not isinstance(signatures, Mapping):
        signatures = {DEFAULT_SERVING_SIGNATURE_DEF_KEY: signatures}
    return SignatureMap({str(key): _wrapped(str(key), one) for key, one in signatures.items()})


def _only_function(root: Any) -> Any:
    possible = []
    for name, function in functions_of(root).items():
        if name == _DEFAULT:
            return function
        found = _concrete(function)
        if found is not None and _can_be_signature(found):
            possible.append(function)
    return possible[0] if len(possible) == 1 else None


def _can_be_signature(function: CallableFunction) -> bool:
    try:
        return bool(_outputs(function.output_specs, function, ""))
    except ValueError:
        return False


def _concrete(function: Any) -> CallableFunction | None:
    """The function with known arguments that this is, if it is one."""
    if isinstance(function, Function) and function.input_signature is not None:
        return function.get_concrete_function()
    return function if isinstance(function, CallableFunction) else None


def _wrapped(key: str, function: Any) -> CallableFunction:
    found = _concrete(function)
    if found is None:
        raise ValueError(
            f"Expected a TensorFlow function for which to generate a signature, but got {function}. Only `tf.functions` "
            "with an input signature or concrete functions can be used as a signature."
        )
    specs = {str(one.name): one for one in found._flat_specs()}

    def signature_wrapper(**kwargs: Any) -> Any:
        return _outputs(found._called_with([kwargs[name] for name in specs]), found, key)

    signature_wrapper.__name__ = f"signature_wrapper_{found.python_name}"
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in sorted(specs)]
    return Function(signature_wrapper, None, inspect.Signature(parameters)).get_concrete_function(**specs)


def _outputs(results: Any, function: CallableFunction, key: str) -> dict[str, Any]:
    """Results as a dict. Raises ValueError for those that are no tensors."""
    if isinstance(results, Mapping):
        found = dict(results)
    else:
        many = results if isinstance(results, (list, tuple)) else [results]
        found = {f"output_{i}": one for i, one in enumerate(many)}
    for name, value in found.items():
        if not isinstance(name, str):
            raise ValueError(
                f"Got a dictionary with a non-string key {name!r} in the output of the function {function.name} used to "
                f"generate the SavedModel signature {key!r}."
            )
        if nest.is_nested(value) or not hasattr(value, "dtype"):
            raise ValueError(
                f"Got a non-Tensor value {value!r} for key {name!r} in the output of the function {function.name} used to "
                f"generate the SavedModel signature {key!r}. Outputs for functions used as signatures must be a single "
                "Tensor, a sequence of Tensors, or a dictionary from string to Tensor."
            )
    return found
