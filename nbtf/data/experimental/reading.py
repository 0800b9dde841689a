"""What datasets of the records of several files have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.data.base import AUTOTUNE
from nbtf.data.datasets import Dataset
from nbtf.data.interleaving import interleaved
from nbtf.data.options import Options


def read_in_turns(files: Dataset, records_of: Callable[..., Dataset], parallel: int | None, sloppy: bool) -> Dataset:
    """The records of several files in turns; parallel: of how many at a time, by default of one after the other."""
    if parallel != AUTOTUNE:
        return interleaved(files, records_of, 1 if parallel is None else parallel, sloppy=sloppy)
    options = Options()
    options.deterministic = not sloppy
    return files.interleave(records_of, num_parallel_calls=parallel).with_options(options)


def shuffled_and_repeated(
    rows: Dataset, num_epochs: int | None, shuffle: bool, buffer_size: Any, seed: int | None
) -> Dataset:
    rows = rows.shuffle(buffer_size, seed) if shuffle else rows
    return rows if num_epochs == 1 else rows.repeat(num_epochs)
