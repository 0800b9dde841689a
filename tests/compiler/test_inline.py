"""Function calls written out in place."""

import numpy as np

import nbtf as tf


def test_two_calls_of_a_function_with_a_loop_are_two_loops() -> None:
    @tf.function
    def power(x: tf.Tensor, n: tf.Tensor) -> tf.Tensor:
        return tf.while_loop(lambda i, _: i < n, lambda i, y: (i + 1, y * x), [0, tf.ones_like(x)])[1]

    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2])
        square, cube = power(x, tf.constant(2)), power(x, tf.constant(3))
        values = session.run([square, cube], {x: [2, 3]})
    np.testing.assert_array_equal(values, [[4, 9], [8, 27]])
