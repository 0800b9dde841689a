"""Ops on sound; programs of tests/programs/audio have TensorFlow's answers."""

import struct

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests

import nbtf as tf
from nbtf.contrib.framework.python.ops import audio_ops as contrib_audio
from nbtf.python.ops import gen_audio_ops

SOUND = np.sin(np.arange(600, dtype=np.float32) ** 1.5).reshape(300, 2)
FILE = (
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0"
    + struct.pack("<IIHH", 8000, 32000, 4, 16)
    + b"data\x08\0\0\0"
    + struct.pack("<4h", 1, -2, 300, -32768)
)
SAMPLES = np.float32([[1, -2], [300, -32768]]) / 32768
RATE = np.int32(8000)


def spectrogram(sound, size, stride, length):
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    frames = [sound[at : at + size] * window[:, np.newaxis] for at in range(0, len(sound) - size + 1, stride)]
    return np.moveaxis(np.abs(np.fft.rfft(np.stack(frames), length, axis=1)), -1, 0)


def mel(frequency):
    return 1127 * np.log1p(np.float64(frequency) / 700)


def cepstrum(spectra, rate, low=20, high=4000, bands=40, count=13):
    frequencies = np.arange(1, spectra.shape[-1]) * rate / 2 / (spectra.shape[-1] - 1)
    frequencies = frequencies[(frequencies <= high)]
    edges = np.linspace(mel(low), mel(high), bands + 2)
    rising = (mel(frequencies) - edges[:-2, np.newaxis]) / (edges[1] - edges[0])
    falling = (edges[2:, np.newaxis] - mel(frequencies)) / (edges[1] - edges[0])
    weights = np.maximum(np.minimum(rising, falling), 0)
    logs = np.log(np.maximum(np.sqrt(spectra[..., 1 : 1 + len(frequencies)].astype(np.float64)) @ weights.T, 1e-12))
    places = np.arange(count)[:, np.newaxis] * (np.arange(bands) + 0.5) * np.pi / bands
    return (logs @ np.cos(places).T * np.sqrt(2 / bands)).astype(np.float32)


ROWS = [
    Row("DecodeWav", [FILE], (SAMPLES, RATE), vary=None),
    Row("DecodeWav", [FILE], (SAMPLES[:1, :1], RATE), {"desired_channels": 1, "desired_samples": 1}, None, label="cut"),
    Row("EncodeWav", [SAMPLES, RATE], np.array(FILE, object), vary=None),
    Row(
        "AudioSpectrogram",
        [SOUND],
        lambda sound: spectrogram(sound, 100, 30, 128).astype(np.float32),
        {"window_size": 100, "stride": 30},
        vary=None,
    ),
    Row(
        "AudioSpectrogram",
        [SOUND],
        lambda sound: (spectrogram(sound, 64, 64, 64) ** 2).astype(np.float32),
        {"window_size": 64, "stride": 64, "magnitude_squared": True},
        vary=None,
        label="squared",
    ),
    Row("Mfcc", [np.square(SOUND.reshape(2, 1, 300)), RATE], cepstrum, vary=None, rtol=1e-4, atol=1e-4),
]

BAD = [
    Bad("DecodeWav", [FILE[:-1]], "Data too short when trying to read string", at_build=False),
    Bad("AudioSpectrogram", [SOUND], "window size must be > 1, got 1", {"window_size": 1, "stride": 1}),
    Bad("AudioSpectrogram", [SOUND], "out of range for an int32", {"window_size": 2**40, "stride": 1}),
    Bad("AudioSpectrogram", [SOUND], "stride must be strictly positive", {"window_size": 2, "stride": 0}),
    Bad(
        "Mfcc",
        [np.zeros([1, 1, 9], np.float32), RATE],
        "Mfcc initialization failed",
        {"lower_frequency_limit": float("nan")},
        at_build=False,
    ),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


@pytest.mark.parametrize("end", range(len(FILE)))
def test_a_file_that_is_cut_is_refused(end: int) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        audio, _ = tf.audio.decode_wav(FILE[:end])
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(audio)


def test_any_byte_may_be_wrong() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        file = tf.placeholder(tf.string, [])
        audio, _ = tf.audio.decode_wav(file)
        for at in range(len(FILE)):
            for value in (0, 1, 127, 255):
                try:
                    session.run(audio, {file: FILE[:at] + bytes([value]) + FILE[at + 1 :]})
                except tf.errors.InvalidArgumentError:
                    continue


def test_functions_where_programs_import_them() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        decoder = contrib_audio.decode_wav(FILE, desired_channels=1, desired_samples=16)
        spectra = contrib_audio.audio_spectrogram(decoder.audio, window_size=8, stride=4, magnitude_squared=True)
        features = contrib_audio.mfcc(spectra, decoder.sample_rate, dct_coefficient_count=10)
        assert features.op.type == "Mfcc"
        assert session.run(features).shape == (1, 3, 10)
        assert gen_audio_ops.mfcc is contrib_audio.mfcc
