"""The nodes of a Saver: they write what a list of saveable objects holds to a checkpoint, and read it back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from nbtf.control_flow.grouping import group
from nbtf.graph.conversion import constant
from nbtf.graph.device import DeviceSpec, canonical_device
from nbtf.graph.feeding import placeholder_with_default
from nbtf.graph.gating import after
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, device, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.train import saveable
from nbtf.train.saveable import SaveableObject as Saveable
from nbtf.wire import schema

V1, V2 = 1, 2
"""Values of SaverDef.CheckpointFormatVersion."""
PerDevice = Sequence[tuple[str, list[Saveable]]]


class BaseSaverBuilder:
    """Reads the tensors of each object by an operation of its own, on the object's device."""

    SaveSpec = saveable.SaveSpec
    SaveableObject = Saveable
    VariableSaveable = saveable.ReferenceVariableSaveable
    ResourceVariableSaveable = saveable.ResourceVariableSaveable

    def __init__(self, write_version: int = V2) -> None:
        self._write_version = write_version

    # ---- what subclasses change ----

    def save_op(self, filename_tensor: Tensor, saveables: Sequence[Saveable]) -> Operation:
        """An operation that writes the objects to one file."""
        specs = [spec for one in saveables for spec in one.specs]
        names = [spec.name for spec in specs]
        tensors = [spec.tensor for spec in specs]
        slices = [spec.slice_spec for spec in specs]
        if self._write_version == V2:
            made: Operation = raw.SaveV2(filename_tensor, names, slices, tensors)
        elif self._write_version == V1:
            made = raw.SaveSlices(filename_tensor, names, slices, tensors, name="save")
        else:
            raise RuntimeError(f"Unexpected write_version: {self._write_version}")
        return made

    def bulk_restore(
        self,
        filename_tensor: Tensor,
        saveables: Sequence[Saveable],
        preferred_shard: int,
        restore_sequentially: bool,
    ) -> list[Tensor]:
        """The tensors of all objects, in the order of their specs."""
        restored: list[Tensor] = []
        for one in saveables:
            waits = restored[-1:] if restore_sequentially else []
            with control_dependencies(waits), device(on_cpu(one.device)):
                restored += self.restore_op(filename_tensor, one, preferred_shard)
        return restored

    def restore_op(self, filename_tensor: Tensor, saveable: Saveable, preferred_shard: int) -> list[Tensor]:
        """The tensors of one object."""
        return [
            tensor
            for spec in saveable.specs
            for tensor in raw.RestoreV2(filename_tensor, [spec.name], [spec.slice_spec], [spec.dtype.base_dtype])
        ]

    def sharded_filename(self, filename_tensor: Tensor, shard: int, num_shards: Tensor) -> Tensor:
        """The name of one shard's file."""
        name: Tensor = raw.ShardedFilename(filename_tensor, shard, num_shards)
        return name

    # ---- saving ----

    def _add_save_ops(self, filename_tensor: Tensor, saveables: Sequence[Saveable]) -> Tensor:
        save = self.save_op(filename_tensor, saveables)
        named: Tensor = after([save], filename_tensor)
        return named

    def _add_sharded_save_ops(self, filename_tensor: Tensor, per_device: PerDevice) -> Tensor:
        if self._write_version == V2:
            return self._add_sharded_save_ops_v2(filename_tensor, per_device)
        num_shards = constant(len(per_device), name="num_shards")
        saves = []
        for shard, (place, saveables) in enumerate(per_device):
            with device(place):
                filename = self.sharded_filename(filename_tensor, shard, num_shards)
                saves.append(self._add_save_ops(filename, saveables))
        with control_dependencies([save.op for save in saves]):
            filespec: Tensor = raw.ShardedFilespec(filename_tensor, num_shards)
        return filespec

    def _add_sharded_save_ops_v2(self, prefix: Tensor, per_device: PerDevice) -> Tensor:
        """Each device writes a checkpoint of its own to a temporary folder; then they become one."""
        temporary = temporary_prefix(prefix)
        num_shards = constant(len(per_device), name="num_shards")
        shards, saves = [], []
        for shard, (place, saveables) in enumerate(per_device):
            with device(on_cpu(place)):
                filename = self.sharded_filename(temporary, shard, num_shards)
                shards.append(filename)
                saves.append(self._add_save_ops(filename, saveables))
        with control_dependencies([save.op for save in saves]), device(on_cpu(per_device[-1][0])):
            merge = raw.MergeV2Checkpoints(shards, prefix, delete_old_dirs=True)
            with control_dependencies([merge]):
                merged: Tensor = raw.Identity(prefix)
        return merged

    # ---- restoring ----

    def _add_restore_ops(
        self,
        filename_tensor: Tensor,
        saveables: Sequence[Saveable],
        restore_sequentially: bool,
        reshape: bool,
        preferred_shard: int = -1,
        name: str = "restore_all",
    ) -> Operation:
        tensors = self.bulk_restore(filename_tensor, saveables, preferred_shard, restore_sequentially)
        assigns = []
        for one in saveables:
            shapes = [_shape_of(spec.tensor) for spec in one.specs] if reshape else None
            own, tensors = tensors[: len(one.specs)], tensors[len(one.specs) :]
            assigns.append(one.restore(own, shapes))
        return group(*assigns, name=name)

    def _add_sharded_restore_ops(
        self, filename_tensor: Tensor, per_device: PerDevice, restore_sequentially: bool, reshape: bool
    ) -> Operation:
        restores = []
        for shard, (place, saveables) in enumerate(per_device):
            with device(place):
                restores.append(
                    self._add_restore_ops(
                        filename_tensor,
                        saveables,
                        restore_sequentially,
                        reshape,
                        preferred_shard=shard,
                        name="restore_shard",
                    )
                )
        return group(*restores, name="restore_all")

    # ---- both ----

    def _group_by_devices(self, saveables: Sequence[Saveable]) -> PerDevice:
        per_device: dict[str, list[Saveable]] = {}
        for one in saveables:
            places = {canonical_device(spec.device) for spec in one.specs}
            if len(places) != 1:
                raise ValueError(f"All tensors of a saveable object must be on the same device: {one.name}")
            per_device.setdefault(places.pop(), []).append(one)
        return sorted(per_device.items(), key=lambda item: item[0])

    def build(
        self,
        names_to_saveables: Any,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        filename: str = "model",
    ) -> Any:
        """Adds the nodes to the default graph, in a name scope "save"; gives the SaverDef that names them."""
        saveables = saveable.validated(names_to_saveables)
        with name_scope(name, "save", [one.op for one in saveables]):
            path = placeholder_with_default(filename or "model", shape=(), name="filename")
            path = placeholder_with_default(path, shape=(), name="Const")  # the name that files of old have
            if sharded:
                per_device = self._group_by_devices(saveables)
                save = self._add_sharded_save_ops(path, per_device)
                restore = self._add_sharded_restore_ops(path, per_device, restore_sequentially, reshape)
            else:
                save = self._add_save_ops(path, saveables)
                restore = self._add_restore_ops(path, saveables, restore_sequentially, reshape)
        return schema.SaverDef(
            filename_tensor_name=path.name,
            save_tensor_name=save.name,
            restore_op_name=restore.name,
            max_to_keep=max_to_keep or 0,
            sharded=sharded,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            version=self._write_version,
        )


