"""Tensors written into a text."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import raw


def string_format(
    template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None
) -> Any:
    """`template` with a tensor, or each of a list of them, in the place of each placeholder: a scalar string.

    summarize: so many elements from both ends of each dimension; all if it is -1. Raises ValueError where there are
    more or fewer tensors than placeholders.
    """
    tensors = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    wanted = template.count(placeholder)
    if wanted != len(tensors):
        raise ValueError(
            f"The template expects {wanted} tensors, but the inputs only has {len(tensors)}. Please ensure the number "
            "of placeholders in template matches inputs length."
        )
    return raw.StringFormat(tensors, template=template, placeholder=placeholder, summarize=summarize, name=name)
