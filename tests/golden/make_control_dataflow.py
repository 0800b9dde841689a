"""Graphs of single Switch, Merge, Enter and Exit ops, dead tensors, and feeds in the middle of a graph.

`make_control.py` records them.
"""

from __future__ import annotations

from make_recording import Builders, Case, Step, ramp, scalar, tf

# isort: split
import numpy as np

dataflow = Builders()
ops = tf.raw_ops
F32 = np.float32
BOTH = (True, False)


def names(tensors: list[tf.Tensor]) -> list[str]:
    return [tensor.name for tensor in tensors]


# ------------------------------------------------------------------------------------------------ Switch and Merge


@dataflow
def switch_outputs() -> list[Step]:
    """A fetch of the dead output of a Switch is an error, alone or together with the live one."""
    pred, x = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [2], "x")
    ops.Switch(data=x, pred=pred, name="switch")
    outs = ["switch:0", "switch:1"]
    return [Step([out], {"pred:0": p, "x:0": ramp(2)}) for p in BOTH for out in outs] + [
        Step(outs, {"pred:0": True, "x:0": ramp(2)}),
        Step(["switch"], {"pred:0": True, "x:0": ramp(2)}),
    ]


@dataflow
def dead_values_spread() -> list[Step]:
    """Deadness passes through data edges and control edges, into what has live inputs as well."""
    pred, x = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [2], "x")
    off, on = ops.Switch(data=x, pred=pred, name="switch")
    tf.add(x, on, name="mixed")
    with tf.control_dependencies([tf.identity(off, name="off")]):
        tf.identity(x, name="after_off")
        tf.constant(1.0, name="constant_after_off")
        tf.no_op(name="nothing_after_off")
        ops.ControlTrigger(name="trigger")
    with tf.control_dependencies(["trigger"]):
        tf.identity(x, name="after_trigger")
    with tf.control_dependencies(["nothing_after_off"]):
        tf.identity(x, name="after_nothing")
    targets = ["mixed:0", "after_off:0", "constant_after_off:0", "nothing_after_off", "after_nothing:0"]
    targets += ["trigger", "after_trigger:0"]
    return [Step([t], {"pred:0": p, "x:0": ramp(2)}) for p in BOTH for t in targets]


@dataflow
def merge_takes_the_live_input() -> Case:
    pred, x = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [2], "x")
    off, on = ops.Switch(data=x, pred=pred)
    merged = ops.Merge(inputs=[off * 10.0, on + 1.0])
    swapped = ops.Merge(inputs=[on + 1.0, off * 10.0])
    return [*merged, *swapped], [{pred: p, x: ramp(2)} for p in BOTH]


@dataflow
def merge_of_one_input() -> list[Step]:
    pred, x = scalar(tf.bool, "pred"), tf.placeholder(tf.float32, [2], "x")
    on = ops.Switch(data=x, pred=pred)[1]
    ops.Merge(inputs=[on], name="one")
    ops.Merge(inputs=[on, on * 2.0], name="both_or_none")
    ops.Merge(inputs=[x, x], name="alive")
    return [
        Step(["one:0", "one:1"], {"pred:0": True, "x:0": ramp(2)}),
        Step(["one:0", "one:1"], {"pred:0": False, "x:0": ramp(2)}),
        Step(["both_or_none:0"], {"pred:0": False, "x:0": ramp(2)}),
        Step(["alive:0"], {"x:0": ramp(2)}),
    ]


@dataflow
def merge_of_two_predicates() -> list[Step]:
    """Legal as long as not both inputs are alive: which of two live inputs wins is left open."""
    p, q, x = scalar(tf.bool, "p"), scalar(tf.bool, "q"), tf.placeholder(tf.float32, [2], "x")
    on_p, on_q = ops.Switch(data=x, pred=p)[1], ops.Switch(data=x, pred=q)[1]
    ops.Merge(inputs=[on_p + 1.0, on_q * 10.0], name="merged")
    return [
        Step(["merged:0", "merged:1"], {"p:0": a, "q:0": b, "x:0": ramp(2)})
        for a, b in ((True, False), (False, True), (False, False))
    ]


