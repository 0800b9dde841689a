"""Writes control/: graphs of Switch, Merge, Enter, Exit and TensorArrays, and what TensorFlow answers.

python make_control.py
"""

from __future__ import annotations

from typing import Any

from make_recording import Builders, Case, Recorder, Step, ramp, scalar, tf

# isort: split
import numpy as np
from make_control_dataflow import dataflow

case = Builders()
F32 = np.float32
BOTH = (True, False)


# ------------------------------------------------------------------------------------------------ cond


@case
def cond_nested() -> Case:
    a, b, x = scalar(tf.bool, "a"), scalar(tf.bool, "b"), scalar(tf.float32, "x")

    def inner() -> tf.Tensor:
        return tf.cond(b, lambda: x * 2.0, lambda: tf.cond(a, lambda: x + 100.0, lambda: x - 100.0))

    out = tf.cond(a, inner, lambda: tf.cond(b, lambda: -x, lambda: x))
    return [out, tf.gradients(out, x)[0]], [{a: p, b: q, x: 5.0} for p in BOTH for q in BOTH]


@case
def cond_many_outputs() -> Case:
    pred, x = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [None], "x")
    out = tf.cond(pred, lambda: [x, x * 2.0, tf.constant([7])], lambda: [x[:1], x, tf.constant([8, 9])])
    return list(out), [{pred: p, x: ramp(3)} for p in BOTH]


@case
def cond_gradient() -> Case:
    pred, x, y = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [3], "x"), scalar(tf.float32, "y")
    out = tf.cond(pred, lambda: tf.tanh(x * y), lambda: x * x)
    gx, gy = tf.gradients(tf.reduce_sum(out), [x, y])
    return [out, gx, gy], [{pred: p, x: ramp(3), y: 0.5} for p in BOTH]


@case
def cond_gradient_of_unused_branch() -> Case:
    """Only one branch depends on y: its gradient is zero when the other is taken."""
    pred, x, y = (
        scalar(tf.bool, "pred"),
        tf.placeholder(tf.float32, [None], "x"),
        tf.placeholder(tf.float32, [None], "y"),
    )
    out = tf.cond(pred, lambda: x * y, lambda: x)
    return tf.gradients(out, [x, y]), [{pred: p, x: ramp(2), y: -ramp(2)} for p in BOTH]


@case
def cond_strings() -> Case:
    pred, s = scalar(tf.bool, "pred"), tf.placeholder(tf.string, [None], "s")
    out = tf.cond(pred, lambda: tf.strings.join([s, s], "-"), lambda: tf.strings.upper(s))
    return [out], [{pred: p, s: ["ab", ""]} for p in BOTH]


@case
def cond_untaken_branch_would_fail() -> Case:
    pred, x = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [None], "x")
    out = tf.cond(pred, lambda: tf.reshape(x, [2, 2]), lambda: tf.reshape(x, [1, -1]))
    return [out], [{pred: False, x: ramp(3)}, {pred: True, x: ramp(4)}, {pred: True, x: ramp(3)}]


@case
def case_first_true() -> Case:
    x = scalar(tf.int32, "x")
    pairs = [(x < 0, lambda: tf.constant("negative")), (tf.equal(x, 0), lambda: tf.constant("zero"))]
    out = tf.case([*pairs, (x < 100, lambda: tf.constant("small"))], default=lambda: tf.constant("large"))
    return [out], [{x: v} for v in (-4, 0, 7, 1000)]


@case
def case_exclusive() -> Case:
    x = scalar(tf.int32, "x")
    pairs = [(x < 10, lambda: x * 2), (x > 5, lambda: x * 3)]
    out = tf.case(pairs, default=lambda: x, exclusive=True)
    return [out], [{x: 1}, {x: 20}, {x: 7}]


# ------------------------------------------------------------------------------------------------ while_loop


@case
def while_counts() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")
    i, total = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t + x * tf.cast(i, tf.float32)), [0, 0.0])
    return [i, total], [{n: v, x: 1.5} for v in (0, 1, 7, -2, 1000)]


@case
def while_swaps() -> Case:
    n = scalar(tf.int32, "n")
    a, b, c = (tf.placeholder(tf.float32, [2], name) for name in "abc")
    outs = tf.while_loop(lambda i, *_: i < n, lambda i, p, q, r: (i + 1, q, r, p), [0, a, b, c])
    return list(outs), [{n: v, a: [1, 2], b: [3, 4], c: [5, 6]} for v in (0, 1, 2, 3, 4)]


