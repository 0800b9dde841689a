"""tf.nondifferentiable_batch_function: runs that come at about the same time share one call of a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.eager.tracing import traced
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema


def nondifferentiable_batch_function(
    num_batch_threads: int,
    max_batch_size: int,
    batch_timeout_micros: int,
    allowed_batch_sizes: Sequence[int] | None = None,
    max_enqueued_batches: int = 10,
    autograph: bool = True,
    enable_large_batch_splitting: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator of functions of tensors [n, ...]: rows of runs of one session that meet are computed together.

    A run waits batch_timeout_micros, in microseconds, for others, unless there are max_batch_size rows. The rows of a
    batch are filled up to one of allowed_batch_sizes; those increase, and end with max_batch_size unless
    enable_large_batch_splitting lets a batch be computed in several calls. Who calls the function gets its own rows of
    what it returns. Runs compute themselves: num_batch_threads and max_enqueued_batches are only written down. The
    function's Python code sees symbols, whatever `autograph` says.

    Raises ValueError for arguments that are no tensors.
    """

    def decorator(function: Callable[..., Any]) -> Callable[..., Any]:
        def decorated(*args: Any) -> Any:
            for arg in args:
                if not isinstance(arg, Tensor):
                    raise ValueError(f"Arguments of a batch function must be tensors. Received: {arg!r}")
            names = [f"batch_{i}" for i in range(len(args))]
            body = traced(function, "computation", args, names, get_default_graph())
            with name_scope("batch") as scope:
                outputs = raw.BatchFunction(
                    list(args),
                    body.external_captures,
                    schema.NameAttrList(name=body.name),
                    num_batch_threads,
                    max_batch_size,
                    batch_timeout_micros,
                    Tout=[output.dtype for output in body.outputs],
                    max_enqueued_batches=max_enqueued_batches,
                    allowed_batch_sizes=allowed_batch_sizes or [],
                    shared_name=scope,
                    enable_large_batch_splitting=enable_large_batch_splitting,
                )
            return nest.pack_sequence_as(body.structured_outputs, outputs, expand_composites=True)

        return decorated

    return decorator
