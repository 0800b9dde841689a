"""tf.ragged: rows of different lengths."""
