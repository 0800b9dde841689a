"""The passes that only make a program faster: each can be switched off, and what a run answers stays the same.

NBTF_DISABLE_PASSES=fuse_elementwise,forward_aliases     by name, or "all"
ConfigProto.graph_options.optimizer_options.opt_level    L0 switches all of them off
ConfigProto.graph_options.rewrite_options.<field>        OFF switches off those that name this field below
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from nbtf.compiler.channels_last import channels_last
from nbtf.compiler.drop_unread import drop_unread
from nbtf.compiler.fold_constants import fold_constants
from nbtf.compiler.fold_paddings import fold_paddings
from nbtf.compiler.fold_scales import fold_scales
from nbtf.compiler.forward_aliases import forward_aliases
from nbtf.compiler.fuse_dense import fuse_dense
from nbtf.compiler.fuse_elementwise import fuse_elementwise
from nbtf.compiler.fuse_rectifiers import fuse_rectifiers
from nbtf.compiler.hoist_inputs import hoist_inputs
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.move_reshapes import move_reshapes
from nbtf.compiler.move_transposes import move_transposes
from nbtf.compiler.pack_gradient_filters import pack_gradient_filters
from nbtf.compiler.pack_weights import pack_weights
from nbtf.compiler.refine_shapes import refine_shapes
from nbtf.compiler.remove_no_ops import remove_no_ops
from nbtf.compiler.settle_reshapes import settle_reshapes
from nbtf.compiler.share_common import share_common
from nbtf.compiler.simplify_powers import simplify_powers
from nbtf.compiler.split_batches import split_batches
from nbtf.compiler.split_normalizations import split_normalizations
from nbtf.compiler.winograd import use_winograd

_OFF = 2  # RewriterConfig.Toggle
_NCHW_TO_NHWC = 1  # RewriterConfig.CpuLayout
_NO_OPTIMIZATION = -1  # OptimizerOptions.Level.L0


class Pass(NamedTuple):
    """name: as NBTF_DISABLE_PASSES has it. run: (nodes, fetched values) -> nodes. option: of RewriterConfig.

    `run` may put other values in the place of fetched ones. may_fail: whether it folds what may turn out not to be
    computable, see nbtf/compiler/folding.py. asked_for: whether it runs only where the options ask for it.
    """

    name: str
    run: Callable[[list[Node], list[Value]], list[Node]]
    option: str
    may_fail: bool = False
    asked_for: Callable[[Any], bool] | None = None


def _channels_first_asked_for(options: Any) -> bool:
    return bool(options.rewrite_options.cpu_layout_conversion == _NCHW_TO_NHWC)


PASSES = (
    Pass("channels_last", channels_last, "layout_optimizer", asked_for=_channels_first_asked_for),
    Pass("drop_unread", drop_unread, "dependency_optimization"),
    Pass("forward_aliases", forward_aliases, "dependency_optimization"),
    Pass("refine_shapes", refine_shapes, "shape_optimization"),
    Pass("fold_constants", fold_constants, "constant_folding", may_fail=True),
    Pass("remove_no_ops", remove_no_ops, "arithmetic_optimization"),
    Pass("settle_reshapes", settle_reshapes, "shape_optimization"),
    Pass("simplify_powers", simplify_powers, "arithmetic_optimization"),
    Pass("share_common", share_common, "common_subgraph_elimination"),
    Pass("move_transposes", move_transposes, "layout_optimizer"),
    Pass("split_normalizations", split_normalizations, "remapping"),
    Pass("fold_paddings", fold_paddings, "remapping"),
    Pass("fold_scales", fold_scales, "constant_folding", may_fail=True),
    Pass("hoist_inputs", hoist_inputs, "loop_optimization"),
    Pass("pack_gradient_filters", pack_gradient_filters, "constant_folding"),
    Pass("move_reshapes", move_reshapes, "remapping"),
    Pass("fuse_dense", fuse_dense, "remapping"),
    Pass("fuse_rectifiers", fuse_rectifiers, "remapping"),
    Pass("winograd", use_winograd, "remapping"),
    Pass("pack_weights", pack_weights, "constant_folding"),
    Pass("fuse_elementwise", fuse_elementwise, "remapping"),
    Pass("split_batches", split_batches, "loop_optimization"),
)


def enabled_passes(config: Any = None) -> tuple[Pass, ...]:
    """The passes that the environment and a session's ConfigProto leave on."""
    names = {name.strip() for name in os.environ.get("NBTF_DISABLE_PASSES", "").split(",")}
    unknown = names - {one.name for one in PASSES} - {"", "all"}
    if unknown:
        raise ValueError(f"NBTF_DISABLE_PASSES: no pass is named {min(unknown)!r}")
    if "all" in names:
        return ()
    options = config.graph_options if config is not None else None
    if options is not None and options.optimizer_options.opt_level == _NO_OPTIMIZATION:
        return ()
    if options is not None and options.rewrite_options.disable_meta_optimizer:
        return ()
    off = {one.name for one in PASSES if options is not None and getattr(options.rewrite_options, one.option) == _OFF}
    if options is not None:
        off |= {one.name for one in options.rewrite_options.custom_optimizers if not one.parameter_map["enable"].b}
    off |= {one.name for one in PASSES if one.asked_for and (options is None or not one.asked_for(options))}
    return tuple(one for one in PASSES if one.name not in names | off)


def without_folding(passes: tuple[Pass, ...]) -> tuple[Pass, ...]:
    """Those that fold nothing that may turn out not to be computable."""
    return tuple(one for one in passes if not one.may_fail)


def optimize(nodes: list[Node], fetched: list[Value], passes: tuple[Pass, ...]) -> list[Node]:
    for one in passes:
        nodes = one.run(nodes, fetched)
    return nodes
