"""Columns of a program's own: of the older interface, of both, and wrapped by the library's."""

import importlib


def _module(tf, name):
    root = "nbtf" if tf.__name__ == "nbtf" else "tensorflow"
    return importlib.import_module(f"{root}.python.feature_column.{name}")


def _older(tf):
    older = _module(tf, "feature_column")

    class Scaled(older._DenseColumn):
        """A feature times a trained number."""

        def __init__(self, key):
            self.key = key

        @property
        def name(self):
            return f"{self.key}_scaled"

        @property
        def _parse_example_spec(self):
            return {self.key: tf.FixedLenFeature([2], tf.float32)}

        @property
        def _variable_shape(self):
            return tf.TensorShape([2])

        def _transform_feature(self, inputs):
            return inputs.get(self.key) + 1.0

        def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
            scale = tf.get_variable(
                "scale", [2], initializer=tf.ones_initializer(), collections=weight_collections, trainable=trainable
            )
            return inputs.get(self) * scale

    class Lengths(older._CategoricalColumn):
        """The length of a string as its id."""

        def __init__(self, key):
            self.key = key

        @property
        def name(self):
            return f"{self.key}_lengths"

        @property
        def _parse_example_spec(self):
            return {self.key: tf.FixedLenFeature([1], tf.string)}

        @property
        def _num_buckets(self):
            return 6

        def _transform_feature(self, inputs):
            lengths = tf.cast(tf.strings.length(inputs.get(self.key)), tf.int64)
            return tf.SparseTensor(
                tf.where(lengths >= 0), tf.reshape(lengths, [-1]), tf.shape(lengths, out_type=tf.int64)
            )

        def _get_sparse_tensors(self, inputs, weight_collections=None, trainable=None):
            return older._CategoricalColumn.IdWeightPair(inputs.get(self), None)

    return Scaled, Lengths


def _both(tf):
    later, older = _module(tf, "feature_column_v2"), _module(tf, "feature_column")

    class Squared(later.DenseColumn, older._DenseColumn):
        """A feature squared: asked by either interface."""

        _is_v2_column = True

        def __init__(self, source):
            self.source = source

        @property
        def name(self):
            return f"{self.source.name}_squared"

        @property
        def parents(self):
            return [self.source]

        @property
        def parse_example_spec(self):
            return self.source.parse_example_spec

        _parse_example_spec = parse_example_spec

        @property
        def variable_shape(self):
            return tf.TensorShape(self.source.shape)

        _variable_shape = variable_shape

        def transform_feature(self, transformation_cache, state_manager):
            return tf.square(transformation_cache.get(self.source, state_manager))

        def get_dense_tensor(self, transformation_cache, state_manager):
            return transformation_cache.get(self, state_manager)

        def _transform_feature(self, inputs):
            return tf.square(inputs.get(self.source))

        def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
            return inputs.get(self)

    return Squared


def build(tf):
    columns = tf.feature_column
    scaled, lengths = _older(tf)
    squared = _both(tf)
    features = {
        "pair": tf.placeholder(tf.float32, [None, 2], name="pair"),
        "word": tf.placeholder(tf.string, [None, 1], name="word"),
    }
    number = columns.numeric_column("pair", 2)
    used = [scaled("pair"), squared(number), number]
    dense = columns.input_layer(features, used)
    linear = columns.linear_model(features, [*used, lengths("word")])
    gradients = tf.gradients([dense, linear], tf.trainable_variables())
    spec = columns.make_parse_example_spec([scaled("pair"), squared(number), lengths("word")][::2])
    return {
        "dense": dense,
        "linear": linear,
        **{f"gradient {i}": tf.convert_to_tensor(gradient) for i, gradient in enumerate(gradients)},
        "trainable": tf.constant([one.name for one in tf.trainable_variables()]),
        "spec": tf.constant([f"{key}: {spec[key]}" for key in sorted(spec)]),
    }


def run(tf, session, fetches):
    for i, variable in enumerate(tf.global_variables()):
        size = variable.shape.num_elements()
        values = [0.125 * (i + 1) + 0.25 * j for j in range(size)]
        session.run(variable.assign(tf.reshape(tf.constant(values), variable.shape)))
    return session.run(fetches, {"pair:0": [[1, 2], [3, 4]], "word:0": [["abc"], ["de"]]})


def errors(tf):
    older = _module(tf, "feature_column")
    _, lengths = _older(tf)

    class Nothing(older._DenseColumn):
        """A column that makes nothing of its features."""

        name = "nothing"
        _variable_shape = tf.TensorShape([1])
        _parse_example_spec = None

        def _transform_feature(self, inputs):
            return None

        def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
            return inputs.get(self)

    return {
        "nothing": (lambda: tf.feature_column.input_layer({}, [Nothing()]), "is not supported"),
        "no dense": (lambda: tf.feature_column.input_layer({}, [lengths("word")]), "must be a _DenseColumn"),
        "no key": (lambda: older._LazyBuilder({}).get(3), "must be either"),
    }
