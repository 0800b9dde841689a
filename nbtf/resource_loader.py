"""tf.resource_loader: files that lie beside the code that asks for them."""

from __future__ import annotations

import os
import sys


def _folder_of_caller(depth: int) -> str:
    return os.path.dirname(os.path.abspath(sys._getframe(depth + 1).f_code.co_filename))


def load_resource(path: str) -> bytes:
    """What the file at a path relative to the package's parent holds. Raises OSError where there is none."""
    with open(os.path.join(get_root_dir_with_all_resources(), path), "rb") as file:
        return file.read()


def get_data_files_path() -> str:
    """The folder of the file that calls this."""
    return _folder_of_caller(1)


def get_path_to_datafile(path: str) -> str:
    """A path relative to the file that calls this, as an absolute one."""
    return os.path.join(_folder_of_caller(1), path)


def get_root_dir_with_all_resources() -> str:
    """The folder that holds the package."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """The path itself."""
    return path
