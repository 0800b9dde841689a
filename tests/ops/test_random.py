"""Random numbers: three runs of every kind of stream, bit-equal to those of TensorFlow."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf import dtypes
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session

GOLDEN = Path(__file__).parent.parent / "golden" / "random"
STREAMS = json.loads((GOLDEN / "manifest.json").read_text())["streams"]
F32 = np.float32


def _shaped(*shape: int) -> dict[str, Any]:
    return {"shape": np.array(shape, np.int32)}


def _same(value: Any) -> Any:
    return value


def _dropped(uniform: Any) -> Any:
    return np.where(uniform >= F32(1 - 0.6), F32(1) * (F32(1) / F32(0.6)), F32(0))


def _glorot(uniform: Any) -> Any:
    limit = F32(math.sqrt(3 / 3.5))
    return uniform * (limit - -limit) + -limit


def _orthogonal(normal: Any) -> Any:
    q, r = np.linalg.qr(normal.astype(np.float64))
    return (q * np.sign(np.diag(r))).astype(F32)


# case -> (inputs and attributes of the op, what the case makes of its output)
CASES: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "uniform": ({**_shaped(7, 3), "dtype": dtypes.float32}, _same),
    "uniform64": ({**_shaped(9), "dtype": dtypes.float64}, _same),
    "uniform_big": ({**_shaped(1100), "dtype": dtypes.float32}, _same),
    "uniform_range": ({**_shaped(6), "dtype": dtypes.float32}, lambda x: x * F32(5) + F32(-2)),
    "int32": ({**_shaped(9), "minval": np.int32(-3), "maxval": np.int32(100)}, _same),
    "int64": ({**_shaped(9), "minval": np.int64(-3), "maxval": np.int64(10**12)}, _same),
    "half": ({**_shaped(9), "dtype": dtypes.float16}, _same),
    "normal": ({**_shaped(7, 3), "dtype": dtypes.float32}, _same),
    "normal64": ({**_shaped(9), "dtype": dtypes.float64}, _same),
    "normal_ms": ({**_shaped(5), "dtype": dtypes.float32}, lambda x: x * F32(0.5) + F32(2)),
    "normal_big": ({**_shaped(1100), "dtype": dtypes.float32}, _same),
    "trunc": ({**_shaped(40), "dtype": dtypes.float32}, _same),
    "trunc_big": ({**_shaped(1100), "dtype": dtypes.float32}, _same),
    "shuffle": ({"value": np.arange(12, dtype=np.int32)}, _same),
    "dropout": ({**_shaped(20), "dtype": dtypes.float32}, _dropped),
    "multinomial": (
        {"logits": F32([[0.1, 1.2, -0.5]]), "num_samples": np.int32(12), "output_dtype": dtypes.int64},
        _same,
    ),
    "glorot": ({**_shaped(3, 4), "dtype": dtypes.float32}, _glorot),
    "he": ({**_shaped(3, 4), "dtype": dtypes.float32}, lambda x: x * F32(math.sqrt(1 / 3) / 0.87962566103423978)),
    "orth": ({**_shaped(3, 3), "dtype": dtypes.float32}, _orthogonal),
    "gamma": ({**_shaped(4), "alpha": F32([0.5, 2.0])}, _same),
    "poisson": ({**_shaped(5), "rate": F32([0.5, 12.0]), "dtype": dtypes.float32}, _same),
}
COMPUTED = ("orth",)  # of random numbers by linear algebra: equal to rounding


@pytest.mark.parametrize("stream", STREAMS, ids=[stream["key"] for stream in STREAMS])
def test_streams_are_those_of_tensorflow(stream: dict[str, Any]) -> None:
    arguments, finish = CASES[stream["op"]]
    golden = np.load(GOLDEN / "random.npz")
    graph = Graph()
    with graph.as_default():
        seeds = {"seed": stream["node_seed"], "seed2": stream["node_seed2"]}
        drawn: Any = apply_op(stream["node_op"], **arguments, **seeds)
    with Session(graph=graph) as session:
        for run in range(stream["runs"]):
            wanted = golden[f"{stream['key']}_r{run}"]
            result = np.asarray(finish(session.run(drawn)))
            assert result.dtype == wanted.dtype
            if stream["op"] in COMPUTED:
                np.testing.assert_allclose(result, wanted, rtol=1e-5, atol=1e-6)
            else:
                np.testing.assert_array_equal(result.reshape(wanted.shape), wanted)


def test_seeds_of_zero_differ_between_sessions() -> None:
    graph = Graph()
    with graph.as_default():
        drawn: Any = apply_op("RandomUniform", **_shaped(8), dtype=dtypes.float32)
    found = []
    for _ in range(2):
        with Session(graph=graph) as session:
            found += [session.run(drawn), session.run(drawn)]
    assert len({values.tobytes() for values in found}) == 4


def test_the_poisson_op_of_old_graphs() -> None:
    """Graphs before producer 25 have it; the newer op gives the same numbers."""
    graph = Graph()
    with graph.as_default():
        both = [
            apply_op(op, shape=np.int32([6]), rate=F32([0.5, 12.0]), seed=3, seed2=4, **attrs)
            for op, attrs in (("RandomPoisson", {}), ("RandomPoissonV2", {"dtype": dtypes.float32}))
        ]
    with Session(graph=graph) as session:
        old, new = session.run(both)
    np.testing.assert_array_equal(old, new)
