"""Running tests, and what they may ask about the machine."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import unittest
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.wire import schema


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the tests of the program, and exits."""
    unittest.main(module="__main__", argv=list(sys.argv if argv is None else argv))


@functools.cache
def get_temp_dir() -> str:
    """A folder for this process; TEST_TMPDIR says where."""
    return tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))


def test_src_dir_path(relative_path: str) -> str:
    """A path relative to TEST_SRCDIR, or else to the working folder, as an absolute one."""
    return os.path.join(os.environ.get("TEST_SRCDIR", os.getcwd()), relative_path)


test_src_dir_path.__test__ = False  # type: ignore[attr-defined] # pytest takes it for a test


def is_built_with_cuda() -> bool:
    """False: everything runs on the processor."""
    return False


def is_built_with_gpu_support() -> bool:
    """False: everything runs on the processor."""
    return False


def is_built_with_rocm() -> bool:
    """False: everything runs on the processor."""
    return False


def is_built_with_xla() -> bool:
    """False."""
    return False


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None) -> bool:
    """False: everything runs on the processor."""
    return False


def gpu_device_name() -> str:
    """ "": there is none."""
    return ""


def disable_with_predicate(pred: Callable[[], bool], skip_message: str) -> Callable[[Any], Any]:
    """A decorator of tests, which are skipped where pred() holds."""

    def decorate(test: Any) -> Any:
        @functools.wraps(test)
        def run(self: unittest.TestCase, *args: Any, **kwargs: Any) -> Any:
            if pred():
                self.skipTest(skip_message)
            return test(self, *args, **kwargs)

        return run

    return decorate


def assert_equal_graph_def(
    actual: Any, expected: Any, checkpoint_v2: bool = False, hash_table_shared_name: bool = False
) -> None:
    """Two GraphDefs have the same nodes, in any order. Raises AssertionError with what differs, TypeError for others.

    checkpoint_v2: names of temporary folders of checkpoints may differ; hash_table_shared_name: of hash tables.
    """
    for given in (actual, expected):
        if getattr(getattr(given, "DESCRIPTOR", None), "full_name", "") != "tensorflow.GraphDef":
            raise TypeError(f"Expected a GraphDef, got {type(given)}")
    nodes = [_nodes(given, checkpoint_v2, hash_table_shared_name) for given in (actual, expected)]
    for name in sorted({*nodes[0], *nodes[1]}):
        if name not in nodes[0] or name not in nodes[1]:
            raise AssertionError(f"node {name} is only in the {'expected' if name in nodes[1] else 'actual'} graph")
        if nodes[0][name] != nodes[1][name]:
            raise AssertionError(f"node {name} differs:\nactual:\n{nodes[0][name]}\nexpected:\n{nodes[1][name]}")


def _nodes(graph_def: Any, checkpoint_v2: bool, hash_table_shared_name: bool) -> dict[str, str]:
    found = {}
    for given in graph_def.node:
        node = schema.NodeDef()
        node.ParseFromString(given.SerializeToString())
        if hash_table_shared_name and node.op in ("HashTable", "HashTableV2") and "shared_name" in node.attr:
            node.attr["shared_name"].s = b""
        if checkpoint_v2 and any(text.startswith(b"_temp") for text in node.attr["value"].tensor.string_val):
            del node.attr["value"]
        found[node.name] = str(node)
    return found