@dataflow
def merge_of_three() -> Case:
    """A three-way choice made of two Switches in a row and one Merge."""
    low, high, x = scalar(tf.bool, "low"), scalar(tf.bool, "high"), tf.placeholder(tf.float32, [2], "x")
    rest, is_low = ops.Switch(data=x, pred=low)
    middle, is_high = ops.Switch(data=rest, pred=high)
    merged = ops.Merge(inputs=[is_low, middle * 2.0, is_high * 3.0])
    return list(merged), [{low: a, high: b, x: ramp(2)} for a in BOTH for b in BOTH]


@dataflow
def merge_ignores_dead_control() -> list[Step]:
    """A dead control input kills any other op; a Merge only waits for it."""
    pred, gate, x = scalar(tf.bool, "pred"), scalar(tf.bool, "gate"), tf.placeholder(tf.float32, [2], "x")
    off, on = ops.Switch(data=x, pred=pred)
    with tf.control_dependencies([tf.identity(ops.Switch(data=x, pred=gate)[1], name="gated")]):
        ops.Merge(inputs=[off, on], name="merged")
    return [Step(["merged:0", "merged:1"], {"pred:0": a, "gate:0": b, "x:0": ramp(2)}) for a in BOTH for b in BOTH]


@dataflow
def switch_pred_not_scalar() -> list[Step]:
    pred, x = tf.placeholder(tf.bool, None, "pred"), tf.placeholder(tf.float32, [2], "x")
    ops.Switch(data=x, pred=pred, name="switch")
    return [Step(["switch:1"], {"pred:0": p, "x:0": ramp(2)}) for p in (True, [True], [[True]], [True, False])]


@dataflow
def ref_switch_and_merge() -> list[Step]:
    pred = scalar(tf.bool, "pred")
    a = tf.Variable([1.0, 2.0], name="a", use_resource=False)
    b = tf.Variable([10.0, 20.0], name="b", use_resource=False)
    off, on = ops.RefSwitch(data=a._ref(), pred=pred, name="ref_switch")
    merged, _ = ops.RefMerge(inputs=[tf.assign_add(off, [1.0, 1.0]), tf.assign_sub(on, [1.0, 1.0])], name="ref_merge")
    tf.identity(merged, name="merged")
    index = scalar(tf.int32, "index")
    chosen = ops.RefSelect(index=index, inputs=[a._ref(), b._ref()], name="ref_select")
    tf.identity(tf.assign(chosen, [7.0, 8.0]), name="assigned")
    ops.RefIdentity(input=a._ref(), name="ref_identity")
    tf.global_variables_initializer()
    return [
        Step(["init"]),
        Step(["merged:0", "ref_merge:1"], {"pred:0": True}),
        Step(["a:0"]),
        Step(["merged:0", "ref_merge:1"], {"pred:0": False}),
        Step(["a:0", "ref_identity:0"]),
        Step(["assigned:0"], {"index:0": 1}),
        Step(["a:0", "b:0"]),
        Step(["assigned:0"], {"index:0": 2}),
    ]


# ------------------------------------------------------------------------------------------------ frames


def counting_loop(limit: tf.Tensor, x: tf.Tensor) -> list[tf.Tensor]:
    """while i < limit: i, v = i + 1, v * 2 written as single ops; Exit of v is fetched by its name."""
    enter_i = ops.Enter(data=tf.constant(0), frame_name="frame", name="enter_i")
    enter_v = ops.Enter(data=x, frame_name="frame", name="enter_v")
    bound = ops.Enter(data=limit, frame_name="frame", is_constant=True, name="bound")
    merge_i = ops.Merge(inputs=[enter_i, enter_i], name="merge_i")[0]
    merge_v = ops.Merge(inputs=[enter_v, enter_v], name="merge_v")[0]
    going = ops.LoopCond(input=tf.less(merge_i, bound, name="less"), name="going")
    exit_i, body_i = ops.Switch(data=merge_i, pred=going, name="switch_i")
    exit_v, body_v = ops.Switch(data=merge_v, pred=going, name="switch_v")
    with tf.control_dependencies([body_i]):
        one, two = tf.constant(1, name="one"), tf.constant(2.0, name="two")
    next_i = ops.NextIteration(data=tf.add(body_i, one, name="add"), name="next_i")
    next_v = ops.NextIteration(data=tf.multiply(body_v, two, name="mul"), name="next_v")
    merge_i.op._update_input(1, next_i)
    merge_v.op._update_input(1, next_v)
    return [ops.Exit(data=exit_i, name="exit_i"), ops.Exit(data=exit_v, name="exit_v")]


