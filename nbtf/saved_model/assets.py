"""Files that belong to a model."""

from __future__ import annotations

import os
from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import device, init_scope
from nbtf.graph.tensor import Tensor


class Asset:
    """A file that a model reads, such as a vocabulary, as part of objects that are saved together."""

    def __init__(self, path: str | os.PathLike[str] | Tensor) -> None:
        """path: of the file, or a string tensor [] of it. Raises TypeError for anything else."""
        path = os.fspath(path) if isinstance(path, os.PathLike) else path
        with init_scope(), device("CPU"):
            self._path: Tensor = convert_to_tensor(path, dtype=dtypes.string, name="asset_path")

    @property
    def asset_path(self) -> Tensor:
        """The path, string []."""
        return self._path

    def _trackable_children(self) -> dict[str, Any]:
        """A checkpoint of objects knows the asset, and has nothing of it."""
        return {}
