"""Functions that make tensors and move their elements: what TensorFlow has at the top level."""
