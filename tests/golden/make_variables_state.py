"""Lookup tables, queues, saving and restoring, step by step.

`make_variables.py` records them.
"""

from __future__ import annotations

from make_recording import Builders, Step, ramp, tf

# isort: split
import numpy as np

state = Builders(meta=True)
ops = tf.raw_ops
F32 = np.float32
VOCABULARY = "red\ngreen\nblue\n"


# ------------------------------------------------------------------------------------------------ tables


@state
def hash_table() -> list[Step]:
    table = ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, shared_name="colours", name="table")
    again = ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, shared_name="colours", name="again")
    keys, values = tf.placeholder(tf.string, [None], "keys"), tf.placeholder(tf.int64, [None], "values")
    ops.InitializeTableV2(table_handle=table, keys=keys, values=values, name="fill")
    query = tf.placeholder(tf.string, None, "query")
    ops.LookupTableFindV2(table_handle=table, keys=query, default_value=np.int64(-1), name="find")
    ops.LookupTableFindV2(table_handle=again, keys=query, default_value=np.int64(-7), name="find_again")
    ops.LookupTableSizeV2(table_handle=table, name="size")
    pairs = {"keys:0": ["red", "green", ""], "values:0": [5, 6, 7]}
    return [
        Step(["find:0"], {"query:0": ["red"]}),
        Step(["size:0"]),
        Step(["fill"], {"keys:0": ["a", "a"], "values:0": [1, 2]}),
        Step(["fill"], {"keys:0": ["a", "b"], "values:0": [1]}),
        Step(["fill"], pairs, session=1),
        Step(["find:0", "find_again:0"], {"query:0": [["red", "blue"], ["", "green"]]}, session=1),
        Step(["find:0"], {"query:0": "green"}, session=1),
        Step(["size:0"], session=1),
        Step(["fill"], pairs, session=1),
        Step(["size:0"], session=1),
        Step(["fill"], {"keys:0": ["other"], "values:0": [1]}, session=1),
        Step(["size:0"], session=2),
    ]


@state
def hash_table_from_file() -> list[Step]:
    file = tf.placeholder(tf.string, [], "file")
    ids = ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, name="ids")
    words = ops.HashTableV2(key_dtype=tf.int64, value_dtype=tf.string, name="words")
    whole_line, line_number = -2, -1
    for table, key, value, name in ((ids, whole_line, line_number, "ids"), (words, line_number, whole_line, "words")):
        ops.InitializeTableFromTextFileV2(
            table_handle=table, filename=file, key_index=key, value_index=value, name=f"fill_{name}"
        )
    limited = ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, name="limited")
    ops.InitializeTableFromTextFileV2(
        table_handle=limited,
        filename=file,
        key_index=whole_line,
        value_index=line_number,
        vocab_size=2,
        name="fill_limited",
    )
    ops.LookupTableFindV2(table_handle=ids, keys=["blue", "red", "x"], default_value=np.int64(-1), name="find_ids")
    ops.LookupTableFindV2(table_handle=words, keys=np.int64([2, 0, 3]), default_value="?", name="find_words")
    ops.LookupTableFindV2(table_handle=limited, keys=["blue", "green"], default_value=np.int64(-1), name="find_limited")
    present, missing = {"file:0": "{golden}/variables/vocabulary.txt"}, {"file:0": "{tmp}/absent.txt"}
    return [
        Step(["fill_ids"], missing),
        Step(["fill_ids"], present),
        Step(["fill_words"], present),
        Step(["fill_limited"], present),
        Step(["find_ids:0", "find_words:0", "find_limited:0"]),
    ]