@case
def while_unchanged_variable() -> Case:
    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, [2], "x")
    i, same, last = tf.while_loop(
        lambda i, *_: i < n, lambda i, s, _: (i + 1, s, s * tf.cast(i, tf.float32)), [0, x, x]
    )
    return [i, same, last], [{n: v, x: ramp(2)} for v in (0, 1, 3)]


@case
def while_grows() -> Case:
    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, [None], "x")
    shapes = [tf.TensorShape([]), tf.TensorShape([None])]
    _, out = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, tf.concat([v * v, v[:1]], 0)), [0, x], shapes)
    return [out, tf.gradients(out, x)[0]], [{n: v, x: ramp(2)} for v in (0, 1, 4)]


@case
def while_changes_rank() -> Case:
    n, x = scalar(tf.int32, "n"), tf.placeholder(tf.float32, None, "x")
    shapes = [tf.TensorShape([]), tf.TensorShape(None)]
    out = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, v[None] * 2.0), [0, x], shapes)[1]
    return [out, tf.rank(out)], [{n: v, x: 3.0} for v in (0, 1, 3)]


@case
def while_maximum_iterations() -> Case:
    n, most = scalar(tf.int32, "n"), scalar(tf.int32, "most")
    out = tf.while_loop(lambda i: i < n, lambda i: i + 2, [0], maximum_iterations=most)
    return [out], [{n: a, most: b} for a, b in ((10, 3), (3, 10), (10, 0), (10, -1))]


@case
def while_parallel_iterations_1() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")
    out = tf.while_loop(
        lambda i, v: i < n, lambda i, v: (i + 1, v * x), [0, x], parallel_iterations=1, back_prop=True, swap_memory=True
    )[1]
    return [out, tf.gradients(out, x)[0]], [{n: v, x: 1.5} for v in (0, 5)]


@case
def while_nested_three_deep() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")

    def deep(level: int, total: tf.Tensor, outer: tf.Tensor) -> tf.Tensor:
        def body(i: tf.Tensor, t: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            step = t + tf.cast(i + outer, tf.float32) * x
            return i + 1, deep(level - 1, step, i) if level else step

        return tf.while_loop(lambda i, t: i < n, body, [0, total])[1]

    out = deep(2, x, tf.constant(0))
    return [out, tf.gradients(out, x)[0]], [{n: v, x: 0.5} for v in (0, 1, 3)]


@case
def while_inner_bound_from_outer() -> Case:
    n = scalar(tf.int32, "n")

    def row(i: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i + 1, tf.while_loop(lambda j, t: j < i, lambda j, t: (j + 1, t * 2 + j), [0, total])[1]

    return [tf.while_loop(lambda i, t: i < n, row, [0, 1])[1]], [{n: v} for v in (0, 1, 2, 5)]


@case
def cond_in_while() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")

    def body(i: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i + 1, tf.cond(tf.equal(i % 3, 0), lambda: tf.sin(v) * x, lambda: v + x * tf.cast(i, tf.float32))

    out = tf.while_loop(lambda i, v: i < n, body, [0, x])[1]
    return [out, tf.gradients(out, x)[0]], [{n: v, x: 0.75} for v in (0, 1, 2, 5)]


@case
def while_in_cond() -> Case:
    """In the branch not taken the whole loop is dead."""
    pred, n, x = scalar(tf.bool, "pred"), scalar(tf.int32, "n"), scalar(tf.float32, "x")

    def loop() -> tf.Tensor:
        return tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, v * x), [0, x])[1]

    out = tf.cond(pred, loop, lambda: -x)
    return [out, tf.gradients(out, x)[0]], [{pred: p, n: v, x: 2.0} for p in BOTH for v in (0, 3)]


@case
def while_in_cond_in_while() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")

    def halve(v: tf.Tensor) -> tf.Tensor:
        return tf.while_loop(lambda t: t > 1.0, lambda t: t / 2.0, [v])

    def body(i: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: halve(v + x), lambda: v * 3.0)

    out = tf.while_loop(lambda i, v: i < n, body, [0, x])[1]
    return [out, tf.gradients(out, x)[0]], [{n: v, x: 5.5} for v in (0, 1, 2, 5)]


@case
def while_strings() -> Case:
    n, s = scalar(tf.int32, "n"), scalar(tf.string, "s")
    out = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t + tf.as_string(i) + s), [0, s])[1]
    return [out], [{n: v, s: "ab"} for v in (0, 3)]


