"""Record the Chrome traces that TensorFlow makes of a StepStats: python tests/golden/make_timeline.py"""

import json
from pathlib import Path

import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from tensorflow.python.client import timeline

HERE = Path(__file__).parent / "timeline"
CPU = "/job:localhost/replica:0/task:0/device:CPU:0"
# device, node, label, start, whole duration, bytes of its outputs by slot
RUNS = [
    (CPU, "a", "a = Const()", 1000, 7, {0: 8}),
    (CPU, "scope/b", "scope/b = MatMul(a, a:1)", 1010, 52, {0: 8, 1: 16}),
    (CPU, "c", "c = Relu(scope/b:1, ^a, missing)", 1030, 52, {0: 8}),
    (CPU, "odd", "no label here", 1100, 2, {}),
    (CPU, "empty", "", 1110, 3, {}),
    (CPU, "RecvTensor", "[4B] RecvTensor edge from here to there", 1120, 11, {}),
    (CPU, "d", "d = AddV2(c, scope/b)", 1130, 11, {0: 8, 2: 0}),
    ("/device:CPU:1", "e", "e = Neg(d)", 1150, 9, {0: 24}),
]


def main() -> None:
    stats = tf.RunMetadata().step_stats
    devices = {}
    for device, name, label, start, duration, outputs in RUNS:
        if device not in devices:
            devices[device] = stats.dev_stats.add(device=device)
        times = {"op_start_rel_micros": 1, "op_end_rel_micros": duration - 1, "all_end_rel_micros": duration}
        node = devices[device].node_stats.add(node_name=name, timeline_label=label, all_start_micros=start, **times)
        for slot, size in outputs.items():
            described = node.output.add(slot=slot).tensor_description
            described.dtype = tf.float32.as_datatype_enum
            described.shape.dim.add(size=size // 4)
            described.allocation_description.allocator_name = "cpu"
            described.allocation_description.requested_bytes = size
    traces = {}
    for dataflow in (False, True):
        for memory in (False, True):
            made = timeline.Timeline(stats).analyze_step_stats(dataflow, memory)
            traces[f"dataflow {dataflow}, memory {memory}"] = json.loads(made.chrome_trace.format_to_string())[
                "traceEvents"
            ]
    maximums = {name: [m.timestamp, m.num_bytes, sorted(m.tensors)] for name, m in made.allocator_maximums.items()}
    HERE.mkdir(exist_ok=True)
    (HERE / "step_stats.pbtxt").write_text(text_format.MessageToString(stats))
    lines = [f'"{key}": [\n' + ",\n".join(map(json.dumps, events)) + "]" for key, events in traces.items()]
    (HERE / "traces.json").write_text("{" + ",\n".join([*lines, f'"maximums": {json.dumps(maximums)}']) + "}\n")


if __name__ == "__main__":
    main()
