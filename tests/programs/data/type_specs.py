"""tf.OptionalSpec, Optional, and tf.RaggedTensorSpec."""


def build(tf):
    optional, spec = tf.data.experimental.Optional, tf.TensorSpec
    held = optional.from_value({"a": tf.constant(1.0), "b": (2, [3, 4])})
    nothing = optional.empty(spec([None], tf.float32))
    fetches = {"has": held.has_value(), "has_not": nothing.has_value(name="has_not")}
    value = held.get_value(name="value")
    fetches.update({"a": value["a"], "b": value["b"][0], "c": value["b"][1]})
    of_shape = lambda *dims: tf.OptionalSpec(spec(list(dims)))
    ragged, rows = tf.RaggedTensorSpec, tf.ragged.constant([[1], [2, 3]])
    pairs = ragged([2, None], flat_values_spec=spec([None], tf.int32), dtype=tf.int32)
    facts = [
        held.element_spec,
        of_shape(2),
        of_shape(2) == of_shape(2),
        of_shape(2) == of_shape(3),
        of_shape(None).is_compatible_with(of_shape(2)),
        of_shape(2).is_compatible_with(of_shape(3)),
        of_shape(2).is_compatible_with(spec([2])),
        tf.OptionalSpec.from_value(nothing),
        tf.type_spec_from_value(held),
        ragged([2, None], tf.int32),
        ragged([2, None, None], row_splits_dtype=tf.int32),
        ragged(ragged_rank=1),
        ragged([2, 3, None], ragged_rank=1).ragged_rank,
        pairs,
        pairs.flat_values_spec,
        ragged([2, 3], ragged_rank=0).value_type.__name__,
        ragged([2, None]).value_type.__name__,
        ragged.from_value(rows),
        tf.type_spec_from_value(rows),
        ragged([2, None], tf.int32).is_compatible_with(rows),
        ragged([3, None], tf.int32).is_compatible_with(rows),
        ragged([2, None]).is_compatible_with(ragged([None, None])),
        ragged([2, None]) == ragged([2, None]),
        (pairs.dtype, pairs.shape.as_list(), pairs.row_splits_dtype),
    ]
    fetches["facts"] = tf.constant([repr(fact) for fact in facts])
    fetches["relations"] = tf.constant(relations(tf))
    return fetches


def relations(tf):
    """Which of two specs is a subtype of the other, and what both are subtypes of."""
    tensor, sparse, optional, ragged = tf.TensorSpec, tf.SparseTensorSpec, tf.OptionalSpec, tf.RaggedTensorSpec
    pairs = [
        (tensor([2], name="a"), tensor([3], name="b")),
        (tensor([2], name="a"), tensor([3], name="a")),
        (tensor([2], name="a"), tensor([2])),
        (tensor([2]), tensor([2], tf.int32)),
        (tensor([2]), tensor([2, 3])),
        (tensor([2]), tensor(None)),
        (tensor([2]), tensor([None])),
        (tensor([2]), sparse([2])),
        (sparse([2, 3]), sparse([2, None])),
        (sparse([2, 3]), sparse([2, 3], tf.int32)),
        (tf.IndexedSlicesSpec([2]), tf.IndexedSlicesSpec([3])),
        (tf.TensorArraySpec([2]), tf.TensorArraySpec([3])),
        (tf.data.DatasetSpec(tensor([2])), tf.data.DatasetSpec(tensor([3]))),
        (optional({"a": tensor([2])}), optional({"a": tensor([3])})),
        (optional({"a": tensor([2])}), optional({"b": tensor([3])})),
        (optional((tensor([2]),)), optional(tensor([2]))),
        (ragged([2, None]), ragged([None, None])),
        (ragged([2, None]), ragged([2, None], row_splits_dtype=tf.int32)),
    ]
    found = []
    for a, b in pairs:
        common = a.most_specific_common_supertype([b])
        found.append(f"{a.is_subtype_of(b)} {b.is_subtype_of(a)} {common!r}")
    found.append(repr(tensor([2]).most_specific_compatible_type(tensor([None]))))
    found.append(f"{tensor([2]).is_subtype_of(3)} {tensor([2]).most_specific_common_supertype([])!r}")
    return found


def run(tf, session, fetches):
    nothing = tf.data.experimental.Optional.empty(tf.TensorSpec([], tf.float32)).get_value()
    try:
        session.run(nothing)
        refused = "no"
    except tf.errors.InvalidArgumentError:
        refused = "InvalidArgumentError"
    return {**session.run(fetches), "refused": refused}


def errors(tf):
    ragged = tf.RaggedTensorSpec
    return {
        "value": (lambda: tf.data.experimental.Optional.from_value(object), "Could not build a `TypeSpec`"),
        "common": (
            lambda: tf.TensorSpec([2]).most_specific_compatible_type(tf.TensorSpec([2], tf.int32)),
            "No TypeSpec is compatible with both",
        ),
        "unknown": (lambda: ragged(), "Must specify ragged_rank or a shape with a known rank"),
        "rank": (lambda: ragged([2, None], ragged_rank=2), "must be less than rank"),
        "ragged_rank": (lambda: ragged([2, None], ragged_rank="x"), "must be an int"),
        "dtype": (
            lambda: ragged([2, None], flat_values_spec=tf.TensorSpec([None], tf.int32)),
            "dtype must be the same as flat_values_spec.dtype",
        ),
    }
