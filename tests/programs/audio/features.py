"""Spectrograms of sound and their cepstral coefficients."""

import re

import numpy as np

RTOL, ATOL = 1e-5, 1e-6


def build(tf):
    raw = tf.raw_ops
    known = tf.placeholder(tf.float32, [1000, 2], name="known")
    sound = tf.placeholder(tf.float32, [None, None], name="sound")
    spectra = tf.placeholder(tf.float32, [None, 2, 9], name="spectra")
    rate = tf.placeholder(tf.int32, [], name="rate")
    speech = raw.AudioSpectrogram(input=sound, window_size=480, stride=160, magnitude_squared=True, name="speech")
    spectrograms = {
        f"{size} every {stride}, {squared}": raw.AudioSpectrogram(
            input=tensor, window_size=size, stride=stride, magnitude_squared=squared
        )
        for tensor, size, stride, squared in (
            (known, 2, 500, False), (known, 3, 499, True), (known, 5, 333, False), (known, 64, 300, True),
            (sound, 100, 900, False), (sound, 128, 1000, True), (sound, 512, 100, False), (known, 999, 1, True),
            (known, 1000, 1, False), (known, 1001, 1, False),
        )
    }  # fmt: skip

    def mfcc(**attrs):
        few = {"filterbank_channel_count": 4, "dct_coefficient_count": 3, "upper_frequency_limit": 3000.0}
        return raw.Mfcc(spectrogram=spectra, sample_rate=rate, **few | attrs)

    return spectrograms | {
        "features": raw.Mfcc(spectrogram=speech, sample_rate=16000),
        "fed rate": raw.Mfcc(
            spectrogram=tf.square(tf.reshape(sound, [1, 10, 200])), sample_rate=rate, dct_coefficient_count=40
        ),
        "few": mfcc(),
        "all": mfcc(dct_coefficient_count=4),
        "higher": mfcc(lower_frequency_limit=900.0, upper_frequency_limit=4000.0),
        "many bands": mfcc(filterbank_channel_count=100),
        "between": mfcc(lower_frequency_limit=2000.0, upper_frequency_limit=2001.0),
        "narrow": mfcc(lower_frequency_limit=2100.0, upper_frequency_limit=2101.0),
        "beyond": mfcc(upper_frequency_limit=5000.0),
        "far beyond": mfcc(upper_frequency_limit=1e30),
    }


def _feeds():
    sound = np.sin(np.arange(2000, dtype=np.float64) ** 1.3 / 7).astype(np.float32).reshape(1000, 2)
    spectra = np.float32(
        [[[3, 1, 4, 1, 5, 9, 2, 6, 5], [0, 0, 0, 0, 0, 0, 0, 0, 0]], [[np.nan, 0, 1e-20, 1e9, *[2] * 5], [-1] * 9]]
    )
    return {"known:0": sound, "sound:0": sound, "spectra:0": spectra, "rate:0": 8000}


def run(tf, session, fetches):
    return session.run(fetches, _feeds())


def errors(tf):
    raw = tf.raw_ops

    def spectrogram(input, **attrs):
        known = None if attrs["window_size"] > 1 and attrs["stride"] else [1, 1]
        with tf.Session() as session:
            session.run(raw.AudioSpectrogram(input=tf.placeholder_with_default(np.float32(input), known), **attrs))

    def mfcc(spectrogram, rate, **attrs):
        def evaluate():
            with tf.Session() as session:
                fed = tf.placeholder_with_default(np.float32(spectrogram), None)
                session.run(raw.Mfcc(spectrogram=fed, sample_rate=tf.placeholder_with_default(rate, None), **attrs))

        return evaluate

    row = np.ones([1, 1, 9])
    failed = "Mfcc initialization failed for channel count 9, sample rate 8000 and filterbank_channel_count 40"
    refused = {
        "vector": (lambda: raw.AudioSpectrogram(input=[1.0], window_size=2, stride=1), "rank"),
        "fed vector": (lambda: spectrogram([1], window_size=2, stride=1), "input must be 2-dimensional[1]"),
        "window": (lambda: spectrogram([[1]], window_size=1, stride=1), "window size must be > 1, got 1"),
        "stride": (lambda: spectrogram([[1]], window_size=2, stride=0), "stride must be strictly positive, got 0"),
        "matrix": (lambda: raw.Mfcc(spectrogram=[[1.0]], sample_rate=3), "rank"),
        "fed matrix": (mfcc(row[0], 8000), "spectrogram must be 3-dimensional[1,9]"),
        "rates": (lambda: raw.Mfcc(spectrogram=[[[1.0]]], sample_rate=[3]), "rank"),
        "fed rates": (mfcc(row, [8000]), "Input sample_rate should be a scalar tensor, got [1] instead."),
        "rate": (mfcc(row, 0), failed.replace("8000", "0")),
        "negative rate": (mfcc(row, -5), failed.replace("8000", "-5")),
        "bands": (mfcc(row, 8000, filterbank_channel_count=0), "filterbank_channel_count 0"),
        "negative bands": (mfcc(row, 8000, filterbank_channel_count=-1), "filterbank_channel_count -1"),
        "coefficients": (mfcc(row, 8000, dct_coefficient_count=0), failed),
        "negative coefficients": (mfcc(row, 8000, dct_coefficient_count=-1), failed),
        "more coefficients": (mfcc(row, 8000, dct_coefficient_count=41), failed),
        "limits": (mfcc(row, 8000, upper_frequency_limit=10), failed),
        "equal limits": (mfcc(row, 8000, upper_frequency_limit=20), failed),
        "negative limit": (mfcc(row, 8000, lower_frequency_limit=-1), failed),
        "one frequency": (mfcc(row[..., :1], 8000), failed.replace("9", "1")),
        "no frequency": (mfcc(row[..., :0], 8000), failed.replace("9", "0")),
    }
    return {label: (function, re.escape(words)) for label, (function, words) in refused.items()}
