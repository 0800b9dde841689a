"""tf.version: of the TensorFlow whose API and files nbtf has; and the package's own."""

import platform

NBTF_VERSION = "0.1.0.dev0"
VERSION = "2.15.1"
GIT_VERSION = "v2.15.0-11-g63f5a65c7cd"
COMPILER_VERSION = platform.python_compiler()
GRAPH_DEF_VERSION = 1645
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0
