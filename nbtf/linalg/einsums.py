"""Einstein's summation convention over any number of tensors, two at a time."""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence
from typing import Any

from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Any:
    """The sums of products that an equation like "ij,jk->ik" tells; "..." stands for any dims.

    Without "->" the result has the labels that stand once, in alphabetical order.
    name: of the scope. optimize: taken and ignored: more than two tensors are multiplied in a greedy order.
    Raises ValueError for a malformed equation or another number of tensors, TypeError for unknown arguments.
    """
    name = kwargs.pop("name", None)
    kwargs.pop("optimize", None)
    if kwargs:
        raise TypeError(
            f"Invalid keyword arguments for einsum: {', '.join(kwargs)}. Valid arguments: name, optimize, greedy."
        )
    with name_scope(name, "einsum", [equation, *inputs]):
        terms, output = parsed_equation(equation, len(inputs))
        operands = list(inputs)
        if len(operands) > 2:
            operands = [convert_to_tensor(operand) for operand in operands]
            sizes = _label_sizes(terms, operands)
            for pair in _greedy_pairs(terms, output, sizes):
                left, right = operands.pop(pair[0]), operands.pop(pair[1])
                labels = terms.pop(pair[0]), terms.pop(pair[1])
                result = output if not terms else _kept(labels, terms, output)
                equation = f"{labels[0]},{labels[1]}->{result}"
                operands.append(raw.Einsum([left, right], equation=_written(equation)))
                terms.append(result)
            return operands[0]
        return raw.Einsum(operands, equation=_written(",".join(terms) + "->" + output))


_ANY_DIMS = "0"  # one letter for "..." while labels are counted


def _written(equation: str) -> str:
    return equation.replace(_ANY_DIMS, "...")


def parsed_equation(equation: str, inputs: int) -> tuple[list[str], str]:
    """The labels of each tensor and of the result."""
    text = equation.replace(" ", "").replace("...", _ANY_DIMS)
    match = re.fullmatch(r"([a-zA-Z0,]+)(->([a-zA-Z0]*))?", text)
    if match is None or re.search(r"\d", equation):
        raise ValueError(f"Subscripts have incorrect format: {equation}")
    terms = match.group(1).split(",")
    if len(terms) != inputs:
        raise ValueError(f'Got {inputs} inputs for equation "{equation}", expecting {len(terms)}')
    if match.group(2):
        return terms, match.group(3)
    joined = "".join(terms)
    once = sorted(label for label in set(joined) if joined.count(label) == 1 and label != _ANY_DIMS)
    return terms, (_ANY_DIMS if _ANY_DIMS in joined else "") + "".join(once)


def _label_sizes(terms: Sequence[str], operands: Sequence[Any]) -> dict[str, int]:
    """Label -> its extent; unknown ones count as 1."""
    sizes: dict[str, int] = {}
    for term, operand in zip(terms, operands, strict=True):
        for label, dim in zip(term.replace(_ANY_DIMS, ""), operand.shape.as_list(), strict=False):
            sizes[label] = max(sizes.get(label, 1), dim or 1)
    return sizes


def _kept(labels: Sequence[str], others: Sequence[str], output: str) -> str:
    """The labels of two tensors that something else still needs, in the order in which they come."""
    needed = set(output).union(*others)
    return "".join(label for label in dict.fromkeys("".join(labels)) if label in needed)


def _greedy_pairs(terms: Sequence[str], output: str, sizes: dict[str, int]) -> list[tuple[int, int]]:
    """Positions of the tensors to multiply next: those whose product saves most memory. The product goes to the end."""
    numbered = dict(enumerate(frozenset(term) for term in terms))
    order = list(numbered)
    found = []

    def size(labels: frozenset[str]) -> int:
        product = 1
        for label in labels:
            product *= sizes.get(label, 1)
        return product

    def result(a: int, b: int) -> frozenset[str]:
        needed = set(output).union(*(labels for i, labels in numbered.items() if i not in (a, b)))
        return frozenset((numbered[a] | numbered[b]) & needed)

    while len(order) > 1:
        heap: list[tuple[int, int, int]] = []
        for i, a in enumerate(order):
            for b in order[i + 1 :]:
                if numbered[a] & numbered[b]:
                    heapq.heappush(heap, (size(result(a, b)) - size(numbered[a]) - size(numbered[b]), b, a))
        if not heap:  # nothing in common: the two smallest
            smallest = sorted(order, key=lambda i: (size(numbered[i]), i))[:2]
            heap = [(0, max(smallest), min(smallest))]
        _, b, a = heap[0]
        merged, new = result(a, b), max(order) + 1
        found.append((order.index(b), order.index(a)))
        for one in (a, b):
            order.remove(one)
            del numbered[one]
        numbered[new] = merged
        order.append(new)
    return found
