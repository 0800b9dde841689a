"""tf.profiler beside the tables and messages that TensorFlow made of the same graphs."""

import gzip
import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nbtf as tf
from nbtf.wire import schema

FOLDER = Path(__file__).parent.parent / "golden" / "profiler"
RECORDED = json.loads((FOLDER / "tables.json").read_text(encoding="utf-8"))
Builder = tf.profiler.ProfileOptionBuilder


@pytest.fixture(scope="module")
def graphs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("profiled_graphs", FOLDER / "graphs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(graphs: ModuleType) -> dict[str, tf.Graph]:
    found = {}
    for name, build in graphs.GRAPHS.items():
        with tf.Graph().as_default() as found[name]:
            build(tf)
    return found


@pytest.mark.parametrize("label", RECORDED)
def test_tables_and_messages_are_tensorflows(label: str, graphs: ModuleType, built, tmp_path: Path) -> None:
    case, told = {**graphs.CASES, **graphs.TIMED}[label], RECORDED[label]
    run = None
    if label in graphs.TIMED:
        run = schema.RunMetadata.FromString(gzip.decompress((FOLDER / "run_metadata.pb.gz").read_bytes()))
    message, lines = graphs.table(tf, built[case[0]], case, str(tmp_path / "table"), run)
    assert lines == told["lines"]
    assert message.total_parameters == told["total_parameters"]
    assert message.total_float_ops == told["total_float_ops"]
    assert hashlib.sha256(message.SerializeToString(deterministic=True)).hexdigest()[:16] == told["message"]


def test_without_options_the_table_of_trainable_parameters_is_printed(built, capsys) -> None:
    message = tf.profiler.profile(built["training"])
    assert message.total_parameters == RECORDED["parameters"]["total_parameters"]
    printed = capsys.readouterr().out
    assert "\n".join(RECORDED["parameters"]["lines"]) in printed
    assert "-select                     params" in printed


def test_an_op_log_adds_types_and_float_operations(built, tmp_path: Path) -> None:
    log = tf.profiler.OpLogProto()
    log.log_entries.add(name="frozen", types=["mine"], float_ops=77)
    options = Builder(Builder.trainable_variables_parameter()).with_accounted_types(["mine"]).with_empty_output()
    message = tf.profiler.profile(built["training"], op_log=log, options=options.build())
    assert [child.name for child in message.children] == ["frozen"]
    assert (message.total_parameters, message.total_float_ops) == (3, 77)


def test_write_op_log_writes_what_is_counted(built, tmp_path: Path) -> None:
    tf.profiler.write_op_log(built["training"], str(tmp_path / "log"))
    log = tf.profiler.OpLogProto.FromString((tmp_path / "log" / "tfprof_log").read_bytes())
    entries = {entry.name: entry for entry in log.log_entries}
    assert len(entries) == len(built["training"].get_operations())
    assert entries["conv/w"].types == ["_trainable_variables"]
    assert entries["conv/Conv2D"].float_ops == 2 * 8 * 12 * 12 * 4 * 25
    (trace,) = entries["conv/Conv2D"].code_def.traces
    assert log.id_to_string[trace.file_id].endswith("graphs.py")
    tf.profiler.write_op_log(built["training"], str(tmp_path / "log"), add_trace=False)
    log = tf.profiler.OpLogProto.FromString((tmp_path / "log" / "tfprof_log").read_bytes())
    assert all(entry.float_ops or entry.types for entry in log.log_entries)


def run_metadata(micros: dict[str, int], start: int = 0):
    made = schema.RunMetadata()
    device = made.step_stats.dev_stats.add(device="/job:localhost/replica:0/task:0/device:CPU:0")
    for name, took in micros.items():
        device.node_stats.add(
            node_name=name, all_start_micros=start + 1, op_end_rel_micros=took, all_end_rel_micros=took
        )
    return made


def test_time_is_that_of_a_step_or_the_mean_of_all(built) -> None:
    profiler = tf.profiler.Profiler(built["training"])
    profiler.add_step(1, run_metadata({"conv/Conv2D": 100}))
    profiler.add_step(2, run_metadata({"conv/Conv2D": 300}))
    options = Builder(Builder.time_and_memory(min_bytes=0)).with_empty_output()
    assert profiler.profile_operations(options.build()).total_exec_micros == 200
    assert profiler.profile_name_scope(options.with_step(1).build()).total_exec_micros == 100
    (conv,) = profiler.profile_graph(options.with_step(2).with_min_occurrence(1).build()).children
    assert (conv.name, conv.exec_micros, conv.run_count) == ("conv/Conv2D", 300, 1)
    assert list(conv.devices) == ["/job:localhost/replica:0/task:0/device:cpu:0"]
    with pytest.raises(tf.errors.InvalidArgumentError, match="there is no step 7"):
        profiler.profile_graph(options.with_step(7).build())
    assert schema.ProfileProto.FromString(profiler.serialize_to_string()).steps == [1, 2]


def test_advice_names_the_slowest_op_types(built, capsys) -> None:
    run = run_metadata({"conv/Conv2D": 300, "dense/MatMul": 90, "conv/MaxPool": 8, "conv/BiasAdd": 2})
    advice = tf.profiler.advise(built["training"], run_meta=run)
    assert set(advice.checkers) == {"OperationChecker", "ExpensiveOperationChecker", "AcceleratorUtilizationChecker"}
    (report,) = advice.checkers["ExpensiveOperationChecker"].reports
    assert report.splitlines() == [
        "top 1 operation type: Conv2D, cpu: 300us, accelerator: 0us, total: 300us (75.00%)",
        "top 2 operation type: MatMul, cpu: 90us, accelerator: 0us, total: 90us (22.50%)",
        "top 3 operation type: MaxPool, cpu: 8us, accelerator: 0us, total: 8us (2.00%)",
    ]
    assert report in capsys.readouterr().out
    assert not tf.profiler.advise(built["training"]).checkers["ExpensiveOperationChecker"].reports


def test_a_traced_run_is_profiled() -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float32, [2, 3])
        y = tf.matmul(x, np.ones([3, 4], np.float32), name="product")
        run = tf.RunMetadata()
        session.run(y, {x: np.ones([2, 3])}, tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), run)
    options = Builder(Builder.time_and_memory(0, 0)).with_empty_output().with_min_occurrence(1).build()
    names = [node.name for node in tf.profiler.profile(graph, run, options=options).children]
    assert "product" in names


def test_lines_of_the_program_are_counted(built) -> None:
    options = Builder(Builder.trainable_variables_parameter()).with_empty_output().build()
    message = tf.profiler.profile(built["training"], cmd="code", options=options)
    assert message.total_parameters == RECORDED["parameters"]["total_parameters"]
    assert all(child.name.startswith("graphs.py:") and child.name.endswith(":training") for child in message.children)


@pytest.mark.parametrize(
    ("cmd", "changes", "words"),
    [
        ("nope", {}, "unknown cmd: nope"),
        ("scope", {"select": ["nope"]}, "select: nope"),
        ("scope", {"order_by": "nope"}, "order_by: nope"),
        ("scope", {"output": "nope"}, "output: nope"),
    ],
)
def test_what_is_not_there_is_refused(cmd: str, changes: dict, words: str, built) -> None:
    options = {**Builder.float_operation(), "output": "none", **changes}
    with pytest.raises(tf.errors.InvalidArgumentError, match=words):
        tf.profiler.profile(built["training"], cmd=cmd, options=options)


def test_timelines_are_refused(built) -> None:
    with pytest.raises(tf.errors.UnimplementedError, match="timeline"):
        tf.profiler.profile(built["training"], options=Builder().with_timeline_output("/nowhere").build())
