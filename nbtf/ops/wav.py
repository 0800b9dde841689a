"""WAV files: samples of 16 bits, as they come. A file is untrusted: sizes are checked before anything is made."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from nbtf.checkpoint.slices import format_shape
from nbtf.graph.registry import op
from nbtf.shapes import check, check_rank

_SCALE = 1 << 15
_LARGEST_CHUNK = 2**31 - 1
_PCM = 1
_BITS = 16


class _File:
    """The bytes of a file and how far they are read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def taken(self, count: int) -> bytes:
        check(self.at + count <= len(self.data), "Data too short when trying to read string")
        self.at += count
        return self.data[self.at - count : self.at]

    def numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self.taken(struct.calcsize(form)))

    def expect(self, text: bytes) -> None:
        found = self.taken(len(text))
        check(found == text, "Header mismatch: Expected {} but found {}", text.decode(), _shown(found))

    def chunk(self) -> tuple[bytes, int]:
        name, size = self.numbers("<4sI")
        words = "WAV data chunk '{}' is too large: {} bytes, but the limit is {}"
        check(size <= _LARGEST_CHUNK, words, _shown(name), size, _LARGEST_CHUNK)
        return name, size

    @property
    def done(self) -> bool:
        return self.at >= len(self.data)


def _shown(text: bytes) -> str:
    return text.decode(errors="replace")


def _header(file: _File) -> tuple[int, int]:
    """(channels, sample rate) of a file that is read up to the chunks behind its format."""
    file.expect(b"RIFF")
    file.taken(4)  # the size of the file
    file.expect(b"WAVE")
    name = file.taken(4)
    check(name == b"fmt ", "Unexpected field {}", _shown(name))
    (size,) = file.numbers("<I")
    check(size in (16, 18), "Bad format chunk size for WAV: Expected 16 or 18, but got{}", size)
    (form,) = file.numbers("<H")
    check(form == _PCM, "Bad audio format for WAV: Expected 1 (PCM), but got{}", form)
    (channels,) = file.numbers("<H")
    check(channels >= 1, "Bad number of channels for WAV: Expected at least 1, but got {}", channels)
    rate, bytes_per_second, bytes_per_sample, bits = file.numbers("<IIHH")
    check(bits == _BITS, "Can only read 16-bit WAV files, but received {}", bits)
    wanted = channels * _BITS // 8
    words = "Bad bytes per sample in WAV header: Expected {} but got {}"
    check(bytes_per_sample == wanted, words, wanted, bytes_per_sample)
    words = "Bad bytes per second in WAV header: Expected {} but got {} (sample_rate={}, bytes_per_sample={})"
    wanted = bytes_per_sample * rate
    check(bytes_per_second == wanted, words, wanted, bytes_per_second, rate, bytes_per_sample)
    file.taken(size - 16)
    return channels, rate


def read(data: bytes) -> tuple[np.ndarray[Any, Any], int]:
    """Samples [n, channels] as int16, and how many there are a second."""
    file = _File(data)
    channels, rate = _header(file)
    samples = None
    while not file.done:
        name, size = file.chunk()
        if name == b"data":
            check(samples is None, "More than one data chunk found in WAV")
            count = size // (2 * channels)
            found = file.taken(size)[: count * 2 * channels]
            file.at -= size - len(found)  # what is left of a sample begins another chunk
            samples = np.frombuffer(found, "<i2").reshape(count, channels)
        else:
            file.taken(size)
    check(samples is not None, "No data chunk found in WAV")
    assert samples is not None
    return samples, rate


def _fitted(samples: np.ndarray[Any, Any], count: int, channels: int) -> np.ndarray[Any, Any]:
    """So many samples (silence behind the last) of so many channels (the last repeats); -1: as many as there are."""
    own_count, own_channels = samples.shape
    count = own_count if count == -1 else count
    channels = own_channels if channels == -1 else channels
    result = np.zeros((count, channels), np.float32)
    kept = min(count, own_count)
    places = np.minimum(np.arange(channels), own_channels - 1)
    result[:kept] = samples[:kept, places]
    result /= _SCALE
    return result


def _decode_wav(call: Any, contents: Any) -> Any:
    check(contents.ndim == 0, "contents must be scalar, got shape {}", format_shape(contents.shape))
    samples, rate = read(contents[()])
    wrapped = np.array(rate, np.uint32).astype(np.int32)
    return _fitted(samples, call.attrs.desired_samples, call.attrs.desired_channels), wrapped


@op("DecodeWav")
class DecodeWav:
    """The samples of a WAV file in [-1, 1], and how many there are a second: contents [] -> audio [n, channels], [].

    desired_samples, desired_channels: -1 (UNKNOWN) for as many as the file has; more samples are 0, more channels repeat the last.
    """

    host = _decode_wav

    def shape(contents, desired_channels, desired_samples):
        check_rank(contents, 0)
        check(desired_channels >= -1, "channels must be non-negative, got {}", desired_channels)
        check(desired_samples >= -1, "samples must be non-negative, got {}", desired_samples)
        return ((desired_samples, desired_channels), ())


def _encode_wav(call: Any, audio: Any, sample_rate: Any) -> Any:
    check(audio.ndim == 2, "audio must be 2-dimensional{}", format_shape(audio.shape))
    words = "Input sample_rate should be a scalar tensor, got {} instead."
    check(sample_rate.ndim == 0, words, format_shape(sample_rate.shape))
    rate, (count, channels) = int(sample_rate), audio.shape
    check(rate > 0, "sample_rate must be in (0, 2^32), got: {}", rate % 2**64)
    check(0 < channels < 2**16, "num_channels must be in (0, 2^16), got: {}", channels)
    size = 2 * count * channels
    check(size <= _LARGEST_CHUNK, "Cannot encode audio with >= max int32 elements")
    with np.errstate(invalid="ignore"):
        scaled = np.nan_to_num(audio.astype(np.float64) * _SCALE, nan=0.0)
        away = np.trunc(scaled + np.copysign(0.5, scaled))
    samples = np.clip(away, -_SCALE, _SCALE - 1).astype("<i2")
    form = struct.pack("<HHIIHH", _PCM, channels, rate, rate * 2 * channels % 2**32, 2 * channels, _BITS)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size) + samples.tobytes()
    return np.array(b"RIFF" + struct.pack("<I", len(chunks)) + chunks, object)


@op("EncodeWav")
class EncodeWav:
    """A WAV file of samples of 16 bits: audio [n, channels] in [-1, 1], sample_rate [] -> contents []."""

    host = _encode_wav

    def shape(audio, sample_rate):
        check_rank(audio, 2)
        check_rank(sample_rate, 0)
        return ()
