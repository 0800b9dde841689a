"""Types of TensorFlow's messages. Made by tools/make_descriptors.py from proto/; do not edit."""

# ruff: noqa
import typing
from collections.abc import Iterable, MutableMapping, MutableSequence
from typing import ClassVar, TypeVar, overload

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")

def pool() -> typing.Any: ...
def message_class(full_name: str) -> typing.Any: ...

class Message:
    DESCRIPTOR: ClassVar[typing.Any]
    def SerializeToString(self, *, deterministic: bool = ...) -> bytes: ...
    def SerializePartialToString(self, *, deterministic: bool = ...) -> bytes: ...
    def ParseFromString(self, serialized: bytes) -> int: ...
    def MergeFromString(self, serialized: bytes) -> int: ...
    def CopyFrom(self, other_msg: typing.Any) -> None: ...
    def MergeFrom(self, other_msg: typing.Any) -> None: ...
    def Clear(self) -> None: ...
    def ClearField(self, field_name: str) -> None: ...
    def HasField(self, field_name: str) -> bool: ...
    def WhichOneof(self, oneof_group: str) -> typing.Any: ...
    def ListFields(self) -> list[tuple[typing.Any, typing.Any]]: ...
    def ByteSize(self) -> int: ...
    def IsInitialized(self) -> bool: ...
    def SetInParent(self) -> None: ...
    def DiscardUnknownFields(self) -> None: ...

class RepeatedScalar(MutableSequence[_T]):
    def MergeFrom(self, other: Iterable[_T]) -> None: ...
    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> list[_T]: ...
    def __setitem__(self, index: typing.Any, value: typing.Any) -> None: ...
    def __delitem__(self, index: int | slice) -> None: ...
    def __len__(self) -> int: ...
    def insert(self, index: int, value: _T) -> None: ...

class RepeatedMessage(MutableSequence[_T]):
    def add(self, **fields: typing.Any) -> _T: ...
    def MergeFrom(self, other: Iterable[_T]) -> None: ...
    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> list[_T]: ...
    def __setitem__(self, index: typing.Any, value: typing.Any) -> None: ...
    def __delitem__(self, index: int | slice) -> None: ...
    def __len__(self) -> int: ...
    def insert(self, index: int, value: _T) -> None: ...

class MessageMap(MutableMapping[_K, _V]):
    def get_or_create(self, key: _K) -> _V: ...
    def __getitem__(self, key: _K) -> _V: ...
    def __setitem__(self, key: _K, value: _V) -> None: ...
    def __delitem__(self, key: _K) -> None: ...
    def __iter__(self) -> typing.Any: ...
    def __len__(self) -> int: ...

class Enum:
    def Name(self, number: int) -> str: ...
    def Value(self, name: str | None) -> int: ...
    def keys(self) -> list[str]: ...
    def values(self) -> list[int]: ...
    def items(self) -> list[tuple[str, int]]: ...
    def __getattr__(self, name: str) -> int: ...

DataType: Enum
FullTypeId: Enum
VariableSynchronization: Enum
VariableAggregation: Enum
Code: Enum
DataClass: Enum
WorkerHealth: Enum
WorkerShutdownMode: Enum

class Any(Message):
    type_url: str
    value: bytes
    def __init__(self, *, type_url: typing.Any = ..., value: typing.Any = ...) -> None: ...

class DoubleValue(Message):
    value: float
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class FloatValue(Message):
    value: float
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class Int64Value(Message):
    value: int
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class UInt64Value(Message):
    value: int
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class Int32Value(Message):
    value: int
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class UInt32Value(Message):
    value: int
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class BoolValue(Message):
    value: bool
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class StringValue(Message):
    value: str
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class BytesValue(Message):
    value: bytes
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class BytesList(Message):
    @property
    def value(self) -> RepeatedScalar[bytes]: ...
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class FloatList(Message):
    @property
    def value(self) -> RepeatedScalar[float]: ...
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class Int64List(Message):
    @property
    def value(self) -> RepeatedScalar[int]: ...
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class Feature(Message):
    @property
    def bytes_list(self) -> BytesList: ...
    @property
    def float_list(self) -> FloatList: ...
    @property
    def int64_list(self) -> Int64List: ...
    def __init__(
        self, *, bytes_list: typing.Any = ..., float_list: typing.Any = ..., int64_list: typing.Any = ...
    ) -> None: ...

class Features(Message):
    @property
    def feature(self) -> MessageMap[str, Feature]: ...
    def __init__(self, *, feature: typing.Any = ...) -> None: ...

class FeatureList(Message):
    @property
    def feature(self) -> RepeatedMessage[Feature]: ...
    def __init__(self, *, feature: typing.Any = ...) -> None: ...

class FeatureLists(Message):
    @property
    def feature_list(self) -> MessageMap[str, FeatureList]: ...
    def __init__(self, *, feature_list: typing.Any = ...) -> None: ...

class AllocationDescription(Message):
    requested_bytes: int
    allocated_bytes: int
    allocator_name: str
    allocation_id: int
    has_single_reference: bool
    ptr: int
    def __init__(
        self,
        *,
        requested_bytes: typing.Any = ...,
        allocated_bytes: typing.Any = ...,
        allocator_name: typing.Any = ...,
        allocation_id: typing.Any = ...,
        has_single_reference: typing.Any = ...,
        ptr: typing.Any = ...,
    ) -> None: ...

class TensorShapeProto(Message):
    class Dim(Message):
        size: int
        name: str
        def __init__(self, *, size: typing.Any = ..., name: typing.Any = ...) -> None: ...

    @property
    def dim(self) -> RepeatedMessage[TensorShapeProto.Dim]: ...
    unknown_rank: bool
    def __init__(self, *, dim: typing.Any = ..., unknown_rank: typing.Any = ...) -> None: ...

class SerializedDType(Message):
    datatype: int
    def __init__(self, *, datatype: typing.Any = ...) -> None: ...

class FullTypeDef(Message):
    type_id: int
    @property
    def args(self) -> RepeatedMessage[FullTypeDef]: ...
    s: str
    i: int
    def __init__(
        self, *, type_id: typing.Any = ..., args: typing.Any = ..., s: typing.Any = ..., i: typing.Any = ...
    ) -> None: ...

class GraphDebugInfo(Message):
    class FileLineCol(Message):
        file_index: int
        line: int
        col: int
        func: str
        code: str
        def __init__(
            self,
            *,
            file_index: typing.Any = ...,
            line: typing.Any = ...,
            col: typing.Any = ...,
            func: typing.Any = ...,
            code: typing.Any = ...,
        ) -> None: ...

    class StackTrace(Message):
        @property
        def file_line_cols(self) -> RepeatedMessage[GraphDebugInfo.FileLineCol]: ...
        @property
        def frame_id(self) -> RepeatedScalar[int]: ...
        def __init__(self, *, file_line_cols: typing.Any = ..., frame_id: typing.Any = ...) -> None: ...

    @property
    def files(self) -> RepeatedScalar[str]: ...
    @property
    def frames_by_id(self) -> MessageMap[int, GraphDebugInfo.FileLineCol]: ...
    @property
    def traces_by_id(self) -> MessageMap[int, GraphDebugInfo.StackTrace]: ...
    @property
    def traces(self) -> MessageMap[str, GraphDebugInfo.StackTrace]: ...
    @property
    def name_to_trace_id(self) -> MutableMapping[str, int]: ...
    def __init__(
        self,
        *,
        files: typing.Any = ...,
        frames_by_id: typing.Any = ...,
        traces_by_id: typing.Any = ...,
        traces: typing.Any = ...,
        name_to_trace_id: typing.Any = ...,
    ) -> None: ...

class VersionDef(Message):
    producer: int
    min_consumer: int
    @property
    def bad_consumers(self) -> RepeatedScalar[int]: ...
    def __init__(
        self, *, producer: typing.Any = ..., min_consumer: typing.Any = ..., bad_consumers: typing.Any = ...
    ) -> None: ...

class HistogramProto(Message):
    min: float
    max: float
    num: float
    sum: float
    sum_squares: float
    @property
    def bucket_limit(self) -> RepeatedScalar[float]: ...
    @property
    def bucket(self) -> RepeatedScalar[float]: ...
    def __init__(
        self,
        *,
        min: typing.Any = ...,
        max: typing.Any = ...,
        num: typing.Any = ...,
        sum: typing.Any = ...,
        sum_squares: typing.Any = ...,
        bucket_limit: typing.Any = ...,
        bucket: typing.Any = ...,
    ) -> None: ...

class TensorSliceProto(Message):
    class Extent(Message):
        start: int
        length: int
        def __init__(self, *, start: typing.Any = ..., length: typing.Any = ...) -> None: ...

    @property
    def extent(self) -> RepeatedMessage[TensorSliceProto.Extent]: ...
    def __init__(self, *, extent: typing.Any = ...) -> None: ...

class VariableDef(Message):
    variable_name: str
    initial_value_name: str
    initializer_name: str
    snapshot_name: str
    @property
    def save_slice_info_def(self) -> SaveSliceInfoDef: ...
    is_resource: bool
    trainable: bool
    synchronization: int
    aggregation: int
    def __init__(
        self,
        *,
        variable_name: typing.Any = ...,
        initial_value_name: typing.Any = ...,
        initializer_name: typing.Any = ...,
        snapshot_name: typing.Any = ...,
        save_slice_info_def: typing.Any = ...,
        is_resource: typing.Any = ...,
        trainable: typing.Any = ...,
        synchronization: typing.Any = ...,
        aggregation: typing.Any = ...,
    ) -> None: ...

class SaveSliceInfoDef(Message):
    full_name: str
    @property
    def full_shape(self) -> RepeatedScalar[int]: ...
    @property
    def var_offset(self) -> RepeatedScalar[int]: ...
    @property
    def var_shape(self) -> RepeatedScalar[int]: ...
    def __init__(
        self,
        *,
        full_name: typing.Any = ...,
        full_shape: typing.Any = ...,
        var_offset: typing.Any = ...,
        var_shape: typing.Any = ...,
    ) -> None: ...

class JobDef(Message):
    name: str
    @property
    def tasks(self) -> MutableMapping[int, str]: ...
    def __init__(self, *, name: typing.Any = ..., tasks: typing.Any = ...) -> None: ...

