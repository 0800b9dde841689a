"""Writes functional/: graphs with function libraries (If, While, Case, calls, recursion) and what TensorFlow answers.

    python make_functional.py

Control flow v2 is switched on for the whole process: tf.cond makes If, tf.while_loop makes While, TensorArrays are
TensorLists.
"""

from __future__ import annotations

from typing import Any

from make_functional_text import TEXT_CASES
from make_recording import Builders, Case, Recorder, Step, ramp, scalar, tf

# isort: split
import numpy as np
from google.protobuf import text_format
from tensorflow.python.framework import function
from tensorflow.python.ops import functional_ops

tf.enable_control_flow_v2()
tf.enable_resource_variables()

# TensorFlow's runtime instantiates polymorphic functions, but its Python importer cannot describe them: it skips those.
_describe_library = function.from_library


def describe_monomorphic(library: Any) -> list[Any]:
    kept = type(library)(gradient=library.gradient)
    kept.function.extend(f for f in library.function if all(arg.type for arg in f.signature.input_arg))
    return list(_describe_library(kept))


function.from_library = describe_monomorphic

case = Builders()
F32 = np.float32


# ------------------------------------------------------------------------------------------------ If


@case
def if_captures() -> Case:
    pred, x, y = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [None], "x"), scalar(tf.float32, "y")
    a, b = tf.cond(pred, lambda: (x * y, x + 1.0), lambda: (x - y, tf.reverse(x, [0])))
    return [a, b], [{pred: p, x: ramp(3), y: 2.0} for p in (True, False)]


@case
def if_output_is_input() -> Case:
    pred, x, y = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [2], "x"), tf.placeholder(tf.float32, [2], "y")
    return [tf.cond(pred, lambda: x, lambda: y), tf.cond(pred, lambda: (y, y), lambda: (x, y))[1]], [
        {pred: p, x: ramp(2), y: -ramp(2)} for p in (True, False)
    ]


@case
def if_shapes_differ() -> Case:
    pred, x = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [None], "x")
    out = tf.cond(pred, lambda: tf.concat([x, x], 0), lambda: x[:1])
    return [out, tf.shape(out)], [{pred: p, x: ramp(3)} for p in (True, False)]


@case
def if_nested() -> Case:
    a, b, x = scalar(tf.bool, "a"), scalar(tf.bool, "b"), scalar(tf.float32, "x")
    out = tf.cond(a, lambda: tf.cond(b, lambda: x * 2.0, lambda: x * 3.0), lambda: tf.cond(b, lambda: -x, lambda: x))
    return [out], [{a: p, b: q, x: 5.0} for p in (True, False) for q in (True, False)]


@case
def if_gradient() -> Case:
    pred, x, y = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [3], "x"), scalar(tf.float32, "y")
    out = tf.cond(pred, lambda: tf.tanh(x * y), lambda: x * x)
    gx, gy = tf.gradients(tf.reduce_sum(out), [x, y])
    (gxx,) = tf.gradients(gx, x)
    return [out, gx, gy, gxx], [{pred: p, x: ramp(3), y: 0.5} for p in (True, False)]


@case
def if_assert_in_branch() -> Case:
    pred, x = scalar(tf.bool, "pred"), scalar(tf.int32, "x")

    def guarded() -> tf.Tensor:
        with tf.control_dependencies([tf.Assert(x > 0, ["x must be positive", x], name="positive")]):
            return tf.identity(x)

    out = tf.cond(pred, guarded, lambda: -x)
    return [out], [{pred: True, x: 3}, {pred: False, x: -3}, {pred: True, x: -3}]


def if_on(dtype: tf.DType, shape: list[int | None]) -> tuple[tf.Tensor, tf.Tensor]:
    @function.Defun(tf.float32, func_name="times_ten")
    def times_ten(v: tf.Tensor) -> tf.Tensor:
        return v * 10.0

    @function.Defun(tf.float32, func_name="negated")
    def negated(v: tf.Tensor) -> tf.Tensor:
        return -v

    cond = tf.placeholder(dtype, shape, "cond")
    return cond, functional_ops.If(cond, [tf.constant([1.0, 2.0])], times_ten, negated, name="out")[0]


@case
def if_on_int32() -> Case:
    cond, out = if_on(tf.int32, [])
    return [out], [{cond: v} for v in (0, 1, -5)]


