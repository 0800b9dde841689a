"""What programs of linear operators fetch: the answers of every method, or the class of what it raises."""

import numpy as np

HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")
OPERATORS = ("adjoint", "inverse", "cholesky")
NUMBERS = ("to_dense", "diag_part", "trace", "determinant", "log_abs_determinant", "cond", "eigvals")
SHAPES = (
    "shape_tensor",
    "batch_shape_tensor",
    "domain_dimension_tensor",
    "range_dimension_tensor",
    "tensor_rank_tensor",
)
ASSERTIONS = ("assert_non_singular", "assert_self_adjoint", "assert_positive_definite")


def described(operator):
    """Its class, name, static shapes, hints and parameters as text."""
    hints = [getattr(operator, hint) for hint in HINTS]
    shapes = [operator.shape, operator.batch_shape, operator.domain_dimension, operator.range_dimension]
    names = "" if type(operator).__name__.startswith("_") else ",".join(operator.parameters)
    return f"{type(operator).__name__} {operator.name} {operator.dtype.name} {list(map(str, shapes))} {hints} {names}"


def answers(tf, label, operator, methods=None, columns=2):
    """label/method -> what the method gives, of all methods or of those named."""
    found = {f"{label}/is": tf.constant(described(operator), name="is")}
    rows, width = (dim.value or 2 for dim in (operator.range_dimension, operator.domain_dimension))

    def operand(*dims):
        values = 1.0 + np.arange(np.prod(dims)).reshape(dims) % 5
        return tf.constant(values.astype(operator.dtype.as_numpy_dtype), name="operand")

    calls = {
        "matmul": lambda: operator.matmul(operand(width, columns)),
        "matmul_adjoint": lambda: operator.matmul(operand(rows, columns), adjoint=True),
        "matmul_adjoint_arg": lambda: operator.matmul(operand(columns, width), adjoint_arg=True),
        "matvec": lambda: operator.matvec(operand(width)),
        "matvec_adjoint": lambda: operator.matvec(operand(rows), adjoint=True),
        "solve": lambda: operator.solve(operand(rows, columns)),
        "solve_adjoint": lambda: operator.solve(operand(width, columns), adjoint=True),
        "solve_adjoint_arg": lambda: operator.solve(operand(columns, rows), adjoint_arg=True),
        "solvevec": lambda: operator.solvevec(operand(rows)),
        "add_to_tensor": lambda: operator.add_to_tensor(operand(*(operator.batch_shape.as_list()), rows, width)),
    }
    calls.update({name: getattr(operator, name) for name in (*NUMBERS, *SHAPES)})
    for name in OPERATORS:
        calls[name] = lambda name=name: getattr(operator, name)().to_dense()
        calls[f"{name}_is"] = lambda name=name: tf.constant(described(getattr(operator, name)()))
    for name, call in calls.items():
        if methods is None or name in methods:
            try:
                found[f"{label}/{name}"] = tf.identity(call(), name="answer")
            except (NotImplementedError, ValueError) as error:
                found[f"{label}/{name}"] = tf.constant(f"{type(error).__name__}: {str(error).splitlines()[0]}")
    return found


def assertions(tf, label, operator):
    """label/assertion -> a constant that is only there if the assertion holds."""
    found = {}
    for name in ASSERTIONS:
        try:
            check = getattr(operator, name)()
        except (NotImplementedError, ValueError, tf.errors.InvalidArgumentError) as error:
            found[f"{label}/{name}"] = tf.constant(f"{type(error).__name__}: {str(error).splitlines()[0]}")
            continue
        with tf.control_dependencies([check]):
            found[f"{label}/{name}"] = tf.constant(True)
    return found