class ClusterDef(Message):
    @property
    def job(self) -> RepeatedMessage[JobDef]: ...
    def __init__(self, *, job: typing.Any = ...) -> None: ...

class DebugTensorWatch(Message):
    node_name: str
    output_slot: int
    @property
    def debug_ops(self) -> RepeatedScalar[str]: ...
    @property
    def debug_urls(self) -> RepeatedScalar[str]: ...
    tolerate_debug_op_creation_failures: bool
    def __init__(
        self,
        *,
        node_name: typing.Any = ...,
        output_slot: typing.Any = ...,
        debug_ops: typing.Any = ...,
        debug_urls: typing.Any = ...,
        tolerate_debug_op_creation_failures: typing.Any = ...,
    ) -> None: ...

class DebugOptions(Message):
    @property
    def debug_tensor_watch_opts(self) -> RepeatedMessage[DebugTensorWatch]: ...
    global_step: int
    reset_disk_byte_usage: bool
    def __init__(
        self,
        *,
        debug_tensor_watch_opts: typing.Any = ...,
        global_step: typing.Any = ...,
        reset_disk_byte_usage: typing.Any = ...,
    ) -> None: ...

class DebuggedSourceFile(Message):
    host: str
    file_path: str
    last_modified: int
    bytes: int
    @property
    def lines(self) -> RepeatedScalar[str]: ...
    def __init__(
        self,
        *,
        host: typing.Any = ...,
        file_path: typing.Any = ...,
        last_modified: typing.Any = ...,
        bytes: typing.Any = ...,
        lines: typing.Any = ...,
    ) -> None: ...

class DebuggedSourceFiles(Message):
    @property
    def source_files(self) -> RepeatedMessage[DebuggedSourceFile]: ...
    def __init__(self, *, source_files: typing.Any = ...) -> None: ...

class CoordinatedJob(Message):
    name: str
    num_tasks: int
    def __init__(self, *, name: typing.Any = ..., num_tasks: typing.Any = ...) -> None: ...

class CoordinationServiceConfig(Message):
    service_type: str
    service_leader: str
    enable_health_check: bool
    cluster_register_timeout_in_ms: int
    heartbeat_timeout_in_ms: int
    @property
    def coordinated_job_list(self) -> RepeatedMessage[CoordinatedJob]: ...
    shutdown_barrier_timeout_in_ms: int
    agent_destruction_without_shutdown: bool
    @property
    def recoverable_jobs(self) -> RepeatedScalar[str]: ...
    allow_new_incarnation_to_reconnect: bool
    force_disable: bool
    def __init__(
        self,
        *,
        service_type: typing.Any = ...,
        service_leader: typing.Any = ...,
        enable_health_check: typing.Any = ...,
        cluster_register_timeout_in_ms: typing.Any = ...,
        heartbeat_timeout_in_ms: typing.Any = ...,
        coordinated_job_list: typing.Any = ...,
        shutdown_barrier_timeout_in_ms: typing.Any = ...,
        agent_destruction_without_shutdown: typing.Any = ...,
        recoverable_jobs: typing.Any = ...,
        allow_new_incarnation_to_reconnect: typing.Any = ...,
        force_disable: typing.Any = ...,
    ) -> None: ...

class RPCOptions(Message):
    use_rpc_for_inprocess_master: bool
    compression_algorithm: str
    compression_level: int
    cache_rpc_response: bool
    disable_session_connection_sharing: bool
    num_channels_per_target: int
    def __init__(
        self,
        *,
        use_rpc_for_inprocess_master: typing.Any = ...,
        compression_algorithm: typing.Any = ...,
        compression_level: typing.Any = ...,
        cache_rpc_response: typing.Any = ...,
        disable_session_connection_sharing: typing.Any = ...,
        num_channels_per_target: typing.Any = ...,
    ) -> None: ...

class ValuesDef(Message):
    @property
    def values(self) -> RepeatedScalar[str]: ...
    @property
    def external_values(self) -> MutableMapping[str, str]: ...
    def __init__(self, *, values: typing.Any = ..., external_values: typing.Any = ...) -> None: ...

class ControlFlowContextDef(Message):
    @property
    def cond_ctxt(self) -> CondContextDef: ...
    @property
    def while_ctxt(self) -> WhileContextDef: ...
    def __init__(self, *, cond_ctxt: typing.Any = ..., while_ctxt: typing.Any = ...) -> None: ...

class CondContextDef(Message):
    context_name: str
    pred_name: str
    pivot_name: str
    branch: int
    @property
    def values_def(self) -> ValuesDef: ...
    @property
    def nested_contexts(self) -> RepeatedMessage[ControlFlowContextDef]: ...
    def __init__(
        self,
        *,
        context_name: typing.Any = ...,
        pred_name: typing.Any = ...,
        pivot_name: typing.Any = ...,
        branch: typing.Any = ...,
        values_def: typing.Any = ...,
        nested_contexts: typing.Any = ...,
    ) -> None: ...

class WhileContextDef(Message):
    context_name: str
    parallel_iterations: int
    back_prop: bool
    swap_memory: bool
    pivot_name: str
    pivot_for_pred_name: str
    pivot_for_body_name: str
    @property
    def loop_exit_names(self) -> RepeatedScalar[str]: ...
    @property
    def loop_enter_names(self) -> RepeatedScalar[str]: ...
    @property
    def values_def(self) -> ValuesDef: ...
    maximum_iterations_name: str
    @property
    def nested_contexts(self) -> RepeatedMessage[ControlFlowContextDef]: ...
    def __init__(
        self,
        *,
        context_name: typing.Any = ...,
        parallel_iterations: typing.Any = ...,
        back_prop: typing.Any = ...,
        swap_memory: typing.Any = ...,
        pivot_name: typing.Any = ...,
        pivot_for_pred_name: typing.Any = ...,
        pivot_for_body_name: typing.Any = ...,
        loop_exit_names: typing.Any = ...,
        loop_enter_names: typing.Any = ...,
        values_def: typing.Any = ...,
        maximum_iterations_name: typing.Any = ...,
        nested_contexts: typing.Any = ...,
    ) -> None: ...

class SaverDef(Message):
    CheckpointFormatVersion: ClassVar[Enum]
    LEGACY: ClassVar[int]
    V1: ClassVar[int]
    V2: ClassVar[int]
    filename_tensor_name: str
    save_tensor_name: str
    restore_op_name: str
    max_to_keep: int
    sharded: bool
    keep_checkpoint_every_n_hours: float
    version: int
    def __init__(
        self,
        *,
        filename_tensor_name: typing.Any = ...,
        save_tensor_name: typing.Any = ...,
        restore_op_name: typing.Any = ...,
        max_to_keep: typing.Any = ...,
        sharded: typing.Any = ...,
        keep_checkpoint_every_n_hours: typing.Any = ...,
        version: typing.Any = ...,
    ) -> None: ...

class VerifierConfig(Message):
    Toggle: ClassVar[Enum]
    DEFAULT: ClassVar[int]
    ON: ClassVar[int]
    OFF: ClassVar[int]
    verification_timeout_in_ms: int
    structure_verifier: int
    def __init__(
        self, *, verification_timeout_in_ms: typing.Any = ..., structure_verifier: typing.Any = ...
    ) -> None: ...

class CheckpointState(Message):
    model_checkpoint_path: str
    @property
    def all_model_checkpoint_paths(self) -> RepeatedScalar[str]: ...
    @property
    def all_model_checkpoint_timestamps(self) -> RepeatedScalar[float]: ...
    last_preserved_timestamp: float
    def __init__(
        self,
        *,
        model_checkpoint_path: typing.Any = ...,
        all_model_checkpoint_paths: typing.Any = ...,
        all_model_checkpoint_timestamps: typing.Any = ...,
        last_preserved_timestamp: typing.Any = ...,
    ) -> None: ...

class TrackableObjectGraph(Message):
    class TrackableObject(Message):
        class ObjectReference(Message):
            node_id: int
            local_name: str
            def __init__(self, *, node_id: typing.Any = ..., local_name: typing.Any = ...) -> None: ...

        class SerializedTensor(Message):
            name: str
            full_name: str
            checkpoint_key: str
            def __init__(
                self, *, name: typing.Any = ..., full_name: typing.Any = ..., checkpoint_key: typing.Any = ...
            ) -> None: ...

        class SlotVariableReference(Message):
            original_variable_node_id: int
            slot_name: str
            slot_variable_node_id: int
            def __init__(
                self,
                *,
                original_variable_node_id: typing.Any = ...,
                slot_name: typing.Any = ...,
                slot_variable_node_id: typing.Any = ...,
            ) -> None: ...

        @property
        def children(self) -> RepeatedMessage[TrackableObjectGraph.TrackableObject.ObjectReference]: ...
        @property
        def attributes(self) -> RepeatedMessage[TrackableObjectGraph.TrackableObject.SerializedTensor]: ...
        @property
        def slot_variables(self) -> RepeatedMessage[TrackableObjectGraph.TrackableObject.SlotVariableReference]: ...
        @property
        def registered_saver(self) -> RegisteredSaver: ...
        @property
        def has_checkpoint_values(self) -> BoolValue: ...
        def __init__(
            self,
            *,
            children: typing.Any = ...,
            attributes: typing.Any = ...,
            slot_variables: typing.Any = ...,
            registered_saver: typing.Any = ...,
            has_checkpoint_values: typing.Any = ...,
        ) -> None: ...

    @property
    def nodes(self) -> RepeatedMessage[TrackableObjectGraph.TrackableObject]: ...
    def __init__(self, *, nodes: typing.Any = ...) -> None: ...

class RegisteredSaver(Message):
    name: str
    object_name: str
    def __init__(self, *, name: typing.Any = ..., object_name: typing.Any = ...) -> None: ...

class Example(Message):
    @property
    def features(self) -> Features: ...
    def __init__(self, *, features: typing.Any = ...) -> None: ...

class SequenceExample(Message):
    @property
    def context(self) -> Features: ...
    @property
    def feature_lists(self) -> FeatureLists: ...
    def __init__(self, *, context: typing.Any = ..., feature_lists: typing.Any = ...) -> None: ...

