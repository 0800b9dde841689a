"""tf.contrib.slim.dataset_data_provider: items of the examples of a Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.contrib.slim.data.data_provider import DataProvider
from nbtf.contrib.slim.data.dataset import Dataset
from nbtf.contrib.slim.data.parallel_reader import parallel_read


class DatasetDataProvider(DataProvider):
    """Reads a Dataset in several threads: the items of one example, another one each run.

    The key of its record is an item, too, under the name of record_key. Queue runners must be started.
    """

    def __init__(
        self,
        dataset: Dataset,
        num_readers: int = 1,
        reader_kwargs: Mapping[str, Any] | None = None,
        shuffle: bool = True,
        num_epochs: int | None = None,
        common_queue_capacity: int = 256,
        common_queue_min: int = 128,
        record_key: str = "record_key",
        seed: int | None = None,
        scope: str | None = None,
    ) -> None:
        """See `parallel_read`. Raises ValueError where the dataset has an item of the name of record_key."""
        key, record = parallel_read(
            dataset.data_sources,
            reader_class=dataset.reader,
            num_epochs=num_epochs,
            num_readers=num_readers,
            reader_kwargs=reader_kwargs,
            shuffle=shuffle,
            capacity=common_queue_capacity,
            min_after_dequeue=common_queue_min,
            seed=seed,
            scope=scope,
        )
        names = dataset.decoder.list_items()
        items = dict(zip(names, dataset.decoder.decode(record, names), strict=True))
        if record_key in items:
            raise ValueError(
                f"The item name used for `record_key` cannot also be used for a dataset item: {record_key}"
            )
        items[record_key] = key
        super().__init__(items, num_samples=dataset.num_samples)
