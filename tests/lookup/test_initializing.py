"""Tables of a graph are filled by one operation."""

import nbtf as tf


def test_tables_initializer() -> None:
    with tf.Graph().as_default():
        nothing = tf.tables_initializer()
        ops = [tf.no_op(name) for name in ("one", "two")]
        for op in ops:
            tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, op)
        both = tf.initialize_all_tables("fill")
    assert (nothing.name, nothing.type, nothing.control_inputs) == ("init_all_tables", "NoOp", [])
    assert both.name == "fill" and both.control_inputs == ops
