"""freeze_graph, `nbtf freeze`: a graph and its checkpoint as one GraphDef without variables. TensorFlow's own flags."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbtf_tools.inspect import split_tags

if TYPE_CHECKING:
    from nbtf.session import Session

SUMMARY = "turn variables into constants"
DESCRIPTION = """\
Writes the part of a graph that the outputs need, its variables replaced by the
values of a checkpoint. The graph comes from --input_graph, --input_meta_graph
or --input_saved_model_dir. The flags are those of TensorFlow's freeze_graph."""


def main(argv: Sequence[str] | None = None) -> int:
    """The console script `freeze_graph`."""
    from nbtf_tools.main import execute

    parser = argparse.ArgumentParser(
        prog="freeze_graph", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_arguments(parser)
    arguments = parser.parse_args(argv)
    return execute(arguments.command, arguments, "freeze_graph")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    flags: list[tuple[str, dict[str, Any]]] = [
        ("--input_graph", {"help": "GraphDef file"}),
        ("--input_saver", {"help": "SaverDef file whose restore operation is run"}),
        ("--input_checkpoint", {"help": "prefix of the checkpoint"}),
        ("--output_graph", {"help": "file to write, always binary"}),
        ("--output_node_names", {"help": "names of the operations to keep, comma-separated"}),
        ("--restore_op_name", {"help": "without effect, as in TensorFlow", "default": "save/restore_all"}),
        ("--filename_tensor_name", {"help": "without effect, as in TensorFlow", "default": "save/Const:0"}),
        ("--initializer_nodes", {"help": "operations to run before freezing, comma-separated"}),
        ("--variable_names_whitelist", {"help": "variables to convert, comma-separated (default: all)"}),
        ("--variable_names_blacklist", {"help": "variables to leave, comma-separated"}),
        ("--input_meta_graph", {"help": "MetaGraphDef file"}),
        ("--input_saved_model_dir", {"help": "SavedModel folder"}),
        ("--saved_model_tags", {"help": "tags of its MetaGraphDef, comma-separated", "default": "serve"}),
    ]
    for flag, options in flags:
        parser.add_argument(flag, **{"default": "", "metavar": flag.rpartition("_")[2].upper(), **options})
    parser.add_argument(
        "--checkpoint_version",
        type=int,
        choices=(1, 2),
        default=2,
        help="the format is found out; the flag is there for old command lines",
    )
    for flag, default, text in (
        ("--input_binary", False, "whether graph files are binary; found out where that fails"),
        ("--clear_devices", True, "leave out where nodes were placed (default: true)"),
    ):
        parser.add_argument(flag, nargs="?", const=True, type=_flag, default=default, metavar="BOOL", help=text)
    parser.set_defaults(command=freeze)


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"must be true or false, not {text!r}")
    return text.lower() == "true"


def freeze(arguments: argparse.Namespace) -> None:
    """Reads, restores, freezes, writes."""
    from nbtf.checkpoint.state import checkpoint_exists
    from nbtf.graph.freezing import variables_to_freeze
    from nbtf.graph_util import convert_variables_to_constants
    from nbtf.wire import files

    if not arguments.input_saved_model_dir and not checkpoint_exists(arguments.input_checkpoint):
        raise ValueError(f"Input checkpoint '{arguments.input_checkpoint}' doesn't exist!")
    outputs = _split(arguments.output_node_names)
    if not outputs:
        raise ValueError("You need to supply the name of a node to --output_node_names.")
    if not (arguments.input_graph or arguments.input_meta_graph or arguments.input_saved_model_dir):
        raise ValueError("You need to supply --input_graph, --input_meta_graph or --input_saved_model_dir.")
    session, graph_def = _restored(arguments)
    whitelist = _split(arguments.variable_names_whitelist) or None
    blacklist = _split(arguments.variable_names_blacklist)
    try:
        count = len(variables_to_freeze(graph_def, outputs, whitelist, blacklist))
    except AssertionError as error:
        raise ValueError(f"{error}: no output node to keep") from None
    frozen = convert_variables_to_constants(session, graph_def, outputs, whitelist, blacklist)
    if arguments.output_graph:
        files.write_message(arguments.output_graph, frozen)
    print(f"Converted {count} variables to const ops.")
    print(f"{len(frozen.node)} ops in the final graph.")


def _split(names: str) -> list[str]:
    return [name for name in names.replace(" ", "").split(",") if name]


def _restored(arguments: argparse.Namespace) -> tuple[Session, Any]:
    """A session with all values, and the GraphDef to freeze."""
    from nbtf.graph.graph import Graph
    from nbtf.graph.importer import import_graph_def
    from nbtf.saved_model import loader
    from nbtf.session import Session
    from nbtf.train import meta_graph
    from nbtf.wire import files, schema

    session = Session(graph=Graph())
    checkpoint = arguments.input_checkpoint
    if arguments.input_saved_model_dir:
        tags = split_tags(arguments.saved_model_tags)
        loaded = loader.load(session, tags, arguments.input_saved_model_dir, clear_devices=arguments.clear_devices)
        return session, _without_devices(loaded.graph_def, arguments.clear_devices)
    if arguments.input_meta_graph:
        loaded = files.read_meta_graph(arguments.input_meta_graph)
        meta_graph.add_meta_graph(session.graph, loaded, clear_devices=arguments.clear_devices)
        saver_def = loaded.saver_def if loaded.HasField("saver_def") else None
        meta_graph.restore_variables(session, checkpoint, saver_def)
        _initialize(session, arguments.initializer_nodes)
        return session, _without_devices(loaded.graph_def, arguments.clear_devices)
    graph_def = _without_devices(files.read_graph_def(arguments.input_graph), arguments.clear_devices)
    with session.graph.as_default():
        import_graph_def(graph_def, name="")
    if arguments.input_saver:
        saver_def = files.read_message(arguments.input_saver, schema.SaverDef())
        meta_graph.restore_variables(session, checkpoint, saver_def)
    else:
        _check_restorable(session, checkpoint)
        meta_graph.restore_variables(session, checkpoint)
        _initialize(session, arguments.initializer_nodes)
    return session, graph_def


def _without_devices(graph_def: Any, clear_devices: bool) -> Any:
    if clear_devices:
        for node in graph_def.node:
            node.device = ""
    return graph_def


def _initialize(session: Session, names: str) -> None:
    nodes = _split(names)
    if nodes:
        session.run(nodes)


def _check_restorable(session: Session, checkpoint: str) -> None:
    """Raises ValueError for graphs whose variables have no names in the checkpoint."""
    from nbtf.checkpoint.reader import open_checkpoint
    from nbtf.graph.freezing import REF_VARIABLES, RESOURCE_VARIABLES

    names = [op.name for op in session.graph.get_operations() if op.type in REF_VARIABLES | RESOURCE_VARIABLES]
    if not names:
        raise ValueError(
            "No variables were found in this model. It is likely the model was frozen previously. You cannot freeze a "
            "graph twice."
        )
    with open_checkpoint(checkpoint) as reader:
        parts = [found[1] for found in (re.match(r"(.+)/part_\d+$", name) for name in names) if found]
        if any(reader.has_tensor(whole) for whole in parts):
            raise ValueError(
                "Models containing partition variables cannot be converted from checkpoint files. Please pass in a "
                "SavedModel using the flag --input_saved_model_dir."
            )


if __name__ == "__main__":
    sys.exit(main())
