"""Writes variables/: what sessions answer step by step, about variables, tables, queues, saving and restoring.

python make_variables.py
"""

from __future__ import annotations

from collections.abc import Callable

from make_recording import Builders, Recorder, Step, ramp, scalar, tf

# isort: split
import numpy as np
from make_variables_state import VOCABULARY, state

case = Builders(meta=True)
ops = tf.raw_ops
F32 = np.float32
INIT = Step(["init"])


def ref(value: object, name: str, dtype: tf.DType | None = None, **options: object) -> tf.Variable:
    return tf.Variable(value, name=name, dtype=dtype, use_resource=False, **options)


def resource(value: object, name: str, dtype: tf.DType | None = None, **options: object) -> tf.Variable:
    return tf.Variable(value, name=name, dtype=dtype, use_resource=True, **options)


def named(value: tf.Tensor, name: str) -> str:
    return str(tf.identity(value, name=name).name)


# ------------------------------------------------------------------------------------------------ life of a variable


def lifecycle(make: Callable[..., tf.Variable], is_ref: bool) -> list[Step]:
    v = make(ramp(2), "v")
    x = tf.placeholder(tf.float32, None, "x")
    value = named(v, "value")
    initialized = named(tf.is_variable_initialized(v), "initialized")
    set_it = named(tf.assign(v, x, validate_shape=False) if is_ref else v.assign(x), "set")
    add, sub = named(tf.assign_add(v, x), "add"), named(tf.assign_sub(v, x), "sub")
    report = named(tf.report_uninitialized_variables(), "missing")
    tf.global_variables_initializer()
    two, three = {"x:0": [2.0, 1.0]}, {"x:0": [1.0, 2.0, 3.0]}
    return [
        Step([initialized, report]),
        Step([value]),
        Step([add], two),
        INIT,
        Step([initialized, value, report]),
        Step([add], two),
        Step([sub], {"x:0": [0.25, 0.25]}),
        Step([value]),
        Step([set_it], two),
        Step([value, initialized]),
        Step([add], three),
        Step([set_it], three),
        Step([value]),
        INIT,
        Step([value]),
        Step([value], session=1),
        Step(["init"], session=1),
        Step([add], two, session=1),
        Step([value]),
        Step([value], session=1),
    ]


@case
def ref_lifecycle() -> list[Step]:
    return lifecycle(ref, is_ref=True)


@case
def resource_lifecycle() -> list[Step]:
    return lifecycle(resource, is_ref=False)


@case
def ref_assign_checks_shape() -> list[Step]:
    v = ref(ramp(2), "v")
    x = tf.placeholder(tf.float32, None, "x")
    strict = named(ops.Assign(ref=v._ref(), value=x, validate_shape=True), "strict")
    loose = named(ops.Assign(ref=v._ref(), value=x, validate_shape=False), "loose")
    scattered = named(ops.ScatterAdd(ref=v._ref(), indices=[2], updates=[1.0]), "scattered")
    tf.global_variables_initializer()
    wide, same = {"x:0": ramp(2, 2)}, {"x:0": [3.0, 4.0]}
    return [
        Step([strict], same),
        INIT,
        Step([strict], same),
        Step([strict], wide),
        Step([loose], wide),
        Step(["v:0"]),
        Step([strict], same),
        Step([loose], {"x:0": [1.0, 2.0, 3.0]}),
        Step([scattered]),
        Step(["v:0"]),
    ]


@case
def ref_variable_of_unknown_shape() -> list[Step]:
    x = tf.placeholder(tf.float32, None, "x")
    v = tf.Variable(x, validate_shape=False, name="v", use_resource=False)
    now = [v.name, named(tf.shape(v), "current_shape")]
    tf.global_variables_initializer()
    steps = []
    for value in (ramp(3), ramp(1, 2), F32(4.0)):
        steps += [Step(["init"], {"x:0": value}), Step(now)]
    return steps


@case
def old_variable_op() -> list[Step]:
    """Op `Variable` of the first graphs; its shape attribute [] means unknown."""
    v = ops.Variable(shape=[], dtype=tf.float32, name="v")
    x = tf.placeholder(tf.float32, None, "x")
    named(ops.Assign(ref=v, value=x, validate_shape=False), "set")
    named(v * 2.0, "twice")
    return [Step(["twice:0"]), Step(["set:0"], {"x:0": ramp(3)}), Step(["twice:0"]), Step(["set:0"], {"x:0": 1.0})]


