"""WAV files as strings, and sound of them as tensors."""

from nbtf.graph.raw_ops import OpFunction

decode_wav = OpFunction("DecodeWav")
encode_wav = OpFunction("EncodeWav")
