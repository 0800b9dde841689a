"""Examples as tensors: parse_example, parse_single_example, and what else turns text into numbers."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from nbtf.array.shapes import rank
from nbtf.control_flow.assertion import assert_v1
from nbtf.control_flow.grouping import with_dependencies
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.io.feature_keys import FeatureKeys, as_asked, sparse_tensors
from nbtf.io.features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, SparseFeature, VarLenFeature
from nbtf.math.operands import equal
from nbtf.ragged.ragged_tensor import RaggedTensor
from nbtf.tensor_shape import TensorShape

_FEATURES = (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature, RaggedFeature)

decode_json_example = OpFunction("DecodeJSONExample")
decode_compressed = OpFunction("DecodeCompressed")


def parse_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """The features of serialized Examples: strings [N] -> key -> tensor [N, ...], SparseTensor or RaggedTensor.

    features: key -> FixedLenFeature, VarLenFeature, SparseFeature, FixedLenSequenceFeature (with allow_missing) or
    RaggedFeature. example_names: strings [N] that messages name the Examples by. Raises ValueError for no features and
    for ones that do not fit each other; a run refuses what is no Example, and features that are missing or of another
    dtype or length.
    """
    if not features:
        raise ValueError("Argument `features` cannot be None.")
    keys = example_keys(features)
    parsed = _parsed(serialized, keys, [] if example_names is None else example_names, name)
    return as_asked(parsed, keys)


def parse_single_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """`parse_example` of one Example, a scalar string: tensors without the first axis."""
    if not features:
        raise ValueError("Invalid argument: features cannot be None.")
    with name_scope(name, "ParseSingleExample", [serialized, example_names]):
        keys = example_keys(features)
        serialized = checked_scalar(convert_to_tensor(serialized, name="serialized"), "serialized")
        parsed = _parsed(serialized, keys, [] if example_names is None else example_names, name)
        return as_asked(parsed, keys)


def example_keys(features: Mapping[str, Any]) -> FeatureKeys:
    """Features of Examples by what is parsed. Raises ValueError for those that nothing can parse."""
    keys = FeatureKeys(features, _FEATURES)
    if not all(keys.may_miss.values()):
        raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")
    for key in keys.may_miss:
        keys.shapes[key] = _with_unknown_rows(keys.shapes[key])
    return keys


def _with_unknown_rows(shape: TensorShape) -> TensorShape:
    """A shape with an axis of unknown length before it."""
    return TensorShape([None]).concatenate(shape)


def _parsed(serialized: Any, keys: FeatureKeys, names: Any, name: str | None) -> dict[str, Any]:
    with name_scope(name, "ParseExample", [serialized, names]):
        serialized = convert_to_tensor(serialized, name="serialized")
        if keys.ragged and serialized.shape.ndims is None:
            raise ValueError("serialized must have statically-known rank to parse ragged features.")
        made = raw.ParseExampleV2(
            serialized,
            names,
            list(keys.sparse),
            list(keys.dense),
            list(keys.ragged),
            keys.default_tensors(),
            num_sparse=len(keys.sparse),
            sparse_types=list(keys.sparse.values()),
            ragged_value_types=list(keys.ragged.values()),
            ragged_split_types=list(keys.splits.values()),
            dense_shapes=list(keys.shapes.values()),
            name=name,
        )
        sparse = sparse_tensors(made.sparse_indices, made.sparse_values, made.sparse_shapes)
        ragged: Sequence[Any] = made.ragged_values
        if serialized.shape.ndims:
            ragged = [RaggedTensor(*parts) for parts in zip(ragged, made.ragged_row_splits, strict=True)]
    found = dict(zip(keys.sparse, sparse, strict=True)) | dict(zip(keys.dense, made.dense_values, strict=True))
    return found | dict(zip(keys.ragged, ragged, strict=True))


def checked_scalar(value: Tensor, name: str) -> Any:
    """A scalar, or what a run refuses unless it is one. Raises ValueError for another static rank."""
    known = value.shape.ndims
    if known is None:
        check = assert_v1(
            equal(rank(value), 0), [f"Input {name} must be a scalar"], name=f"{name.capitalize()}IsScalar"
        )
        value = with_dependencies([check], value, f"{name}Dependencies")
        value.set_shape([])
        return value
    if known:
        raise ValueError(f"Input {name} must be a scalar")
    return value


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
) -> list[Any]:
    """The fields of CSV records: strings [...] -> a tensor [...] a column, of the dtype of its default.

    record_defaults: a tensor a column: what stands for an empty field; an empty one refuses empty fields. na_value:
    another word for an empty field. select_cols: the columns wanted. Raises ValueError for columns that do not
    increase.
    """
    if select_cols is not None:
        if any(one >= other for one, other in itertools.pairwise(select_cols)):
            raise ValueError("select_cols is not strictly increasing.")
        if select_cols and select_cols[0] < 0:
            raise ValueError("select_cols contains negative values.")
        if len(select_cols) != len(record_defaults):
            raise ValueError("Length of select_cols and record_defaults do not match.")
    columns: list[Any] = raw.DecodeCSV(
        records,
        record_defaults,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        select_cols=list(select_cols or ()),
        name=name,
    )
    return columns