class BulkSaverBuilder(BaseSaverBuilder):
    """Reads all tensors by one operation."""

    def bulk_restore(
        self,
        filename_tensor: Tensor,
        saveables: Sequence[Saveable],
        preferred_shard: int,
        restore_sequentially: bool,
    ) -> list[Tensor]:
        specs = [spec for one in saveables for spec in one.specs]
        with device("cpu:0"):
            restored = raw.RestoreV2(
                filename_tensor,
                [spec.name for spec in specs],
                [spec.slice_spec for spec in specs],
                [spec.dtype.base_dtype for spec in specs],
            )
        return list(restored)


def temporary_prefix(prefix: Tensor) -> Tensor:
    """Where the shards of a checkpoint are written before they become one."""
    with device("CPU"):
        # stores that have no folders get a suffix
        suffix = raw.Select(
            raw.StaticRegexFullMatch(input=prefix, pattern="^s3://.*"),
            constant(".part"),
            constant(os.path.join("_temp", "part")),
        )
        joined: Tensor = raw.StringJoin([prefix, suffix])
        return joined


def on_cpu(place: str) -> str:
    """The CPU of a device's machine."""
    return DeviceSpec.from_string(place).replace(device_type="CPU", device_index=0).to_string()


def _shape_of(tensor: Any) -> Any:
    """What a value that is read gets reshaped to."""
    shape = tensor.get_shape()
    return shape if shape.is_fully_defined() else raw.Shape(tensor)