class CostGraphDef(Message):
    class Node(Message):
        class InputInfo(Message):
            preceding_node: int
            preceding_port: int
            def __init__(self, *, preceding_node: typing.Any = ..., preceding_port: typing.Any = ...) -> None: ...

        class OutputInfo(Message):
            size: int
            alias_input_port: int
            @property
            def shape(self) -> TensorShapeProto: ...
            dtype: int
            def __init__(
                self,
                *,
                size: typing.Any = ...,
                alias_input_port: typing.Any = ...,
                shape: typing.Any = ...,
                dtype: typing.Any = ...,
            ) -> None: ...

        name: str
        device: str
        id: int
        @property
        def input_info(self) -> RepeatedMessage[CostGraphDef.Node.InputInfo]: ...
        @property
        def output_info(self) -> RepeatedMessage[CostGraphDef.Node.OutputInfo]: ...
        temporary_memory_size: int
        persistent_memory_size: int
        host_temp_memory_size: int
        device_temp_memory_size: int
        device_persistent_memory_size: int
        compute_cost: int
        compute_time: int
        memory_time: int
        is_final: bool
        @property
        def control_input(self) -> RepeatedScalar[int]: ...
        inaccurate: bool
        def __init__(
            self,
            *,
            name: typing.Any = ...,
            device: typing.Any = ...,
            id: typing.Any = ...,
            input_info: typing.Any = ...,
            output_info: typing.Any = ...,
            temporary_memory_size: typing.Any = ...,
            persistent_memory_size: typing.Any = ...,
            host_temp_memory_size: typing.Any = ...,
            device_temp_memory_size: typing.Any = ...,
            device_persistent_memory_size: typing.Any = ...,
            compute_cost: typing.Any = ...,
            compute_time: typing.Any = ...,
            memory_time: typing.Any = ...,
            is_final: typing.Any = ...,
            control_input: typing.Any = ...,
            inaccurate: typing.Any = ...,
        ) -> None: ...

    class AggregatedCost(Message):
        cost: float
        dimension: str
        def __init__(self, *, cost: typing.Any = ..., dimension: typing.Any = ...) -> None: ...

    @property
    def node(self) -> RepeatedMessage[CostGraphDef.Node]: ...
    @property
    def cost(self) -> RepeatedMessage[CostGraphDef.AggregatedCost]: ...
    def __init__(self, *, node: typing.Any = ..., cost: typing.Any = ...) -> None: ...

class ResourceHandleProto(Message):
    class DtypeAndShape(Message):
        dtype: int
        @property
        def shape(self) -> TensorShapeProto: ...
        def __init__(self, *, dtype: typing.Any = ..., shape: typing.Any = ...) -> None: ...

    device: str
    container: str
    name: str
    hash_code: int
    maybe_type_name: str
    @property
    def dtypes_and_shapes(self) -> RepeatedMessage[ResourceHandleProto.DtypeAndShape]: ...
    def __init__(
        self,
        *,
        device: typing.Any = ...,
        container: typing.Any = ...,
        name: typing.Any = ...,
        hash_code: typing.Any = ...,
        maybe_type_name: typing.Any = ...,
        dtypes_and_shapes: typing.Any = ...,
    ) -> None: ...

class TensorDescription(Message):
    dtype: int
    @property
    def shape(self) -> TensorShapeProto: ...
    @property
    def allocation_description(self) -> AllocationDescription: ...
    def __init__(
        self, *, dtype: typing.Any = ..., shape: typing.Any = ..., allocation_description: typing.Any = ...
    ) -> None: ...

class FingerprintDef(Message):
    saved_model_checksum: int
    graph_def_program_hash: int
    signature_def_hash: int
    saved_object_graph_hash: int
    checkpoint_hash: int
    @property
    def version(self) -> VersionDef: ...
    def __init__(
        self,
        *,
        saved_model_checksum: typing.Any = ...,
        graph_def_program_hash: typing.Any = ...,
        signature_def_hash: typing.Any = ...,
        saved_object_graph_hash: typing.Any = ...,
        checkpoint_hash: typing.Any = ...,
        version: typing.Any = ...,
    ) -> None: ...

class BundleHeaderProto(Message):
    Endianness: ClassVar[Enum]
    LITTLE: ClassVar[int]
    BIG: ClassVar[int]
    num_shards: int
    endianness: int
    @property
    def version(self) -> VersionDef: ...
    def __init__(
        self, *, num_shards: typing.Any = ..., endianness: typing.Any = ..., version: typing.Any = ...
    ) -> None: ...

class BundleEntryProto(Message):
    dtype: int
    @property
    def shape(self) -> TensorShapeProto: ...
    shard_id: int
    offset: int
    size: int
    crc32c: int
    @property
    def slices(self) -> RepeatedMessage[TensorSliceProto]: ...
    def __init__(
        self,
        *,
        dtype: typing.Any = ...,
        shape: typing.Any = ...,
        shard_id: typing.Any = ...,
        offset: typing.Any = ...,
        size: typing.Any = ...,
        crc32c: typing.Any = ...,
        slices: typing.Any = ...,
    ) -> None: ...

class QueueRunnerDef(Message):
    queue_name: str
    @property
    def enqueue_op_name(self) -> RepeatedScalar[str]: ...
    close_op_name: str
    cancel_op_name: str
    @property
    def queue_closed_exception_types(self) -> RepeatedScalar[int]: ...
    def __init__(
        self,
        *,
        queue_name: typing.Any = ...,
        enqueue_op_name: typing.Any = ...,
        close_op_name: typing.Any = ...,
        cancel_op_name: typing.Any = ...,
        queue_closed_exception_types: typing.Any = ...,
    ) -> None: ...

class TensorProto(Message):
    dtype: int
    @property
    def tensor_shape(self) -> TensorShapeProto: ...
    version_number: int
    tensor_content: bytes
    @property
    def half_val(self) -> RepeatedScalar[int]: ...
    @property
    def float_val(self) -> RepeatedScalar[float]: ...
    @property
    def double_val(self) -> RepeatedScalar[float]: ...
    @property
    def int_val(self) -> RepeatedScalar[int]: ...
    @property
    def string_val(self) -> RepeatedScalar[bytes]: ...
    @property
    def scomplex_val(self) -> RepeatedScalar[float]: ...
    @property
    def int64_val(self) -> RepeatedScalar[int]: ...
    @property
    def bool_val(self) -> RepeatedScalar[bool]: ...
    @property
    def dcomplex_val(self) -> RepeatedScalar[float]: ...
    @property
    def resource_handle_val(self) -> RepeatedMessage[ResourceHandleProto]: ...
    @property
    def variant_val(self) -> RepeatedMessage[VariantTensorDataProto]: ...
    @property
    def uint32_val(self) -> RepeatedScalar[int]: ...
    @property
    def uint64_val(self) -> RepeatedScalar[int]: ...
    float8_val: bytes
    def __init__(
        self,
        *,
        dtype: typing.Any = ...,
        tensor_shape: typing.Any = ...,
        version_number: typing.Any = ...,
        tensor_content: typing.Any = ...,
        half_val: typing.Any = ...,
        float_val: typing.Any = ...,
        double_val: typing.Any = ...,
        int_val: typing.Any = ...,
        string_val: typing.Any = ...,
        scomplex_val: typing.Any = ...,
        int64_val: typing.Any = ...,
        bool_val: typing.Any = ...,
        dcomplex_val: typing.Any = ...,
        resource_handle_val: typing.Any = ...,
        variant_val: typing.Any = ...,
        uint32_val: typing.Any = ...,
        uint64_val: typing.Any = ...,
        float8_val: typing.Any = ...,
    ) -> None: ...

class VariantTensorDataProto(Message):
    type_name: str
    metadata: bytes
    @property
    def tensors(self) -> RepeatedMessage[TensorProto]: ...
    def __init__(
        self, *, type_name: typing.Any = ..., metadata: typing.Any = ..., tensors: typing.Any = ...
    ) -> None: ...

class AllocationRecord(Message):
    alloc_micros: int
    alloc_bytes: int
    def __init__(self, *, alloc_micros: typing.Any = ..., alloc_bytes: typing.Any = ...) -> None: ...

class AllocatorMemoryUsed(Message):
    allocator_name: str
    total_bytes: int
    peak_bytes: int
    live_bytes: int
    @property
    def allocation_records(self) -> RepeatedMessage[AllocationRecord]: ...
    allocator_bytes_in_use: int
    def __init__(
        self,
        *,
        allocator_name: typing.Any = ...,
        total_bytes: typing.Any = ...,
        peak_bytes: typing.Any = ...,
        live_bytes: typing.Any = ...,
        allocation_records: typing.Any = ...,
        allocator_bytes_in_use: typing.Any = ...,
    ) -> None: ...

class NodeOutput(Message):
    slot: int
    @property
    def tensor_description(self) -> TensorDescription: ...
    def __init__(self, *, slot: typing.Any = ..., tensor_description: typing.Any = ...) -> None: ...

class MemoryStats(Message):
    temp_memory_size: int
    persistent_memory_size: int
    @property
    def persistent_tensor_alloc_ids(self) -> RepeatedScalar[int]: ...
    device_temp_memory_size: int
    device_persistent_memory_size: int
    @property
    def device_persistent_tensor_alloc_ids(self) -> RepeatedScalar[int]: ...
    def __init__(
        self,
        *,
        temp_memory_size: typing.Any = ...,
        persistent_memory_size: typing.Any = ...,
        persistent_tensor_alloc_ids: typing.Any = ...,
        device_temp_memory_size: typing.Any = ...,
        device_persistent_memory_size: typing.Any = ...,
        device_persistent_tensor_alloc_ids: typing.Any = ...,
    ) -> None: ...

