"""What the ops on strings share: functions over arrays of bytes, and attributes as bytes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf.shapes import Dims, copy_dims

Array = np.ndarray[Any, Any]


def each(function: Callable[[bytes], Any], strings: Array, dtype: Any = object) -> Array:
    """The array of function(text) for every string."""
    result = np.empty(strings.shape, dtype)
    flat = result.reshape(-1)
    for i, text in enumerate(strings.reshape(-1)):
        flat[i] = function(text)
    return result


def utf8(attribute: str | bytes) -> bytes:
    """A string attribute as it stands in the file."""
    return attribute if isinstance(attribute, bytes) else attribute.encode()


def of_input(input: Any, out: Dims) -> None:
    """The shape rule of ops that make one element of each of `input`."""
    copy_dims(input, out)


def of_string_tensor(string_tensor: Any, out: Dims) -> None:
    """The same, of `string_tensor`."""
    copy_dims(string_tensor, out)


def of_json_examples(json_examples: Any, out: Dims) -> None:
    """The same, of `json_examples`."""
    copy_dims(json_examples, out)
