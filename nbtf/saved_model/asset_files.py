"""The files that a SavedModel takes along."""

from __future__ import annotations

import filecmp
import os
import shutil

from nbtf import logging
from nbtf.saved_model import constants


class AssetFiles:
    """Names in the model's folder of assets, and the files that get them."""

    def __init__(self, export_dir: str) -> None:
        self._folder = os.path.join(export_dir, constants.ASSETS_DIRECTORY)
        self._paths: dict[str, str] = {}
        self._copied: set[str] = set()

    def name_of(self, path: str) -> str:
        """The file's own name; numbered where another file has it."""
        base = name = os.path.basename(path)
        count = 0
        while name in self._paths and not _same_file(self._paths[name], path):
            count += 1
            name = f"{base}_{count}"
        self._paths.setdefault(name, path)
        return name

    def copy(self) -> None:
        """Copies the files that were named since the last time; warns of those that are not there."""
        os.makedirs(self._folder, exist_ok=True)
        for name, path in self._paths.items():
            if name in self._copied:
                continue
            self._copied.add(name)
            try:
                shutil.copyfile(path, os.path.join(self._folder, name))
            except FileNotFoundError:
                logging.warning("Asset %s does not exist: the model is written without it.", path)
            except shutil.SameFileError:
                pass  # a model that is saved where it was loaded from
        logging.info("Assets written to: %s", self._folder)


def _same_file(one: str, other: str) -> bool:
    return one == other or filecmp.cmp(one, other, shallow=False)
