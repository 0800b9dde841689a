"""What an exported model receives: placeholders, and the features that they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

from nbtf import dtypes
from nbtf.graph.feeding import placeholder
from nbtf.graph.kinds_of_values import is_tensor
from nbtf.io.example_parsing import parse_example
from nbtf.tensor_shape import TensorShape

_KINDS = "must be a Tensor, SparseTensor, or RaggedTensor."


class _Receiver(NamedTuple):
    features: Any
    receiver_tensors: dict[str, Any]
    receiver_tensors_alternatives: dict[str, dict[str, Any]] | None


class ServingInputReceiver(_Receiver):
    """What a model for serving receives.

    features: name -> tensor, what the model function gets; a tensor alone is called "feature". receiver_tensors: name ->
    tensor, what a caller feeds; a tensor alone is called "input". receiver_tensors_alternatives: name -> other
    receiver_tensors, for more signatures. Raises ValueError for anything else.
    """

    __slots__ = ()

    def __new__(cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: Any = None) -> Self:
        return super().__new__(
            cls,
            _checked_features(features),
            _checked_receivers(receiver_tensors),
            _checked_alternatives(receiver_tensors_alternatives),
        )


class TensorServingInputReceiver(_Receiver):
    """As ServingInputReceiver, but the model function gets one tensor for its features, not a dictionary."""

    __slots__ = ()

    def __new__(cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: Any = None) -> Self:
        if features is None:
            raise ValueError("features must be defined.")
        if not is_tensor(features):
            raise ValueError(f"feature {_KINDS}")
        return super().__new__(
            cls, features, _checked_receivers(receiver_tensors), _checked_alternatives(receiver_tensors_alternatives)
        )


class SupervisedInputReceiver(NamedTuple):
    """What a model for training or evaluation receives."""

    features: Any
    labels: Any
    receiver_tensors: dict[str, Any]


def _checked_features(features: Any) -> dict[Any, Any]:
    if features is None:
        raise ValueError("features must be defined.")
    named = features if isinstance(features, Mapping) else {"feature": features}
    for name, tensor in named.items():
        if not is_tensor(tensor):
            raise ValueError(f"feature {name} {_KINDS}")
    return dict(named)


def _checked_receivers(tensors: Any, what: str = "receiver_tensor") -> dict[str, Any]:
    if tensors is None:
        raise ValueError(f"{what}s must be defined.")
    named = tensors if isinstance(tensors, Mapping) else {"input": tensors}
    for name, tensor in named.items():
        if not isinstance(name, str):
            raise ValueError(f"{what} keys must be strings: {name}.")
        if not is_tensor(tensor):
            raise ValueError(f"{what} {name} {_KINDS}")
    return dict(named)


def _checked_alternatives(alternatives: Any) -> dict[str, dict[str, Any]] | None:
    if alternatives is None:
        return None
    if not isinstance(alternatives, Mapping):
        raise ValueError(f"receiver_tensors_alternatives must be a dict: {alternatives}.")
    return {name: _checked_receivers(one, "receiver_tensors_alternative") for name, one in alternatives.items()}


# ---- functions that make them ----------------------------------------------------------------------------------------


def build_raw_serving_input_receiver_fn(
    features: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """A function of no arguments whose model is fed the features themselves.

    features: name -> tensor whose name, dtype and shape a placeholder gets; the first dim becomes default_batch_size.
    """

    def receiver_fn() -> ServingInputReceiver:
        tensors = _placeholders(features, default_batch_size)
        return ServingInputReceiver(dict(tensors), tensors)

    return receiver_fn


def build_parsing_serving_input_receiver_fn(
    feature_spec: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """A function of no arguments whose model is fed serialized Examples, strings [default_batch_size].

    feature_spec: name -> FixedLenFeature, VarLenFeature ..., as tf.io.parse_example takes them.
    """

    def receiver_fn() -> ServingInputReceiver:
        examples = placeholder(dtypes.string, [default_batch_size], name="input_example_tensor")
        return ServingInputReceiver(parse_example(examples, feature_spec), {"examples": examples})

    return receiver_fn


def build_raw_supervised_input_receiver_fn(
    features: Any, labels: Any, default_batch_size: int | None = None
) -> Callable[[], SupervisedInputReceiver]:
    """A function of no arguments whose model, for training or evaluation, is fed features and labels themselves.

    features, labels: name -> tensor, or a tensor alone, called "input" and "label".
    Raises ValueError where both have a name in common.
    """
    named_features = features if isinstance(features, Mapping) else {"input": features}
    named_labels = labels if isinstance(labels, Mapping) else {"label": labels}
    shared = set(named_features) & set(named_labels)
    if shared:
        raise ValueError(f"Features and labels must have distinct keys. Found overlapping keys: {shared}")

    def receiver_fn() -> SupervisedInputReceiver:
        received_features = _placeholders(named_features, default_batch_size)
        received_labels = _placeholders(named_labels, default_batch_size)
        return SupervisedInputReceiver(
            received_features if isinstance(features, Mapping) else received_features["input"],
            received_labels if isinstance(labels, Mapping) else received_labels["label"],
            {**received_features, **received_labels},
        )

    return receiver_fn


def _placeholders(tensors: Mapping[str, Any], batch_size: int | None) -> dict[str, Any]:
    found = {}
    for name, tensor in tensors.items():
        shape = tensor.get_shape()
        if shape.ndims is not None:
            shape = TensorShape([batch_size]).concatenate(shape[1:])
        found[name] = placeholder(tensor.dtype.base_dtype, shape, name=tensor.op.name)
    return found