@dataflow
def loop_of_single_ops() -> Case:
    limit, x = scalar(tf.int32, "limit"), tf.placeholder(tf.float32, [2], "x")
    return counting_loop(limit, x), [{limit: v, x: ramp(2)} for v in (-1, 0, 1, 5)]


@dataflow
def loop_with_one_exit_fetched() -> Case:
    """Only Exit of the counter is fetched: the other variable is pruned away."""
    limit, x = scalar(tf.int32, "limit"), tf.placeholder(tf.float32, [2], "x")
    return counting_loop(limit, x)[:1], [{limit: 4}]


@dataflow
def loop_fetches_and_feeds_inside() -> list[Step]:
    """Fetching or feeding a tensor of a loop's body."""
    limit, x = scalar(tf.int32, "limit"), tf.placeholder(tf.float32, [2], "x")
    counting_loop(limit, x)
    base = {"limit:0": 3, "x:0": ramp(2)}
    return [
        Step(["mul:0"], base),
        Step(["going:0"], base),
        Step(["enter_v:0"], base),
        Step(["exit_v:0"], {**base, "two:0": 3.0}),
        Step(["exit_v:0"], {**base, "mul:0": [9.0, 9.0]}),
        Step(["exit_v:0"], {**base, "enter_v:0": [5.0, 5.0]}),
        Step(["exit_v:0"], {**base, "exit_v:0": [5.0, 5.0]}),
        Step(["exit_v:0"], base),
    ]


@dataflow
def loop_variable_on_switch_of_constant() -> Case:
    """Loop variables that start from constants and from a value computed outside; an invariant in cond and body."""
    n = scalar(tf.float32, "n")
    half = n / 2.0
    out = tf.while_loop(lambda v, _: v < n, lambda v, k: (v + half, k * half), [0.0, tf.ones([2])])
    return list(out), [{n: 4.0}, {n: 1.0}]


@dataflow
def loop_assigns_variable() -> list[Step]:
    """Assignments of ref variables inside a loop, and of one branch of a cond."""
    n, pred = scalar(tf.int32, "n"), scalar(tf.bool, "pred")
    v = tf.Variable([1.0, 2.0], name="v", use_resource=False)
    count = tf.Variable(0, name="count", use_resource=False)

    def body(i: tf.Tensor) -> tf.Tensor:
        with tf.control_dependencies([tf.assign_add(v, [1.0, 0.5]), tf.assign_add(count, 1)]):
            return i + 1

    tf.identity(tf.while_loop(lambda i: i < n, body, [0], parallel_iterations=1), name="loop")
    tf.identity(tf.cond(pred, lambda: tf.assign(v, [9.0, 9.0]), lambda: tf.identity(v) * 2.0), name="chosen")
    tf.group(tf.cond(pred, lambda: tf.group(tf.assign_add(count, 100)), tf.no_op), name="maybe")
    tf.global_variables_initializer()
    now = Step(["v:0", "count:0"])
    return [
        Step(["init"]),
        Step(["loop:0"], {"n:0": 3}),
        now,
        Step(["loop:0"], {"n:0": 0}),
        now,
        Step(["chosen:0"], {"pred:0": False}),
        now,
        Step(["chosen:0"], {"pred:0": True}),
        now,
        Step(["maybe"], {"pred:0": False}),
        now,
        Step(["maybe"], {"pred:0": True}),
        now,
    ]


# ------------------------------------------------------------------------------------------------ feeds and pruning


