"""Spectra on the mel scale, which spaces frequencies as people hear them, and cepstral coefficients of them."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.grids import linspace
from nbtf.array.joining import pad, split
from nbtf.array.shapes import expand_dims, reshape, shape
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.shapes import UNKNOWN
from nbtf.signal.cosine import dct
from nbtf.signal.framing import frame

_BREAK_HERTZ = 700.0
_HIGH_Q = 1127.0


def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: float = 125.0,
    upper_edge_hertz: float = 3800.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Any:
    """What spectrograms [..., num_spectrogram_bins] are multiplied with to get mel bins: [bins, num_mel_bins].

    sample_rate: samples a second of the signals. lower_edge_hertz, upper_edge_hertz: the range of the mel bins.
    Raises ValueError for numbers that make no such range, and for a dtype that is not float.
    """
    with name_scope(name, "linear_to_mel_weight_matrix") as scope:
        if isinstance(sample_rate, Tensor):
            known = constant_value(sample_rate)
            sample_rate = sample_rate if known is None else known
        _check(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, dtypes.as_dtype(dtype))
        sample_rate = cast(sample_rate, dtype, name="sample_rate")
        lower = convert_to_tensor(lower_edge_hertz, dtype, name="lower_edge_hertz")
        upper = convert_to_tensor(upper_edge_hertz, dtype, name="upper_edge_hertz")
        zero = convert_to_tensor(0.0, dtype)
        frequencies = linspace(zero, sample_rate / 2.0, num_spectrogram_bins)[1:]  # the mean belongs to no mel bin
        bins = expand_dims(_mels(frequencies), 1)
        edges = frame(linspace(_mels(lower), _mels(upper), num_mel_bins + 2), frame_length=3, frame_step=1)
        left, center, right = (reshape(edge, [1, num_mel_bins]) for edge in split(edges, 3, 1))
        rising = (bins - left) / (center - left)
        falling = (right - bins) / (right - center)
        weights = raw.Maximum(zero, raw.Minimum(rising, falling))
        return pad(weights, [[1, 0], [0, 0]], name=scope)


def _check(num_mel_bins: int, sample_rate: Any, lower: float, upper: float, dtype: dtypes.DType) -> None:
    if num_mel_bins <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {num_mel_bins}")
    if lower < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower}")
    if lower >= upper:
        raise ValueError(f"lower_edge_hertz {lower:.1f} >= upper_edge_hertz {upper:.1f}")
    if not isinstance(sample_rate, Tensor):
        if sample_rate <= 0.0:
            raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
        if upper > sample_rate / 2:
            raise ValueError(
                "upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). "
                f"Got {upper} for sample_rate: {sample_rate}"
            )
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {dtype}")


def _mels(hertz: Any) -> Any:
    with name_scope("hertz_to_mel"):
        return _HIGH_Q * raw.Log(1.0 + hertz / _BREAK_HERTZ)


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Any:
    """The mel frequency cepstral coefficients: [..., num_mel_bins] -> [..., num_mel_bins], scaled as HTK does.

    Raises ValueError for 0 bins.
    """
    with name_scope(name, "mfccs_from_log_mel_spectrograms", [log_mel_spectrograms]):
        spectrograms = convert_to_tensor(log_mel_spectrograms)
        bins: Any = shape(spectrograms)[-1] if spectrograms.dims in (None, ()) else spectrograms.dims[-1]
        if isinstance(bins, int) and bins == UNKNOWN:
            bins = shape(spectrograms)[-1]
        if isinstance(bins, int) and bins == 0:
            raise ValueError(f"num_mel_bins must be positive. Got: {log_mel_spectrograms}")
        coefficients = dct(spectrograms, type=2)
        return coefficients * raw.Rsqrt(cast(bins, spectrograms.dtype) * 2.0)