@case
def if_on_float64() -> Case:
    cond, out = if_on(tf.float64, [])
    return [out], [{cond: v} for v in (0.0, -0.0, 0.5, float("nan"))]


@case
def if_on_string() -> Case:
    cond, out = if_on(tf.string, [])
    return [out], [{cond: v} for v in ("", "x", "False")]


@case
def if_on_array() -> Case:
    """An array is true when it has elements, whatever they are."""
    cond, out = if_on(tf.int32, [None])
    return [out], [{cond: v} for v in ([], [0], [0, 1])]


# ------------------------------------------------------------------------------------------------ Case


@case
def case_branches() -> Case:
    """An index out of range takes the last branch."""
    index, x = scalar(tf.int32, "index"), tf.placeholder(tf.float32, [2], "x")
    out = tf.switch_case(index, [lambda: x + 1.0, lambda: x * 10.0, lambda: -x])
    return [out], [{index: i, x: ramp(2)} for i in (-1, 0, 1, 2, 3, 2**31 - 1)]


@case
def case_default_and_gradient() -> Case:
    index, x = scalar(tf.int32, "index"), tf.placeholder(tf.float32, [2], "x")
    out = tf.switch_case(index, {0: lambda: x * x, 1: lambda: tf.exp(x)}, default=lambda: x * 3.0)
    return [out, tf.gradients(out, x)[0]], [{index: i, x: ramp(2)} for i in (-1, 0, 1, 2)]


@case
def case_stateful() -> Case:
    index, x = scalar(tf.int32, "index"), scalar(tf.int32, "x")

    def checked(limit: int) -> tf.Tensor:
        with tf.control_dependencies([tf.debugging.assert_less(x, limit, message=f"limit {limit}")]):
            return x + limit

    out = tf.switch_case(index, [lambda: checked(10), lambda: checked(100)])
    return [out], [{index: 0, x: 5}, {index: 1, x: 50}, {index: 0, x: 50}]


# ------------------------------------------------------------------------------------------------ While


@case
def while_counts() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")
    i, total = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t + x * tf.cast(i, tf.float32)), [0, 0.0])
    return [i, total], [{n: v, x: 1.5} for v in (0, 1, 7, -2)]


@case
def while_swaps() -> Case:
    n = scalar(tf.int32, "n")
    a, b, c = (tf.placeholder(tf.float32, [2], name) for name in "abc")
    outs = tf.while_loop(lambda i, *_: i < n, lambda i, p, q, r: (i + 1, q, r, p), [0, a, b, c])
    return list(outs), [{n: v, a: [1, 2], b: [3, 4], c: [5, 6]} for v in (0, 1, 2, 3, 4)]


@case
def while_grows() -> Case:
    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, [None], "x")
    shapes = [tf.TensorShape([]), tf.TensorShape([None])]
    _, out = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, tf.concat([v, v[:1] + 1.0], 0)), [0, x], shapes)
    return [out], [{n: v, x: ramp(2)} for v in (0, 1, 4)]


@case
def while_maximum_iterations() -> Case:
    n, most = scalar(tf.int32, "n"), scalar(tf.int32, "most")
    out = tf.while_loop(lambda i: i < n, lambda i: i + 2, [0], maximum_iterations=most)
    return [out], [{n: a, most: b} for a, b in ((10, 3), (3, 10), (10, 0), (10, -1))]


@case
def while_nested() -> Case:
    n, m = scalar(tf.int32, "n"), scalar(tf.int32, "m")

    def row(i: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        inner = tf.while_loop(lambda j, t: j < m + i, lambda j, t: (j + 1, t + i * j), [0, total])
        return i + 1, inner[1]

    return [tf.while_loop(lambda i, t: i < n, row, [0, 0])[1]], [{n: a, m: b} for a, b in ((3, 4), (0, 4), (3, -9))]


@case
def while_in_if_in_while() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")

    def halve(v: tf.Tensor) -> tf.Tensor:
        return tf.while_loop(lambda t: t > 1.0, lambda t: t / 2.0, [v])

    def body(i: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: halve(v + x), lambda: v * 3.0)

    out = tf.while_loop(lambda i, v: i < n, body, [0, x])[1]
    return [out], [{n: v, x: 5.5} for v in (0, 1, 2, 5)]


@case
def while_strings() -> Case:
    n, s = scalar(tf.int32, "n"), scalar(tf.string, "s")
    out = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t + tf.as_string(i) + s), [0, s])[1]
    return [out], [{n: v, s: "ab"} for v in (0, 3)]


