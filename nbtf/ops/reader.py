"""Readers of the input pipelines of old: records of the files that a queue names. Python computes these ops."""

import io
import os
import threading
from pathlib import Path

import numpy as np

from nbtf.checkpoint.source import file_error
from nbtf.errors import InvalidArgumentError, UnimplementedError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.queue import found_queue
from nbtf.ops.queueing import Dequeue
from nbtf.shapes import check
from nbtf.wire import lmdb, records


class Reader:
    """Goes through one work unit, a file, after the other. Subclasses say what its records are."""

    has_one_record = False
    """Whether a work unit is over with its first record."""

    def __init__(self, resources, node):
        self.handle = resources.new_number()
        self.container = node.attrs.container or "localhost"
        self.attrs = node.attrs
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        self.produced = self.completed = 0
        self._records = None  # of the work unit under way: pairs of key and value

    def records(self, work):
        """(key, value) pairs of a work unit."""
        raise NotImplementedError

    def read(self, next_work, most):
        """The next records, at least one and `most` at most, all of one work unit. next_work: waits for its name."""
        found = []
        while not found:
            if self._records is None:
                self._records = iter(self.records(next_work()))
            for record in self._records:
                found.append(record)
                self.produced += 1
                if len(found) == most and not self.has_one_record:
                    return found
            self._records = None
            self.completed += 1
        return found


def _named_file(work):
    return os.fsdecode(work)


def _contents(path):
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise file_error(path, error) from None


class IdentityReader(Reader):
    has_one_record = True

    def records(self, work):
        return [(work, work)]


class WholeFileReader(Reader):
    has_one_record = True

    def records(self, work):
        return [(work, _contents(_named_file(work)))]


class TextLineReader(Reader):
    def records(self, work):
        lines = _contents(_named_file(work)).split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        for number, line in enumerate(lines, 1):
            if number > self.attrs.skip_header_lines:
                yield b"%s:%d" % (work, number), line.removesuffix(b"\r")


class TFRecordReader(Reader):
    def records(self, work):
        compression = self.attrs.compression_type
        file = io.BytesIO(_contents(_named_file(work)))
        source = records.Inflated(file, 31 if compression == "GZIP" else 15) if compression else file
        offset = 0
        while (record := records.read_record(source, offset)) is not None:
            yield b"%s:%d" % (work, offset), record
            offset += len(records.framed(b"")) + len(record)


class LMDBReader(Reader):
    def records(self, work):
        path = _named_file(work)
        try:
            yield from lmdb.pairs(path)
        except OSError as error:
            raise file_error(path, error) from None


class FixedLengthRecordReader(Reader):
    def __init__(self, resources, node):
        super().__init__(resources, node)
        attrs = node.attrs
        for name, value, least in (
            ("header_bytes", attrs.header_bytes, 0),
            ("record_bytes", attrs.record_bytes, 0),
            ("footer_bytes", attrs.footer_bytes, 0),
            ("hop_bytes", attrs.hop_bytes, 0),
        ):
            if value < least:
                raise InvalidArgumentError(None, node.origin, f"{name} must be >= {least} but got {value}")
        if getattr(attrs, "encoding", "") not in ("", b""):
            raise UnimplementedError(None, node.origin, f"records in encoding {attrs.encoding} are not read")

    def records(self, work):
        data = _contents(_named_file(work))
        end = len(data) - self.attrs.footer_bytes
        size = self.attrs.record_bytes
        hop = self.attrs.hop_bytes or size
        for number, at in enumerate(range(self.attrs.header_bytes, end - size + 1, hop)):
            yield b"%s:%d" % (work, number), data[at : at + size]


def _declare(name, kind, doc, *, has_second_version=True):
    def handle(resources, node):
        key = node.attrs.shared_name or node.name
        return resources.find_or_make("reader", node.attrs.container, key, lambda: kind(resources, node)).handle

    class Handle:
        __doc__ = doc
        resource = handle
        gradient = {name: NOT_DIFFERENTIABLE}

    op(*[name, f"{name}V2"][: 1 + has_second_version])(Handle)


