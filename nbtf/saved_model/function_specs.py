"""FunctionSpec messages: the parameters of a Python function that became functions of a SavedModel."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from nbtf.saved_model.structured_values import decoded, encoded, named_tuple
from nbtf.wire import schema

_Parameter = inspect.Parameter
_EMPTY = _Parameter.empty


def signature_of(spec: Any) -> inspect.Signature:
    """The parameters, without that of the object of which the function was a method."""
    found = decoded(spec.fullargspec)
    names = list(found.args)[1 if spec.is_method else 0 :]
    defaults = list(found.defaults or ())[-len(names) :] if names else []
    required = len(names) - len(defaults)
    parameters = [
        _Parameter(name, _Parameter.POSITIONAL_OR_KEYWORD, default=defaults[i - required] if i >= required else _EMPTY)
        for i, name in enumerate(names)
    ]
    if found.varargs:
        parameters.append(_Parameter(found.varargs, _Parameter.VAR_POSITIONAL))
    only = found.kwonlydefaults or {}
    parameters += [
        _Parameter(name, _Parameter.KEYWORD_ONLY, default=only.get(name, _EMPTY)) for name in found.kwonlyargs or ()
    ]
    if found.varkw:
        parameters.append(_Parameter(found.varkw, _Parameter.VAR_KEYWORD))
    return inspect.Signature(parameters)


def input_signature_of(spec: Any) -> Sequence[Any] | None:
    """The structures of specs of the positional parameters, if the function had an input signature."""
    found = decoded(spec.input_signature)
    return None if found is None else tuple(found)


def function_spec(signature: inspect.Signature, input_signature: Sequence[Any] | None) -> Any:
    """The message for these parameters. Raises ValueError for default values that no file can hold."""
    kinds: dict[Any, list[inspect.Parameter]] = {}
    for parameter in signature.parameters.values():
        kind = parameter.kind
        kinds.setdefault(_Parameter.POSITIONAL_OR_KEYWORD if kind == _Parameter.POSITIONAL_ONLY else kind, []).append(
            parameter
        )
    positional = kinds.get(_Parameter.POSITIONAL_OR_KEYWORD, [])
    keywords = kinds.get(_Parameter.KEYWORD_ONLY, [])
    defaults = tuple(one.default for one in positional if one.default is not _EMPTY)
    fields = {
        "args": [one.name for one in positional],
        "varargs": _name_of(kinds.get(_Parameter.VAR_POSITIONAL)),
        "varkw": _name_of(kinds.get(_Parameter.VAR_KEYWORD)),
        "defaults": defaults or None,
        "kwonlyargs": [one.name for one in keywords],
        "kwonlydefaults": {one.name: one.default for one in keywords if one.default is not _EMPTY},
        "annotations": {},
    }
    given = None if input_signature is None else tuple(input_signature)
    return schema.FunctionSpec(fullargspec=encoded(named_tuple("FullArgSpec", fields)), input_signature=encoded(given))


def _name_of(parameters: list[inspect.Parameter] | None) -> str | None:
    return parameters[0].name if parameters else None