class NodeExecStats(Message):
    node_name: str
    all_start_micros: int
    op_start_rel_micros: int
    op_end_rel_micros: int
    all_end_rel_micros: int
    @property
    def memory(self) -> RepeatedMessage[AllocatorMemoryUsed]: ...
    @property
    def output(self) -> RepeatedMessage[NodeOutput]: ...
    timeline_label: str
    scheduled_micros: int
    thread_id: int
    @property
    def referenced_tensor(self) -> RepeatedMessage[AllocationDescription]: ...
    @property
    def memory_stats(self) -> MemoryStats: ...
    all_start_nanos: int
    op_start_rel_nanos: int
    op_end_rel_nanos: int
    all_end_rel_nanos: int
    scheduled_nanos: int
    def __init__(
        self,
        *,
        node_name: typing.Any = ...,
        all_start_micros: typing.Any = ...,
        op_start_rel_micros: typing.Any = ...,
        op_end_rel_micros: typing.Any = ...,
        all_end_rel_micros: typing.Any = ...,
        memory: typing.Any = ...,
        output: typing.Any = ...,
        timeline_label: typing.Any = ...,
        scheduled_micros: typing.Any = ...,
        thread_id: typing.Any = ...,
        referenced_tensor: typing.Any = ...,
        memory_stats: typing.Any = ...,
        all_start_nanos: typing.Any = ...,
        op_start_rel_nanos: typing.Any = ...,
        op_end_rel_nanos: typing.Any = ...,
        all_end_rel_nanos: typing.Any = ...,
        scheduled_nanos: typing.Any = ...,
    ) -> None: ...

class DeviceStepStats(Message):
    device: str
    @property
    def node_stats(self) -> RepeatedMessage[NodeExecStats]: ...
    @property
    def thread_names(self) -> MutableMapping[int, str]: ...
    def __init__(
        self, *, device: typing.Any = ..., node_stats: typing.Any = ..., thread_names: typing.Any = ...
    ) -> None: ...

class StepStats(Message):
    @property
    def dev_stats(self) -> RepeatedMessage[DeviceStepStats]: ...
    def __init__(self, *, dev_stats: typing.Any = ...) -> None: ...

class AttrValue(Message):
    class ListValue(Message):
        @property
        def s(self) -> RepeatedScalar[bytes]: ...
        @property
        def i(self) -> RepeatedScalar[int]: ...
        @property
        def f(self) -> RepeatedScalar[float]: ...
        @property
        def b(self) -> RepeatedScalar[bool]: ...
        @property
        def type(self) -> RepeatedScalar[int]: ...
        @property
        def shape(self) -> RepeatedMessage[TensorShapeProto]: ...
        @property
        def tensor(self) -> RepeatedMessage[TensorProto]: ...
        @property
        def func(self) -> RepeatedMessage[NameAttrList]: ...
        def __init__(
            self,
            *,
            s: typing.Any = ...,
            i: typing.Any = ...,
            f: typing.Any = ...,
            b: typing.Any = ...,
            type: typing.Any = ...,
            shape: typing.Any = ...,
            tensor: typing.Any = ...,
            func: typing.Any = ...,
        ) -> None: ...

    s: bytes
    i: int
    f: float
    b: bool
    type: int
    @property
    def shape(self) -> TensorShapeProto: ...
    @property
    def tensor(self) -> TensorProto: ...
    @property
    def list(self) -> AttrValue.ListValue: ...
    @property
    def func(self) -> NameAttrList: ...
    placeholder: str
    def __init__(
        self,
        *,
        s: typing.Any = ...,
        i: typing.Any = ...,
        f: typing.Any = ...,
        b: typing.Any = ...,
        type: typing.Any = ...,
        shape: typing.Any = ...,
        tensor: typing.Any = ...,
        list: typing.Any = ...,
        func: typing.Any = ...,
        placeholder: typing.Any = ...,
    ) -> None: ...

class NameAttrList(Message):
    name: str
    @property
    def attr(self) -> MessageMap[str, AttrValue]: ...
    def __init__(self, *, name: typing.Any = ..., attr: typing.Any = ...) -> None: ...

class SummaryDescription(Message):
    type_hint: str
    def __init__(self, *, type_hint: typing.Any = ...) -> None: ...

class SummaryMetadata(Message):
    class PluginData(Message):
        plugin_name: str
        content: bytes
        def __init__(self, *, plugin_name: typing.Any = ..., content: typing.Any = ...) -> None: ...

    @property
    def plugin_data(self) -> SummaryMetadata.PluginData: ...
    display_name: str
    summary_description: str
    data_class: int
    def __init__(
        self,
        *,
        plugin_data: typing.Any = ...,
        display_name: typing.Any = ...,
        summary_description: typing.Any = ...,
        data_class: typing.Any = ...,
    ) -> None: ...

class Summary(Message):
    class Image(Message):
        height: int
        width: int
        colorspace: int
        encoded_image_string: bytes
        def __init__(
            self,
            *,
            height: typing.Any = ...,
            width: typing.Any = ...,
            colorspace: typing.Any = ...,
            encoded_image_string: typing.Any = ...,
        ) -> None: ...

    class Audio(Message):
        sample_rate: float
        num_channels: int
        length_frames: int
        encoded_audio_string: bytes
        content_type: str
        def __init__(
            self,
            *,
            sample_rate: typing.Any = ...,
            num_channels: typing.Any = ...,
            length_frames: typing.Any = ...,
            encoded_audio_string: typing.Any = ...,
            content_type: typing.Any = ...,
        ) -> None: ...

    class Value(Message):
        node_name: str
        tag: str
        @property
        def metadata(self) -> SummaryMetadata: ...
        simple_value: float
        obsolete_old_style_histogram: bytes
        @property
        def image(self) -> Summary.Image: ...
        @property
        def histo(self) -> HistogramProto: ...
        @property
        def audio(self) -> Summary.Audio: ...
        @property
        def tensor(self) -> TensorProto: ...
        def __init__(
            self,
            *,
            node_name: typing.Any = ...,
            tag: typing.Any = ...,
            metadata: typing.Any = ...,
            simple_value: typing.Any = ...,
            obsolete_old_style_histogram: typing.Any = ...,
            image: typing.Any = ...,
            histo: typing.Any = ...,
            audio: typing.Any = ...,
            tensor: typing.Any = ...,
        ) -> None: ...

    @property
    def value(self) -> RepeatedMessage[Summary.Value]: ...
    def __init__(self, *, value: typing.Any = ...) -> None: ...

class NamedTensorProto(Message):
    name: str
    @property
    def tensor(self) -> TensorProto: ...
    def __init__(self, *, name: typing.Any = ..., tensor: typing.Any = ...) -> None: ...

class StructuredValue(Message):
    @property
    def none_value(self) -> NoneValue: ...
    float64_value: float
    int64_value: int
    string_value: str
    bool_value: bool
    @property
    def tensor_shape_value(self) -> TensorShapeProto: ...
    tensor_dtype_value: int
    @property
    def tensor_spec_value(self) -> TensorSpecProto: ...
    @property
    def type_spec_value(self) -> TypeSpecProto: ...
    @property
    def bounded_tensor_spec_value(self) -> BoundedTensorSpecProto: ...
    @property
    def list_value(self) -> ListValue: ...
    @property
    def tuple_value(self) -> TupleValue: ...
    @property
    def dict_value(self) -> DictValue: ...
    @property
    def named_tuple_value(self) -> NamedTupleValue: ...
    @property
    def tensor_value(self) -> TensorProto: ...
    @property
    def numpy_value(self) -> TensorProto: ...
    def __init__(
        self,
        *,
        none_value: typing.Any = ...,
        float64_value: typing.Any = ...,
        int64_value: typing.Any = ...,
        string_value: typing.Any = ...,
        bool_value: typing.Any = ...,
        tensor_shape_value: typing.Any = ...,
        tensor_dtype_value: typing.Any = ...,
        tensor_spec_value: typing.Any = ...,
        type_spec_value: typing.Any = ...,
        bounded_tensor_spec_value: typing.Any = ...,
        list_value: typing.Any = ...,
        tuple_value: typing.Any = ...,
        dict_value: typing.Any = ...,
        named_tuple_value: typing.Any = ...,
        tensor_value: typing.Any = ...,
        numpy_value: typing.Any = ...,
    ) -> None: ...

class NoneValue(Message):
    def __init__(self) -> None: ...

class ListValue(Message):
    @property
    def values(self) -> RepeatedMessage[StructuredValue]: ...
    def __init__(self, *, values: typing.Any = ...) -> None: ...

class TupleValue(Message):
    @property
    def values(self) -> RepeatedMessage[StructuredValue]: ...
    def __init__(self, *, values: typing.Any = ...) -> None: ...

class DictValue(Message):
    @property
    def fields(self) -> MessageMap[str, StructuredValue]: ...
    def __init__(self, *, fields: typing.Any = ...) -> None: ...

class PairValue(Message):
    key: str
    @property
    def value(self) -> StructuredValue: ...
    def __init__(self, *, key: typing.Any = ..., value: typing.Any = ...) -> None: ...

class NamedTupleValue(Message):
    name: str
    @property
    def values(self) -> RepeatedMessage[PairValue]: ...
    def __init__(self, *, name: typing.Any = ..., values: typing.Any = ...) -> None: ...

class TensorSpecProto(Message):
    name: str
    @property
    def shape(self) -> TensorShapeProto: ...
    dtype: int
    def __init__(self, *, name: typing.Any = ..., shape: typing.Any = ..., dtype: typing.Any = ...) -> None: ...

class BoundedTensorSpecProto(Message):
    name: str
    @property
    def shape(self) -> TensorShapeProto: ...
    dtype: int
    @property
    def minimum(self) -> TensorProto: ...
    @property
    def maximum(self) -> TensorProto: ...
    def __init__(
        self,
        *,
        name: typing.Any = ...,
        shape: typing.Any = ...,
        dtype: typing.Any = ...,
        minimum: typing.Any = ...,
        maximum: typing.Any = ...,
    ) -> None: ...

class TypeSpecProto(Message):
    TypeSpecClass: ClassVar[Enum]
    UNKNOWN: ClassVar[int]
    SPARSE_TENSOR_SPEC: ClassVar[int]
    INDEXED_SLICES_SPEC: ClassVar[int]
    RAGGED_TENSOR_SPEC: ClassVar[int]
    TENSOR_ARRAY_SPEC: ClassVar[int]
    DATA_DATASET_SPEC: ClassVar[int]
    DATA_ITERATOR_SPEC: ClassVar[int]
    OPTIONAL_SPEC: ClassVar[int]
    PER_REPLICA_SPEC: ClassVar[int]
    VARIABLE_SPEC: ClassVar[int]
    ROW_PARTITION_SPEC: ClassVar[int]
    REGISTERED_TYPE_SPEC: ClassVar[int]
    EXTENSION_TYPE_SPEC: ClassVar[int]
    type_spec_class: int
    @property
    def type_state(self) -> StructuredValue: ...
    type_spec_class_name: str
    num_flat_components: int
    def __init__(
        self,
        *,
        type_spec_class: typing.Any = ...,
        type_state: typing.Any = ...,
        type_spec_class_name: typing.Any = ...,
        num_flat_components: typing.Any = ...,
    ) -> None: ...

