"""tf.signal: Fourier and cosine transforms, frames, windows, and spectra of them."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.signal.any_axes import fftnd as fftnd
from nbtf.signal.any_axes import ifftnd as ifftnd
from nbtf.signal.any_axes import irfftnd as irfftnd
from nbtf.signal.any_axes import rfftnd as rfftnd
from nbtf.signal.cosine import dct as dct
from nbtf.signal.cosine import idct as idct
from nbtf.signal.fourier import fft as fft
from nbtf.signal.fourier import fft2d as fft2d
from nbtf.signal.fourier import fft3d as fft3d
from nbtf.signal.fourier import fftshift as fftshift
from nbtf.signal.fourier import ifft as ifft
from nbtf.signal.fourier import ifft2d as ifft2d
from nbtf.signal.fourier import ifft3d as ifft3d
from nbtf.signal.fourier import ifftshift as ifftshift
from nbtf.signal.fourier import irfft as irfft
from nbtf.signal.fourier import irfft2d as irfft2d
from nbtf.signal.fourier import irfft3d as irfft3d
from nbtf.signal.fourier import rfft as rfft
from nbtf.signal.fourier import rfft2d as rfft2d
from nbtf.signal.fourier import rfft3d as rfft3d
from nbtf.signal.framing import frame as frame
from nbtf.signal.framing import overlap_and_add as overlap_and_add
from nbtf.signal.mel import linear_to_mel_weight_matrix as linear_to_mel_weight_matrix
from nbtf.signal.mel import mfccs_from_log_mel_spectrograms as mfccs_from_log_mel_spectrograms
from nbtf.signal.short_time import inverse_mdct as inverse_mdct
from nbtf.signal.short_time import inverse_stft as inverse_stft
from nbtf.signal.short_time import inverse_stft_window_fn as inverse_stft_window_fn
from nbtf.signal.short_time import mdct as mdct
from nbtf.signal.short_time import stft as stft
from nbtf.signal.windows import hamming_window as hamming_window
from nbtf.signal.windows import hann_window as hann_window
from nbtf.signal.windows import kaiser_bessel_derived_window as kaiser_bessel_derived_window
from nbtf.signal.windows import kaiser_window as kaiser_window
from nbtf.signal.windows import vorbis_window as vorbis_window
