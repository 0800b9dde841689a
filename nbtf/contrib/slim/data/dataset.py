"""tf.contrib.slim.dataset: what is known of a dataset in files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf.contrib.slim.data.data_decoder import DataDecoder


class Dataset:
    """Where the records are, how they are read and what they mean; more facts are attributes of the same names."""

    def __init__(
        self,
        data_sources: str | Sequence[str],
        reader: Callable[..., Any],
        decoder: DataDecoder,
        num_samples: int,
        items_to_descriptions: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        """data_sources: a pattern of files, or a list of them. reader: a class of readers. num_samples: of records."""
        self.__dict__.update(kwargs)
        self.data_sources, self.reader, self.decoder = data_sources, reader, decoder
        self.num_samples, self.items_to_descriptions = num_samples, items_to_descriptions
