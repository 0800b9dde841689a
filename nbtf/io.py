"""tf.io, as far as it exists."""

from nbtf.graph.graph_io import write_graph as write_graph
