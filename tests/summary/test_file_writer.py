"""Event files as files; tests/programs/summary has what stands in them."""

import threading
from pathlib import Path
from typing import Any

import pytest

import nbtf as tf


def events(folder: Path) -> list[Any]:
    return [event for path in sorted(folder.glob("events.*")) for event in tf.train.summary_iterator(path)]


def steps(folder: Path) -> list[int]:
    return [event.step for event in events(folder) if event.WhichOneof("what") != "file_version"]


def scalar(value: float) -> Any:
    return tf.Summary(value=[tf.Summary.Value(tag="a", simple_value=value)])


def test_two_writers_in_one_second_have_files_of_their_own(tmp_path: Path) -> None:
    first, second = tf.summary.FileWriter(tmp_path), tf.summary.FileWriter(tmp_path)
    first.add_summary(scalar(1), 1)
    second.add_summary(scalar(2), 2)
    first.close()
    second.close()
    assert len(list(tmp_path.iterdir())) == 2
    assert steps(tmp_path) == [1, 2]


def test_a_closed_writer_warns_until_it_is_reopened(tmp_path: Path) -> None:
    writer = tf.summary.FileWriter(tmp_path)
    writer.close()
    writer.close()
    for use in (lambda: writer.add_summary(scalar(1), 1), writer.flush):
        with pytest.warns(UserWarning, match="Attempting to use a closed FileWriter"):
            use()
    writer.reopen()
    writer.reopen()
    writer.add_summary(scalar(2), 2)
    writer.close()
    assert steps(tmp_path) == [2]


def test_events_wait_no_longer_than_flush_secs(tmp_path: Path) -> None:
    writer = tf.summary.FileWriter(tmp_path, flush_secs=0)
    writer.add_summary(scalar(1), 1)
    assert steps(tmp_path) == [1]
    slow = tf.summary.FileWriter(tmp_path / "slow", flush_secs=1000)
    slow.add_summary(scalar(1), 1)
    assert steps(tmp_path / "slow") == []
    slow.flush()
    assert steps(tmp_path / "slow") == [1]


def test_threads_share_a_writer(tmp_path: Path) -> None:
    with tf.summary.FileWriter(tmp_path) as writer:
        threads = [
            threading.Thread(target=lambda: [writer.add_summary(scalar(i), i) for i in range(200)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(steps(tmp_path)) == sorted(list(range(200)) * 4)


def test_a_graph_def_is_as_good_as_a_graph(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name="one")
    with (
        caplog.at_level("WARNING", "tensorflow"),
        tf.summary.FileWriter(tmp_path, graph_def=graph.as_graph_def()) as writer,
    ):
        writer.add_graph(graph.as_graph_def(), 3)
    assert "Passing a `GraphDef` to the SummaryWriter is deprecated" in caplog.text
    graphs = [tf.GraphDef.FromString(event.graph_def) for event in events(tmp_path) if event.graph_def]
    assert [one.node[0].name for one in graphs] == ["one", "one"]


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(tf.errors.OpError):
        tf.summary.FileWriter(tmp_path / "file")


EVENTS = "events/events.out.tfevents.1700000000.fixture"


def test_a_file_that_tensorflow_wrote(golden: Path) -> None:
    found = list(tf.train.summary_iterator(golden / EVENTS))
    kinds = ["file_version", "graph_def", "meta_graph_def", "summary", "summary", "summary", "tagged_run_metadata"]
    assert [event.WhichOneof("what") for event in found] == kinds
    scalars = [(e.step, v.simple_value) for e in found for v in e.summary.value if v.tag == "loss"]
    assert scalars == [(0, 6.0), (1, 12.0), (2, 18.0)]
    run_metadata = found[-1].tagged_run_metadata
    assert run_metadata.tag == "run3"
    assert run_metadata.run_metadata == (golden / "events/run_metadata.pb").read_bytes()
    devices = tf.RunMetadata.FromString(run_metadata.run_metadata).step_stats.dev_stats
    assert "Merge/MergeSummary" in [node.node_name for device in devices for node in device.node_stats]


def test_its_graph_makes_the_same_summaries(golden: Path, tmp_path: Path) -> None:
    theirs = list(tf.train.summary_iterator(golden / EVENTS))
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(tf.GraphDef.FromString(theirs[1].graph_def), name="")
    with tf.Session(graph=graph) as session, tf.summary.FileWriter(tmp_path) as writer:
        for step in range(3):
            feeds = {"x:0": [value * (step + 1.0) for value in range(4)]}
            writer.add_summary(session.run("Merge/MergeSummary:0", feeds), step)
    for mine, event in zip(events(tmp_path)[1:], theirs[3:6], strict=True):
        assert (mine.step, len(mine.summary.value)) == (event.step, len(event.summary.value))
        for value, wanted in zip(mine.summary.value, event.summary.value, strict=True):
            if value.WhichOneof("value") == "image":  # deflated by another program
                value.image.encoded_image_string = wanted.image.encoded_image_string
            assert value == wanted


def test_its_events_written_again_are_the_same_bytes(golden: Path, tmp_path: Path) -> None:
    with tf.io.TFRecordWriter(tmp_path / "again") as writer:
        for event in tf.train.summary_iterator(golden / EVENTS):
            writer.write(event.SerializeToString(deterministic=True))
    assert (tmp_path / "again").read_bytes() == (golden / EVENTS).read_bytes()