@case
def while_gradient_accumulators() -> Case:
    """Gradients of two invariants, of the start value and of an embedding (IndexedSlices), through one loop."""
    n = scalar(tf.int32, "n")
    w, b = tf.placeholder(tf.float32, [2, 2], "w"), tf.placeholder(tf.float32, [2], "b")
    h0, table = tf.placeholder(tf.float32, [1, 2], "h0"), tf.placeholder(tf.float32, [4, 2], "table")

    def body(i: tf.Tensor, h: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, ...]:
        h = tf.tanh(tf.matmul(h, w) + b + tf.gather(table, [i % 3]))
        return i + 1, h, total + tf.reduce_sum(h * h)

    _, h, total = tf.while_loop(lambda i, *_: i < n, body, [0, h0, 0.0])
    grads = [tf.convert_to_tensor(g) for g in tf.gradients(total, [w, b, h0, table])]
    values = {w: ramp(2, 2) - 0.5, b: [0.1, -0.1], h0: [[0.3, 0.6]], table: ramp(4, 2) / 4}
    return [h, total, *grads], [{n: v, **values} for v in (0, 1, 5)]


@case
def while_two_loops_in_sequence() -> Case:
    n, x = scalar(tf.int32, "n"), scalar(tf.float32, "x")
    first = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, v * x), [0, x])
    second = tf.while_loop(lambda i, v: i < 2 * n, lambda i, v: (i + 1, v + first[1]), first)
    return [*second, tf.gradients(second[1], x)[0]], [{n: v, x: 1.5} for v in (0, 3)]


@case
def while_condition_reads_array() -> Case:
    x = tf.placeholder(tf.float32, [None], "x")
    out = tf.while_loop(lambda v: tf.reduce_max(v) < 100.0, lambda v: v * 2.0 + tf.cumsum(v), [x])
    return [out], [{x: ramp(4)}, {x: [100.0]}, {x: [float("inf"), 1.0]}]


# ------------------------------------------------------------------------------------------------ TensorArray


@case
def array_map_scan_fold() -> Case:
    x = tf.placeholder(tf.float32, [None, 2], "x")
    mapped = tf.map_fn(lambda v: v * v + 1.0, x)
    outs = [mapped, tf.scan(lambda a, v: a * 0.5 + v, x), tf.scan(lambda a, v: a + v, x, reverse=True)]
    outs += [tf.foldl(lambda a, v: a - v, x), tf.foldr(lambda a, v: a - v, x)]
    return [*outs, *(tf.gradients(out, x)[0] for out in outs)], [{x: ramp(4, 2)}, {x: ramp(1, 2)}]


@case
def array_map_structures() -> Case:
    x, k = tf.placeholder(tf.float32, [None, 2], "x"), tf.placeholder(tf.int32, [None], "k")
    sums, flags = tf.map_fn(lambda e: (e[0] * tf.cast(e[1], tf.float32), e[1] > 1), (x, k), dtype=(tf.float32, tf.bool))
    words = tf.map_fn(lambda v: tf.as_string(v) + "!", k, dtype=tf.string)
    return [sums, flags, words], [{x: ramp(3, 2), k: [0, 1, 2]}, {x: np.zeros([0, 2], F32), k: np.zeros([0], np.int32)}]


@case
def array_dynamic_rnn() -> Case:
    x, lengths = tf.placeholder(tf.float32, [2, None, 3], "x"), tf.placeholder(tf.int32, [2], "lengths")
    w = tf.constant(np.linspace(-0.6, 0.6, 7 * 4, dtype=F32).reshape(7, 4))
    steps = tf.shape(x)[1]
    inputs = tf.TensorArray(tf.float32, size=steps).unstack(tf.transpose(x, [1, 0, 2]))

    def step(t: tf.Tensor, h: tf.Tensor, outs: tf.TensorArray) -> tuple[Any, ...]:
        new = tf.tanh(tf.matmul(tf.concat([inputs.read(t), h], 1), w))
        alive = t < lengths
        return t + 1, tf.where(alive, new, h), outs.write(t, tf.where(alive, new, tf.zeros_like(new)))

    _, h, outs = tf.while_loop(lambda t, *_: t < steps, step, [0, tf.zeros([2, 4]), tf.TensorArray(tf.float32, steps)])
    stacked = tf.transpose(outs.stack(), [1, 0, 2])
    return [h, stacked, tf.gradients([stacked, h], x)[0]], [
        {x: ramp(2, 5, 3) / 4, lengths: [5, 2]},
        {x: ramp(2, 1, 3), lengths: [1, 0]},
    ]


