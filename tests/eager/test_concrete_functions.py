"""tf.function: signatures, concrete functions, methods. The words of refusals are TensorFlow's."""

import gc
import weakref
from typing import Any

import pytest

import nbtf as tf
from nbtf.graph.function_calls import call_of, infer_results

VECTOR = tf.TensorSpec([None], tf.float32, name="nm")


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as made:
        yield made


def functions() -> Any:
    @tf.function
    def free(x: Any, b: Any, *rest: Any, d: Any = None, **kw: Any) -> Any:
        return x + b

    @tf.function(input_signature=[VECTOR, {"k": tf.TensorSpec([], tf.int32)}])
    def bound(x: Any, b: Any) -> Any:
        return x + tf.cast(b["k"], tf.float32)

    return free, bound


def test_arguments_are_named_after_parameters() -> None:
    free, bound = functions()
    scalar = tf.constant(1.0)
    structure = {"a": scalar, "c": [tf.constant(1)]}
    found = free.get_concrete_function(tf.TensorSpec([], tf.float32), scalar, scalar, d=structure, q=tf.constant(5))
    assert [one.op.name for one in found.inputs] == ["x", "b", "rest_0", "d", "d_1", "q"]
    args, kwargs = found.structured_input_signature
    assert [spec.name for spec in args] == ["x", "b", "rest_0"]
    assert [spec.name for spec in tf.nest.flatten(kwargs)] == ["d_a", "d_c_0", "q"]
    assert [one.op.name for one in bound.get_concrete_function().inputs] == ["nm", "b"]


def test_one_trace_serves_all_that_fits_the_signature() -> None:
    _, bound = functions()
    calls = [bound([1.0] * n, {"k": n}) for n in (1, 2)]
    assert [call.shape.as_list() for call in calls] == [[1], [2]]
    assert len(bound.concrete_functions) == 1 and calls[0].op.get_attr("f") == calls[1].op.get_attr("f")
    with tf.Session() as session:
        assert session.run(calls[1]).tolist() == [3, 3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda free, bound: bound([1.0]), r"missing a required argument: 'b'`. Received args: \(\[1.0\],\)"),
        (
            lambda free, bound: bound(1.0, {"k": 2}),
            r"Can not cast TensorSpec\(shape=\(\), .* to TensorSpec\(shape=\(\?,\)",
        ),
        (lambda free, bound: bound([1.0], {"j": 2}), "has different keys with the TraceType Dict"),
        (
            lambda free, bound: free(1),
            "missing a required argument: 'b'.*signature: .x, b, .rest, d=<captured_default_value>",
        ),
        (
            lambda free, bound: bound.get_concrete_function()([1.0]),
            "flat signature also failed.*missing required arguments",
        ),
        (lambda free, bound: bound.get_concrete_function()([1.0], 2, 3), "takes 2 positional arguments, got 3"),
        (lambda free, bound: bound.get_concrete_function()([1.0], x=2, z=1), "missing required arguments: b_k"),
    ],
)
def test_arguments_that_do_not_fit(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"(?s){message}"):
        call(*functions())


def test_concrete_functions_take_tensors_flat() -> None:
    _, bound = functions()
    found = bound.get_concrete_function()
    with tf.Session() as session:
        for results in (found([1.0], {"k": 2}), found([1.0], 2), found(nm=[1.0], b_k=2)):
            assert session.run(results).tolist() == [3]
    assert "x (POSITIONAL_OR_KEYWORD): TensorSpec(shape=(?,), dtype=tf.float32, name='nm')" in str(found)


def test_variables_of_a_function() -> None:
    v = tf.Variable(2.0, use_resource=True)
    found = tf.function(lambda x: x * v).get_concrete_function(tf.TensorSpec([2], tf.float32))
    assert found.variables == found.trainable_variables == (v,) and found.captured_inputs == [v.handle]
    assert found.output_shapes.as_list() == [2] and found.output_dtypes == tf.float32
    assert found.function_def.signature.name == found.name


def test_methods_belong_to_their_objects() -> None:
    class Scaled:
        def __init__(self, factor: float) -> None:
            self.factor = factor

        @tf.function
        def scale(self, x: Any) -> Any:
            return x * self.factor

    one, other = Scaled(2.0), Scaled(3.0)
    assert one.scale is one.scale is not other.scale
    with tf.Session() as session:
        assert session.run([one.scale(tf.constant(1.0)), other.scale(tf.constant(1.0))]) == [2, 3]
    gone = weakref.ref(other)
    del other
    gc.collect()
    assert gone() is None


def test_shapes_of_a_function_that_calls_itself_are_inferred_once(graph: Any) -> None:
    name = tf.function(lambda x: x + 1.0).get_concrete_function(tf.TensorSpec([None], tf.float32)).name
    again = graph._functions[name].node_def.add(name="again", op="PartitionedCall", input=["x"])
    again.attr["f"].func.name = name
    for attr in ("Tin", "Tout"):
        again.attr[attr].list.type.append(tf.float32.as_datatype_enum)
    results = call_of(name, [tf.constant([1.0, 2.0])], [tf.float32], False)
    infer_results(results)
    assert results[0].shape.as_list() == [2]