class SavedSliceMeta(Message):
    name: str
    @property
    def shape(self) -> TensorShapeProto: ...
    type: int
    @property
    def slice(self) -> RepeatedMessage[TensorSliceProto]: ...
    def __init__(
        self, *, name: typing.Any = ..., shape: typing.Any = ..., type: typing.Any = ..., slice: typing.Any = ...
    ) -> None: ...

class SavedTensorSliceMeta(Message):
    @property
    def tensor(self) -> RepeatedMessage[SavedSliceMeta]: ...
    @property
    def versions(self) -> VersionDef: ...
    def __init__(self, *, tensor: typing.Any = ..., versions: typing.Any = ...) -> None: ...

class SavedSlice(Message):
    name: str
    @property
    def slice(self) -> TensorSliceProto: ...
    @property
    def data(self) -> TensorProto: ...
    def __init__(self, *, name: typing.Any = ..., slice: typing.Any = ..., data: typing.Any = ...) -> None: ...

class SavedTensorSlices(Message):
    @property
    def meta(self) -> SavedTensorSliceMeta: ...
    @property
    def data(self) -> SavedSlice: ...
    def __init__(self, *, meta: typing.Any = ..., data: typing.Any = ...) -> None: ...

class NodeDef(Message):
    class ExperimentalDebugInfo(Message):
        @property
        def original_node_names(self) -> RepeatedScalar[str]: ...
        @property
        def original_func_names(self) -> RepeatedScalar[str]: ...
        def __init__(self, *, original_node_names: typing.Any = ..., original_func_names: typing.Any = ...) -> None: ...

    name: str
    op: str
    @property
    def input(self) -> RepeatedScalar[str]: ...
    device: str
    @property
    def attr(self) -> MessageMap[str, AttrValue]: ...
    @property
    def experimental_debug_info(self) -> NodeDef.ExperimentalDebugInfo: ...
    @property
    def experimental_type(self) -> FullTypeDef: ...
    def __init__(
        self,
        *,
        name: typing.Any = ...,
        op: typing.Any = ...,
        input: typing.Any = ...,
        device: typing.Any = ...,
        attr: typing.Any = ...,
        experimental_debug_info: typing.Any = ...,
        experimental_type: typing.Any = ...,
    ) -> None: ...

class OpDef(Message):
    class ArgDef(Message):
        name: str
        description: str
        type: int
        type_attr: str
        number_attr: str
        type_list_attr: str
        @property
        def handle_data(self) -> RepeatedMessage[ResourceHandleProto.DtypeAndShape]: ...
        is_ref: bool
        @property
        def experimental_full_type(self) -> FullTypeDef: ...
        def __init__(
            self,
            *,
            name: typing.Any = ...,
            description: typing.Any = ...,
            type: typing.Any = ...,
            type_attr: typing.Any = ...,
            number_attr: typing.Any = ...,
            type_list_attr: typing.Any = ...,
            handle_data: typing.Any = ...,
            is_ref: typing.Any = ...,
            experimental_full_type: typing.Any = ...,
        ) -> None: ...

    class AttrDef(Message):
        name: str
        type: str
        @property
        def default_value(self) -> AttrValue: ...
        description: str
        has_minimum: bool
        minimum: int
        @property
        def allowed_values(self) -> AttrValue: ...
        def __init__(
            self,
            *,
            name: typing.Any = ...,
            type: typing.Any = ...,
            default_value: typing.Any = ...,
            description: typing.Any = ...,
            has_minimum: typing.Any = ...,
            minimum: typing.Any = ...,
            allowed_values: typing.Any = ...,
        ) -> None: ...

    name: str
    @property
    def input_arg(self) -> RepeatedMessage[OpDef.ArgDef]: ...
    @property
    def output_arg(self) -> RepeatedMessage[OpDef.ArgDef]: ...
    @property
    def control_output(self) -> RepeatedScalar[str]: ...
    @property
    def attr(self) -> RepeatedMessage[OpDef.AttrDef]: ...
    @property
    def deprecation(self) -> OpDeprecation: ...
    summary: str
    description: str
    is_commutative: bool
    is_aggregate: bool
    is_stateful: bool
    allows_uninitialized_input: bool
    is_distributed_communication: bool
    def __init__(
        self,
        *,
        name: typing.Any = ...,
        input_arg: typing.Any = ...,
        output_arg: typing.Any = ...,
        control_output: typing.Any = ...,
        attr: typing.Any = ...,
        deprecation: typing.Any = ...,
        summary: typing.Any = ...,
        description: typing.Any = ...,
        is_commutative: typing.Any = ...,
        is_aggregate: typing.Any = ...,
        is_stateful: typing.Any = ...,
        allows_uninitialized_input: typing.Any = ...,
        is_distributed_communication: typing.Any = ...,
    ) -> None: ...

class OpDeprecation(Message):
    version: int
    explanation: str
    def __init__(self, *, version: typing.Any = ..., explanation: typing.Any = ...) -> None: ...

class OpList(Message):
    @property
    def op(self) -> RepeatedMessage[OpDef]: ...
    def __init__(self, *, op: typing.Any = ...) -> None: ...

class AutoParallelOptions(Message):
    enable: bool
    num_replicas: int
    def __init__(self, *, enable: typing.Any = ..., num_replicas: typing.Any = ...) -> None: ...

class ScopedAllocatorOptions(Message):
    @property
    def enable_op(self) -> RepeatedScalar[str]: ...
    def __init__(self, *, enable_op: typing.Any = ...) -> None: ...

class RewriterConfig(Message):
    Toggle: ClassVar[Enum]
    DEFAULT: ClassVar[int]
    ON: ClassVar[int]
    OFF: ClassVar[int]
    AGGRESSIVE: ClassVar[int]
    EXPERIMENTAL_MLIR: ClassVar[int]
    EXPERIMENTAL_BOTH: ClassVar[int]
    CpuLayout: ClassVar[Enum]
    NO_CONVERSION_ON_CPU: ClassVar[int]
    NCHW_TO_NHWC: ClassVar[int]
    NHWC_TO_NCHW: ClassVar[int]
    NumIterationsType: ClassVar[Enum]
    DEFAULT_NUM_ITERS: ClassVar[int]
    ONE: ClassVar[int]
    TWO: ClassVar[int]
    MemOptType: ClassVar[Enum]
    DEFAULT_MEM_OPT: ClassVar[int]
    NO_MEM_OPT: ClassVar[int]
    MANUAL: ClassVar[int]
    SWAPPING_HEURISTICS: ClassVar[int]
    RECOMPUTATION_HEURISTICS: ClassVar[int]
    SCHEDULING_HEURISTICS: ClassVar[int]
    HEURISTICS: ClassVar[int]
    class CustomGraphOptimizer(Message):
        name: str
        @property
        def parameter_map(self) -> MessageMap[str, AttrValue]: ...
        def __init__(self, *, name: typing.Any = ..., parameter_map: typing.Any = ...) -> None: ...

    cpu_layout_conversion: int
    layout_optimizer: int
    constant_folding: int
    shape_optimization: int
    remapping: int
    common_subgraph_elimination: int
    arithmetic_optimization: int
    dependency_optimization: int
    loop_optimization: int
    function_optimization: int
    debug_stripper: int
    disable_model_pruning: bool
    scoped_allocator_optimization: int
    pin_to_host_optimization: int
    implementation_selector: int
    auto_mixed_precision: int
    auto_mixed_precision_mkl: int
    auto_mixed_precision_onednn_bfloat16: int
    auto_mixed_precision_cpu: int
    disable_meta_optimizer: bool
    disable_tfg_optimizer: bool
    use_plugin_optimizers: int
    experimental_conditional_code_motion: int
    meta_optimizer_iterations: int
    min_graph_nodes: int
    experimental_disable_compressed_tensor_optimization: bool
    experimental_disable_folding_quantization_emulation: bool
    memory_optimization: int
    memory_optimizer_target_node_name_scope: str
    meta_optimizer_timeout_ms: int
    @property
    def auto_parallel(self) -> AutoParallelOptions: ...
    fail_on_optimizer_errors: bool
    @property
    def scoped_allocator_opts(self) -> ScopedAllocatorOptions: ...
    @property
    def optimizers(self) -> RepeatedScalar[str]: ...
    @property
    def custom_optimizers(self) -> RepeatedMessage[RewriterConfig.CustomGraphOptimizer]: ...
    @property
    def inter_optimizer_verifier_config(self) -> VerifierConfig: ...
    @property
    def post_optimization_verifier_config(self) -> VerifierConfig: ...
    def __init__(
        self,
        *,
        cpu_layout_conversion: typing.Any = ...,
        layout_optimizer: typing.Any = ...,
        constant_folding: typing.Any = ...,
        shape_optimization: typing.Any = ...,
        remapping: typing.Any = ...,
        common_subgraph_elimination: typing.Any = ...,
        arithmetic_optimization: typing.Any = ...,
        dependency_optimization: typing.Any = ...,
        loop_optimization: typing.Any = ...,
        function_optimization: typing.Any = ...,
        debug_stripper: typing.Any = ...,
        disable_model_pruning: typing.Any = ...,
        scoped_allocator_optimization: typing.Any = ...,
        pin_to_host_optimization: typing.Any = ...,
        implementation_selector: typing.Any = ...,
        auto_mixed_precision: typing.Any = ...,
        auto_mixed_precision_mkl: typing.Any = ...,
        auto_mixed_precision_onednn_bfloat16: typing.Any = ...,
        auto_mixed_precision_cpu: typing.Any = ...,
        disable_meta_optimizer: typing.Any = ...,
        disable_tfg_optimizer: typing.Any = ...,
        use_plugin_optimizers: typing.Any = ...,
        experimental_conditional_code_motion: typing.Any = ...,
        meta_optimizer_iterations: typing.Any = ...,
        min_graph_nodes: typing.Any = ...,
        experimental_disable_compressed_tensor_optimization: typing.Any = ...,
        experimental_disable_folding_quantization_emulation: typing.Any = ...,
        memory_optimization: typing.Any = ...,
        memory_optimizer_target_node_name_scope: typing.Any = ...,
        meta_optimizer_timeout_ms: typing.Any = ...,
        auto_parallel: typing.Any = ...,
        fail_on_optimizer_errors: typing.Any = ...,
        scoped_allocator_opts: typing.Any = ...,
        optimizers: typing.Any = ...,
        custom_optimizers: typing.Any = ...,
        inter_optimizer_verifier_config: typing.Any = ...,
        post_optimization_verifier_config: typing.Any = ...,
    ) -> None: ...