@case
def array_operations() -> Case:
    x = tf.placeholder(tf.float32, [None, 2], "x")
    array = tf.TensorArray(tf.float32, size=3, clear_after_read=False).unstack(x[:3])
    scattered = tf.TensorArray(tf.float32, size=4, element_shape=[2]).scatter([3, 0], x[:2])
    split = tf.TensorArray(tf.float32, size=2, infer_shape=False, clear_after_read=False).split(
        x, [1, tf.shape(x)[0] - 1]
    )
    outs = [array.read(2), array.read(2) + array.read(0), array.stack(), array.gather([2, 0, 2]), array.concat()]
    outs += [scattered.gather([0, 3]), scattered.size(), split.read(0), split.concat()]
    return [*outs, tf.gradients([outs[1], outs[3], outs[8]], x)[0]], [{x: ramp(3, 2)}, {x: ramp(4, 2)}]


@case
def array_grows() -> Case:
    n = scalar(tf.int32, "n")
    array = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    array = tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, a.write(i, i * i)), [0, array])[1]
    return [array.stack(), array.size()], [{n: v} for v in (1, 5)]


@case
def array_of_ragged_elements() -> Case:
    n = scalar(tf.int32, "n")
    array = tf.TensorArray(tf.float32, size=n, infer_shape=False, clear_after_read=False)
    array = tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, a.write(i, tf.fill([i], 0.5))), [0, array])[1]
    return [array.concat(), array.read(n - 1)], [{n: v} for v in (1, 4)]


@case
def array_unwritten_elements() -> Case:
    """With a full element shape an element that was never written reads as zeros."""
    x = tf.placeholder(tf.float32, [2], "x")
    array = tf.TensorArray(tf.float32, size=3, element_shape=[2]).write(1, x)
    return [array.stack()], [{x: ramp(2)}]


@case
def array_misuse() -> list[Step]:
    index, size = scalar(tf.int32, "index"), scalar(tf.int32, "size")
    x = tf.placeholder(tf.float32, None, "x")

    def fresh(**options: Any) -> tf.TensorArray:
        return tf.TensorArray(tf.float32, size=size, infer_shape=False, **options)

    written = fresh().write(index, x)
    once = fresh().unstack([1.0, 2.0])
    first = once.read(0)
    with tf.control_dependencies([first]):
        again = once.read(0)
    twice = fresh().write(0, 1.0).write(0, x)
    fixed = tf.TensorArray(tf.float32, size=size, element_shape=[2], infer_shape=False).write(0, x)
    split_lengths = tf.placeholder(tf.int32, [None], "lengths")
    uneven = fresh().write(0, 1.0).write(1, x)
    cases = {
        "write": written.flow,
        "read": fresh().unstack([1.0, 2.0]).read(index),
        "unwritten": fresh().write(0, x).read(1),
        "again": again,
        "twice": twice.flow,
        "fixed": fixed.stack(),
        "uneven": uneven.stack(),
        "unstack": fresh().unstack([1.0, 2.0]).flow,
        "split": fresh().split(tf.constant([1.0, 2.0, 3.0]), split_lengths).flow,
        "concat": fresh().write(0, x).write(1, [1.0]).concat(),
    }
    name = {key: tf.identity(value, name=f"out_{key}").name for key, value in cases.items()}
    two, vector = {"size:0": 2}, {"x:0": [5.0, 6.0]}
    return [
        Step([name["write"]], {**two, **vector, "index:0": 1}),
        Step([name["write"]], {**two, **vector, "index:0": 2}),
        Step([name["write"]], {**two, **vector, "index:0": -1}),
        Step([name["read"]], {**two, "index:0": 1}),
        Step([name["read"]], {**two, "index:0": 2}),
        Step([name["read"]], {**two, "index:0": -1}),
        Step([name["unwritten"]], {**two, **vector}),
        Step([name["again"]], two),
        Step([name["twice"]], {**two, **vector}),
        Step([name["fixed"]], {"size:0": 1, **vector}),
        Step([name["fixed"]], {"size:0": 1, "x:0": [1.0, 2.0, 3.0]}),
        Step([name["uneven"]], {**two, "x:0": 2.0}),
        Step([name["uneven"]], {**two, **vector}),
        Step([name["unstack"]], two),
        Step([name["unstack"]], {"size:0": 3}),
        Step([name["split"]], {**two, "lengths:0": [1, 2]}),
        Step([name["split"]], {**two, "lengths:0": [1, 1]}),
        Step([name["split"]], {**two, "lengths:0": [1, 1, 1]}),
        Step([name["concat"]], {**two, **vector}),
        Step([name["concat"]], {**two, "x:0": 1.0}),
        Step([name["write"]], {"size:0": -1, **vector, "index:0": 0}),
    ]


def main() -> None:
    recorder = Recorder("control")
    case.record(recorder)
    dataflow.record(recorder)
    recorder.write_manifest()


if __name__ == "__main__":
    main()
