"""Convolutions, products and whole nets: nbtf against TensorFlow and ONNX Runtime, one thread each.

python benchmarks/dense.py --tensorflow-python PATH [--only WORD] [--pairs N]

The libraries live in processes of their own and take turns, a fraction of a second each, so that a machine that grows
slower slows all. What is measured is processor time, not time on the clock: other programs may run beside. Printed are
the median of nbtf, its GFLOP/s, the share of what multiply-adds alone reach in the same moments, and the medians of the
ratios pair by pair (below 1: nbtf is faster). ONNX Runtime gets the graph through tf2onnx, images with channels first.
"""

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

TURN = 0.15  # seconds of one turn
Case = tuple[Callable[[Any, Any], Any], tuple[int, ...], float]
"""Builds y from (tf, x); the shape of x; floating-point operations."""


class Weights:
    """The same random numbers in every library."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def __call__(self, tf: Any, *shape: int) -> Any:
        scale = (2 / max(np.prod(shape[:-1]), 1)) ** 0.5
        return tf.constant((self.rng.standard_normal(shape) * scale).astype(np.float32))


# ---- single ops ------------------------------------------------------------------------------------------------------


def matmul(rows: int, depth: int, columns: int) -> Case:
    def build(tf: Any, x: Any) -> Any:
        return tf.raw_ops.MatMul(a=x, b=Weights()(tf, depth, columns))

    return build, (rows, depth), 2 * rows * depth * columns


def conv(batch: int, size: int, channels: int, window: int, filters: int, stride: int) -> Case:
    def build(tf: Any, x: Any) -> Any:
        w = Weights()(tf, window, window, channels, filters)
        y = tf.raw_ops.Conv2D(input=x, filter=w, strides=[1, stride, stride, 1], padding="SAME")
        return tf.raw_ops.Relu(features=tf.raw_ops.BiasAdd(value=y, bias=Weights()(tf, filters)))

    out = -(-size // stride)
    return build, (batch, size, size, channels), 2 * batch * out * out * window * window * channels * filters


def depthwise(size: int, channels: int, stride: int) -> Case:
    def build(tf: Any, x: Any) -> Any:
        w = Weights()(tf, 3, 3, channels, 1)
        y = tf.raw_ops.DepthwiseConv2dNative(input=x, filter=w, strides=[1, stride, stride, 1], padding="SAME")
        return tf.raw_ops.Relu6(features=tf.raw_ops.BiasAdd(value=y, bias=Weights()(tf, channels)))

    out = -(-size // stride)
    return build, (1, size, size, channels), 2 * out * out * 9 * channels


def pool(kind: str, size: int, channels: int) -> Case:
    def build(tf: Any, x: Any) -> Any:
        facts = {"ksize": [1, 3, 3, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
        return tf.raw_ops.MaxPool(input=x, **facts) if kind == "max" else tf.raw_ops.AvgPool(value=x, **facts)

    return build, (1, size, size, channels), 9 * size * size * channels / 4


def normalization(size: int, channels: int, training: bool) -> Case:
    def build(tf: Any, x: Any) -> Any:
        vectors = [tf.constant(np.full(channels, v, np.float32)) for v in (1.5, 0.1, 0.2, 1.1)]
        names = ("scale", "offset", "mean", "variance")
        if training:
            vectors[2:] = [tf.constant(np.zeros(0, np.float32))] * 2
        given = dict(zip(names, vectors, strict=True))
        return tf.raw_ops.FusedBatchNormV3(x=x, **given, epsilon=1e-3, is_training=training)[0]

    return build, (8, size, size, channels), 2 * 8 * size * size * channels


def conv_gradient(kind: str, batch: int, size: int, channels: int, window: int, filters: int) -> Case:
    def build(tf: Any, x: Any) -> Any:
        facts = {"strides": [1, 1, 1, 1], "padding": "SAME"}
        if kind == "input":
            sizes = tf.constant(np.int32([batch, size, size, channels]))
            w = Weights()(tf, window, window, channels, filters)
            return tf.raw_ops.Conv2DBackpropInput(input_sizes=sizes, filter=w, out_backprop=x, **facts)
        sizes = tf.constant(np.int32([window, window, channels, filters]))
        images = Weights()(tf, batch, size, size, channels)
        return tf.raw_ops.Conv2DBackpropFilter(input=images, filter_sizes=sizes, out_backprop=x, **facts)

    return build, (batch, size, size, filters), 2 * batch * size * size * window * window * channels * filters


# ---- nets ------------------------------------------------------------------------------------------------------------


class Net:
    """A chain of layers with random weights; normalizations are folded into biases, or stand by themselves."""

    def __init__(self, tf: Any, normalized: bool = False) -> None:
        self.tf, self.normalized, self.weights = tf, normalized, Weights()

    def shift(self, y: Any, channels: int) -> Any:
        raw, tf = self.tf.raw_ops, self.tf
        if not self.normalized:
            return raw.BiasAdd(value=y, bias=self.weights(tf, channels))
        vectors = [tf.constant(np.full(channels, v, np.float32)) for v in (1.0, 0.1, 0.0, 1.0)]
        given = dict(zip(("scale", "offset", "mean", "variance"), vectors, strict=True))
        return raw.FusedBatchNormV3(x=y, **given, epsilon=1e-3, is_training=False)[0]

    def conv(self, x: Any, channels: int, filters: int, window: int, stride: int = 1) -> Any:
        w = self.weights(self.tf, window, window, channels, filters)
        y = self.tf.raw_ops.Conv2D(input=x, filter=w, strides=[1, stride, stride, 1], padding="SAME")
        return self.shift(y, filters)

    def depthwise(self, x: Any, channels: int, stride: int) -> Any:
        w, raw = self.weights(self.tf, 3, 3, channels, 1), self.tf.raw_ops
        y = raw.DepthwiseConv2dNative(input=x, filter=w, strides=[1, stride, stride, 1], padding="SAME")
        return self.shift(y, channels)

    def classes(self, x: Any, channels: int, count: int = 1000) -> Any:
        raw, tf = self.tf.raw_ops, self.tf
        y = raw.AvgPool(value=x, ksize=[1, 7, 7, 1], strides=[1, 1, 1, 1], padding="VALID")
        y = raw.Reshape(tensor=y, shape=tf.constant(np.int32([-1, channels])))
        y = raw.MatMul(a=y, b=self.weights(tf, channels, count))
        return raw.Softmax(logits=raw.BiasAdd(value=y, bias=self.weights(tf, count)))


MOBILE = [(32, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2)]
MOBILE += [(512, 512, 1)] * 5 + [(512, 1024, 2), (1024, 1024, 1)]


def mobilenet(tf: Any, x: Any) -> Any:
    net, relu6 = Net(tf), tf.raw_ops.Relu6
    y = relu6(features=net.conv(x, 3, 32, 3, 2))
    for channels, filters, stride in MOBILE:
        y = relu6(features=net.depthwise(y, channels, stride))
        y = relu6(features=net.conv(y, channels, filters, 1))
    return net.classes(y, 1024)


def resnet(tf: Any, x: Any, normalized: bool = False) -> Any:
    net, relu = Net(tf, normalized), tf.raw_ops.Relu
    y = relu(features=net.conv(x, 3, 64, 7, 2))
    y = tf.raw_ops.MaxPool(input=y, ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding="SAME")
    channels = 64
    for stage, (width, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            short = y if block else net.conv(y, channels, 4 * width, 1, stride)
            y = relu(features=net.conv(y, channels, width, 1, stride))
            y = relu(features=net.conv(y, width, width, 3))
            y = relu(features=tf.raw_ops.AddV2(x=short, y=net.conv(y, width, 4 * width, 1)))
            channels = 4 * width
    return net.classes(y, channels)


CASES: dict[str, Case] = {
    "matmul 1x1024x1024": matmul(1, 1024, 1024),
    "matmul 1x4096x4096": matmul(1, 4096, 4096),
    "matmul 16x512x512": matmul(16, 512, 512),
    "matmul 64x64x64": matmul(64, 64, 64),
    "matmul 256x256x256": matmul(256, 256, 256),
    "matmul 512x512x512": matmul(512, 512, 512),
    "conv 7x7/2 224x224 3-64": conv(1, 224, 3, 7, 64, 2),
    "conv 3x3/2 224x224 3-32": conv(1, 224, 3, 3, 32, 2),
    "conv 1x1 112x112 32-64": conv(1, 112, 32, 1, 64, 1),
    "conv 1x1 56x56 64-256": conv(1, 56, 64, 1, 256, 1),
    "conv 1x1 28x28 512-128": conv(1, 28, 512, 1, 128, 1),
    "conv 1x1 14x14 512-512": conv(1, 14, 512, 1, 512, 1),
    "conv 1x1 7x7 512-2048": conv(1, 7, 512, 1, 2048, 1),
    "conv 3x3 56x56 64-64": conv(1, 56, 64, 3, 64, 1),
    "conv 3x3 28x28 128-128": conv(1, 28, 128, 3, 128, 1),
    "conv 3x3 14x14 256-256": conv(1, 14, 256, 3, 256, 1),
    "conv 3x3 7x7 512-512": conv(1, 7, 512, 3, 512, 1),
    "conv 3x3/2 56x56 128-128": conv(1, 56, 128, 3, 128, 2),
    "conv 3x3 8x28x28 128-128": conv(8, 28, 128, 3, 128, 1),
    "conv 5x5 28x28 17-33": conv(1, 28, 17, 5, 33, 1),
    "depthwise 112x112x32": depthwise(112, 32, 1),
    "depthwise/2 112x112x64": depthwise(112, 64, 2),
    "depthwise 28x28x256": depthwise(28, 256, 1),
    "depthwise 14x14x512": depthwise(14, 512, 1),
    "max pool 112x112x64": pool("max", 112, 64),
    "average pool 56x56x192": pool("average", 56, 192),
    "normalization 8x28x28x128": normalization(28, 128, False),
    "normalization, training 8x28x28x128": normalization(28, 128, True),
    "gradient for the input 8x28x28 64-64": conv_gradient("input", 8, 28, 64, 3, 64),
    "gradient for the filter 8x28x28 64-64": conv_gradient("filter", 8, 28, 64, 3, 64),
    "net MobileNetV1": (mobilenet, (1, 224, 224, 3), 1.137e9),
    "net ResNet-50": (resnet, (1, 224, 224, 3), 7.71e9),
    "net ResNet-50, normalizations apart": (lambda tf, x: resnet(tf, x, True), (1, 224, 224, 3), 7.71e9),
}
NO_ONNX = ("gradient", "training")

# ---- one library, in a process of its own ----------------------------------------------------------------------------


def graph_runner(tf: Any, case: Case) -> Callable[[], Any]:
    build, shape, _ = case
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, shape, name="x")
        target = tf.raw_ops.Identity(input=build(tf, x), name="y").op
    value = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    session = tf.Session(graph=graph, config=config)
    return lambda: session.run(target, {x: value})


def onnx_runner(tf: Any, case: Case) -> Callable[[], Any]:
    import onnxruntime
    from tf2onnx import convert

    build, shape, _ = case
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, shape, name="x")
        tf.raw_ops.Identity(input=build(tf, x), name="y")
    images = len(shape) == 4
    first = ["x:0"] if images else None
    model, _ = convert.from_graph_def(
        graph.as_graph_def(), input_names=["x:0"], output_names=["y:0"], inputs_as_nchw=first, opset=17
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    value = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    value = np.ascontiguousarray(np.moveaxis(value, -1, 1)) if images else value
    return lambda: session.run(None, {"x:0": value})


def peak_meter() -> Callable[[], float]:
    """A function that measures the multiply-adds a second, times two, of code that does nothing else."""
    from numba import njit

    from nbtf.kernels.simd import broadcast, fma, lanes, total

    @njit
    def spin(rounds):  # type: ignore[no-untyped-def]
        m, c = broadcast(np.float32(0.9999)), broadcast(np.float32(1e-3))
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = c
        for _ in range(rounds):
            s0, s1, s2, s3, s4 = fma(s0, m, c), fma(s1, m, c), fma(s2, m, c), fma(s3, m, c), fma(s4, m, c)
            s5, s6, s7, s8, s9 = fma(s5, m, c), fma(s6, m, c), fma(s7, m, c), fma(s8, m, c), fma(s9, m, c)
        return total(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9), lanes(np.float32)

    width = spin(1)[1]

    def measure() -> float:
        begin = time.process_time()
        spin(100_000)
        return float(100_000 * 10 * 2 * width / (time.process_time() - begin))

    return measure


def child(library: str) -> None:
    """Answers each line, the name of a case, with processor seconds of its runs; the first time it builds the case."""
    if library == "nbtf":
        tf = importlib.import_module("nbtf")
        peak = peak_meter()
    else:
        tf = importlib.import_module("tensorflow.compat.v1")
        tf.disable_v2_behavior()
    runners: dict[str, Callable[[], Any]] = {}
    print("ready", flush=True)
    for line in sys.stdin:
        name = line.strip()
        if name not in runners:
            runners.clear()
            make = onnx_runner if library == "onnxruntime" else graph_runner
            runners[name] = make(tf, CASES[name])
            runners[name]()
        answer = {"seconds": turn(runners[name])}
        if library == "nbtf":
            answer["peak"] = [peak(), peak()]
        print(json.dumps(answer), flush=True)


def turn(run: Callable[[], Any]) -> list[float]:
    seconds: list[float] = []
    while sum(seconds) < TURN or len(seconds) < 3:
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return seconds


class Library:
    def __init__(self, name: str, python: str) -> None:
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        # TensorFlow takes oneDNN unasked only where the processor has AVX-512 VNNI.
        environment = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "1"}
        if name != "nbtf":
            environment.pop("PYTHONPATH", None)
        self.process = subprocess.Popen(
            [python, str(Path(__file__).resolve()), "--child", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**environment, **quiet},
        )
        self._answer()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("the process of a library ended")
            if line.startswith(("ready", "{")):
                return line

    def run(self, case: str) -> dict[str, list[float]]:
        assert self.process.stdin is not None
        self.process.stdin.write(case + "\n")
        self.process.stdin.flush()
        answer: dict[str, list[float]] = json.loads(self._answer())
        return answer


# ---- the comparison --------------------------------------------------------------------------------------------------


def main(options: argparse.Namespace) -> None:
    ours = Library("nbtf", sys.executable)
    peers = {}
    if options.tensorflow_python:
        peers = {name: Library(name, options.tensorflow_python) for name in ("tensorflow", "onnxruntime")}
    ratios: dict[str, list[float]] = {name: [] for name in peers}
    for case, (_, _, operations) in CASES.items():
        if options.only not in case:
            continue
        mine, shares = [], []
        pairs: dict[str, list[float]] = {name: [] for name in peers}
        for _ in range(options.pairs):
            answer = ours.run(case)
            mine.append(statistics.median(answer["seconds"]))
            shares.append(operations / mine[-1] / statistics.mean(answer["peak"]))
            for name, peer in peers.items():
                if name == "onnxruntime" and any(word in case for word in NO_ONNX):
                    continue
                pairs[name].append(mine[-1] / statistics.median(peer.run(case)["seconds"]))
        seconds = statistics.median(mine)
        line = f"{case:40} {1e6 * seconds:9.0f} us {operations / seconds / 1e9:6.1f} GFLOP/s"
        line += f" {100 * statistics.median(shares):4.0f}% of peak"
        for name, found in pairs.items():
            if found:
                ratios[name].append(statistics.median(found))
                line += f"   / {name} {spread(found)}"
        print(line, flush=True)
    for name, found in ratios.items():
        print(f"geometric mean / {name}: {statistics.geometric_mean(found):.2f}")


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} .. {max(values):.2f})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorflow-python", metavar="PATH", help="a Python with TensorFlow, tf2onnx, onnxruntime")
    parser.add_argument("--pairs", type=int, default=5, help="turns of each")
    parser.add_argument("--only", default="", metavar="WORD", help="only cases whose names hold it")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
    else:
        main(given)
