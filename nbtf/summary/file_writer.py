"""FileWriter: summaries, graphs and run metadata into event files."""

from __future__ import annotations

import os
import threading
import time
import warnings
from types import TracebackType
from typing import Any, ClassVar, Self

from nbtf import logging
from nbtf.graph.graph import Graph
from nbtf.summary.event_file import EventFile
from nbtf.train.meta_graph_export import create_meta_graph_def
from nbtf.wire import schema

Path = str | bytes | os.PathLike[str]


def _is_message(value: Any, kind: str) -> bool:
    return getattr(getattr(value, "DESCRIPTOR", None), "full_name", "") == f"tensorflow.{kind}"


class FileWriter:
    """Writes events to a new file in a folder; TensorBoard reads it. A context manager, which closes the file."""

    def __init__(
        self,
        logdir: Path,
        graph: Graph | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        """graph: added at once, with its meta graph. flush_secs: the longest that an event waits for the next one to
        be written with. max_queue, session: events are written as they come, so these change nothing.

        Raises TypeError where `graph` is no Graph, what fits of tf.errors where the file cannot be made.
        """
        self._logdir = os.fsdecode(logdir)
        self._flush_secs = flush_secs
        self._suffix = filename_suffix or ""
        self._session_run_tags: set[str] = set()
        self._seen_summary_tags: set[str] = set()
        self._lock = threading.Lock()
        self._file = EventFile(self._logdir, self._suffix, flush_secs)
        self._closed = False
        if graph is not None or graph_def is not None:
            self.add_graph(graph=graph, graph_def=graph_def)
            described = graph.as_graph_def(add_shapes=True) if isinstance(graph, Graph) else graph
            self.add_meta_graph(create_meta_graph_def(graph_def=graph_def or described))

    # ---- events ----

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """summary: a Summary, or one serialized, as running an operation of tf.summary gives."""
        if isinstance(summary, bytes):
            serialized, summary = summary, schema.Summary()
            summary.ParseFromString(serialized)
        with self._lock:  # metadata is written with the first value of a tag only
            for value in summary.value:
                if value.HasField("metadata"):
                    if value.tag in self._seen_summary_tags:
                        value.ClearField("metadata")
                    self._seen_summary_tags.add(value.tag)
        self._add(schema.Event(summary=_own(summary, schema.Summary)), global_step)

    def add_session_log(self, session_log: Any, global_step: Any = None) -> None:
        """session_log: a SessionLog message: the start, a checkpoint, or the end of a session."""
        self._add(schema.Event(session_log=_own(session_log, schema.SessionLog)), global_step)

    def add_graph(self, graph: Any, global_step: Any = None, graph_def: Any = None) -> None:
        """graph: a Graph. graph_def: a GraphDef instead (deprecated; also as `graph`).

        Raises TypeError for anything else, ValueError for both.
        """
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        if isinstance(graph, Graph):
            graph_def = graph.as_graph_def(add_shapes=True)
        elif _is_message(graph, "GraphDef") or _is_message(graph_def, "GraphDef"):
            logging.warning(
                "Passing a `GraphDef` to the SummaryWriter is deprecated. Pass a `Graph` object instead, such as "
                "`sess.graph`."
            )
            graph_def = graph if graph_def is None else graph_def
        else:
            raise TypeError("The passed graph must be an instance of `Graph` or the deprecated `GraphDef`")
        self._add(schema.Event(graph_def=graph_def.SerializeToString()), global_step)

    def add_meta_graph(self, meta_graph_def: Any, global_step: Any = None) -> None:
        """Raises TypeError for what is no MetaGraphDef."""
        if not _is_message(meta_graph_def, "MetaGraphDef"):
            raise TypeError(f"meta_graph_def must be type MetaGraphDef, saw type: {type(meta_graph_def)}")
        self._add(schema.Event(meta_graph_def=meta_graph_def.SerializeToString()), global_step)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """run_metadata: what `Session.run` filled. Raises ValueError for a tag used before."""
        if tag in self._session_run_tags:
            raise ValueError("The provided tag was already used for this event type")
        self._session_run_tags.add(tag)
        tagged = schema.TaggedRunMetadata(tag=tag, run_metadata=run_metadata.SerializeToString())
        self._add(schema.Event(tagged_run_metadata=tagged), global_step)

    def add_event(self, event: Any) -> None:
        """event: an Event message, written as it is."""
        if not self._warned_closed():
            self._file.write(event)

    def _add(self, event: Any, step: Any) -> None:
        event.wall_time = time.time()
        if step is not None:
            event.step = int(step)
        self.add_event(event)

    def _warned_closed(self) -> bool:
        if self._closed:
            warnings.warn(
                "Attempting to use a closed FileWriter. The operation will be a noop unless the FileWriter is "
                "explicitly reopened.",
                stacklevel=4,
            )
        return self._closed

    # ---- the file ----

    def get_logdir(self) -> str:
        """The folder."""
        return self._logdir

    def flush(self) -> None:
        """All events so far can be read from the file."""
        if not self._warned_closed():
            self._file.flush()

    def close(self) -> None:
        """Finishes the file; what is added later is dropped with a warning, until `reopen`."""
        if not self._closed:
            self._file.close()
            self._closed = True

    def reopen(self) -> None:
        """A closed writer goes on, in a file of its own; an open one just goes on."""
        if self._closed:
            self._file = EventFile(self._logdir, self._suffix, self._flush_secs)
            self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _own(message: Any, kind: Any) -> Any:
    """The message as one of this package's pool: a user's may be of another."""
    return message if isinstance(message, kind) else kind.FromString(message.SerializeToString())


class FileWriterCache:
    """One FileWriter a folder, shared by all who ask for it."""

    _cache: ClassVar[dict[str, FileWriter]] = {}
    _lock = threading.RLock()

    @staticmethod
    def get(logdir: str) -> FileWriter:
        """The writer of a folder, made when it is first asked for; by then with the default graph."""
        from nbtf.graph.default_stacks import get_default_graph

        with FileWriterCache._lock:
            if logdir not in FileWriterCache._cache:
                FileWriterCache._cache[logdir] = FileWriter(logdir, graph=get_default_graph())
            return FileWriterCache._cache[logdir]

    @staticmethod
    def clear() -> None:
        """Closes and forgets all of them."""
        with FileWriterCache._lock:
            for writer in FileWriterCache._cache.values():
                writer.close()
            FileWriterCache._cache.clear()
