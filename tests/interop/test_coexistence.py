"""The private schema beside TensorFlow in one process, in either import order."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="tensorflow is not installed"),
]

OURS = "from nbtf.wire import schema, text_format\nschema.GraphDef()\n"
THEIRS = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
CHECK = """
built = tf.Graph()
with built.as_default():
    tf.identity(tf.constant([1.5, 2.5], name="c"), name="i")
theirs = built.as_graph_def()
ours = schema.GraphDef.FromString(theirs.SerializeToString())
assert type(ours) is not type(theirs) and len(ours.node) == 2
text = text_format.to_text(ours)
assert text_format.to_text(text_format.from_text(text, schema.GraphDef())) == text
with tf.Graph().as_default(), tf.Session() as session:
    tf.import_graph_def(tf.GraphDef.FromString(ours.SerializeToString()), name="")
    assert session.run("i:0").tolist() == [1.5, 2.5]
meta = schema.MetaGraphDef()
meta.meta_info_def.any_info.Pack(schema.SaverDef(max_to_keep=7))
assert "[type.googleapis.com/tensorflow.SaverDef]" in text_format.to_text(meta)
"""


@pytest.mark.parametrize("imports", [OURS + THEIRS, THEIRS + OURS], ids=["ours first", "theirs first"])
@pytest.mark.parametrize("runtime", ["upb", "python"])
def test_both_in_one_process(imports: str, runtime: str) -> None:
    environment = os.environ | {"PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": runtime, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", imports + CHECK], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
