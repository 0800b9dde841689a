"""Readers: records, one a run, of the files that a queue names."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.io.tf_record import TFRecordOptions


class ReaderBase:
    """Reads work units, mostly files, one after the other; their names come out of a queue of strings."""

    def __init__(self, reader_ref: Tensor, supports_serialize: bool = False) -> None:
        self._reader_ref = reader_ref
        self._supports_serialize = supports_serialize

    @property
    def reader_ref(self) -> Tensor:
        """The handle."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        return self._supports_serialize

    def read(self, queue: Any, name: str | None = None) -> Any:
        """The next record: (key, value), strings []. queue: a queue, or its handle.

        A run that asks for it waits for a work unit; OutOfRangeError where there is none and the queue is closed.
        """
        return self._raw("Read")(self._reader_ref, self._handle(queue), name=name)

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> Any:
        """The next records of one work unit, num_records at most: (keys [n], values [n])."""
        return self._raw("ReadUpTo")(self._reader_ref, self._handle(queue), num_records, name=name)

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """int64 []."""
        return self._raw("NumRecordsProduced")(self._reader_ref, name=name)  # type: ignore[no-any-return]

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """int64 []."""
        return self._raw("NumWorkUnitsCompleted")(self._reader_ref, name=name)  # type: ignore[no-any-return]

    def serialize_state(self, name: str | None = None) -> Tensor:
        """The state as a string []; readers of files have none."""
        return self._raw("SerializeState")(self._reader_ref, name=name)  # type: ignore[no-any-return]

    def restore_state(self, state: Any, name: str | None = None) -> Operation:
        return self._raw("RestoreState")(self._reader_ref, convert_to_tensor(state), name=name)  # type: ignore[no-any-return]

    def reset(self, name: str | None = None) -> Operation:
        """The operation that makes the reader what it was at first."""
        return self._raw("Reset")(self._reader_ref, name=name)  # type: ignore[no-any-return]

    def _raw(self, verb: str) -> Any:
        return getattr(raw, f"Reader{verb}{'V2' if self._is_resource else ''}")

    def _handle(self, queue: Any) -> Tensor:
        handle = queue if isinstance(queue, Tensor) else queue.queue_ref
        return handle if self._is_resource else raw.FakeQueue(handle)

    @property
    def _is_resource(self) -> bool:
        return self._reader_ref.dtype == dtypes.resource


class WholeFileReader(ReaderBase):
    """One record a file: (name, contents)."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(raw.WholeFileReaderV2(name=name), supports_serialize=True)


class TextLineReader(ReaderBase):
    """One record a line: ("file:number", line without its end)."""

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(raw.TextLineReaderV2(skip_header_lines=skip_header_lines, name=name))


class LMDBReader(ReaderBase):
    """One record a pair of a database of LMDB, a file or a folder: (key, value), by key.

    TensorFlow 1 reads them; 2.15 only builds the graph. options: ignored, as in TensorFlow.
    """

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        super().__init__(raw.LMDBReader(name=name))


class FixedLengthRecordReader(ReaderBase):
    """Records of record_bytes each, a hop apart, between a header and a footer."""

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        ref = raw.FixedLengthRecordReaderV2(
            record_bytes=record_bytes,
            header_bytes=header_bytes,
            footer_bytes=footer_bytes,
            hop_bytes=hop_bytes,
            encoding=encoding,
            name=name,
        )
        super().__init__(ref)


class TFRecordReader(ReaderBase):
    """One record a TFRecord: ("file:offset", record)."""

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        kind = TFRecordOptions.get_compression_type_string(options)
        super().__init__(raw.TFRecordReaderV2(compression_type=kind, name=name))


class IdentityReader(ReaderBase):
    """One record a work unit: the name twice."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(raw.IdentityReaderV2(name=name), supports_serialize=True)
