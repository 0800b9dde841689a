"""Session.run: structures of fetches, feeds, plans, threads, interrupts, what runs share and what they do not."""

import collections
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf import errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import InteractiveSession, Session

F = np.float32


@pytest.fixture
def graph() -> Any:
    """x [?, 2] -> twice = 2x, more = 2x + 1, in a default graph."""
    made = Graph()
    with made.as_default():
        x = apply_op("Placeholder", dtype="float32", shape=[None, 2], name="x")
        twice = apply_op("Mul", x=x, y=F(2), name="twice")
        apply_op("AddV2", x=twice, y=F(1), name="more")
        yield made


X = np.array([[1, 2]], F)


def test_fetches_keep_their_structure(graph: Graph) -> None:
    pair = collections.namedtuple("pair", "first second")
    twice, more, op = (graph.as_graph_element(n) for n in ("twice:0", "more:0", "more"))
    with Session() as session:
        feed = {"x:0": X}
        assert session.run(twice, feed).tolist() == [[2, 4]]
        assert session.run("more:0", feed).tolist() == [[3, 5]]
        assert session.run(op, feed) is None
        assert [v.tolist() for v in session.run([twice, more], feed)] == [[[2, 4]], [[3, 5]]]
        assert type(session.run((twice,), feed)) is tuple
        result = session.run(pair({"a": twice, "b": [more, op]}, "more"), feed)
        assert type(result) is pair
        assert result.first["a"].tolist() == [[2, 4]]
        assert result.first["b"][1] is None
        assert session.run([], feed) == []
        lists = session.run({"a": [twice], "b": [more]}, feed)
        assert [len(lists["a"]), len(lists["b"])] == [1, 1]
        assert session.run({}, feed) == {}
        same = session.run([twice, twice], feed)
        assert same[0].tolist() == same[1].tolist()


@pytest.mark.parametrize(
    ("fetch", "error", "words"),
    [
        (None, TypeError, 'Argument `fetch` = None has invalid type "NoneType"'),
        (3, TypeError, 'Argument `fetch` = 3 has invalid type "int" must'),
        ("nope:0", ValueError, "cannot be interpreted as a Tensor"),
        ("twice:5", ValueError, "cannot be interpreted as a Tensor"),
        ([["nope"]], ValueError, "cannot be interpreted as a Tensor"),
    ],
)
def test_what_cannot_be_fetched(graph: Graph, fetch: Any, error: type[Exception], words: str) -> None:
    with Session() as session, pytest.raises(error, match=words):
        session.run(fetch, {"x:0": X})


@pytest.mark.parametrize(
    ("feed", "error", "words"),
    [
        ({"x:0": np.zeros(3)}, ValueError, r"Cannot feed value of shape \(3,\) for Tensor x:0"),
        ({"nope:0": 1}, TypeError, "Cannot interpret feed_dict key as Tensor"),
        ({3: 1}, TypeError, "Cannot interpret feed_dict key as Tensor"),
        ({"x:0": "text"}, ValueError, "could not convert string to float"),
    ],
)
def test_what_cannot_be_fed(graph: Graph, feed: Any, error: type[Exception], words: str) -> None:
    with Session() as session, pytest.raises(error, match=words):
        session.run("twice:0", feed)


def test_what_an_unknown_op_gives_cannot_be_fed() -> None:
    graph_def = tf.GraphDef(node=[tf.NodeDef(name="a", op="OfElsewhere")])
    with tf.Graph().as_default() as made:
        tf.import_graph_def(graph_def, name="")
        with tf.Session() as session, pytest.raises(TypeError, match="op type 'OfElsewhere' is unknown"):
            session.run("a:0", {made.get_operation_by_name("a").outputs[0]: 1})


def test_a_tensor_cannot_be_fed_as_a_value(graph: Graph) -> None:
    with Session() as session, pytest.raises(TypeError, match="cannot be a tf.Tensor object"):
        session.run("twice:0", {"x:0": graph.get_tensor_by_name("more:0")})


def test_any_tensor_may_be_fed(graph: Graph) -> None:
    with Session() as session:
        assert session.run("more:0", {"twice:0": X}).tolist() == [[2, 3]]
        assert session.run("more:0", {"more:0": X}).tolist() == [[1, 2]]
        assert session.run("more:0", {"x:0": X, "twice:0": X}).tolist() == [[2, 3]]


def test_an_unfed_placeholder_says_so(graph: Graph) -> None:
    words = r"You must feed a value for placeholder tensor 'x' with dtype float and shape \[\?,2\]"
    with Session() as session, pytest.raises(errors.InvalidArgumentError, match=words) as caught:
        session.run("twice:0")
    assert caught.value.op.name == "x"


