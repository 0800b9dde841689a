"""Modules that TF1 programs import by their path inside tensorflow.contrib.framework, under the same path."""
