"""Write messages.json: serialized messages and their text as TensorFlow's write_graph (protobuf 4.25) prints them.

    python make_golden.py            # in an environment with tensorflow-cpu 2.15
"""
import json
import pathlib

import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from tensorflow.core.example import example_pb2
from tensorflow.core.protobuf import config_pb2, saver_pb2

HERE = pathlib.Path(__file__).parent
TEXTS = {
    "GraphDef": [
        'node { name: "a" op: "X" attr { key: "z" value { f: 0.1 } } attr { key: "b" value { s: "\\000\\377\\"\'\\n\\t\\\\x" } } }',
        'node { name: "\\303\\251" attr { key: "" value { } } attr { key: "l" value { list { f: [1e-45, 1, 2.5e10, inf, -inf, nan, -0.0, 3.4028235e38] } } } }',
        'versions { producer: 27 bad_consumers: [1, 2] } library { }',
        'library { function { arg_attr { key: 0 value { } } arg_attr { key: 3 value { } } ret { key: "b" value: "" } ret { key: "a" value: "x" } } }',
        'node { attr { key: "T" value { type: DT_FLOAT } } attr { key: "U" value { type: 77 } } attr { key: "b" value { b: false } } }',
        'node { attr { key: "v" value { tensor { dtype: DT_DOUBLE double_val: [0.1, 1e300, 1, -2.5, nan] bool_val: [true, false] int64_val: -5 uint64_val: 18446744073709551615 } } } }',
    ],
    "ConfigProto": [
        'device_count { key: "" value: 0 } device_count { key: "CPU" value: 0 } device_count { key: "GPU" value: 3 } gpu_options { per_process_gpu_memory_fraction: 0.3 }',
    ],
    "MetaGraphDef": [
        'meta_info_def { any_info { [type.googleapis.com/tensorflow.SaverDef] { max_to_keep: 5 version: V2 } } }',
        'meta_info_def { any_info { type_url: "type.googleapis.com/some.Unknown" value: "ab\\001" } }',
        'collection_def { key: "b" value { any_list { value { [type.googleapis.com/tensorflow.AssetFileDef] { } } } } } collection_def { key: "a" value { bytes_list { value: "\\n\\002" } } }',
    ],
    "Example": ['features { feature { key: "f" value { float_list { value: [0.1, 7] } } } feature { key: "e" value { } } }'],
}
CLASSES = {"GraphDef": tf.GraphDef, "ConfigProto": config_pb2.ConfigProto, "MetaGraphDef": tf.MetaGraphDef,
           "Example": example_pb2.Example, "SaverDef": saver_pb2.SaverDef}

golden = []
for name, texts in TEXTS.items():
    for text in texts:
        message = text_format.Parse(text, CLASSES[name]())
        golden.append({"message": name, "hex": message.SerializeToString(deterministic=True).hex(),
                       "text": text_format.MessageToString(message, float_format="")})
(HERE / "messages.json").write_text(json.dumps(golden, indent=0) + "\n", encoding="utf-8")
