"""Summaries: tensors as serialized Summary messages, which event files hold. Python computes these ops."""

import functools
import io
import sys
import wave

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.arrays import type_name
from nbtf.checkpoint.slices import format_shape
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops import png
from nbtf.shapes import check
from nbtf.wire import schema
from nbtf.wire.tensor import tensor_from_proto


def _message(summary):
    return np.array(summary.SerializeToString(), object)


def _text(tag):
    """A tag as protobuf wants it."""
    return tag.decode("utf-8", "backslashreplace")


# ---- scalars and histograms ------------------------------------------------------------------------------------------


def _scalar_summary(call, tags, values):
    only = tags.reshape(-1)[0] if tags.size == 1 else None
    check(
        tags.shape == values.shape or (only is not None and values.ndim == 0),
        "tags and values are not the same shape: {} != {}{}",
        format_shape(tags.shape),
        format_shape(values.shape),
        "" if only is None else f" (tag '{_text(only)}')",
    )
    summary = schema.Summary()
    for tag, value in zip(tags.reshape(-1), values.reshape(-1), strict=True):
        with np.errstate(over="ignore"):
            summary.value.add(tag=_text(tag)).simple_value = float(np.float32(value))
    return _message(summary)


@op("ScalarSummary")
class ScalarSummary:
    """A float a tag. tags [...], values [...] -> summary []."""

    host = _scalar_summary
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""


@functools.cache
def _bucket_limits():
    """Where buckets end: exponentially wide ones on both sides of 0."""
    positive = [1e-12]
    while positive[-1] * 1.1 < 1e20:
        positive.append(positive[-1] * 1.1)
    positive.append(sys.float_info.max)
    return np.array([-limit for limit in reversed(positive)] + [0.0, *positive])


def _buckets(values):
    """(limits, counts); empty neighbours are one bucket."""
    limits = _bucket_limits()
    # the last bucket takes what is on or beyond its limit
    places = np.minimum(np.searchsorted(limits, values, "right"), len(limits) - 1)
    counts = np.bincount(places, minlength=len(limits))
    ends = np.append((counts[:-1] > 0) | (counts[1:] > 0), True)
    return limits[ends], counts[ends]


def _histogram_summary(call, tag, values):
    check(tag.ndim == 0, "tags must be scalar")
    name = call.node.name
    wide = values.reshape(-1).astype(np.float64)
    check(not np.isnan(wide).any(), "Nan in summary histogram for: {}", name)
    check(not np.isinf(wide).any(), "Infinity in Histogram for: {}", name)
    summary = schema.Summary()
    histogram = summary.value.add(tag=_text(tag[()])).histo
    most = sys.float_info.max
    histogram.min, histogram.max = (wide.min(), wide.max()) if wide.size else (most, -most)
    histogram.num = wide.size
    if wide.size:  # in order, as TensorFlow adds them: numpy's sum adds in pairs
        with np.errstate(over="ignore"):
            histogram.sum, histogram.sum_squares = np.cumsum(wide)[-1], np.cumsum(wide * wide)[-1]
    limits, counts = _buckets(wide)
    histogram.bucket_limit.extend(limits.tolist())
    histogram.bucket.extend(counts.tolist())
    return _message(summary)


@op("HistogramSummary")
class HistogramSummary:
    """How the values spread over exponentially wide buckets. tag [], values [...] -> summary []."""

    host = _histogram_summary
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""


# ---- images ----------------------------------------------------------------------------------------------------------


def _bad_color(call, channels):
    color = call.attrs.bad_color
    check(color.dtype == dtypes.uint8.as_datatype_enum, "bad_color must be uint8, got {}", _dtype_name(color))
    values = tensor_from_proto(color).reshape(-1)
    check(
        len(values) >= channels,
        "expected depth <= bad_color.size, got depth = {}, bad_color.size = {}",
        channels,
        len(values),
    )
    return values[:channels]


def _dtype_name(proto):
    return type_name(dtypes.as_dtype(proto.dtype))


def _bytes_of(image, bad_color):
    """A float image spread over 0 to 255; one with negative values around 128. Pixels that are not finite: bad_color."""
    wide = image.astype(np.float32)
    whole = np.isfinite(wide).all(-1, keepdims=True)
    known = wide[whole[..., 0]]
    least, most = (known.min(), known.max()) if known.size else (np.float32(0), np.float32(0))
    reach = max(abs(least), abs(most)) if least < 0 else most
    scale = np.float32(0) if reach < 1e-6 else np.float32(127 if least < 0 else 255) / reach
    offset = np.float32(128 if least < 0 else 0)
    scaled = np.where(whole, wide, np.float32(0)) * scale + offset
    return np.where(whole, scaled.astype(np.uint8), bad_color)


