"""How objects are saved as a SavedModel."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any


class VariablePolicy(enum.Enum):
    """What is saved of variables beside their values: nothing, their devices, or those and what is spread over several."""

    NONE = None
    SAVE_VARIABLE_DEVICES = "save_variable_devices"
    EXPAND_DISTRIBUTED_VARIABLES = "expand_distributed_variables"

    @classmethod
    def from_obj(cls, value: Any) -> VariablePolicy:
        """The policy of this name, in any case. Raises ValueError where there is none."""
        if isinstance(value, cls):
            return value
        for policy in cls:
            if policy.value == (value.lower() if isinstance(value, str) else value):
                return policy
        raise ValueError(f"Received invalid VariablePolicy value: {value}.")


class SaveOptions:
    """Options of saving.

    namespace_whitelist: name spaces of custom ops that the model may have. save_debug_info: whether stack traces are
    saved. function_aliases: name -> tf.function, by which a loader finds it. experimental_io_device: where files are
    written. experimental_variable_policy: a VariablePolicy or its name. experimental_custom_gradients: whether gradient
    functions are saved. experimental_image_format: protocols beyond 2 GB. experimental_skip_saver: leave the restoring
    nodes out. Raises TypeError or ValueError for white lists and policies that are none.
    """

    __slots__ = (
        "experimental_custom_gradients",
        "experimental_image_format",
        "experimental_io_device",
        "experimental_skip_saver",
        "experimental_variable_policy",
        "function_aliases",
        "namespace_whitelist",
        "save_debug_info",
    )

    def __init__(
        self,
        namespace_whitelist: Sequence[str] | None = None,
        save_debug_info: bool = False,
        function_aliases: Mapping[str, Any] | None = None,
        experimental_io_device: str | None = None,
        experimental_variable_policy: VariablePolicy | str | None = None,
        experimental_custom_gradients: bool = True,
        experimental_image_format: bool = False,
        experimental_skip_saver: bool = False,
    ) -> None:
        self.namespace_whitelist = _checked(namespace_whitelist)
        self.save_debug_info = save_debug_info
        self.function_aliases = dict(function_aliases or {})
        self.experimental_io_device = experimental_io_device
        self.experimental_variable_policy = VariablePolicy.from_obj(experimental_variable_policy)
        self.experimental_custom_gradients = experimental_custom_gradients
        self.experimental_image_format = experimental_image_format
        self.experimental_skip_saver = experimental_skip_saver


def _checked(names: Any) -> list[str] | None:
    if names is None:
        return None
    if not isinstance(names, list):
        raise TypeError(f"`namespace_whitelist` must be a list of strings. Got: {names} with type {type(names)}.")
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"Whitelisted namespace must be a string. Got: {name} of type {type(name)}.")
    return list(names)
