"""Iterators of checkpoints, and the hook that writes timelines."""

import json
import os
import tempfile


def build(tf):
    step = tf.train.get_or_create_global_step()
    x = tf.constant(2.0, name="x")
    with tempfile.TemporaryDirectory() as folder:
        tf.train.ProfilerHook(save_steps=2, output_dir=folder).begin()
    return {"step": tf.assign_add(step, 1), "y": tf.multiply(x, 3.0, name="y")}


def run(tf, session, fetches):
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        hook = tf.train.ProfilerHook(save_steps=2, output_dir=folder, show_memory=True)
        with tf.train.MonitoredTrainingSession(hooks=[hook]) as monitored:
            for _ in range(5):
                monitored.run([fetches["step"], fetches["y"]])
        found["timelines"] = sorted(name for name in os.listdir(folder) if name.startswith("timeline"))
        with open(os.path.join(folder, "timeline-4.json")) as file:
            events = json.load(file)["traceEvents"]
        found["traced"] = sorted(
            {e["args"]["name"] for e in events if "op" in e.get("args", {})} & {"AssignAdd", "none"}
        )
    with tempfile.TemporaryDirectory() as folder:
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver(tf.global_variables())
        found["nothing"] = list(tf.train.checkpoints_iterator(folder, timeout=0.1))
        asked = []
        saver.save(session, os.path.join(folder, "m"), global_step=1)
        names = []
        for path in tf.train.checkpoints_iterator(
            folder, timeout=0.1, timeout_fn=lambda: asked.append(1) or len(asked) > 1
        ):
            names.append(os.path.basename(path))
            if len(names) == 1:
                saver.save(session, os.path.join(folder, "m"), global_step=2)
                saver.save(session, os.path.join(folder, "m"), global_step=3)
        found["names"], found["asked"] = names, len(asked)
    return found


def errors(tf):
    def without_step():
        with tempfile.TemporaryDirectory() as folder:
            tf.train.ProfilerHook(1, output_dir=folder).begin()

    return {
        "neither": (lambda: tf.train.ProfilerHook(), "Either every_secs or every_steps"),
        "both": (lambda: tf.train.ProfilerHook(1, 1), "both"),
        "step": (without_step, "Global step should be created"),
    }
