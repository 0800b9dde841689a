"""tf.contrib.feature_column.sequence_input_layer, whose columns the programs of feature_column compare with TensorFlow's."""

import numpy as np
import pytest

import nbtf as tf

columns = tf.contrib.feature_column
PLACES = [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [1, 1]]


def words():
    return columns.sequence_categorical_column_with_vocabulary_list("words", ["a", "b"])


def features():
    return {
        "words": tf.SparseTensor([[0, 0], [0, 1], [1, 0]], ["a", "b", "b"], [3, 2]),
        "numbers": tf.SparseTensor(PLACES, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3, 4]),
    }


def test_columns_stand_beside_each_other():
    with tf.Graph().as_default(), tf.Session() as session:
        table = tf.feature_column.embedding_column(words(), 2, initializer=tf.constant_initializer([[1, 2], [3, 4]]))
        counts = tf.feature_column.indicator_column(words())
        numbers = columns.sequence_numeric_column("numbers", 2)
        dense, lengths = columns.sequence_input_layer(features(), [numbers, table, counts])
        assert [one.op.name for one in tf.trainable_variables()] == [
            "sequence_input_layer/words_embedding/embedding_weights"
        ]
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        found, steps = session.run([dense, lengths])
    expected = [
        [[1, 2, 1, 2, 1, 0], [3, 4, 3, 4, 0, 1]],
        [[5, 6, 3, 4, 0, 1], [0, 0, 0, 0, 0, 0]],
        np.zeros([2, 6]),
    ]
    np.testing.assert_array_equal(found, np.asarray(expected, np.float32))
    np.testing.assert_array_equal(steps, [2, 1, 0])


def test_sequences_of_other_lengths_are_refused():
    with tf.Graph().as_default(), tf.Session() as session:
        given = {**features(), "words": tf.SparseTensor([[0, 0], [1, 0]], ["a", "b"], [3, 2])}
        numbers = columns.sequence_numeric_column("numbers", 2)
        lengths = columns.sequence_input_layer(given, [numbers, tf.feature_column.indicator_column(words())])[1]
        session.run(tf.tables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match="did not hold"):
            session.run(lengths)


def test_columns_that_are_no_sequences_are_refused():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="must be of type _SequenceDenseColumn"):
        columns.sequence_input_layer(features(), [tf.feature_column.numeric_column("numbers")])