@case
def while_gradient() -> Case:
    n, x, w = scalar(tf.int32, "n"), tf.placeholder(tf.float32, [2, 3], "x"), tf.placeholder(tf.float32, [3, 3], "w")

    def body(i: tf.Tensor, h: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, ...]:
        h = tf.tanh(tf.matmul(h, w) + x)
        return i + 1, h, total + tf.reduce_sum(h * h)

    _, h, total = tf.while_loop(lambda i, *_: i < n, body, [0, x, 0.0])
    return [h, total, *tf.gradients(total, [x, w])], [
        {n: v, x: ramp(2, 3), w: ramp(3, 3) / 4 - 0.25} for v in (0, 1, 4)
    ]


@case
def while_gradient_of_growing() -> Case:
    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, [None], "x")
    shapes = [tf.TensorShape([]), tf.TensorShape([None])]
    _, out = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, tf.concat([v * v, v], 0)), [0, x], shapes)
    return [out, tf.gradients(out, x)[0]], [{n: v, x: ramp(2)} for v in (0, 1, 3)]


@case
def while_nested_gradient() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")

    def inner(v: tf.Tensor) -> tf.Tensor:
        return tf.while_loop(lambda j, t: j < 3, lambda j, t: (j + 1, tf.sin(t) * x), [0, v])[1]

    def body(i: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i + 1, tf.cond(v > 0.5, lambda: inner(v) + v, lambda: v * x + 0.25)

    out = tf.while_loop(lambda i, v: i < n, body, [0, x])[1]
    return [out, tf.gradients(out, x)[0]], [{n: v, x: 0.75} for v in (0, 1, 4)]


@case
def while_second_gradient() -> Case:
    x = scalar(tf.float32, "x")
    out = tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * x), [0, x])[1]
    (g,) = tf.gradients(out, x)
    return [out, g, tf.gradients(g, x)[0]], [{x: 2.0}, {x: -0.5}]


@case
def while_of_unknown_shape() -> Case:
    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, None, "x")
    out = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, v * 2.0), [0, x])[1]
    return [out], [{n: 3, x: 1.0}, {n: 3, x: ramp(2, 2)}, {n: 0, x: np.zeros([0, 3], F32)}]


# ------------------------------------------------------------------------------------------------ TensorLists


@case
def list_map_scan_fold() -> Case:
    x = tf.placeholder(tf.float32, [None, 2], "x")
    mapped = tf.map_fn(lambda v: v * v + 1.0, x)
    scanned = tf.scan(lambda a, v: a * 0.5 + v, x)
    folded = tf.foldl(lambda a, v: a - v, x), tf.foldr(lambda a, v: a - v, x)
    outs = [mapped, scanned, *folded]
    return [*outs, *(tf.gradients(out, x)[0] for out in outs)], [{x: ramp(4, 2)}, {x: ramp(1, 2)}]


@case
def list_tensor_array() -> Case:
    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, [None], "x")
    array = tf.TensorArray(tf.float32, size=n, element_shape=[None])
    array = tf.while_loop(
        lambda i, a: i < n, lambda i, a: (i + 1, a.write(n - 1 - i, x * tf.cast(i, tf.float32))), [0, array]
    )[1]
    outs = [array.stack(), array.read(0), array.size(), array.gather([1, 0]), array.concat()]
    return [*outs, tf.gradients(outs[0], x)[0]], [{n: 2, x: ramp(3)}, {n: 4, x: ramp(1)}, {n: 1, x: ramp(1)}]


@case
def list_rnn() -> Case:
    tf.set_random_seed(7)
    x, lengths = tf.placeholder(tf.float32, [2, None, 3], "x"), tf.placeholder(tf.int32, [2], "lengths")
    w = tf.constant(np.linspace(-0.6, 0.6, 7 * 16, dtype=F32).reshape(7, 16))

    def step(t: tf.Tensor, c: tf.Tensor, h: tf.Tensor, outs: tf.TensorArray) -> tuple[Any, ...]:
        i, j, f, o = tf.split(tf.matmul(tf.concat([x[:, t], h], 1), w), 4, axis=1)
        new_c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        alive = (t < lengths)[:, None]
        new_h = tf.where_v2(alive, tf.tanh(new_c) * tf.sigmoid(o), h)
        return t + 1, tf.where_v2(alive, new_c, c), new_h, outs.write(t, new_h)

    steps = tf.shape(x)[1]
    start = [0, tf.zeros([2, 4]), tf.zeros([2, 4]), tf.TensorArray(tf.float32, size=steps)]
    _, c, h, outs = tf.while_loop(lambda t, *_: t < steps, step, start)
    stacked = outs.stack()
    return [c, h, stacked, tf.gradients([stacked, c], x)[0]], [
        {x: ramp(2, 5, 3) / 4, lengths: [5, 2]},
        {x: ramp(2, 1, 3), lengths: [1, 0]},
    ]


