"""Queue runners: threads that fill a queue, each running its enqueue operation again and again."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from nbtf import errors
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.scope_names import prepend_name_scope, strip_name_scope
from nbtf.session import Session
from nbtf.train.coordinator import Coordinator
from nbtf.wire import schema

_log = logging.getLogger("nbtf")


class QueueRunner:
    """Operations that fill a queue, and how the queue is closed when they have ended."""

    def __init__(
        self,
        queue: Any = None,
        enqueue_ops: Sequence[Any] | None = None,
        close_op: Any = None,
        cancel_op: Any = None,
        queue_closed_exception_types: tuple[type[Exception], ...] | None = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        """enqueue_ops: a thread each. close_op: run when the last of them has ended; cancel_op: when a coordinator stops
        the threads. queue_closed_exception_types: what an enqueue operation raises where there is no more to come.

        queue_runner_def: a message that says all this, of nodes under `import_scope`, instead.
        """
        if queue_runner_def is not None:
            if queue or enqueue_ops:
                raise ValueError("queue_runner_def and queue are mutually exclusive.")
            self._init_from_proto(queue_runner_def, import_scope)
        else:
            self._init(queue, enqueue_ops, close_op, cancel_op, queue_closed_exception_types)
        self._lock = threading.Lock()
        self._runs: weakref.WeakKeyDictionary[Session, int] = weakref.WeakKeyDictionary()
        self._raised: list[BaseException] = []

    def _init(self, queue: Any, enqueue_ops: Sequence[Any] | None, close_op: Any, cancel_op: Any, closed: Any) -> None:
        if not queue or not enqueue_ops:
            raise ValueError("Must provide queue and enqueue_ops.")
        self._queue = queue
        self._enqueue_ops = list(enqueue_ops)
        self._close_op = close_op if close_op is not None else queue.close()
        self._cancel_op = cancel_op if cancel_op is not None else queue.close(cancel_pending_enqueues=True)
        if closed is not None and (
            not isinstance(closed, tuple) or not closed or not all(issubclass(t, errors.OpError) for t in closed)
        ):
            raise TypeError(
                f"queue_closed_exception_types, when provided, must be a tuple of tf.error types, but saw: {closed}"
            )
        self._closed_types = closed or (errors.OutOfRangeError,)

    def _init_from_proto(self, message: Any, import_scope: str | None) -> None:
        if not isinstance(message, schema.QueueRunnerDef):
            raise TypeError(f"queue_runner_def must be a QueueRunnerDef, but is {type(message)}")
        graph = default_stacks.get_default_graph()

        def element(name: str) -> Any:
            return graph.as_graph_element(prepend_name_scope(name, import_scope))

        self._queue = element(message.queue_name)
        self._enqueue_ops = [element(name) for name in message.enqueue_op_name]
        self._close_op = element(message.close_op_name)
        self._cancel_op = element(message.cancel_op_name)
        self._closed_types = tuple(
            errors.exception_type_from_error_code(code) for code in message.queue_closed_exception_types
        ) or (errors.OutOfRangeError,)

    @property
    def queue(self) -> Any:
        return self._queue

    @property
    def enqueue_ops(self) -> list[Any]:
        return self._enqueue_ops

    @property
    def close_op(self) -> Any:
        return self._close_op

    @property
    def cancel_op(self) -> Any:
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type[Exception], ...]:
        return self._closed_types

    @property
    def name(self) -> str:
        """The name of the queue."""
        return str(self._queue.name)

    @property
    def exceptions_raised(self) -> list[BaseException]:
        """What threads without a coordinator raised; with one, the coordinator has it."""
        return self._raised

    # ---- threads ----

    def create_threads(
        self, sess: Session, coord: Coordinator | None = None, daemon: bool = False, start: bool = False
    ) -> list[threading.Thread]:
        """A thread for each enqueue operation, and one that runs the cancel operation when `coord` stops.

        None where those of an earlier call for this session still run.
        """
        with self._lock:
            if self._runs.get(sess, 0) > 0:
                return []
            self._runs[sess] = len(self._enqueue_ops)
            self._raised = []
        threads = [
            threading.Thread(
                target=self._run, args=(sess, op, coord), daemon=daemon, name=f"QueueRunnerThread-{self.name}-{op.name}"
            )
            for op in self._enqueue_ops
        ]
        if coord is not None:
            threads.append(
                threading.Thread(
                    target=self._close_on_stop,
                    args=(sess, self._cancel_op, coord),
                    daemon=daemon,
                    name=f"QueueRunnerThread-{self.name}-close_on_stop",
                )
            )
        for thread in threads:
            if coord is not None:
                coord.register_thread(thread)
            if start:
                thread.start()
        return threads

    def _run(self, sess: Session, enqueue_op: Any, coord: Coordinator | None = None) -> None:
        """Runs the enqueue operation until the queue is closed, there is nothing more, or the coordinator stops."""
        decremented = False
        try:
            enqueue = self._enqueuer(sess, enqueue_op)
            while coord is None or not coord.should_stop():
                try:
                    enqueue()
                except self._closed_types:
                    with self._lock:
                        decremented = True
                        self._runs[sess] -= 1
                        is_last = self._runs[sess] == 0
                    if is_last:
                        self._close(sess)
                    return
        except Exception as error:
            if coord is not None:
                coord.request_stop(error)
            else:
                _log.error("Exception in QueueRunner: %s", error)
                with self._lock:
                    self._raised.append(error)
                raise
        finally:
            if not decremented:
                with self._lock:
                    self._runs[sess] -= 1

    def _enqueuer(self, sess: Session, enqueue_op: Any) -> Callable[[], Any]:
        """What a thread calls again and again."""
        enqueue: Callable[[], Any] = sess.make_callable(enqueue_op)
        return enqueue

    def _close(self, sess: Session) -> None:
        try:
            sess.run(self._close_op)
        except Exception as error:  # noqa: BLE001
            _log.info("Ignored exception: %s", error)  # it may be closed already

    def _close_on_stop(self, sess: Session, cancel_op: Any, coord: Coordinator) -> None:
        coord.wait_for_stop()
        try:
            sess.run(cancel_op)
        except Exception as error:  # noqa: BLE001
            _log.info("Ignored exception: %s", error)  # the session may be closed

    # ---- as a message ----

    def to_proto(self, export_scope: str | None = None) -> Any:
        """A QueueRunnerDef; None for a queue outside of export_scope."""
        if export_scope is not None and not self.name.startswith(export_scope):
            return None
        message = schema.QueueRunnerDef(
            queue_name=strip_name_scope(self.name, export_scope),
            close_op_name=strip_name_scope(self._close_op.name, export_scope),
            cancel_op_name=strip_name_scope(self._cancel_op.name, export_scope),
        )
        message.enqueue_op_name.extend(strip_name_scope(op.name, export_scope) for op in self._enqueue_ops)
        message.queue_closed_exception_types.extend(
            errors.error_code_from_exception_type(kind) for kind in self._closed_types
        )
        return message

    @staticmethod
    def from_proto(queue_runner_def: Any, import_scope: str | None = None) -> QueueRunner:
        return QueueRunner(queue_runner_def=queue_runner_def, import_scope=import_scope)


def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Makes `start_queue_runners` start it."""
    default_stacks.get_default_graph().add_to_collection(collection, qr)


def start_queue_runners(
    sess: Session | None = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """The threads of all queue runners of the graph, for a session, the default one unless given.

    Raises ValueError where there is no session.
    """
    sess = sess if sess is not None else default_stacks.get_default_session()
    if sess is None:
        raise ValueError(
            "Cannot start queue runners: No default session is registered. Use `with sess.as_default()` or pass an "
            "explicit session to tf.start_queue_runners(sess=sess)"
        )
    if not isinstance(sess, Session):
        if type(sess).__name__ in ("MonitoredSession", "SingularMonitoredSession"):
            return []  # they start theirs themselves
        raise TypeError(f"sess must be a `tf.Session` object. Given class: {type(sess)}")
    threads: list[threading.Thread] = []
    with sess.graph.as_default():
        for runner in sess.graph.get_collection(collection):
            threads += runner.create_threads(sess, coord=coord, daemon=daemon, start=start)
    return threads