class Event(Message):
    wall_time: float
    step: int
    file_version: str
    graph_def: bytes
    @property
    def summary(self) -> Summary: ...
    @property
    def log_message(self) -> LogMessage: ...
    @property
    def session_log(self) -> SessionLog: ...
    @property
    def tagged_run_metadata(self) -> TaggedRunMetadata: ...
    meta_graph_def: bytes
    @property
    def source_metadata(self) -> SourceMetadata: ...
    def __init__(
        self,
        *,
        wall_time: typing.Any = ...,
        step: typing.Any = ...,
        file_version: typing.Any = ...,
        graph_def: typing.Any = ...,
        summary: typing.Any = ...,
        log_message: typing.Any = ...,
        session_log: typing.Any = ...,
        tagged_run_metadata: typing.Any = ...,
        meta_graph_def: typing.Any = ...,
        source_metadata: typing.Any = ...,
    ) -> None: ...

class SourceMetadata(Message):
    writer: str
    def __init__(self, *, writer: typing.Any = ...) -> None: ...

class LogMessage(Message):
    Level: ClassVar[Enum]
    UNKNOWN: ClassVar[int]
    DEBUGGING: ClassVar[int]
    INFO: ClassVar[int]
    WARN: ClassVar[int]
    ERROR: ClassVar[int]
    FATAL: ClassVar[int]
    level: int
    message: str
    def __init__(self, *, level: typing.Any = ..., message: typing.Any = ...) -> None: ...

class SessionLog(Message):
    SessionStatus: ClassVar[Enum]
    STATUS_UNSPECIFIED: ClassVar[int]
    START: ClassVar[int]
    STOP: ClassVar[int]
    CHECKPOINT: ClassVar[int]
    status: int
    checkpoint_path: str
    msg: str
    def __init__(
        self, *, status: typing.Any = ..., checkpoint_path: typing.Any = ..., msg: typing.Any = ...
    ) -> None: ...

class TaggedRunMetadata(Message):
    tag: str
    run_metadata: bytes
    def __init__(self, *, tag: typing.Any = ..., run_metadata: typing.Any = ...) -> None: ...

class WatchdogConfig(Message):
    timeout_ms: int
    def __init__(self, *, timeout_ms: typing.Any = ...) -> None: ...

class RequestedExitCode(Message):
    exit_code: int
    def __init__(self, *, exit_code: typing.Any = ...) -> None: ...

class WorkerHeartbeatRequest(Message):
    shutdown_mode: int
    @property
    def watchdog_config(self) -> WatchdogConfig: ...
    @property
    def exit_code(self) -> RequestedExitCode: ...
    def __init__(
        self, *, shutdown_mode: typing.Any = ..., watchdog_config: typing.Any = ..., exit_code: typing.Any = ...
    ) -> None: ...

class WorkerHeartbeatResponse(Message):
    health_status: int
    @property
    def worker_log(self) -> RepeatedMessage[Event]: ...
    hostname: str
    def __init__(
        self, *, health_status: typing.Any = ..., worker_log: typing.Any = ..., hostname: typing.Any = ...
    ) -> None: ...

class SavedObjectGraph(Message):
    @property
    def nodes(self) -> RepeatedMessage[SavedObject]: ...
    @property
    def concrete_functions(self) -> MessageMap[str, SavedConcreteFunction]: ...
    def __init__(self, *, nodes: typing.Any = ..., concrete_functions: typing.Any = ...) -> None: ...

class SavedObject(Message):
    @property
    def children(self) -> RepeatedMessage[TrackableObjectGraph.TrackableObject.ObjectReference]: ...
    @property
    def dependencies(self) -> RepeatedMessage[TrackableObjectGraph.TrackableObject.ObjectReference]: ...
    @property
    def slot_variables(self) -> RepeatedMessage[TrackableObjectGraph.TrackableObject.SlotVariableReference]: ...
    @property
    def user_object(self) -> SavedUserObject: ...
    @property
    def asset(self) -> SavedAsset: ...
    @property
    def function(self) -> SavedFunction: ...
    @property
    def variable(self) -> SavedVariable: ...
    @property
    def bare_concrete_function(self) -> SavedBareConcreteFunction: ...
    @property
    def constant(self) -> SavedConstant: ...
    @property
    def resource(self) -> SavedResource: ...
    @property
    def captured_tensor(self) -> CapturedTensor: ...
    @property
    def saveable_objects(self) -> MessageMap[str, SaveableObject]: ...
    registered_name: str
    @property
    def serialized_user_proto(self) -> Any: ...
    registered_saver: str
    def __init__(
        self,
        *,
        children: typing.Any = ...,
        dependencies: typing.Any = ...,
        slot_variables: typing.Any = ...,
        user_object: typing.Any = ...,
        asset: typing.Any = ...,
        function: typing.Any = ...,
        variable: typing.Any = ...,
        bare_concrete_function: typing.Any = ...,
        constant: typing.Any = ...,
        resource: typing.Any = ...,
        captured_tensor: typing.Any = ...,
        saveable_objects: typing.Any = ...,
        registered_name: typing.Any = ...,
        serialized_user_proto: typing.Any = ...,
        registered_saver: typing.Any = ...,
    ) -> None: ...

class SavedUserObject(Message):
    identifier: str
    @property
    def version(self) -> VersionDef: ...
    metadata: str
    def __init__(
        self, *, identifier: typing.Any = ..., version: typing.Any = ..., metadata: typing.Any = ...
    ) -> None: ...

class SavedAsset(Message):
    asset_file_def_index: int
    def __init__(self, *, asset_file_def_index: typing.Any = ...) -> None: ...

class SavedFunction(Message):
    @property
    def concrete_functions(self) -> RepeatedScalar[str]: ...
    @property
    def function_spec(self) -> FunctionSpec: ...
    def __init__(self, *, concrete_functions: typing.Any = ..., function_spec: typing.Any = ...) -> None: ...

class CapturedTensor(Message):
    name: str
    concrete_function: str
    def __init__(self, *, name: typing.Any = ..., concrete_function: typing.Any = ...) -> None: ...

class SavedConcreteFunction(Message):
    @property
    def bound_inputs(self) -> RepeatedScalar[int]: ...
    @property
    def canonicalized_input_signature(self) -> StructuredValue: ...
    @property
    def output_signature(self) -> StructuredValue: ...
    def __init__(
        self,
        *,
        bound_inputs: typing.Any = ...,
        canonicalized_input_signature: typing.Any = ...,
        output_signature: typing.Any = ...,
    ) -> None: ...

class SavedBareConcreteFunction(Message):
    concrete_function_name: str
    @property
    def argument_keywords(self) -> RepeatedScalar[str]: ...
    allowed_positional_arguments: int
    @property
    def function_spec(self) -> FunctionSpec: ...
    def __init__(
        self,
        *,
        concrete_function_name: typing.Any = ...,
        argument_keywords: typing.Any = ...,
        allowed_positional_arguments: typing.Any = ...,
        function_spec: typing.Any = ...,
    ) -> None: ...

class SavedConstant(Message):
    operation: str
    def __init__(self, *, operation: typing.Any = ...) -> None: ...

class SavedVariable(Message):
    dtype: int
    @property
    def shape(self) -> TensorShapeProto: ...
    trainable: bool
    synchronization: int
    aggregation: int
    name: str
    device: str
    @property
    def experimental_distributed_variable_components(self) -> RepeatedMessage[SavedVariable]: ...
    def __init__(
        self,
        *,
        dtype: typing.Any = ...,
        shape: typing.Any = ...,
        trainable: typing.Any = ...,
        synchronization: typing.Any = ...,
        aggregation: typing.Any = ...,
        name: typing.Any = ...,
        device: typing.Any = ...,
        experimental_distributed_variable_components: typing.Any = ...,
    ) -> None: ...

class FunctionSpec(Message):
    JitCompile: ClassVar[Enum]
    DEFAULT: ClassVar[int]
    ON: ClassVar[int]
    OFF: ClassVar[int]
    @property
    def fullargspec(self) -> StructuredValue: ...
    is_method: bool
    @property
    def input_signature(self) -> StructuredValue: ...
    jit_compile: int
    def __init__(
        self,
        *,
        fullargspec: typing.Any = ...,
        is_method: typing.Any = ...,
        input_signature: typing.Any = ...,
        jit_compile: typing.Any = ...,
    ) -> None: ...

class SavedResource(Message):
    device: str
    def __init__(self, *, device: typing.Any = ...) -> None: ...

class SaveableObject(Message):
    save_function: int
    restore_function: int
    def __init__(self, *, save_function: typing.Any = ..., restore_function: typing.Any = ...) -> None: ...

class FunctionDefLibrary(Message):
    @property
    def function(self) -> RepeatedMessage[FunctionDef]: ...
    @property
    def gradient(self) -> RepeatedMessage[GradientDef]: ...
    @property
    def registered_gradients(self) -> RepeatedMessage[RegisteredGradient]: ...
    def __init__(
        self, *, function: typing.Any = ..., gradient: typing.Any = ..., registered_gradients: typing.Any = ...
    ) -> None: ...

