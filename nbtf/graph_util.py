"""tf.graph_util."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from nbtf.graph import freezing
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph_util import extract_sub_graph as extract_sub_graph
from nbtf.graph.graph_util import must_run_on_cpu as must_run_on_cpu
from nbtf.graph.graph_util import remove_training_nodes as remove_training_nodes
from nbtf.graph.graph_util import tensor_shape_from_node_def_name as tensor_shape_from_node_def_name
from nbtf.graph.importer import import_graph_def as import_graph_def
from nbtf.graph.tensor import Tensor
from nbtf.session import Session

_LOG = logging.getLogger(__name__)


def convert_variables_to_constants(
    sess: Session,
    input_graph_def: Any,
    output_node_names: Sequence[str],
    variable_names_whitelist: Iterable[str] | None = None,
    variable_names_blacklist: Iterable[str] | None = None,
) -> Any:
    """The part of `input_graph_def` that the outputs need, its variables replaced by the values `sess` holds.

    sess: a session of a graph with the same variables under the same names. The lists name the variables to convert,
    and those to leave. Raises AssertionError for an output that is not in the graph, KeyError for a variable that is
    not in the session's graph, FailedPreconditionError for one without a value.
    """
    whitelist = None if variable_names_whitelist is None else list(variable_names_whitelist)
    blacklist = list(variable_names_blacklist or ())
    names = freezing.variables_to_freeze(input_graph_def, output_node_names, whitelist, blacklist)
    reads = {name: _read(sess, name) for name in names}
    values = sess.run(reads)
    _LOG.info("Froze %d variables.", len(values))
    return freezing.replace_variables_by_constants(input_graph_def, values, output_node_names, whitelist, blacklist)


def _read(sess: Session, name: str) -> Tensor:
    """What fetches a variable: its ref, or a read of its handle, which is added where the graph has none."""
    op = sess.graph.get_operation_by_name(name)
    output = op.outputs[0]
    if op.type not in freezing.RESOURCE_VARIABLES:
        return output
    for consumer in output.consumers():
        if consumer.type == "ReadVariableOp" and not consumer.control_inputs:
            return consumer.outputs[0]
    with sess.graph.as_default():
        read = apply_op("ReadVariableOp", name=f"{name}/Read", resource=output, dtype=op.get_attr("dtype"))
    assert isinstance(read, Tensor)
    return read
