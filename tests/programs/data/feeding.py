"""Iterators that change their dataset: reinitializable, and chosen by a string in each run."""

import numpy as np


def build(tf):
    data = tf.data.Dataset
    made = {}
    iterator = tf.data.Iterator.from_structure((tf.int64, tf.float32), ([], [None, 2]))
    pairs = data.zip((data.range(3), data.from_tensors(np.ones([2, 2], np.float32)).repeat()))
    made["first init"] = iterator.make_initializer(pairs, name="first")
    made["second init"] = iterator.make_initializer(data.from_tensors((np.int64(5), np.zeros([1, 2], np.float32))))
    made["number"], made["rows"] = iterator.get_next()
    handle = tf.placeholder(tf.string, [], name="handle")
    chosen = tf.data.Iterator.from_string_handle(handle, pairs.output_types, pairs.output_shapes)
    made["chosen"] = chosen.get_next()[0]
    own = pairs.make_initializable_iterator()
    made["own init"] = own.initializer
    made["own handle"] = own.string_handle()
    made["own named handle"] = own.string_handle(name="named")
    made["one shot handle"] = pairs.skip(1).make_one_shot_iterator().string_handle()
    anything = tf.data.Iterator.from_structure(tf.int32)
    made["anything init"] = anything.make_initializer(data.from_tensor_slices([[1, 2]]))
    made["anything"] = anything.get_next("any")
    made["types"] = tf.constant(str(tf.data.get_output_types(chosen)))
    made["shapes"] = tf.constant(str(tf.data.get_output_shapes(iterator)))
    made["classes"] = tf.constant(str([one.__name__ for one in tf.data.get_output_classes(pairs)]))
    return made


def run(tf, session, fetches):
    found = {label: session.run(fetches[label]) for label in ("types", "shapes", "classes")}
    for label in ("first", "second", "first"):
        session.run(fetches[f"{label} init"])
        for step in range(5):
            try:
                number, rows = session.run([fetches["number"], fetches["rows"]])
            except tf.errors.OutOfRangeError:
                found[f"{label} ends"] = step
                break
            found[f"{label} {step} number"], found[f"{label} {step} rows"] = number, rows
    session.run(fetches["own init"])
    handles = {label: session.run(fetches[f"{label} handle"]) for label in ("own", "own named", "one shot")}
    for step, label in enumerate(("own", "one shot", "own named", "one shot", "own")):
        found[f"chosen {step}"] = session.run(fetches["chosen"], {"handle:0": handles[label]})
    session.run(fetches["anything init"])
    found["anything"] = session.run(fetches["anything"])
    return found


def errors(tf):
    data = tf.data.Dataset
    from_structure = tf.data.Iterator.from_structure

    def chosen_by(handle, types, shapes=None):
        iterator = data.range(3).make_initializable_iterator()
        element = tf.data.Iterator.from_string_handle(handle or iterator.string_handle(), types, shapes).get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            session.run(element)

    return {
        "types": (lambda: from_structure(tf.int64).make_initializer(data.from_tensors(1.0)), "Expected output types"),
        "shapes": (lambda: from_structure(tf.int64, [2]).make_initializer(data.range(3)), "Expected output shapes"),
        "no initializer": (lambda: from_structure(tf.int64).initializer, "does not have an initializer"),
        "handle": (lambda: chosen_by("abc", tf.int64), "Could not parse string_handle"),
        "handle types": (lambda: chosen_by(None, tf.float32), "expected float but got int64"),
        "handle shapes": (lambda: chosen_by(None, tf.int64, [3]), "Incompatible shapes at component 0"),
    }
