"""tf.contrib.training: hyperparameters, by name, with types that stay what they were."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from numbers import Integral, Number
from typing import Any

_ASSIGNMENT = re.compile(
    r"""
    (?P<name>[a-zA-Z][\w.]*)
    (\[\s*(?P<index>\d+)\s*\])?
    \s*=\s*
    ( (?P<value>[^,\[]*) | \[(?P<values>[^\]]*)\] )
    ($|,\s*)
    """,
    re.VERBOSE,
)
_BOOLS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


def parse_values(values: str, type_map: Mapping[str, type], ignore_unknown: bool = False) -> dict[str, Any]:
    """What a text says: "a=1,b=[2,3],c[1]=x" -> {"a": 1, "b": [2, 3], "c": {1: "x"}}.

    type_map: name -> type of the value, or of each value of a list; for strings an empty value is "". ignore_unknown:
    names without a type are left out.

    Raises ValueError for what is no such text, values of another type, unknown names and names that come twice.
    """
    found: dict[str, Any] = {}
    at = 0
    while at < len(values):
        match = _ASSIGNMENT.match(values, at)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[at:]}")
        at = match.end()
        name = match["name"]
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        index = None if match["index"] is None else int(match["index"])
        parsed: Any
        if match["value"] is not None:
            parsed = _parsed(match["value"].strip(), type_map[name], name, values)
        elif index is not None:
            raise ValueError(f"Assignment of a list to a list index in {values}")
        else:
            texts = match["values"]
            parsed = [_parsed(one.strip(), type_map[name], name, values) for one in texts.split(",")] if texts else []
        if index is None:
            if name in found:
                raise ValueError(f"Multiple assignments to variable '{name}' in {values}")
            found[name] = parsed
        else:
            elements = found.setdefault(name, {})
            if not isinstance(elements, dict) or index in elements:
                raise ValueError(f"Multiple assignments to variable '{name}[{index}]' in {values}")
            elements[index] = parsed
    return found


def _parsed(text: str, kind: Any, name: str, values: str) -> Any:
    try:
        if issubclass(kind, bool):
            return _BOOLS[text]
        return kind(text)
    except (KeyError, ValueError):
        raise ValueError(
            f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{text}' in {values}"
        ) from None


class HParams:
    """Hyperparameters, which are attributes; each is a number, a bool, a string, a function, None, or a list of them."""

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any) -> None:
        """kwargs: names and values. Raises NotImplementedError for an hparam_def, ValueError as `add_hparam`."""
        if hparam_def is not None:
            raise NotImplementedError("HParams of an HParamDef are not supported: give names and values")
        self._hparam_types: dict[str, tuple[type, bool]] = {}
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        """A new one, whose type is that of the value. Raises ValueError for a name that is taken and for an empty list."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        if isinstance(value, (list, tuple)):
            if not value:
                raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
            self._hparam_types[name] = (type(value[0]), True)
        else:
            self._hparam_types[name] = (type(value), False)
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Another value of the type that it had. Raises KeyError for an unknown name, ValueError for another type."""
        kind, is_list = self._hparam_types[name]
        if isinstance(value, list):
            if not is_list:
                raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
            setattr(self, name, [_cast(name, kind, one) for one in value])
        else:
            if is_list:
                raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
            setattr(self, name, _cast(name, kind, value))

    def del_hparam(self, name: str) -> None:
        """Removes it, if it is there."""
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> HParams:
        """Sets those that a text names, see `parse_values`; the same HParams. Raises ValueError as that does."""
        kinds = {name: kind for name, (kind, _) in self._hparam_types.items()}
        given = parse_values(values, kinds)
        for name, value in given.items():
            if isinstance(value, dict):
                elements = list(getattr(self, name))
                for index, one in value.items():
                    if index >= len(elements):
                        raise ValueError(f"Hyperparameter {name} has {len(elements)} values, no [{index}]")
                    elements[index] = one
                given[name] = elements
        return self.override_from_dict(given)

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> HParams:
        """Sets several; the same HParams. Raises KeyError and ValueError as `set_hparam`."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_model_structure(self, model_structure: Any) -> None:
        self._model_structure = model_structure

    def get_model_structure(self) -> Any:
        return self._model_structure

    def to_json(self, indent: Any = None, separators: tuple[str, str] | None = None, sort_keys: bool = False) -> str:
        """All but functions, as JSON."""
        values = {name: value for name, value in self.values().items() if not callable(value)}
        return json.dumps(values, indent=indent, separators=separators, sort_keys=sort_keys)

    def parse_json(self, values_json: str) -> HParams:
        """Sets those that JSON names; the same HParams. Raises KeyError and ValueError as `set_hparam`."""
        return self.override_from_dict(json.loads(values_json))

    def values(self) -> dict[str, Any]:
        """Name -> value."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        """A value, or `default` where the name is unknown. Raises ValueError for a default of another type."""
        if key not in self._hparam_types:
            return default
        if default is not None:
            kind, is_list = self._hparam_types[key]
            given = default if isinstance(default, list) else [default]
            if isinstance(default, list) != is_list or (is_list and not given):
                raise ValueError(f"Hparam '{key}' of type '{kind}' is incompatible with default={default}")
            for one in given:
                _cast(key, kind, one)
        return getattr(self, key)

    def __contains__(self, key: object) -> bool:
        return key in self._hparam_types

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({sorted(self.values().items())})"

    def __getattr__(self, name: str) -> Any:
        # tells type checkers that there are more attributes
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


def _cast(name: str, kind: type, value: Any) -> Any:
    """A value as one of a type, without loss: an int is a float too, but no bool is a number."""
    if kind is type(None) or callable(value):
        return value
    is_text = issubclass(kind, (str, bytes))
    fits = (
        issubclass(kind, bool) == isinstance(value, bool)
        and not (is_text and not isinstance(value, (str, bytes)))
        and not (issubclass(kind, Integral) and not isinstance(value, Integral))
        and not (issubclass(kind, Number) and not isinstance(value, Number))
    )
    if not fits:
        raise ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    return value if is_text else kind(value)
