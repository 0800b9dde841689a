"""print: values of tensors, among text, on a stream when the graph runs."""

from __future__ import annotations

import logging
import pprint
import random
import sys
from typing import Any

from nbtf import nest
from nbtf.dtypes import string
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.tensor import Tensor

print_v1 = OpFunction("Print", "Print", input="input_")

_LOG_LEVELS = {"info": "log(info)", "warning": "log(warning)", "warn": "log(warning)", "error": "log(error)"}


def print_v2(*inputs: Any, **kwargs: Any) -> Operation:
    """An operation that prints `inputs`, tensors and Python values in any structure, with spaces between them.

    kwargs: output_stream (sys.stderr): sys.stdout, sys.stderr, a function of tf.logging, or "file://<path>", which is
    appended to; summarize (3): so many elements at each end of a dimension, -1 for all; sep (" "); end (a newline); name.
    Raises ValueError for other keywords and streams.
    """
    stream = _stream(kwargs.pop("output_stream", sys.stderr))
    name = kwargs.pop("name", None)
    summarize = kwargs.pop("summarize", 3)
    separator = kwargs.pop("sep", " ")
    end = kwargs.pop("end", "\n")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    text = inputs[0] if len(inputs) == 1 and _is_text(inputs[0]) else None
    if text is None:
        text = _formatted(inputs, separator, summarize, name and f"{name}_format")
    made: Operation = raw.PrintV2(text, output_stream=stream, end=end, name=name)
    return made


def _is_text(value: Any) -> bool:
    return isinstance(value, Tensor) and value.dtype.base_dtype == string and value.dims == ()


def _stream(stream: Any) -> str:
    if stream is sys.stderr:
        return "stderr"
    if stream is sys.stdout:
        return "stdout"
    if isinstance(stream, str) and stream.startswith("file://"):
        return stream
    level = getattr(stream, "__name__", "") if callable(stream) else ""
    module = getattr(stream, "__module__", "")
    if level in _LOG_LEVELS and (module.endswith("logging") or module == logging.__name__):
        return _LOG_LEVELS[level]
    raise ValueError(
        f"Unsupported output stream, logging level, or file.{stream}. Supported streams are sys.stdout, sys.stderr, "
        "tf.logging.info, tf.logging.warning, tf.logging.error. File needs to be in the form of 'file://<filepath>'."
    )


def _formatted(inputs: tuple[Any, ...], separator: str, summarize: int, name: str | None) -> Tensor:
    """A string tensor: the inputs as text, tensors filled in when the graph runs."""
    placeholder = _placeholder("".join(value for value in inputs if isinstance(value, str)))
    tensors: list[Any] = []
    pieces = [value if isinstance(value, str) else _template(value, placeholder, tensors) for value in inputs]
    template = separator.join(pieces)
    text = raw.StringFormat(tensors, template=template, placeholder=placeholder, summarize=summarize, name=name)
    assert isinstance(text, Tensor)
    return text


def _placeholder(text: str) -> str:
    """What stands for a tensor in the template: "{}" and as many digits as it takes to be nowhere in `text`."""
    digits = random.Random(5)  # as TensorFlow draws them
    placeholder = "{}"
    while placeholder in text:
        placeholder += str(digits.randint(0, 9))
    return placeholder


def _template(value: Any, placeholder: str, tensors: list[Any]) -> str:
    def stand_in(leaf: Any) -> Any:
        if isinstance(leaf, Tensor) or hasattr(leaf, "_as_graph_element"):
            tensors.append(leaf)
            return placeholder
        if hasattr(leaf, "dense_shape") and hasattr(leaf, "with_values"):  # a SparseTensor
            tensors.extend([leaf.indices, leaf.values, leaf.dense_shape])
            return f"SparseTensor(indices={placeholder}, values={placeholder}, shape={placeholder})"
        return leaf

    text = pprint.pformat(nest.map_structure(stand_in, value))
    return text.replace(f"'{placeholder}'", placeholder)
