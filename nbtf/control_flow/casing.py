"""case: the first of several branches whose condition holds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf.array.joining import stack
from nbtf.control_flow.assertion import assert_v1
from nbtf.control_flow.branching import cond
from nbtf.dtypes import bool as bool_
from nbtf.dtypes import int32
from nbtf.graph import scopes
from nbtf.graph.conversion import constant
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_sum


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What fn() returns of the first pair (pred, fn) whose pred is true when the graph runs; default() if there is none.

    pred_fn_pairs: a list of pairs of a bool scalar and a function, or a dict. exclusive: a run fails where more than one
    pred is true. Without a default a run fails where none is. strict: a list or tuple of one stays one.
    Raises TypeError for what is no pair, no bool tensor or cannot be called.
    """
    predicates, functions = _checked_pairs(pred_fn_pairs)
    with scopes.name_scope(name, "case", predicates):
        if default is None:
            default, predicates, functions = _last_as_default(predicates, functions)
        chain = default
        for predicate, function in zip(reversed(predicates), reversed(functions), strict=True):
            chain = functools.partial(cond, predicate, true_fn=function, false_fn=chain, strict=strict)
        if not exclusive:
            return chain()
        with scopes.control_dependencies([_assert_at_most(1, predicates, "Input error: exclusive=True")]):
            return chain()


def _checked_pairs(pairs: Any) -> tuple[list[Tensor], list[Callable[[], Any]]]:
    if not isinstance(pairs, (list, tuple, Mapping)):
        raise TypeError(f"'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(pairs)}")
    pairs = list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {pair}.")
        pred, function = pair
        if not isinstance(pred, Tensor):
            raise TypeError(f"pred must be a Tensor, got: {pred}")
        if pred.dtype != bool_:
            raise TypeError(f"pred must be Tensor of type bool: {pred.name}")
        if not callable(function):
            raise TypeError(f"fn for pred {pred.name} must be callable.")
    if not pairs:
        raise ValueError("'pred_fn_pairs' must have at least one pair")
    return [pred for pred, _ in pairs], [function for _, function in pairs]


def _last_as_default(predicates: Sequence[Tensor], functions: Sequence[Any]) -> tuple[Any, list[Tensor], list[Any]]:
    """The last branch as the default one, which checks that its own condition holds and no other."""
    *others, last = predicates

    def checked() -> Any:
        message = (
            f"Implementation error: selected default action #{len(others)} was called, "
            "but some of other predicates are True: "
        )
        none_holds = ["Input error: None of conditions evaluated as True:", stack(predicates, name="preds_c")]
        with scopes.control_dependencies([_assert_at_most(0, others, message), assert_v1(last, none_holds)]):
            return functions[-1]()

    return checked, others, list(functions[:-1])


def _assert_at_most(n: int, predicates: Sequence[Tensor], message: str) -> Operation:
    together = stack(predicates, name="preds_c")
    count = reduce_sum(cast(together, int32), name="num_true_conds")
    condition = raw.LessEqual(count, constant(n, name="n_true_conds"))
    names = ", ".join(pred.name for pred in predicates)
    data = [f"{message}: more than {n} conditions ({names}) evaluated as True:", together]
    return assert_v1(condition, data, summarize=len(predicates))
