"""Elements on devices, of which there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.data.datasets import Dataset


def copy_to_device(target_device: str, source_device: str = "/cpu:0") -> Callable[[Dataset], Dataset]:
    """The same dataset: there is no device but the processor, and TensorFlow's nodes that copy are not made."""
    return lambda dataset: dataset


def prefetch_to_device(device: str, buffer_size: Any = None) -> Callable[[Dataset], Dataset]:
    """`Dataset.prefetch`: there is no device but the processor."""
    return lambda dataset: dataset.prefetch(buffer_size)
