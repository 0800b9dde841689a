"""tf.signal: Fourier and cosine transforms, frames, windows, and spectra of them."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.signal.any_axes": ("fftnd", "ifftnd", "irfftnd", "rfftnd"),
    "nbtf.signal.cosine": ("dct", "idct"),
    "nbtf.signal.fourier": (
        "fft", "fft2d", "fft3d", "fftshift", "ifft", "ifft2d", "ifft3d", "ifftshift", "irfft", "irfft2d", "irfft3d",
        "rfft", "rfft2d", "rfft3d",
    ),
    "nbtf.signal.framing": ("frame", "overlap_and_add"),
    "nbtf.signal.mel": ("linear_to_mel_weight_matrix", "mfccs_from_log_mel_spectrograms"),
    "nbtf.signal.short_time": ("inverse_mdct", "inverse_stft", "inverse_stft_window_fn", "mdct", "stft"),
    "nbtf.signal.windows": (
        "hamming_window", "hann_window", "kaiser_bessel_derived_window", "kaiser_window", "vorbis_window",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
