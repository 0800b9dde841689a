"""tf.contrib.layers, where no TensorFlow of today has it: against numpy, and the words of what is refused."""

import numpy as np
import pytest

import nbtf as tf

layers = tf.contrib.layers
TABLE = np.arange(10, dtype=np.float32).reshape(5, 2) / 4


def start(_shape=None, dtype=None, partition_info=None):
    return tf.constant(TABLE)


def evaluated(fetches, feeds=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feeds)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize("unique", [False, True])
def test_embed_sequence(unique):
    ids = tf.placeholder(tf.int32, [None, 3])
    embedded = layers.embed_sequence(ids, 5, 2, unique=unique, initializer=start)
    again = layers.embed_sequence(ids, 5, 2, scope="EmbedSequence", reuse=True, unique=unique)
    assert embedded.shape.as_list() == [None, 3, 2]
    assert [one.name for one in tf.model_variables()] == ["EmbedSequence/embeddings:0"]
    given = np.array([[1, 1, 4], [0, 4, 1]])
    for found in evaluated([embedded, again], {ids: given}):
        np.testing.assert_array_equal(found, TABLE[given])


def test_the_gradient_of_a_unique_lookup_reaches_every_place():
    table = tf.constant(TABLE)
    found = layers.embedding_lookup_unique(table, tf.constant([3, 1, 3]))
    (gradient,) = tf.gradients(tf.reduce_sum(found), [table])
    expected = np.zeros_like(TABLE)
    np.add.at(expected, [3, 1, 3], 1)
    np.testing.assert_array_equal(evaluated(tf.convert_to_tensor(gradient)), expected)


def test_embedding_lookup_unique_of_parts():
    parts = [tf.constant(TABLE[::2]), tf.constant(TABLE[1::2])]
    found = evaluated(layers.embedding_lookup_unique(parts, tf.constant([[4, 1], [1, 0]])))
    np.testing.assert_array_equal(found, TABLE[[[4, 1], [1, 0]]])


def test_bow_encoder():
    ids = np.array([[1, 3, -1], [-1, -1, -1], [2, 2, 4]])
    sparse = layers.bow_encoder(tf.constant(ids, tf.int64), 5, 2, initializer=start)
    words = tf.SparseTensor([[0, 0], [2, 1]], tf.constant([3, 4], tf.int64), [3, 2])
    given = layers.bow_encoder(words, 5, 2, scope="bow_encoder", reuse=True)
    dense = layers.bow_encoder(tf.constant(ids[2:]), 5, 2, sparse_lookup=False, scope="bow_encoder", reuse=True)
    found, of_words, of_dense = evaluated([sparse, given, dense])
    np.testing.assert_allclose(found, [TABLE[[1, 3]].mean(0), TABLE[0], TABLE[[2, 2, 4]].mean(0)])
    np.testing.assert_allclose(of_words, [TABLE[3], TABLE[0], TABLE[4]])
    np.testing.assert_allclose(of_dense, [TABLE[[2, 2, 4]].mean(0)])


@pytest.mark.parametrize("begin", [1, 2, 3])
def test_fused_layer_norm(begin):
    x = np.random.default_rng(1).standard_normal((3, 2, 4, 5)).astype(np.float32)
    fused = layers.layer_norm(tf.constant(x), begin_norm_axis=begin, use_fused_batch_norm=True)
    axes = tuple(range(begin, 4))
    expected = (x - x.mean(axes, keepdims=True)) / x.std(axes, keepdims=True)
    np.testing.assert_allclose(evaluated(fused), expected, 1e-4, 1e-4)


def test_scale_gradient():
    x = tf.constant([1.0, 2.0])
    scaled = layers.scale_gradient(x, 0.5)
    (gradient,) = tf.gradients(scaled * 3.0, [x])
    value, slope = evaluated([scaled, gradient])
    np.testing.assert_array_equal(value, [1, 2])
    np.testing.assert_array_equal(slope, [1.5, 1.5])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: layers.embed_sequence([[1]]), ValueError, "vocab_size=None and embed_dim=None"),
        (
            lambda: layers.bow_encoder(tf.SparseTensor([[0, 0]], [1], [1, 1]), 5, 2, sparse_lookup=False),
            TypeError,
            "ids are expected to be dense Tensor",
        ),
        (lambda: layers.utils.n_positive_integers(2, [1, 0]), ValueError, "2 positive integers"),
        (lambda: layers.utils.n_positive_integers(2, None), TypeError, "2 positive integers"),
        (lambda: layers.utils.two_element_tuple([1, 2, 3]), ValueError, "2 elements"),
        (lambda: layers.utils.last_dimension(tf.TensorShape([2, None])), ValueError, "must be known"),
    ],
)
def test_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("name", ["contrib", "contrib.framework", "contrib.layers", "contrib.slim"])
def test_an_unknown_name_is_an_attribute_error(name):
    module = tf
    for part in name.split("."):
        module = getattr(module, part)
    with pytest.raises(AttributeError, match=f"module 'nbtf.{name}' has no attribute 'no_such_name'"):
        _ = module.no_such_name


def test_slim_offers_what_framework_and_layers_do():
    slim = tf.contrib.slim
    for module in (tf.contrib.framework, layers):
        for name in dir(module):
            assert getattr(slim, name) is getattr(module, name)


def test_scopes_of_arguments_are_each_thread_s_own():
    import threading

    framework, seen = tf.contrib.framework, []
    with framework.arg_scope([layers.conv2d], stride=2):
        thread = threading.Thread(target=lambda: seen.append(dict(framework.current_arg_scope())))
        thread.start()
        thread.join()
        assert framework.current_arg_scope()
    assert seen == [{}]


def test_arguments_that_a_scope_may_give():
    found = tf.contrib.framework.arg_scoped_arguments(layers.conv2d)
    assert found[:3] == ("stride", "padding", "data_format") and "inputs" not in found and "conv_dims" not in found
