"""The ops on sound, as functions, where programs find them since there is no tf.contrib."""

from nbtf.contrib.framework.python.ops.audio_ops import audio_spectrogram, decode_wav, encode_wav, mfcc

__all__ = ["audio_spectrogram", "decode_wav", "encode_wav", "mfcc"]
