"""Input pipelines: producers, readers, batches in order and shuffled, and the threads that fill their queues."""

import numpy as np


def build(tf):
    train = tf.train
    made = {}
    names = train.string_input_producer(["a", "b", "c"], num_epochs=2, shuffle=False)
    made["name"] = names.dequeue()
    made["range"] = train.range_input_producer(5, shuffle=False, capacity=4).dequeue_many(7)
    made["shuffled range"] = train.range_input_producer(5, seed=3, name="shuffled").dequeue_many(10)
    rows = train.slice_input_producer([np.arange(4), tf.constant(list("wxyz"))], num_epochs=3, shuffle=False)
    made["number"], made["letter"] = train.batch(rows, 3)
    again = train.slice_input_producer([np.arange(4)], shuffle=False, num_epochs=1)
    made["smaller"] = train.batch(again, 3, allow_smaller_final_batch=True, name="smaller")
    made["many"] = train.batch([np.float32([[1, 2], [3, 4], [5, 6]])], 2, enqueue_many=True, capacity=5)
    made["dictionary b"] = train.batch({"b": tf.constant(1), "a": tf.constant([2.0])}, 2)["a"]
    lengths = train.slice_input_producer([np.int32([1, 3, 2, 4])], shuffle=False, num_epochs=1)
    made["padded"] = train.batch([tf.range(lengths[0])], 2, dynamic_pad=True)
    kept = train.range_input_producer(6, shuffle=False, num_epochs=1, name="kept").dequeue()
    made["maybe"] = train.maybe_batch([kept], tf.equal(kept % 2, 0), 3)
    made["maybe many"] = train.maybe_batch([np.arange(4)], [True, False, False, True], 3, enqueue_many=True)
    made["joined"] = tf.shape(train.batch_join([[tf.constant([1.0])], [tf.constant([2.0])]], 4))
    source = train.range_input_producer(20, shuffle=False, num_epochs=1, name="source").dequeue()
    made["mixed"] = train.shuffle_batch([source], 4, capacity=30, min_after_dequeue=2, seed=5)
    made["mixed join"] = tf.shape(
        train.shuffle_batch_join([[tf.constant(1)], [tf.constant(2)]], 3, 10, 2, seed=4, shared_name="joined")
    )
    never = train.maybe_shuffle_batch([tf.constant(1)], 1, 10, 2, keep_input=False)
    made["never"] = tf.shape(never)
    reader = tf.IdentityReader()
    made["reader key"], made["reader value"] = reader.read(train.string_input_producer(["w"], shuffle=False))
    made["produced"] = reader.num_records_produced()
    made["completed"] = reader.num_work_units_completed()
    tf.TextLineReader(skip_header_lines=1).read_up_to(names, 3)
    tf.WholeFileReader(name="whole").reset()
    tf.TFRecordReader(options=tf.python_io.TFRecordOptions(1)).read(names)
    tf.FixedLengthRecordReader(4, header_bytes=2, hop_bytes=2).read(names)
    made["runners"] = tf.constant(",".join(runner.name for runner in tf.get_collection("queue_runners")))
    return made


def run(tf, session, fetches):
    session.run(tf.local_variables_initializer())
    coordinator = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(session, coordinator)
    found = {"threads": len(threads)}
    for label, times in (("name", 6), ("range", 2), ("number", 2), ("smaller", 2), ("many", 2), ("dictionary b", 1)):
        for i in range(times):
            found[f"{label} {i}"] = session.run(fetches[label])
    for label in ("shuffled range", "padded", "maybe", "maybe many", "joined", "mixed join"):
        found[label] = session.run(fetches[label])
    found["mixed"] = np.sort(np.concatenate([session.run(fetches["mixed"]) for _ in range(5)]))
    for label in ("reader key", "produced", "completed"):
        found[label] = session.run(fetches[label])
    try:
        session.run(fetches["name"])
    except tf.errors.OutOfRangeError as error:
        found["end"] = "is closed and has insufficient elements" in error.message
    coordinator.request_stop()
    coordinator.join(threads)
    return found


def errors(tf):
    train = tf.train
    return {
        "no strings": (lambda: train.string_input_producer([]), "non-null input tensor"),
        "epochs": (lambda: train.limit_epochs(tf.constant(1), 0), "num_epochs must be > 0"),
        "no tensors": (lambda: train.batch([], 2), "Expected at least one tensor in batch"),
        "slices": (lambda: train.slice_input_producer([]), "Expected at least one tensor in slice_input_producer"),
        "types": (
            lambda: train.batch_join([[tf.constant(1)], [tf.constant(1.0)]], 2),
            "Expected types to be consistent",
        ),
        "keep": (lambda: train.maybe_batch([tf.constant(1)], [True], 2), "cannot be a vector"),
        "rows": (
            lambda: train.input_producer(tf.placeholder(tf.float32, [None, None])),
            "must have a fully defined shape",
        ),
        "runner": (lambda: train.QueueRunner(None, []), "Must provide queue and enqueue_ops"),
        "session": (lambda: train.start_queue_runners(), "No default session is registered"),
    }
