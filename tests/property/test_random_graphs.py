"""Random graphs against numpy: whatever the memory plan shares, every fetched value is right."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire.tensor import make_tensor_proto

BINARY = {"AddV2": np.add, "Sub": np.subtract, "Maximum": np.maximum}

steps = st.lists(
    st.tuples(
        st.sampled_from([*BINARY, "Neg", "flatten", "branch", "loop"]), st.integers(0, 10**6), st.integers(0, 10**6)
    ),
    min_size=1,
    max_size=30,
)


def constant(value: Any) -> Any:
    return apply_op("Const", value=make_tensor_proto(value), dtype=np.asarray(value).dtype)


def flattened(tensor: Any) -> Any:
    """Twice through a reshape: other descriptors of one buffer."""
    shape = apply_op("Shape", input=tensor)
    return apply_op("Reshape", tensor=apply_op("Reshape", tensor=tensor, shape=constant(np.int32([-1]))), shape=shape)


def chosen(predicate: Any, one: Any, two: Any) -> Any:
    """one - two where the predicate holds, else two."""
    a, b = apply_op("Switch", data=one, pred=predicate), apply_op("Switch", data=two, pred=predicate)
    difference = apply_op("Sub", x=a.output_true, y=b.output_true)
    return apply_op("Merge", inputs=[b.output_false, difference]).output


def repeated(start: Any, step: Any, frame: str) -> Any:
    """start + step three times over, the sum and the step changing places as loop variables."""
    names = {"frame_name": frame}
    count, total = (apply_op("Enter", data=v, **names) for v in (constant(np.int32(0)), start))
    fixed = apply_op("Enter", data=step, is_constant=True, **names)
    merges = [apply_op("Merge", inputs=[v, v]) for v in (count, total)]
    limit = apply_op("Enter", data=constant(np.int32(3)), is_constant=True, **names)
    going = apply_op("LoopCond", input=apply_op("Less", x=merges[0].output, y=limit))
    switches = [apply_op("Switch", data=merge.output, pred=going) for merge in merges]
    one = apply_op("Enter", data=constant(np.int32(1)), is_constant=True, **names)
    following = [
        apply_op("AddV2", x=switches[0].output_true, y=one),
        apply_op("AddV2", x=switches[1].output_true, y=fixed),
    ]
    for merge, value in zip(merges, following, strict=True):
        merge.output.op._update_input(1, apply_op("NextIteration", data=value))
    return apply_op("Exit", data=switches[1].output_false)


@settings(max_examples=40)
@given(steps, st.booleans(), st.integers(1, 5))
def test_fetched_values_are_those_of_numpy(plan: list[tuple[str, int, int]], taken: bool, rows: int) -> None:
    x = np.arange(rows * 3, dtype=np.int32).reshape(rows, 3)
    with Graph().as_default() as graph:
        fed = apply_op("Placeholder", dtype="int32", name="x")
        predicate = apply_op("Placeholder", dtype="bool", name="taken")
        tensors, values = [fed], [x]
        for number, (kind, i, j) in enumerate(plan):
            a, b = i % len(tensors), j % len(tensors)
            if kind in BINARY:
                tensors.append(apply_op(kind, x=tensors[a], y=tensors[b]))
                values.append(BINARY[kind](values[a], values[b]))
            elif kind == "Neg":
                tensors.append(apply_op("Neg", x=tensors[a]))
                values.append(-values[a])
            elif kind == "flatten":
                tensors.append(flattened(tensors[a]))
                values.append(values[a])
            elif kind == "branch":
                tensors.append(chosen(predicate, tensors[a], tensors[b]))
                values.append(values[a] - values[b] if taken else values[b])
            else:
                tensors.append(repeated(tensors[a], tensors[b], f"loop{number}"))
                values.append(values[a] + 3 * values[b])
        wanted = {k % len(tensors) for _, k, _ in plan} | {len(tensors) - 1}
        with Session(graph=graph) as session:
            fetches = [tensors[k] for k in sorted(wanted)]
            for _ in range(2):
                results = session.run(fetches, {fed: x, predicate: taken})
                for k, result in zip(sorted(wanted), results, strict=True):
                    np.testing.assert_array_equal(result, values[k])
