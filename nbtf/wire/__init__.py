"""TensorFlow's file messages: schema, tensors, op signatures, text format and files."""
