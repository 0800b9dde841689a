"""Datasets of features of Examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.control_flow.type_specs import SparseTensorSpec
from nbtf.data import structures
from nbtf.data.base import AUTOTUNE
from nbtf.data.datasets import Dataset
from nbtf.data.experimental.reading import read_in_turns, shuffled_and_repeated
from nbtf.data.files import TFRecordDataset
from nbtf.data.sources import mapped_in_order
from nbtf.graph.raw_ops import raw
from nbtf.graph.type_spec import TensorSpec
from nbtf.io.example_parsing import example_keys
from nbtf.io.feature_keys import as_asked
from nbtf.io.readers import ReaderBase


def parse_example_dataset(
    features: Mapping[str, Any], num_parallel_calls: Any = 1, deterministic: bool | None = None
) -> Callable[[Dataset], Dataset]:
    """The features of serialized Examples [n], the elements: key -> tensor [n, ...] or SparseTensor.

    features: as of `tf.parse_example`; ragged ones are not supported. num_parallel_calls, deterministic: change nothing
    here. Raises ValueError for no features, TypeError for datasets of anything else.
    """
    if features is None:
        raise ValueError("Argument `features` is required, but not specified.")

    def apply(dataset: Dataset) -> Dataset:
        spec = dataset.element_spec
        if not structures.are_compatible(spec, TensorSpec([None], dtypes.string)):
            raise TypeError(f"Input dataset should be a dataset of vectors of strings. Instead it is `{spec}`.")
        keys = example_keys(features)
        if keys.ragged:
            raise NotImplementedError("datasets of RaggedTensors are not supported")
        defaults, rows = keys.default_tensors(), spec.shape
        specs: dict[str, Any] = {
            key: SparseTensorSpec(rows.concatenate([None]), dtype) for key, dtype in keys.sparse.items()
        }
        specs |= {key: TensorSpec(rows.concatenate(keys.shapes[key]), dtype) for key, dtype in keys.dense.items()}
        made = dataset._derived(
            raw.ParseExampleDatasetV2,
            num_parallel_calls,
            defaults,
            sparse_keys=list(keys.sparse),
            dense_keys=list(keys.dense),
            sparse_types=list(keys.sparse.values()),
            dense_shapes=list(keys.shapes.values()),
            deterministic="default" if deterministic is None else "true" if deterministic else "false",
            spec=specs,
        )._as_v2()
        if not keys.composites:
            return made
        return made.map(lambda x: as_asked(x, keys), num_parallel_calls=num_parallel_calls)

    return apply


def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: Any,
    features: Mapping[str, Any],
    reader: Any = None,
    label_key: str | None = None,
    reader_args: Sequence[Any] | None = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: Any = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: Any = None,
    reader_num_threads: int | None = None,
    parser_num_threads: int | None = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """A dataset of batches of the features of Examples in files: key -> tensor, or a pair of that and the feature label_key.

    reader(file name, *reader_args): a dataset of serialized Examples, or of pairs with them as the second; by default
    TFRecordDataset. num_epochs: how often all Examples come, by default without end; then, every batch is full.

    Raises TypeError for readers that are none of a dataset, ValueError for a label that is none of the features.
    """
    reader = TFRecordDataset if reader is None else reader
    files = Dataset.list_files(file_pattern, shuffle=shuffle, seed=shuffle_seed)
    if isinstance(reader, type) and issubclass(reader, ReaderBase):
        raise TypeError(
            "The `reader` argument must return a `Dataset` object. `tf.ReaderBase` subclasses are not supported. For "
            "example, pass `tf.data.TFRecordDataset` instead of `tf.TFRecordReader`."
        )
    arguments = () if reader_args is None else reader_args
    rows = read_in_turns(files, lambda filename: reader(filename, *arguments), reader_num_threads, sloppy_ordering)
    if structures.output_types(rows.element_spec) == (dtypes.string, dtypes.string):
        rows = mapped_in_order(rows, lambda _, v: v)
    rows = shuffled_and_repeated(rows, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    batches = rows.batch(batch_size, drop_remainder=drop_final_batch or num_epochs is None)
    parallel = 2 if parser_num_threads is None else parser_num_threads
    parsed = batches.apply(parse_example_dataset(features, num_parallel_calls=parallel))
    if label_key:
        if label_key not in features:
            raise ValueError(
                f"The `label_key` provided ({label_key}) must be one of the `features` keys: {features.keys()}."
            )
        parsed = parsed.map(lambda x: (x, x.pop(label_key)))
    return parsed.prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)
