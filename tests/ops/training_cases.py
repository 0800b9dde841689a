"""Steps of optimizers on small variables: what is run with nbtf here was run with TensorFlow by make_training.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

VAR = np.array([[0.3, -1.2], [0.7, 2.0], [-0.4, 0.05]])
SLOTS = (
    np.array([[0.1, 0.2], [1.5, 0.4], [0.6, 0.9]]),
    np.array([[0.5, -0.3], [0.2, 0.8], [1.1, 0.3]]),
    np.array([[0.7, 0.1], [0.9, 1.4], [0.2, 0.6]]),
)
GRAD = np.array([[0.5, -0.25], [0.0, 1.5], [-2.0, 0.01]])
ODD = np.array([[np.nan, np.inf], [0.0, -0.0], [-np.inf, 1e-30]])
ROWS = np.array([2, 0, 2], np.int32)
"""Of sparse steps: row 2 gets two gradients, row 1 none."""

ADAM = {"beta1_power": 0.9, "beta2_power": 0.99, "lr": 0.1, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-3}
RMS = {"lr": 0.1, "rho": 0.9, "momentum": 0.5, "epsilon": 1e-3}
FTRL = {"lr": 0.3, "l1": 0.2, "l2": 0.1, "lr_power": -0.5}
SIGN = {"lr": 0.1, "sign_decay": 0.7, "beta": 0.9}
OPTIMIZERS: dict[str, tuple[tuple[str, ...], dict[str, float], list[dict[str, bool]]]] = {
    "GradientDescent": ((), {"alpha": 0.1}, [{}]),
    "Momentum": (("accum",), {"lr": 0.1, "momentum": 0.9}, [{}, {"use_nesterov": True}]),
    "KerasMomentum": (("accum",), {"lr": 0.1, "momentum": 0.9}, [{}, {"use_nesterov": True}]),
    "Adagrad": (("accum",), {"lr": 0.1}, [{}, {"update_slots": False}]),
    "AdagradV2": (("accum",), {"lr": 0.1, "epsilon": 1e-3}, [{}, {"update_slots": False}]),
    "AdagradDA": (
        ("gradient_accumulator", "gradient_squared_accumulator"),
        {"lr": 0.1, "l1": 0.05, "l2": 0.2, "global_step": 3},
        [{}],
    ),
    "Adadelta": (("accum", "accum_update"), {"lr": 0.1, "rho": 0.9, "epsilon": 1e-3}, [{}]),
    "Adam": (("m", "v"), ADAM, [{}, {"use_nesterov": True}]),
    "AdamWithAmsgrad": (("m", "v", "vhat"), ADAM, [{}]),
    "AdaMax": (("m", "v"), {k: v for k, v in ADAM.items() if k != "beta2_power"}, [{}]),
    "RMSProp": (("ms", "mom"), RMS, [{}]),
    "CenteredRMSProp": (("mg", "ms", "mom"), RMS, [{}]),
    "Ftrl": (("accum", "linear"), FTRL, [{}, {"multiply_linear_by_lr": True}]),
    "FtrlV2": (("accum", "linear"), {**FTRL, "l2_shrinkage": 0.2}, [{}, {"multiply_linear_by_lr": True}]),
    "ProximalGradientDescent": ((), {"alpha": 0.1, "l1": 0.3, "l2": 0.2}, [{}]),
    "ProximalAdagrad": (("accum",), {"lr": 0.1, "l1": 0.3, "l2": 0.2}, [{}]),
    "AddSign": (("m",), {**SIGN, "alpha": 1.5}, [{}]),
    "PowerSign": (("m",), {**SIGN, "logbase": 1.1}, [{}]),
}
OTHER_SCALARS: dict[str, dict[str, float]] = {
    "AdagradDA": {"l1": 0.0},
    "Ftrl": {"lr_power": -0.7},
    "FtrlV2": {"lr_power": -0.7},
    "ProximalGradientDescent": {"l1": 0.0},
    "ProximalAdagrad": {"l1": 0.0},
}
"""Values that take another branch."""
ONLY_RESOURCE = ("KerasMomentum", "AdamWithAmsgrad")
DENSE_ONLY = ("GradientDescent", "Adam", "AdamWithAmsgrad", "AdaMax", "AddSign", "PowerSign")
WHOLE = ("AdagradDA", "ProximalGradientDescent", "ProximalAdagrad")  # these know float and double only
OTHER_DTYPES = ("float64", "float16", "bfloat16", "complex64")
NOT_COMPLEX = ("AdaMax", "Ftrl", "FtrlV2", "AddSign", "PowerSign")


@dataclass(frozen=True)
class Case:
    """One step. slots and scalars: by input name of the op."""

    op: str
    label: str
    dtype: str
    slots: tuple[str, ...]
    scalars: dict[str, float]
    attrs: dict[str, bool]
    grad: np.ndarray

    @property
    def key(self) -> str:
        return f"{self.op}-{self.label}-{self.dtype}"

    @property
    def sparse(self) -> bool:
        return "Sparse" in self.op

    @property
    def is_ref(self) -> bool:
        return not self.op.startswith("Resource")

    @property
    def gradient(self) -> str:
        return "delta" if self.op.endswith("GradientDescent") and not self.sparse else "grad"

    def scalar(self, name: str) -> tuple[Any, str]:
        """Value and dtype of a scalar input."""
        return (int(self.scalars[name]), "int64") if name == "global_step" else (self.scalars[name], self.dtype)


def cases() -> Iterator[Case]:
    for number, (name, (slots, scalars, variants)) in enumerate(OPTIMIZERS.items()):
        for form in ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply"):
            if ("Sparse" in form and name in DENSE_ONLY) or ("Resource" not in form and name in ONLY_RESOURCE):
                continue
            op = form + name
            for i, attrs in enumerate(variants):
                yield Case(op, f"plain{i}", "float32", slots, scalars, attrs, GRAD)
            if name in OTHER_SCALARS:
                yield Case(op, "branch", "float32", slots, scalars | OTHER_SCALARS[name], {}, GRAD)
            yield Case(op, "odd", "float32", slots, scalars, {}, ODD)
            if "Resource" not in form:
                yield Case(op, "plain", _other_dtype(name, form, number), slots, scalars, {}, GRAD)


def _other_dtype(name: str, form: str, number: int) -> str:
    """The compiled code of refs and resources is one: one more dtype of every step of refs, by turns, is enough."""
    if name in WHOLE:
        return "float64"
    chosen = OTHER_DTYPES[(number + ("Sparse" in form)) % len(OTHER_DTYPES)]
    if chosen == "bfloat16" and form == "SparseApply" and name.endswith("RMSProp"):
        return "float16"  # TensorFlow has no such kernel
    return "float16" if chosen == "complex64" and name in NOT_COMPLEX else chosen