def dtype_values() -> dict[str, object]:
    return {
        "bool": np.array([True, False]),
        "int32": np.array([1, -2], np.int32),
        "int64": np.array([2**40, -1], np.int64),
        "uint8": np.array([0, 255], np.uint8),
        "float16": np.array([0.5, -2.0], np.float16),
        "float64": np.array([0.1, 1e300]),
        "complex64": np.array([1 + 2j, -1j], np.complex64),
        "string": np.array([b"one", b""], dtype=object),
    }


def of_all_dtypes(make: Callable[..., tf.Variable]) -> list[Step]:
    values = dtype_values()
    variables = {name: make(value, f"v_{name}", tf.as_dtype(name)) for name, value in values.items()}
    reads = [named(v, f"read_{name}") for name, v in variables.items()]
    swaps = [named(tf.assign(v, tf.reverse(v, [0])), f"swap_{name}") for name, v in variables.items()]
    tf.global_variables_initializer()
    bfloat = make(np.array([1.5, -3.0]), "v_bfloat16", tf.bfloat16)
    reads.append(named(tf.cast(bfloat, tf.float32), "read_bfloat16"))
    return [INIT, Step(reads[:-1]), Step(swaps), Step(reads[:-1]), Step([bfloat.initializer.name]), Step(reads[-1:])]


@case
def ref_dtypes() -> list[Step]:
    return of_all_dtypes(ref)


@case
def resource_dtypes() -> list[Step]:
    return of_all_dtypes(resource)


@case
def initial_value_of_another() -> list[Step]:
    a, b = ref(ramp(2), "a"), resource(ramp(2) * 10.0, "b")
    named(ref(a.initialized_value() * 2.0, "c") + 0.0, "c_now")
    b_ready = tf.cond(tf.is_variable_initialized(b), b.read_value, lambda: b.initial_value)
    named(resource(b_ready + a.initialized_value(), "d") + 0.0, "d_now")
    tf.global_variables_initializer()
    return [Step(["c_now:0"]), INIT, Step(["a:0", "c_now:0", "d_now:0"])]


# ------------------------------------------------------------------------------------------------ order


def ordered(make: Callable[..., tf.Variable], write: Callable[[tf.Variable], tf.Tensor]) -> list[Step]:
    """A read, then a write, then a use of what was read, in this order by control edges."""
    v = make(np.array([1.0, 2.0], F32), "v")
    before = tf.identity(v, name="before") if make is ref else v.read_value()
    with tf.control_dependencies([before]):
        written = write(v)
    with tf.control_dependencies([written]):
        used = tf.add(before, 0.0, name="used_after_write")
        after = tf.identity(v if make is ref else v.read_value(), name="after")
    tf.global_variables_initializer()
    return [INIT, Step([used.name]), Step([after.name]), Step([used.name, after.name]), Step([before.name])]


WRITES: dict[str, Callable[[tf.Variable], tf.Tensor]] = {
    "assign_add": lambda v: tf.assign_add(v, [10.0, 20.0]),
    "assign_constant": lambda v: tf.assign(v, [10.0, 20.0]),
    "assign_computed": lambda v: tf.assign(v, tf.random.uniform([2]) * 0.0 + 7.0),
    "scatter": lambda v: tf.scatter_update(v, [0], [50.0]),
}


def record_orders(recorder: Recorder) -> None:
    for kind, make in (("ref", ref), ("resource", resource)):
        for write_name, write in WRITES.items():
            with tf.Graph().as_default():
                steps = ordered(make, write)
                recorder.session(f"{kind}_read_{write_name}_use", tf.train.export_meta_graph(), steps)


@case
def ref_reads_between_writes() -> list[Step]:
    """Each Identity reads after its own write; the fetch comes at the end of the run."""
    v = ref(F32(1.0), "v")
    reads, last = [], None
    for i in range(3):
        with tf.control_dependencies([last] if last is not None else []):
            write = tf.assign_add(v, 10.0)
        with tf.control_dependencies([write]):
            last = tf.add(v, 0.0, name=f"read_{i}")
        reads.append(last.name)
    tf.global_variables_initializer()
    return [INIT, Step(reads), Step([*reads, "v:0"])]


@case
def resource_reads_between_writes() -> list[Step]:
    v = resource(F32(1.0), "v")
    reads, last = [], None
    for i in range(3):
        with tf.control_dependencies([last] if last is not None else []):
            write = ops.AssignAddVariableOp(resource=v.handle, value=10.0)
        with tf.control_dependencies([write]):
            last = ops.ReadVariableOp(resource=v.handle, dtype=tf.float32, name=f"read_{i}")
        reads.append(last.name)
    tf.global_variables_initializer()
    return [INIT, Step(reads), Step(reads)]


