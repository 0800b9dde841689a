"""tf.spectral: transforms of tf.signal under their older names."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.signal.cosine import dct as dct
from nbtf.signal.cosine import idct as idct
from nbtf.signal.fourier import fft as fft
from nbtf.signal.fourier import fft2d as fft2d
from nbtf.signal.fourier import fft3d as fft3d
from nbtf.signal.fourier import ifft as ifft
from nbtf.signal.fourier import ifft2d as ifft2d
from nbtf.signal.fourier import ifft3d as ifft3d
from nbtf.signal.fourier import irfft as irfft
from nbtf.signal.fourier import irfft2d as irfft2d
from nbtf.signal.fourier import irfft3d as irfft3d
from nbtf.signal.fourier import rfft as rfft
from nbtf.signal.fourier import rfft2d as rfft2d
from nbtf.signal.fourier import rfft3d as rfft3d
