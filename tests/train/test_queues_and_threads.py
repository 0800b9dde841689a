"""Threads at queues: what waits is woken, and given up when a session ends, a time is over, or a coordinator stops."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf


class Background:
    """A call in a thread of its own, and what came of it."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.result: Any = None
        self.error: Exception | None = None
        self._function = function
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._function()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            self.error = error

    @property
    def is_waiting(self) -> bool:
        self._thread.join(0.2)
        return self._thread.is_alive()

    def outcome(self) -> Any:
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self.error or self.result


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with tf.Graph().as_default():
        yield


def test_a_dequeue_waits_for_an_enqueue_of_another_thread() -> None:
    queue = tf.FIFOQueue(2, [tf.int32])
    take, add = queue.dequeue(), queue.enqueue([7])
    with tf.Session() as session:
        waiting = Background(lambda: session.run(take))
        assert waiting.is_waiting
        session.run(add)
        assert waiting.outcome() == 7


def test_an_enqueue_waits_for_room_and_close_for_the_enqueue() -> None:
    queue = tf.FIFOQueue(1, [tf.int32])
    take, add, close = queue.dequeue(), queue.enqueue_many([[1, 2]]), queue.close()
    with tf.Session() as session:
        adding = Background(lambda: session.run(add))
        assert adding.is_waiting
        closing = Background(lambda: session.run(close))
        assert closing.is_waiting
        assert [session.run(take), session.run(take)] == [1, 2]
        assert adding.outcome() is None and closing.outcome() is None
        with pytest.raises(tf.errors.OutOfRangeError, match="is closed and has insufficient elements"):
            session.run(take)


@pytest.mark.parametrize(("verb", "words"), [("take", "Dequeue"), ("add", "Enqueue")])
def test_closing_the_session_gives_up_what_waits(verb: str, words: str) -> None:
    queue = tf.FIFOQueue(1, [tf.int32])
    ops = {"take": queue.dequeue(), "add": queue.enqueue_many([[1, 2, 3]])}
    session = tf.Session()
    waiting = Background(lambda: session.run(ops[verb]))
    assert waiting.is_waiting
    session.close()
    error = waiting.outcome()
    assert isinstance(error, tf.errors.CancelledError) and f"{words} operation was cancelled" in str(error)


def test_cancelling_enqueues_leaves_what_was_added() -> None:
    queue = tf.FIFOQueue(2, [tf.int32])
    add, cancel, take = queue.enqueue_many([[1, 2, 3]]), queue.close(cancel_pending_enqueues=True), queue.dequeue()
    with tf.Session() as session:
        waiting = Background(lambda: session.run(add))
        assert waiting.is_waiting
        session.run(cancel)
        assert isinstance(waiting.outcome(), tf.errors.CancelledError)
        assert [session.run(take), session.run(take)] == [1, 2]


@pytest.mark.parametrize("by_config", [True, False])
def test_a_run_ends_when_its_time_is_over(by_config: bool) -> None:
    queue = tf.FIFOQueue(4, [tf.int32], shapes=[[]])
    add, take = queue.enqueue([1]), queue.dequeue_many(2)
    config = tf.ConfigProto(operation_timeout_in_ms=100) if by_config else None
    options = None if by_config else tf.RunOptions(timeout_in_ms=100)
    with tf.Session(config=config) as session:
        session.run(add)
        with pytest.raises(tf.errors.DeadlineExceededError, match="Timed out waiting for notification"):
            session.run(take, options=options)
        assert session.run(queue.size()) == 1  # what the dequeue had is back


def test_a_failed_run_takes_nothing_later() -> None:
    queue = tf.FIFOQueue(4, [tf.int32])
    take, add = queue.dequeue(), queue.enqueue([5])
    with tf.control_dependencies([tf.Assert(False, ["no"])]):
        failing = tf.identity(1)
    with tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="assertion failed"):
            session.run([take, failing])
        session.run(add)
        assert session.run(queue.size()) == 1


def test_one_run_fills_and_drains_a_small_queue() -> None:
    queue = tf.FIFOQueue(2, [tf.int32], shapes=[[]])
    taken, _ = tf.Session().run([queue.dequeue_many(50), queue.enqueue_many([np.arange(50)])])
    np.testing.assert_array_equal(taken, np.arange(50))


def test_many_threads_at_one_queue() -> None:
    queue = tf.FIFOQueue(3, [tf.int32], shapes=[[]])
    value = tf.placeholder(tf.int32, [])
    add, take = queue.enqueue([value]), queue.dequeue()
    with tf.Session() as session:
        adders = [
            Background(lambda first=first: [session.run(add, {value: first + i}) for i in range(25)])
            for first in (0, 100, 200)
        ]
        takers = [Background(lambda: [int(session.run(take)) for _ in range(25)]) for _ in range(3)]
        found = sorted(number for taker in takers for number in taker.outcome())
        assert [adder.outcome() for adder in adders] == [[None] * 25] * 3
    assert found == sorted(first + i for first in (0, 100, 200) for i in range(25))


