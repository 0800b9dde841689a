"""Strings as numbers, numbers as strings, and hashes of strings."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed

as_string = OpFunction("AsString")
string_to_hash_bucket_fast = OpFunction("StringToHashBucketFast")
string_to_hash_bucket_strong = OpFunction("StringToHashBucketStrong")


def string_to_hash_bucket(
    string_tensor: Any = None, num_buckets: int | None = None, name: str | None = None, input: Any = None
) -> Any:
    """Hash of each string modulo num_buckets, as int64."""
    strings = renamed("input", input, "string_tensor", string_tensor)
    return raw.StringToHashBucket(strings, num_buckets, name=name)


def string_to_number(
    string_tensor: Any = None, out_type: Any = dtypes.float32, name: str | None = None, input: Any = None
) -> Any:
    """The number that each string writes, as out_type; a run refuses what is no number."""
    strings = renamed("input", input, "string_tensor", string_tensor)
    return raw.StringToNumber(strings, out_type, name=name)
