"""Libraries of compiled operations and file systems: nbtf's operations are Python, so none can be loaded."""

from __future__ import annotations

import errno
import os
from typing import Any, NoReturn

from nbtf.errors import NotFoundError, UnimplementedError


def load_library(library_location: str) -> None:
    """Raises FileNotFoundError where there is no such file or folder, else UnimplementedError."""
    if not os.path.exists(library_location):
        message = "The file or folder to load kernel libraries from does not exist."
        raise FileNotFoundError(errno.ENOENT, message, library_location)
    _refuse(library_location)


def load_op_library(library_filename: str) -> Any:
    """Raises NotFoundError where there is no such file, else UnimplementedError."""
    _check_file(library_filename)
    _refuse(library_filename)


def load_file_system_library(library_filename: str) -> None:
    """Raises NotFoundError where there is no such file, else UnimplementedError."""
    _check_file(library_filename)
    _refuse(library_filename)


def _check_file(filename: str) -> None:
    if not os.path.exists(filename):
        message = f"{filename}: cannot open shared object file: No such file or directory"
        raise NotFoundError(None, None, message)


def _refuse(filename: str) -> NoReturn:
    raise UnimplementedError(None, None, f"{filename}: nbtf cannot load operations that were compiled for TensorFlow")
