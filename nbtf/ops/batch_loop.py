"""The loop that nbtf/compiler/split_batches.py makes."""

from nbtf.graph.registry import op


@op("_BatchLoop")
class BatchLoop:
    """Several ops, `nodes`, for `at_once` elements of the batch after the other; see nbtf/kernels/batch_loop.py."""

    repeats = True
