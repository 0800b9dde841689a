"""What a SavedModel folder holds: its MetaGraphDefs by their tags, and the places of variables and assets."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from nbtf.saved_model import constants
from nbtf.wire import files, schema

Path = str | os.PathLike[str]


def select_meta_graph(saved_model: Any, tags: Iterable[str]) -> Any:
    """The MetaGraphDef that has exactly these tags. Raises RuntimeError where there is none."""
    wanted = set(tags)
    available = [set(meta_graph.meta_info_def.tags) for meta_graph in saved_model.meta_graphs]
    for meta_graph, present in zip(saved_model.meta_graphs, available, strict=True):
        if present == wanted:
            return meta_graph
    raise RuntimeError(
        f"MetaGraphDef associated with tags {str(tags).strip('[]')} could not be found in SavedModel, with available "
        f"tags '{available}'. To inspect available tag-sets in the SavedModel, please use `nbtf inspect`."
    )


def read_meta_graph(export_dir: Path, tags: Iterable[str]) -> Any:
    """The MetaGraphDef of a SavedModel folder with exactly these tags.

    Raises OSError where the folder holds no SavedModel, RuntimeError where none has these tags.
    """
    return select_meta_graph(files.read_saved_model(export_dir), tags)


def variables_prefix(export_dir: Path) -> str:
    """The prefix of the checkpoint inside a SavedModel folder."""
    return os.path.join(os.fspath(export_dir), constants.VARIABLES_DIRECTORY, constants.VARIABLES_FILENAME)


def asset_paths(export_dir: Path, meta_graph_def: Any) -> dict[str, str]:
    """Name of the tensor that is to hold an asset's path -> that path.

    Raises ValueError for a file name that leads out of the assets folder.
    """
    assets = list(meta_graph_def.asset_file_def)
    if not assets and constants.ASSETS_KEY in meta_graph_def.collection_def:
        for packed in meta_graph_def.collection_def[constants.ASSETS_KEY].any_list.value:
            asset = schema.AssetFileDef()
            if not packed.Unpack(asset):
                raise ValueError(f"collection {constants.ASSETS_KEY} holds a {packed.type_url}, no AssetFileDef")
            assets.append(asset)
    return {asset.tensor_info.name: asset_path(export_dir, asset.filename) for asset in assets}


def asset_path(export_dir: Path, filename: str) -> str:
    """Where the asset of this name lies. Raises ValueError for a file name that leads out of the assets folder."""
    folder = os.path.join(os.fspath(export_dir), constants.ASSETS_DIRECTORY)
    inside = os.path.normpath(filename)
    if os.path.isabs(filename) or inside.split(os.sep)[0] == os.pardir:
        raise ValueError(f"asset {filename!r} lies outside the SavedModel's folder of assets")
    return os.path.join(folder, filename)
