"""How far sequences are apart."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import raw
from nbtf.graph.sparse_tensor import SparseTensor, SparseTensorValue


def edit_distance(hypothesis: Any, truth: Any, normalize: bool = True, name: str | None = "edit_distance") -> Any:
    """The Levenshtein distance of sequences, the last axis of two SparseTensors: [..., n], [..., m] -> float32 [...].

    normalize: divided by the length of the truth. Raises TypeError for what is not sparse.
    """
    if not isinstance(hypothesis, (SparseTensor, SparseTensorValue)):
        raise TypeError("Hypothesis must be a SparseTensor.")
    if not isinstance(truth, (SparseTensor, SparseTensorValue)):
        raise TypeError("Truth must be a SparseTensor.")
    return raw.EditDistance(
        hypothesis.indices,
        hypothesis.values,
        hypothesis.dense_shape,
        truth.indices,
        truth.values,
        truth.dense_shape,
        normalize=normalize,
        name=name,
    )
