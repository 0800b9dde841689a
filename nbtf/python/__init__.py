"""Modules that TF1 programs import by their path inside TensorFlow, under the same path."""
