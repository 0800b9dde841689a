"""TensorFlow 1 without TensorFlow: `import nbtf as tf`."""

__version__ = "0.1.0.dev0"
