"""tf.signal: Fourier transforms."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.signal.fourier": (
        "fft", "fft2d", "fft3d", "fftshift", "ifft", "ifft2d", "ifft3d", "ifftshift", "irfft", "irfft2d", "irfft3d",
        "rfft", "rfft2d", "rfft3d",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
