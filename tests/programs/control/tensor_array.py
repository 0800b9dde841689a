"""TensorArray: reading, writing, shapes, colocation, loops and branches, and gradients."""

from programs.control_contexts import run_with


def build(tf):
    x = tf.placeholder(tf.float32, [3, 2], name="x")
    p = tf.placeholder(tf.bool, [], name="p")
    fetches = {}

    ta = tf.TensorArray(tf.float32, 3, clear_after_read=False)
    ta = ta.write(0, [1.0, 2.0]).write(1, [3.0, 4.0]).write(2, x[0], name="written")
    fetches.update(read=ta.read(1), stack=ta.stack(), gather=ta.gather([0, 2]), concat=ta.concat(), size=ta.size())
    fetches["identity"] = ta.identity().stack(name="again")
    assert ta.dtype == tf.float32 and not ta.dynamic_size and ta.element_shape.as_list() == [2]

    grown = tf.TensorArray(
        tf.int32, 1, dynamic_size=True, clear_after_read=False, tensor_array_name="q", infer_shape=False, name="grown"
    )
    grown = grown.unstack(tf.constant([[1, 2], [3, 4]])).scatter([2, 3], [[5, 6], [7, 8]])
    fetches.update(grown=grown.stack(), grown_size=grown.size(), grown_part=grown.gather([1]), last=grown.read(3))

    parts = tf.TensorArray(tf.float32, 2, clear_after_read=False, infer_shape=False, element_shape=[None, 2]).split(
        x, [1, 2]
    )
    fetches.update(part=parts.read(1, name="part"), joined=parts.concat(name="joined"))
    even = tf.TensorArray(tf.float32, 3, colocate_with_first_write_call=False).split(x, [1, 1, 1])
    fetches["even"] = even.stack()
    with tf.device("/cpu:0"):
        placed = tf.TensorArray(tf.float32, 2).write(0, x[1]).write(1, tf.constant([2.0, 2.0]))
        fetches["placed"] = placed.concat()
        gradient_array = placed.grad("source")
        fetches["gradient read"] = gradient_array.write(0, x[0]).read(0)
    again = tf.TensorArray(tf.float32, handle=ta.handle, flow=ta.flow)
    fetches["by handle"] = again.read(0)
    with tf.control_dependencies([tf.TensorArray(tf.float32, 1, name="closed").close()]):
        fetches["after close"] = tf.constant(1)

    source = tf.TensorArray(tf.float32, 3).unstack(x)

    def body(i, array, total):
        total = total + source.read(i)
        return i + 1, array.write(i, total), total

    _, sums, _ = tf.while_loop(lambda i, *_: i < 3, body, (0, tf.TensorArray(tf.float32, 3), tf.constant([0.0, 0.0])))
    fetches["sums"] = sums.stack()
    fetches["sums gradient"] = tf.gradients(fetches["sums"], x)[0]

    array = tf.TensorArray(tf.float32, 1)
    chosen = tf.cond(p, lambda: array.write(0, x), lambda: array.write(0, tf.negative(x))).read(0)
    fetches.update(chosen=chosen, chosen_gradient=tf.gradients(chosen, x)[0])

    ta = tf.TensorArray(tf.float32, 3).unstack(x)
    halves = tf.TensorArray(tf.float32, 3, clear_after_read=False).split(x, [1, 1, 1])
    targets = [ta.read(0), ta.gather([1, 2]), halves.concat(), halves.stack()]
    targets.append(tf.TensorArray(tf.float32, 3).write(0, x[0]).read(0))
    fetches["gradient"] = tf.gradients([tf.square(target) for target in targets], x)[0]
    once = tf.gradients(tf.square(tf.TensorArray(tf.float32, 3, clear_after_read=False).unstack(x).read(0)), x)
    tf.gradients(once, x)  # which TensorFlow builds and cannot run
    return fetches


run = run_with({f"p={p}": {"p:0": p, "x:0": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]} for p in (False, True)})


def errors(tf):
    def array(**arguments):
        return tf.TensorArray(tf.float32, 3, **arguments)

    def handled(**arguments):
        return tf.TensorArray(tf.float32, handle=array().handle, **arguments)

    def read_twice():
        ta = array().write(0, 1.0)
        first = ta.read(0)
        with tf.control_dependencies([first]), tf.Session() as session:
            return session.run(ta.read(0))

    def fetch(tensor):
        with tf.Session() as session:
            return session.run(tensor)

    return {
        "no size": (lambda: tf.TensorArray(tf.float32), "`size` must be provided"),
        "size and handle": (lambda: handled(size=3), "both a `handle` and `size`"),
        "handle": (lambda: tf.TensorArray(tf.float32, handle=3), "Expected `handle` to be a Tensor"),
        "name": (lambda: handled(tensor_array_name="x"), "both `handle` and `tensor_array_name`"),
        "element shape": (lambda: handled(element_shape=[]), "both `handle` and `element_shape`"),
        "dynamic": (lambda: handled(dynamic_size=True), "both `handle` and `dynamic_size`"),
        "clear": (lambda: handled(clear_after_read=True), "both `handle` and `clear_after_read`"),
        "flow": (lambda: handled(), "flow must not be None"),
        "shapes": (lambda: array().write(0, [1.0]).write(0, [1.0, 2.0]), "Inconsistent shapes"),
        "row shapes": (lambda: array().write(0, 1.0).unstack([[1.0]]), "Inconsistent shapes"),
        "split shapes": (lambda: array().split([1.0, 2.0], [1, 1]).write(0, 1.0), "Inconsistent shapes"),
        "element": (lambda: array(element_shape=[2]).write(0, 1.0), "Inconsistent shapes"),
        "scalar": (lambda: array().unstack(1.0), "slice index 0"),
        "dtype": (lambda: tf.TensorArray("foo", 3), "foo"),
        "vector size": (lambda: tf.TensorArray(tf.float32, [1, 3]), "must be rank 0"),
        "float size": (lambda: tf.TensorArray(tf.float32, 2.5), "int32"),
        "read twice": (read_twice, "Could not read index 0 twice|clear_after_read"),
        "out of range": (lambda: fetch(array().write(3, 1.0).flow), "3"),
        "written twice": (lambda: fetch(array().write(0, 1.0).write(0, 1.0).flow), "write"),
        "wrong dtype": (lambda: fetch(array().write(0, tf.constant(1)).flow), "dtype|float"),
    }
