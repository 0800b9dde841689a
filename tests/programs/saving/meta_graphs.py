"""Meta graphs: exported whole and in part, imported under scopes, with collections of every kind."""

import os
import tempfile

import numpy as np
from google.protobuf import text_format


def original(tf):
    """A graph with a bit of everything."""
    graph = tf.Graph()
    with graph.as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        v = tf.get_variable("v", initializer=[[1.0, 2.0], [3.0, 4.0]])
        r = tf.get_variable("r", initializer=[0.5, 0.25], use_resource=True, trainable=False)
        tf.get_variable("parts", [3, 2], initializer=tf.zeros_initializer(), partitioner=lambda shape, dtype: [2, 1])
        local = tf.get_variable("local", initializer=1, collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)
        with tf.device("/device:CPU:0"):
            y = tf.matmul(x, v, name="y")
        with tf.name_scope("scope"):
            z = tf.identity(y + r, name="z")
            tf.add_to_collection("inside", z)
        tf.get_variable("scope/inner", initializer=[7.0])
        picked = tf.cond(tf.reduce_sum(z) > 0, lambda: z * 2, lambda: z, name="picked")
        total = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)], name="loop")
        tf.add_to_collection("nodes", picked)
        tf.add_to_collection("nodes", total)
        tf.add_to_collection("operations", y.op)
        for key, value in [("ints", 3), ("ints", True), ("floats", 1.5), ("bytes", b"plain"), ("text", "words")]:
            tf.add_to_collection(key, value)
        for key, value in [("mixed", 1), ("mixed", "x"), ("numpy", np.int64(3)), ("objects", object()), (7, 3)]:
            tf.add_to_collection(key, value)
        tf.add_to_collection("mine", local)
        saver = tf.train.Saver(name="kept")
        tf.add_to_collection(tf.GraphKeys.SAVERS, saver)
        tf.add_to_collection(tf.GraphKeys.SAVERS, tf.train.Saver([v], max_to_keep=3))
    return graph, saver


def build(tf):
    tf.logging.set_verbosity(tf.logging.ERROR)
    graph, _ = original(tf)
    exported = tf.train.export_meta_graph(graph=graph)
    tf.train.import_meta_graph(exported)
    tf.train.import_meta_graph(exported, import_scope="again", clear_devices=True)
    inside = tf.train.export_meta_graph(graph=graph, export_scope="scope")
    mapped = {
        "$unbound_inputs_y": tf.constant([[1.0, 2.0]], name="own"),
        "$unbound_inputs_r": tf.get_default_graph().get_tensor_by_name("r:0"),
    }
    tf.train.import_meta_graph(inside, import_scope="part", input_map=mapped)
    return {
        "init": tf.global_variables_initializer(),
        "v": tf.global_variables()[0],
        "picked": tf.get_collection("nodes")[0],
        "again": tf.get_collection("nodes", scope="again")[1],
        "part": tf.get_collection("inside")[-1],
    }


def text(message):
    # TensorFlow writes edges that go back in loops in two ways
    return text_format.MessageToString(message).replace('NextIteration:0"', 'NextIteration"')


def run(tf, session, fetches):
    feeds = {"x:0": [[1.0, 2.0]], "again/x:0": [[0.0, 1.0]]}
    session.run(fetches["init"])
    values = {label: session.run(fetches[label], feeds) for label in ("v", "picked", "again", "part")}
    values["collections"] = repr(sorted(map(str, session.graph.get_all_collection_keys())))
    for key in ("variables", "trainable_variables", "local_variables", "mine", "nodes", "operations", "text", "bytes"):
        values[f"collection {key}"] = repr([getattr(one, "name", one) for one in session.graph.get_collection(key)])
    values["shared"] = session.graph.get_collection("mine")[0] in session.graph.get_collection("local_variables")

    graph, saver = original(tf)
    values["whole"] = text(tf.train.export_meta_graph(graph=graph))
    values["scope"] = text(tf.train.export_meta_graph(graph=graph, export_scope="scope"))
    values["stripped"] = text(
        tf.train.export_meta_graph(
            graph=graph,
            graph_def=graph.as_graph_def(),
            strip_default_attrs=True,
            clear_devices=True,
            collection_list=["ints"],
        )
    )
    with graph.as_default():
        values["one saver"] = text(saver.export_meta_graph(clear_extraneous_savers=True))
    values["given"] = text(
        tf.train.export_meta_graph(
            graph=graph,
            graph_def=graph.as_graph_def(),
            saver_def=saver.as_saver_def(),
            meta_info_def=tf.MetaGraphDef.MetaInfoDef(meta_graph_version="v", tags=["t"]),
        )
    )
    graph, saver = original(tf)  # the other one's collections tell of unbound inputs by now
    with tempfile.TemporaryDirectory() as folder:
        for as_text in (False, True):
            path = os.path.join(folder, "graph")
            tf.train.export_meta_graph(path, graph=graph, as_text=as_text, saver_def=saver.as_saver_def())
            with tf.Graph().as_default() as again:
                found = tf.train.import_meta_graph(path, import_scope="s")
                values[f"read {as_text}"] = text(found.as_saver_def()) + repr([v.name for v in tf.global_variables()])
                values[f"export {as_text}"] = text(tf.train.export_meta_graph(graph=again, export_scope="s"))
        with tf.Session(graph=graph) as own:
            own.run(tf.variables_initializer(graph.get_collection("variables")))
            prefix = saver.save(own, os.path.join(folder, "m"), write_state=False)
        values["files"] = sorted(os.listdir(folder))
        with tf.Graph().as_default() as again:
            restored = tf.train.import_meta_graph(prefix + ".meta", import_scope="s")
            with tf.Session() as own:
                restored.restore(own, prefix)
                values["restored"] = own.run("s/v:0")
    with tf.Graph().as_default():
        tf.constant(1.0, name="only")
        values["nothing to save"] = tf.train.import_meta_graph(tf.train.export_meta_graph()) is None
    return values


def errors(tf):
    def unbound():
        tf.train.import_meta_graph(tf.train.export_meta_graph(graph=original(tf)[0], export_scope="scope"))

    return {
        "file": (lambda: tf.train.import_meta_graph("no/such/file"), "File does not exist. Received: no/such/file."),
        "unbound": (unbound, "Graph contains unbound inputs: .*Must provide these inputs through input_map."),
        "keyword": (lambda: tf.train.export_meta_graph(wrong=1), "unexpected keyword argument 'wrong'"),
    }
