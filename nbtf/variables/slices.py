"""SaveSliceInfo: which part of a bigger variable a variable is, as checkpoints write it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.graph.scope_names import prepend_name_scope, strip_name_scope
from nbtf.wire import schema


class SaveSliceInfo:
    """The part [var_offset, var_offset + var_shape) of the variable `full_name` of shape full_shape."""

    def __init__(
        self,
        full_name: str | None = None,
        full_shape: Sequence[int] | None = None,
        var_offset: Sequence[int] | None = None,
        var_shape: Sequence[int] | None = None,
        save_slice_info_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        """save_slice_info_def: a SaveSliceInfoDef instead of the four facts; import_scope goes before its name."""
        if save_slice_info_def is not None:
            full_name = prepend_name_scope(save_slice_info_def.full_name, import_scope)
            full_shape = list(save_slice_info_def.full_shape)
            var_offset = list(save_slice_info_def.var_offset)
            var_shape = list(save_slice_info_def.var_shape)
        self.full_name = full_name
        self.full_shape = full_shape
        self.var_offset = var_offset
        self.var_shape = var_shape

    @property
    def spec(self) -> str:
        """As the checkpoint ops take it: "10 4 0,5:0,4" is rows 0 to 4 of a [10, 4] variable."""
        assert self.full_shape is not None and self.var_offset is not None and self.var_shape is not None
        extents = ":".join(f"{offset},{length}" for offset, length in zip(self.var_offset, self.var_shape, strict=True))
        return "".join(f"{dim} " for dim in self.full_shape) + extents

    def to_proto(self, export_scope: str | None = None) -> Any:
        """A SaveSliceInfoDef, or None for a variable outside of `export_scope`."""
        assert self.full_name is not None
        if export_scope is not None and not self.full_name.startswith(export_scope):
            return None
        return schema.SaveSliceInfoDef(
            full_name=strip_name_scope(self.full_name, export_scope),
            full_shape=[int(dim) for dim in self.full_shape or ()],
            var_offset=[int(dim) for dim in self.var_offset or ()],
            var_shape=[int(dim) for dim in self.var_shape or ()],
        )
