"""The ops on sound, as functions; they were public here before tf.audio was."""

from nbtf.audio.wav import decode_wav, encode_wav
from nbtf.graph.raw_ops import OpFunction

__all__ = ["audio_spectrogram", "decode_wav", "encode_wav", "mfcc"]

audio_spectrogram = OpFunction("AudioSpectrogram")
mfcc = OpFunction("Mfcc")