def test_results_are_the_callers_own(graph: Graph) -> None:
    with Session() as session:
        first = session.run("twice:0", {"x:0": X})
        session.run("twice:0", {"x:0": 10 * X})
        assert first.tolist() == [[2, 4]]
        first[...] = 7
        assert session.run("twice:0", {"x:0": X}).tolist() == [[2, 4]]
        fed = X.copy()
        echoed = session.run("x:0", {"x:0": fed})
        fed[...] = 0
        assert echoed.tolist() == X.tolist()


def test_large_results_are_the_callers_own(graph: Graph) -> None:
    """The array that a run computes into is given away: no later run writes to it, whatever the size of its own."""
    with Session() as session:
        kept = []
        for rows in (50_000, 50_000, 60_000, 50_000, 10, 20_000, 60_000):
            x = np.full((rows, 2), len(kept), F)
            results = session.run(["twice:0", "more:0", "more:0"], {"x:0": x})
            assert not any(np.shares_memory(a, x) for a in results)
            kept.append((x, results))
            results[1] += 0  # writable
        for x, (twice, more, again) in kept:
            np.testing.assert_array_equal(twice, 2 * x)
            np.testing.assert_array_equal(more, 2 * x + 1)
            np.testing.assert_array_equal(again, more)


def test_a_first_run_uses_its_heap_again(graph: Graph) -> None:
    """Nobody knows the batch before it, so nothing is planned; what is dead makes room for what comes."""
    y = graph.as_graph_element("x:0")
    for i in range(40):  # a reduction between: no chain of elementwise ops in one instruction
        y = y - tf.reduce_max(y) / (i + 1)
    with Session() as session:
        x = np.random.default_rng(0).random((100_000, 2), F)
        first = session.run(y, {"x:0": x})
        (executable,) = session._executables.values()
        (binding,) = executable._idle
        assert sum(len(block) for block in binding.context.heap) < 12 * x.nbytes
        np.testing.assert_array_equal(session.run(y, {"x:0": x}), first)
        for i in range(40):
            x = x - x.max() / F(i + 1)
        np.testing.assert_allclose(first, x, rtol=1e-5, atol=1e-5)


def test_a_large_result_that_a_loop_computes(graph: Graph) -> None:
    """Its buffer changes places with another one, and is not lent."""
    with Session() as session:
        start = tf.fill([50_000, 2], F(1))
        doubled = tf.while_loop(lambda i, y: i < 5, lambda i, y: (i + 1, 2 * y), [0, start])[1]
        first, second = session.run(doubled), session.run(doubled)
        np.testing.assert_array_equal(first, np.full((50_000, 2), 32, F))
        np.testing.assert_array_equal(second, first)
        assert not np.shares_memory(first, second)


def test_every_batch_size_through_one_plan(graph: Graph) -> None:
    rng = np.random.default_rng(0)
    with Session() as session:
        for rows in (1, 5, 3000, 2, 0, 40_000, 7):
            x = rng.random((rows, 2), F)
            np.testing.assert_array_equal(session.run("more:0", {"x:0": x}), 2 * x + 1)
        assert len(session._executables) == 1


def test_nodes_added_later_run(graph: Graph) -> None:
    with Session() as session:
        assert session.run("twice:0", {"x:0": X}).tolist() == [[2, 4]]
        later = apply_op("Neg", x=graph.get_tensor_by_name("twice:0"))
        assert session.run(later, {"x:0": X}).tolist() == [[-2, -4]]


def test_closed_and_empty_sessions() -> None:
    with Graph().as_default():
        session = Session()
        with pytest.raises(RuntimeError, match="The Session graph is empty"):
            session.run([])
        tensor = apply_op("Const", value=_proto(1.0), dtype="float32")
        assert session.run(tensor) == 1
        session.close()
        with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
            session.run(tensor)


def _proto(value: float) -> Any:
    from nbtf.wire.tensor import make_tensor_proto

    return make_tensor_proto(value, "float32")


def test_default_sessions(graph: Graph) -> None:
    tensor = graph.get_tensor_by_name("twice:0")
    with pytest.raises(ValueError, match="No default session is registered"):
        tensor.eval()
    with Session():
        assert tensor.eval({"x:0": X}).tolist() == [[2, 4]]
    interactive = InteractiveSession()
    assert tensor.eval({"x:0": X}).tolist() == [[2, 4]]
    interactive.close()
    with pytest.raises(ValueError, match="No default session is registered"):
        tensor.eval()