@dataflow
def feeds_in_the_middle() -> list[Step]:
    x = tf.placeholder(tf.float32, [None], "x")
    y = tf.multiply(x, 2.0, name="y")
    tf.add(y, 1.0, name="z")
    pred = scalar(tf.bool, "pred")
    off, on = ops.Switch(data=y, pred=pred, name="switch")
    ops.Merge(inputs=[off * 10.0, on * 100.0], name="merged")
    tf.constant([1.0, 2.0], name="c")
    tf.add(tf.get_default_graph().get_tensor_by_name("c:0"), 1.0, name="c1")
    tf.placeholder_with_default([4.0, 5.0], [None], name="default")
    tf.negative(tf.get_default_graph().get_tensor_by_name("default:0"), name="negated")
    tf.split(tf.placeholder(tf.float32, [4], "s"), 2, name="split")
    tf.concat([tf.get_default_graph().get_tensor_by_name(f"split:{i}") for i in (1, 0)], 0, name="joined")
    vector = [1.0, 2.0]
    return [
        Step(["z:0"], {"y:0": vector}),
        Step(["z:0", "y:0", "x:0"], {"x:0": vector}),
        Step(["z:0", "y:0", "x:0"], {"x:0": vector, "y:0": [7.0]}),
        Step(["y:0", "y:0"], {"y:0": vector}),
        Step(["z:0"]),
        Step(["c1:0"], {"c:0": [10.0, 20.0]}),
        Step(["c1:0"], {"c:0": [10.0, 20.0, 30.0]}),
        Step(["c1:0"]),
        Step(["negated:0"]),
        Step(["negated:0"], {"default:0": [1.0, 2.0, 3.0]}),
        Step(["joined:0"], {"split:0": [1.0, 2.0], "split:1": [3.0, 4.0]}),
        Step(["joined:0"], {"s:0": [1.0, 2.0, 3.0, 4.0], "split:1": [9.0, 9.0]}),
        Step(["merged:0", "merged:1"], {"pred:0": True, "x:0": vector, "switch:1": [5.0, 6.0]}),
        Step(["merged:0", "merged:1"], {"pred:0": False, "x:0": vector, "switch:0": [5.0, 6.0]}),
        Step(["merged:0", "merged:1"], {"pred:0": True, "x:0": vector, "switch:0": [5.0, 6.0], "switch:1": [7.0]}),
        Step(["x"], {"x:0": vector}),
        Step(["z"], {"x:0": vector}),
        Step(["z:1"], {"x:0": vector}),
        Step(["missing:0"], {"x:0": vector}),
        Step(["missing"], {"x:0": vector}),
        Step(["z:0"], {"missing:0": vector}),
        Step(["z:0"], {"x:0": [[1.0]]}),
        Step(["z:0"], {"x:0": ["text"]}),
        Step([], {"x:0": vector}),
    ]


@dataflow
def pruned_failure() -> list[Step]:
    """What no fetch needs does not run, so it cannot fail."""
    x = tf.placeholder(tf.float32, [None], "x")
    failing = tf.reshape(x, [2, 2], name="failing")
    tf.reduce_sum(x, name="fine")
    with tf.control_dependencies([failing]):
        tf.identity(x, name="guarded")
    tf.identity_n([x, failing], name="both")
    tf.shape(failing, name="shape_of_failing")
    fed = {"x:0": ramp(3)}
    targets = ["fine:0", "failing:0", "guarded:0", "both:0", "shape_of_failing:0"]
    return [Step([t], fed) for t in targets] + [
        Step(["fine:0", "failing:0"], fed),
        Step(["guarded:0"], {"x:0": ramp(4)}),
    ]


# ------------------------------------------------------------------------------------------------ stacks


@dataflow
def stack_operations() -> list[Step]:
    x = tf.placeholder(tf.float32, [2], "x")
    handle = ops.StackV2(max_size=2, elem_type=tf.float32, stack_name="stack", name="stack")
    first = ops.StackPushV2(handle=handle, elem=x, name="push_1")
    with tf.control_dependencies([first]):
        second = ops.StackPushV2(handle=handle, elem=x * 2.0, name="push_2")
    with tf.control_dependencies([second]):
        pop_2 = ops.StackPopV2(handle=handle, elem_type=tf.float32, name="pop_2")
        third = ops.StackPushV2(handle=handle, elem=x * 3.0, name="push_3")
    with tf.control_dependencies([pop_2]):
        pop_1 = ops.StackPopV2(handle=handle, elem_type=tf.float32, name="pop_1")
    with tf.control_dependencies([pop_1]):
        ops.StackPopV2(handle=handle, elem_type=tf.float32, name="pop_0")
        ops.StackCloseV2(handle=handle, name="close")
    fed = {"x:0": ramp(2)}
    return [
        Step(names([pop_1, pop_2]), fed),
        Step(["pop_0:0"], fed),
        Step(["close"], fed),
        Step([third.name], fed),
        Step(names([pop_1, pop_2]), fed),
    ]
