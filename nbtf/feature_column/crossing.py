"""Columns of combinations: the values of several features, hashed together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbtf import dtypes
from nbtf.feature_column.categorical import HashedCategoricalColumn
from nbtf.feature_column.interfaces import OlderCategoricalColumn, SparseIds
from nbtf.io.features import VarLenFeature
from nbtf.sparse.counting import cross_hashed


@dataclass(frozen=True)
class CrossedColumn(SparseIds):
    """See `crossed_column`."""

    keys: tuple[Any, ...]
    hash_bucket_size: int
    hash_key: int | None

    @property
    def name(self) -> str:
        return "_X_".join(sorted(one if isinstance(one, str) else one.name for one in self._crossed()))

    def _crossed(self) -> Iterator[Any]:
        """The keys and columns that are crossed: of a crossed column among them its own."""
        for key in self.keys:
            if isinstance(key, CrossedColumn):
                yield from key._crossed()
            else:
                yield key

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        spec: dict[str, Any] = {}
        for key in self.keys:
            spec.update({key: VarLenFeature(dtypes.string)} if isinstance(key, str) else key.parse_example_spec)
        return spec

    @property
    def parents(self) -> list[Any]:
        return list(self.keys)

    @property
    def num_buckets(self) -> int:
        return self.hash_bucket_size

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The ids [N, combinations]. Raises ValueError for a column with weights."""
        crossed = []
        for one in self._crossed():
            if isinstance(one, str):
                crossed.append(transformation_cache.get(one, state_manager))
                continue
            ids, weights = one.get_sparse_tensors(transformation_cache, state_manager)
            if weights is not None:
                raise ValueError(
                    "crossed_column does not support weight_tensor, but the given column populates weight_tensor. "
                    f"Given column: {one.name}"
                )
            crossed.append(ids)
        return cross_hashed(crossed, self.hash_bucket_size, self.hash_key)


def crossed_column(keys: Sequence[Any], hash_bucket_size: int, hash_key: int | None = None) -> CrossedColumn:
    """All combinations of several features' values in an example, hashed into `hash_bucket_size` ids.

    keys: features' keys, whose strings or integers are crossed, and categorical columns, whose ids are; not hashed ones.
    hash_key: another key of the hash. Raises ValueError for fewer than two keys, other columns and no bucket.
    """
    if not hash_bucket_size or hash_bucket_size < 1:
        raise ValueError(f"hash_bucket_size must be > 1. hash_bucket_size: {hash_bucket_size}")
    if not keys or len(keys) < 2:
        raise ValueError(f"keys must be a list with length > 1. Given: {keys}")
    for key in keys:
        if not isinstance(key, (str, OlderCategoricalColumn)):
            raise ValueError(
                "Unsupported key type. All keys must be either string, or categorical column except "
                f"HashedCategoricalColumn. Given: {key}"
            )
        if isinstance(key, HashedCategoricalColumn):
            raise ValueError(
                "categorical_column_with_hash_bucket is not supported for crossing. Hashing before crossing will "
                f"increase probability of collision. Instead, use the feature name as a string. Given: {key}"
            )
    return CrossedColumn(tuple(keys), hash_bucket_size, hash_key)