def test_make_callable(graph: Graph) -> None:
    with Session() as session:
        call = session.make_callable(["more:0"], ["x:0"])
        assert call(X)[0].tolist() == [[3, 5]]
        with pytest.raises(TypeError, match="Expected 1 positional arguments, got 0"):
            call()
    with pytest.raises(RuntimeError, match="closed Session"):
        call(X)


def test_several_threads_on_one_session(graph: Graph) -> None:
    with Session() as session, ThreadPoolExecutor(4) as pool:

        def run(number: int) -> bool:
            x = np.full((number % 50 + 1, 2), number, F)
            return bool((session.run("more:0", {"x:0": x}) == 2 * number + 1).all())

        assert all(pool.map(run, range(2000)))


def _endless_loop() -> Any:
    start = apply_op("Const", value=_proto(0.0), dtype="float32")
    true = apply_op("Const", value=_bool_proto(), dtype="bool")
    enter = apply_op("Enter", data=start, frame_name="loop")
    going = apply_op("Enter", data=true, frame_name="loop", is_constant=True)
    merge = apply_op("Merge", inputs=[enter, enter])
    condition = apply_op("LoopCond", input=going)
    switch = apply_op("Switch", data=merge.output, pred=condition)
    again = apply_op("NextIteration", data=apply_op("Neg", x=switch.output_true))
    merge.output.op._update_input(1, again)
    return apply_op("Exit", data=switch.output_false)


def _bool_proto() -> Any:
    from nbtf.wire.tensor import make_tensor_proto

    return make_tensor_proto(True)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.usefixtures("interruptible")
def test_an_endless_loop_can_be_interrupted() -> None:
    with Graph().as_default():
        tensor = _endless_loop()
        session = Session()
        threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        begin = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            session.run(tensor)
        assert time.monotonic() - begin < 30


def test_unsupported_ops_are_all_named_at_once(graph: Graph) -> None:
    with graph.as_default():
        apply_op("CopyHost", input=graph.get_tensor_by_name("twice:0"), name="one")
        apply_op("CopyHost", input=graph.get_tensor_by_name("more:0"), name="two")
        apply_op("Copy", input=graph.get_tensor_by_name("x:0"), name="three")
    with Session() as session, pytest.raises(errors.UnimplementedError) as caught:
        session.run(["one:0", "two:0", "three:0"], {"x:0": X})
    message = caught.value.message
    assert all(f"'{name}'" in message for name in ("one", "two", "three"))
    assert "CopyHost" in message


def test_errors_carry_op_node_and_place(graph: Graph) -> None:
    with graph.as_default():
        y = apply_op("Placeholder", dtype="float32", name="y")
        bad = apply_op("MatMul", a=graph.get_tensor_by_name("x:0"), b=y, name="bad")
    with Session() as session, pytest.raises(errors.InvalidArgumentError, match="Matrix size-incompatible") as caught:
        session.run(bad, {"x:0": X, "y:0": np.zeros((3, 3), F)})
    error = caught.value
    assert error.op is bad.op
    assert error.error_code == errors.INVALID_ARGUMENT
    assert "test_session.py" in str(error)
    with Session() as session:  # and the session of a failed run goes on working
        assert session.run("twice:0", {"x:0": X}).tolist() == [[2, 4]]


def test_who_waits_for_a_fed_placeholder_has_waited(graph: Any) -> None:
    with graph.control_dependencies([graph.get_operation_by_name("x")]):
        late = apply_op("Abs", x=np.int32(2), name="late")
    with Session(graph=graph) as session:
        assert session.run(late, {"x:0": [[1, 2]]}) == 2
        with pytest.raises(errors.InvalidArgumentError, match="You must feed a value for placeholder tensor 'x'"):
            session.run(late)


def test_a_nested_tuple_may_be_fed() -> None:
    with Graph().as_default() as graph:
        a, b, c = (apply_op("Placeholder", dtype="float32") for _ in range(3))
        total = apply_op("AddN", inputs=[a, b, c])
    with Session(graph=graph) as session:
        assert session.run(total, {(a, (b,)): [1, (np.float32(2),)], c: 4}) == 7
        with pytest.raises(ValueError, match="Key had 2 elements, but value had 3 elements"):
            session.run(total, {(a, b): (1, 2, 3), c: 4})


def test_a_program_is_given_as_many_values_as_it_has_feeds() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [])
        session.run(x + 1.0, {x: 1.0})
        (executable,) = session._executables.values()
        for values in ([], [np.float32(1)] * 2):
            with pytest.raises(tf.errors.InternalError, match=f"1 feeds was given {len(values)}"):
                executable.run(values)
