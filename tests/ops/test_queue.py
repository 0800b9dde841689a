"""Queues and readers through their ops, of both versions: V1 passes them by a string ref, V2 by a resource."""

from typing import Any

import numpy as np
import pytest

from nbtf import dtypes, errors
from nbtf.graph.graph import Graph
from nbtf.graph.raw_ops import raw
from nbtf.session import Session

QUEUES = {
    "FIFOQueue": "FIFOQueueV2",
    "PaddingFIFOQueue": "PaddingFIFOQueueV2",
    "PriorityQueue": "PriorityQueueV2",
    "RandomShuffleQueue": "RandomShuffleQueueV2",
}
VERBS = {
    "QueueEnqueue": "QueueEnqueueV2",
    "QueueEnqueueMany": "QueueEnqueueManyV2",
    "QueueDequeue": "QueueDequeueV2",
    "QueueDequeueMany": "QueueDequeueManyV2",
    "QueueDequeueUpTo": "QueueDequeueUpToV2",
    "QueueClose": "QueueCloseV2",
    "QueueSize": "QueueSizeV2",
    "QueueIsClosed": "QueueIsClosedV2",
}
READERS = {
    "IdentityReader": "IdentityReaderV2",
    "WholeFileReader": "WholeFileReaderV2",
    "TextLineReader": "TextLineReaderV2",
    "TFRecordReader": "TFRecordReaderV2",
    "FixedLengthRecordReader": "FixedLengthRecordReaderV2",
}
READING = {
    "ReaderRead": "ReaderReadV2",
    "ReaderReadUpTo": "ReaderReadUpToV2",
    "ReaderNumRecordsProduced": "ReaderNumRecordsProducedV2",
    "ReaderNumWorkUnitsCompleted": "ReaderNumWorkUnitsCompletedV2",
    "ReaderReset": "ReaderResetV2",
}


def _function(names: dict[str, str], name: str, version: str) -> Any:
    return getattr(raw, names[name] if version else name)


@pytest.mark.parametrize("version", ["", "V2"])
@pytest.mark.parametrize("kind", QUEUES)
def test_elements_go_in_and_out(kind: str, version: str) -> None:
    with Graph().as_default(), Session() as session:
        types, shapes = [dtypes.int64, dtypes.string], [[], []]
        is_sorted = kind == "PriorityQueue"
        queue = _function(QUEUES, kind, version)(
            component_types=types[is_sorted:],
            shapes=shapes[is_sorted:],
            capacity=9,
            **({"seed": 3} if "Random" in kind else {}),
        )

        def verb(name: str, *args: Any, **attrs: Any) -> Any:
            made = _function(VERBS, name, version)(queue, *args, **attrs)
            return session.run(made)

        verb("QueueEnqueue", [np.int64(4), "four"])
        verb("QueueEnqueueMany", [np.array([1, 3, 2]), ["one", "three", "two"]])
        assert verb("QueueSize") == 4
        first = verb("QueueDequeue", component_types=types)
        numbers, words = verb("QueueDequeueMany", 2, component_types=types)
        verb("QueueClose")
        assert verb("QueueIsClosed")
        rest = verb("QueueDequeueUpTo", 5, component_types=types)
        found = [first[0], *numbers, *rest[0]]
        assert sorted(found) == [1, 2, 3, 4]
        if kind in ("FIFOQueue", "PaddingFIFOQueue"):
            assert found == [4, 1, 3, 2] and words.tolist() == [b"one", b"three"]
        if is_sorted:
            assert found == [1, 2, 3, 4] and first[1] == b"one"
        with pytest.raises(errors.OutOfRangeError, match=rf"{kind} '.*' is closed and has insufficient elements"):
            verb("QueueDequeue", component_types=types)


@pytest.mark.parametrize("version", ["", "V2"])
@pytest.mark.parametrize("kind", READERS)
def test_readers_read_what_a_queue_names(kind: str, version: str, tmp_path: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"ab\ncd\n")
    with Graph().as_default(), Session() as session:
        queue = _function(QUEUES, "FIFOQueue", version)(component_types=[dtypes.string], shapes=[[]], capacity=4)
        attrs = {"record_bytes": 3} if "Fixed" in kind else {}
        reader = _function(READERS, kind, version)(**attrs)
        session.run(_function(VERBS, "QueueEnqueueMany", version)(queue, [[str(path), str(path)]]))
        if kind == "TFRecordReader":
            session.run(_function(VERBS, "QueueClose", version)(queue))
            with pytest.raises(errors.OutOfRangeError):  # the files end within a header: there are no records
                session.run(_function(READING, "ReaderRead", version)(reader, queue))
            return
        key, value = session.run(_function(READING, "ReaderRead", version)(reader, queue))
        assert key.startswith(str(path).encode())
        assert (
            value
            == {
                "IdentityReader": str(path).encode(),
                "WholeFileReader": b"ab\ncd\n",
                "TextLineReader": b"ab",
                "FixedLengthRecordReader": b"ab\n",
            }[kind]
        )
        keys, values = session.run(_function(READING, "ReaderReadUpTo", version)(reader, queue, 5))
        assert len(keys) == len(values) == 1
        assert session.run(_function(READING, "ReaderNumRecordsProduced", version)(reader)) == 2
        session.run(_function(READING, "ReaderReset", version)(reader))
        assert session.run(_function(READING, "ReaderNumWorkUnitsCompleted", version)(reader)) == 0


@pytest.mark.parametrize(
    ("attrs", "words"),
    [
        ({"component_types": [dtypes.int32], "capacity": 2}, "component types"),
        ({"component_types": [dtypes.int64], "capacity": 3}, "has capacity 2 but requested capacity was 3"),
    ],
)
def test_shared_queues_must_agree(attrs: dict[str, Any], words: str) -> None:
    with Graph().as_default(), Session() as session:
        one = raw.FIFOQueueV2(component_types=[dtypes.int64], capacity=2, shared_name="shared")
        other = raw.FIFOQueueV2(shared_name="shared", **attrs)
        session.run(raw.QueueSizeV2(one))
        with pytest.raises(errors.InvalidArgumentError, match=words):
            session.run(raw.QueueSizeV2(other))
