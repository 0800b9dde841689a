"""tf.io: files."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.graph.graph_io import write_graph as write_graph