@state
def mutable_table() -> list[Step]:
    table = ops.MutableHashTableV2(key_dtype=tf.string, value_dtype=tf.int64, name="table")
    keys, values = tf.placeholder(tf.string, None, "keys"), tf.placeholder(tf.int64, None, "values")
    ops.LookupTableInsertV2(table_handle=table, keys=keys, values=values, name="insert")
    ops.LookupTableImportV2(table_handle=table, keys=keys, values=values, name="import")
    ops.LookupTableRemoveV2(table_handle=table, keys=keys, name="remove")
    ops.LookupTableFindV2(table_handle=table, keys=keys, default_value=np.int64(-1), name="find")
    ops.LookupTableSizeV2(table_handle=table, name="size")
    exported_keys, exported_values = ops.LookupTableExportV2(
        table_handle=table, Tkeys=tf.string, Tvalues=tf.int64, name="export"
    )
    order = tf.argsort(exported_values)  # a table exports in no particular order
    tf.gather(exported_keys, order, name="sorted_keys")
    tf.gather(exported_values, order, name="sorted_values")
    both = ["sorted_keys:0", "sorted_values:0"]
    return [
        Step(["size:0"]),
        Step(["find:0"], {"keys:0": ["a"]}),
        Step(["insert"], {"keys:0": ["a", "b", "a"], "values:0": [1, 2, 3]}),
        Step(["find:0"], {"keys:0": [["a", "b", "c"]]}),
        Step(["size:0"]),
        Step(both),
        Step(["remove"], {"keys:0": ["a", "z"]}),
        Step(both),
        Step(["import"], {"keys:0": ["x", "y"], "values:0": [9, 8]}),
        Step(both),
        Step(["insert"], {"keys:0": ["a", "b"], "values:0": [1]}),
        Step(["size:0"], session=1),
    ]


@state
def mutable_table_of_vectors() -> list[Step]:
    table = ops.MutableHashTableOfTensorsV2(key_dtype=tf.int64, value_dtype=tf.float32, value_shape=[2], name="table")
    keys, values = tf.placeholder(tf.int64, None, "keys"), tf.placeholder(tf.float32, None, "values")
    ops.LookupTableInsertV2(table_handle=table, keys=keys, values=values, name="insert")
    ops.LookupTableFindV2(table_handle=table, keys=keys, default_value=[0.5, -0.5], name="find")
    return [
        Step(["insert"], {"keys:0": [4, 9], "values:0": ramp(2, 2)}),
        Step(["find:0"], {"keys:0": [9, 1, 4]}),
        Step(["find:0"], {"keys:0": [[9], [4]]}),
        Step(["insert"], {"keys:0": [4], "values:0": [[1.0, 2.0, 3.0]]}),
    ]


@state
def table_of_other_dtypes() -> list[Step]:
    table = ops.HashTableV2(key_dtype=tf.int64, value_dtype=tf.string, name="table")
    ops.LookupTableFindV2(table_handle=table, keys=["a"], default_value=np.int64(0), name="find")
    return [Step(["find:0"])]


# ------------------------------------------------------------------------------------------------ queues


@state
def fifo_queue() -> list[Step]:
    queue = ops.FIFOQueueV2(component_types=[tf.float32, tf.string], shapes=[[2], []], capacity=4, name="queue")
    x, s = tf.placeholder(tf.float32, None, "x"), tf.placeholder(tf.string, None, "s")
    n = tf.placeholder(tf.int32, [], "n")
    ops.QueueEnqueueV2(handle=queue, components=[x, s], name="enqueue")
    ops.QueueEnqueueManyV2(handle=queue, components=[x, s], name="enqueue_many")
    types = {"component_types": [tf.float32, tf.string]}
    ops.QueueDequeueV2(handle=queue, **types, name="dequeue")
    ops.QueueDequeueManyV2(handle=queue, n=n, **types, name="dequeue_many")
    ops.QueueDequeueUpToV2(handle=queue, n=n, **types, name="dequeue_up_to")
    ops.QueueSizeV2(handle=queue, name="size")
    ops.QueueIsClosedV2(handle=queue, name="is_closed")
    ops.QueueCloseV2(handle=queue, name="close")
    one = {"x:0": ramp(2), "s:0": "one"}
    three = {"x:0": ramp(3, 2), "s:0": ["a", "b", "c"]}
    return [
        Step(["size:0"]),
        Step(["enqueue"], one),
        Step(["enqueue_many"], three),
        Step(["size:0", "is_closed:0"]),
        Step(["dequeue:0", "dequeue:1"]),
        Step(["dequeue_many:0", "dequeue_many:1"], {"n:0": 2}),
        Step(["size:0"]),
        Step(["enqueue"], {"x:0": ramp(3), "s:0": "wrong shape"}),
        Step(["enqueue_many"], {"x:0": ramp(3, 2), "s:0": ["a", "b"]}),
        Step(["enqueue"], one),
        Step(["close"]),
        Step(["is_closed:0"]),
        Step(["enqueue"], one),
        Step(["dequeue_many:0"], {"n:0": 3}),
        Step(["size:0"]),
        Step(["dequeue_up_to:0", "dequeue_up_to:1"], {"n:0": 3}),
        Step(["dequeue:0"]),
        Step(["dequeue_many:0", "dequeue_many:1"], {"n:0": 0}),
    ]


