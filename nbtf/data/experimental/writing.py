"""Elements written to files."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.data import structures
from nbtf.data.files import compression_tensor
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.type_spec import TensorSpec


class TFRecordWriter:
    """Writes the elements of a dataset to a TFRecord file."""

    def __init__(self, filename: Any, compression_type: Any = None) -> None:
        """compression_type: "", "ZLIB" or "GZIP"."""
        self._filename = convert_to_tensor(filename, dtypes.string, name="filename")
        self._compression_type = compression_tensor(compression_type)

    def write(self, dataset: Any) -> Operation:
        """The operation that writes the file anew. Raises TypeError for what is no dataset of strings []."""
        if not structures.is_dataset(dataset):
            raise TypeError(f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {type(dataset)}.")
        spec = dataset.element_spec
        if not structures.are_compatible(spec, TensorSpec([], dtypes.string)):
            raise TypeError(
                "Invalid `dataset`. Expected a`dataset` that produces scalar `tf.string` elements, but got a dataset "
                f"which produces elements with shapes {structures.output_shapes(spec)} and types "
                f"{structures.output_types(spec)!r}."
            )
        written: Operation = raw.DatasetToTFRecord(dataset._variant_tensor, self._filename, self._compression_type)
        return written
