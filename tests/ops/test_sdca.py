"""Dual coordinate ascent: TensorFlow's numbers where the order of examples is known, and the optimum where it is not."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ops.table import Bad, refusal_tests, run_op

import nbtf as tf

CASES = json.loads((Path(__file__).parents[1] / "golden" / "sdca.json").read_text())
INPUTS = {
    "sparse_example_indices": np.int64,
    "sparse_feature_indices": np.int64,
    "sparse_feature_values": np.float32,
    "dense_features": np.float32,
    "example_weights": np.float32,
    "example_labels": np.float32,
    "sparse_indices": np.int64,
    "sparse_weights": np.float32,
    "dense_weights": np.float32,
    "example_state_data": np.float32,
}
LISTS = INPUTS.keys() - {"example_weights", "example_labels", "example_state_data"}
ATTRS = {"loss_type": "logistic_loss", "l1": 0.0, "l2": 1.0, "num_loss_partitions": 1, "num_inner_iterations": 1}


def operands(inputs: dict[str, Any]) -> list[Any]:
    """In the order of the signature."""
    return [
        [np.array(one, dtype) for one in inputs[name]] if name in LISTS else np.array(inputs[name], dtype)
        for name, dtype in INPUTS.items()
    ]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['attrs']['loss_type']}-{i % 3}" for i, case in enumerate(CASES)])
def test_numbers_are_tensorflows(case: dict[str, Any]) -> None:
    found = [one.tolist() for one in run_op("SdcaOptimizer", operands(case["inputs"]), case["attrs"], known=False)[0]]
    assert found in case["answers"]


def test_every_order_comes() -> None:
    """Of two examples with features in common, whose numbers tell which one came first."""
    case = CASES[5]
    assert len(case["answers"]) == 2
    attrs = {name: value for name, value in case["attrs"].items() if name != "adaptative"}
    inputs = [list(map(tf.constant, one)) if isinstance(one, list) else one for one in operands(case["inputs"])]
    newer = tf.raw_ops.SdcaOptimizerV2(**dict(zip(INPUTS, inputs, strict=True)), **attrs, adaptive=False)
    with tf.Session() as session:
        first = [session.run(newer)[0].tolist() for _ in range(20)]
    assert {str(one) for one in first} == {str(answer[0]) for answer in case["answers"]}


@pytest.mark.parametrize("adaptative", [False, True])
@pytest.mark.parametrize(
    "loss_type", ["logistic_loss", "squared_loss", "hinge_loss", "smooth_hinge_loss", "poisson_loss"]
)
def test_passes_close_the_duality_gap(loss_type: str, adaptative: bool) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20, 3)).astype(np.float32)
    y = (x @ [1, -2, 0.5] + rng.normal(size=20) > 0).astype(np.float32)
    weights, state = tf.Variable(tf.zeros([3])), tf.Variable(tf.zeros([20, 4]))
    new_state, _, (delta,) = tf.train.sdca_optimizer(
        [], [], [], [x], np.ones(20, np.float32), y, [], [], [weights], state, loss_type,
        l1=0.0, l2=2.0, num_loss_partitions=1, num_inner_iterations=1, adaptative=adaptative,
    )  # fmt: skip
    step = tf.group(tf.assign_add(weights, delta), tf.assign(state, new_state))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(60):
            session.run(step)
        found, told, w = session.run([new_state, state, weights])
    gap = found[:, 1].sum() + found[:, 2].sum() + 2.0 * (w @ w)
    assert abs(gap) < 2e-2
    np.testing.assert_allclose(w, (told[:, 0] @ x) / 2.0, rtol=1e-4, atol=1e-5)  # primal and dual belong together


def changed(**inputs: Any) -> list[Any]:
    good = {
        "sparse_example_indices": [[0, 0]],
        "sparse_feature_indices": [[5, 7]],
        "sparse_feature_values": [[1.0, 2.0]],
        "dense_features": [[[0.5]]],
        "example_weights": [1.0],
        "example_labels": [1.0],
        "sparse_indices": [[5, 7, 9]],
        "sparse_weights": [[0.1, 0.2, 0.3]],
        "dense_weights": [[0.1]],
        "example_state_data": np.zeros((1, 4)),
    }
    return operands(good | inputs)


def refused(message: str, attrs: dict[str, Any] | None = None, **inputs: Any) -> Bad:
    return Bad("SdcaOptimizer", changed(**inputs), message, ATTRS | (attrs or {}), at_build=False)


NONE: dict[str, Any] = {key: [] for key in LISTS}

test_refusals = refusal_tests(
    [
        refused("Requires at least one feature to train.", **NONE),
        refused(r"Only labels of 0.0 or 1.0 are supported right now. Found example with label: 3", example_labels=[3]),
        refused(r"Only non-negative labels can be used with the Poisson log loss. Found example with label: -3",
                {"loss_type": "poisson_loss"}, example_labels=[-3]),
        refused(r"Expected shape \[1,4\] for example_state_data, got \[1,3\]", example_state_data=np.zeros((1, 3))),
        refused("example_state_data must be rank 2 but is rank 1", example_state_data=np.zeros(4)),
        refused("Expected 1 example labels but got 2", example_labels=[1, 1]),
        refused("Dense features at index 0 must be rank 2 but is rank 1", dense_features=[[0.5]]),
        refused("Dense features at index 0 have 0 rows for 1 examples", dense_features=[np.zeros((0, 1))]),
        refused("dense_weights at index 0 has 0 elements for 1 columns", dense_weights=[[]]),
        refused(r"Found mismatched example_indices and feature_indices \[0\] vs \[5, 7\]", sparse_example_indices=[[0]]),
        refused("Found sparse feature indices out of valid range: 8", sparse_feature_indices=[[5, 8]]),
        refused("sparse_indices has 3 elements, but sparse_weights 1", sparse_weights=[[0.1]]),
        refused("sparse_feature_values at index 0 has 1 elements for 2 entries", sparse_feature_values=[[1.0]]),
        refused("There are 2 sparse_feature_values, but 1 sparse features", sparse_feature_values=[[1, 2], [1, 2]]),
        Bad("SdcaOptimizerV2", changed(example_labels=[2]), "Only labels of 0.0 or 1.0", ATTRS, at_build=False),
        refused("Duplicate index in sparse vector.", sparse_feature_indices=[[5, 5]]),
    ]
)  # fmt: skip
