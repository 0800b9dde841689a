"""Assignments of whole variables, of parts and of rows, by methods and by functions, of both kinds of variables."""

import numpy as np


def build(tf):
    made = {}
    for kind, use_resource in (("ref", False), ("resource", True)):
        with tf.name_scope(kind):
            v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], name="v", use_resource=use_resource)
            count = tf.Variable(0, name="count", use_resource=use_resource)
            rows = tf.IndexedSlices(tf.constant([[8.0, 2.0]]), tf.constant([1]))
            steps = [
                v.assign(np.ones([3, 2], np.float32)),
                v.assign_add([[1.0, 1.0]] * 3, name="added"),
                v.assign_sub([[1.0, 2.0]] * 3, use_locking=True),
                tf.assign(v, [[3.0, 1.0]] * 3, name="function"),
                tf.assign_add(v, [[1.0, 1.0]] * 3, use_locking=True),
                tf.assign_sub(v, [[1.0, 0.5]] * 3, name="subtracted"),
                v.scatter_update(rows),
                v.scatter_add(rows, name="row_added"),
                v.scatter_sub(rows, use_locking=True),
                v.scatter_mul(rows),
                v.scatter_div(rows),
                v.scatter_max(rows),
                v.scatter_min(rows),
                v.scatter_nd_update([[0, 1]], [9.0]),
                v.scatter_nd_add([[0]], [[1.0, 1.0]], name="part_added"),
                v.scatter_nd_sub([[2, 0]], [2.0]),
                tf.scatter_update(v, [0, 2], [[1.0, 2.0], [3.0, 4.0]]),
                tf.scatter_add(v, 0, [5.0, 5.0], name="function_added"),
                tf.scatter_sub(v, [0, 0], [[1.0, 1.0], [1.0, 1.0]]),
                tf.scatter_mul(v, [1], [[2.0, 2.0]]),
                tf.scatter_div(v, [1], [[4.0, 4.0]], use_locking=True),
                tf.scatter_max(v, [1], [[3.0, 0.0]]),
                tf.scatter_min(v, [1], [[2.0, 2.0]]),
                tf.scatter_nd_update(v, [[1, 1]], [7.0]),
                tf.scatter_nd_add(v, [[1, 1]], [7.0]),
                tf.scatter_nd_sub(v, [[1]], [[1.0, 1.0]]),
                tf.batch_scatter_update(count_rows(tf, use_resource), [[0], [1]], [[5.0], [6.0]]),
                count_rows(tf, use_resource).batch_scatter_update(
                    tf.IndexedSlices(tf.constant([[5.0], [6.0]]), tf.constant([[0], [1]]))
                ),
                v[1:].assign([[0.0, 1.0], [2.0, 3.0]]),
                v[0, 1].assign(8.0, name="element"),
                count.assign_add(2),
                count.count_up_to(4),
                tf.count_up_to(count, 5, name="counted"),
            ]
            for i, step in enumerate(steps):
                made[f"{kind}/{i}"] = step
            made[f"{kind}/op"] = v.assign([[1.0, 2.0]] * 3, read_value=False)
            made[f"{kind}/op add"] = v.assign_add([[1.0, 2.0]] * 3, read_value=False)
            made[f"{kind}/value"] = v.value()
            made[f"{kind}/read"] = v.read_value()
            made[f"{kind}/initialized"] = tf.is_variable_initialized(v)
            made[f"{kind}/parts"] = v.gather_nd([[0, 1], [1, 0]]) if use_resource else tf.identity(v)
            made[f"{kind}/rows"] = v.sparse_read([2, 0]) if use_resource else tf.identity(v)
    r = made["resource/0"]
    made["changed twice"] = r.assign_add([[1.0, 1.0]] * 3).assign_sub([[0.5, 0.5]] * 3)
    made["changed read"] = tf.identity(r) + r.read_value()
    with tf.control_dependencies([r]):
        made["after change"] = tf.constant(1.0)
    loose = tf.Variable([1.0], validate_shape=False, name="loose")
    made["loose"] = tf.assign(loose, [1.0, 2.0], validate_shape=False)
    return made


def count_rows(tf, use_resource):
    return tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="b", use_resource=use_resource)


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return {label: session.run(fetch) for label, fetch in fetches.items()}


def errors(tf):
    def ref(value):
        return tf.Variable(value)

    def resource(value):
        return tf.Variable(value, use_resource=True)

    return {
        "shape": (lambda: ref(1.0).assign([1.0, 2.0]), "Shapes must be equal rank"),
        "resource shape": (lambda: resource(1.0).assign([1.0, 2.0]), "incompatible"),
        "dtype": (lambda: ref(1.0).assign("a"), ""),
        "resource dtype": (lambda: resource(1.0).assign("a"), ""),
        "dense delta": (lambda: ref([1.0]).scatter_add([1.0]), "IndexedSlices"),
        "resource dense delta": (lambda: resource([1.0]).scatter_add(tf.constant([1.0])), "IndexedSlices"),
        "of a tensor": (lambda: tf.assign(tf.constant(1.0), 2.0), "assign"),
        "add to a tensor": (lambda: tf.assign_add(tf.constant(1.0), 2.0), "assign_add"),
        "slice of a tensor": (lambda: tf.constant([1.0])[0].assign(2.0), "assign"),
        "count of floats": (lambda: ref(1.0).count_up_to(3), ""),
        "scatter rank": (lambda: tf.scatter_add(ref([1.0]), [0], [[1.0, 2.0]]), ""),
    }
