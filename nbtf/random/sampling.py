"""Random choices among what is given: rows shuffled, parts cropped, classes drawn."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.indexing import slice_
from nbtf.array.shapes import shape as shape_of
from nbtf.control_flow.assertion import assert_v1
from nbtf.graph import conversion
from nbtf.graph.gating import after
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_all
from nbtf.random.distributions import random_uniform
from nbtf.random.seeds import get_seed


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The rows of value in random order. value [n, ...] -> [n, ...]."""
    seed1, seed2 = get_seed(seed)
    made: Tensor = raw.RandomShuffle(value, seed=seed1, seed2=seed2, name=name)
    return made


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of `size` of value at a random place; every dim of size at most value's, which the run checks."""
    with name_scope(name, "random_crop", [value, size]) as scope:
        value = conversion.convert_to_tensor(value, name="value")
        size = conversion.convert_to_tensor(size, dtype=dtypes.int32, name="size")
        shape = shape_of(value)
        fits = assert_v1(reduce_all(shape >= size), ["Need value.shape >= size, got ", shape, size], summarize=1000)
        shape = after([fits], shape)
        limit = shape - size + 1
        offset = random_uniform(shape_of(shape), dtype=size.dtype, maxval=size.dtype.max, seed=seed) % limit
        made: Tensor = slice_(value, offset, size, name=scope)
        return made


def multinomial(
    logits: Any, num_samples: Any, seed: int | None = None, name: str | None = None, output_dtype: Any = None
) -> Tensor:
    """Classes drawn with probabilities softmax(logits). logits [rows, classes] -> int64 [rows, num_samples]."""
    with name_scope(name, "multinomial", [logits]):
        return _classes(logits, num_samples, output_dtype, seed)


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: int | None = None, name: str | None = None
) -> Tensor:
    """`multinomial`, with its parameters in another order."""
    with name_scope(name, "categorical", [logits]):
        return _classes(logits, num_samples, dtype, seed)


def _classes(logits: Any, num_samples: Any, dtype: Any, seed: int | None) -> Tensor:
    logits = conversion.convert_to_tensor(logits, name="logits")
    seed1, seed2 = get_seed(seed)
    dtype = dtypes.int64 if dtype is None else dtype
    made: Tensor = raw.Multinomial(logits, num_samples, seed=seed1, seed2=seed2, output_dtype=dtype)
    return made