# ------------------------------------------------------------------------------------------------ calls


@case
def call_partitioned() -> Case:
    @tf.function
    def affine(x: tf.Tensor, w: tf.Tensor, unused: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        y = tf.matmul(x, w) + captured
        return y, x, y

    x, w, captured = tf.placeholder(tf.float32, [None, 2], "x"), tf.constant(ramp(2, 2)), scalar(tf.float32, "captured")
    return list(affine(x, w, tf.constant("unused"))), [{x: ramp(3, 2), captured: 1.0}, {x: ramp(1, 2), captured: -1.0}]


@case
def call_nested_and_repeated() -> Case:
    @tf.function
    def square(v: tf.Tensor) -> tf.Tensor:
        return v * v

    @tf.function
    def poly(v: tf.Tensor) -> tf.Tensor:
        return square(v) + square(square(v)) + tf.cond(tf.reduce_sum(v) > 0.0, lambda: square(v), lambda: v)

    x = tf.placeholder(tf.float32, [2], "x")
    out = poly(x) + poly(-x)
    return [out, tf.gradients(out, x)[0]], [{x: ramp(2)}, {x: -ramp(2)}]


@case
def call_many_outputs_inside() -> Case:
    """Inner nodes whose outputs have names and numbers: y:0 of Split and Unpack, values and indices of TopKV2."""

    @tf.function
    def inner(v: tf.Tensor) -> tuple[tf.Tensor, ...]:
        a, b, c = tf.split(v, 3, axis=1)
        top, at = tf.nn.top_k(b + c, 2)
        rows = tf.unstack(a)
        mean, variance = tf.nn.moments(v, [0, 1])
        return at, top, rows[1] - rows[0], mean, variance, tf.unique(at[0]).idx

    x = tf.placeholder(tf.float32, [2, 6], "x")
    return list(inner(x)), [{x: ramp(2, 6)}, {x: np.sin(ramp(2, 6) * 9).astype(F32)}]


@case
def call_stateful() -> Case:
    """Stateful ops in a function: their order, and an assertion that is reached only through a control output."""

    @tf.function
    def checked(v: tf.Tensor) -> tf.Tensor:
        tf.debugging.Assert(tf.reduce_all(v >= 0), ["negative", v], name="check")
        return tf.sqrt(v)

    x = tf.placeholder(tf.float32, [2], "x")
    return [checked(x)], [{x: [1.0, 4.0]}, {x: [1.0, -4.0]}]


@case
def call_autograph() -> Case:
    @tf.function(autograph=True)
    def collatz(n: tf.Tensor) -> tf.Tensor:
        steps = 0
        while n > 1:
            if tf.equal(n % 2, 0):
                n = n // 2
            else:
                n = 3 * n + 1
            steps += 1
        return steps

    n = scalar(tf.int32, "n")
    return [collatz(n)], [{n: v} for v in (1, 6, 27)]


@case
def call_by_name() -> Case:
    """A Defun's call is a node whose op is the function's name."""

    @function.Defun(tf.float32, tf.float32, func_name="MulAdd")
    def mul_add(a: tf.Tensor, b: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return a * b, a + b

    x, y = tf.placeholder(tf.float32, [None], "x"), scalar(tf.float32, "y")
    product, total = mul_add(x, y, name="first")
    again = mul_add(product, total, name="second")
    return [product, total, *again], [{x: ramp(3), y: 2.0}]


@case
def call_symbolic_gradient() -> Case:
    @function.Defun(tf.float32, tf.float32, func_name="Product")
    def product(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
        return tf.tanh(a) * b

    x, y = tf.placeholder(tf.float32, [3], "x"), tf.placeholder(tf.float32, [3], "y")
    out = product(x, y, name="call")
    return [out, *tf.gradients(out, [x, y])], [{x: ramp(3), y: -ramp(3)}]


@case
def for_loop() -> Case:
    @function.Defun(tf.int32, tf.float32, tf.float32, func_name="Step")
    def step(i: tf.Tensor, a: tf.Tensor, b: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return b + tf.cast(i, tf.float32), a * 2.0

    start, limit, delta = (scalar(tf.int32, name) for name in ("start", "limit", "delta"))
    outs = functional_ops.For(start, limit, delta, [tf.constant(1.0), tf.constant(2.0)], step, name="loop")
    ranges = ((0, 4, 1), (0, 5, 2), (5, 0, -2), (3, 3, 1), (0, 4, -1), (0, 4, 0))
    return list(outs), [{start: a, limit: b, delta: c} for a, b, c in ranges]


@case
def while_op() -> Case:
    """A While node without the attributes that tf.while_loop sets; its condition is not a bool."""

    @function.Defun(tf.int32, tf.float32, func_name="Cond")
    def cond(i: tf.Tensor, unused: tf.Tensor) -> tf.Tensor:
        return i

    @function.Defun(tf.int32, tf.float32, func_name="Body")
    def body(i: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i - 1, v * 2.0

    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, [2], "x")
    return list(functional_ops.While([n, x], cond, body, name="loop")), [{n: v, x: ramp(2)} for v in (0, 3)]


# ------------------------------------------------------------------------------------------------ variables


def stateful_variables(recorder: Recorder) -> None:
    """Assignments in functions, branches and loop bodies, through captured resources; then the same graph frozen."""
    with tf.Graph().as_default() as graph:
        v = tf.get_variable("v", initializer=np.array([1.0, 2.0], F32))
        count = tf.get_variable("count", initializer=0)
        pred, n, x = scalar(tf.bool, "pred"), scalar(tf.int32, "n"), tf.placeholder(tf.float32, [2], "x")

        @tf.function
        def bump(amount: tf.Tensor) -> tf.Tensor:
            before = v.read_value()
            v.assign_add(amount)
            count.assign_add(1)
            return before * 10.0 + v.read_value()

        def add_x() -> tf.Tensor:
            with tf.control_dependencies([v.assign_add(x)]):
                return v.read_value()

        def body(i: tf.Tensor) -> tf.Tensor:
            with tf.control_dependencies([v.assign(v * 2.0), count.assign_add(1)]):
                return i + 1

        call = tf.identity(bump(x), name="call")
        cond = tf.identity(tf.cond(pred, add_x, lambda: -v.read_value()), name="cond")
        loop = tf.identity(tf.while_loop(lambda i: i < n, body, [0]), name="loop")
        read_only = tf.cond(
            pred, lambda: v * x, lambda: tf.while_loop(lambda t: tf.reduce_sum(t) < 50.0, lambda t: t + v, [x])
        )
        tf.identity(read_only, name="read_only")
        tf.identity(v, name="v_now"), tf.identity(count, name="count_now")
        tf.global_variables_initializer()
        now = Step(["v_now:0", "count_now:0"])
        fed = {"x:0": [0.5, 0.25]}
        steps = [
            Step(["call:0"], fed),
            Step(["init"]),
            now,
            Step([call.name], fed),
            now,
            Step([cond.name], {**fed, "pred:0": True}),
            now,
            Step([cond.name], {**fed, "pred:0": False}),
            now,
            Step([loop.name], {"n:0": 3}),
            now,
            Step([loop.name], {"n:0": 0}),
            Step(["read_only:0"], {**fed, "pred:0": True}),
            Step(["read_only:0"], {**fed, "pred:0": False}),
            now,
        ]
        recorder.session("stateful_variables", graph.as_graph_def(), steps)
        with tf.Session() as session:
            session.run("init")
            frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["read_only"])
        runs = [{"x:0": [0.5, 0.25], "pred:0": p} for p in (True, False)]
        recorder.graph("frozen_variables", frozen, ["read_only:0"], runs)


def main() -> None:
    recorder = Recorder("functional")
    case.record(recorder)
    for name, text, fetches, runs in TEXT_CASES:
        recorder.graph(name, text_format.Parse(text, tf.GraphDef()), fetches, runs)
    stateful_variables(recorder)
    recorder.write_manifest()


if __name__ == "__main__":
    main()
