"""tf.nn: rows of tables, whole or cut into parts, and sums of them."""