@case
def fetched_value_is_a_copy() -> list[Step]:
    """Fetches of an update and of the variable; what an earlier step fetched stays as it was."""
    v = ref(ramp(2), "v")
    named(tf.assign_add(v, [1.0, 1.0]), "bump")
    tf.assign(v, v * 2.0, name="double")
    tf.global_variables_initializer()
    return [INIT, Step(["v:0"]), Step(["bump:0"]), Step(["double:0"]), Step(["v:0"])]


# ------------------------------------------------------------------------------------------------ scatters and slices

INDEX_FEEDS = [
    {"i:0": [0, 2, 0], "u:0": [[1.0, 2.0], [3.0, 4.0], [5.0, 8.0]]},
    {"i:0": np.zeros([0], np.int32), "u:0": np.zeros([0, 2], F32)},
    {"i:0": [3], "u:0": [[1.0, 1.0]]},
    {"i:0": [-1], "u:0": [[1.0, 1.0]]},
    {"i:0": [0, 1], "u:0": [[1.0, 1.0]]},
    {"i:0": [[0], [1]], "u:0": [[[2.0, 2.0]], [[4.0, 4.0]]]},
    {"i:0": [1, 2], "u:0": 2.0},
]
SCATTERS = ("Update", "Add", "Sub", "Mul", "Div", "Min", "Max")


@case
def ref_scatter() -> list[Step]:
    indices, updates = tf.placeholder(tf.int32, None, "i"), tf.placeholder(tf.float32, None, "u")
    steps = [INIT]
    for kind in SCATTERS:
        v = ref(ramp(3, 2), f"v_{kind}")
        op = getattr(ops, f"Scatter{kind}")(ref=v._ref(), indices=indices, updates=updates)
        scattered = named(op, f"scatter_{kind}")
        steps += [Step([scattered], feeds) for feeds in INDEX_FEEDS]
        steps.append(Step([v.name]))
    tf.global_variables_initializer()
    return steps


@case
def resource_scatter() -> list[Step]:
    indices, updates = tf.placeholder(tf.int32, None, "i"), tf.placeholder(tf.float32, None, "u")
    steps = [INIT]
    for kind in SCATTERS:
        v = resource(ramp(3, 2), f"v_{kind}")
        read = named(v.read_value(), f"read_{kind}")
        op = getattr(ops, f"ResourceScatter{kind}")(
            resource=v.handle, indices=indices, updates=updates, name=f"scatter_{kind}"
        )
        for feeds in INDEX_FEEDS:
            steps += [Step([op.name], feeds), Step([read])]
    tf.global_variables_initializer()
    return steps


ND_FEEDS = [
    {"i:0": [[0, 1], [2, 0], [0, 1]], "u:0": [1.0, 2.0, 4.0]},
    {"i:0": [[1], [1]], "u:0": [[1.0, 2.0], [3.0, 4.0]]},
    {"i:0": [[3]], "u:0": [[1.0, 2.0]]},
    {"i:0": [[0, -1]], "u:0": [1.0]},
    {"i:0": [[0, 1]], "u:0": [1.0, 2.0]},
    {"i:0": [[0, 1, 0]], "u:0": [1.0]},
    {"i:0": np.zeros([0, 2], np.int32), "u:0": np.zeros([0], F32)},
]


@case
def ref_scatter_nd() -> list[Step]:
    indices, updates = tf.placeholder(tf.int32, None, "i"), tf.placeholder(tf.float32, None, "u")
    steps = [INIT]
    for kind in ("Update", "Add", "Sub", "Max", "Min"):
        v = ref(ramp(3, 2), f"v_{kind}")
        op = getattr(ops, f"ScatterNd{kind}")(ref=v._ref(), indices=indices, updates=updates)
        scattered = named(op, f"scatter_{kind}")
        steps += [Step([scattered], feeds) for feeds in ND_FEEDS] + [Step([v.name])]
    tf.global_variables_initializer()
    return steps


@case
def resource_scatter_nd() -> list[Step]:
    indices, updates = tf.placeholder(tf.int32, None, "i"), tf.placeholder(tf.float32, None, "u")
    steps = [INIT]
    for kind in ("Update", "Add", "Sub", "Max", "Min"):
        v = resource(ramp(3, 2), f"v_{kind}")
        read = named(v.read_value(), f"read_{kind}")
        op = getattr(ops, f"ResourceScatterNd{kind}")(
            ref=v.handle, indices=indices, updates=updates, name=f"scatter_{kind}"
        )
        for feeds in ND_FEEDS:
            steps += [Step([op.name], feeds), Step([read])]
    tf.global_variables_initializer()
    return steps