# ---- coordinators ----------------------------------------------------------------------------------------------------


def test_join_raises_what_a_thread_reported() -> None:
    coordinator = tf.train.Coordinator()

    def fail() -> None:
        with coordinator.stop_on_exception():
            raise KeyError("lost")

    thread = threading.Thread(target=fail)
    thread.start()
    with pytest.raises(KeyError, match="lost"):
        coordinator.join([thread])
    assert coordinator.should_stop() and coordinator.joined
    coordinator.clear_stop()
    assert not coordinator.should_stop()


def test_the_end_of_input_is_no_error() -> None:
    coordinator = tf.train.Coordinator()
    coordinator.request_stop(tf.errors.OutOfRangeError(None, None, "over"))
    coordinator.join([])


def test_join_tells_of_threads_that_live_on() -> None:
    coordinator = tf.train.Coordinator()
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait, name="stubborn", daemon=True)
    thread.start()
    coordinator.request_stop()
    with pytest.raises(RuntimeError, match="threads still running: stubborn"):
        coordinator.join([thread], stop_grace_period_secs=0.1)
    ended.set()


def test_a_looper_calls_until_it_is_stopped() -> None:
    coordinator = tf.train.Coordinator()
    calls: list[int] = []

    def call() -> None:
        calls.append(1)
        if len(calls) == 3:
            coordinator.request_stop()

    tf.train.LooperThread.loop(coordinator, 0.01, call)
    coordinator.join()
    assert len(calls) == 3


def test_an_error_of_an_enqueue_operation_reaches_join() -> None:
    queue = tf.FIFOQueue(2, [tf.int32])
    with tf.control_dependencies([tf.Assert(False, ["broken input"])]):
        add = queue.enqueue([tf.identity(1)])
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [add]))
    coordinator = tf.train.Coordinator()
    with tf.Session() as session:
        threads = tf.train.start_queue_runners(session, coordinator)
        with pytest.raises(tf.errors.InvalidArgumentError, match="broken input"):
            coordinator.join(threads)


def test_queue_runners_travel_in_meta_graphs() -> None:
    number = tf.identity(tf.train.range_input_producer(4, shuffle=False).dequeue(), name="number")
    assert number.name == "number:0"
    meta_graph = tf.train.export_meta_graph()
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(meta_graph, import_scope="in")
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        assert [int(session.run("in/number:0")) for _ in range(5)] == [0, 1, 2, 3, 0]
        coordinator.request_stop()
        coordinator.join(threads)


# ---- readers ---------------------------------------------------------------------------------------------------------


def test_readers_of_files(tmp_path: Path) -> None:
    text, fixed, records = tmp_path / "a.txt", tmp_path / "b.bin", tmp_path / "c.tfrecord"
    text.write_bytes(b"head\none\r\ntwo\nthree")
    fixed.write_bytes(b"HHaabbccF")
    with tf.python_io.TFRecordWriter(str(records), tf.python_io.TFRecordOptions(2)) as writer:
        writer.write(b"first")
        writer.write(b"second")
    readers = {
        text: tf.TextLineReader(skip_header_lines=1),
        fixed: tf.FixedLengthRecordReader(2, header_bytes=2, footer_bytes=1),
        records: tf.TFRecordReader(options=tf.python_io.TFRecordOptions(2)),
    }
    expected = {
        text: [(b":2", b"one"), (b":3", b"two"), (b":4", b"three")],
        fixed: [(b":0", b"aa"), (b":1", b"bb"), (b":2", b"cc")],
        records: [(b":0", b"first"), (b":21", b"second")],
    }
    for path, reader in readers.items():
        queue = tf.FIFOQueue(2, [tf.string], shapes=[[]])
        read = reader.read(queue)
        with tf.Session() as session:
            session.run([queue.enqueue([str(path)]), queue.enqueue([str(path)])])
            for ending, value in [*expected[path], expected[path][0]]:
                key, found = session.run(read)
                assert (key, found) == (str(path).encode() + ending, value)
            assert session.run(reader.num_work_units_completed()) == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    queue = tf.FIFOQueue(2, [tf.string], shapes=[[]])
    read, add = tf.WholeFileReader().read(queue), queue.enqueue([str(tmp_path / "none")])
    with tf.Session() as session:
        session.run(add)
        with pytest.raises(tf.errors.NotFoundError, match="none"):
            session.run(read)
