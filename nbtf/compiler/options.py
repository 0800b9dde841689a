"""Which of the passes that make programs faster may run: for each a switch, all on unless somebody says otherwise.

A session's ConfigProto says so with TensorFlow's own fields: `graph_options.rewrite_options.remapping = OFF` keeps
convolutions and products apart from what follows them, `disable_meta_optimizer` turns every pass off, and a custom
optimizer named "winograd" whose parameter `enable` is false turns that off. The environment variable NBTF_DISABLE names
passes, separated by commas: "fuse", "pack", "winograd", or "all".
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

_TOGGLE_OFF = 2  # RewriterConfig.Toggle.OFF


@dataclass(frozen=True)
class Options:
    fuse: bool = True
    """Bias, addend and clamp go into the convolution or product before them: nbtf/compiler/fuse_dense.py."""
    pack: bool = True
    """Constant weights are packed once: nbtf/compiler/pack_weights.py."""
    winograd: bool = True
    """3x3 convolutions by constant weights where it pays; rounded otherwise: nbtf/kernels/winograd.py. Needs `pack`."""


def options_of(config: Any = None) -> Options:
    """From a ConfigProto, or None, and the environment. Raises ValueError for a name that is no pass."""
    passes = {"fuse", "pack", "winograd"}
    disabled = {name.strip() for name in os.environ.get("NBTF_DISABLE", "").split(",") if name.strip()}
    unknown = disabled - passes - {"all"}
    if unknown:
        raise ValueError(f"NBTF_DISABLE names {sorted(unknown)}, which are not among {sorted(passes)} or 'all'")
    if config is not None:
        rewrites = config.graph_options.rewrite_options
        if rewrites.remapping == _TOGGLE_OFF:
            disabled.add("fuse")
        if rewrites.disable_meta_optimizer:
            disabled.add("all")
        for custom in rewrites.custom_optimizers:
            if custom.name == "winograd" and not custom.parameter_map["enable"].b:
                disabled.add("winograd")
    return Options(**{name: name not in disabled and "all" not in disabled for name in passes})
