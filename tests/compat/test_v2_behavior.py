"""Programs of the change-over from TensorFlow 1 to 2 run unchanged."""

import nbtf.compat.v1 as tf


def test_switching_version_two_off_changes_nothing() -> None:
    tf.disable_v2_behavior()
    tf.disable_eager_execution()
    assert not tf.executing_eagerly()
    with tf.Graph().as_default():
        assert tf.constant(1.0).op.type == "Const"


def test_compat_is_reached_from_the_root() -> None:
    import nbtf

    assert nbtf.compat.v1 is tf
