"""WAV files decoded and encoded, and what is refused of damaged ones."""

import re
import struct

import numpy as np

SAMPLES = struct.pack("<6h", 1, -2, 300, -32768, 32767, 5)


def wav(data=SAMPLES, channels=1, rate=8000, bits=16, form=1, size=16, pixel=None, second=None, more=b"", **texts):
    """A file whose header may say anything."""
    pixel = bits * channels // 8 if pixel is None else pixel
    second = pixel * rate if second is None else second
    header = struct.pack("<IHHIIHH", size, form, channels, rate, second, pixel, bits) + more
    names = {"riff": b"RIFF", "wave": b"WAVE", "fmt": b"fmt ", "data": b"data", "length": len(data), **texts}
    chunk = names["data"] + struct.pack("<I", names["length"]) + data
    return names["riff"] + struct.pack("<I", 36 + len(data)) + names["wave"] + names["fmt"] + header + chunk


def build(tf):
    decode = tf.audio.decode_wav
    file = tf.placeholder(tf.string, [], name="file")
    audio = tf.placeholder(tf.float32, [None, 2], name="audio")
    rate = tf.placeholder(tf.int32, [], name="rate")
    made = {
        "mono": decode(wav()),
        "stereo": decode(file),
        "three channels": decode(file, desired_channels=3),
        "one channel": decode(file, 1, name="one"),
        "longer": decode(file, desired_samples=5),
        "shorter": decode(file, -1, 2),
        "none": decode(file, 0, 0),
        "rest": decode(wav(size=18, more=b"\0\0")),
        "rate of 0": decode(wav(rate=0)),
        "large rate": decode(wav(rate=2**31 - 1)),
        "other chunks": decode(wav(more=b"LIST\3\0\0\0abc") + b"rest\0\0\0\0"),
        "no samples": decode(wav(data=b"")),
        "raw": tf.raw_ops.DecodeWav(contents=file, desired_channels=2, desired_samples=3),
    }
    made = {f"{label}, {part}": value for label, pair in made.items() for part, value in pair._asdict().items()}
    numbers = np.float32(
        [[0.5, 1], [-1, -2], [3e-5, 4.6e-5], [2**-16, -(2**-16)], [np.nan, np.inf], [-np.inf, 0.99998]]
    )
    return made | {
        "encoded": tf.audio.encode_wav(audio, rate),
        "encoded numbers": tf.audio.encode_wav(numbers, 16000, name="numbers"),
        "encoded nothing": tf.audio.encode_wav(np.zeros([0, 3], np.float32), 2**31 - 1),
    }


STEREO = wav(channels=2, rate=44100)


def run(tf, session, fetches):
    audio = np.sin(np.arange(8, dtype=np.float32)).reshape(4, 2)
    feeds = {"file:0": STEREO, "audio:0": audio, "rate:0": 22050}
    return session.run(fetches, feeds)


def errors(tf):
    def decoding(contents, **attrs):
        def evaluate():
            with tf.Session() as session:
                session.run(tf.audio.decode_wav(tf.placeholder_with_default(contents, None), **attrs))

        return evaluate

    def encoding(audio, rate):
        def evaluate():
            with tf.Session() as session:
                audio_in = tf.placeholder_with_default(np.float32(audio), None)
                session.run(tf.audio.encode_wav(audio_in, tf.placeholder_with_default(rate, None)))

        return evaluate

    short = "Data too short when trying to read string"
    refused = {
        "channels": (lambda: tf.audio.decode_wav("", desired_channels=-2), "channels must be non-negative, got -2"),
        "samples": (lambda: tf.audio.decode_wav("", desired_samples=-2), "samples must be non-negative, got -2"),
        "two files": (lambda: tf.audio.decode_wav(["a", "b"]), "rank"),
        "two fed files": (decoding([STEREO]), "contents must be scalar, got shape [1]"),
        "riff": (decoding(wav(riff=b"RIFX")), "Header mismatch: Expected RIFF but found RIFX"),
        "wave": (decoding(wav(wave=b"WAVX")), "Header mismatch: Expected WAVE but found WAVX"),
        "format": (decoding(wav(fmt=b"fmtX")), "Unexpected field fmtX"),
        "size of format": (decoding(wav(size=40)), "Bad format chunk size for WAV: Expected 16 or 18, but got40"),
        "floats": (decoding(wav(form=3)), "Bad audio format for WAV: Expected 1 (PCM), but got3"),
        "no channels": (decoding(wav(channels=0)), "Bad number of channels for WAV: Expected at least 1, but got 0"),
        "bytes": (decoding(wav(bits=8)), "Can only read 16-bit WAV files, but received 8"),
        "sample size": (decoding(wav(pixel=3)), "Bad bytes per sample in WAV header: Expected 2 but got 3"),
        "many channels": (
            decoding(wav(channels=32769, pixel=2)),
            "Bad bytes per sample in WAV header: Expected 65538 but got 2",
        ),
        "rate": (
            decoding(wav(second=5)),
            "Bad bytes per second in WAV header: Expected 16000 but got 5 (sample_rate=8000, bytes_per_sample=2)",
        ),
        "large rate": (decoding(wav(rate=2**31 + 7, second=14)), "Expected 4294967310 but got 14"),
        "no data": (decoding(wav(data=b"\0\0", riff=b"RIFF")[:36]), "No data chunk found in WAV"),
        "twice": (decoding(STEREO + b"data\2\0\0\0\1\0"), "More than one data chunk found in WAV"),
        "empty": (decoding(b""), short),
        "cut header": (decoding(STEREO[:30]), short),
        "cut chunk": (decoding(STEREO[:42]), short),
        "cut data": (decoding(STEREO[:-3]), short),
        "odd data": (decoding(wav(data=b"\1\0\2\0\3")), short),
        "more behind": (decoding(STEREO + b"abcd"), short),
        "length": (decoding(wav(length=2**31 - 1)), short),
        "large chunk": (
            decoding(wav(length=2**31)),
            "WAV data chunk 'data' is too large: 2147483648 bytes, but the limit is 2147483647",
        ),
        "row": (lambda: tf.audio.encode_wav([1.0, 2.0], 8000), "rank"),
        "fed row": (encoding([1, 2], 8000), "audio must be 2-dimensional[2]"),
        "rates": (lambda: tf.audio.encode_wav([[1.0]], [8000]), "rank"),
        "fed rates": (encoding([[1]], [8000]), "Input sample_rate should be a scalar tensor, got [1] instead."),
        "rate of 0": (encoding([[1]], 0), "sample_rate must be in (0, 2^32), got: 0"),
        "negative rate": (encoding([[1]], -5), "sample_rate must be in (0, 2^32), got: 18446744073709551611"),
        "many encoded": (encoding(np.zeros([1, 70000]), 8000), "num_channels must be in (0, 2^16), got: 70000"),
    }
    return {label: (function, re.escape(words)) for label, (function, words) in refused.items()}
