"""Record what TensorFlow builds and answers for the programs of tests/programs.

    python tests/golden/make_programs.py [area/name ...]

Writes programs/<area>/<name>.nodes (a line a node, then what was fetched and raised) and .npz (the values). Programs of
the area `contrib` also need the package tf-slim, which is what TensorFlow 2 left of tf.contrib.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np
import tensorflow.compat.v1 as tf

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from programs import comparison


def contrib() -> SimpleNamespace:
    """tf.contrib as far as it lives on: most of it in tf-slim, the cells and their loops in tf.nn."""
    from tensorflow.python.framework import ops
    from tensorflow.python.ops import array_ops, control_flow_ops, variable_scope

    # tf-slim looks for these where they were before 2.15
    ops.Tensor, ops.IndexedSlices, variable_scope.variable = tf.Tensor, tf.IndexedSlices, tf.Variable
    array_ops.stack, array_ops.unstack = tf.stack, tf.unstack
    control_flow_ops.Assert, control_flow_ops.cond, control_flow_ops.case = tf.Assert, tf.cond, tf.case
    import tf_slim as slim
    import tf_slim.nets
    from keras.src.legacy_tf_layers import convolutional, core, normalization, pooling
    from tf_slim.layers import layers
    from tf_slim.ops import arg_scope, variables

    # the classes of tf.layers, as it was in tf.contrib: TensorFlow 2.15 leads tf-slim to two other copies of them, of which
    # one is not installed
    for module in (convolutional, core, normalization, pooling):
        setattr(layers, f"{module.__name__.rpartition('.')[2]}_layers", module)
    framework = SimpleNamespace(**{**vars(arg_scope), **vars(variables), "arg_scope": arg_scope.arg_scope})
    training = {**_names_of("tf_slim.training.evaluation"), **_names_of("tf_slim.training.training")}
    unrolling = ("static_rnn", "static_bidirectional_rnn", "static_state_saving_rnn")
    rnn = SimpleNamespace(
        **{name: getattr(tf.nn.rnn_cell, name) for name in dir(tf.nn.rnn_cell) if not name.startswith("_")},
        **{name: getattr(tf.nn, name) for name in unrolling},
    )
    return SimpleNamespace(
        framework=framework,
        layers=slim,
        losses=slim.losses,
        metrics=slim.metrics,
        rnn=rnn,
        slim=slim,
        training=SimpleNamespace(**training),
    )


def _names_of(module: str) -> dict:
    found = importlib.import_module(module)
    return {name: getattr(found, name) for name in found.__all__}


def record(name: str) -> None:
    program = comparison.load_program(name)
    graph, fetches = comparison.built(tf, program)
    nodes = comparison.listing(graph) if getattr(program, "SAME_NODES", True) else ""
    facts = {"signatures": comparison.signatures(fetches), "errors": comparison.raised(tf, program)}
    values = comparison.values(tf, program, graph, fetches)
    base = HERE / "programs" / name
    base.parent.mkdir(parents=True, exist_ok=True)
    base.with_suffix(".nodes").write_text(nodes + "\n" + json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    np.savez_compressed(base.with_suffix(".npz"), **values)
    print(f"{name}: {nodes.count(chr(10))} nodes, {len(values)} values, {len(facts['errors'])} errors")


def main() -> None:
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    with tf.Graph().as_default():  # the first such layer opens a session, which adds operations to its graph
        tf.layers.conv2d_transpose(tf.ones([1, 2, 2, 2]), 1, 1, data_format="channels_first")
    for name in sys.argv[1:] or comparison.program_names():
        if name.startswith("contrib/") and not hasattr(tf, "contrib"):
            tf.contrib = contrib()
        record(name)


if __name__ == "__main__":
    main()
