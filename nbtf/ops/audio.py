"""Features of sound: spectrograms, and mel-frequency cepstral coefficients of those."""

from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, check, check_in_words

_LARGEST = 2**31 - 1


def _spectrum_length(window_size):
    """The power of two that a window is transformed as."""
    length = 1
    while length < window_size:
        length *= 2
    return length


def _frames(samples, window_size, stride):
    return 1 + (samples - window_size) // stride if samples >= window_size else 0


@op("AudioSpectrogram")
class AudioSpectrogram:
    """Magnitudes of the spectra of Hann windows: input [samples, channels] -> [channels, windows, frequencies].

    A window of window_size samples begins every `stride` samples. It is filled up with zeros to a power of two, n; there
    are n / 2 + 1 frequencies. magnitude_squared leaves out the square root.
    """

    kernel = "audio_spectrogram"
    workspace = {"window": "float64", "turns": "float64", "spectrum": "float64"}
    each_thread = ("spectrum",)

    def workspace_size(input, window_size, stride):
        if input[0] < window_size:
            return (0, 0, 0)
        length = _spectrum_length(window_size)
        return (window_size, length, length)

    def shape(input, window_size, stride):
        check_in_words(
            len(input) == 2, "Shape must be rank 2 but is rank {1}", "input must be 2-dimensional{0}", input, len(input)
        )
        check(1 < window_size, "window size must be > 1, got {}", window_size)
        check(stride > 0, "stride must be strictly positive, got {}", stride)
        check(window_size <= _LARGEST, "Attr window_size has value {} out of range for an int32", window_size)
        frames = UNKNOWN if input[0] == UNKNOWN else _frames(input[0], window_size, stride)
        return (input[1], frames, _spectrum_length(window_size) // 2 + 1)


@op("Mfcc")
class Mfcc:
    """Cepstral coefficients of squared magnitudes: spectrogram [channels, windows, frequencies], sample_rate [] -> [.., n].

    filterbank_channel_count triangles, spread evenly in mel between the frequency limits, weigh the magnitudes; the
    result is the first dct_coefficient_count coefficients of the cosine transform of their logarithms.
    """

    kernel = "mfcc"
    workspace = {"bands": "int64", "weights": "float64", "centers": "float64", "cosines": "float64", "logs": "float64"}

    def workspace_size(spectrogram, filterbank_channel_count, dct_coefficient_count):
        channels = max(filterbank_channel_count, 0)
        if not 0 < dct_coefficient_count <= channels:
            return (0, 0, 0, 0, 0)
        return (
            spectrogram[2],
            spectrogram[2],
            channels + 1,
            channels * dct_coefficient_count,
            channels,
        )

    def shape(spectrogram, sample_rate, filterbank_channel_count, dct_coefficient_count):
        check_in_words(
            len(spectrogram) == 3,
            "Shape must be rank 3 but is rank {1}",
            "spectrogram must be 3-dimensional{0}",
            spectrogram,
            len(spectrogram),
        )
        check_in_words(
            len(sample_rate) == 0,
            "Shape must be rank 0 but is rank {1}",
            "Input sample_rate should be a scalar tensor, got {0} instead.",
            sample_rate,
            len(sample_rate),
        )
        check(
            filterbank_channel_count <= _LARGEST,
            "Attr filterbank_channel_count has value {} out of range for an int32",
            filterbank_channel_count,
        )
        return (spectrogram[0], spectrogram[1], max(dct_coefficient_count, 0))
