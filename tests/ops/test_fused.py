"""Ops that TensorFlow's tools put together; tests/programs/nn/fused.py has TensorFlow's answers, where it has kernels."""

import numpy as np
import pytest

import nbtf as tf
from nbtf.graph.apply_op import apply_op

X = np.sin(np.arange(2 * 5 * 6 * 4, dtype=np.float32)).reshape(2, 5, 6, 4)
DEPTHWISE = np.cos(np.arange(3 * 3 * 4 * 2, dtype=np.float32)).reshape(3, 3, 4, 2)
BIAS = np.float32([0.5, -1, 0.25, 1])
STATISTICS = [BIAS + 2, BIAS, BIAS / 3, BIAS + 1.5]
FUNCTIONS = {
    "Relu": tf.nn.relu,
    "Relu6": tf.nn.relu6,
    "Elu": tf.nn.elu,
    "LeakyRelu": lambda x: tf.nn.leaky_relu(x, 0.2),
    "Tanh": tf.tanh,
    "Sigmoid": tf.sigmoid,
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_depthwise(function: str) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        attrs = {"strides": [1, 1, 1, 1], "padding": "SAME"}
        fused = apply_op(
            "_FusedDepthwiseConv2dNative",
            name="fused",
            input=X,
            filter=DEPTHWISE,
            args=[np.resize(BIAS, 8)],
            fused_ops=["BiasAdd", function],
            **attrs,
        )
        plain = tf.raw_ops.DepthwiseConv2dNative(input=X, filter=DEPTHWISE, **attrs)
        plain = FUNCTIONS[function](tf.nn.bias_add(plain, np.resize(BIAS, 8)))
        assert fused.shape == plain.shape
        np.testing.assert_array_equal(*session.run([fused, plain]))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("sides", [0, 1])
@pytest.mark.parametrize("function", ["Identity", "Relu"])
def test_batch_norm(function: str, sides: int, training: bool) -> None:
    statistics = STATISTICS[:2] + ([np.zeros(0, np.float32)] * 2 if training else STATISTICS[2:])
    names = ("scale", "offset", "mean", "variance")
    given = {"x": X, **dict(zip(names, statistics, strict=True)), "epsilon": 0.01, "is_training": training}
    with tf.Graph().as_default(), tf.Session() as session:
        fused = apply_op(
            "_FusedBatchNormEx", name="fused", side_input=[2 * X] * sides, activation_mode=function, **given
        )
        plain = list(tf.raw_ops.FusedBatchNormV3(**given))
        plain[0] = plain[0] + 2 * X if sides else plain[0]
        plain[0] = tf.nn.relu(plain[0]) if function == "Relu" else plain[0]
        for one, other in zip(*session.run([list(fused), plain]), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_a_sum_after_the_bias() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        a, b = X.reshape(8, 30), X.reshape(30, 8)[:, :4]
        fused = apply_op(
            "_FusedMatMul", name="fused", a=a, b=b, args=[BIAS, a[:, :4]], fused_ops=["BiasAdd", "Add", "Relu"]
        )
        wanted = np.maximum(a @ b + BIAS + a[:, :4], 0)
        np.testing.assert_allclose(session.run(fused), wanted, rtol=1e-4, atol=1e-5)


def test_what_is_refused() -> None:
    def run(fused_ops: list[str], count: int) -> None:
        with tf.Graph().as_default(), tf.Session() as session:
            session.run(
                apply_op(
                    "_FusedMatMul", name="fused", a=X[0, 0], b=X[0, 0, :4], args=[BIAS] * count, fused_ops=fused_ops
                )
            )

    with pytest.raises(tf.errors.UnimplementedError, match=r"Fusion is not implemented: \[BiasAdd,Erf\]"):
        run(["BiasAdd", "Erf"], 1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="must have 1 further arguments for BiasAdd"):
        run(["BiasAdd"], 0)


def test_an_argument_of_another_dtype_is_refused() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        attrs = {"strides": [1, 1, 1, 1], "padding": "SAME", "num_args": 1, "fused_ops": ["BiasAdd"]}
        filters = DEPTHWISE[:, :, :, :1].repeat(4, 3)
        fused = apply_op(
            "_FusedConv2D", name="fused", input=X, filter=filters, args=[np.int32([1, 2, 3, 4])], host_args=[], **attrs
        )
        with pytest.raises(tf.errors.InvalidArgumentError, match="BiasAdd of float32 got an argument of int32"):
            session.run(fused)


def test_every_image_of_a_batch_is_padded() -> None:
    filters = np.moveaxis(DEPTHWISE, 3, 0).reshape(3, 3, 4, 2)
    attrs = {"strides": [1, 1, 1, 1], "padding": "VALID"}
    paddings = [[0, 0], [1, 2], [2, 1], [0, 0]]
    with tf.Graph().as_default(), tf.Session() as session:
        fused = tf.raw_ops.FusedPadConv2D(input=X, paddings=paddings, filter=filters, mode="REFLECT", **attrs)
        plain = tf.nn.conv2d(tf.pad(X, paddings, "REFLECT"), filters, **attrs)
        np.testing.assert_array_equal(*session.run([fused, plain]))
        resized = tf.raw_ops.FusedResizeAndPadConv2D(
            input=X, size=[8, 7], paddings=paddings, filter=filters, mode="REFLECT", **attrs
        )
        plain = tf.nn.conv2d(tf.pad(tf.image.resize_bilinear(X, [8, 7]), paddings, "REFLECT"), filters, **attrs)
        np.testing.assert_array_equal(*session.run([resized, plain]))
