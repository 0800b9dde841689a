"""tf.contrib.slim.parallel_reader: records that several readers put into one queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf import dtypes as dtypes_of
from nbtf.gfile.folders import glob
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.io.readers import ReaderBase
from nbtf.math.casting import cast
from nbtf.math.reductions import add_n
from nbtf.queue.queues import FIFOQueue, QueueBase, RandomShuffleQueue
from nbtf.summary.summaries import scalar
from nbtf.train.producers import string_input_producer
from nbtf.train.queue_runner import QueueRunner, add_queue_runner


class ParallelReader(ReaderBase):
    """Readers of one class whose records come together in a queue."""

    def __init__(
        self,
        reader_class: Callable[..., ReaderBase],
        common_queue: QueueBase,
        num_readers: int = 4,
        reader_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """common_queue: of two strings, key and value. reader_kwargs: arguments of reader_class."""
        if len(common_queue.dtypes) != 2:
            raise TypeError("common_queue.dtypes must be [tf.string, tf.string]")
        for dtype in common_queue.dtypes:
            if not dtype.is_compatible_with(dtypes_of.string):
                raise TypeError(f"common_queue.dtypes must be [tf.string, tf.string]. Received: {common_queue.dtypes}")
        self._readers = [reader_class(**(reader_kwargs or {})) for _ in range(num_readers)]
        self._common_queue = common_queue

    @property
    def num_readers(self) -> int:
        return len(self._readers)

    @property
    def common_queue(self) -> QueueBase:
        return self._common_queue

    def read(self, queue: Any, name: str | None = None) -> Any:
        """The next record of the common queue: (key, value), strings. A queue runner fills it with what `queue` names."""
        self._fill_from(queue)
        return self._common_queue.dequeue(name=name)

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> Any:
        """The next num_records at most: (keys [n], values [n]), as `read`."""
        self._fill_from(queue)
        return self._common_queue.dequeue_up_to(num_records, name=name)

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """int64 [], of all readers."""
        return add_n([reader.num_records_produced() for reader in self._readers], name=name)  # type: ignore[no-any-return]

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """int64 [], of all readers."""
        return add_n([reader.num_work_units_completed() for reader in self._readers], name=name)  # type: ignore[no-any-return]

    def _fill_from(self, queue: Any) -> None:
        enqueue_ops = [self._common_queue.enqueue(reader.read(queue)) for reader in self._readers]
        add_queue_runner(QueueRunner(self._common_queue, enqueue_ops))


def parallel_read(
    data_sources: str | Sequence[str],
    reader_class: Callable[..., ReaderBase],
    num_epochs: int | None = None,
    num_readers: int = 4,
    reader_kwargs: Mapping[str, Any] | None = None,
    shuffle: bool = True,
    dtypes: Sequence[Any] | None = None,
    capacity: int = 256,
    min_after_dequeue: int = 128,
    seed: int | None = None,
    scope: str | None = None,
) -> Any:
    """Records of files, read by num_readers threads: (key, value), strings, others each run.

    data_sources: see `get_data_files`. num_epochs: how often the files are read, counted in a local variable; None: for
    ever. shuffle: files and records, of which min_after_dequeue at least are there to draw from. dtypes: of key and value.

    Raises ValueError where there are no files.
    """
    names = get_data_files(data_sources)
    with name_scope(scope, "parallel_read"):
        files = string_input_producer(names, num_epochs=num_epochs, shuffle=shuffle, seed=seed, name="filenames")
        types = list(dtypes) if dtypes else [dtypes_of.string, dtypes_of.string]
        queue: QueueBase
        if shuffle:
            queue = RandomShuffleQueue(capacity, min_after_dequeue, types, seed=seed, name="common_queue")
        else:
            queue = FIFOQueue(capacity, types, name="common_queue")
        scalar(f"fraction_of_{capacity}_full", cast(queue.size(), dtypes_of.float32) * (1.0 / capacity))
        return ParallelReader(reader_class, queue, num_readers, reader_kwargs).read(files)


def single_pass_read(
    data_sources: str | Sequence[str],
    reader_class: Callable[..., ReaderBase],
    reader_kwargs: Mapping[str, Any] | None = None,
    scope: str | None = None,
) -> Any:
    """Records of files, in order and once: (key, value), strings []. Raises ValueError where there are no files."""
    names = get_data_files(data_sources)
    with name_scope(scope, "single_pass_read"):
        files = string_input_producer(names, num_epochs=1, shuffle=False, capacity=1, name="filenames")
        return reader_class(**(reader_kwargs or {})).read(files)


def get_data_files(data_sources: str | Sequence[str]) -> list[str]:
    """The files that a pattern matches, or several of them; names without "*", "?" and "[" stand for themselves.

    Raises ValueError where there are none.
    """
    if isinstance(data_sources, (list, tuple)):
        files = [file for source in data_sources for file in get_data_files(source)]
    elif any(sign in data_sources for sign in "*?["):
        files = glob(data_sources)
    else:
        files = [str(data_sources)]
    if not files:
        raise ValueError(f"No data files found in {data_sources}")
    return files
