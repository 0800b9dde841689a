"""tf.contrib.slim.summaries: summaries of tensors under their own names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf.control_flow.printing import print_v1
from nbtf.graph.collections import GraphKeys, add_to_collection
from nbtf.nn.fractions import zero_fraction
from nbtf.summary.summaries import histogram, image, scalar

__all__ = [
    "add_histogram_summaries",
    "add_histogram_summary",
    "add_image_summaries",
    "add_image_summary",
    "add_scalar_summaries",
    "add_scalar_summary",
    "add_zero_fraction_summaries",
    "add_zero_fraction_summary",
]


def _tag(tensor: Any, name: str | None, prefix: str | None, postfix: str | None = None) -> str:
    return "/".join(part for part in (prefix, name or tensor.op.name, postfix) if part)


def _collected(summary: Any, tensor: Any, tag: str, print_summary: bool) -> Any:
    """A summary, in the collection of summaries; who runs it also prints the tensor if that is wanted."""
    if print_summary:
        summary = print_v1(summary, [tensor], tag)
    add_to_collection(GraphKeys.SUMMARIES, summary)
    return summary


def add_histogram_summary(tensor: Any, name: str | None = None, prefix: str | None = None) -> Any:
    """A histogram of a tensor's elements, a string []. name: the tag, by default the tensor's; prefix: before it."""
    return histogram(_tag(tensor, name, prefix), tensor)


def add_image_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Any:
    """Images [N, H, W, 1, 3 or 4], a string []. print_summary: each run prints the tensor. See add_histogram_summary."""
    tag = _tag(tensor, name, prefix)
    if not print_summary:
        return image(name=tag, tensor=tensor)
    return _collected(image(name=tag, tensor=tensor, collections=[]), tensor, tag, True)


def add_scalar_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Any:
    """A number, a string []. print_summary: each run prints the tensor. See add_histogram_summary."""
    tag = _tag(tensor, name, prefix)
    return _collected(scalar(tag, tensor, collections=[]), tensor, tag, print_summary)


def add_zero_fraction_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Any:
    """The share of a tensor's elements that are 0, a string []. See add_scalar_summary."""
    tag = _tag(tensor, name, prefix, "Fraction_of_Zero_Values")
    return add_scalar_summary(zero_fraction(tensor), tag, print_summary=print_summary)


def add_histogram_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Any]:
    """`add_histogram_summary` of each tensor."""
    return [add_histogram_summary(tensor, prefix=prefix) for tensor in tensors]


def add_image_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Any]:
    """`add_image_summary` of each tensor."""
    return [add_image_summary(tensor, prefix=prefix) for tensor in tensors]


def add_scalar_summaries(tensors: Iterable[Any], prefix: str | None = None, print_summary: bool = False) -> list[Any]:
    """`add_scalar_summary` of each tensor."""
    return [add_scalar_summary(tensor, prefix=prefix, print_summary=print_summary) for tensor in tensors]


def add_zero_fraction_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Any]:
    """`add_zero_fraction_summary` of each tensor."""
    return [add_zero_fraction_summary(tensor, prefix=prefix) for tensor in tensors]
