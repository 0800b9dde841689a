"""TensorInfos of tensors and sparse tensors, and back."""

import pytest

import nbtf as tf
from nbtf.graph.sparse_tensor import SparseTensor


def test_tensors_and_sparse_tensors_come_back() -> None:
    build, find = tf.saved_model.utils.build_tensor_info, tf.saved_model.utils.get_tensor_from_tensor_info
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        sparse = tf.sparse_placeholder(tf.int64, [None, 3], name="sparse")
        infos = [build(x), build(sparse)]
    assert infos[0].name == "x:0" and not infos[1].name
    assert [dim.size for dim in infos[1].tensor_shape.dim] == [-1, 3]
    assert infos[1].coo_sparse.values_tensor_name == "sparse/values:0"
    assert find(infos[0], graph) is x
    found = find(infos[1], graph)
    assert isinstance(found, SparseTensor)
    assert [found.indices, found.values, found.dense_shape] == [sparse.indices, sparse.values, sparse.dense_shape]
    with pytest.raises(ValueError, match="Invalid TensorInfo.encoding: None"):
        find(tf.TensorInfo(), graph)
