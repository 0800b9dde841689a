"""Frames of signals and their spectra, and mel bins."""

import numpy as np

RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    signal = tf.signal
    known = tf.placeholder(tf.float32, [2, 10], name="known")
    samples = tf.placeholder(tf.float32, [2, None], name="samples")
    any_rank = tf.placeholder(tf.float32, None, name="any_rank")
    frames = tf.placeholder(tf.float32, [2, 5, 4], name="frames")
    length = tf.placeholder(tf.int32, [], name="length")
    spectra = tf.complex(frames[:, :, :3], frames[:, :, 1:])
    any_spectra = tf.complex(any_rank, any_rank)
    inverse = signal.inverse_stft_window_fn(2)
    return {
        "frame": signal.frame(known, 4, 2),
        "frame_unknown": signal.frame(samples, 4, 2),
        "frame_filled": signal.frame(known, 4, 3, pad_end=True, pad_value=1.0),
        "frame_filled_unknown": signal.frame(samples, 4, 3, pad_end=True),
        "frame_axis": signal.frame(frames, 3, 2, axis=1, name="axis"),
        "frame_any_rank": signal.frame(any_rank, 2, 1),
        "frame_any_rank_filled": signal.frame(any_rank, 4, 3, pad_end=True, axis=1),
        "frame_fed": signal.frame(known, length, 2),
        "frame_short": signal.frame(known, 11, 2),
        "add": signal.overlap_and_add(frames, 2),
        "add_side_by_side": signal.overlap_and_add(frames, 4),
        "add_three": signal.overlap_and_add(frames, 3),
        "add_gaps": signal.overlap_and_add(frames, 6),
        "add_any_rank": signal.overlap_and_add(any_rank, 2),
        "add_fed": signal.overlap_and_add(frames, length),
        "stft": signal.stft(known, 4, 2),
        "stft_longer": signal.stft(samples, 5, 2, fft_length=8, window_fn=None, pad_end=True),
        "inverse_stft": signal.inverse_stft(spectra, 4, 2, window_fn=inverse),
        "inverse_stft_cut": signal.inverse_stft(spectra, 3, 2, window_fn=None),
        "inverse_stft_filled": signal.inverse_stft(spectra, 5, 2, fft_length=4),
        "inverse_stft_any_rank": signal.inverse_stft(any_spectra, 4, 2),
        "inverse_stft_fed": signal.inverse_stft(spectra, length, 2),
        "window": signal.inverse_stft_window_fn(length, signal.hamming_window)(8, dtype=tf.float32),
        "mdct": signal.mdct(known, 8),
        "mdct_ortho": signal.mdct(samples, 8, window_fn=None, pad_end=True, norm="ortho"),
        "inverse_mdct": signal.inverse_mdct(frames),
        "inverse_mdct_ortho": signal.inverse_mdct(frames, None, norm="ortho"),
        "mel": signal.linear_to_mel_weight_matrix(5, 17),
        "mel_fed": signal.linear_to_mel_weight_matrix(5, length, tf.constant(8000), 100, 3000, tf.float64),
        "mfccs": signal.mfccs_from_log_mel_spectrograms(frames),
        "mfccs_any_rank": signal.mfccs_from_log_mel_spectrograms(any_rank),
        "gradient": tf.gradients(tf.abs(signal.stft(known, 4, 2)), known)[0],
    }


FEEDS = {
    "known:0": np.cos(np.arange(20, dtype=np.float32)).reshape(2, 10),
    "samples:0": np.sin(np.arange(20, dtype=np.float32)).reshape(2, 10),
    "any_rank:0": np.cos(np.arange(18, dtype=np.float32)).reshape(2, 3, 3),
    "frames:0": np.cos(np.arange(40, dtype=np.float32) / 3).reshape(2, 5, 4),
    "length:0": 6,
}


def errors(tf):
    signal, x = tf.signal, [1.0, 2.0, 3.0, 4.0]
    mel = signal.linear_to_mel_weight_matrix
    return {
        "frame_scalar": (lambda: signal.frame(tf.zeros([]), 4, 2), "must have rank at least 1"),
        "frame_rank": (lambda: signal.frame(x, [4], 2), "must have rank 0"),
        "add_rank": (lambda: signal.overlap_and_add(x, 6), "must have rank at least 2"),
        "add_step": (lambda: signal.overlap_and_add([x], [6]), "must have rank 0"),
        "add_float": (lambda: signal.overlap_and_add([x], 2.5), "frame_step must be an integer"),
        "mdct": (lambda: signal.mdct(x, 6), "must be a multiple of 4"),
        "mdct_scalar": (lambda: signal.mdct(tf.zeros([]), 8), "must have rank at least 1"),
        "inverse_mdct": (lambda: signal.inverse_mdct(x), "must have rank at least 2"),
        "unknown": (
            lambda: signal.inverse_mdct(tf.placeholder(tf.float32, [None, None])),
            "Cannot convert unknown Dimension",
        ),
        "no_bins": (lambda: mel(0), "num_mel_bins must be positive"),
        "rate": (lambda: mel(5, sample_rate=0), "sample_rate must be positive"),
        "lower": (lambda: mel(5, lower_edge_hertz=-1), "lower_edge_hertz must be non-negative"),
        "order": (lambda: mel(5, lower_edge_hertz=5000), "lower_edge_hertz 5000.0 >= upper_edge_hertz 3800.0"),
        "nyquist": (lambda: mel(5, sample_rate=100), "must not be larger than the Nyquist frequency"),
        "mel_dtype": (lambda: mel(5, dtype=tf.int32), "dtype must be a floating point type"),
        "mfccs": (lambda: signal.mfccs_from_log_mel_spectrograms(tf.zeros([2, 0])), "num_mel_bins must be positive"),
    }
