"""tf.nondifferentiable_batch_function: rows of runs that meet, computed together; here each run is alone."""


def build(tf):
    w = tf.constant([[2.0]], name="w")
    v = tf.constant([[1.0]], name="v")
    x = tf.placeholder(tf.float32, [None, 1], name="x")

    @tf.nondifferentiable_batch_function(1, 4, 1000)
    def several(a, b):
        return tf.matmul(a, w) + v, {"sum": tf.reduce_sum(b) + tf.zeros_like(b)}

    @tf.nondifferentiable_batch_function(2, 8, 1000, allowed_batch_sizes=[2, 5, 8], max_enqueued_batches=3)
    def padded(a):
        return tf.zeros_like(a) + tf.reduce_sum(a)

    @tf.nondifferentiable_batch_function(1, 8, 1000, allowed_batch_sizes=[2])
    def split(a):
        return tf.zeros_like(a) + tf.reduce_sum(a)

    first, rest = several(x, x * 2)
    return {"first": first, "sum": rest["sum"], "padded": padded(x), "split": split(x), "again": padded(x[:1])}


FEEDS = {"x:0": [[1], [2], [4]]}


def errors(tf):
    def run(function, *inputs, most=4, allowed=None, splitting=True):
        def attempt():
            batched = tf.nondifferentiable_batch_function(
                1, most, 1000, allowed, enable_large_batch_splitting=splitting
            )(function)
            with tf.Session() as session:
                session.run(batched(*[tf.constant(value) for value in inputs]))

        return attempt

    return {
        "too many": (run(lambda a: a, [1.0, 2, 3, 4, 5]), "Task size 5 is larger than maximum input batch size 4"),
        "scalar": (run(lambda a: a, 1.0), "must have at least one dimension"),
        "sizes": (run(lambda a, b: a, [1.0], [1.0, 2.0]), "must have equal 0th-dimension size"),
        "rows": (run(lambda a: tf.concat([a, a], 0), [1.0, 2.0]), "0th dimension does not equal"),
        "no rows": (run(lambda a: tf.reduce_sum(a), [1.0, 2.0]), "has 0 dimensions"),
        "none": (run(lambda a: a, [1.0], most=0), "must be positive; was 0"),
        "order": (run(lambda a: a, [1.0], allowed=[3, 2, 4]), "allowed_batch_sizes entries must be monotonically increasing"),
        "last": (run(lambda a: a, [1.0], allowed=[2, 3], splitting=False), "must equal max_batch_size"),
    }  # fmt: skip
