"""Gradients of elementwise ops, with and without broadcasting, and their second derivatives."""

import numpy as np
from programs.gradient_rows import Row, gradients_of

X = np.float32([[0.5, -1.5, 2.0], [0.25, 3.0, -0.75]])
Y = np.float32([[1.5, 0.5, -2.0], [0.75, -1.0, 2.5]])
ROW = np.float32([2.0, -0.5, 1.25])
SCALAR = np.float32(1.75)
POSITIVE = np.float32([[0.5, 1.5, 2.0], [0.25, 3.0, 0.75]])
SMALL = np.float32([[0.5, -0.25, 0.75], [0.125, -0.5, 0.0625]])
ABOVE_ONE = POSITIVE + 1
COLUMN = np.float32([[2.0], [0.5]])
COMPLEX = (X + 1j * Y).astype(np.complex64)
OTHER = (Y - 0.5j * X).astype(np.complex64)

BINARY = [
    "Add",
    "AddV2",
    "Sub",
    "Mul",
    "MulNoNan",
    "RealDiv",
    "Div",
    "DivNoNan",
    "Maximum",
    "Minimum",
    "SquaredDifference",
    "FloorMod",
    "FloorDiv",
]
BINARY += ["Xdivy", "TruncateDiv"]
UNARY = [
    "Abs",
    "Neg",
    "Sign",
    "Square",
    "Exp",
    "Expm1",
    "Sin",
    "Cos",
    "Tan",
    "Sinh",
    "Cosh",
    "Tanh",
    "Asinh",
    "Atan",
    "Sigmoid",
    "Ceil",
    "Floor",
    "Round",
    "Rint",
]
UNARY += ["Reciprocal", "Inv", "Erf", "Erfc", "Softplus", "Softsign", "Relu", "Relu6", "LeakyRelu", "Elu", "Selu"]
POSITIVES = ["Sqrt", "Rsqrt", "Log", "Log1p", "Lgamma", "Digamma"]
SMALLS = ["Asin", "Acos", "Atanh", "Erfinv", "BesselI0", "BesselI1", "BesselI0e", "BesselI1e"]

ROWS = [
    *[Row(op, x=X, y=Y) for op in ("Add", "Sub", "Mul", "RealDiv", "Maximum")],
    *[Row("Mul", x=X, y=y) for y in (ROW, SCALAR, COLUMN)],
    Row("Sub", x=COLUMN, y=ROW),
    *[Row("AddV2", x=X, y=Y, known=False), Row("Mul", x=X, y=SCALAR, known=False)],
    *[Row(op, x=X, y=ROW) for op in BINARY],
    Row("Atan2", y=X, x=ROW),
    Row("NextAfter", x1=X.astype(np.float64), x2=ROW.astype(np.float64)),
    *[Row(op, x=POSITIVE, y=ROW**2) for op in ("Pow", "Xlogy", "Xlog1py")],
    Row("Pow", x=X, y=np.float32(2.0)),
    *[
        Row(
            op,
            second=op != "Softsign",
            **{"features" if op in ("Softplus", "Softsign", "Relu", "Relu6", "LeakyRelu", "Elu", "Selu") else "x": X},
        )
        for op in UNARY
    ],
    *[Row(op, x=POSITIVE) for op in POSITIVES],
    Row("Acosh", x=ABOVE_ONE),
    *[Row(op, x=SMALL) for op in SMALLS],
    Row("Ndtri", x=np.float32([0.1, 0.5, 0.75])),
    Row("Polygamma", a=np.float32(1.0), x=POSITIVE),
    Row("Zeta", x=ABOVE_ONE, q=POSITIVE),
    Row("Igamma", a=POSITIVE, x=ABOVE_ONE, second=False),
    Row("Igammac", a=POSITIVE, x=ABOVE_ONE, second=False),
    Row("Betainc", a=POSITIVE, b=ABOVE_ONE, x=np.abs(SMALL), second=False),
    Row("AddN", inputs=[X, Y, X]),
    Row("AccumulateNV2", inputs=[X, Y], shape=[2, 3]),
    Row("where", condition=X > 0, x=X, y=Y),
    Row("SelectV2", condition=X > 0, t=X, e=ROW),
    Row("SelectV2", condition=X > 0, t=X, e=Y, known=False),
    Row("ClipByValue", t=X, clip_value_min=np.float32(-1), clip_value_max=np.float32(1)),
    Row("CheckNumerics", tensor=X, message="checked"),
    Row("CheckNumericsV2", tensor=X, message="checked"),
    Row("Cast", x=X, DstT=np.float64),
    Row("Cast", x=X, DstT=np.complex64),
    Row("Complex", real=X, imag=ROW),
    *[Row(op, input=COMPLEX) for op in ("Real", "Imag", "Conj", "Angle")],
    Row("ComplexAbs", x=COMPLEX),
    *[
        Row(op, x=COMPLEX, y=OTHER)
        for op in ("Mul", "Sub", "RealDiv", "Pow", "SquaredDifference", "MulNoNan", "DivNoNan")
    ],
    *[
        Row(op, x=COMPLEX)
        for op in (
            "Square",
            "Sqrt",
            "Rsqrt",
            "Exp",
            "Log",
            "Tanh",
            "Sigmoid",
            "Sin",
            "Cos",
            "Reciprocal",
            "Neg",
            "Sign",
        )
    ],
]

build = gradients_of(ROWS)
