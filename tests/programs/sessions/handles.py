"""Tensors that stay in a session between runs."""


def build(tf):
    a = tf.constant([1.0, 2.0])
    b = tf.constant(3)
    x = tf.placeholder(tf.float32, [2], name="x")
    handle = tf.get_session_handle(a * 2.0, name="kept")
    where = "kept;0;/job:localhost/replica:0/task:0/device:CPU:0"
    holder, tensor = tf.get_session_tensor(where, tf.float32, name="read")
    to_delete, deletion = tf.delete_session_tensor(where, name="forget")
    wrong_holder, wrong = tf.get_session_tensor(where, tf.int32)
    return {
        "handle": handle,
        "of b": tf.get_session_handle(b),
        "holder": holder,
        "tensor": tensor,
        "more": tensor + 1.0,
        "to delete": to_delete,
        "deletion": deletion,
        "wrong holder": wrong_holder,
        "wrong": wrong,
        "y": x * 10.0,
        "text": tf.get_session_handle(tf.constant(["some", "words"])),
    }


def run(tf, session, fetches):
    first = session.run(fetches["handle"])
    found = {"first": first.handle, "eval": first.eval()}
    handles = session.run({"both": [fetches["handle"], fetches["of b"]], "a": fetches["y"]}, {"x:0": [1.0, 2.0]})
    found["b"] = handles["both"][1].eval()
    found["again"] = session.run([fetches["handle"]])[0].eval()
    found["read"] = session.run(fetches["more"], {fetches["holder"]: first.handle})
    found["fed"] = session.run(fetches["y"], {"x:0": first})
    found["text"] = session.run(fetches["text"]).eval()
    found["callable"] = session.make_callable(fetches["handle"])()
    raw = handles["both"][1].get_raw_handle()
    found["raw"] = raw.split(";")[0]
    found["deleted"] = str(session.run(fetches["deletion"], {fetches["to delete"]: first.handle}))
    for label, attempt in {
        "gone": lambda: session.run(fetches["tensor"], {fetches["holder"]: first.handle}),
        "gone twice": lambda: session.run(fetches["deletion"], {fetches["to delete"]: first.handle}),
        "fed but gone": lambda: session.run(fetches["y"], {"x:0": first}),
        "no eval": lambda: handles["both"][1].eval(),
        "no delete": lambda: handles["both"][1].delete(),
        "other dtype": lambda: session.run(fetches["y"], {"x:0": session.run(fetches["of b"])}),
        "dtype": lambda: session.run(fetches["wrong"], {fetches["wrong holder"]: handles["both"][0].get_raw_handle()}),
    }.items():
        found[label] = _raised(attempt)
    session.run(fetches["text"]).delete()
    added = session.graph.get_operations()[-6:]
    found["nodes"] = [f"{op.name} {op.type} {op.device}" for op in added]
    return found


def _raised(attempt):
    try:
        return str(attempt())
    except Exception as error:  # noqa: BLE001 - whatever it is, both libraries raise it
        return type(error).__name__


def errors(tf):
    where = "/job:localhost/replica:0/task:0/device:CPU:0"
    return {
        "array": (lambda: tf.get_session_handle([1.0]), "must be of type Tensor"),
        "handle": (lambda: tf.get_session_tensor(3, tf.float32), "'3'"),
        "no handle": (lambda: tf.delete_session_tensor(None), "None"),
        "dtype": (lambda: tf.get_session_tensor(f"a;0;{where}", None), ""),
    }
