"""Datasets of the rows of a query."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.data import structures
from nbtf.data.base import new_dataset
from nbtf.data.datasets import Dataset
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.type_spec import TensorSpec


class SqlDataset(Dataset):
    """The rows that a query of a database gives, tuples of scalars."""

    def __init__(self, driver_name: Any, data_source_name: Any, query: Any, output_types: Any) -> None:
        """driver_name: "sqlite". data_source_name: the file. output_types: the dtypes of the columns, a tuple."""
        names = ("driver_name", driver_name), ("data_source_name", data_source_name), ("query", query)
        texts = [convert_to_tensor(value, dtypes.string, name=name) for name, value in names]
        spec = structures.map_components(lambda dtype: TensorSpec([], dtype), output_types)
        made = new_dataset(raw.SqlDataset, *texts, spec=spec)
        super().__init__(made._variant_tensor, spec)
