"""Messages of protocol buffers as tensors; functions that are just ops."""

from nbtf.graph.raw_ops import OpFunction

decode_proto = OpFunction("DecodeProtoV2", "decode_proto")
encode_proto = OpFunction("EncodeProto")
