"""TensorArrays that are lists: everything one can do with them, and gradients."""

from programs.control_flow_v2 import with_functions


@with_functions
def build(tf):
    x = tf.placeholder(tf.float32, [3, 2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    fetches = {}
    array = tf.TensorArray(tf.float32, size=n, name="named", tensor_array_name="ignored", clear_after_read=False)
    one = array.write(0, [1.0, 2.0])
    fetches["read"] = one.read(0)
    fetches["named read"] = one.write(n - 1, [3.0, 4.0], name="w").read(1, name="r")
    rows = array.unstack(x)
    fetches["stack"], fetches["gather"] = rows.stack(name="st"), rows.gather([0, 1], name="ga")
    fetches["concat"], fetches["concat gradient"] = rows.concat(), tf.gradients(rows.concat(name="cc"), x)[0]
    fetches["gather gradient"] = tf.gradients(rows.gather([2, 0, 2]), x)[0]
    fetches["size"], fetches["identity"] = rows.size(), rows.identity().read(1)
    scattered = array.scatter([2, 0], x[:2], name="sc")
    fetches["scatter"], fetches["scatter gradient"] = scattered.stack(), tf.gradients(scattered.read(2), x)[0]
    split = tf.TensorArray(tf.float32, size=2, infer_shape=False).split(x, [2, 1], name="sp")
    fetches["split"], fetches["split gradient"] = split.read(0), tf.gradients(split.read(0), x)[0]
    equal = tf.TensorArray(tf.float32, size=1).split(x[:2], [2])
    fetches["equal"] = equal.stack()
    growing = tf.TensorArray(tf.float32, size=0, dynamic_size=True, element_shape=[None, 2])
    fetches["growing"] = growing.write(2, x).stack()
    fetches["growing gradient"] = tf.gradients(fetches["growing"], x)[0]
    again = tf.TensorArray(tf.float32, flow=rows.flow)
    fetches["again"], fetches["length"] = again.read(1), again.size()
    fetches["strings"] = tf.TensorArray(tf.string, 2).write(0, "a").write(1, "b").stack()
    fetches["close"] = rows.close(name="done")
    return fetches


FEEDS = {"x:0": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "n:0": 3}


def errors(tf):
    def array(**kwargs):
        return tf.TensorArray(tf.float32, **kwargs)

    cases = {
        "gradient": (lambda tf: array(size=1).grad("x"), ""),
        "shape": (lambda tf: array(size=2).write(0, [1.0]).write(1, [1.0, 2.0]), "Inconsistent shapes"),
        "size": (lambda tf: array(), "Argument `size` must be provided"),
        "both": (lambda tf: array(size=2, flow=array(size=2).flow), "Cannot provide both"),
        "handle": (lambda tf: array(handle=1), ""),
    }
    return {
        label: (lambda function=function: with_functions(function)(tf), words)
        for label, (function, words) in cases.items()
    }
