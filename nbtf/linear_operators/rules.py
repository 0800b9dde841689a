"""What becomes of operators by their classes: adjoints, inverses, Cholesky factors, products and solutions.

@products.of(LinearOperatorDiag, LinearOperatorDiag)
def _(left, right): ...                                # how left @ right is simplified

products(left, right)                                  # the rule of the nearest classes
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Rules:
    """Functions of operators, one for each tuple of classes."""

    def __init__(self) -> None:
        self._rules: dict[tuple[type, ...], Callable[..., Any]] = {}

    def of(self, *classes: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers the decorated function for operators of these classes and classes made from them."""

        def register(rule: Callable[..., Any]) -> Callable[..., Any]:
            self._rules[classes] = rule
            return rule

        return register

    def between(self, *classes: type) -> Callable[..., Any]:
        """The rule that was registered for just these classes."""
        return self._rules[classes]

    def __call__(self, *operators: Any) -> Any:
        """What the rule of the classes nearest to those of the operators makes of them."""
        lines = [type(operator).__mro__ for operator in operators]

        def distance(classes: tuple[type, ...]) -> int:
            return sum(line.index(one) for line, one in zip(lines, classes, strict=True))

        fitting = (classes for classes in self._rules if all(map(isinstance, operators, classes)))
        return self._rules[min(fitting, key=distance)](*operators)


adjoints, inverses, cholesky_factors = Rules(), Rules(), Rules()
"""operator -> operator"""
products, solutions = Rules(), Rules()
"""left, right -> left @ right; left, right -> left^-1 @ right"""
