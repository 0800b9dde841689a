"""All kinds of queues: their nodes, what they give, and what they refuse."""

import numpy as np


def build(tf):
    x = tf.placeholder_with_default(np.float32([1.0, 2.0]), [None], name="x")
    fifo = tf.FIFOQueue(5, [tf.float32, tf.string], shapes=[[2], []])
    named = tf.FIFOQueue(3, [tf.int32, tf.float32], names=["a", "b"], shared_name="shared", name="named")
    open_shapes = tf.FIFOQueue(4, tf.float32, name="scope/open")
    shuffled = tf.RandomShuffleQueue(30, 2, [tf.int64], shapes=[[]], seed=7)
    padded = tf.PaddingFIFOQueue(6, [tf.float32, tf.string], shapes=[[None, 2], [None]])
    sorted_ = tf.PriorityQueue(8, tf.string, shapes=[()])
    element = named.dequeue()
    batch = padded.dequeue_many(2)
    return {
        "fifo enqueue": fifo.enqueue([x, "one"]),
        "fifo many": fifo.enqueue_many([[[3.0, 4.0], [5.0, 6.0]], ["two", "three"]], name="many"),
        "fifo one 0": fifo.dequeue()[0],
        "fifo two 1": fifo.dequeue_many(2, name="two")[1],
        "fifo rest 0": fifo.dequeue_up_to(tf.placeholder_with_default(4, [], name="n"))[0],
        "fifo size": fifo.size(),
        "fifo closed": fifo.is_closed(),
        "fifo close": fifo.close(),
        "fifo cancel": fifo.close(cancel_pending_enqueues=True),
        "named enqueue": named.enqueue({"a": 1, "b": 2.0}),
        "named a": element["a"],
        "named b": element["b"],
        "open enqueue": open_shapes.enqueue(x),
        "open many": open_shapes.enqueue_many([np.float32([[1.0], [2.0]])]),
        "open one": open_shapes.dequeue(),
        "shuffled many": shuffled.enqueue_many([np.arange(12)]),
        "shuffled one": shuffled.dequeue(),
        "shuffled five": shuffled.dequeue_many(5),
        "shuffled rest": shuffled.dequeue_up_to(9),
        "shuffled close": shuffled.close(),
        "padded first": padded.enqueue([[[1.0, 2.0]], ["a", "b", "c"]]),
        "padded second": padded.enqueue([np.ones([3, 2], np.float32), ["d"]]),
        "padded 0": batch[0],
        "padded 1": batch[1],
        "sorted many": sorted_.enqueue_many([[5, 1, 3, 1], ["five", "one", "three", "uno"]]),
        "sorted 0": sorted_.dequeue_many(3)[0],
        "sorted 1": sorted_.dequeue_many(1)[1],
    }


def run(tf, session, fetches):
    found = {}

    def step(*labels):
        for label in labels:
            value = session.run(fetches[label])
            if value is not None:
                found[f"{label} {len(found)}"] = value

    step("fifo enqueue", "fifo many", "fifo size", "fifo one 0", "fifo two 1", "fifo size", "fifo closed")
    step("fifo many", "fifo close", "fifo closed", "fifo rest 0", "fifo cancel")
    for label, options in (("fifo one 0", None), ("fifo enqueue", None), ("open one", tf.RunOptions(timeout_in_ms=50))):
        try:
            session.run(fetches[label], options=options)
        except tf.errors.OpError as error:
            found[f"{label} error"] = type(error).__name__
    step("named enqueue")
    found["named"] = session.run([fetches["named a"], fetches["named b"]])
    step("open enqueue", "open many", "open one", "open one", "open one")
    step("shuffled many", "shuffled one", "shuffled one", "shuffled five", "shuffled close", "shuffled rest")
    step("padded first", "padded second")
    found["padded 0"], found["padded 1"] = session.run([fetches["padded 0"], fetches["padded 1"]])
    step("sorted many", "sorted 0", "sorted 1")
    return found


def errors(tf):
    def queue(**facts):
        return tf.FIFOQueue(1, [tf.float32], **facts)

    return {
        "no types": (lambda: tf.FIFOQueue(1, []), "less than minimum"),
        "shapes": (lambda: queue(shapes=[[], []]), "Queue shapes must have the same length as dtypes"),
        "names": (lambda: queue(names=["a", "b"]), "List of names must have the same length"),
        "no dictionary": (lambda: queue(names=["a"]).enqueue([1.0]), "You must enqueue a dictionary"),
        "a dictionary": (lambda: queue().enqueue({"a": 1.0}), "Queue must have names"),
        "keys": (lambda: queue(names=["a"]).enqueue({"b": 1.0}), "Keys in dictionary to enqueue do not match"),
        "shape": (lambda: queue(shapes=[[2]]).enqueue([1.0]), "are incompatible"),
        "rows": (
            lambda: tf.FIFOQueue(1, [tf.float32, tf.float32]).enqueue_many([[1.0, 2.0], [1.0]]),
            "Dimensions 2 and 1 are not compatible",
        ),
        "type": (lambda: queue().enqueue(["a"]), "Expected float32"),
        "open": (lambda: queue(shapes=[None]), "All shapes must be fully defined"),
        "no shapes": (lambda: tf.PaddingFIFOQueue(1, [tf.float32], shapes=None), "must be provided"),
        "list": (lambda: tf.QueueBase.from_list(0, []), "A list of queues expected"),
        "negative": (lambda: queue(shapes=[[]]).dequeue_many(-1), "must be >= 0"),
    }
