"""tf.spectral: transforms of tf.signal under their older names."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.signal.cosine": ("dct", "idct"),
    "nbtf.signal.fourier": (
        "fft", "fft2d", "fft3d", "ifft", "ifft2d", "ifft3d", "irfft", "irfft2d", "irfft3d", "rfft", "rfft2d", "rfft3d",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
