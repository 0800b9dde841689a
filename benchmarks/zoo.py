"""Builds the nets that compare.py runs, with TensorFlow: frozen graphs with random weights, and graphs that train.

TENSORFLOW_PYTHON benchmarks/zoo.py [--nets a,b]

Needs TensorFlow 2.15 or newer with Keras 2 (`pip install --no-deps tf_keras`), and tf2onnx for the .onnx files. Into
benchmarks/zoo/ go, for each net, NAME.pb, NAME.onnx and NAME.tflite where they can be made, and NAME.json, which
tells what to feed and fetch. Weights come from numpy with a fixed seed, so every machine gets the same files.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ZOO = Path(__file__).resolve().parent / "zoo"
QUIET = {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}

tf: Any = None  # set by `build`: only the processes that build need TensorFlow


class Input(NamedTuple):
    """Whole numbers below `high`, or where that is 0 normally distributed ones; a dim of None is the batch."""

    shape: tuple[int | None, ...]
    high: int = 0


class Net(NamedTuple):
    """`make` takes placeholders by name and answers the outputs; of a net that trains, the loss and the train op."""

    make: Callable[..., Any]
    inputs: dict[str, Input]
    trains: bool = False


# ---- images ----------------------------------------------------------------------------------------------------------


def application(name: str, size: int) -> Net:
    def make(x: Any) -> Any:
        model = getattr(tf.keras.applications, name)
        return model(weights=None, input_tensor=x, classifier_activation=None).output

    return Net(make, {"x": Input((None, size, size, 3))})


def dcgan_generator(z: Any) -> Any:
    """Noise [n, 100] -> images [n, 64, 64, 3]."""
    y = tf.reshape(tf.layers.dense(z, 4 * 4 * 512, use_bias=False), [-1, 4, 4, 512])
    for filters in (256, 128, 64):
        y = tf.nn.relu(tf.layers.batch_normalization(y))
        y = tf.layers.conv2d_transpose(y, filters, 5, 2, "same", use_bias=False)
    y = tf.nn.relu(tf.layers.batch_normalization(y))
    return tf.tanh(tf.layers.conv2d_transpose(y, 3, 5, 2, "same"))


def u_net(x: Any) -> Any:
    """Images [n, 128, 128, 3] -> logits of two classes for each pixel."""

    def twice(y: Any, filters: int) -> Any:
        for _ in range(2):
            y = tf.layers.conv2d(y, filters, 3, padding="same", activation=tf.nn.relu)
        return y

    skipped = []
    for filters in (32, 64, 128):
        x = twice(x, filters)
        skipped.append(x)
        x = tf.layers.max_pooling2d(x, 2, 2)
    x = twice(x, 256)
    for filters, skip in zip((128, 64, 32), reversed(skipped), strict=True):
        x = tf.layers.conv2d_transpose(x, filters, 2, 2, "same")
        x = twice(tf.concat([skip, x], -1), filters)
    return tf.layers.conv2d(x, 2, 1)


def ssd_head(fine: Any, coarse: Any, classes: int = 21, shapes: int = 6) -> Any:
    """Boxes and scores of what is found on two maps of features of one image, at most 50 a map."""
    rng = np.random.default_rng(7)
    found = []
    for features in (fine, coarse):
        size = int(features.shape[1])
        moves = tf.reshape(tf.layers.conv2d(features, shapes * 4, 3, padding="same"), [-1, 4])
        logits = tf.reshape(tf.layers.conv2d(features, shapes * classes, 3, padding="same"), [-1, classes])
        at = (np.stack(np.meshgrid(*[np.arange(size)] * 2, indexing="ij"), -1) + 0.5) / size
        centers = tf.constant(np.repeat(at.reshape(-1, 2), shapes, 0).astype(np.float32))
        extents = tf.constant(np.tile(rng.uniform(0.1, 0.4, (shapes, 2)), (size * size, 1)).astype(np.float32))
        centers += 0.1 * extents * moves[:, :2]
        extents *= tf.exp(0.2 * tf.minimum(moves[:, 2:], 4.0))
        boxes = tf.concat([centers - extents / 2, centers + extents / 2], 1)
        scores = tf.reduce_max(tf.nn.softmax(logits)[:, 1:], 1)
        kept = tf.image.non_max_suppression(boxes, scores, 50, 0.5, 0.1)
        found += [tf.gather(boxes, kept), tf.gather(scores, kept)]
    return found


def lenet(x: Any) -> Any:
    for filters in (6, 16):
        x = tf.layers.max_pooling2d(tf.layers.conv2d(x, filters, 5, activation=tf.nn.relu), 2, 2)
    for units in (120, 84):
        x = tf.layers.dense(tf.layers.flatten(x), units, activation=tf.nn.relu)
    return tf.layers.dense(x, 10)


def mlp(x: Any) -> Any:
    return tf.layers.dense(tf.layers.dense(x, 256, activation=tf.nn.relu), 10)


# ---- sequences -------------------------------------------------------------------------------------------------------


def recurrent(cell: str, units: int, steps: int, both_ways: bool = False) -> Net:
    def make(x: Any) -> Any:
        cells = [getattr(tf.nn.rnn_cell, cell)(units) for _ in range(1 + both_ways)]
        run = tf.nn.bidirectional_dynamic_rnn if both_ways else tf.nn.dynamic_rnn
        return run(*cells, x, dtype=tf.float32)[0]

    return Net(make, {"x": Input((None, steps, units))})


def characters(text: Any, units: int = 128, alphabet: int = 65) -> Any:
    """Numbers [n, time] -> logits [n * time, alphabet]: two layers of LSTM."""
    embedding = tf.get_variable("embedding", [alphabet, units])
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(units) for _ in range(2)])
    y, _ = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(embedding, text), dtype=tf.float32)
    return tf.layers.dense(tf.reshape(y, [-1, units]), alphabet)


def transformer(x: Any, layers: int = 2, heads: int = 4) -> Any:
    """[n, time, width] -> the same: attention and two dense layers, each added and normalized."""
    _, time, width = x.shape.as_list()

    def normalized(y: Any) -> Any:
        mean, variance = tf.nn.moments(y, [-1], keepdims=True)
        with tf.variable_scope(None, "norm"):
            gamma, beta = tf.get_variable("gamma", [width]), tf.get_variable("beta", [width])
        return (y - mean) * tf.rsqrt(variance + 1e-6) * gamma + beta

    def in_heads(y: Any) -> Any:
        return tf.transpose(tf.reshape(tf.layers.dense(y, width), [-1, time, heads, width // heads]), [0, 2, 1, 3])

    def gelu(y: Any) -> Any:
        return 0.5 * y * (1 + tf.erf(y * 2**-0.5))

    for _ in range(layers):
        query, key, value = (in_heads(x) for _ in range(3))
        weights = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) * (width // heads) ** -0.5)
        seen = tf.reshape(tf.transpose(tf.matmul(weights, value), [0, 2, 1, 3]), [-1, time, width])
        x = normalized(x + tf.layers.dense(seen, width))
        x = normalized(x + tf.layers.dense(tf.layers.dense(x, 4 * width, activation=gelu), width))
    return x


# ---- few ops ---------------------------------------------------------------------------------------------------------


def chain(x: Any) -> Any:
    y = tf.tanh(2.0 * x + 1.0) * tf.sigmoid(x)
    return tf.sqrt(tf.square(y) + tf.exp(-tf.abs(x))) - 0.5 * tf.maximum(y, x)


def three_nodes(x: Any) -> Any:
    return tf.tanh(2.0 * x + 1.0)


def while_loop(x: Any, iterations: int = 1000) -> Any:
    """So many iterations of two small ops and a condition."""
    _, y = tf.while_loop(lambda i, y: i < iterations, lambda i, y: (i + 1, 0.5 * y + 1.0), (tf.constant(0), x))
    return y


# ---- training --------------------------------------------------------------------------------------------------------


def cross_entropy(logits: Any, labels: Any) -> Any:
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def train_mlp(x: Any, labels: Any) -> Any:
    loss = cross_entropy(mlp(x), labels)
    return loss, tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def train_digits(x: Any, labels: Any) -> Any:
    for filters in (32, 64):
        x = tf.layers.conv2d(x, filters, 3, padding="same", activation=tf.nn.relu)
        x = tf.layers.max_pooling2d(x, 2, 2)
    x = tf.layers.dense(tf.layers.flatten(x), 128, activation=tf.nn.relu)
    loss = cross_entropy(tf.layers.dense(x, 10), labels)
    return loss, tf.train.AdamOptimizer(1e-3).minimize(loss)


def train_resnet(x: Any, labels: Any) -> Any:
    """Three stages of two blocks for images of 32 x 32 pixels."""

    def conv(y: Any, filters: int, size: int, stride: int = 1) -> Any:
        y = tf.layers.conv2d(y, filters, size, stride, "same", use_bias=False)
        return tf.layers.batch_normalization(y, training=True, fused=True)

    x = tf.nn.relu(conv(x, 16, 3))
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(2):
            stride = 2 if stage and not block else 1
            short = x if stride == 1 else conv(x, filters, 1, stride)
            x = tf.nn.relu(short + conv(tf.nn.relu(conv(x, filters, 3, stride)), filters, 3))
    loss = cross_entropy(tf.layers.dense(tf.reduce_mean(x, [1, 2]), 10), labels)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        return loss, tf.train.MomentumOptimizer(0.01, 0.9, use_nesterov=True).minimize(loss)


def train_characters(text: Any, labels: Any) -> Any:
    loss = cross_entropy(characters(text), tf.reshape(labels, [-1]))
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    return loss, tf.train.AdamOptimizer(2e-3).apply_gradients(zip(gradients, variables, strict=True))


NETS = {
    "mobilenet_v1": application("MobileNet", 224),
    "mobilenet_v2": application("MobileNetV2", 224),
    "efficientnet_b0": application("EfficientNetB0", 224),
    "resnet50": application("ResNet50", 224),
    "inception_v3": application("InceptionV3", 299),
    "xception": application("Xception", 299),
    "densenet121": application("DenseNet121", 224),
    "vgg16": application("VGG16", 224),
    "lstm_128": recurrent("LSTMCell", 128, 64),
    "lstm_512": recurrent("LSTMCell", 512, 50),
    "gru_128": recurrent("GRUCell", 128, 64),
    "gru_512": recurrent("GRUCell", 512, 50),
    "bidirectional_lstm_128": recurrent("LSTMCell", 128, 50, both_ways=True),
    "char_lstm": Net(characters, {"text": Input((None, 50), 65)}),
    "transformer": Net(transformer, {"x": Input((None, 64, 256))}),
    "dcgan_generator": Net(dcgan_generator, {"z": Input((None, 100))}),
    "u_net": Net(u_net, {"x": Input((None, 128, 128, 3))}),
    "ssd_head": Net(ssd_head, {"fine": Input((1, 19, 19, 512)), "coarse": Input((1, 10, 10, 1024))}),
    "mlp": Net(mlp, {"x": Input((None, 784))}),
    "lenet": Net(lenet, {"x": Input((None, 32, 32, 1))}),
    "elementwise_1m": Net(chain, {"x": Input((1000, 1000))}),
    "softmax_1000x1000": Net(lambda x: tf.nn.softmax(x), {"x": Input((1000, 1000))}),
    "three_nodes": Net(three_nodes, {"x": Input((4,))}),
    "while_1000_iterations": Net(while_loop, {"x": Input((1,))}),
    "train_mlp": Net(train_mlp, {"x": Input((64, 784)), "labels": Input((64,), 10)}, trains=True),
    "train_digits": Net(train_digits, {"x": Input((64, 28, 28, 1)), "labels": Input((64,), 10)}, trains=True),
    "train_resnet": Net(train_resnet, {"x": Input((32, 32, 32, 3)), "labels": Input((32,), 10)}, trains=True),
    "train_char_lstm": Net(train_characters, {"text": Input((32, 50), 65), "labels": Input((32, 50), 65)}, trains=True),
}

# ---- files -----------------------------------------------------------------------------------------------------------


def weights(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Random values of a variable, so chosen that activations neither vanish nor grow, and that no part is trivial."""
    if name.endswith(("variance", "gamma")):
        return rng.uniform(0.5, 1.5, shape)
    if len(shape) < 2:  # biases, beta, moving means
        return 0.1 * rng.standard_normal(shape)
    inputs = shape[0] * shape[1] if "depthwise" in name else np.prod(shape[:-1])
    return np.asarray(rng.standard_normal(shape) * (2 / inputs) ** 0.5)


