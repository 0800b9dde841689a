"""Tensors that have their values when they are asked for them: what tf.py_function gives its function."""