def _image_summary(call, tag, tensor):
    check(tag.ndim == 0, "Tags must be a scalar")
    check(
        tensor.ndim == 4 and tensor.shape[3] in (1, 3, 4),
        "Tensor must be 4-D with last dim 1, 3, or 4, not {}",
        format_shape(tensor.shape),
    )
    _, height, width, channels = tensor.shape
    check(
        (height > 0 and width > 0) or len(tensor) == 0,
        "input tensor must have non-zero dims. Found: [{}].",
        ", ".join(map(str, tensor.shape)),
    )
    bad_color = _bad_color(call, channels)
    count = min(call.attrs.max_images, len(tensor))
    summary = schema.Summary()
    for i, image in enumerate(tensor[:count]):
        place = "image" if call.attrs.max_images == 1 else f"image/{i}"
        value = summary.value.add(tag=f"{_text(tag[()])}/{place}").image
        value.height, value.width, value.colorspace = height, width, channels
        pixels = image if image.dtype == np.uint8 else _bytes_of(image, bad_color)
        value.encoded_image_string = png.encode(pixels)
    return _message(summary)


@op("ImageSummary")
class ImageSummary:
    """The first max_images images as PNG files. tag [], tensor [batch, height, width, 1 or 3 or 4] -> summary []."""

    host = _image_summary
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""


# ---- sound -----------------------------------------------------------------------------------------------------------


def _wav(frames, rate):
    """A WAV file of 16 bits a sample. frames: [frames, channels], from -1 to 1."""
    loud = np.float32(32768) * frames.astype(np.float32)
    away_from_zero = np.trunc(loud + np.copysign(np.float32(0.5), loud))
    samples = np.clip(away_from_zero, -32768, 32767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(frames.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def _audio_summary(call, tag, tensor, sample_rate=None):
    check(tag.ndim == 0, "Tag must be a scalar")
    check(tensor.ndim in (2, 3), "Tensor must be 3-D or 2-D, got: {}", format_shape(tensor.shape))
    if sample_rate is None:
        rate = call.attrs.sample_rate
    else:
        check(sample_rate.size == 1, "sample_rate must be rank-0 or contain a single value")
        rate = float(sample_rate.reshape(-1)[0])
    check(rate > 0, "sample_rate must be > 0")
    clips = tensor.reshape(*tensor.shape[:2], -1) if tensor.size else tensor.reshape(*tensor.shape, 1)[..., :1]
    summary = schema.Summary()
    for i, clip in enumerate(clips[: call.attrs.max_outputs]):
        place = "audio" if call.attrs.max_outputs == 1 else f"audio/{i}"
        audio = summary.value.add(tag=f"{_text(tag[()])}/{place}").audio
        audio.sample_rate, audio.length_frames, audio.num_channels = rate, clip.shape[0], clip.shape[1]
        audio.encoded_audio_string = _wav(clip, round(rate))
        audio.content_type = "audio/wav"
    return _message(summary)


@op("AudioSummary", "AudioSummaryV2")
class AudioSummary:
    """The first max_outputs clips as WAV files, values beyond -1 and 1 cut. tag [], tensor [batch, frames] or
    [batch, frames, channels], sample_rate [] in Hz (an attribute of the older op) -> summary []."""

    host = _audio_summary
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""


# ---- tensors ---------------------------------------------------------------------------------------------------------


def _fill_tensor(proto, tensor, dtype):
    proto.dtype = dtype.as_datatype_enum
    proto.tensor_shape.SetInParent()
    for size in tensor.shape:
        proto.tensor_shape.dim.add().size = size
    if dtype == dtypes.string:
        proto.string_val.extend(tensor.reshape(-1).tolist())
    else:
        proto.tensor_content = tensor.tobytes()


def _tensor_summary(call, tensor):
    summary = schema.Summary()
    value = summary.value.add(node_name=call.node.name)
    _fill_tensor(value.tensor, tensor, call.attrs.T)
    return _message(summary)


@op("TensorSummary")
class TensorSummary:
    """A tensor under the name of this node. tensor [...] -> summary []."""

    host = _tensor_summary
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""


def _tensor_summary_v2(call, tag, tensor, serialized_summary_metadata):
    from google.protobuf.message import DecodeError  # slow to import

    check(tag.ndim == 0, "tag must be scalar")
    check(serialized_summary_metadata.ndim == 0, "serialized_summary_metadata must be scalar")
    summary = schema.Summary()
    value = summary.value.add(tag=_text(tag[()]))
    _fill_tensor(value.tensor, tensor, call.attrs.T)
    value.metadata.SetInParent()
    try:
        value.metadata.ParseFromString(serialized_summary_metadata[()])
    except DecodeError:
        check(False, "serialized_summary_metadata is no SummaryMetadata")
    return _message(summary)


@op("TensorSummaryV2")
class TensorSummaryV2:
    """A tensor with a tag and a serialized SummaryMetadata. tag [], tensor [...] -> summary []."""

    host = _tensor_summary_v2
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""


# ---- together --------------------------------------------------------------------------------------------------------


def _merge_summary(call, *inputs):
    from google.protobuf.message import DecodeError  # slow to import

    merged, part = schema.Summary(), schema.Summary()
    tags = set()
    for text in (item for array in inputs for item in array.reshape(-1)):
        try:
            part.ParseFromString(text)
        except DecodeError:
            check(False, "Could not parse one of the summary inputs")
        for value in part.value:
            check(not value.tag or value.tag not in tags, "Duplicate tag {} found in summary inputs ", value.tag)
            tags.add(value.tag)
            merged.value.add().CopyFrom(value)
    return _message(merged)


@op("MergeSummary")
class MergeSummary:
    """One Summary with the values of all. n inputs [...] -> summary []."""

    host = _merge_summary
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""
