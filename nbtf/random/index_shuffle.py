"""tf.random_index_shuffle: places in a permutation that is never written down."""

from nbtf.graph.raw_ops import OpFunction

random_index_shuffle = OpFunction("RandomIndexShuffle")
