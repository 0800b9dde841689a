"""tf.sysconfig: how the library was built. nbtf is Python alone: there is nothing to compile against or link to."""

from __future__ import annotations

import os

CXX11_ABI_FLAG = 1
CXX_VERSION = 201703
MONOLITHIC_BUILD = 0


def get_include() -> str:
    """The folder of C++ headers, of which there are none."""
    return os.path.join(get_lib(), "include")


def get_lib() -> str:
    """The folder of the library."""
    return os.path.dirname(os.path.abspath(__file__))


def get_compile_flags() -> list[str]:
    """What a compiler needs to be told: nothing."""
    return []


def get_link_flags() -> list[str]:
    """What a linker needs to be told: nothing."""
    return []


def get_build_info() -> dict[str, bool]:
    """Which devices there is code for."""
    return {"is_cuda_build": False, "is_rocm_build": False, "is_tensorrt_build": False}