class FunctionDef(Message):
    class ArgAttrs(Message):
        @property
        def attr(self) -> MessageMap[str, AttrValue]: ...
        def __init__(self, *, attr: typing.Any = ...) -> None: ...

    @property
    def signature(self) -> OpDef: ...
    @property
    def attr(self) -> MessageMap[str, AttrValue]: ...
    @property
    def arg_attr(self) -> MessageMap[int, FunctionDef.ArgAttrs]: ...
    @property
    def resource_arg_unique_id(self) -> MutableMapping[int, int]: ...
    @property
    def node_def(self) -> RepeatedMessage[NodeDef]: ...
    @property
    def ret(self) -> MutableMapping[str, str]: ...
    @property
    def control_ret(self) -> MutableMapping[str, str]: ...
    def __init__(
        self,
        *,
        signature: typing.Any = ...,
        attr: typing.Any = ...,
        arg_attr: typing.Any = ...,
        resource_arg_unique_id: typing.Any = ...,
        node_def: typing.Any = ...,
        ret: typing.Any = ...,
        control_ret: typing.Any = ...,
    ) -> None: ...

class GradientDef(Message):
    function_name: str
    gradient_func: str
    def __init__(self, *, function_name: typing.Any = ..., gradient_func: typing.Any = ...) -> None: ...

class RegisteredGradient(Message):
    gradient_func: str
    registered_op_type: str
    def __init__(self, *, gradient_func: typing.Any = ..., registered_op_type: typing.Any = ...) -> None: ...

class GraphDef(Message):
    @property
    def node(self) -> RepeatedMessage[NodeDef]: ...
    @property
    def versions(self) -> VersionDef: ...
    version: int
    @property
    def library(self) -> FunctionDefLibrary: ...
    @property
    def debug_info(self) -> GraphDebugInfo: ...
    def __init__(
        self,
        *,
        node: typing.Any = ...,
        versions: typing.Any = ...,
        version: typing.Any = ...,
        library: typing.Any = ...,
        debug_info: typing.Any = ...,
    ) -> None: ...

class GPUOptions(Message):
    class Experimental(Message):
        class VirtualDevices(Message):
            @property
            def memory_limit_mb(self) -> RepeatedScalar[float]: ...
            @property
            def priority(self) -> RepeatedScalar[int]: ...
            @property
            def device_ordinal(self) -> RepeatedScalar[int]: ...
            def __init__(
                self, *, memory_limit_mb: typing.Any = ..., priority: typing.Any = ..., device_ordinal: typing.Any = ...
            ) -> None: ...

        @property
        def virtual_devices(self) -> RepeatedMessage[GPUOptions.Experimental.VirtualDevices]: ...
        num_virtual_devices_per_gpu: int
        use_unified_memory: bool
        num_dev_to_dev_copy_streams: int
        collective_ring_order: str
        timestamped_allocator: bool
        kernel_tracker_max_interval: int
        kernel_tracker_max_bytes: int
        kernel_tracker_max_pending: int
        internal_fragmentation_fraction: float
        use_cuda_malloc_async: bool
        disallow_retry_on_allocation_failure: bool
        gpu_host_mem_limit_in_mb: float
        gpu_host_mem_disallow_growth: bool
        gpu_system_memory_size_in_mb: int
        def __init__(
            self,
            *,
            virtual_devices: typing.Any = ...,
            num_virtual_devices_per_gpu: typing.Any = ...,
            use_unified_memory: typing.Any = ...,
            num_dev_to_dev_copy_streams: typing.Any = ...,
            collective_ring_order: typing.Any = ...,
            timestamped_allocator: typing.Any = ...,
            kernel_tracker_max_interval: typing.Any = ...,
            kernel_tracker_max_bytes: typing.Any = ...,
            kernel_tracker_max_pending: typing.Any = ...,
            internal_fragmentation_fraction: typing.Any = ...,
            use_cuda_malloc_async: typing.Any = ...,
            disallow_retry_on_allocation_failure: typing.Any = ...,
            gpu_host_mem_limit_in_mb: typing.Any = ...,
            gpu_host_mem_disallow_growth: typing.Any = ...,
            gpu_system_memory_size_in_mb: typing.Any = ...,
        ) -> None: ...

    per_process_gpu_memory_fraction: float
    allow_growth: bool
    allocator_type: str
    deferred_deletion_bytes: int
    visible_device_list: str
    polling_active_delay_usecs: int
    polling_inactive_delay_msecs: int
    force_gpu_compatible: bool
    @property
    def experimental(self) -> GPUOptions.Experimental: ...
    def __init__(
        self,
        *,
        per_process_gpu_memory_fraction: typing.Any = ...,
        allow_growth: typing.Any = ...,
        allocator_type: typing.Any = ...,
        deferred_deletion_bytes: typing.Any = ...,
        visible_device_list: typing.Any = ...,
        polling_active_delay_usecs: typing.Any = ...,
        polling_inactive_delay_msecs: typing.Any = ...,
        force_gpu_compatible: typing.Any = ...,
        experimental: typing.Any = ...,
    ) -> None: ...

class OptimizerOptions(Message):
    Level: ClassVar[Enum]
    L1: ClassVar[int]
    L0: ClassVar[int]
    GlobalJitLevel: ClassVar[Enum]
    DEFAULT: ClassVar[int]
    OFF: ClassVar[int]
    ON_1: ClassVar[int]
    ON_2: ClassVar[int]
    do_common_subexpression_elimination: bool
    do_constant_folding: bool
    max_folded_constant_in_bytes: int
    do_function_inlining: bool
    opt_level: int
    global_jit_level: int
    cpu_global_jit: bool
    def __init__(
        self,
        *,
        do_common_subexpression_elimination: typing.Any = ...,
        do_constant_folding: typing.Any = ...,
        max_folded_constant_in_bytes: typing.Any = ...,
        do_function_inlining: typing.Any = ...,
        opt_level: typing.Any = ...,
        global_jit_level: typing.Any = ...,
        cpu_global_jit: typing.Any = ...,
    ) -> None: ...

class GraphOptions(Message):
    enable_recv_scheduling: bool
    @property
    def optimizer_options(self) -> OptimizerOptions: ...
    build_cost_model: int
    build_cost_model_after: int
    infer_shapes: bool
    place_pruned_graph: bool
    enable_bfloat16_sendrecv: bool
    timeline_step: int
    @property
    def rewrite_options(self) -> RewriterConfig: ...
    def __init__(
        self,
        *,
        enable_recv_scheduling: typing.Any = ...,
        optimizer_options: typing.Any = ...,
        build_cost_model: typing.Any = ...,
        build_cost_model_after: typing.Any = ...,
        infer_shapes: typing.Any = ...,
        place_pruned_graph: typing.Any = ...,
        enable_bfloat16_sendrecv: typing.Any = ...,
        timeline_step: typing.Any = ...,
        rewrite_options: typing.Any = ...,
    ) -> None: ...

class ThreadPoolOptionProto(Message):
    num_threads: int
    global_name: str
    def __init__(self, *, num_threads: typing.Any = ..., global_name: typing.Any = ...) -> None: ...

class SessionMetadata(Message):
    name: str
    version: int
    def __init__(self, *, name: typing.Any = ..., version: typing.Any = ...) -> None: ...

class ConfigProto(Message):
    class Experimental(Message):
        MlirBridgeRollout: ClassVar[Enum]
        MLIR_BRIDGE_ROLLOUT_UNSPECIFIED: ClassVar[int]
        MLIR_BRIDGE_ROLLOUT_ENABLED: ClassVar[int]
        MLIR_BRIDGE_ROLLOUT_DISABLED: ClassVar[int]
        collective_group_leader: str
        executor_type: str
        recv_buf_max_chunk: int
        use_numa_affinity: bool
        collective_deterministic_sequential_execution: bool
        collective_nccl: bool
        share_session_state_in_clusterspec_propagation: bool
        disable_thread_spinning: bool
        share_cluster_devices_in_session: bool
        @property
        def session_metadata(self) -> SessionMetadata: ...
        optimize_for_static_graph: bool
        enable_mlir_bridge: bool
        mlir_bridge_rollout: int
        enable_mlir_graph_optimization: bool
        disable_output_partition_graphs: bool
        xla_fusion_autotuner_thresh: int
        use_tfrt: bool
        disable_functional_ops_lowering: bool
        xla_prefer_single_graph_cluster: bool
        @property
        def coordination_config(self) -> CoordinationServiceConfig: ...
        disable_optimize_for_static_graph: bool
        disable_eager_executor_streaming_enqueue: bool
        def __init__(
            self,
            *,
            collective_group_leader: typing.Any = ...,
            executor_type: typing.Any = ...,
            recv_buf_max_chunk: typing.Any = ...,
            use_numa_affinity: typing.Any = ...,
            collective_deterministic_sequential_execution: typing.Any = ...,
            collective_nccl: typing.Any = ...,
            share_session_state_in_clusterspec_propagation: typing.Any = ...,
            disable_thread_spinning: typing.Any = ...,
            share_cluster_devices_in_session: typing.Any = ...,
            session_metadata: typing.Any = ...,
            optimize_for_static_graph: typing.Any = ...,
            enable_mlir_bridge: typing.Any = ...,
            mlir_bridge_rollout: typing.Any = ...,
            enable_mlir_graph_optimization: typing.Any = ...,
            disable_output_partition_graphs: typing.Any = ...,
            xla_fusion_autotuner_thresh: typing.Any = ...,
            use_tfrt: typing.Any = ...,
            disable_functional_ops_lowering: typing.Any = ...,
            xla_prefer_single_graph_cluster: typing.Any = ...,
            coordination_config: typing.Any = ...,
            disable_optimize_for_static_graph: typing.Any = ...,
            disable_eager_executor_streaming_enqueue: typing.Any = ...,
        ) -> None: ...

    @property
    def device_count(self) -> MutableMapping[str, int]: ...
    intra_op_parallelism_threads: int
    inter_op_parallelism_threads: int
    use_per_session_threads: bool
    @property
    def session_inter_op_thread_pool(self) -> RepeatedMessage[ThreadPoolOptionProto]: ...
    placement_period: int
    @property
    def device_filters(self) -> RepeatedScalar[str]: ...
    @property
    def gpu_options(self) -> GPUOptions: ...
    allow_soft_placement: bool
    log_device_placement: bool
    @property
    def graph_options(self) -> GraphOptions: ...
    operation_timeout_in_ms: int
    @property
    def rpc_options(self) -> RPCOptions: ...
    @property
    def cluster_def(self) -> ClusterDef: ...
    isolate_session_state: bool
    share_cluster_devices_in_session: bool
    @property
    def experimental(self) -> ConfigProto.Experimental: ...
    def __init__(
        self,
        *,
        device_count: typing.Any = ...,
        intra_op_parallelism_threads: typing.Any = ...,
        inter_op_parallelism_threads: typing.Any = ...,
        use_per_session_threads: typing.Any = ...,
        session_inter_op_thread_pool: typing.Any = ...,
        placement_period: typing.Any = ...,
        device_filters: typing.Any = ...,
        gpu_options: typing.Any = ...,
        allow_soft_placement: typing.Any = ...,
        log_device_placement: typing.Any = ...,
        graph_options: typing.Any = ...,
        operation_timeout_in_ms: typing.Any = ...,
        rpc_options: typing.Any = ...,
        cluster_def: typing.Any = ...,
        isolate_session_state: typing.Any = ...,
        share_cluster_devices_in_session: typing.Any = ...,
        experimental: typing.Any = ...,
    ) -> None: ...

