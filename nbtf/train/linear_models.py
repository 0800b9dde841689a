"""tf.train: parts of stochastic dual coordinate ascent."""

from collections.abc import Sequence
from typing import Any

from nbtf.graph.raw_ops import OpFunction, raw

sdca_fprint = OpFunction("SdcaFprint")
sdca_shrink_l1 = OpFunction("SdcaShrinkL1", "sdca_shrink_l1")


def sdca_optimizer(
    sparse_example_indices: Sequence[Any],
    sparse_feature_indices: Sequence[Any],
    sparse_feature_values: Sequence[Any],
    dense_features: Sequence[Any],
    example_weights: Any,
    example_labels: Any,
    sparse_indices: Sequence[Any],
    sparse_weights: Sequence[Any],
    dense_weights: Sequence[Any],
    example_state_data: Any,
    loss_type: str,
    l1: float,
    l2: float,
    num_loss_partitions: int,
    num_inner_iterations: int,
    adaptative: bool = True,
    name: str | None = None,
) -> Any:
    """One pass of stochastic dual coordinate ascent over examples of a linear model, regularized by l1 and l2.

    Sparse feature g, of any number: entries sparse_example_indices[g] (ascending) and sparse_feature_indices[g], int64
    [n_g]; the first few have sparse_feature_values [n_g], others count 1. sparse_weights[g] [m_g] are the weights of the
    ids sparse_indices[g], int64 [m_g]. Dense features: [examples, columns], dense_weights [columns]. example_weights,
    example_labels: [examples]; example_state_data: [examples, 4], zeros at first. loss_type: "logistic_loss",
    "hinge_loss" or "smooth_hinge_loss" of labels 0 and 1, "squared_loss", or "poisson_loss" of labels from 0 on.
    num_loss_partitions: how many workers take such steps at once. adaptative: examples that are far from their best come
    more often. The order of examples is random.

    Returns a named tuple: out_example_state_data [examples, 4] (dual variable, primal loss, dual loss, weight), and what
    to add to the weights: lists out_delta_sparse_weights and out_delta_dense_weights.

    Raises ValueError for lists that do not fit together and for other attributes; in a run InvalidArgumentError for
    labels, indices and shapes that do not fit.
    """
    return raw.SdcaOptimizer(
        sparse_example_indices,
        sparse_feature_indices,
        sparse_feature_values,
        dense_features,
        example_weights,
        example_labels,
        sparse_indices,
        sparse_weights,
        dense_weights,
        example_state_data,
        loss_type=loss_type,
        l1=l1,
        l2=l2,
        num_loss_partitions=num_loss_partitions,
        num_inner_iterations=num_inner_iterations,
        adaptative=adaptative,
        name=name,
    )