@case
def resource_gather() -> list[Step]:
    v = resource(ramp(4, 3), "v")
    indices = tf.placeholder(tf.int32, None, "i")
    named(ops.ResourceGather(resource=v.handle, indices=indices, dtype=tf.float32), "rows")
    named(ops.ResourceGatherNd(resource=v.handle, indices=indices, dtype=tf.float32), "points")
    named(ops.VariableShape(input=v.handle, out_type=tf.int64), "variable_shape")
    tf.global_variables_initializer()
    rows = [[3, 0], 2, [[0, 1], [1, 0]], np.zeros([0], np.int32), [4], [-1]]
    points = [[1, 2], [[0], [3]], [[0, 1], [3, 2]], [[4, 0]], [[0, 0, 0]]]
    return [
        Step(["rows:0"], {"i:0": [0]}),
        Step(["variable_shape:0"]),
        INIT,
        Step(["variable_shape:0"]),
        *[Step(["rows:0"], {"i:0": i}) for i in rows],
        *[Step(["points:0"], {"i:0": i}) for i in points],
    ]


def slice_feeds() -> list[dict[str, object]]:
    return [
        {"begin:0": [1, 0], "end:0": [3, 2], "strides:0": [1, 1], "x:0": [[10.0, 20.0], [30.0, 40.0]]},
        {"begin:0": [-1, 2], "end:0": [-5, 0], "strides:0": [-2, -1], "x:0": [[1.0, 2.0], [3.0, 4.0]]},
        {"begin:0": [0, 0], "end:0": [4, 3], "strides:0": [3, 2], "x:0": 7.0},
        {"begin:0": [2, 0], "end:0": [2, 3], "strides:0": [1, 1], "x:0": np.zeros([0, 3], F32)},
        {"begin:0": [0, 0], "end:0": [1, 3], "strides:0": [1, 1], "x:0": [[1.0, 2.0]]},
        {"begin:0": [0, 0], "end:0": [1, 3], "strides:0": [0, 1], "x:0": [[1.0, 2.0, 3.0]]},
    ]


@case
def slice_assign() -> list[Step]:
    a, b = ref(ramp(4, 3), "a"), resource(ramp(4, 3), "b")
    begin, end, strides = (tf.placeholder(tf.int32, [2], name) for name in ("begin", "end", "strides"))
    x = tf.placeholder(tf.float32, None, "x")
    bounds = {"begin": begin, "end": end, "strides": strides, "value": x}
    to_ref = named(ops.StridedSliceAssign(ref=a._ref(), **bounds), "to_ref")
    masked = named(ops.StridedSliceAssign(ref=a._ref(), **bounds, shrink_axis_mask=1, end_mask=2), "masked")
    ops.ResourceStridedSliceAssign(ref=b.handle, **bounds, name="to_resource")
    named(b.read_value(), "b_now")
    tf.global_variables_initializer()
    steps = [INIT]
    for feeds in slice_feeds():
        steps += [Step([to_ref], feeds), Step(["to_resource"], feeds), Step(["b_now:0"])]
    row = {"begin:0": [1, 1], "end:0": [9, 1], "strides:0": [1, 1], "x:0": [8.0, 9.0]}
    return [*steps, Step([masked], row), Step(["a:0"])]


# ------------------------------------------------------------------------------------------------ other stateful ops


@case
def count_up_to() -> list[Step]:
    a, b = ref(0, "a"), resource(np.int64(0), "b")
    named(ops.CountUpTo(ref=a._ref(), limit=2), "from_ref")
    named(ops.ResourceCountUpTo(resource=b.handle, limit=2, T=tf.int64), "from_resource")
    named(b.read_value(), "b_now")
    tf.global_variables_initializer()
    counts = [Step([name]) for name in ("from_ref:0", "from_resource:0") for _ in range(3)]
    return [Step(["from_ref:0"]), INIT, *counts, Step(["a:0", "b_now:0"])]


@case
def destroy_resource() -> list[Step]:
    v = resource(ramp(2), "v")
    named(v.read_value(), "now")
    ops.DestroyResourceOp(resource=v.handle, ignore_lookup_error=False, name="destroy")
    ops.DestroyResourceOp(resource=v.handle, ignore_lookup_error=True, name="destroy_if_any")
    named(ops.VarIsInitializedOp(resource=v.handle), "initialized")
    tf.global_variables_initializer()
    steps = ["destroy", "destroy_if_any", "init", "initialized:0", "destroy", "initialized:0", "now:0", "init", "now:0"]
    return [Step([name]) for name in steps]


