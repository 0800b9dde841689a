"""Gradients of a program's own in SavedModels of objects."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.wire import files

X = np.array([1.0, 2.0], np.float32)


class Model(tf.Module):
    """A function with a node whose gradient uses a tensor of the function, its argument and a variable."""

    def __init__(self, library: Any = tf) -> None:
        super().__init__()
        self.v = library.Variable(2.0, use_resource=True, name="v")

        @library.function(input_signature=[library.TensorSpec([None], library.float32)])
        def call(x: Any) -> Any:
            c = x * 3.0

            @library.custom_gradient
            def f(a: Any) -> Any:
                return a * a * c, lambda dy: dy * 100.0 * c + a * self.v

            return f(x) * self.v

        self.call = call


def gradient_of(path: Path) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        model = tf.saved_model.load_v2(str(path))
        x = tf.constant(X)
        gradient = tf.gradients(model.call(x), x)[0]
        session.run(model.v.initializer)
        return session.run(gradient)


def saved(path: Path, **options: Any) -> Any:
    """The SavedModel's message, and the gradient in the program that saves it."""
    with tf.Graph().as_default(), tf.Session() as session:
        model, x = Model(), tf.constant(X)
        gradient = tf.gradients(model.call(x), x)[0]
        session.run(tf.global_variables_initializer())
        tf.saved_model.save(model, str(path), options=tf.saved_model.SaveOptions(**options))
        return files.read_saved_model(str(path)), session.run(gradient)


def test_gradients_are_saved_as_functions_and_loaded(tmp_path: Path) -> None:
    message, before = saved(tmp_path)
    np.testing.assert_allclose(before, 2.0 * 100.0 * 3.0 * X + 2.0 * X)
    np.testing.assert_allclose(gradient_of(tmp_path), before)
    meta_graph = message.meta_graphs[0]
    (registered,) = meta_graph.graph_def.library.registered_gradients
    function = meta_graph.object_graph_def.concrete_functions[registered.gradient_func]
    nodes = [meta_graph.object_graph_def.nodes[number] for number in function.bound_inputs]
    assert sorted(node.WhichOneof("kind") for node in nodes) == ["captured_tensor", "captured_tensor", "variable"]
    assert {node.captured_tensor.name for node in nodes} == {"mul:0", "x:0", ""}


def test_gradients_may_be_left_out(tmp_path: Path) -> None:
    message, _ = saved(tmp_path, experimental_custom_gradients=False)
    assert not message.meta_graphs[0].graph_def.library.registered_gradients
    with pytest.raises(LookupError, match="No gradient defined for operation"):
        gradient_of(tmp_path)


@pytest.mark.interop
def test_tensorflow_finds_the_gradient(tmp_path: Path) -> None:
    from tensorflow.compat import v1

    v1.disable_v2_behavior()
    _, before = saved(tmp_path)
    with v1.Graph().as_default(), v1.Session() as session:
        model = v1.saved_model.load_v2(str(tmp_path))
        x = v1.constant(X)
        gradient = v1.gradients(model.call(x), x)[0]
        session.run(v1.global_variables_initializer())
        np.testing.assert_allclose(session.run(gradient), before)
