"""Records what TensorFlow's SdcaOptimizer answers: sdca.json. Run in TensorFlow's environment.

TensorFlow's order of examples is a new one in each run. So the examples of a case have no features in common, or there are
two of them and `answers` has both orders; all numbers are exact then.
"""

import json
import os
from pathlib import Path
from typing import Any

os.environ.update(CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
import numpy as np
import tensorflow.compat.v1 as tf

LOSSES = ("logistic_loss", "squared_loss", "hinge_loss", "smooth_hinge_loss", "poisson_loss")
LISTS = {
    "sparse_example_indices": np.int64,
    "sparse_feature_indices": np.int64,
    "sparse_feature_values": np.float32,
    "dense_features": np.float32,
    "sparse_indices": np.int64,
    "sparse_weights": np.float32,
    "dense_weights": np.float32,
}
RUNS = 12  # so that both orders of two examples come


def operands(rng: Any, examples: int, columns: int, loss: str, apart: bool) -> dict[str, Any]:
    """Two sparse features, one of them with values, and one dense: apart, each example has features of its own."""
    per = 3
    rows = np.repeat(np.arange(examples), per)
    ids = rows * per + np.tile(np.arange(per), examples) if apart else np.tile(np.arange(per), examples)
    dense = rng.normal(size=(examples, columns))
    if apart:
        dense[:] = [[x if k % examples == i else 0 for k, x in enumerate(row)] for i, row in enumerate(dense)]
    labels = rng.integers(0, 5 if loss == "poisson_loss" else 2, examples)
    signs = 2 * labels - 1
    duals = labels - rng.random(examples) if loss == "poisson_loss" else signs * rng.random(examples)
    weights = max(ids) + 1
    return {
        "sparse_example_indices": [rows, rows[::2]],
        "sparse_feature_indices": [ids * 7 + 5, ids[::2] * 2**40],
        "sparse_feature_values": [rng.normal(size=len(rows))],
        "dense_features": [dense],
        "example_weights": rng.random(examples) * 3,
        "example_labels": labels,
        "sparse_indices": [np.arange(weights)[::-1] * 7 + 5, np.arange(weights) * 2**40],
        "sparse_weights": [rng.normal(size=weights), rng.normal(size=weights)],
        "dense_weights": [rng.normal(size=columns)],
        "example_state_data": np.stack([duals, duals * 0 + 7, duals * 0 + 8, duals * 0 + 9], 1),
    }


def typed(inputs: dict[str, Any]) -> dict[str, Any]:
    single = {name: np.asarray(value, np.float32) for name, value in inputs.items() if name not in LISTS}
    return single | {name: [np.asarray(one, dtype) for one in inputs[name]] for name, dtype in LISTS.items()}


def answer(inputs: dict[str, Any], attrs: dict[str, Any]) -> list[Any]:
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(tf.train.sdca_optimizer(**inputs, **attrs))
    return [one.tolist() for one in (found[0], *found[1], *found[2])]


def answers(inputs: dict[str, Any], attrs: dict[str, Any], orders: int) -> list[Any]:
    found: list[Any] = []
    while len(found) < orders:
        one = answer(inputs, attrs)
        if one not in found:
            found.append(one)
    assert all(answer(inputs, attrs) in found for _ in range(RUNS))
    return found


def main() -> None:
    rng = np.random.default_rng(3)
    cases = []
    for loss in LOSSES:
        for examples, columns, l1, partitions, apart, adaptative in (
            (1, 3, 0.0, 1, True, True),
            (3, 40, 0.4, 3, True, False),
            (2, 5, 0.1, 1, False, False),
        ):
            attrs = {"loss_type": loss, "l1": l1, "l2": 0.75, "num_loss_partitions": partitions}
            attrs |= {"num_inner_iterations": 2, "adaptative": adaptative}
            inputs = typed(operands(rng, examples, columns, loss, apart))
            listed = {k: [x.tolist() for x in v] if k in LISTS else v.tolist() for k, v in inputs.items()}
            cases.append({"inputs": listed, "attrs": attrs, "answers": answers(inputs, attrs, 1 if apart else 2)})
    Path(__file__).with_name("sdca.json").write_text("[" + ",\n".join(json.dumps(one) for one in cases) + "]\n")


if __name__ == "__main__":
    main()
