"""The interfaces of columns under TensorFlow's paths; tests/programs/feature_column/custom.py implements them."""

import pytest

import nbtf as tf
from nbtf.python.feature_column import feature_column as older
from nbtf.python.feature_column import feature_column_v2 as later

IDS = tf.feature_column.categorical_column_with_identity("ids", 3)
NUMBER = tf.feature_column.numeric_column("number")
COLUMNS = [
    (NUMBER, later.NumericColumn, (later.DenseColumn, older._DenseColumn)),
    (IDS, later.IdentityCategoricalColumn, (later.CategoricalColumn, older._CategoricalColumn)),
    (tf.feature_column.indicator_column(IDS), later.IndicatorColumn, (later.SequenceDenseColumn, older._DenseColumn)),
    (
        tf.feature_column.bucketized_column(NUMBER, [1.0]),
        later.BucketizedColumn,
        (later.DenseColumn, later.CategoricalColumn, older._DenseColumn, older._CategoricalColumn),
    ),
]


@pytest.mark.parametrize(("column", "kind", "interfaces"), COLUMNS)
def test_columns_have_both_interfaces(column, kind, interfaces):
    assert type(column) is kind
    assert all(isinstance(column, interface) for interface in interfaces)
    assert column._parse_example_spec == column.parse_example_spec
    assert column._is_v2_column


def test_a_column_may_be_asked_either_way():
    with tf.Graph().as_default(), tf.Session() as session:
        features = {"number": tf.constant([1.0, 2.0])}
        builder, cache = older._LazyBuilder(features), later.FeatureTransformationCache(features)
        asked = [NUMBER._get_dense_tensor(builder), NUMBER.get_dense_tensor(cache, None)]
        assert builder.get(NUMBER) is asked[0]
        assert [value.tolist() for value in session.run(asked)] == [[[1.0], [2.0]]] * 2


def test_a_column_of_an_older_one_needs_the_older_interface():
    class Ids(older._CategoricalColumn):
        name = "ids"

    assert not tf.feature_column.indicator_column(Ids())._is_v2_column
    assert not isinstance(tf.feature_column.shared_embedding_columns([IDS], 2)[0], later.FeatureColumn)


def test_what_a_column_lacks_is_named():
    class Unfinished(older._DenseColumn):
        name = "unfinished"

    with tf.Graph().as_default(), pytest.raises(NotImplementedError, match="Unfinished does not implement _get_dense"):
        tf.feature_column.input_layer({}, [Unfinished()])


def test_a_sequence_of_numbers_is_no_column_of_the_older_interface():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="must be a _FeatureColumn. Given .*SequenceNumeric"):
        tf.feature_column.input_layer({}, tf.feature_column.sequence_numeric_column("numbers"))
