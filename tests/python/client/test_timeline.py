"""Timeline: the trace that TensorFlow makes of the same StepStats, event by event; and one of a run."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.python.client import timeline
from nbtf.wire import text_format


@pytest.fixture
def step_stats(golden: Path) -> Any:
    stats = tf.RunMetadata().step_stats
    return text_format.from_text((golden / "timeline/step_stats.pbtxt").read_text(), stats)


@pytest.fixture
def recorded(golden: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((golden / "timeline/traces.json").read_text())
    return found


@pytest.mark.parametrize("memory", [False, True])
@pytest.mark.parametrize("dataflow", [False, True])
def test_the_trace_is_tensorflows(step_stats: Any, recorded: dict[str, Any], dataflow: bool, memory: bool) -> None:
    text = timeline.Timeline(step_stats).generate_chrome_trace_format(dataflow, memory)
    assert json.loads(text)["traceEvents"] == recorded[f"dataflow {dataflow}, memory {memory}"]


def test_the_most_memory_of_an_allocator(step_stats: Any, recorded: dict[str, Any]) -> None:
    found = timeline.Timeline(step_stats).analyze_step_stats().allocator_maximums
    assert {name: [m.timestamp, m.num_bytes, sorted(m.tensors)] for name, m in found.items()} == recorded["maximums"]


def test_a_trace_of_a_run() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2, 2], name="x")
        product = tf.matmul(x, x, name="product")
        total = tf.reduce_sum(product, name="total")
        metadata = tf.RunMetadata()
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        session.run([product, total], {x: np.eye(2)}, options=options, run_metadata=metadata)
    text = timeline.Timeline(metadata.step_stats).generate_chrome_trace_format(show_memory=True)
    ops = [event for event in json.loads(text)["traceEvents"] if event["ph"] == "X"]
    assert [(op["args"]["name"], op["args"]["op"], op["args"]["input0"]) for op in ops] == [
        ("product", "MatMul", "x"),
        ("total", "Sum", "product"),
    ]
