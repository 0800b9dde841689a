"""Functions with gradients of their own, and those that compute again."""

import numpy as np
import pytest

import nbtf as tf


def run(*tensors):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(list(tensors))


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_the_given_gradient_is_used(graph: tf.Graph) -> None:
    @tf.custom_gradient
    def clipped(x, y):
        return x * y, lambda dz: (tf.constant([10.0]), dz * 3.0)

    x, y = tf.constant([2.0]), tf.constant([5.0])
    z = clipped(x, y)
    found = run(z, *tf.gradients(z, [x, y]))
    assert [one.tolist() for one in found] == [[10.0], [10.0], [3.0]]
    (op,) = [op for op in graph.get_operations() if op.type == "IdentityN"]
    assert [tensor.name for tensor in op.inputs] == ["mul:0", x.name, y.name]
    assert op.get_attr("_gradient_op_type").startswith(b"CustomGradient-")


def test_variables_have_gradients_of_their_own() -> None:
    v = tf.get_variable("v", [1], initializer=tf.ones_initializer(), use_resource=True)

    @tf.custom_gradient
    def scaled(x):
        def gradient(dz, variables=None):
            assert [one.name for one in variables] == ["v:0"]
            return dz * 7.0, [dz * 9.0]

        return {"a": x * v}, gradient

    x = tf.constant([2.0])
    found = run(*tf.gradients(scaled(x)["a"], [x, v]))
    assert [one.tolist() for one in found] == [[7.0], [9.0]]


def test_what_does_not_fit_is_refused() -> None:
    v = tf.get_variable("v", [1], use_resource=True)
    x = tf.constant([1.0])

    def of(gradient, scale=1.0):
        return tf.custom_gradient(lambda x: (x * scale, gradient))

    with pytest.raises(TypeError, match="must accept keyword argument 'variables'"):
        of(lambda dz: dz, v)(x)
    with pytest.raises(ValueError, match="expected to return 1 gradients, but returned 2 instead"):
        tf.gradients(of(lambda dz: (dz, dz))(x), x)
    with pytest.raises(ValueError, match="keywords arguments only when eager execution"):
        of(lambda dz: dz)(x=x)
    with pytest.raises(TypeError, match="must be `ResourceVariable`s"):
        tf.custom_gradient(lambda x: (x * tf.get_variable("w", [1], use_resource=False), None))(x)


def test_recomputation_gives_the_same_gradients() -> None:
    v = tf.get_variable("v", [3], initializer=tf.ones_initializer(), use_resource=True)

    def function(x):
        return tf.exp(x * v)

    x = tf.constant([0.5, -1.0, 2.0])
    plain, again = function(x), tf.recompute_grad(function)(x)
    found = run(*tf.gradients(plain, [x, v]), *tf.gradients(again, [x, v]))
    np.testing.assert_allclose(found[:2], found[2:], 1e-6)
