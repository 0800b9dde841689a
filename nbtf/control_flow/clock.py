"""The time, told by a graph."""

from nbtf.graph.raw_ops import OpFunction

timestamp = OpFunction("Timestamp")
