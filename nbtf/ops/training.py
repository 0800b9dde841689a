"""Steps of optimizers: ops that change a variable and its slots in place by a gradient, whole or by rows.

Every optimizer's step has up to four forms of one signature: for ref and for resource variables, dense and, named
Sparse, for some rows only. A table at the end declares them; the rules are made from it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.graph.registry import op, snake_case
from nbtf.shapes import check, may_equal


def _alike(x: Sequence[int], y: Sequence[int]) -> bool:
    same = len(x) == len(y)
    for i in range(min(len(x), len(y))):
        same = same and may_equal(x[i], y[i])
    return same


def _check_rows(var: Sequence[int], grad: Sequence[int], indices: Sequence[int]) -> None:
    """One row of the gradient for every index: grad is indices.shape + var.shape[1:]."""
    check(len(var) >= 1, "var must be at least 1 dimensional")
    check(len(indices) == 1, "indices must be one-dimensional")
    check(len(grad) == len(var), "var and grad must have the same rank, but have {} and {}", len(var), len(grad))
    for i in range(1, len(var)):
        check(may_equal(var[i], grad[i]), "var and grad must match in dimension {}", i)
    check(
        may_equal(grad[0], indices[0]),
        "grad must be the same size as indices in the first dimension.",
    )


# ---- rules -----------------------------------------------------------------------------------------------------------

_STRENGTHS = {"l1": "l1 regularization strength", "l2": "l2 regularization strength"}
_SLOT_WORDS = {"gradient_accumulator": "accum", "gradient_squared_accumulator": "accum"}
_ALIKE = "var and {} do not have the same shape{{}} {{}}"
_UNCHECKED = ("sign_decay", "logbase")  # TensorFlow reads their first element, whatever their shape


def _rule(slots: Sequence[str], scalars: dict[str, str], gradient: str, sparse: bool) -> Callable[..., tuple[()]]:
    """The shape rule of one form. A rule's parameters are names of the signature, so it is made from text."""
    parameters = ["var", *slots, *scalars, gradient] + ["indices"] * sparse
    whole = [*slots] if sparse else [*slots, gradient]
    lines = [f"    check(_alike(var, {x}), '{_ALIKE.format(_SLOT_WORDS.get(x, x))}', var, {x})" for x in whole]
    lines += [f"    check(len({x}) == 0, '{told}: {{}}', {x})" for x, told in scalars.items() if x not in _UNCHECKED]
    if sparse:
        lines.append(f"    _check_rows(var, {gradient}, indices)")
    found: dict[str, Any] = {}
    exec("\n".join([f"def rule({', '.join(parameters)}):", *lines, "    return ()"]), globals(), found)
    rule: Callable[..., tuple[()]] = found["rule"]
    return rule


def _scalar_words(names: Sequence[str], constraints: dict[str, str]) -> dict[str, str]:
    """What messages say of a scalar input that is none."""
    return {
        name: f"{_STRENGTHS.get(name, name)} is not a {constraints[name] + ' ' if name in constraints else ''}scalar"
        + (_LR_MAY_BE_ZERO if name == "lr" and "lr_power" in constraints else "")
        for name in names
    }


_LR_MAY_BE_ZERO = " (or zero if multiply_linear_by_lr is set)"


# ---- blocks ----------------------------------------------------------------------------------------------------------


def _block(op_type: str, text: str, slots: Sequence[str], rule: Callable[..., Any], ref: bool) -> None:
    class Step:
        __doc__ = text
        kernel = snake_case(op_type.removeprefix("Resource"))
        variables = dict.fromkeys(["var", *slots], "T")
        writes = True
        shape = rule

    if ref:
        Step.forwards = ("out", "var")
    op(op_type)(Step)


def _declare(
    name: str,
    doc: str,
    slots: Sequence[str] = (),
    scalars: Sequence[str] = (),
    *,
    gradient: str = "grad",
    forms: Sequence[str] = ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply"),
    constraints: dict[str, str] | None = None,
    sparse_constraints: dict[str, str] | None = None,
) -> None:
    """The forms of one optimizer's step. constraints: what the values of scalar inputs must be, for messages."""
    for form in forms:
        sparse = "Sparse" in form
        wanted = (sparse_constraints if sparse else constraints) or {}
        used = "grad" if sparse else gradient
        words = _scalar_words(scalars, wanted)
        if sparse and "alpha" in words:
            words["alpha"] = "lr is not a scalar"
        shapes = (
            f"grad [n, ...] goes to the rows indices [n] of var [N, ...]{_listed(slots)}"
            if sparse
            else f"var{_listed(slots)} and {used} have one shape"
        )
        text = f"{doc}\n\n{shapes}; {', '.join(scalars)} are scalars."
        _block(f"{form}{name}", text, slots, _rule(slots, words, used, sparse), not form.startswith("Resource"))


