"""Shapes of tensors, and tensors in other shapes: what is static becomes a constant."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    u = tf.placeholder(tf.float32, None, name="u")
    k = tf.constant(np.arange(6, dtype=np.float32).reshape(1, 2, 3), name="k")
    return {
        "shape": tf.shape(k),
        "shape_long": tf.shape(k, out_type=tf.int64),
        "shape_unknown": tf.shape(x),
        "shape_of_list": tf.shape([[1, 2]]),
        "shape_n": tf.shape_n([x, k])[1],
        "size": tf.size(k),
        "size_unknown": tf.size(x, out_type=tf.int64),
        "rank": tf.rank(k),
        "rank_unknown": tf.rank(u),
        "reshape": tf.reshape(k, [3, -1]),
        "reshape_like": tf.reshape(u, tf.shape(x)),
        "reshape_part": tf.reshape(u, [tf.shape(x)[0], 3]),
        "reshape_scalar": tf.reshape(k[0, 0, :1], []),
        "expand_dims": tf.expand_dims(x, 1),
        "expand_dims_old": tf.expand_dims(x, dim=-1, name="old"),
        "squeeze": tf.squeeze(k),
        "squeeze_axis": tf.squeeze(k, 0),
        "squeeze_old": tf.squeeze(k, squeeze_dims=[0]),
        "transpose": tf.transpose(k),
        "transpose_unknown": tf.transpose(u),
        "transpose_perm": tf.transpose(k, [1, 0, 2]),
        "transpose_conjugate": tf.transpose(tf.complex(x, x), conjugate=True),
        "matrix_transpose": tf.matrix_transpose(k),
        "matrix_transpose_unknown": tf.matrix_transpose(u),
        "ensure_shape": tf.ensure_shape(x, [2, None]),
        "broadcast_to": tf.broadcast_to(x, [2, 2, 3]),
        "broadcast_shape": tf.broadcast_dynamic_shape(tf.shape(x), [2, 1]),
        "identity": tf.identity(x),
        "identity_list": tf.identity([1, 2], name="list"),
        "stop_gradient": tf.stop_gradient(x),
        "tile": tf.tile(x, [1, 2]),
        "pad": tf.pad(x, [[1, 0], [0, 2]]),
        "pad_value": tf.pad(x, [[0, 0], [1, 1]], constant_values=7),
        "pad_reflect": tf.pad(x, [[1, 1], [0, 0]], "reflect"),
        "pad_symmetric": tf.pad(x, [[0, 0], [1, 1]], "SYMMETRIC"),
        "reverse": tf.reverse(x, [1]),
        "reverse_sequence": tf.reverse_sequence(x, [2, 3], seq_axis=1),
        "reverse_sequence_old": tf.reverse_sequence(x, [2, 3], seq_dim=1, batch_dim=0),
        "roll": tf.roll(x, [1, 2], [0, 1]),
        "cast": tf.cast(x, tf.int32),
        "cast_constant": tf.cast([1, 0], tf.bool),
        "to_float": tf.to_float([1, 2]),
        "to_double": tf.to_double(x),
        "to_int64": tf.to_int64(x),
        "to_complex64": tf.to_complex64(x),
        "saturate_cast": tf.saturate_cast(x * 100.0, tf.uint8),
        "saturate_cast_int": tf.saturate_cast([300, -5], tf.int8),
        "saturate_float": tf.saturate_cast(x * 1e9, tf.int32),
        "saturate_complex": tf.saturate_cast(tf.complex(x, x), tf.int8),
        "bitcast": tf.bitcast(x, tf.int32),
    }


FEEDS = {"x:0": [[1.0, 2.0, 3.0], [4.0, 0.0, 2.5]], "u:0": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]}


def errors(tf):
    x = lambda: tf.placeholder(tf.float32, [None, 3])
    return {
        "no_axis": (lambda: tf.expand_dims(x()), "Must specify an axis"),
        "both_axes": (lambda: tf.expand_dims(x(), 1, dim=1), "Cannot specify both 'dim' and 'axis'"),
        "both_squeezed": (lambda: tf.squeeze(x(), [0], squeeze_dims=[1]), "Cannot specify both"),
        "squeeze": (lambda: tf.squeeze(x(), 1), "Can not squeeze dim\\[1\\], expected a dimension of 1, got 3"),
        "reshape": (lambda: tf.reshape([1, 2, 3], [2, -1]), "evenly|divisible"),
        "perm": (lambda: tf.transpose(x(), [0]), "must be 2 but is 1"),
        "matrix_transpose": (lambda: tf.matrix_transpose([1.0]), "rank >= 2"),
        "ensure_shape": (lambda: tf.ensure_shape(x(), [2, 4]), "must be equal"),
        "broadcast": (
            lambda: tf.broadcast_static_shape(tf.TensorShape([2, 3]), tf.TensorShape([3, 1])),
            "Incompatible shapes for broadcasting",
        ),
        "pad_mode": (lambda: tf.pad(x(), [[0, 0], [0, 0]], "foo"), "expected to be one of"),
        "no_seq_axis": (lambda: tf.reverse_sequence(x(), [1]), "Expected int for argument 'seq_dim'"),
    }
