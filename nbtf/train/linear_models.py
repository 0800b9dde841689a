"""tf.train: parts of stochastic dual coordinate ascent; functions that are just ops."""

from nbtf.graph.raw_ops import OpFunction

sdca_fprint = OpFunction("SdcaFprint")
sdca_shrink_l1 = OpFunction("SdcaShrinkL1", "sdca_shrink_l1")
