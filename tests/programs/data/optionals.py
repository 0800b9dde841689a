"""Iterator.get_next_as_optional: an element, or nothing behind the last one."""

import numpy as np


def build(tf):
    dataset = tf.data.Dataset.range(2).map(lambda x: {"x": x, "text": tf.strings.as_string(x)})
    iterator = tf.data.make_initializable_iterator(dataset)
    following = iterator.get_next_as_optional()
    value = following.get_value()
    made = {"initializer": iterator.initializer, "has": following.has_value(), "x": value["x"], "text": value["text"]}
    rows = tf.data.make_one_shot_iterator(tf.data.Dataset.from_tensor_slices([[1.0, 2.0], [3.0, 4.0]]))
    function = tf.data.experimental.get_next_as_optional(rows)
    made["row"] = tf.cond(function.has_value(), lambda: function.get_value(), lambda: tf.constant([-1.0, -1.0]))
    made["spec"] = tf.constant(repr(following.element_spec))
    return made


def run(tf, session, fetches):
    session.run(fetches.pop("initializer"))
    found = {f"{i} {key}": one for i in range(2) for key, one in session.run(fetches).items()}
    found["end"] = session.run([fetches["has"], fetches["row"]])[0]
    found["row"] = session.run(fetches["row"])
    try:
        session.run(fetches["x"])
    except tf.errors.InvalidArgumentError as error:
        assert "The given optional does not have a value" in str(error)
        found["no value"] = np.array(True)
    return found