def _listed(slots: Sequence[str]) -> str:
    return "".join(f", {slot}" for slot in slots)


_POSITIVE = {"lr": "positive", "l1": "non-negative", "l2": "non-negative"}
_FTRL = {**_POSITIVE, "l2_shrinkage": "non-negative", "lr_power": "non-positive"}
_DENSE = ("Apply", "ResourceApply")

_declare("GradientDescent", "var -= alpha delta.", (), ("alpha",), gradient="delta", forms=_DENSE)
_declare(
    "Momentum",
    "accum = momentum accum + grad; var -= lr accum, or with use_nesterov lr (grad + momentum accum).",
    ("accum",),
    ("lr", "momentum"),
)
_declare(
    "KerasMomentum",
    "accum = momentum accum - lr grad; var += accum, or with use_nesterov momentum accum - lr grad.",
    ("accum",),
    ("lr", "momentum"),
    forms=("ResourceApply", "ResourceSparseApply"),
)
_declare("Adagrad", "accum += grad^2, with update_slots; var -= lr grad / sqrt(accum).", ("accum",), ("lr",))
_declare(
    "AdagradV2",
    "accum += grad^2, with update_slots; var -= lr grad / (sqrt(accum) + epsilon).",
    ("accum",),
    ("lr", "epsilon"),
)
_declare(
    "AdagradDA",
    "Dual averaging: var follows from the sums of gradients and of their squares, and from global_step.",
    ("gradient_accumulator", "gradient_squared_accumulator"),
    ("lr", "l1", "l2", "global_step"),
)
_declare(
    "Adadelta",
    "Steps as long as recent steps were, by running means of squared gradients and of squared steps with rate rho.",
    ("accum", "accum_update"),
    ("lr", "rho", "epsilon"),
)
_declare(
    "Adam",
    "Running means m of gradients and v of their squares; var -= lr' m / (sqrt(v) + epsilon), lr' corrected for bias.",
    ("m", "v"),
    ("beta1_power", "beta2_power", "lr", "beta1", "beta2", "epsilon"),
    forms=_DENSE,
)
_declare(
    "AdamWithAmsgrad",
    "As Adam, divided by the largest v so far, vhat.",
    ("m", "v", "vhat"),
    ("beta1_power", "beta2_power", "lr", "beta1", "beta2", "epsilon"),
    forms=("ResourceApply",),
)
_declare(
    "AdaMax",
    "As Adam, with v the largest gradient so far, decayed by beta2.",
    ("m", "v"),
    ("beta1_power", "lr", "beta1", "beta2", "epsilon"),
    forms=_DENSE,
)
_declare(
    "RMSProp",
    "ms, a running mean of squared gradients; mom = momentum mom + lr grad / sqrt(ms + epsilon); var -= mom.",
    ("ms", "mom"),
    ("lr", "rho", "momentum", "epsilon"),
)
_declare(
    "CenteredRMSProp",
    "As RMSProp, with the square of the running mean gradient mg taken from ms.",
    ("mg", "ms", "mom"),
    ("lr", "rho", "momentum", "epsilon"),
)
_declare(
    "Ftrl",
    "Follow the regularized leader: var follows from linear and accum, and is 0 where |linear| <= l1.",
    ("accum", "linear"),
    ("lr", "l1", "l2", "lr_power"),
    sparse_constraints=_FTRL,
)
_declare(
    "FtrlV2",
    "As Ftrl, with 2 l2_shrinkage var added to the gradient that linear takes.",
    ("accum", "linear"),
    ("lr", "l1", "l2", "l2_shrinkage", "lr_power"),
    sparse_constraints=_FTRL,
)
_declare(
    "ProximalGradientDescent",
    "var -= alpha delta, then shrunk by l1 and l2.",
    (),
    ("alpha", "l1", "l2"),
    gradient="delta",
)
_declare(
    "ProximalAdagrad",
    "As Adagrad, then var is shrunk by l1 and l2.",
    ("accum",),
    ("lr", "l1", "l2"),
    constraints=_POSITIVE,
    sparse_constraints=_POSITIVE,
)
_declare(
    "AddSign",
    "m, a running mean of gradients; var -= lr grad (alpha + sign_decay sign(grad) sign(m)).",
    ("m",),
    ("lr", "alpha", "sign_decay", "beta"),
    forms=_DENSE,
)
_declare(
    "PowerSign",
    "m, a running mean of gradients; var -= lr grad exp(logbase sign_decay sign(grad) sign(m)).",
    ("m",),
    ("lr", "logbase", "sign_decay", "beta"),
    forms=_DENSE,
)