_declare("IdentityReader", IdentityReader, "A handle to a reader whose records are the work units themselves.")
_declare("WholeFileReader", WholeFileReader, "A handle to a reader whose records are whole files.")
_declare("TextLineReader", TextLineReader, "A handle to a reader of lines, keyed file:line.")
_declare("TFRecordReader", TFRecordReader, "A handle to a reader of TFRecord files, keyed file:offset.")
_declare(
    "FixedLengthRecordReader",
    FixedLengthRecordReader,
    "A handle to a reader of records of record_bytes, a hop apart, between a header and a footer.",
)
_declare(
    "LMDBReader",
    LMDBReader,
    "A handle to a reader of LMDB databases, files or folders: their keys and values, by key.",
    has_second_version=False,
)


def _found_reader(call, handle):
    found = call.resource(handle)
    if not isinstance(found, Reader):
        raise InvalidArgumentError(None, call.node.origin, "the handle leads to no reader")
    return found


# ---- reading ---------------------------------------------------------------------------------------------------------


class Reading:
    """Records to come: read when they are awaited, because the queue may have to be waited for."""

    def __init__(self, reader, queue, most):
        self.reader, self.queue, self.most = reader, queue, most
        self._dequeue = None

    def wait(self, deadline):
        def next_work():
            self._dequeue = self.queue.start(Dequeue(self.queue, 1))
            ((work,),) = self._dequeue.wait(deadline)
            return work[()]

        with self.reader.lock:
            return self.reader.read(next_work, self.most)

    def cancel(self):
        if self._dequeue is not None:
            self._dequeue.cancel()


def _begin_read(call, reader_handle, queue_handle):
    return Reading(_found_reader(call, reader_handle), found_queue(call, queue_handle), 1)


def _begin_read_up_to(call, reader_handle, queue_handle, num_records):
    check(num_records > 0, "num_records must be positive, but is {}", int(num_records))
    return Reading(_found_reader(call, reader_handle), found_queue(call, queue_handle), int(num_records))


def _strings(values):
    made = np.empty(len(values), object)
    made[:] = values
    return made


def _record(call, records, reader_handle):
    ((key, value),) = records
    return [_strings([key]).reshape(()), _strings([value]).reshape(())]


def _records(call, records, reader_handle):
    return [_strings([key for key, _ in records]), _strings([value for _, value in records])]


@op("ReaderRead", "ReaderReadV2")
class ReaderReadV2:
    """The next record: key [], value []; takes a file name from the queue, a string a element, where it needs one."""

    gradient = {"ReaderRead": NOT_DIFFERENTIABLE}

    begin = _begin_read
    host = _record
    stateful = True

    def shape():
        return (), ()


@op("ReaderReadUpTo", "ReaderReadUpToV2")
class ReaderReadUpToV2:
    """The next records of one file, num_records at most: keys [n], values [n]."""

    gradient = {"ReaderReadUpTo": NOT_DIFFERENTIABLE}

    begin = _begin_read_up_to
    host = _records
    stateful = True

    def shape():
        return (-1,), (-1,)


# ---- the reader itself -----------------------------------------------------------------------------------------------


def _produced(call, handle):
    return np.int64(_found_reader(call, handle).produced)


def _completed(call, handle):
    return np.int64(_found_reader(call, handle).completed)


def _reset(call, handle):
    reader = _found_reader(call, handle)
    with reader.lock:
        reader.reset()


@op("ReaderNumRecordsProduced", "ReaderNumRecordsProducedV2")
class ReaderNumRecordsProducedV2:
    """How many records were read: int64 []."""

    gradient = {"ReaderNumRecordsProduced": NOT_DIFFERENTIABLE}

    host = _produced
    stateful = True

    def shape():
        return ()


@op("ReaderNumWorkUnitsCompleted", "ReaderNumWorkUnitsCompletedV2")
class ReaderNumWorkUnitsCompletedV2:
    """How many files were read to their end: int64 []."""

    gradient = {"ReaderNumWorkUnitsCompleted": NOT_DIFFERENTIABLE}

    host = _completed
    stateful = True

    def shape():
        return ()


@op("ReaderReset", "ReaderResetV2")
class ReaderResetV2:
    """The reader as it was at first."""

    gradient = {"ReaderReset": NOT_DIFFERENTIABLE}

    host = _reset
    stateful = True
