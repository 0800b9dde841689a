"""Ops that TensorFlow's tools put together, as they stand in graphs from files.

Images are padded one at a time: of a batch, TensorFlow's kernels get the others wrong.
"""

import numpy as np

RTOL, ATOL = 1e-4, 1e-5
X = np.sin(np.arange(2 * 5 * 6 * 4, dtype=np.float32)).reshape(2, 5, 6, 4)
F = np.cos(np.arange(3 * 3 * 4 * 3, dtype=np.float32)).reshape(3, 3, 4, 3)
A, B = X.reshape(8, 30)[:, :7], F.reshape(12, 9)[:7]
BIAS = np.float32([0.5, -1, 0.25])
STATISTICS = [BIAS + 2, BIAS, BIAS / 3, BIAS + 1.5]
PADDINGS = [[0, 0], [1, 2], [2, 1], [0, 0]]
FUNCTIONS = ("Relu", "Relu6", "Elu", "LeakyRelu")


def _imported(tf, op_type, inputs, fused_ops, count, **attrs):
    """Outputs of a node as Grappler writes it: no function makes one."""
    definition = tf.GraphDef()
    node = definition.node.add(op=op_type, name=f"{op_type[1:].lower()}_{'_'.join(fused_ops)}")
    node.input.extend(f"in{i}" for i in range(len(inputs)))
    node.attr["T"].type = 1
    node.attr["num_args"].i = count
    node.attr["fused_ops"].list.s.extend(name.encode() for name in fused_ops)
    for name, value in attrs.items():
        if isinstance(value, list):
            getattr(node.attr[name].list, "type" if name == "TArgs" else "i").extend(value)
        else:
            setattr(node.attr[name], {bytes: "s", bool: "b", float: "f"}[type(value)], value)
    tensors = {f"in{i}": value for i, value in enumerate(inputs)}
    return tf.import_graph_def(definition, tensors, [f"{node.name}:0"], name="")[0]


def _convolution(tf, inputs, fused_ops, **attrs):
    arguments = [tf.constant(value) for value in inputs]
    kinds = {"TArgs": [1] * len(inputs[2:]), "strides": [1, 1, 1, 1], "padding": b"SAME"}
    return _imported(tf, "_FusedConv2D", arguments, fused_ops, len(inputs) - 2, **kinds | attrs)


def _product(tf, fused_ops, b=B, **attrs):
    arguments = [tf.constant(value) for value in (A, b, np.resize(BIAS, 9))]
    return _imported(tf, "_FusedMatMul", arguments, fused_ops, 1, **attrs)


def build(tf):
    raw = tf.raw_ops
    images = tf.placeholder(tf.float32, [None, 5, 6, 4], name="images")
    paddings, size = tf.placeholder(tf.int32, [4, 2], name="paddings"), tf.placeholder(tf.int32, [2], name="size")
    window = {"strides": [1, 1, 1, 1], "padding": "VALID"}
    wide = tf.constant(X[:1].astype(np.float64))
    padded = {
        "reflect": raw.FusedPadConv2D(input=images, paddings=PADDINGS, filter=F, mode="REFLECT", **window),
        "symmetric": raw.FusedPadConv2D(input=X[:1], paddings=PADDINGS, filter=F, mode="SYMMETRIC", **window),
        "fed paddings": raw.FusedPadConv2D(input=X[:1], paddings=paddings, filter=F, mode="REFLECT", **window),
        "same": raw.FusedPadConv2D(
            input=X[:1], paddings=PADDINGS, filter=F, mode="REFLECT", strides=[1, 2, 2, 1], padding="SAME"
        ),
        "double": raw.FusedPadConv2D(input=wide, paddings=PADDINGS, filter=F.astype(float), mode="REFLECT", **window),
        "resized": raw.FusedResizeAndPadConv2D(
            input=images, size=[8, 7], paddings=PADDINGS, filter=F, mode="REFLECT", **window
        ),
        "aligned": raw.FusedResizeAndPadConv2D(
            input=X[:1], size=size, paddings=PADDINGS, filter=F, mode="SYMMETRIC", resize_align_corners=True, **window
        ),
        "resized double": raw.FusedResizeAndPadConv2D(
            input=wide, size=[3, 4], paddings=PADDINGS, filter=F.astype(float), mode="REFLECT", **window
        ),
    }
    of_bias = {
        f"convolution {function}": _convolution(tf, [X, F, BIAS], ["BiasAdd", function]) for function in FUNCTIONS
    }
    normalized = {
        f"normalized {function}": _convolution(tf, [X, F, *STATISTICS], ["FusedBatchNorm", function], epsilon=0.01)
        for function in FUNCTIONS
    }
    products = {f"product {function}": _product(tf, ["BiasAdd", function]) for function in FUNCTIONS}
    explicit = {"padding": b"EXPLICIT", "explicit_paddings": [0, 0, 1, 2, 0, 1, 0, 0], "dilations": [1, 2, 1, 1]}
    return (
        padded
        | of_bias
        | normalized
        | products
        | {
            "convolution": _convolution(tf, [X, F, BIAS], ["BiasAdd"]),
            "leaky": _convolution(tf, [X, F, BIAS], ["BiasAdd", "LeakyRelu"], leakyrelu_alpha=0.5),
            "explicit": _convolution(tf, [X, F, BIAS], ["BiasAdd"], **explicit),
            "normalized": _convolution(tf, [X, F, *STATISTICS], ["FusedBatchNorm"]),
            "product": _product(tf, ["BiasAdd"]),
            "transposed": _product(tf, ["BiasAdd"], B.T.copy(), transpose_b=True),
        }
    )


def run(tf, session, fetches):
    return session.run(fetches, {"images:0": X[1:], "paddings:0": [[0, 0], [4, 1], [0, 5], [0, 0]], "size:0": [9, 4]})


def errors(tf):
    raw = tf.raw_ops

    def running(make):
        def evaluate():
            with tf.Session() as session:
                session.run(make())

        return evaluate

    def padded(paddings, **attrs):
        window = {"mode": "REFLECT", "strides": [1, 1, 1, 1], "padding": "SAME"}
        return lambda: raw.FusedPadConv2D(input=X[:1], paddings=paddings, filter=F, **window | attrs)

    return {
        "negative": (padded([[0, 0], [-1, 0], [0, 0], [0, 0]]), "Paddings must be non-negative"),
        "two paddings": (padded([[0, 0], [1, 0]]), "Shape must be rank 2 but is rank 4"),
        "far": (running(padded([[0, 0], [5, 0], [0, 0], [0, 0]])), "paddings must be less than the dimension size"),
        "depth": (lambda: raw.FusedPadConv2D(
            input=X[:1], paddings=PADDINGS, filter=F[:, :, :3], mode="REFLECT", strides=[1, 1, 1, 1], padding="SAME"
        ), ""),
        "unknown function": (
            running(lambda: _convolution(tf, [X, F, BIAS], ["BiasAdd", "Erf"])),
            r"Fusion is not implemented: \[BiasAdd,Erf\]",
        ),
        "nothing fused": (running(lambda: _product(tf, [])), "Fused MatMul must have at least one fused op"),
    }  # fmt: skip
