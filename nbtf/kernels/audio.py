"""Spectra of sound and their cepstral coefficients; all of it in float64."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.team import portion
from nbtf.shapes import check

# ---- spectrogram -----------------------------------------------------------------------------------------------------


@register_jitable
def spectrogram_work(spectrogram_dims):
    """A butterfly is about six operations; there are as many rounds of them as the length has binary digits."""
    return spectrogram_dims[0] * spectrogram_dims[1] * spectrogram_dims[2] * 30


@register_jitable
def make_window(window_size, window, turns):
    """Hann's window of the period window_size, and the roots of unity, cosines and sines in turn."""
    for i in range(len(window)):
        window[i] = 0.5 - 0.5 * math.cos(2 * math.pi * i / window_size)
    for i in range(len(turns) // 2):
        angle = 2 * math.pi * i / len(turns)
        turns[2 * i], turns[2 * i + 1] = math.cos(angle), math.sin(angle)


@register_jitable
def transform(spectrum, turns):
    """The Fourier transform of complex numbers, in place; their number is a power of two."""
    count = len(spectrum) // 2
    mirrored = 0
    for i in range(1, count):  # the digits of the place in reverse
        bit = count >> 1
        while mirrored & bit:
            mirrored ^= bit
            bit >>= 1
        mirrored |= bit
        if i < mirrored:
            for k in range(2):
                a, b = 2 * i + k, 2 * mirrored + k
                spectrum[a], spectrum[b] = spectrum[b], spectrum[a]
    half = 1
    while half < count:
        step = count // half  # half a turn of a block is half the roots of a length twice the count
        for start in range(0, count, 2 * half):
            for i in range(half):
                cosine, sine = turns[2 * i * step], turns[2 * i * step + 1]
                a, b = 2 * (start + i), 2 * (start + i + half)
                real = spectrum[b] * cosine + spectrum[b + 1] * sine
                imaginary = spectrum[b + 1] * cosine - spectrum[b] * sine
                spectrum[b], spectrum[b + 1] = spectrum[a] - real, spectrum[a + 1] - imaginary
                spectrum[a], spectrum[a + 1] = spectrum[a] + real, spectrum[a + 1] + imaginary
        half *= 2


@register_jitable
def squared_magnitude(spectrum, turns, frequency):
    """Of the transform of real numbers, whose even and odd ones stood as real and imaginary parts."""
    count = len(spectrum) // 2
    at, other = 2 * (frequency % count), 2 * ((count - frequency) % count)
    even_real, even_imaginary = spectrum[at] + spectrum[other], spectrum[at + 1] - spectrum[other + 1]
    odd_real, odd_imaginary = spectrum[at + 1] + spectrum[other + 1], spectrum[other] - spectrum[at]
    cosine, sine = (-1.0, 0.0) if frequency == count else (turns[2 * frequency], turns[2 * frequency + 1])
    real = even_real + odd_real * cosine + odd_imaginary * sine
    imaginary = even_imaginary + odd_imaginary * cosine - odd_real * sine
    return (real * real + imaginary * imaginary) / 4


@kernel(rank={"input": 2, "spectrogram": 3}, work=spectrogram_work, first=make_window)
def audio_spectrogram(input, spectrogram, stride, magnitude_squared, window, turns, spectrum, part, parts):
    channels, frames, frequencies = spectrogram.shape
    begin, end = portion(channels * frames, 1, part, parts)
    for at in range(begin, end):
        channel, frame = at // frames, at % frames
        for i in range(len(window)):
            spectrum[i] = input[frame * stride + i, channel] * window[i]
        for i in range(len(window), len(spectrum)):
            spectrum[i] = 0
        transform(spectrum, turns)
        for k in range(frequencies):
            power = np.float32(squared_magnitude(spectrum, turns, k))
            spectrogram[channel, frame, k] = power if magnitude_squared else np.sqrt(power)


# ---- cepstral coefficients -------------------------------------------------------------------------------------------

LEAST_BAND = 1e-12  # of which the logarithm is taken where there is less
NO_BAND = -2
LARGEST = 2.0**31 - 1


@register_jitable
def mel(frequency):
    return 1127.0 * math.log1p(frequency / 700.0)


@register_jitable
def place(frequency):
    """A place in a spectrum, cut to a whole number; so is what no number of 32 bits is."""
    return np.int64(frequency) if frequency < LARGEST else np.int64(LARGEST)


@register_jitable
def find_bands(low, high, spacing, first, last, bands, weights, centers):
    """Of each frequency the triangle that falls there, and its part of that; the rest goes to the next one.

    bands: -1 where only the first triangle rises, NO_BAND outside of all.
    """
    channels = len(centers) - 1
    for i in range(channels + 1):
        centers[i] = low + (high - low) / (channels + 1) * (i + 1)
    channel = 0
    for i in range(len(bands)):
        bands[i], weights[i] = NO_BAND, 0.0
        if first <= i <= last:
            at = mel(i * spacing)
            while channel < channels and centers[channel] < at:
                channel += 1
            bands[i] = channel - 1
            start = low if channel == 0 else centers[channel - 1]
            weights[i] = (centers[channel] - at) / (centers[channel] - start)


@register_jitable
def logs_of_bands(magnitudes, first, last, bands, weights, logs):
    for i in range(len(logs)):
        logs[i] = 0.0
    for i in range(first, last + 1):
        size = math.sqrt(np.float64(magnitudes[i])) if not magnitudes[i] < 0 else np.nan
        falling, band = size * weights[i], bands[i]
        if band >= 0:
            logs[band] += falling
        if band + 1 < len(logs):
            logs[band + 1] += size - falling
    for i in range(len(logs)):
        logs[i] = math.log(LEAST_BAND if logs[i] < LEAST_BAND else logs[i])


@kernel(rank={"spectrogram": 3, "output": 3})
def mfcc(
    spectrogram,
    sample_rate,
    output,
    upper_frequency_limit,
    lower_frequency_limit,
    filterbank_channel_count,
    dct_coefficient_count,
    bands,
    weights,
    centers,
    cosines,
    logs,
):
    frequencies, rate = spectrogram.shape[2], sample_rate[0]
    check(
        0 < dct_coefficient_count <= filterbank_channel_count
        and rate > 0
        and frequencies > 1
        and lower_frequency_limit >= 0
        and not upper_frequency_limit <= lower_frequency_limit,
        "Mfcc initialization failed for channel count {}, sample rate {} and filterbank_channel_count {}",
        frequencies,
        rate,
        filterbank_channel_count,
    )
    spacing = 0.5 * rate / (frequencies - 1)
    first, last = place(1.5 + lower_frequency_limit / spacing), place(upper_frequency_limit / spacing)
    find_bands(mel(lower_frequency_limit), mel(upper_frequency_limit), spacing, first, last, bands, weights, centers)
    channels, count = filterbank_channel_count, dct_coefficient_count
    scale, angle = math.sqrt(2.0 / channels), math.pi / channels
    for i in range(count):
        for j in range(channels):
            cosines[i * channels + j] = scale * math.cos(i * angle * (j + 0.5))
    for n in range(spectrogram.shape[0]):
        for t in range(spectrogram.shape[1]):
            if last < frequencies:
                logs_of_bands(spectrogram[n, t], first, last, bands, weights, logs)
            for i in range(count):
                total = 0.0
                if last < frequencies:  # TensorFlow has zeros where the upper limit lies beyond the spectrum
                    for j in range(channels):
                        total += cosines[i * channels + j] * logs[j]
                output[n, t, i] = total
