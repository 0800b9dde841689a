"""What elements are, under the names that specs had before; and datasets as tensors."""

from __future__ import annotations

from typing import Any

from nbtf.control_flow.type_specs import RaggedTensorSpec, SparseTensorSpec, TensorArraySpec
from nbtf.data.base import dataset_of
from nbtf.data.datasets import Dataset
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec


def TensorStructure(dtype: Any, shape: Any) -> TensorSpec:  # noqa: N802  # TensorFlow's name
    """`tf.TensorSpec`."""
    return TensorSpec(shape, dtype)


def SparseTensorStructure(dtype: Any, shape: Any) -> SparseTensorSpec:  # noqa: N802  # TensorFlow's name
    """`tf.SparseTensorSpec`."""
    return SparseTensorSpec(shape, dtype)


def TensorArrayStructure(  # noqa: N802  # TensorFlow's name
    dtype: Any, element_shape: Any, dynamic_size: bool, infer_shape: bool
) -> TensorArraySpec:
    """`tf.TensorArraySpec`."""
    return TensorArraySpec(element_shape, dtype, dynamic_size, infer_shape)


def RaggedTensorStructure(dtype: Any, shape: Any, ragged_rank: int) -> RaggedTensorSpec:  # noqa: N802
    """`tf.RaggedTensorSpec`."""
    return RaggedTensorSpec(shape, dtype, ragged_rank)


def get_structure(dataset_or_iterator: Any) -> Any:
    """The specs of an element's components, in its structure. Raises TypeError for what has no elements."""
    try:
        return dataset_or_iterator.element_spec
    except AttributeError:
        raise TypeError(
            "Invalid `dataset_or_iterator`. `dataset_or_iterator` must be a `tf.data.Dataset` or tf.data.Iterator "
            f"object, but got {type(dataset_or_iterator)}."
        ) from None


def to_variant(dataset: Dataset) -> Tensor:
    """The dataset as a tensor, a variant []."""
    return dataset._variant_tensor


def from_variant(variant: Tensor, structure: Any) -> Dataset:
    """The dataset that a variant [] is; structure: the specs of its elements' components."""
    return dataset_of(variant, structure)._as_v2()


def enable_debug_mode() -> None:
    """Raises ValueError: functions of elements run in Python in eager mode only."""
    raise ValueError("`enable_debug_mode() is only supported in eager mode.")
