"""nbtf warmup: compiles kernels ahead of the first run, and looks after the cache they are kept in."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtf_tools.inspect import split_tags

if TYPE_CHECKING:
    from nbtf.compiler.variant import Variant
    from nbtf.graph.graph import Graph
    from nbtf.graph.operation import Operation
    from nbtf.wire.op_defs import Attr
    from nbtf_tools.loading import Model

SUMMARY = "compile kernels ahead of the first run"
DESCRIPTION = """\
Compiles the kernels that graphs need, or without a graph those of every op in
its usual types (float32, or int32 where an op has no floats). Kernels are kept in
$NBTF_CACHE_DIR, by default a folder `nbtf` in the user's cache folder."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("graphs", nargs="*", metavar="GRAPH", help=".pb, .pbtxt, .meta file or SavedModel folder")
    parser.add_argument("--tags", default="serve", metavar="TAG,...", help="of the MetaGraphDef in a SavedModel")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="tell what the cache holds, and compile nothing")
    what.add_argument("--clean", action="store_true", help="remove kernels of other versions, and compile nothing")
    parser.set_defaults(command=warmup)


def warmup(arguments: argparse.Namespace) -> None:
    """Compiles, lists or cleans."""
    from nbtf.vm.image import image

    if (arguments.list or arguments.clean) and arguments.graphs:
        raise ValueError("--list and --clean are about the whole cache; leave out the graphs")
    if arguments.list:
        _list()
    elif arguments.clean:
        _clean()
    else:
        variants = common_variants() if not arguments.graphs else set[Any]()
        for path in arguments.graphs:
            variants |= graph_variants(path, split_tags(arguments.tags))
        kernels = image()
        kernels.make(variants)
        if kernels.folder is None:
            raise OSError("kernels were compiled, but the cache cannot keep them (see the warning above)")
        print(f"{kernels.compiled} of {len(variants)} kernels compiled, the others were there: {kernels.folder}")


def graph_variants(path: str, tags: list[str]) -> set[Variant]:
    """What a file's outputs need. Raises UnimplementedError for ops that nbtf cannot run."""
    from nbtf_tools.loading import open_model

    model = open_model(path, tags=tags)
    feeds = [tensor for tensor in model.inputs() if tensor.op.type != "PlaceholderWithDefault"]
    return _program_variants(model.graph, model.outputs(), feeds) | _restore_variants(model)


def _restore_variants(model: Model) -> set[Variant]:
    """What loading the variables needs."""
    meta_graph = model.meta_graph_def
    if meta_graph is None or not meta_graph.saver_def.restore_op_name:
        return set()
    filename = model.tensor(meta_graph.saver_def.filename_tensor_name)
    restore = model.graph.get_operation_by_name(meta_graph.saver_def.restore_op_name)
    return _program_variants(model.graph, [], [filename], [restore])


def _program_variants(graph: Graph, fetches: list[Any], feeds: list[Any], targets: Any = ()) -> set[Variant]:
    from nbtf.compiler.folding import computed_by_programs
    from nbtf.compiler.pipeline import compile_folded, compile_program

    program = compile_program(graph, fetches, targets, feeds)
    folded = computed_by_programs([value for _, value in program.folded])
    return program.variants | (compile_folded(folded).variants if folded else set())


def common_variants() -> set[Variant]:
    """The kernels of every op, in float32 where it has that, else int32, else what it has."""
    from nbtf.graph import registry
    from nbtf.graph.graph import Graph

    variants: set[Variant] = set()
    for op_type in registry.op_types():
        block = registry.find(op_type)
        if block is not None and (block.kernel or block.rule):
            graph = Graph()
            op = sample_operation(graph, op_type)
            if op is not None:
                variants |= _program_variants(graph, [], list(op.inputs), [op])
    return variants


def sample_operation(graph: Graph, op_type: str) -> Operation | None:
    """An operation of that type in its usual dtypes, which alone decide what is compiled; its attributes are made up.

    None for an op that no graph from a file has, or that takes tensors of any types, functions or variables.
    """
    from nbtf.dtypes import float32, int32, resource
    from nbtf.graph.feeding import placeholder
    from nbtf.wire import op_defs

    definition = op_defs.find(op_type)
    if definition is None or any(a.is_ref or a.type_list_attr or a.dtype == resource for a in definition.inputs):
        return None
    attrs: dict[str, Any] = {}
    for attr in definition.attrs.values():
        if attr.type == "type":
            allowed = attr.allowed or (float32, int32)
            usual = [dtype for dtype in (attr.default, float32, int32, *allowed) if dtype in allowed]
            attrs[attr.name] = usual[0]
        elif attr.has_default:
            attrs[attr.name] = attr.default
        elif attr.type in _MADE_UP:
            attrs[attr.name] = _made_up(attr)
        else:
            return None
    inputs = []
    with graph.as_default():
        for argument in definition.inputs:
            dtype = argument.dtype or attrs[argument.type_attr]
            count = attrs[argument.number_attr] if argument.number_attr else 1
            inputs += [placeholder(dtype) for _ in range(count)]
        return graph.create_op(op_type, inputs, attrs=attrs, compute_shapes=False)


_MADE_UP: dict[str, Any] = {"int": 1, "float": 1.0, "bool": False, "string": "", "list(int)": 1, "list(float)": 1.0}


def _made_up(attr: Attr) -> Any:
    if attr.type.startswith("list("):
        return [_MADE_UP[attr.type]] * max(attr.minimum or 0, 4)
    if attr.allowed:
        return attr.allowed[0]
    return max(attr.minimum or 1, 1) if attr.type == "int" else _MADE_UP[attr.type]


def _list() -> None:
    from nbtf.vm.image import cache_folder, image

    current, others = ([Path(path) for path in paths] for paths in image().files())
    print(f"{cache_folder()}")
    print(f"  for this version and processor: {_told(current)}")
    print(f"  others (nbtf warmup --clean removes them): {_told(others)}")
    for path in current:
        print(f"{path.stat().st_size:>9,}  {path.stem.rpartition('-')[0].removeprefix('nbtf_')}")


def _clean() -> None:
    from nbtf.vm.image import image

    others = [Path(path) for path in image().files()[1]]
    told = _told(others)
    for path in others:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in others}:
        with contextlib.suppress(OSError):  # it holds more
            folder.rmdir()
    print(f"removed: {told}")


def _told(paths: list[Path]) -> str:
    return f"{len(paths)} files, {sum(path.stat().st_size for path in paths) / 1e6:.1f} MB"
