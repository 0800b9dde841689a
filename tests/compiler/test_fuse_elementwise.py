"""Elementwise chains: the same values as one op at a time, fewer instructions, and errors that name the op at fault."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtf import errors
from nbtf.compiler.optimize import PASSES, enabled_passes
from nbtf.compiler.pipeline import compile_program
from nbtf.graph.feeding import placeholder
from nbtf.graph.graph import Graph
from nbtf.graph.raw_ops import raw
from nbtf.session import Session
from nbtf.wire import schema

OFF = schema.ConfigProto()
OFF.graph_options.optimizer_options.opt_level = schema.OptimizerOptions.L0


def run_both(build: Callable[[], tuple[list[Any], dict[Any, Any]]]) -> tuple[list[Any], list[Any]]:
    """What the passes make of a graph, and what it gives without any."""
    with Graph().as_default():
        fetches, feeds = build()
        results = []
        for config in (None, OFF):
            with Session(config=config) as session:
                results.append(session.run(fetches, feeds))
    return results[0], results[1]


def instructions(fetches: list[Any], **config: Any) -> list[str]:
    """Op types that the program of these fetches runs."""
    program = compile_program(fetches[0].graph, fetches, [], [], **config)
    kinds = [made.node.op_type for made in program.instructions if made.node is not None]
    return [kind for kind in kinds if kind != "Placeholder"]  # it only says that it was not fed


def gelu(x: Any) -> Any:
    cubed = raw.Mul(raw.Mul(x, x), x)
    inner = raw.Mul(raw.AddV2(x, raw.Mul(cubed, 0.044715)), 0.7978846)
    return raw.Mul(raw.Mul(x, 0.5), raw.AddV2(raw.Tanh(inner), 1.0))


def test_a_chain_is_one_instruction_and_keeps_its_values() -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = placeholder("float32", [None, 700])
        return [gelu(x)], {x: np.random.default_rng(0).standard_normal((9, 700)).astype(np.float32)}

    fused, plain = run_both(build)
    np.testing.assert_array_equal(fused[0], plain[0])
    with Graph().as_default():
        y = gelu(placeholder("float32", [None, 700]))
        assert instructions([y]) == ["_ElementwiseChain"]
        assert len(instructions([y], passes=())) == 9


def test_what_is_fetched_waited_for_or_read_elsewhere_stays() -> None:
    with Graph().as_default() as graph:
        x = placeholder("float32", [3])
        fetched = raw.Neg(x)
        with graph.control_dependencies([raw.Square(x).op]):
            waits = raw.Exp(raw.Neg(fetched))
        shared = raw.Abs(waits)
        total = raw.AddV2(raw.Sum(shared, 0), shared)
        kinds = instructions([fetched, total])
    assert kinds.count("Square") == kinds.count("Sum") == 1
    assert kinds.count("_ElementwiseChain") == 1  # Neg, Exp, Abs
    assert "Neg" in kinds and "AddV2" in kinds


def test_smaller_values_are_not_computed_again_for_every_element() -> None:
    with Graph().as_default():
        x, small = placeholder("float32", [50, 10]), placeholder("float32", [10])
        assert instructions([raw.AddV2(x, raw.Exp(small))]) == ["Exp", "AddV2"]


def test_more_values_than_registers() -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        fed = [placeholder("float32", [5]) for _ in range(40)]
        level = [raw.Mul(a, b) for a, b in zip(fed[::2], fed[1::2], strict=True)]
        while len(level) > 1:
            level = [raw.AddV2(*level[i : i + 2]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
        return level, {one: np.arange(5) + k for k, one in enumerate(fed)}

    fused, plain = run_both(build)
    np.testing.assert_array_equal(fused[0], plain[0])


OPS = ("AddV2", "Sub", "Mul", "Maximum", "Square", "Neg", "Sigmoid", "SigmoidGrad", "LeakyRelu")
SHAPES = ((), (1,), (7,), (3, 7), (3, 1), (2, 3, 7))


@given(st.data())
def test_random_graphs_keep_their_values(data: st.DataObject) -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        feeds = {}
        for k, shape in enumerate(data.draw(st.lists(st.sampled_from(SHAPES), min_size=2, max_size=4))):
            value = np.random.default_rng(k).standard_normal(shape).astype(np.float32)
            feeds[placeholder("float32", [None if data.draw(st.booleans()) else d for d in shape])] = value
        values = list(feeds)
        for _ in range(data.draw(st.integers(1, 9))):
            op = data.draw(st.sampled_from(OPS))
            arity = 1 if op in ("Square", "Neg", "Sigmoid", "LeakyRelu") else 2
            chosen = [data.draw(st.sampled_from(values)) for _ in range(arity)]
            if op == "SigmoidGrad":
                chosen[1] = raw.Neg(chosen[0])
            values.append(getattr(raw, op)(*chosen))
        return [values[-1], data.draw(st.sampled_from(values))], feeds

    fused, plain = run_both(build)
    for one, other in zip(fused, plain, strict=True):
        np.testing.assert_array_equal(one, other)


def test_refusals_name_the_op_at_fault() -> None:
    with Graph().as_default():
        x, y = placeholder("int32", [None]), placeholder("int32", [None])
        total = raw.Add(raw.FloorDiv(x, y, name="quotient"), raw.Mul(x, x))
        with Session() as session:
            with pytest.raises(errors.InvalidArgumentError, match="FloorDiv 'quotient': Integer division by zero"):
                session.run(total, {x: [1, 2], y: [1, 0]})
            with pytest.raises(errors.InvalidArgumentError, match="FloorDiv 'quotient': Incompatible shapes"):
                session.run(total, {x: [1, 2, 3], y: [1, 0]})
            assert session.run(total, {x: [4, 9], y: [2, 3]}).tolist() == [18, 84]


def test_a_sum_of_two_goes_along() -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x, y, z = (placeholder("float32", [None, 7]) for _ in range(3))
        feeds = {
            one: np.random.default_rng(i).standard_normal((5, 7)).astype(np.float32) for i, one in enumerate((x, y, z))
        }
        return [raw.ReluGrad(raw.AddN([x, y]), z), raw.AddN([x, y]), raw.AddN([x, y, z])], feeds

    fused, plain = run_both(build)
    for one, other in zip(fused, plain, strict=True):
        np.testing.assert_array_equal(one, other)
    with Graph().as_default():
        assert instructions(build()[0][:1]) == ["_ElementwiseChain"]
        total = build()[0][1]
        with (
            Session() as session,
            pytest.raises(errors.InvalidArgumentError, match="AddN 'AddN.*Inputs must have the same size"),
        ):
            session.run(total, {total.op.inputs[0]: np.zeros((1, 7)), total.op.inputs[1]: np.zeros((2, 7))})


def test_operands_that_must_be_alike_are_checked_inside_a_chain() -> None:
    with Graph().as_default():
        y, dy = placeholder("float32", [None]), placeholder("float32", [None])
        slope = raw.Neg(raw.TanhGrad(raw.Neg(y), dy, name="slope"))
        with (
            Session() as session,
            pytest.raises(errors.InvalidArgumentError, match="TanhGrad 'slope': Inputs must have the same size"),
        ):
            session.run(slope, {y: [1.0, 2.0], dy: [1.0]})


def test_passes_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    always = tuple(one for one in PASSES if not one.asked_for)
    assert enabled_passes() == always
    assert enabled_passes(OFF) == ()
    config = schema.ConfigProto()
    config.graph_options.rewrite_options.remapping = schema.RewriterConfig.OFF
    assert "fuse_elementwise" not in {one.name for one in enabled_passes(config)}
    monkeypatch.setenv("NBTF_DISABLE_PASSES", "fuse_elementwise")
    assert [one.name for one in enabled_passes()] == [p.name for p in always if p.name != "fuse_elementwise"]
    monkeypatch.setenv("NBTF_DISABLE_PASSES", "no_such_pass")
    with pytest.raises(ValueError, match="no pass is named 'no_such_pass'"):
        enabled_passes()
