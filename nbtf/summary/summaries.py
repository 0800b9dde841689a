"""Operations that make summaries of tensors: each a serialized Summary message, of type string and shape []."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf import dtypes
from nbtf.graph.collections import GraphKeys, add_to_collection, get_collection
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.summary.tags import clean_tag, summary_scope
from nbtf.wire import schema


def _collect(summary: Tensor, collections: Sequence[str] | None, default: Sequence[str]) -> Tensor:
    for key in default if collections is None else collections:
        add_to_collection(key, summary)
    return summary


def scalar(name: str, tensor: Any, collections: Sequence[str] | None = None, family: str | None = None) -> Tensor:
    """A summary of one number. tensor: any real type, [].

    The name is the tag, behind that of the name scope; in `family` as its prefix. The summary goes to `collections`,
    by default GraphKeys.SUMMARIES.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = raw.ScalarSummary(tags=tag, values=tensor, name=scope)
        return _collect(summary, collections, [GraphKeys.SUMMARIES])


def histogram(name: str, values: Any, collections: Sequence[str] | None = None, family: str | None = None) -> Tensor:
    """A summary of how numbers spread. values: any real type and shape; running it raises for NaN and infinity."""
    with summary_scope(name, family, default_name="HistogramSummary", values=[values]) as (tag, scope):
        summary = raw.HistogramSummary(tag=tag, values=values, name=scope)
        return _collect(summary, collections, [GraphKeys.SUMMARIES])


def image(
    name: str, tensor: Any, max_outputs: int = 3, collections: Sequence[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary of the first max_outputs images. tensor: uint8 or float, [batch, height, width, 1 or 3 or 4].

    Floats are spread over 0 to 255; around 128 where some are negative. Pixels that are not finite are red.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = raw.ImageSummary(tag=tag, tensor=tensor, max_images=max_outputs, name=scope)
        return _collect(summary, collections, [GraphKeys.SUMMARIES])


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of the first max_outputs clips. tensor: float32 from -1 to 1, [batch, frames] or [batch, frames,
    channels]. sample_rate: float32 [], in Hz."""
    with summary_scope(name, family=family, values=[tensor]) as (tag, scope):
        rate = convert_to_tensor(sample_rate, dtype=dtypes.float32, name="sample_rate")
        summary = raw.AudioSummaryV2(tag=tag, tensor=tensor, max_outputs=max_outputs, sample_rate=rate, name=scope)
        return _collect(summary, collections, [GraphKeys.SUMMARIES])


def text(name: str, tensor: Any, collections: Sequence[str] | None = None) -> Tensor:
    """A summary of strings, for the text view. tensor: string, any shape. Raises ValueError for another type."""
    if tensor.dtype != dtypes.string:
        raise ValueError(f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype}")
    metadata = schema.SummaryMetadata(plugin_data=schema.SummaryMetadata.PluginData(plugin_name="text"))
    return tensor_summary(name=name, tensor=tensor, summary_metadata=metadata, collections=collections)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Sequence[str] | None = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary of a whole tensor. summary_metadata: a SummaryMetadata, to which description and name are added."""
    metadata = schema.SummaryMetadata() if summary_metadata is None else summary_metadata
    if summary_description is not None:
        metadata.summary_description = summary_description
    if display_name is not None:
        metadata.display_name = display_name
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = raw.TensorSummaryV2(
            tensor=tensor, tag=tag, name=scope, serialized_summary_metadata=metadata.SerializeToString()
        )
        return _collect(summary, collections, [GraphKeys.SUMMARIES])


def merge(inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None) -> Tensor:
    """One summary with the values of all. Running it raises InvalidArgumentError where two have one tag."""
    with name_scope(clean_tag(name), "Merge", inputs):
        summary = raw.MergeSummary(inputs=inputs, name=clean_tag(name))
        return _collect(summary, collections, [])


def merge_all(key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None) -> Tensor | None:
    """One summary with all of a collection, those whose name matches `scope`; None where there is none."""
    summaries = get_collection(key, scope)
    return merge(summaries, name=name) if summaries else None


def all_v2_summary_ops() -> list[Any]:
    """The operations that write summaries straight to a file."""
    return get_collection(GraphKeys._SUMMARY_COLLECTION)


def get_summary_description(node_def: Any) -> Any:
    """The SummaryDescription of a TensorSummary's NodeDef. Raises ValueError for another op."""
    if node_def.op != "TensorSummary":
        raise ValueError(f"Can't get_summary_description on {node_def.op}")
    from google.protobuf import json_format

    description: Any = schema.SummaryDescription()
    json_format.Parse(node_def.attr["description"].s.decode("utf-8"), description)
    return description


def initialize(graph: Any = None, session: Any = None) -> None:
    """Of writers that live in a graph, of which this API makes none. Raises RuntimeError, as TensorFlow without one."""
    raise RuntimeError("No default tf.contrib.summary.SummaryWriter found")
