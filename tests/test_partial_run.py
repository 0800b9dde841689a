"""Session.partial_run: one run in steps, each operation once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import nbtf as tf


@pytest.fixture
def graph() -> Iterator[dict[str, Any]]:
    with tf.Graph().as_default():
        a, b, c = (tf.placeholder(tf.float32, [], name=name) for name in "abc")
        total = tf.add(a, b, name="total")
        draw = tf.random_uniform([], name="draw") + total
        count = tf.Variable(0.0)
        with tf.control_dependencies([count.assign_add(1.0)]):
            counted = draw * 1.0
        yield {"a": a, "b": b, "c": c, "total": total, "product": total * c, "draw": counted, "count": count,
               "again": counted - draw + c}  # fmt: skip


def test_steps_share_feeds_and_what_they_computed(graph: dict[str, Any]) -> None:
    with tf.Session() as session:
        handle = session.partial_run_setup([graph["total"], graph["product"]], [graph["a"], graph["b"], graph["c"]])
        assert session.partial_run(handle, graph["total"], {graph["a"]: 1, graph["b"]: 2}) == 3
        assert session.partial_run(handle, [graph["product"]], {"c:0": 3}) == [9]
        with pytest.raises(tf.errors.InvalidArgumentError, match="Must run 'setup'"):
            session.partial_run(handle, graph["product"])


def test_every_operation_runs_once(graph: dict[str, Any]) -> None:
    with tf.Session() as session:
        session.run(graph["count"].initializer)
        handle = session.partial_run_setup([graph["draw"], graph["again"]], [graph["a"], graph["b"], graph["c"]])
        session.partial_run(handle, graph["draw"], {graph["a"]: 1, graph["b"]: 2})
        assert session.partial_run(handle, graph["again"], {graph["c"]: 4}) == 4  # the same random number in both
        assert session.run(graph["count"]) == 1


REFUSED = {
    "fed twice": (lambda s, g, h: s.partial_run(h, g["product"], {g["a"]: 3}), "a:0 has already been fed"),
    "fetched twice": (lambda s, g, h: s.partial_run(h, g["total"], {g["c"]: 3}), "total:0 has already been fetched"),
    "not enough": (lambda s, g, h: s.partial_run(h, g["product"], {}), "Fetch c:0 can't be computed from the feeds"),
    "other feed": (lambda s, g, h: s.partial_run(h, g["product"], {g["draw"]: 3}), "was not specified in partial_run"),
    "other fetch": (lambda s, g, h: s.partial_run(h, g["draw"], {}), "was not specified in partial_run_setup"),
    "no handle": (lambda s, g, h: s.partial_run("none", g["draw"], {}), "Must run 'setup' before"),
    "nothing": (lambda s, g, h: s.partial_run_setup([], [g["a"]]), "at least one target"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(graph: dict[str, Any], case: str) -> None:
    call: Callable[..., Any] = REFUSED[case][0]
    with tf.Session() as session:
        handle = session.partial_run_setup([graph["total"], graph["product"]], [graph["a"], graph["b"], graph["c"]])
        session.partial_run(handle, graph["total"], {graph["a"]: 1, graph["b"]: 2})
        with pytest.raises(tf.errors.InvalidArgumentError, match=REFUSED[case][1]):
            call(session, graph, handle)


def test_operations_cannot_be_fetched(graph: dict[str, Any]) -> None:
    with tf.Session() as session, pytest.raises(RuntimeError, match="requires empty `target_list`"):
        session.partial_run_setup([graph["total"].op], [graph["a"]])