@state
def fill_and_drain_in_one_run() -> list[Step]:
    """A run that enqueues more than the queue holds while it dequeues; no step would end if either waited alone."""
    queue = tf.FIFOQueue(1, [tf.int32], shapes=[[]], name="queue")
    filled = queue.enqueue_many([[1, 2, 3]], name="fill")
    first = queue.dequeue(name="first")
    with tf.control_dependencies([first]):
        second = queue.dequeue(name="second")
    with tf.control_dependencies([second, filled]):
        third = queue.dequeue(name="third")
    return [Step([filled.name, first.name, second.name, third.name]) for _ in range(2)]


# ------------------------------------------------------------------------------------------------ saving


@state
def save_and_restore_ops() -> list[Step]:
    prefix, names = tf.placeholder(tf.string, [], "prefix"), tf.placeholder(tf.string, [None], "names")
    x = tf.placeholder(tf.float32, None, "x")
    ops.SaveV2(
        prefix=prefix,
        tensor_names=["x", "count", "words", "middle"],
        shape_and_slices=["", "", "", "4 2 0,2:1,1"],
        tensors=[x, np.int64(42), tf.constant([["a", ""], ["long" * 50, "\x00\xff"]]), ramp(2, 1)],
        name="save",
    )
    slices = tf.placeholder_with_default([""], [None], "slices")
    for dtype in (tf.float32, tf.int64, tf.string):
        ops.RestoreV2(
            prefix=prefix, tensor_names=names, shape_and_slices=slices, dtypes=[dtype], name=f"restore_{dtype.name}"
        )
    fed = {"prefix:0": "{tmp}/model"}
    return [
        Step(["save"], {**fed, "x:0": ramp(4, 3)}),
        Step(["restore_float32:0"], {**fed, "names:0": ["x"]}),
        Step(["restore_float32:0"], {**fed, "names:0": ["x"], "slices:0": ["4 3 1,2:-"]}),
        Step(["restore_float32:0"], {**fed, "names:0": ["middle"], "slices:0": ["4 2 0,2:1,1"]}),
        Step(["restore_float32:0"], {**fed, "names:0": ["middle"]}),
        Step(["restore_int64:0"], {**fed, "names:0": ["count"]}),
        Step(["restore_string:0"], {**fed, "names:0": ["words"]}),
        Step(["restore_float32:0"], {**fed, "names:0": ["absent"]}),
        Step(["restore_int64:0"], {**fed, "names:0": ["x"]}),
        Step(["restore_float32:0"], {"prefix:0": "{tmp}/nothing", "names:0": ["x"]}),
        Step(["restore_float32:0"], {**fed, "names:0": ["x"], "slices:0": ["4 3 3,2:-"]}),
        Step(["restore_float32:0"], {**fed, "names:0": ["x"], "slices:0": ["5 3 -:-"]}),
        Step(["restore_float32:0"], {**fed, "names:0": ["x"], "slices:0": ["nonsense"]}),
        Step(["save"], {**fed, "x:0": ramp(2)}),
        Step(["restore_float32:0"], {**fed, "names:0": ["x"]}),
        Step(["save"], {"prefix:0": "{tmp}/absent/deep/model", "x:0": ramp(2)}),
        Step(["restore_float32:0"], {"prefix:0": "{tmp}/absent/deep/model", "names:0": ["x"]}),
    ]


