"""Gradients through tensor lists and optionals."""

import numpy as np

X = np.arange(6, dtype=np.float32).reshape(3, 2)


def build(tf):
    raw, x = tf.raw_ops, tf.constant(X, name="x")
    full = raw.TensorListFromTensor(tensor=x, element_shape=[2], name="full")
    stacked = raw.TensorListStack(input_handle=full, element_shape=[2], element_dtype=tf.float32, name="stacked")
    item = raw.TensorListGetItem(input_handle=full, index=1, element_shape=[2], element_dtype=tf.float32, name="item")
    changed = raw.TensorListSetItem(input_handle=full, index=2, item=tf.multiply(item, 2.0), name="changed")
    pushed = raw.TensorListPushBack(input_handle=changed, tensor=item, name="pushed")
    longer = raw.TensorListStack(input_handle=pushed, element_shape=[2], element_dtype=tf.float32, name="longer")
    rest, last = raw.TensorListPopBack(input_handle=full, element_shape=[2], element_dtype=tf.float32, name="popped")
    shorter = raw.TensorListStack(input_handle=rest, element_shape=[2], element_dtype=tf.float32, name="shorter")
    rows = raw.TensorListGather(
        input_handle=full, indices=[2, 0], element_shape=[2], element_dtype=tf.float32, name="rows"
    )
    scattered = raw.TensorListScatter(tensor=x, indices=[2, 0, 1], element_shape=[2], name="scattered")
    back = raw.TensorListStack(input_handle=scattered, element_shape=[2], element_dtype=tf.float32, name="back")
    parts = raw.TensorListSplit(tensor=x, element_shape=[-1, 2], lengths=np.int64([1, 2]), name="parts")
    whole = raw.TensorListConcatV2(
        input_handle=parts, element_shape=[-1, 2], leading_dims=np.int64([]), element_dtype=tf.float32, name="whole"
    )
    resized = raw.TensorListResize(input_handle=full, size=2, name="resized")
    two = raw.TensorListStack(input_handle=resized, element_shape=[2], element_dtype=tf.float32, name="two")
    optional = raw.OptionalFromValue(components=[x], name="optional")
    (value,) = raw.OptionalGetValue(optional=optional, output_types=[tf.float32], output_shapes=[[3, 2]], name="value")
    fetches = {}
    ends = {
        "stacked": stacked, "item": item, "longer": longer, "last": last, "shorter": shorter, "rows": rows,
        "back": back, "whole": whole[0], "two": two, "value": value,
    }  # fmt: skip
    for label, y in ends.items():
        fetches[label] = tf.gradients(y, x, grad_ys=y, name=f"{label}_gradients")[0]
    return fetches