@case
def temporary_variable() -> list[Step]:
    x = tf.placeholder(tf.float32, [2], "x")
    temporary = ops.TemporaryVariable(shape=[2], dtype=tf.float32, var_name="buffer", name="temporary")
    filled = ops.Assign(ref=temporary, value=x, name="filled")
    added = ops.AssignAdd(ref=filled, value=x * 10.0, name="added")
    ops.DestroyTemporaryVariable(ref=added, var_name="buffer", name="result")
    wrong = ops.Assign(ref=ops.TemporaryVariable(shape=[2], dtype=tf.float32, var_name="p", name="other"), value=x)
    ops.DestroyTemporaryVariable(ref=wrong, var_name="q", name="wrong")
    fed = {"x:0": ramp(2)}
    return [Step(["result:0"], fed), Step(["result:0"], fed), Step(["wrong:0"], fed)]


@case
def shared_names() -> list[Step]:
    """Nodes with one shared_name and container are one variable; the name of the node is used when it is empty."""
    x = scalar(tf.float32, "x")
    options = {"shape": [], "dtype": tf.float32}
    nodes = {
        "a": ops.VariableV2(**options, shared_name="s", name="a"),
        "b": ops.VariableV2(**options, shared_name="s", name="b"),
        "c": ops.VariableV2(**options, shared_name="s", container="box", name="c"),
        "s": ops.VariableV2(**options, name="s"),
    }
    for name, node in nodes.items():
        named(ops.Assign(ref=node, value=x), f"set_{name}")
    handles = {
        "p": ops.VarHandleOp(**options, shared_name="h", name="p"),
        "q": ops.VarHandleOp(**options, shared_name="h", name="q"),
        "r": ops.VarHandleOp(**options, shared_name="h", container="box", name="r"),
        "h": ops.VarHandleOp(**options, name="h"),
    }
    for name, handle in handles.items():
        ops.AssignVariableOp(resource=handle, value=x, name=f"set_{name}")
        named(ops.ReadVariableOp(resource=handle, dtype=tf.float32), f"get_{name}")
    tf.identity(
        ops.VariableV2(shape=[3], dtype=tf.float32, shared_name="s", name="other_shape"), name="get_other_shape"
    )
    clash = ops.VarHandleOp(shape=[], dtype=tf.int32, shared_name="h", name="other_dtype")
    named(ops.ReadVariableOp(resource=clash, dtype=tf.int32), "get_other_dtype")
    return [
        Step(["set_a:0"], {"x:0": 1.0}),
        Step(["b:0"]),
        Step(["s:0"]),
        Step(["c:0"]),
        Step(["set_c:0"], {"x:0": 2.0}),
        Step(["a:0", "b:0", "c:0"]),
        Step(["get_other_shape:0"]),
        Step(["set_p"], {"x:0": 3.0}),
        Step(["get_q:0"]),
        Step(["get_h:0"]),
        Step(["get_r:0"]),
        Step(["get_other_dtype:0"]),
    ]


@case
def resource_dtype_and_shape_checks() -> list[Step]:
    handle = ops.VarHandleOp(shape=[2], dtype=tf.float32, name="v")
    x = tf.placeholder(tf.float32, None, "x")
    ops.AssignVariableOp(resource=handle, value=x, name="set")
    ops.AssignVariableOp(resource=handle, value=x, validate_shape=True, name="set_strictly")
    ops.AssignAddVariableOp(resource=handle, value=x, name="add")
    named(ops.ReadVariableOp(resource=handle, dtype=tf.float32), "get")
    pair, triple = {"x:0": ramp(2)}, {"x:0": ramp(3)}
    return [
        Step(["add"], pair),
        Step(["set"], pair),
        Step(["get:0"]),
        Step(["add"], triple),
        Step(["set"], triple),
        Step(["get:0"]),
        Step(["set_strictly"], pair),
        Step(["set_strictly"], triple),
        Step(["get:0"]),
    ]


def main() -> None:
    recorder = Recorder("variables")
    (recorder.folder / "vocabulary.txt").write_text(VOCABULARY)
    case.record(recorder)
    record_orders(recorder)
    state.record(recorder)
    recorder.write_manifest()


if __name__ == "__main__":
    main()
