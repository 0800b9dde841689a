"""A character-level language model: stacked LSTM cells unrolled by dynamic_rnn, trained by truncated backpropagation."""

from typing import Any, NamedTuple

import nbtf as tf


class Network(NamedTuple):
    """inputs and targets [batch, time] are character numbers; `state` is fed with what `final_state` was before."""

    inputs: Any
    targets: Any
    state: Any
    final_state: Any
    probabilities: Any
    loss: Any
    train: Any


def build(characters: int, batch: int, units: int = 128, layers: int = 2, rate: float = 2e-3) -> Network:
    """Adds the network and its training step to the default graph."""
    inputs = tf.placeholder(tf.int32, [batch, None], name="inputs")
    targets = tf.placeholder(tf.int32, [batch, None], name="targets")
    embedding = tf.get_variable("embedding", [characters, units])
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(units) for _ in range(layers)])
    state = cell.zero_state(batch, tf.float32)
    outputs, final_state = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(embedding, inputs), initial_state=state)
    with tf.variable_scope("softmax"):
        weights = tf.get_variable("weights", [units, characters])
        biases = tf.get_variable("biases", [characters], initializer=tf.zeros_initializer())
    logits = tf.nn.xw_plus_b(tf.reshape(outputs, [-1, units]), weights, biases)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(targets, [-1]), logits=logits)
    loss = tf.reduce_mean(losses)
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    train = tf.train.AdamOptimizer(rate).apply_gradients(zip(gradients, variables, strict=True))
    return Network(inputs, targets, state, final_state, tf.nn.softmax(logits), loss, train)
