"""What is known of products of operators: each hint is True, False, or None where nothing is known."""

from __future__ import annotations

from typing import Any


def all_true(hints: Any) -> bool | None:
    """True if all are, else None: what each has, the whole has."""
    return True if all(hint is True for hint in hints) else None


def required(hint: bool | None, hints: Any, message: str) -> bool | None:
    """The hint of a whole whose parts have `hints`: True if all are. Raises ValueError if it was said to be False then."""
    if all_true(hints):
        if hint is False:
            raise ValueError(message)
        return True
    return hint


def square(left: Any, right: Any) -> bool | None:
    """Whether left @ right is square, as far as the hints of both tell."""
    if left.is_square is True and right.is_square is True:
        return True
    if left.is_square is not None and right.is_square is not None and left.is_square != right.is_square:
        return False
    return None


def of_product(left: Any, right: Any) -> dict[str, Any]:
    """The hints of left @ right, whatever they are."""
    is_square = square(left, right)
    if is_square is False:
        return dict.fromkeys(("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square"), False)
    singular = left.is_non_singular is False or right.is_non_singular is False
    return {
        "is_non_singular": False if singular else all_true([left.is_non_singular, right.is_non_singular]),
        "is_self_adjoint": None,
        "is_positive_definite": None,
        "is_square": is_square,
    }


def of_commuting_product(left: Any, right: Any) -> dict[str, Any]:
    """The hints of left @ right where that is right @ left."""
    found = of_product(left, right)
    if found["is_square"] is not False:
        for hint in ("is_self_adjoint", "is_positive_definite"):
            found[hint] = all_true([getattr(left, hint), getattr(right, hint)])
    return found


def of(operator: Any) -> dict[str, Any]:
    """The hints of an operator, as parameters of another one."""
    return {
        "is_non_singular": operator.is_non_singular,
        "is_self_adjoint": operator.is_self_adjoint,
        "is_positive_definite": operator.is_positive_definite,
        "is_square": operator.is_square,
    }