class RunOptions(Message):
    TraceLevel: ClassVar[Enum]
    NO_TRACE: ClassVar[int]
    SOFTWARE_TRACE: ClassVar[int]
    HARDWARE_TRACE: ClassVar[int]
    FULL_TRACE: ClassVar[int]
    class Experimental(Message):
        class RunHandlerPoolOptions(Message):
            priority: int
            def __init__(self, *, priority: typing.Any = ...) -> None: ...

        collective_graph_key: int
        use_run_handler_pool: bool
        @property
        def run_handler_pool_options(self) -> RunOptions.Experimental.RunHandlerPoolOptions: ...
        def __init__(
            self,
            *,
            collective_graph_key: typing.Any = ...,
            use_run_handler_pool: typing.Any = ...,
            run_handler_pool_options: typing.Any = ...,
        ) -> None: ...

    trace_level: int
    timeout_in_ms: int
    inter_op_thread_pool: int
    output_partition_graphs: bool
    @property
    def debug_options(self) -> DebugOptions: ...
    report_tensor_allocations_upon_oom: bool
    @property
    def experimental(self) -> RunOptions.Experimental: ...
    def __init__(
        self,
        *,
        trace_level: typing.Any = ...,
        timeout_in_ms: typing.Any = ...,
        inter_op_thread_pool: typing.Any = ...,
        output_partition_graphs: typing.Any = ...,
        debug_options: typing.Any = ...,
        report_tensor_allocations_upon_oom: typing.Any = ...,
        experimental: typing.Any = ...,
    ) -> None: ...

class RunMetadata(Message):
    class FunctionGraphs(Message):
        @property
        def partition_graphs(self) -> RepeatedMessage[GraphDef]: ...
        @property
        def pre_optimization_graph(self) -> GraphDef: ...
        @property
        def post_optimization_graph(self) -> GraphDef: ...
        def __init__(
            self,
            *,
            partition_graphs: typing.Any = ...,
            pre_optimization_graph: typing.Any = ...,
            post_optimization_graph: typing.Any = ...,
        ) -> None: ...

    @property
    def step_stats(self) -> StepStats: ...
    @property
    def cost_graph(self) -> CostGraphDef: ...
    @property
    def partition_graphs(self) -> RepeatedMessage[GraphDef]: ...
    @property
    def function_graphs(self) -> RepeatedMessage[RunMetadata.FunctionGraphs]: ...
    @property
    def session_metadata(self) -> SessionMetadata: ...
    def __init__(
        self,
        *,
        step_stats: typing.Any = ...,
        cost_graph: typing.Any = ...,
        partition_graphs: typing.Any = ...,
        function_graphs: typing.Any = ...,
        session_metadata: typing.Any = ...,
    ) -> None: ...

class TensorConnection(Message):
    from_tensor: str
    to_tensor: str
    def __init__(self, *, from_tensor: typing.Any = ..., to_tensor: typing.Any = ...) -> None: ...

class CallableOptions(Message):
    @property
    def feed(self) -> RepeatedScalar[str]: ...
    @property
    def fetch(self) -> RepeatedScalar[str]: ...
    @property
    def target(self) -> RepeatedScalar[str]: ...
    @property
    def run_options(self) -> RunOptions: ...
    @property
    def tensor_connection(self) -> RepeatedMessage[TensorConnection]: ...
    @property
    def feed_devices(self) -> MutableMapping[str, str]: ...
    @property
    def fetch_devices(self) -> MutableMapping[str, str]: ...
    fetch_skip_sync: bool
    def __init__(
        self,
        *,
        feed: typing.Any = ...,
        fetch: typing.Any = ...,
        target: typing.Any = ...,
        run_options: typing.Any = ...,
        tensor_connection: typing.Any = ...,
        feed_devices: typing.Any = ...,
        fetch_devices: typing.Any = ...,
        fetch_skip_sync: typing.Any = ...,
    ) -> None: ...

class MetaGraphDef(Message):
    class MetaInfoDef(Message):
        meta_graph_version: str
        @property
        def stripped_op_list(self) -> OpList: ...
        @property
        def any_info(self) -> Any: ...
        @property
        def tags(self) -> RepeatedScalar[str]: ...
        tensorflow_version: str
        tensorflow_git_version: str
        stripped_default_attrs: bool
        @property
        def function_aliases(self) -> MutableMapping[str, str]: ...
        def __init__(
            self,
            *,
            meta_graph_version: typing.Any = ...,
            stripped_op_list: typing.Any = ...,
            any_info: typing.Any = ...,
            tags: typing.Any = ...,
            tensorflow_version: typing.Any = ...,
            tensorflow_git_version: typing.Any = ...,
            stripped_default_attrs: typing.Any = ...,
            function_aliases: typing.Any = ...,
        ) -> None: ...

    @property
    def meta_info_def(self) -> MetaGraphDef.MetaInfoDef: ...
    @property
    def graph_def(self) -> GraphDef: ...
    @property
    def saver_def(self) -> SaverDef: ...
    @property
    def collection_def(self) -> MessageMap[str, CollectionDef]: ...
    @property
    def signature_def(self) -> MessageMap[str, SignatureDef]: ...
    @property
    def asset_file_def(self) -> RepeatedMessage[AssetFileDef]: ...
    @property
    def object_graph_def(self) -> SavedObjectGraph: ...
    def __init__(
        self,
        *,
        meta_info_def: typing.Any = ...,
        graph_def: typing.Any = ...,
        saver_def: typing.Any = ...,
        collection_def: typing.Any = ...,
        signature_def: typing.Any = ...,
        asset_file_def: typing.Any = ...,
        object_graph_def: typing.Any = ...,
    ) -> None: ...

class CollectionDef(Message):
    class NodeList(Message):
        @property
        def value(self) -> RepeatedScalar[str]: ...
        def __init__(self, *, value: typing.Any = ...) -> None: ...

    class BytesList(Message):
        @property
        def value(self) -> RepeatedScalar[bytes]: ...
        def __init__(self, *, value: typing.Any = ...) -> None: ...

    class Int64List(Message):
        @property
        def value(self) -> RepeatedScalar[int]: ...
        def __init__(self, *, value: typing.Any = ...) -> None: ...

    class FloatList(Message):
        @property
        def value(self) -> RepeatedScalar[float]: ...
        def __init__(self, *, value: typing.Any = ...) -> None: ...

    class AnyList(Message):
        @property
        def value(self) -> RepeatedMessage[Any]: ...
        def __init__(self, *, value: typing.Any = ...) -> None: ...

    @property
    def node_list(self) -> CollectionDef.NodeList: ...
    @property
    def bytes_list(self) -> CollectionDef.BytesList: ...
    @property
    def int64_list(self) -> CollectionDef.Int64List: ...
    @property
    def float_list(self) -> CollectionDef.FloatList: ...
    @property
    def any_list(self) -> CollectionDef.AnyList: ...
    def __init__(
        self,
        *,
        node_list: typing.Any = ...,
        bytes_list: typing.Any = ...,
        int64_list: typing.Any = ...,
        float_list: typing.Any = ...,
        any_list: typing.Any = ...,
    ) -> None: ...

class TensorInfo(Message):
    class CooSparse(Message):
        values_tensor_name: str
        indices_tensor_name: str
        dense_shape_tensor_name: str
        def __init__(
            self,
            *,
            values_tensor_name: typing.Any = ...,
            indices_tensor_name: typing.Any = ...,
            dense_shape_tensor_name: typing.Any = ...,
        ) -> None: ...

    class CompositeTensor(Message):
        @property
        def type_spec(self) -> TypeSpecProto: ...
        @property
        def components(self) -> RepeatedMessage[TensorInfo]: ...
        def __init__(self, *, type_spec: typing.Any = ..., components: typing.Any = ...) -> None: ...

    name: str
    @property
    def coo_sparse(self) -> TensorInfo.CooSparse: ...
    @property
    def composite_tensor(self) -> TensorInfo.CompositeTensor: ...
    dtype: int
    @property
    def tensor_shape(self) -> TensorShapeProto: ...
    def __init__(
        self,
        *,
        name: typing.Any = ...,
        coo_sparse: typing.Any = ...,
        composite_tensor: typing.Any = ...,
        dtype: typing.Any = ...,
        tensor_shape: typing.Any = ...,
    ) -> None: ...

class SignatureDef(Message):
    @property
    def inputs(self) -> MessageMap[str, TensorInfo]: ...
    @property
    def outputs(self) -> MessageMap[str, TensorInfo]: ...
    method_name: str
    @property
    def defaults(self) -> MessageMap[str, TensorProto]: ...
    def __init__(
        self,
        *,
        inputs: typing.Any = ...,
        outputs: typing.Any = ...,
        method_name: typing.Any = ...,
        defaults: typing.Any = ...,
    ) -> None: ...

class AssetFileDef(Message):
    @property
    def tensor_info(self) -> TensorInfo: ...
    filename: str
    def __init__(self, *, tensor_info: typing.Any = ..., filename: typing.Any = ...) -> None: ...

class SavedModel(Message):
    saved_model_schema_version: int
    @property
    def meta_graphs(self) -> RepeatedMessage[MetaGraphDef]: ...
    def __init__(self, *, saved_model_schema_version: typing.Any = ..., meta_graphs: typing.Any = ...) -> None: ...