def build(name: str) -> None:
    """Writes the files of one net."""
    global tf
    os.environ.update(QUIET)
    tf = importlib.import_module("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    net, rng = NETS[name], np.random.default_rng(0)
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.keras.backend.set_session(session)
        tf.keras.backend.set_learning_phase(0)
        tf.set_random_seed(1)
        inputs = {k: tf.placeholder(tf.int32 if s.high else tf.float32, s.shape, k) for k, s in net.inputs.items()}
        results = tf.nest.flatten(net.make(**inputs))
        facts: dict[str, Any] = {"inputs": {k: s._asdict() for k, s in net.inputs.items()}, "trains": net.trains}
        if net.trains:
            loss, train = results
            tf.identity(loss, "y")
            facts |= {"outputs": ["y:0"], "init": tf.global_variables_initializer().name, "train": train.name}
            graph_def = graph.as_graph_def()
        else:
            facts["outputs"] = [tf.identity(y, f"y{i}").name for i, y in enumerate(results)]
            for variable in tf.global_variables():
                value = weights(variable.op.name, tuple(variable.shape.as_list()), rng)
                variable.load(value.astype(variable.dtype.base_dtype.as_numpy_dtype), session)
            kept = [output.removesuffix(":0") for output in facts["outputs"]]
            frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), kept)
            graph_def = tf.graph_util.remove_training_nodes(frozen, kept)
    (ZOO / f"{name}.pb").write_bytes(graph_def.SerializeToString())
    (ZOO / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")
    if not net.trains:
        for suffix, convert in {"tflite": to_tflite, "onnx": to_onnx}.items():
            path = ZOO / f"{name}.{suffix}"
            path.unlink(missing_ok=True)
            try:
                path.write_bytes(convert(name, graph_def, facts))
            except Exception as error:  # noqa: BLE001  # the converters raise whatever they like
                print(f"no {suffix}: {type(error).__name__}: {error}".splitlines()[0][:200])


def to_onnx(name: str, graph_def: Any, facts: dict[str, Any]) -> bytes:
    """Images get their channels first, as is usual there; compare.py feeds them so."""
    from tf2onnx import convert

    images = [f"{key}:0" for key, spec in facts["inputs"].items() if len(spec["shape"]) == 4]
    model, _ = convert.from_graph_def(
        graph_def,
        input_names=[f"{key}:0" for key in facts["inputs"]],
        output_names=facts["outputs"],
        inputs_as_nchw=images or None,
        opset=17,
    )
    data: bytes = model.SerializeToString()
    return data


def to_tflite(name: str, graph_def: Any, facts: dict[str, Any]) -> bytes:
    shapes = {key: list(spec["shape"]) for key, spec in facts["inputs"].items()}
    outputs = [output.removesuffix(":0") for output in facts["outputs"]]
    path = str(ZOO / f"{name}.pb")
    converter = tf.lite.TFLiteConverter.from_frozen_graph(path, list(shapes), outputs, shapes)
    data: bytes = converter.convert()
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nets", default=",".join(NETS), metavar="a,b", help="only these")
    parser.add_argument("--build", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build(options.build)
        return
    ZOO.mkdir(exist_ok=True)
    for name in options.nets.split(","):  # a process each: converters leave memory behind, and may crash
        done = subprocess.run([sys.executable, __file__, "--build", name], capture_output=True, text=True, check=False)
        suffixes = sorted(path.suffix for path in ZOO.glob(f"{name}.*"))
        told = [line for line in done.stdout.splitlines() if line.startswith("no ")]
        print(f"{name:24} {' '.join(suffixes)}", *told, flush=True)
        if done.returncode:
            print(done.stderr[-2000:])


if __name__ == "__main__":
    main()
