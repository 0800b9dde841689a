"""Write messages.json: serialized messages and their text as TensorFlow's write_graph (protobuf 4.25) prints them.

    python make_golden.py            # in an environment with tensorflow-cpu 2.15

A line of messages.txt is a message's name, a tab, and its content.
"""

import json
import pathlib

import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from tensorflow.core.example import example_pb2
from tensorflow.core.protobuf import config_pb2, saver_pb2

HERE = pathlib.Path(__file__).parent
CLASSES = {
    "GraphDef": tf.GraphDef,
    "ConfigProto": config_pb2.ConfigProto,
    "MetaGraphDef": tf.MetaGraphDef,
    "Example": example_pb2.Example,
    "SaverDef": saver_pb2.SaverDef,
}

golden = []
for line in (HERE / "messages.txt").read_text(encoding="utf-8").splitlines():
    name, text = line.split("\t")
    message = text_format.Parse(text, CLASSES[name]())
    golden.append(
        {
            "message": name,
            "hex": message.SerializeToString(deterministic=True).hex(),
            "text": text_format.MessageToString(message, float_format=""),
        }
    )
(HERE / "messages.json").write_text(json.dumps(golden, indent=0) + "\n", encoding="utf-8")
