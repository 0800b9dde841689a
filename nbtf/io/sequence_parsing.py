"""SequenceExamples as tensors: a context, and lists of features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.io.example_parsing import checked_scalar
from nbtf.io.feature_keys import FeatureKeys, as_asked, sparse_tensors
from nbtf.io.features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, VarLenFeature
from nbtf.ragged.ragged_tensor import RaggedTensor

_IN_CONTEXT = (VarLenFeature, FixedLenFeature, RaggedFeature)
_IN_LISTS = (VarLenFeature, FixedLenSequenceFeature, RaggedFeature)


def parse_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_names: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Serialized SequenceExamples, strings [N]: the context, the feature lists, and how long the dense lists are.

    context_features: key -> FixedLenFeature, VarLenFeature or RaggedFeature, tensors [N, ...]. sequence_features: key ->
    FixedLenSequenceFeature, filled up with zeros, VarLenFeature or RaggedFeature: tensors [N, list, ...].
    Raises ValueError where there are neither, and for features that do not fit each other.
    """
    if not (context_features or sequence_features):
        words = "argument are None, but at least one should have values."
        raise ValueError(f"Both `context_features` and `sequence_features` {words}")
    context, lists = _keys(context_features, sequence_features)
    with name_scope(name, "ParseSequenceExample", [serialized, example_names]):
        found = _parsed(serialized, context, lists, example_names, name)
        return as_asked(found[0], context), as_asked(found[1], lists), found[2]


def parse_single_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """`parse_sequence_example` of one SequenceExample, a scalar string: tensors without the first axis."""
    if not (context_features or sequence_features):
        words = "are None, but at least one should have values."
        raise ValueError(f"Both context_features and sequence_features {words}")
    context, lists = _keys(context_features, sequence_features)
    with name_scope(name, "ParseSingleSequenceExample", [serialized, example_name]):
        with name_scope(name, "ParseSingleExample", [serialized, example_name]):
            serialized = checked_scalar(convert_to_tensor(serialized, name="serialized"), "serialized")
        found = _parsed(serialized, context, lists, example_name, name)
        return as_asked(found[0], context), as_asked(found[1], lists)


def _keys(context_features: Any, sequence_features: Any) -> tuple[FeatureKeys, FeatureKeys]:
    context, lists = FeatureKeys(context_features, _IN_CONTEXT), FeatureKeys(sequence_features, _IN_LISTS)
    for key in lists.defaults:
        raise ValueError(f"Value feature_list.dense_defaults[{key}] must be None")
    return context, lists


def _parsed(
    serialized: Any, context: FeatureKeys, lists: FeatureKeys, names: Any, name: str | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    with name_scope(name, "ParseSequenceExample", [serialized, names]):
        serialized = convert_to_tensor(serialized, name="serialized")
        if (context.ragged or lists.ragged) and serialized.shape.ndims is None:
            raise ValueError("serialized must have statically-known rank to parse ragged features.")
        made = raw.ParseSequenceExampleV2(
            serialized,
            [] if names is None else names,
            list(context.sparse),
            list(context.dense),
            list(context.ragged),
            list(lists.sparse),
            list(lists.dense),
            list(lists.ragged),
            list(lists.may_miss.values()),
            context.default_tensors(),
            Ncontext_sparse=len(context.sparse),
            Nfeature_list_sparse=len(lists.sparse),
            Nfeature_list_dense=len(lists.dense),
            context_sparse_types=list(context.sparse.values()),
            context_dense_shapes=list(context.shapes.values()),
            context_ragged_value_types=list(context.ragged.values()),
            context_ragged_split_types=list(context.splits.values()),
            feature_list_sparse_types=list(lists.sparse.values()),
            feature_list_dense_types=list(lists.dense.values()),
            feature_list_dense_shapes=list(lists.shapes.values()),
            feature_list_ragged_value_types=list(lists.ragged.values()),
            feature_list_ragged_split_types=list(lists.splits.values()),
            name=name,
        )
        sparse = sparse_tensors(made.context_sparse_indices, made.context_sparse_values, made.context_sparse_shapes)
        in_lists = sparse_tensors(
            made.feature_list_sparse_indices, made.feature_list_sparse_values, made.feature_list_sparse_shapes
        )
    batched = bool(serialized.shape.ndims)
    rows = made.context_ragged_values
    if batched:
        rows = [RaggedTensor(*parts) for parts in zip(rows, made.context_ragged_row_splits, strict=True)]
    steps = [
        RaggedTensor(*parts)
        for parts in zip(made.feature_list_ragged_values, made.feature_list_ragged_inner_splits, strict=True)
    ]
    if batched:
        steps = [RaggedTensor(*parts) for parts in zip(steps, made.feature_list_ragged_outer_splits, strict=True)]
    return (
        _by_key(context, sparse, made.context_dense_values, rows),
        _by_key(lists, in_lists, made.feature_list_dense_values, steps),
        dict(zip(lists.dense, made.feature_list_dense_lengths, strict=True)),
    )


def _by_key(keys: FeatureKeys, sparse: Any, dense: Any, ragged: Any) -> dict[str, Any]:
    kinds = ((keys.sparse, sparse), (keys.dense, dense), (keys.ragged, ragged))
    return {key: value for names, values in kinds for key, value in zip(names, values, strict=True)}
