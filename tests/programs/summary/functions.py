"""Functions of tf.summary, an event file of all kinds of events, and the meta graph that stands in it."""

import glob
import os
import tempfile

import numpy as np
from google.protobuf import text_format


def build(tf):
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    with tf.name_scope("losses"):
        tf.summary.scalar("mean", tf.reduce_mean(x))
    tf.summary.scalar("a b/c&", 1.5, family="my family")
    tf.summary.scalar("/int", np.int64(3), collections=["mine"])
    tf.summary.histogram("x", x)
    tf.summary.histogram("x", x, family="again")
    tf.summary.histogram(None, [1, 2, 3])
    tf.summary.image("pictures", tf.reshape(x, [-1, 2, 2, 1]), max_outputs=2)
    tf.summary.audio("sound", x, 8000, family="f")
    tf.summary.text("words", tf.constant([["a", "b"]]))
    tf.summary.tensor_summary("whole", x, summary_description="described", display_name="shown", collections=[])
    tf.summary.tensor_summary("other", tf.constant("text"))
    merged = tf.summary.merge(tf.get_collection("mine"), collections=["merged"], name="own name")
    return {
        "all": tf.summary.merge_all(),
        "mine": merged,
        "scoped": tf.summary.merge_all(scope="losses", name="scoped"),
        "none": tf.constant(tf.summary.merge_all("nothing") is None),
    }


FEEDS = {"x:0": np.arange(8, dtype=np.float32).reshape(2, 4) / 8}


def events(tf, folder):
    """Lines of the events in a folder's files, without times."""
    for path in sorted(glob.glob(os.path.join(folder, "events.*"))):
        for event in tf.train.summary_iterator(path):
            event.wall_time = 0
            if event.graph_def:
                yield "graph " + text_format.MessageToString(tf.GraphDef.FromString(event.graph_def))
            elif event.meta_graph_def:
                yield "meta " + text_format.MessageToString(tf.MetaGraphDef.FromString(event.meta_graph_def))
            else:
                yield text_format.MessageToString(event)


def run(tf, session, fetches):
    values = session.run(fetches, FEEDS)
    with tempfile.TemporaryDirectory() as folder:
        with tf.summary.FileWriter(folder, session.graph, filename_suffix=".own") as writer:
            writer.add_summary(values["all"], 3)
            writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="a", simple_value=2)]))
            for step in range(2):  # metadata goes with the first of a tag only
                writer.add_summary(session.run("words:0"), np.int64(step))
            writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), 7)
            writer.add_run_metadata(tf.RunMetadata(), "run", 8)
            writer.add_event(tf.Event(step=9))
            writer.add_graph(session.graph, 5)
            writer.flush()
            values["suffix"] = os.listdir(folder)[0][-4:]
            values["events while open"] = len(list(events(tf, folder)))
        values["events"] = "\n".join(events(tf, folder))
        values["folder"] = writer.get_logdir() == folder
    with tempfile.TemporaryDirectory() as folder:
        cached = tf.summary.FileWriterCache.get(folder)
        values["cached"] = cached is tf.summary.FileWriterCache.get(folder)
        tf.summary.FileWriterCache.clear()
        values["cleared"] = cached is not tf.summary.FileWriterCache.get(folder)
        tf.summary.FileWriterCache.clear()
    node = tf.NodeDef(op="TensorSummary", attr={"description": tf.AttrValue(s=b'{"typeHint": "shape"}')})
    values["description"] = str(tf.summary.get_summary_description(node))
    values["v2"] = len(tf.summary.all_v2_summary_ops())
    return values


def errors(tf):
    def writer(act):
        def attempt():
            with tempfile.TemporaryDirectory() as folder, tf.summary.FileWriter(folder) as made:
                act(made)

        return attempt

    graph = tf.Graph()
    return {
        "text": (lambda: tf.summary.text("x", tf.constant(1)), "Expected tensor Const:0 to have dtype string"),
        "merge": (lambda: tf.summary.merge([]), "shorter than minimum length 1"),
        "name": (lambda: tf.summary.scalar(None, 1.0), "At least one of name"),
        "string": (lambda: tf.summary.scalar("s", "x"), "not in list of allowed values"),
        "description": (lambda: tf.summary.get_summary_description(tf.NodeDef(op="X")), "get_summary_description on X"),
        "initialize": (tf.summary.initialize, "No default tf.contrib.summary.SummaryWriter found"),
        "graph": (writer(lambda w: w.add_graph("x")), "must be an instance of `Graph`"),
        "both": (writer(lambda w: w.add_graph(graph, graph_def=graph.as_graph_def())), "but not both"),
        "meta": (writer(lambda w: w.add_meta_graph("x")), "must be type MetaGraphDef, saw type"),
        "tag": (writer(lambda w: [w.add_run_metadata(tf.RunMetadata(), "t") for _ in "ab"]), "already used"),
        "summary": (writer(lambda w: w.add_summary(3)), "has no attribute 'value'"),
    }
