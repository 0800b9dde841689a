"""TypeSpecs of values of several tensors, and messages and switches that need no graph."""

import numpy as np
import pytest

import nbtf as tf

SPECS = [
    (
        tf.SparseTensorSpec([2, None], tf.int32),
        "SparseTensorSpec(TensorShape([Dimension(2), Dimension(None)]), tf.int32)",
    ),
    (
        tf.IndexedSlicesSpec([3], tf.int32, tf.int32, tf.int32, [2]),
        "IndexedSlicesSpec(TensorShape([Dimension(3)]), tf.int32, tf.int32, tf.int32, TensorShape([Dimension(2)]))",
    ),
    (tf.TensorArraySpec([2], tf.int32), "TensorArraySpec(TensorShape([Dimension(2)]), tf.int32, False, True)"),
]


@pytest.mark.parametrize(("spec", "text"), SPECS)
def test_specs_say_what_tensorflow_says(spec: object, text: str) -> None:
    assert repr(spec) == text
    assert spec == eval(text, {**vars(tf), "tf": tf, "Dimension": tf.Dimension, "TensorShape": tf.TensorShape})
    assert len({spec, spec}) == 1


def test_specs_of_values() -> None:
    with tf.Graph().as_default():
        sparse = tf.SparseTensor([[0]], [1], [3])
        slices = tf.IndexedSlices(tf.zeros([2, 2]), tf.constant([0, 1]))
        values = [tf.zeros([2]), sparse, slices, tf.TensorArray(tf.float32, 3), np.zeros(2), 1.5]
        specs = [tf.type_spec_from_value(value) for value in values]
        assert [repr(spec) for spec in specs] == [
            "TensorSpec(shape=(2,), dtype=tf.float32, name=None)",
            "SparseTensorSpec(TensorShape([Dimension(3)]), tf.int32)",
            "IndexedSlicesSpec(TensorShape([Dimension(None), Dimension(2)]), tf.float32, tf.int32, None, "
            "TensorShape([Dimension(2)]))",
            "TensorArraySpec(TensorShape(None), tf.float32, False, True)",
            "TensorSpec(shape=(2,), dtype=tf.float64, name=None)",
            "TensorSpec(shape=(), dtype=tf.float32, name=None)",
        ]
        assert tf.SparseTensorSpec([None], tf.int32).is_compatible_with(sparse)
        assert not tf.SparseTensorSpec([4], tf.int32).is_compatible_with(sparse)
        assert not tf.SparseTensorSpec([None], tf.int32).is_compatible_with(values[0])


def test_switches() -> None:
    debugging = tf.debugging
    assert debugging.is_traceback_filtering_enabled() and not debugging.get_log_device_placement()
    debugging.disable_traceback_filtering(), debugging.set_log_device_placement(True)
    assert not debugging.is_traceback_filtering_enabled() and debugging.get_log_device_placement()
    debugging.enable_traceback_filtering(), debugging.set_log_device_placement(False)
    assert tf.executing_eagerly_outside_functions() is False
    with tf.errors.raise_exception_on_not_ok_status():
        pass
    assert tf.test.with_eager_op_as_function(only_as_function=True)(len)("ab") == 2
    for refused in (tf.enable_eager_execution, tf.enable_v2_behavior):
        with pytest.raises(NotImplementedError):
            refused()
    debugging.disable_check_numerics()
    with pytest.raises(NotImplementedError, match="no servers"):
        tf.test.create_local_cluster(1, 1)


def test_messages_and_numbers() -> None:
    server = tf.train.ServerDef(job_name="worker", task_index=1, port=2222)
    assert tf.train.ServerDef.FromString(server.SerializeToString()) == server
    assert (tf.CXX11_ABI_FLAG, tf.CXX_VERSION, tf.MONOLITHIC_BUILD) == (1, 201703, 0)
    assert len(tf.QUANTIZED_DTYPES) == 10


def test_switches_of_the_next_version_and_what_takes_them_back() -> None:
    shape, x = tf.TensorShape([1, None, 3]), tf.constant([1.0])
    tf.enable_v2_tensorshape(), tf.enable_resource_variables(), tf.enable_control_flow_v2(), tf.enable_tensor_equality()
    try:
        assert (str(shape), repr(shape), str(shape[1:])) == ("(1, None, 3)", "TensorShape([1, None, 3])", "(None, 3)")
        assert [*shape] == [1, None, 3] and type(shape[0]) is int and shape[1] is None
        assert isinstance(shape.dims[0], tf.Dimension) and tf.TensorShape(None)[0] is None
        assert tf.reshape(tf.ones([2, 3]), [x.shape[0] * 3, -1]).shape == [3, 2]
        assert (x == x) is True and (x == tf.constant([1.0])) is False
        assert isinstance(tf.Variable(1.0).handle, tf.Tensor) and tf.control_flow_v2_enabled()
    finally:
        tf.disable_v2_behavior(), tf.disable_tensor_equality()
    assert isinstance(shape[0], tf.Dimension) and str(shape) == "(1, ?, 3)"
    assert not tf.control_flow_v2_enabled() and not tf.resource_variables_enabled()
