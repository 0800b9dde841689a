"""Stochastic dual coordinate ascent for linear models: fingerprints of feature names, and shrinking of weights."""

import numpy as np

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_hash import fingerprint128
from nbtf.shapes import at_most, check_rank, copy_dims, product


def _fingerprints(call, input):
    found = np.empty((len(input), 2), np.int64)
    for i, text in enumerate(input):
        found[i] = np.array(fingerprint128(text), np.uint64).view(np.int64)
    return found


@op("SdcaFprint")
class SdcaFprint:
    """FarmHash's 128-bit fingerprints, the low words first: input [n] -> int64 [n, 2]."""

    host = _fingerprints
    checked = True
    gradient = NOT_DIFFERENTIABLE

    def shape(input):
        check_rank(input, 1)
        return (input[0], 2)


@op("SdcaOptimizer")
class SdcaOptimizer:
    """One pass over examples of a linear model: their dual variables, and by how much the weights move.

    Sparse feature g has entries sparse_example_indices[g], ascending, and sparse_feature_indices[g], each [n_g]; the first
    of these features have sparse_feature_values [n_g], others count 1. sparse_weights[g] [m_g] are the weights of the
    features sparse_indices[g] [m_g]. dense_features are [examples, columns], dense_weights [columns]; example_weights and
    example_labels [examples]; example_state_data [examples, 4]: the dual variable, the primal and the dual loss before
    the pass, the weight. The order of examples is random, another one in each run; with adaptative, examples whose dual
    variable is far from its best come more often than others. num_inner_iterations changes nothing, as in TensorFlow.
    """

    kernel = "sdca_optimizer"
    stateful = True  # the order differs from run to run
    keeps = {"stream": 1}
    shrinks = ("out_example_state_data",)
    gradient = NOT_DIFFERENTIABLE
    workspace = {
        "begins": "int64",
        "places": "int64",
        "firsts": "int64",
        "table": "int64",
        "seen": "int64",
        "lanes": "float32",
        "terms": "float32",
        "norms": "float64",
        "order": "int64",
        "odds": "float64",
        "sums": "float64",
        "picked": "int64",
    }

    def workspace_size(sparse_feature_indices, dense_features, example_weights, sparse_indices, sparse_weights):
        examples, features = product(example_weights), len(sparse_feature_indices)
        entries, ids, weights, widest = 0, 0, 0, 0
        for g in range(features):
            entries += product(sparse_feature_indices[g])
            ids = max(ids, product(sparse_indices[g]))
            weights = max(weights, product(sparse_weights[g]))
        for g in range(len(dense_features)):
            for i in range(1, len(dense_features[g])):
                widest = max(widest, dense_features[g][i])
        begins = features * (examples + 1)
        return (
            *(begins, entries, features + 1, 2 * ids + 1, weights, 32, widest),
            *(examples, examples, examples, examples, examples),
        )

    def shape(example_weights, sparse_weights, dense_weights, out):
        out[0].append(at_most(product(example_weights)))
        out[0].append(4)
        for g in range(len(sparse_weights)):
            copy_dims(sparse_weights[g], out[1 + g])
        for g in range(len(dense_weights)):
            copy_dims(dense_weights[g], out[1 + len(sparse_weights) + g])


@op("SdcaOptimizerV2")
class SdcaOptimizerV2:
    """SdcaOptimizer with its attribute spelled `adaptive`."""

    stateful = True
    gradient = NOT_DIFFERENTIABLE
    shape = SdcaOptimizer.shape

    def lower(node, r):
        names = (
            "loss_type",
            "num_sparse_features",
            "num_sparse_features_with_values",
            "num_dense_features",
            "l1",
            "l2",
        )
        attrs = {name: getattr(node.attrs, name) for name in (*names, "num_loss_partitions", "num_inner_iterations")}
        forms = [(one.dtype, one.shape) for one in node.outputs]
        return r.add("SdcaOptimizer", node.inputs, forms, adaptative=node.attrs.adaptive, **attrs)


@op("SdcaShrinkL1")
class SdcaShrinkL1:
    """Each weight by l1 / l2 nearer to 0, or 0: weights, float32 variables of any shapes."""

    gradient = NOT_DIFFERENTIABLE

    def lower(node, r):
        # a step of proximal descent whose gradient is zero
        l1, l2 = np.float32(node.attrs.l1), np.float32(node.attrs.l2)
        with np.errstate(divide="ignore", invalid="ignore"):
            threshold = r.constant(np.divide(l1, l2, dtype=np.float32))
        one, none = r.constant(np.float32(1)), r.constant(np.float32(0))
        for weights in node.inputs:
            dtype, form = weights.dtype, [(weights.dtype, weights.shape)]
            (value,) = r.add("_ReadRef", [weights], form)
            (zeros,) = r.add("ZerosLike", [value], form, T=dtype)
            r.add("ResourceApplyProximalGradientDescent", [weights, one, threshold, none, zeros], [], T=dtype,
                  use_locking=False)  # fmt: skip
        return []