@state
def sharded_save() -> list[Step]:
    prefix = tf.placeholder(tf.string, [], "prefix")
    shards = []
    for index in range(2):
        shard = ops.ShardedFilename(basename=prefix, shard=index, num_shards=2, name=f"shard_{index}")
        save = ops.SaveV2(
            prefix=shard,
            tensor_names=[f"v{index}"],
            shape_and_slices=[""],
            tensors=[ramp(2) + index],
            name=f"save_{index}",
        )
        shards.append((shard, save))
    with tf.control_dependencies([save for _, save in shards]):
        merged = ops.MergeV2Checkpoints(
            checkpoint_prefixes=[shard for shard, _ in shards], destination_prefix=prefix, name="merge"
        )
    ops.ShardedFilespec(basename=prefix, num_shards=2, name="filespec")
    ops.RestoreV2(
        prefix=prefix, tensor_names=["v1", "v0"], shape_and_slices=["", ""], dtypes=[tf.float32] * 2, name="restore"
    )
    ops.RestoreV2(
        prefix=shards[0][0], tensor_names=["v0"], shape_and_slices=[""], dtypes=[tf.float32], name="restore_shard"
    )
    fed = {"prefix:0": "{tmp}/model"}
    return [
        Step(["shard_0:0", "shard_1:0", "filespec:0"], fed),
        Step([merged.name], fed),
        Step(["restore:0", "restore:1"], fed),
        Step(["restore_shard:0"], fed),
    ]


@state
def old_save_and_restore() -> list[Step]:
    """The V1 checkpoint ops."""
    file = tf.placeholder(tf.string, [], "file")
    ops.Save(filename=file, tensor_names=["x", "k"], data=[ramp(2, 2), tf.constant([1, 2])], name="save")
    ops.SaveSlices(
        filename=file, tensor_names=["p"], shapes_and_slices=["4 2 1,2:-"], data=[ramp(2, 2)], name="save_slices"
    )
    ops.Restore(file_pattern=file, tensor_name="x", dt=tf.float32, name="restore_x")
    ops.Restore(file_pattern=file, tensor_name="k", dt=tf.int32, name="restore_k")
    ops.Restore(file_pattern=file, tensor_name="absent", dt=tf.int32, name="restore_absent")
    ops.RestoreSlice(
        file_pattern=file, tensor_name="p", shape_and_slice="4 2 2,1:0,1", dt=tf.float32, name="restore_slice"
    )
    ops.RestoreV2(prefix=file, tensor_names=["x"], shape_and_slices=[""], dtypes=[tf.float32], name="restore_v2")
    whole, part = {"file:0": "{tmp}/whole"}, {"file:0": "{tmp}/part"}
    return [
        Step(["save"], whole),
        Step(["restore_x:0", "restore_k:0"], whole),
        Step(["restore_absent:0"], whole),
        Step(["restore_v2:0"], whole),
        Step(["save_slices"], part),
        Step(["restore_slice:0"], part),
        Step(["restore_x:0"], {"file:0": "{tmp}/nothing"}),
    ]


@state
def saver_graph() -> list[Step]:
    """What tf.train.Saver adds to a graph, used by its node names, over both kinds of variables and a partition."""
    a = tf.Variable(ramp(2), name="a", use_resource=False)
    b = tf.Variable(ramp(3), name="b", use_resource=True)
    with tf.variable_scope("part", partitioner=tf.fixed_size_partitioner(2)):
        part = tf.get_variable("w", initializer=tf.zeros_initializer(), shape=[3, 2], use_resource=False)
    tf.group(tf.assign_add(a, [1.0, 1.0]), tf.assign_add(b, [1.0, 2.0, 3.0]), part.assign(ramp(3, 2)), name="change")
    tf.identity(a, name="a_now")
    tf.identity(b, name="b_now")
    tf.identity(part, name="part_now")
    tf.global_variables_initializer()
    saver = tf.train.Saver().as_saver_def()
    now, fed = Step(["a_now:0", "b_now:0", "part_now:0"]), {saver.filename_tensor_name: "{tmp}/model"}
    return [
        Step(["init"]),
        Step(["change"]),
        now,
        Step([saver.save_tensor_name], fed),
        Step(["change"]),
        Step(["init"]),
        now,
        Step([saver.restore_op_name], fed),
        now,
        Step([saver.restore_op_name], fed, session=1),
        Step(now.run, session=1),
        Step([saver.restore_op_name], {saver.filename_tensor_name: "{tmp}/absent"}),
    ]
