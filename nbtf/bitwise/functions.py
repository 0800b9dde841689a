"""Functions of the bits of integers, one op each."""

from nbtf.graph.raw_ops import OpFunction

bitwise_and = OpFunction("BitwiseAnd")
bitwise_or = OpFunction("BitwiseOr")
bitwise_xor = OpFunction("BitwiseXor")
invert = OpFunction("Invert")
left_shift = OpFunction("LeftShift")
right_shift = OpFunction("RightShift")
